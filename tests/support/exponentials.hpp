// SPDX-License-Identifier: MIT
#pragma once

// What the tests of the matrix exponentials apply, start from and measure.

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>

namespace support {

/// out = a in, a real or complex.
template <class Scalar>
auto apply(const an::matrix_t<Scalar>& a) {
  return [&a](const auto& in, auto& out) { out = a.lazyProduct(in); };
}

/// A disordered open chain, W = 3.
inline an::matrix_t<double> disordered_chain(an::index_t length) {
  an::philox rng(11, {});
  an::matrix_t<double> h = an::matrix_t<double>::Zero(length, length);
  for (an::index_t i = 0; i < length; ++i) h(i, i) = an::uniform(rng, -3, 3);
  for (an::index_t i = 0; i + 1 < length; ++i) h(i, i + 1) = h(i + 1, i) = -1;
  return h;
}

/// Orthonormal, unit, parallel and scaled columns side by side, and a zero one.
inline an::orbitals_t<double> start_block(an::index_t length) {
  an::orbitals_t<double> x(length, 6);
  x.leftCols(2) = support::random_orbitals(length, 2, 5);
  x.col(2) = an::orbitals_t<double>::Identity(length, length).col(length / 2);
  x.col(3) = 1e3 * x.col(0);
  x.col(4) = 1e-3 * (x.col(0) + x.col(2));
  x.col(5).setZero();
  return x;
}

/// Largest |x - exact| / |exact| of a column; a zero column must stay zero.
inline double relative_error(const an::orbitals_t<double>& x, const an::orbitals_t<double>& exact) {
  double worst = 0;
  for (an::index_t j = 0; j < x.cols(); ++j) {
    const double error = (x.col(j) - exact.col(j)).norm(), norm = exact.col(j).norm();
    if (!(error == 0)) worst = std::max(worst, norm > 0 && std::isfinite(error) ? error / norm : 1e300);
  }
  return worst;
}

}  // namespace support
