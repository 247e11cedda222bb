// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// What the trajectories of a block have given, and what that took.
template <real_scalar Real>
struct block_samples {
  index_t trajectories;
  index_t length;            ///< numbers of a trajectory: times x numbers of all observables
  std::vector<Real> values;  ///< trajectory after trajectory, time after time; NaN where an observable wrote nothing
  std::optional<real_t> error_estimate;  ///< the largest of a stepper, if steppers estimate their error
  double prepare_seconds;                ///< for the disorder realization, if this block had to prepare it
  double move_seconds;

  std::span<const Real> operator[](index_t trajectory) const& {
    const auto n = static_cast<std::size_t>(length);
    return std::span(values).subspan(static_cast<std::size_t>(trajectory) * n, n);
  }

  std::vector<Real> operator[](index_t trajectory) && {  // of a value that goes
    const std::span<const Real> one = std::as_const(*this)[trajectory];
    return {one.begin(), one.end()};
  }

  /// All of them in a statistic over trajectories, as moments or samples; converted to its numbers.
  template <class Statistic>
  Statistic to() const {
    using number = typename Statistic::real_type;
    Statistic out;
    for (index_t k = 0; k < trajectories; ++k)
      if constexpr (std::same_as<number, Real>)
        out.add((*this)[k]);
      else
        out.add(std::span<const number>(std::vector<number>((*this)[k].begin(), (*this)[k].end())));
    return out;
  }
};

}  // namespace anderson
