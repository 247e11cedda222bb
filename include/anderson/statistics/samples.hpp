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

/// A list of vectors of one length, kept as they are: the raw numbers of trajectories, for quantiles, histograms and
/// whatever needs more than moments. Same shape as `moments`.
///
/// Empty when default-constructed; the first add() fixes the length. Memory: all that was added.
template <real_scalar Real = real_t>
class samples {
public:
  using real_type = Real;

  index_t count() const noexcept { return count_; }
  index_t length() const noexcept { return length_; }  ///< numbers of a vector
  /// @param i  0 .. count() - 1, in the order of adding.
  std::span<const Real> operator[](index_t i) const& {
    const auto length = static_cast<std::size_t>(length_);
    return std::span(values_).subspan(static_cast<std::size_t>(i) * length, length);
  }
  std::vector<Real> operator[](index_t i) && {  // of a value that goes
    const std::span<const Real> one = std::as_const(*this)[i];
    return {one.begin(), one.end()};
  }

  /// @throws std::invalid_argument  the length differs from that of the vectors before.
  void add(std::span<const Real> values) {
    check_length(std::ssize(values));
    values_.insert(values_.end(), values.begin(), values.end());
    ++count_;
  }

  /// Appends those of the other.   @throws std::invalid_argument  the lengths differ.
  void merge(const samples& other) {
    if (other.count_ == 0) return;
    check_length(other.length_);
    const std::vector<Real> more = other.values_;  // the other may be this one
    values_.insert(values_.end(), more.begin(), more.end());
    count_ += other.count_;
  }

  /// Writes all numbers as text, exactly.
  void save(std::ostream& out) const requires std::floating_point<Real> {
    detail::save_word(out, "samples");
    detail::save_number(out, count_);
    detail::save_numbers(out, std::span<const Real>(values_));
  }

  /// @throws std::runtime_error  not what save() has written.
  static samples load(std::istream& in) requires std::floating_point<Real> {
    detail::expect_word(in, "samples");
    samples out;
    out.count_ = detail::load_count(in, std::numeric_limits<index_t>::max());
    out.values_ = detail::load_numbers<Real>(in);
    const index_t numbers = std::ssize(out.values_);
    if (out.count_ == 0 ? numbers != 0 : numbers % out.count_ != 0)
      throw std::runtime_error("anderson: saved statistics have vectors of different lengths");
    out.length_ = out.count_ == 0 ? 0 : numbers / out.count_;
    return out;
  }

private:
  void check_length(index_t length) {
    if (count_ == 0) length_ = length;
    detail::require(length == length_, "length of a sample", length, "the length of the samples before");
  }

  index_t count_ = 0, length_ = 0;
  std::vector<Real> values_;
};

/// The samples of every disorder realization, in their order: same shape as `nested_moments`.
template <real_scalar Real = real_t>
class nested_samples {
public:
  using trajectories_type = samples<Real>;  ///< of one realization

  void add(samples<Real> trajectories) { realizations_.push_back(std::move(trajectories)); }
  void merge(const nested_samples& other) {
    const std::vector<samples<Real>> more = other.realizations_;
    realizations_.insert(realizations_.end(), more.begin(), more.end());
  }

  index_t realizations() const noexcept { return std::ssize(realizations_); }
  /// @param d  0 .. realizations() - 1, in the order of their index.
  const samples<Real>& operator[](index_t d) const& { return realizations_[static_cast<std::size_t>(d)]; }
  samples<Real> operator[](index_t d) && { return realizations_[static_cast<std::size_t>(d)]; }

  void save(std::ostream& out) const requires std::floating_point<Real> {
    detail::save_word(out, "nested_samples");
    detail::save_number(out, realizations());
    for (const auto& r : realizations_) r.save(out);
  }

  /// @throws std::runtime_error  not what save() has written.
  static nested_samples load(std::istream& in) requires std::floating_point<Real> {
    detail::expect_word(in, "nested_samples");
    nested_samples out;
    for (index_t n = detail::load_count(in, std::numeric_limits<index_t>::max()); n > 0; --n)
      out.add(samples<Real>::load(in));
    return out;
  }

private:
  std::vector<samples<Real>> realizations_;
};

}  // namespace anderson
