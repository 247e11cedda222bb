// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <cmath>
#include <complex>

namespace anderson::detail {

/// exp(-i energy time) by the product before it is rounded: an energy far from 0 turns by many radians, of which the
/// last bit counts.
template <real_scalar Real>
std::complex<Real> phase(Real energy, Real time) {
  using std::fma;
  const Real angle = energy * time, rest = fma(energy, time, -angle);
  const std::complex<Real> turn = std::polar(Real(1), -angle);
  const bool small = rest * rest < Eigen::NumTraits<Real>::epsilon() / 8;
  return times(turn, small ? std::complex<Real>(Real(1), -rest) : std::polar(Real(1), -rest));
}

}  // namespace anderson::detail
