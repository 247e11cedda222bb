// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>

namespace anderson::detail {

/// Largest distance at which two levels count as equal, eps ((L + 16) B / 2 + 16 |middle|) with the width B of the
/// spectrum: eigensolvers split exactly degenerate levels (clean rings and tori of 3 to 300 sites, float to long
/// double) by less than L/3 + 6 of eps B / 2, and a constant in h is rounded with them.
/// @param energies  ascending, at least one.
template <real_scalar Real>
Real level_rounding(const vector_t<Real>& energies) {
  const Real low = energies[0], half = energies[energies.size() - 1] / 2 - low / 2;
  const Real epsilon = Eigen::NumTraits<Real>::epsilon();
  return static_cast<Real>(energies.size() + 16) * (epsilon * half) + 16 * (epsilon * Eigen::numext::abs(low + half));
}

/// The same levels with those that cannot be told apart made equal: levels within level_rounding of the lowest of them
/// get their mean.
template <real_scalar Real>
vector_t<Real> merged_levels(const vector_t<Real>& energies) {
  vector_t<Real> merged = energies;
  if (energies.size() == 0) return merged;
  const Real rounding = level_rounding(energies);
  for (index_t first = 0, next; first < energies.size(); first = next) {
    Real excess = 0;  // sum of the distances from the first
    for (next = first + 1; next < energies.size() && energies[next] - energies[first] <= rounding; ++next)
      excess += energies[next] - energies[first];
    merged.segment(first, next - first).setConstant(energies[first] + excess / static_cast<Real>(next - first));
  }
  return merged;
}

}  // namespace anderson::detail
