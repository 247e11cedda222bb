// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/random/distributions.hpp>

#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// Gaussian white noise on the densities of a few sites, independent between sites   (paper eq. 3):
///
///     <zeta_k(t) zeta_l(t')> = gamma delta_kl delta(t - t')
///
/// Its average over paths is the Lindblad equation with jump operators n_k and rate gamma (eq. 4). Steps are products
/// of exact unitaries, so the question of Ito or Stratonovich does not arise.
class white_noise {
public:
  /// @param sites  0-based, distinct, at least one.   @param gamma  noise strength >= 0, units of energy (hbar = 1).
  /// @throws std::invalid_argument  sites empty, negative or repeated; gamma negative or not finite.
  white_noise(std::vector<index_t> sites, real_t gamma) : sites_(std::move(sites)), gamma_(gamma) {
    detail::check_support(sites_);
    detail::require(gamma >= 0 && std::isfinite(gamma), "gamma", gamma, "gamma >= 0 and finite");
  }

  std::span<const index_t> support() const noexcept { return sites_; }
  real_t gamma() const noexcept { return gamma_; }
  real_t dephasing_rate(index_t /*k*/) const noexcept { return gamma_; }

  void restart(random_source auto& /*rng*/) noexcept {}

  /// phi_k ~ Normal(0, gamma dt), independent (the exponent of eq. 8; eq. 5 as printed has the root in the wrong
  /// place).
  void increments(real_t /*t*/, real_t dt, random_source auto& rng, std::span<real_t> phi) const {
    const real_t deviation = std::sqrt(gamma_ * dt);
    for (real_t& x : phi) x = deviation * normal(rng);
  }

private:
  std::vector<index_t> sites_;
  real_t gamma_;
};

}  // namespace anderson
