// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/state/detail/levels.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <optional>
#include <string>
#include <utility>

namespace anderson {

/// Ground state of N fermions: the N lowest eigenstates   (paper eq. 14). Cost: one eigensystem per realization, shared
/// with the propagator if that needs it too.
///
/// Where the levels N and N + 1 are equal up to the rounding of the eigensolver, (L + 16) eps |h|, as on a clean ring
/// of 8 sites with 4 particles, it is not unique: refused, unless any of them will do.
struct ground_state {
  std::optional<index_t> particles = {};  ///< N in [0, L]; half filling L/2 unless given
  bool accept_degenerate = false;         ///< take what the eigensolver gives; it differs between scalar types

  /// @throws std::invalid_argument  particles outside [0, L].
  void check(index_t sites) const { detail::filling(particles, sites); }

  /// @throws std::invalid_argument  not unique; the message has the gap.
  template <class Realization>
  auto prepare(const Realization& realization, auto& /*rng*/) const {
    using real_type = typename Realization::real_type;
    const index_t n = detail::filling(particles, realization.size());
    const auto& eigen = realization.eigensystem();
    if (!accept_degenerate && 0 < n && n < realization.size()) {
      const real_type gap = eigen.values[n] - eigen.values[n - 1], rounding = detail::level_rounding(eigen.values);
      if (!(gap > rounding))
        detail::reject("gap between the levels " + std::to_string(n) + " and " + std::to_string(n + 1), gap,
                       "above the rounding of the eigensolver, " + detail::text(rounding) +
                           ", or the ground_state of " + std::to_string(n) +
                           " particles is not unique. Take another number of particles, a thermal_state at large "
                           "inverse_temperature, given_orbitals, or .accept_degenerate = true");
    }
    orbitals_t<real_type> phi(realization.size(), n);
    for (index_t i = 0; i < phi.rows(); ++i)
      for (index_t a = 0; a < n; ++a) phi(i, a) = eigen.vectors(i, a);
    return gaussian_state<real_type>(detail::trusted{}, std::move(phi));
  }
};

}  // namespace anderson
