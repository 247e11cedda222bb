// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/lanes.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>

namespace anderson::detail {

/// Sine and cosine of eight doubles, |x| <= 2^26; absolute error below 5e-16 (of exact functions of the given x).
///
/// x = n pi + r with |r| <= pi/2, then Taylor's series: sin to r^21, cos to r^22, what is left out is below 2e-18. pi
/// in three parts of 27, 27 and 53 bits, so that n times each of the first two is exact: r is good to 1e-16 with or
/// without fused multiply-add.
ANDERSON_WIDE_VECTORS inline void sincos(const lanes<double>& x, lanes<double>& sine, lanes<double>& cosine) {
  using pack = lanes<double>;
  constexpr double pi_1 = 0x1.921fb54p+1, pi_2 = 0x1.10b461p-29, pi_3 = 0x1.a62633145c06ep-57;
  constexpr double inverse_pi = 0x1.45f306dc9c883p-2;
  const pack shift = pack::fill(0x1.8p52);  // adding it rounds to an integer
  const pack n = multiply_add(inverse_pi, x, shift) - shift;
  const pack odd = n - 2 * (multiply_add(0.5, n, shift) - shift);  // -1, 0 or 1
  const pack sign = subtract_product(pack::fill(1), 2 * odd, odd);
  pack r = subtract_product(x, pi_1, n);
  r = subtract_product(r, pi_2, n);
  r = subtract_product(r, pi_3, n);
  const pack y = r * r;
  pack s = pack::fill(1 / 51090942171709440000.0);     // 1 / 21!
  pack c = pack::fill(-1 / 1124000727777607680000.0);  // -1 / 22!
  constexpr double sine_terms[] = {-1 / 121645100408832000.0,
                                   1 / 355687428096000.0,
                                   -1 / 1307674368000.0,
                                   1 / 6227020800.0,
                                   -1 / 39916800.0,
                                   1 / 362880.0,
                                   -1 / 5040.0,
                                   1 / 120.0,
                                   -1 / 6.0};
  constexpr double cosine_terms[] = {1 / 2432902008176640000.0,
                                     -1 / 6402373705728000.0,
                                     1 / 20922789888000.0,
                                     -1 / 87178291200.0,
                                     1 / 479001600.0,
                                     -1 / 3628800.0,
                                     1 / 40320.0,
                                     -1 / 720.0,
                                     1 / 24.0,
                                     -1 / 2.0};
#pragma GCC unroll 16
  for (const double term : sine_terms) s = multiply_add(s, y, pack::fill(term));
#pragma GCC unroll 16
  for (const double term : cosine_terms) c = multiply_add(c, y, pack::fill(term));
  sine = sign * multiply_add(r * y, s, r);
  cosine = sign * multiply_add(c, y, pack::fill(1));
}

/// sines[i], cosines[i] of angles[i], i < count. Doubles: the vectors above (the standard library beyond 2^26). Other
/// types: the standard library.
template <real_scalar Real>
ANDERSON_WIDE_VECTORS void sincos(const Real* angles, Real* sines, Real* cosines, index_t count) {
  index_t i = 0;
  if constexpr (std::same_as<Real, double>) {
    using pack = lanes<double>;
    constexpr auto width = static_cast<index_t>(pack::width);
    constexpr double reach = 0x1p26;
    int far = 0;  // no branches: a vector loop
    for (index_t j = 0; j < count; ++j) far |= !(std::abs(angles[j]) <= reach);
    if (far == 0)
      for (; i < count; i += width) {
        const index_t rest = std::min(width, count - i);
        pack s, c;
        if (rest == width) {
          sincos(pack::load(angles + i), s, c);
          s.store(sines + i);
          c.store(cosines + i);
        } else {
          double x[pack::width] = {}, y[pack::width];
          std::copy_n(angles + i, rest, x);
          sincos(pack::load(x), s, c);
          s.store(x);
          c.store(y);
          std::copy_n(x, rest, sines + i);
          std::copy_n(y, rest, cosines + i);
        }
      }
  }
  for (; i < count; ++i) {
    const Real angle = angles[i];  // sines may be angles
    sines[i] = Eigen::numext::sin(angle);
    cosines[i] = Eigen::numext::cos(angle);
  }
}

/// The same for angles[i] + rests[i], |rests[i]| <= |angles[i]| eps / 2 or so: products that are exact only in two
/// parts.
template <real_scalar Real>
ANDERSON_WIDE_VECTORS void sincos(const Real* angles, const Real* rests, Real* sines, Real* cosines, index_t count) {
  sincos(angles, sines, cosines, count);
  const Real small = Eigen::numext::sqrt(Eigen::NumTraits<Real>::epsilon()) / 2;  // its square is below rounding
  int large = 0;
  for (index_t i = 0; i < count; ++i) large |= !(Eigen::numext::abs(rests[i]) <= small);
  if (large == 0) {
    for (index_t i = 0; i < count; ++i) {
      const Real s = sines[i], c = cosines[i], rest = rests[i];
      sines[i] = s + c * rest;
      cosines[i] = c - s * rest;
    }
    return;
  }
  for (index_t i = 0; i < count; ++i) {
    const Real s = sines[i], c = cosines[i], rest_s = Eigen::numext::sin(rests[i]),
               rest_c = Eigen::numext::cos(rests[i]);
    sines[i] = s * rest_c + c * rest_s;
    cosines[i] = c * rest_c - s * rest_s;
  }
}

}  // namespace anderson::detail
