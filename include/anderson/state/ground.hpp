// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <optional>

namespace anderson {

/// Ground state of N fermions: the N lowest eigenstates   (paper eq. 14). Cost: one eigensystem per realization, shared
/// with the propagator if that needs it too.
struct ground_state {
  std::optional<index_t> particles = {};  ///< N in [0, L]; half filling L/2 unless given

  /// @throws std::invalid_argument  particles outside [0, L].
  void check(index_t sites) const { detail::filling(particles, sites); }

  template <class Realization>
  auto prepare(const Realization& realization, auto& /*rng*/) const {
    using real_type = typename Realization::real_type;
    const index_t n = detail::filling(particles, realization.size());
    return gaussian_state<real_type>(
        orbitals_t<real_type>(realization.eigensystem().vectors.leftCols(n).template cast<std::complex<real_type>>()));
  }
};

}  // namespace anderson
