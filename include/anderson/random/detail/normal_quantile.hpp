// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <array>
#include <cmath>
#include <cstddef>

namespace anderson::detail {

/// (n_0 + n_1 x + ...) / (d_0 + d_1 x + ...), degree 7.
constexpr real_t rational(const std::array<real_t, 8>& n, const std::array<real_t, 8>& d, real_t x) noexcept {
  real_t numerator = n[7], denominator = d[7];
  for (std::size_t i = 7; i-- > 0;) {
    numerator = numerator * x + n[i];
    denominator = denominator * x + d[i];
  }
  return numerator / denominator;
}

/// The z >= 0 with Phi(z) = 1/2 + center = 1 - tail; both arguments, since each is accurate where the other is not.
/// Relative error about 1e-15 for 0 < tail <= 1/2.
/// @see Wichura, Appl. Stat. 37, 477 (1988), algorithm AS 241, PPND16.
inline real_t normal_quantile(real_t center, real_t tail) noexcept {
  // clang-format off
  constexpr std::array<real_t, 8> a{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                    3.3430575583588128105e4, 2.5090809287301226727e3};
  constexpr std::array<real_t, 8> b{1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                                    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
                                    5.2264952788528545610e3};
  constexpr std::array<real_t, 8> c{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                                    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr std::array<real_t, 8> d{1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                                    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
  constexpr std::array<real_t, 8> e{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                                    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr std::array<real_t, 8> f{1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
                                    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
                                    1.42151175831644588870e-7, 2.04426310338993978564e-15};
  // clang-format on
  if (center <= 0.425) return center * rational(a, b, 0.180625 - center * center);
  const real_t r = std::sqrt(-std::log(tail));
  return r <= 5.0 ? rational(c, d, r - 1.6) : rational(e, f, r - 5.0);
}

}  // namespace anderson::detail
