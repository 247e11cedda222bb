// SPDX-License-Identifier: MIT
#pragma once

// The one place where Eigen's eigensolver is instantiated. Eigenvalues alone: linalg/hermitian_eigenvalues.hpp.

#include <anderson/core/types.hpp>
#include <anderson/linalg/hermitian_eigenvalues.hpp>

#include <Eigen/Eigenvalues>
#include <stdexcept>

namespace anderson {

/// Real symmetric tridiagonal matrix: diagonal of L, subdiagonal of L - 1 entries.
template <real_scalar Real>
struct tridiagonal {
  vector_t<Real> diagonal;
  vector_t<Real> subdiagonal;
};

/// h = V diag(values) V^dagger: ascending eigenvalues, eigenvector |a> in column a of `vectors`, orthonormal.
template <scalar Scalar>
struct eigensystem {
  vector_t<real_of_t<Scalar>> values;
  matrix_t<Scalar> vectors;
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
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace detail

/// All eigenpairs of a Hermitian matrix; only its lower triangle is read. Cost: O(L^3) time, O(L^2) memory.
/// @throws std::runtime_error  no convergence (entries not finite).
template <scalar Scalar>
eigensystem<Scalar> diagonalize(const matrix_t<Scalar>& h) {
  return detail::pairs_of<Scalar>(Eigen::SelfAdjointEigenSolver<matrix_t<Scalar>>(h));
}

/// The same for a tridiagonal matrix, without the reduction to that form. Cost: O(L^3) time for the vectors.
template <real_scalar Real>
eigensystem<Real> diagonalize(const tridiagonal<Real>& t) {
  Eigen::SelfAdjointEigenSolver<matrix_t<Real>> solver;
  solver.computeFromTridiagonal(t.diagonal, t.subdiagonal);
  return detail::pairs_of<Real>(solver);
}

}  // namespace anderson
