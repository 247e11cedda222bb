// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace anderson::detail {

/// A point of the contour and its weight, times in units of t.
template <real_scalar Real>
struct laplace_node {
  std::complex<Real> s, weight;
};

/// Inverse Laplace transform from values in the complex plane: for F(s) whose singularities have Re s <= 0,
///
///     f(t) = (1 / 2 pi i) int e^{S} F(S / t) dS / t = sum_i [ w_i F(S_i / t) + conj(w_i) F(conj(S_i) / t) ] / t
///
/// The contour goes up at Re S = sigma past all singularities with |Im S| <= reach and then bends to the left, where
/// e^S kills it:
///
///     S(u) = sigma + i u - slope c ( ln(1 + e^{(u - reach) / c}) + ln(1 + e^{-(u + reach) / c}) )
///
/// It is analytic for |Im u| < pi c, so the midpoint rule of spacing h errs by about e^{-2 pi sigma / h}; poles with Re
/// S < 0 beyond the reach stay outside and are left out. Measured for poles on the negative real axis, from 0 to 1e6,
/// and at |Im S| <= reach, any damping: 1e-11, of which e^sigma rounding errors are a part. (Trefethen and Weideman,
/// SIAM Rev. 56, 385 (2014), for the method.)
///
/// 39 points, and one for every 0.9 of the reach.
template <real_scalar Real>
std::vector<laplace_node<Real>> laplace_contour(Real reach) {
  constexpr Real sigma = 9, c = 3, slope = Real(1.3), h = Real(0.9), invisible = 46;
  const auto softplus = [](Real x) { return x > 40 ? x : Eigen::numext::log1p(Eigen::numext::exp(x)); };
  const auto logistic = [](Real x) { return 1 / (1 + Eigen::numext::exp(-x)); };
  const std::complex<Real> factor(0, -h / (2 * std::numbers::pi_v<Real>));  // h / (2 pi i)
  std::vector<laplace_node<Real>> nodes;
  for (index_t i = 0;; ++i) {
    const Real u = (static_cast<Real>(i) + Real(0.5)) * h;
    if (!(u < reach + invisible / slope)) break;
    const Real above = (u - reach) / c, below = -(u + reach) / c;
    const std::complex<Real> s(sigma - slope * c * (softplus(above) + softplus(below)), u);
    const std::complex<Real> ds(-slope * (logistic(above) - logistic(below)), 1);
    nodes.push_back({s, factor * ds * std::exp(s)});
  }
  return nodes;
}

/// The reach of a contour of that many points; 0 if it has no more than every contour.
inline real_t laplace_reach(real_t points) { return points > 39 ? real_t(0.9) * (points - 39) : 0; }

}  // namespace anderson::detail
