// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/random/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson {

/// One amplitude J_b for each bond, in the order in which the lattice visits them; the same in every realization.
///
///     anderson_model{chain{4}, given_hopping{std::vector{1.0, 0.5, 1.0}}, uniform_disorder{3.0}}   // dimerized
template <scalar Scalar = real_t>
class given_hopping {
public:
  using scalar_type = Scalar;

  explicit given_hopping(std::vector<Scalar> amplitudes) : amplitudes_(std::move(amplitudes)) {}

  /// @throws std::invalid_argument  not one amplitude for each bond.
  void fill(std::span<const bond> bonds, std::span<Scalar> amplitudes) const {
    detail::require(amplitudes_.size() == bonds.size(), "number of hopping amplitudes", amplitudes_.size(),
                    "one for each bond, " + std::to_string(bonds.size()));
    std::ranges::copy(amplitudes_, amplitudes.begin());
  }

private:
  std::vector<Scalar> amplitudes_;
};

/// J_b = f(i, j) of the bond (i, j); the same in every realization. f is called once for each bond, when a model is
/// made.
///
///     hopping_function{[=](index_t i, index_t j) { return 1 / lattice.squared_distance(i, j); }}
template <scalar Scalar = real_t>
class hopping_function {
public:
  using scalar_type = Scalar;

  template <std::invocable<index_t, index_t> F>
  explicit hopping_function(F f) : f_(std::move(f)) {}

  void fill(std::span<const bond> bonds, std::span<Scalar> amplitudes) const {
    std::ranges::transform(bonds, amplitudes.begin(), [this](const bond& b) { return f_(b.i, b.j); });
  }

private:
  std::function<Scalar(index_t, index_t)> f_;
};

template <class F>
hopping_function(F) -> hopping_function<std::invoke_result_t<F&, index_t, index_t>>;

/// Independent J_b, uniform on [low, high], new in every realization.
template <real_scalar Real = real_t>
class random_hopping {
public:
  using scalar_type = Real;

  /// @throws std::invalid_argument  not finite, or low > high.
  random_hopping(real_t low, real_t high) : low_(low), high_(high) {
    detail::require(std::isfinite(low), "lowest hopping", low, "finite");
    detail::require(std::isfinite(high) && low <= high, "highest hopping", high,
                    "finite and at least the lowest, " + detail::text(low));
  }

  real_t low() const noexcept { return low_; }
  real_t high() const noexcept { return high_; }

  /// One random number for each bond, in their order.
  void draw(random_source auto& rng, std::span<const bond> /*bonds*/, std::span<Real> amplitudes) const {
    for (Real& amplitude : amplitudes) amplitude = static_cast<Real>(uniform(rng, low_, high_));
  }

private:
  real_t low_, high_;
};

}  // namespace anderson
