// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>

namespace anderson::detail {

/// Largest distance at which two neighboring levels count as equal, (L + 16) eps max|E_a|: eigensolvers split exactly
/// degenerate levels (clean rings and tori of 3 to 300 sites, float to long double) by less than L/3 + 6 of these.
/// @param energies  ascending, at least one.
template <real_scalar Real>
Real level_rounding(const vector_t<Real>& energies) {
  const Real norm = std::max(Eigen::numext::abs(energies[0]), Eigen::numext::abs(energies[energies.size() - 1]));
  return static_cast<Real>(energies.size() + 16) * (Eigen::NumTraits<Real>::epsilon() * norm);
}

/// The same levels with those that cannot be told apart made equal: a chain of neighbors closer than level_rounding
/// gets its mean.
template <real_scalar Real>
vector_t<Real> merged_levels(const vector_t<Real>& energies) {
  vector_t<Real> merged = energies;
  if (energies.size() == 0) return merged;
  const Real rounding = level_rounding(energies);
  for (index_t first = 0, next; first < energies.size(); first = next) {
    Real excess = 0;  // sum of the distances from the first
    for (next = first + 1; next < energies.size() && energies[next] - energies[next - 1] <= rounding; ++next)
      excess += energies[next] - energies[first];
    merged.segment(first, next - first).setConstant(energies[first] + excess / static_cast<Real>(next - first));
  }
  return merged;
}

}  // namespace anderson::detail
