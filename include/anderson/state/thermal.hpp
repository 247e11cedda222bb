// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <cmath>
#include <optional>

namespace anderson {

/// Thermal state of the Hamiltonian: its eigenstates with Fermi occupations
///
///     n_a = 1 / (exp(beta (E_a - mu)) + 1),    mu such that sum_a n_a = N.
///
/// beta = 0 is infinite temperature, n_a = N/L. A mixed state: it propagates L orbitals.
struct thermal_state {
  real_t inverse_temperature = 0;         ///< beta >= 0, finite, in 1 / energy
  std::optional<index_t> particles = {};  ///< mean number N in [0, L]; half filling L/2 unless given

  /// @throws std::invalid_argument  inverse_temperature negative or not finite; particles outside [0, L].
  void check(index_t sites) const {
    detail::require(inverse_temperature >= 0 && std::isfinite(inverse_temperature), "inverse_temperature",
                    inverse_temperature, "inverse_temperature >= 0 and finite (a ground_state is its infinite limit)");
    detail::filling(particles, sites);
  }

  template <class Realization>
  auto prepare(const Realization& realization, auto& /*rng*/) const {
    check(realization.size());
    using real_type = typename Realization::real_type;
    const auto& eigen = realization.eigensystem();
    const index_t n = detail::filling(particles, realization.size());
    return gaussian_state<real_type>(
        orbitals_t<real_type>(eigen.vectors.template cast<std::complex<real_type>>()),
        occupations(eigen.values, static_cast<real_type>(inverse_temperature), static_cast<real_type>(n)));
  }

private:
  template <class Real>
  static vector_t<Real> fermi(const vector_t<Real>& energies, Real beta, Real mu) {
    return energies.unaryExpr([=](Real e) { return 1 / (Eigen::numext::exp(beta * (e - mu)) + 1); });
  }

  // Bisection for mu: the particle number grows with mu, and beyond the band by 40/beta every state is full or empty
  // to rounding.
  template <class Real>
  static vector_t<Real> occupations(const vector_t<Real>& energies, Real beta, Real particle_number) {
    const auto size = static_cast<Real>(energies.size());
    const Real band = energies[energies.size() - 1] - energies[0];
    const bool flat = beta * band <= Eigen::NumTraits<Real>::epsilon();  // infinite temperature to rounding
    if (flat || particle_number == 0 || particle_number == size)
      return vector_t<Real>::Constant(energies.size(), particle_number / size);
    const Real beyond = 1 + 100 / beta;
    Real low = energies[0] - beyond, high = energies[energies.size() - 1] + beyond;
    for (;;) {
      const Real middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) return fermi(energies, beta, middle);
      (fermi(energies, beta, middle).sum() < particle_number ? low : high) = middle;
    }
  }
};

}  // namespace anderson
