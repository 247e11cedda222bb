// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <cmath>

namespace anderson {

/// Weights of localized states at the noisy site, as printed in the paper (eq. 21):
///
///     g_a = exp(-|a - center| / xi)
///
/// Not normalized: sum_a g_a is about 2 xi, while the true |<a|center>|^2 sum to 1; see `normalized`. Equal distances
/// give equal bits. Far sites underflow to 0 (beyond 745 xi in double, 103 xi in float) and then do not move.
///
/// @param sites  L >= 1.   @param center  noisy site, in [0, L).   @param localization_length  xi > 0.
/// @throws std::invalid_argument  an argument out of its range.
template <real_scalar Real = real_t>
vector_t<Real> exponential_weights(index_t sites, index_t center, Real localization_length) {
  using std::exp;
  detail::require(sites >= 1, "number of sites", sites, "at least 1");
  detail::require(0 <= center && center < sites, "center", center, "a site");
  detail::require(localization_length > 0, "localization_length", localization_length, "localization_length > 0");
  vector_t<Real> g(sites);
  for (index_t a = 0; a < sites; ++a)
    g[a] = exp(-static_cast<Real>(a < center ? center - a : a - center) / localization_length);
  return g;
}

/// Weights of the true eigenstates at the noisy site (paper eq. 20):
///
///     g_a = |<site|a>|^2,    sum_a g_a = 1 if all are given
///
/// @param eigenvectors  column a is |a>, real or complex.   @param site  noisy site, a row.
/// @throws std::invalid_argument  no such row.
template <class Derived>
vector_t<real_of_t<typename Derived::Scalar>> eigenstate_weights(const Eigen::MatrixBase<Derived>& eigenvectors,
                                                                 index_t site) {
  detail::require(0 <= site && site < eigenvectors.rows(), "site", site, "a row of the eigenvectors");
  return eigenvectors.row(site).cwiseAbs2().transpose();
}

/// Weights scaled to sum_a g_a = 1, which is what |<a|center>|^2 obey.
/// @throws std::invalid_argument  a weight negative or not finite, or all zero.
template <real_scalar Real>
vector_t<Real> normalized(const vector_t<Real>& weights) {
  using std::isfinite;
  for (const Real g : weights) detail::require(g >= 0, "weight", g, "weight >= 0");
  const Real sum = weights.sum();
  detail::require(sum > 0 && isfinite(sum), "sum of the weights", sum, "positive and finite");
  return weights / sum;
}

/// Root mean square distance from a site, the classical R of the paper (below eq. 21):
///
///     R = sqrt( sum_a (a - center)^2 p_a ),    R -> sqrt((L^2 + 2) / 12) for equal p_a and center L/2 - 1, L even
///
/// Eq. (18) has a factor 1/4 under the root, this one has none. In lattice constants.
/// @throws std::invalid_argument  center is not a site.
template <class Derived>
typename Derived::Scalar rms_distance(const Eigen::MatrixBase<Derived>& populations, index_t center) {
  using std::sqrt;
  using real = typename Derived::Scalar;
  detail::require(0 <= center && center < populations.size(), "center", center, "a site");
  real sum = 0;
  for (index_t a = 0; a < populations.size(); ++a) {
    const auto distance = static_cast<real>(a - center);
    sum += distance * distance * populations[a];
  }
  return sqrt(sum);
}

}  // namespace anderson
