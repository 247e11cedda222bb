// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/state/detail/levels.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <cmath>
#include <optional>
#include <type_traits>

namespace anderson {

/// Thermal state of the Hamiltonian: its eigenstates with Fermi occupations
///
///     n_a = 1 / (exp(beta (E_a - mu)) + 1),    mu such that sum_a n_a = N,
///
/// up to rounding, at every beta. Levels that are equal up to the rounding of the eigensolver, (L + 16) eps |h|, count
/// as equal and share their particles equally: for beta to infinity those at mu get (N - N below) / their number.
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
    return gaussian_state<real_type>(detail::trusted{},
                                     orbitals_t<real_type>(eigen.vectors.template cast<std::complex<real_type>>()),
                                     occupations(detail::merged_levels(eigen.values), inverse_temperature, n));
  }

private:
  /// With the gap g = beta (E_{N+1} - E_N), the distances x_a >= 0 of the other levels from its edges, in units of 1 /
  /// beta, and mu = (E_N + E_{N+1}) / 2 + y / beta,
  ///
  ///     holes 1 - n_a = 1 / (exp(x_a + g/2 + y) + 1) for a <= N,    n_a = 1 / (exp(x_a + g/2 - y) + 1) for a > N.
  ///
  /// Both sums are equal at one y in [-ln(L - N), ln N], since the levels N and N + 1 alone outweigh the other side at
  /// these ends. So y is found to rounding at any beta, where mu would not be, and nothing cancels.
  template <class Real>
  static vector_t<Real> occupations(const vector_t<Real>& energies, real_t inverse_temperature, index_t particles) {
    using wide = std::conditional_t<std::is_same_v<Real, float>, double, Real>;  // beta need not fit into a float
    const index_t size = energies.size();
    const vector_t<wide> e = energies.template cast<wide>();
    const auto beta = static_cast<wide>(inverse_temperature);
    const bool flat = beta == 0 || beta * (e[size - 1] - e[0]) <= Eigen::NumTraits<wide>::epsilon();
    if (flat || particles == 0 || particles == size)
      return vector_t<Real>::Constant(size, static_cast<Real>(particles) / static_cast<Real>(size));
    const wide half_gap = beta * (e[particles] - e[particles - 1]) / 2;
    vector_t<wide> x(size);
    for (index_t a = 0; a < size; ++a)
      x[a] = half_gap + beta * (a < particles ? e[particles - 1] - e[a] : e[a] - e[particles]);
    const auto share = [](wide exponent) { return 1 / (Eigen::numext::exp(exponent) + 1); };
    const auto excess = [&](wide y) {  // particles above the gap minus holes below, from the gap outwards
      wide above = 0, below = 0;
      for (index_t a = particles; a < size; ++a) above += share(x[a] - y);
      for (index_t a = particles; a-- > 0;) below += share(x[a] + y);
      return above - below;
    };
    wide low = -Eigen::numext::log(static_cast<wide>(size - particles)),
         high = Eigen::numext::log(static_cast<wide>(particles)), y = low + (high - low) / 2;
    while (high - low > Eigen::NumTraits<wide>::epsilon() / 2) {
      const wide e_y = excess(y), before = y;
      if (e_y == 0) break;
      (e_y < 0 ? low : high) = y;
      y = low + (high - low) / 2;
      if (y == before) break;
    }
    vector_t<Real> n(size);
    for (index_t a = 0; a < size; ++a) n[a] = static_cast<Real>(share(a < particles ? -(x[a] + y) : x[a] - y));
    return n;
  }
};

}  // namespace anderson
