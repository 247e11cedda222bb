// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <complex>

namespace anderson::detail {

/// Complex product without the NaN tests of std::complex, which cost a call per element.
template <class Real>
constexpr std::complex<Real> times(std::complex<Real> a, std::complex<Real> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
template <class Real>
constexpr std::complex<Real> times(Real a, std::complex<Real> b) {
  return {a * b.real(), a * b.imag()};
}

/// Magnitudes, without the care of std::abs, which costs ten times as much: squares below the smallest number are 0.
template <class Matrix>
auto magnitudes(const Matrix& z) {
  return z.cwiseAbs2().cwiseSqrt().eval();
}

/// A complex row-major L x M matrix is a real L x 2M one: real and imaginary parts alternate along a row.
template <class Real>
auto as_real(const orbitals_t<Real>& x) {
  using real_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const real_matrix>(reinterpret_cast<const Real*>(x.data()), x.rows(), 2 * x.cols());
}
template <class Real>
auto as_real(orbitals_t<Real>& x) {
  using real_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<real_matrix>(reinterpret_cast<Real*>(x.data()), x.rows(), 2 * x.cols());
}

/// out = V x, for real or complex V. A real V costs half of what Eigen's complex product does.
template <scalar Scalar>
void multiply(const matrix_t<Scalar>& v, const orbitals_t<real_of_t<Scalar>>& x, orbitals_t<real_of_t<Scalar>>& out) {
  out.resize(v.rows(), x.cols());
  if constexpr (real_scalar<Scalar>)
    as_real(out).noalias() = v * as_real(x);
  else
    out.noalias() = v * x;
}

/// out = V^dagger x.
template <scalar Scalar>
void multiply_adjoint(const matrix_t<Scalar>& v, const orbitals_t<real_of_t<Scalar>>& x,
                      orbitals_t<real_of_t<Scalar>>& out) {
  out.resize(v.cols(), x.cols());
  if constexpr (real_scalar<Scalar>)
    as_real(out).noalias() = v.transpose() * as_real(x);
  else
    out.noalias() = v.adjoint() * x;
}

}  // namespace anderson::detail
