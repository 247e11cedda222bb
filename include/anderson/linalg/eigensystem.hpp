// SPDX-License-Identifier: MIT
#pragma once

// The one place where Eigen's eigensolver is instantiated. Eigenvalues alone: linalg/hermitian_eigenvalues.hpp.

#include <anderson/core/eigenvalues.hpp>
#include <anderson/core/types.hpp>
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

template <class Solver>
const Solver& converged(const Solver& solver) {
  if (solver.info() != Eigen::Success || !solver.eigenvalues().allFinite())
    throw std::runtime_error("anderson: eigensolver did not converge; is the matrix finite?");
  return solver;
}

template <scalar Scalar>
eigensystem<Scalar> pairs_of(const Eigen::SelfAdjointEigenSolver<matrix_t<Scalar>>& solver) {
  converged(solver);
  using real = real_of_t<Scalar>;
  const real rounding = 16 * Eigen::NumTraits<real>::epsilon();
  const auto cleaned = [rounding](const Scalar& x) { return Eigen::numext::abs(x) > rounding ? x : Scalar(0); };
  return {solver.eigenvalues(), solver.eigenvectors().unaryExpr(cleaned), false};
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
  if (diagonal.size() == 0 || !diagonal.allFinite()) return 0;
  const Real low = diagonal.minCoeff(), high = diagonal.maxCoeff();
  return low > (high - low) || -high > (high - low) ? low + (high - low) / 2 : Real(0);
}

}  // namespace detail

/// All eigenpairs of a Hermitian matrix; only its lower triangle is read. Entries of the eigenvectors below 16 rounding
/// errors are 0, so that a node is one. Cost: O(L^3) time, O(L^2) memory.
/// @throws std::runtime_error  no convergence (entries not finite).
template <scalar Scalar>
eigensystem<Scalar> diagonalize(const matrix_t<Scalar>& h) {
  using real = real_of_t<Scalar>;
  const real center = detail::dominant_center<real>(h.diagonal().real());
  if (center == 0) return detail::pairs_of<Scalar>(Eigen::SelfAdjointEigenSolver<matrix_t<Scalar>>(h));
  matrix_t<Scalar> centered = h;
  centered.diagonal().array() -= Scalar(center);
  eigensystem<Scalar> eigen = detail::pairs_of<Scalar>(Eigen::SelfAdjointEigenSolver<matrix_t<Scalar>>(centered));
  eigen.values.array() += center;
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
  const index_t n = h.diagonal.size();
  const Real center = detail::dominant_center<Real>(h.diagonal);
  h.diagonal.array() -= center;
  Real largest = n > 0 ? h.diagonal.cwiseAbs().maxCoeff() : Real(0);
  if (n > 1) largest = std::max(largest, h.subdiagonal.cwiseAbs().maxCoeff());
  const Real unit = detail::unit_of(largest);
  h.diagonal /= unit;
  h.subdiagonal /= unit;
  Eigen::SelfAdjointEigenSolver<matrix_t<Real>> solver;
  solver.computeFromTridiagonal(h.diagonal, h.subdiagonal);
  if (solver.info() != Eigen::Success)  // it may turn round and round at weak couplings between levels of zero
    solver.computeFromTridiagonal(h.diagonal, h.subdiagonal.unaryExpr([](const Real& x) {
      return Eigen::numext::abs(x) < Eigen::NumTraits<Real>::epsilon() ? Real(0) : x;
    }));
  eigensystem<Real> eigen = detail::pairs_of<Real>(solver);
  detail::localized_tails<Real>(h.diagonal, h.subdiagonal, eigen.values, eigen.vectors);
  eigen.values = (eigen.values * unit).array() + center;
  eigen.tails = true;
  return eigen;
}

}  // namespace anderson
