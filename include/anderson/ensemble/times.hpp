// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anderson {

namespace detail {

/// @throws std::invalid_argument  no time, or times negative, not finite, or not strictly ascending.
[[gnu::cold]] inline void check_times(std::span<const real_t> times) {
  require(!times.empty(), "number of times", times.size(), "at least 1");
  for (std::size_t k = 0; k < times.size(); ++k) {
    const std::string name = "times[" + std::to_string(k) + "]";
    require(times[k] >= 0 && std::isfinite(times[k]), name, times[k], "time >= 0 and finite");
    if (k > 0) require(times[k] > times[k - 1], name, times[k], "later than the time before, " + text(times[k - 1]));
  }
}

/// Ends before the memory does.
inline void check_count(real_t count) { require(count <= 1e8, "number of times", count, "at most 1e8"); }

[[gnu::cold]] inline void append_distinct(std::vector<real_t>& times, real_t t, std::string_view argument,
                                          index_t value) {
  if (!times.empty() && !(t > times.back())) reject(argument, value, "so few times that they are distinct numbers");
  times.push_back(t);
}

}  // namespace detail

/// Times first, ..., last in equal ratios, `per_decade` of them in a factor of ten; `last` is always among them.
/// Each is right to a few rounding errors.
/// @throws std::invalid_argument  first <= 0, last < first, per_decade < 1, more than 1e8 times, or so many per decade
///                                that they are not distinct.
[[gnu::cold]] inline std::vector<real_t> log_times(real_t first, real_t last, index_t per_decade) {
  detail::require(first > 0 && std::isfinite(first), "first", first, "first > 0 and finite");
  detail::require(last >= first && std::isfinite(last), "last", last, "last >= first and finite");
  detail::require(per_decade >= 1, "per_decade", per_decade, "per_decade >= 1");
  const real_t spacing = 1 / static_cast<real_t>(per_decade);
  detail::check_count((std::log10(last) - std::log10(first)) / spacing + 1);
  std::vector<real_t> times;
  for (index_t k = 0;; ++k) {
    const index_t decades = k / per_decade, third = decades / 3;  // 10^632 is too large, and rounds a lot
    const real_t t = first * std::pow(10.0, static_cast<real_t>(third)) * std::pow(10.0, static_cast<real_t>(third)) *
                     std::pow(10.0, static_cast<real_t>(decades - 2 * third)) *
                     std::pow(10.0, static_cast<real_t>(k % per_decade) / static_cast<real_t>(per_decade));
    if (t >= last * (1 - 1e-9 * spacing)) break;  // a point that is `last` but for rounding is `last`
    detail::append_distinct(times, t, "per_decade", per_decade);
  }
  detail::append_distinct(times, last, "per_decade", per_decade);
  return times;
}

/// `count` times from first to last in equal distances.
/// Each is right to a few rounding errors.
/// @throws std::invalid_argument  first < 0, count < 1 or above 1e8, last <= first with count > 1, times not distinct.
[[gnu::cold]] inline std::vector<real_t> linear_times(real_t first, real_t last, index_t count) {
  detail::require(first >= 0 && std::isfinite(first), "first", first, "first >= 0 and finite");
  detail::require(count >= 1, "count", count, "count >= 1");
  detail::require(std::isfinite(last) && (last > first || (count == 1 && last == first)), "last", last,
                  "last > first and finite");
  detail::check_count(static_cast<real_t>(count));
  std::vector<real_t> times;
  const real_t range = last - first, parts = static_cast<real_t>(count - 1);
  const bool huge = range > std::numeric_limits<real_t>::max() / 1e8;  // times k is too large
  for (index_t k = 0; k + 1 < count; ++k) {
    const auto part = static_cast<real_t>(k);
    detail::append_distinct(times, first + (huge ? range * (part / parts) : range * part / parts), "count", count);
  }
  detail::append_distinct(times, last, "count", count);
  return times;
}

}  // namespace anderson
