// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/lanes.hpp>

namespace anderson::detail {

/// A complex number in every lane.
template <real_scalar Real>
struct complex_lanes {
  lanes<Real> re, im;
};

template <class Real>
complex_lanes<Real> operator*(const complex_lanes<Real>& a, const complex_lanes<Real>& b) {
  return {subtract_product(a.re * b.re, a.im, b.im), multiply_add(a.re, b.im, a.im * b.re)};
}

/// re[lane[l]] + i im[lane[l]] in lane l.
template <class Real>
complex_lanes<Real> gather(const Real* re, const Real* im, const index_t* lane) {
  constexpr std::size_t width = lanes<Real>::width;
  alignas(64) Real r[width], i[width];
  for (std::size_t l = 0; l < width; ++l) r[l] = re[lane[l]], i[l] = im[lane[l]];
  return {lanes<Real>::load(r), lanes<Real>::load(i)};
}

/// to += v x
template <class Real, class Scalar>
void add_product(complex_lanes<Real>& to, Scalar v, const complex_lanes<Real>& x) {
  const Real vr = Eigen::numext::real(v);
  to.re = multiply_add(vr, x.re, to.re);
  to.im = multiply_add(vr, x.im, to.im);
  if constexpr (!real_scalar<Scalar>) {
    to.re = subtract_product(to.re, v.imag(), x.im);
    to.im = multiply_add(v.imag(), x.re, to.im);
  }
}

/// Flight: mode a of everybody turns by cosine[a] + i sine[a].
template <class Real>
struct flight_phases {
  const Real *cosine, *sine;
};

/// One pass over the first `modes` modes of a panel, the fused kick:
///
///     x_a += conj(before_a) gain         the kick that is due, gain = (e^{-i phi} - 1) amplitude
///     x_a *= d_a                         free flight
///     amplitude = sum_a after_a x_a      for the next kick
///
/// with before_a = <s|a> of the site that is kicked, after_a that of the next. Real amplitudes: 8 multiply-adds per
/// complex element, two loads and two stores.
template <class Real, class Scalar>
ANDERSON_WIDE_VECTORS complex_lanes<Real> kick_pass(lanes<Real>* __restrict x, index_t modes, flight_phases<Real> d,
                                                    const Scalar* before, const Scalar* after,
                                                    const complex_lanes<Real>& gain) {
  using pack = lanes<Real>;
  const complex_lanes<Real> g = gain;
  complex_lanes<Real> amplitude{pack::fill(0), pack::fill(0)};
  for (index_t a = 0; a < modes; ++a, x += 2) {
    complex_lanes<Real> y{x[0], x[1]};
    add_product(y, Eigen::numext::conj(before[a]), g);
    const Real c = d.cosine[a], s = d.sine[a];
    const complex_lanes<Real> turned{subtract_product(c * y.re, s, y.im), multiply_add(c, y.im, s * y.re)};
    x[0] = turned.re;
    x[1] = turned.im;
    add_product(amplitude, after[a], turned);
  }
  return amplitude;
}

/// The same for a kick on each of K sites, v[k * stride + a] = <s_k|a>; amplitudes replace gains[k].
template <class Real, class Scalar>
ANDERSON_WIDE_VECTORS void kick_pass(lanes<Real>* __restrict x, index_t modes, flight_phases<Real> d, const Scalar* v,
                                     index_t stride, index_t sites, complex_lanes<Real>* __restrict gains,
                                     complex_lanes<Real>* __restrict amplitudes) {
  using pack = lanes<Real>;
  for (index_t k = 0; k < sites; ++k) amplitudes[k] = {pack::fill(0), pack::fill(0)};
  for (index_t a = 0; a < modes; ++a, x += 2) {
    complex_lanes<Real> y{x[0], x[1]};
    for (index_t k = 0; k < sites; ++k) add_product(y, Eigen::numext::conj(v[k * stride + a]), gains[k]);
    const Real c = d.cosine[a], s = d.sine[a];
    const complex_lanes<Real> turned{subtract_product(c * y.re, s, y.im), multiply_add(c, y.im, s * y.re)};
    x[0] = turned.re;
    x[1] = turned.im;
    for (index_t k = 0; k < sites; ++k) add_product(amplitudes[k], v[k * stride + a], turned);
  }
}

}  // namespace anderson::detail
