// SPDX-License-Identifier: MIT
#pragma once

// The one place where Eigen's eigensolver is instantiated. Eigenvalues alone: linalg/hermitian_eigenvalues.hpp.

#include <anderson/core/detail/eigenvalues.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/householder.hpp>
#include <anderson/linalg/detail/localized_tails.hpp>
#include <anderson/linalg/hermitian_eigenvalues.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <stdexcept>

namespace anderson {

/// h = V diag(values) V^dagger: ascending eigenvalues, eigenvector |a> in column a of `vectors`, orthonormal.
template <scalar Scalar>
struct eigensystem {
  vector_t<real_of_t<Scalar>> values;
  matrix_t<Scalar> vectors;
  bool tails = false;  ///< small amplitudes have small relative errors; else all have absolute ones
};

namespace detail {

/// Amplitudes below 16 rounding errors are 0.
template <scalar Scalar>
void clean(matrix_t<Scalar>& vectors) {
  const auto rounding = 16 * Eigen::NumTraits<real_of_t<Scalar>>::epsilon();
  for (Scalar *x = vectors.data(), *stop = x + vectors.size(); x != stop; ++x)
    if (!(Eigen::numext::abs(*x) > rounding)) *x = Scalar(0);
}

/// Eigenpairs by implicit QL steps; the largest entry is of order 1.
/// @throws std::runtime_error  no convergence (entries not finite).
template <real_scalar Real>
eigensystem<Real> solve_tridiagonal(const vector_t<Real>& diagonal, const vector_t<Real>& subdiagonal) {
  Eigen::SelfAdjointEigenSolver<matrix_t<Real>> solver;
  solver.computeFromTridiagonal(diagonal, subdiagonal);
  if (solver.info() != Eigen::Success) {  // it may turn round and round at weak couplings between levels of zero
    vector_t<Real> couplings = subdiagonal;
    for (Real& x : couplings)
      if (Eigen::numext::abs(x) < Eigen::NumTraits<Real>::epsilon()) x = 0;
    solver.computeFromTridiagonal(diagonal, couplings);
  }
  const vector_t<Real>& values = solver.eigenvalues();
  if (solver.info() != Eigen::Success ||
      !std::all_of(values.begin(), values.end(), [](Real e) { return (Eigen::numext::isfinite)(e); }))
    throw std::runtime_error("anderson: eigensolver did not converge; is the matrix finite?");
  return {values, solver.eigenvectors(), false};
}

/// Power of two that brings the largest entry to [1, 2): no square of an energy overflows or vanishes.
template <real_scalar Real>
Real unit_of(Real largest) {
  int exponent = 1;
  using std::frexp, std::ldexp;
  if (largest > 0 && (Eigen::numext::isfinite)(largest)) frexp(largest, &exponent);
  return ldexp(Real(1), exponent - 1);
}

/// The middle of the diagonal where that is further from 0 than its entries are from each other, so that the
/// differences are exact; else 0.
template <real_scalar Real>
Real dominant_center(const vector_t<Real>& diagonal) {
  if (diagonal.size() == 0) return 0;
  Real low = diagonal[0], high = low;
  for (const Real x : diagonal) {
    if (!(Eigen::numext::isfinite)(x)) return 0;
    low = std::min(low, x);
    high = std::max(high, x);
  }
  return low > (high - low) || -high > (high - low) ? low + (high - low) / 2 : Real(0);
}

/// Eigenpairs of a matrix whose largest entry is of order 1: Eigen's reduction to a tridiagonal matrix, h = Q T
/// Q^dagger, whose eigenvectors are turned back by Q.
template <scalar Scalar>
eigensystem<Scalar> solve_dense(const matrix_t<Scalar>& h) {
  using real = real_of_t<Scalar>;
  if (h.rows() == 0) return {vector_t<real>(0), h, false};
  const Eigen::Tridiagonalization<matrix_t<Scalar>> reduced(h);
  const vector_t<real> diagonal = reduced.diagonal(), subdiagonal = reduced.subDiagonal();
  const eigensystem<real> eigen = solve_tridiagonal<real>(diagonal, subdiagonal);
  return {eigen.values, turned_back<Scalar>(reduced.packedMatrix(), reduced.householderCoefficients(), eigen.vectors),
          false};
}

template <real_scalar Real>
void scale_back(vector_t<Real>& values, Real unit, Real center) {
  for (Real& e : values) {
    e = e * unit + center;
    if (!(Eigen::numext::isfinite)(e)) throw std::runtime_error("anderson: an eigenvalue overflows");
  }
}

}  // namespace detail

/// All eigenpairs of a Hermitian matrix; only its lower triangle is read. Entries of the eigenvectors below 16 rounding
/// errors are 0. Cost: O(L^3) time, O(L^2) memory.
/// @throws std::runtime_error  no convergence (entries not finite); an eigenvalue overflows.
template <scalar Scalar>
eigensystem<Scalar> diagonalize(const matrix_t<Scalar>& h) {
  using real = real_of_t<Scalar>;
  const index_t n = h.rows();
  vector_t<real> diagonal(n);
  for (index_t i = 0; i < n; ++i) diagonal[i] = Eigen::numext::real(h(i, i));
  const real center = detail::dominant_center(diagonal);
  matrix_t<Scalar> a = h;
  for (index_t i = 0; i < n; ++i) a(i, i) -= Scalar(center);
  real largest = 0;
  for (index_t j = 0; j < n; ++j)
    for (index_t i = j; i < n; ++i)
      largest =
          std::max(largest, i == j ? Eigen::numext::abs(Eigen::numext::real(a(i, j))) : Eigen::numext::abs(a(i, j)));
  const real unit = detail::unit_of(largest);
  for (Scalar *x = a.data(), *stop = x + a.size(); x != stop; ++x) *x /= unit;
  eigensystem<Scalar> eigen = detail::solve_dense(a);
  detail::clean(eigen.vectors);
  detail::scale_back(eigen.values, unit, center);
  return eigen;
}

/// The same for an expression, or a matrix in another storage order.
template <class Matrix>
  requires(!std::same_as<Matrix, matrix_t<typename Matrix::PlainObject::Scalar>>)
auto diagonalize(const Matrix& h) { return diagonalize(matrix_t<typename Matrix::Scalar>(h)); }

/// The same for a tridiagonal matrix, without the reduction to that form, in any unit of energy and with any constant
/// on the diagonal. The tails of localized eigenvectors have small relative errors, however small they are, down to the
/// root of the smallest number; but for levels closer than rounding, whose modes are not defined: of these the
/// localized ones are given. Cost: O(L^3) time for the vectors.
template <real_scalar Real>
eigensystem<Real> diagonalize(const tridiagonal<Real>& t) {
  tridiagonal<Real> h = t;
  const Real center = detail::dominant_center<Real>(h.diagonal);
  Real largest = 0;
  for (Real& x : h.diagonal) {
    x -= center;
    largest = std::max(largest, Eigen::numext::abs(x));
  }
  for (const Real x : h.subdiagonal) largest = std::max(largest, Eigen::numext::abs(x));
  const Real unit = detail::unit_of(largest);
  for (Real& x : h.diagonal) x /= unit;
  for (Real& x : h.subdiagonal) x /= unit;
  eigensystem<Real> eigen = detail::solve_tridiagonal<Real>(h.diagonal, h.subdiagonal);
  detail::clean(eigen.vectors);
  detail::localized_tails<Real>(h.diagonal, h.subdiagonal, eigen.values, eigen.vectors);
  detail::scale_back(eigen.values, unit, center);
  eigen.tails = true;
  return eigen;
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar) where template eigensystem<Scalar> diagonalize<Scalar>(const matrix_t<Scalar>&);
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#define ANDERSON_LIST(where, Real) where template eigensystem<Real> diagonalize<Real>(const tridiagonal<Real>&);
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
