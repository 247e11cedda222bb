// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/statistics/detail/archive.hpp>

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
  const array_type& mean() const noexcept { return mean_; }
  const array_type& m2() const noexcept { return m2_; }

  /// Unbiased: m2 / (n - 1); NaN if n < 2.
  array_type variance() const {
    if (count_ < 2) return array_type::Constant(mean_.size(), std::numeric_limits<Real>::quiet_NaN());
    return m2_ / static_cast<Real>(count_ - 1);
  }

  /// @throws std::invalid_argument  the length differs from that of the values before.
  void add(std::span<const Real> values) {
    const Eigen::Map<const array_type> x(values.data(), std::ssize(values));
    if (count_ == 0) {
      *this = moments(1, x, array_type::Zero(x.size()));
      return;
    }
    check_length(x.size());
    // Welford, Technometrics 4, 419 (1962): with d = x - mean_{n-1},
    //   mean_n = mean_{n-1} + d / n,   m2_n = m2_{n-1} + d (x - mean_n).
    ++count_;
    const array_type d = x - mean_;
    mean_ += d / static_cast<Real>(count_);
    m2_ += d * (x - mean_);
  }

  /// Union of two samples. Merging with an empty one gives the other, bit for bit.
  /// @throws std::invalid_argument  the lengths differ.
  void merge(const moments& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
      *this = other;
      return;
    }
    check_length(other.mean_.size());
    // Chan, Golub and LeVeque, Am. Stat. 37, 242 (1983): with d = mean_b - mean_a and n = n_a + n_b,
    //   mean = mean_a + d n_b / n,   m2 = m2_a + m2_b + d^2 n_a n_b / n.
    const auto na = static_cast<Real>(count_), nb = static_cast<Real>(other.count_);
    const array_type d = other.mean_ - mean_;
    mean_ += d * (nb / (na + nb));
    m2_ += other.m2_ + d.square() * (na * (nb / (na + nb)));
    count_ += other.count_;
  }

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
    if (mean.size() != m2.size()) throw std::runtime_error("anderson: saved statistics have more means than variances");
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

}  // namespace anderson
