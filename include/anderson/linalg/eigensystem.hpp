// SPDX-License-Identifier: MIT
#pragma once

// The one place where Eigen's eigensolver is instantiated. Eigenvalues alone: linalg/hermitian_eigenvalues.hpp.

#include <anderson/core/types.hpp>
#include <anderson/linalg/hermitian_eigenvalues.hpp>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
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
  using real = real_of_t<Scalar>;
  const real rounding = 16 * Eigen::NumTraits<real>::epsilon();
  const auto cleaned = [rounding](const Scalar& x) { return Eigen::numext::abs(x) > rounding ? x : Scalar(0); };
  return {solver.eigenvalues(), solver.eigenvectors().unaryExpr(cleaned)};
}

/// Replaces the tails of localized eigenvectors, where an eigensolver leaves rounding errors (up to 1e-13 in 300 modes,
/// where two far modes are nearly degenerate), by the exponentially small truth: from either end of the chain up to the
/// first amplitude above the root of a rounding error, the eigenvector obeys
///
///     t_i x_{i+1} = (E - d_i) x_i - t_{i-1} x_{i-1},   d, t: diagonal and subdiagonal,
///
/// which is stable where x grows. Decay rates that are squares of such amplitudes need that truth, and bounds of what
/// leaves a window, which compare it with numbers far below rounding. Cost: O(L^2).
template <real_scalar Real>
void restore_tails(const tridiagonal<Real>& h, eigensystem<Real>& eigen) {
  const index_t n = eigen.values.size();
  const Real visible = Eigen::numext::sqrt(Eigen::NumTraits<Real>::epsilon());
  const Real smallest = Eigen::numext::sqrt((std::numeric_limits<Real>::min)()),
             largest = 1 / Eigen::numext::sqrt(smallest);
  vector_t<Real> x(n);
  for (index_t a = 0; a < n; ++a)
    for (const bool from_right : {false, true}) {
      const auto at = [&](index_t i) { return from_right ? n - 1 - i : i; };
      const auto bond = [&](index_t i) { return h.subdiagonal[from_right ? n - 2 - i : i]; };  // of i and i + 1
      auto v = eigen.vectors.col(a);
      index_t end = 0;  // of the tail
      while (end < n && !(Eigen::numext::abs(v[at(end)]) > visible)) ++end;
      if (end == 0 || end + 1 >= n) continue;
      x[0] = 1;
      for (index_t i = 0; i <= end; ++i) {
        if (!(Eigen::numext::abs(bond(i)) > smallest)) {  // nothing of x beyond: it belongs to another mode
          x.head(i + 1).setZero();
          x[i + 1] = 1;
          continue;
        }
        x[i + 1] =
            ((eigen.values[a] - h.diagonal[at(i)]) * x[i] - (i > 0 ? bond(i - 1) * x[i - 1] : Real(0))) / bond(i);
        if (Eigen::numext::abs(x[i + 1]) > largest) x.head(i + 2) /= largest;
      }
      const Real scale =
          (x[end] * v[at(end)] + x[end + 1] * v[at(end + 1)]) / (x[end] * x[end] + x[end + 1] * x[end + 1]);
      for (index_t i = 0; i < end; ++i) {
        const Real tail = scale * x[i];
        v[at(i)] = Eigen::numext::abs(tail) > smallest ? tail : Real(0);
      }
    }
}

}  // namespace detail

/// All eigenpairs of a Hermitian matrix; only its lower triangle is read. Entries of the eigenvectors below 16 rounding
/// errors are 0, so that a node is one. Cost: O(L^3) time, O(L^2) memory.
/// @throws std::runtime_error  no convergence (entries not finite).
template <scalar Scalar>
eigensystem<Scalar> diagonalize(const matrix_t<Scalar>& h) {
  return detail::pairs_of<Scalar>(Eigen::SelfAdjointEigenSolver<matrix_t<Scalar>>(h));
}

/// The same for a tridiagonal matrix, without the reduction to that form. The tails of localized eigenvectors have
/// small relative errors, however small they are. Cost: O(L^3) time for the vectors.
template <real_scalar Real>
eigensystem<Real> diagonalize(const tridiagonal<Real>& t) {
  using std::ilogb, std::ldexp;
  Real largest = t.diagonal.cwiseAbs().maxCoeff();
  if (t.subdiagonal.size() > 0) largest = std::max(largest, t.subdiagonal.cwiseAbs().maxCoeff());
  const Real unit = largest > 0 ? static_cast<Real>(ldexp(Real(1), ilogb(largest))) : Real(1);
  const tridiagonal<Real> scaled{t.diagonal / unit, t.subdiagonal / unit};  // the solver's thresholds have a unit
  Eigen::SelfAdjointEigenSolver<matrix_t<Real>> solver;
  solver.computeFromTridiagonal(scaled.diagonal, scaled.subdiagonal);
  eigensystem<Real> eigen = detail::pairs_of<Real>(solver);
  detail::restore_tails(scaled, eigen);
  eigen.values *= unit;
  return eigen;
}

}  // namespace anderson
