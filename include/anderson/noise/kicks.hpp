// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/random/distributions.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// Kicks exp(-i theta n_k) or exp(+i theta n_k), either with probability 1/2, at the times of a Poisson process of rate
///
///     gamma / (2 (1 - cos theta))
///
/// on each of a few sites, independently. Averages that are linear in C are those of white noise of strength gamma, the
/// Lindblad equation (paper eq. 4), exactly and without a time step: with P = |s><s| and z = e^{-i theta} - 1,
///
///     (U C U^dagger + U^dagger C U) / 2 - C = |z|^2 ( P C P - {P, C} / 2 ),   U = 1 + z P,   |z|^2 = 2 (1 - cos theta)
///
/// Averages of anything else, such as entropies, depend on theta; white noise is the limit theta -> 0. (Were the sign
/// fixed, the kicks +theta would also add the potential (gamma / 2) cot(theta / 2) n_k.)
class kicks {
public:
  /// @param sites  0-based, distinct, at least one.   @param gamma  noise strength >= 0, units of energy (hbar = 1).
  /// @param theta  angle of the kicks, radians, 0 < theta <= pi.
  /// @throws std::invalid_argument  sites empty, negative or repeated; gamma negative or not finite; theta outside.
  kicks(std::vector<index_t> sites, real_t gamma, real_t theta)
      : sites_(std::move(sites)), gamma_(gamma), theta_(theta) {
    detail::check_support(sites_);
    detail::require(gamma >= 0 && std::isfinite(gamma), "gamma", gamma, "gamma >= 0 and finite");
    detail::require(theta > 0 && theta <= std::numbers::pi, "theta", theta, "0 < theta <= pi");
    const real_t half = std::sin(theta / 2);
    rate_ = gamma > 0 ? gamma / (4 * half * half) : 0;
    detail::require(std::isfinite(rate_), "theta", theta, "large enough for a finite rate of kicks");
  }

  std::span<const index_t> support() const noexcept { return sites_; }
  real_t gamma() const noexcept { return gamma_; }
  real_t theta() const noexcept { return theta_; }
  real_t rate() const noexcept { return rate_; }  ///< kicks of one site per unit of time
  real_t dephasing_rate(index_t /*k*/) const noexcept { return gamma_; }

  void restart(random_source auto& /*rng*/) noexcept {}

  /// Independent sites make one Poisson process of their summed rate, every kick on a site at random.
  noise_event next_event(real_t /*t*/, random_source auto& rng) const {
    const real_t total = rate_ * static_cast<real_t>(sites_.size());
    if (total == 0) return {std::numeric_limits<real_t>::infinity(), 0, theta_};
    const real_t wait = exponential(rng) / total;
    const index_t choice = uniform_index(rng, 2 * std::ssize(sites_));
    return {wait, choice / 2, choice % 2 == 0 ? theta_ : -theta_};
  }

private:
  std::vector<index_t> sites_;
  real_t gamma_, theta_, rate_;
};

/// Reflections exp(-i pi n_k) = 1 - 2 n_k at random times, rate gamma / 4 on each site: kicks of angle pi, the rarest.
class reflections : public kicks {
public:
  /// @throws std::invalid_argument  sites empty, negative or repeated; gamma negative or not finite.
  reflections(std::vector<index_t> sites, real_t gamma) : kicks(std::move(sites), gamma, std::numbers::pi) {}
};

}  // namespace anderson
