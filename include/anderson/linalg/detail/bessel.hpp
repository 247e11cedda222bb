// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace anderson::detail {

/// Smallest order S, roughly, for which sum_{n > S} |J_n(z)| <= negligible, rigorously; z >= 0.
/// Cost: O(S) flops for z <= 8, some tens of logarithms otherwise.
inline index_t bessel_orders(real_t z, real_t negligible) {
  if (z <= 8) {  // |J_n| <= (z/2)^n / n!   (DLMF 10.14.4); beyond n = z each bound is at most half of the one before
    index_t n = 1;
    for (real_t bound = z / 2; static_cast<real_t>(n) < z || 2 * bound > negligible; bound *= z / 2 / real_t(n)) ++n;
    return n - 1;
  }
  // Kapteyn's inequality, DLMF 10.14.8, with cosh(a) = n / z: |J_n(z)| <= exp(sqrt(n^2 - z^2) - n a). The exponent's
  // derivative by n is -a and falls, so that the bounds of higher orders are below a geometric series.
  const real_t step = std::max(real_t(1), std::floor(std::cbrt(z) / 2));
  for (real_t n = std::floor(z) + 1;; n += step) {
    const real_t root = std::sqrt((n - z) * (n + z)), a = std::log((n + root) / z);
    if (root - n * a - std::log(-std::expm1(-a)) <= std::log(negligible)) return static_cast<index_t>(n) - 1;
  }
}

/// J_0(z) ... J_S(z), S = bessel_orders(z, negligible), by Miller's backward recurrence, DLMF 10.74(iv). Absolute error
/// a few epsilon and `negligible`; orders beyond z have a small relative error, too. std::cyl_bessel_j is slower, and
/// missing in some libraries.
///
/// @param z           >= 0; below 1e5 or so, the cost is O(z).
/// @param negligible  in [1e-130, 1].
template <real_scalar Real>
void bessel_j(Real z, real_t negligible, std::vector<Real>& j) {
  const index_t orders = bessel_orders(static_cast<real_t>(z), negligible);
  j.resize(static_cast<std::size_t>(orders) + 1);
  // The start is so small that nothing overflows when the recurrence has grown by 1 / negligible, and so large that
  // squares of the last do not vanish.
  Real above = 0, now = Real(1e-150), sum = 0;
  for (index_t n = orders; n > 0; --n) {
    j[static_cast<std::size_t>(n)] = now;
    sum += now * now;
    const Real below = 2 * static_cast<Real>(n) / z * now - above;
    above = now;
    now = below;
  }
  j[0] = now;
  const Real factor = 1 / Eigen::numext::sqrt(2 * sum + now * now);  // J_0^2 + 2 sum J_n^2 = 1   (DLMF 10.23.3)
  for (Real& value : j) value *= factor;
}

}  // namespace anderson::detail
