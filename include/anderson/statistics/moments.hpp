// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/statistics/detail/archive.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <istream>
#include <iterator>
#include <limits>
#include <ostream>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace anderson {

/// Count, mean and sum of squared deviations of a sample whose members are vectors, elementwise.
///
///     mean = sum_i x_i / n,    m2 = sum_i (x_i - mean)^2
///
/// Empty when default-constructed; the first add() or merge() fixes the length. Never forms sum_i x_i^2, so a large
/// mean does not spoil the variance. Cost: O(length) per call, memory 2 length.
template <real_scalar Real = real_t>
class moments {
public:
  using real_type = Real;
  using array_type = Eigen::Array<Real, Eigen::Dynamic, 1>;

  moments() = default;

  /// Puts back what count(), mean() and m2() gave, bit for bit.
  /// @throws std::invalid_argument  count < 0, or mean and m2 of different lengths.
  moments(index_t count, array_type mean, array_type m2) : count_(count), mean_(std::move(mean)), m2_(std::move(m2)) {
    detail::require(count >= 0, "count", count, "at least 0");
    detail::require(m2_.size() == mean_.size(), "length of m2", m2_.size(), "the length of the mean");
  }

  index_t count() const noexcept { return count_; }
  const array_type& mean() const& noexcept { return mean_; }
  const array_type& m2() const& noexcept { return m2_; }
  array_type mean() && { return std::move(mean_); }  // of a value that goes
  array_type m2() && { return std::move(m2_); }

  /// Unbiased: m2 / (n - 1); NaN if n < 2.
  array_type variance() const;

  /// @throws std::invalid_argument  the length differs from that of the values before.
  void add(std::span<const Real> values);

  /// Union of two samples. Merging with an empty one gives the other, bit for bit.
  /// @throws std::invalid_argument  the lengths differ.
  void merge(const moments& other);

  /// Writes count(), mean() and m2() as text, exactly.
  void save(std::ostream& out) const requires std::floating_point<Real> {
    detail::save_word(out, "moments");
    detail::save_number(out, count_);
    for (const array_type* x : {&mean_, &m2_})
      detail::save_numbers(out, std::span<const Real>(x->data(), static_cast<std::size_t>(x->size())));
  }

  /// @throws std::runtime_error  not what save() has written.
  static moments load(std::istream& in) requires std::floating_point<Real> {
    detail::expect_word(in, "moments");
    const index_t count = detail::load_count(in, std::numeric_limits<index_t>::max());
    const std::vector<Real> mean = detail::load_numbers<Real>(in), m2 = detail::load_numbers<Real>(in);
    const bool right = mean.size() == m2.size() && (count > 0 || mean.empty()) &&
                       std::none_of(m2.begin(), m2.end(), [](Real x) { return x < 0; });
    if (!right)
      throw std::runtime_error("anderson: saved statistics have means and variances that do not belong together");
    using map = Eigen::Map<const array_type>;
    return moments(count, map(mean.data(), std::ssize(mean)), map(m2.data(), std::ssize(m2)));
  }

private:
  void check_length(index_t length) const {
    detail::require(length == mean_.size(), "length of a sample", length, "the length of the samples before");
  }

  index_t count_ = 0;
  array_type mean_;
  array_type m2_;
};

template <real_scalar Real>
auto moments<Real>::variance() const -> array_type {
  array_type out = m2_;
  for (Real& x : out) x = count_ < 2 ? std::numeric_limits<Real>::quiet_NaN() : x / static_cast<Real>(count_ - 1);
  return out;
}

template <real_scalar Real>
void moments<Real>::add(std::span<const Real> values) {
  const index_t length = std::ssize(values);
  if (count_ == 0) {
    count_ = 1;
    mean_.resize(length);
    m2_.resize(length);
    std::copy(values.begin(), values.end(), mean_.data());
    std::fill_n(m2_.data(), length, Real(0));
    return;
  }
  check_length(length);
  // Welford, Technometrics 4, 419 (1962): with d = x - mean_{n-1},
  //   mean_n = mean_{n-1} + d / n,   m2_n = m2_{n-1} + d (x - mean_n).
  ++count_;
  const auto n = static_cast<Real>(count_);
  for (index_t i = 0; i < length; ++i) {
    const Real x = values[static_cast<std::size_t>(i)], d = x - mean_[i];
    mean_[i] += d / n;
    m2_[i] += d * (x - mean_[i]);
  }
}

template <real_scalar Real>
void moments<Real>::merge(const moments& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  check_length(other.mean_.size());
  // Chan, Golub and LeVeque, Am. Stat. 37, 242 (1983): with d = mean_b - mean_a and n = n_a + n_b,
  //   mean = mean_a + d n_b / n,   m2 = m2_a + m2_b + d^2 n_a n_b / n.
  const auto na = static_cast<Real>(count_), nb = static_cast<Real>(other.count_);
  const Real share = nb / (na + nb), weight = na * share;
  for (index_t i = 0; i < mean_.size(); ++i) {
    const Real d = other.mean_[i] - mean_[i];
    mean_[i] += d * share;
    m2_[i] += other.m2_[i] + d * d * weight;
  }
  count_ += other.count_;
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real) where template class moments<Real>;
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
