// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace anderson {

namespace detail {

/// @throws std::invalid_argument  no time, or times negative, not finite, or not strictly ascending.
inline void check_times(std::span<const real_t> times) {
  require(!times.empty(), "number of times", times.size(), "at least 1");
  for (std::size_t k = 0; k < times.size(); ++k) {
    const std::string name = "times[" + std::to_string(k) + "]";
    require(times[k] >= 0 && std::isfinite(times[k]), name, times[k], "time >= 0 and finite");
    if (k > 0) require(times[k] > times[k - 1], name, times[k], "later than the time before, " + text(times[k - 1]));
  }
}

}  // namespace detail

/// Times first, ..., last in equal ratios, `per_decade` of them in a factor of ten; `last` is always among them.
/// @throws std::invalid_argument  first <= 0, last < first, or per_decade < 1.
inline std::vector<real_t> log_times(real_t first, real_t last, index_t per_decade) {
  detail::require(first > 0 && std::isfinite(first), "first", first, "first > 0 and finite");
  detail::require(last >= first && std::isfinite(last), "last", last, "last >= first and finite");
  detail::require(per_decade >= 1, "per_decade", per_decade, "per_decade >= 1");
  const real_t spacing = 1 / static_cast<real_t>(per_decade);
  std::vector<real_t> times;
  for (index_t k = 0;; ++k) {
    const real_t t = first * std::pow(10.0, static_cast<real_t>(k) * spacing);
    if (t >= last * (1 - 1e-9 * spacing)) break;  // a point that is `last` but for rounding is `last`
    times.push_back(t);
  }
  times.push_back(last);
  return times;
}

/// `count` times from first to last in equal distances.
/// @throws std::invalid_argument  first < 0, count < 1, last <= first with count > 1.
inline std::vector<real_t> linear_times(real_t first, real_t last, index_t count) {
  detail::require(first >= 0 && std::isfinite(first), "first", first, "first >= 0 and finite");
  detail::require(count >= 1, "count", count, "count >= 1");
  detail::require(std::isfinite(last) && (last > first || (count == 1 && last == first)), "last", last,
                  "last > first and finite");
  std::vector<real_t> times;
  const real_t step = count > 1 ? (last - first) / static_cast<real_t>(count - 1) : 0;
  for (index_t k = 0; k + 1 < count; ++k) times.push_back(first + static_cast<real_t>(k) * step);
  times.push_back(last);
  return times;
}

}  // namespace anderson
