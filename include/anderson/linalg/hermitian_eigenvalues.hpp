// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>
#include <cassert>
#include <concepts>
#include <stdexcept>

namespace anderson {

namespace detail {

/// Eigenvalues of Hermitian matrices h of at most `largest` rows, one after the other in the same memory.
///
/// Householder's reduction to a tridiagonal matrix, from the last row up, then the root-free QL iteration of Pal,
/// Walker and Kahan (LAPACK's xSTERF). Real and imaginary parts are kept apart, in panels of as many rows as fit a
/// vector register: the inner loop of the reduction runs along one panel, its sums stay in registers.
template <real_scalar Real>
class hermitian_spectrum {
  // Without vectors (EIGEN_DONT_VECTORIZE) the alignment is 0; one row only could not be a column-major array.
  static constexpr int lanes = std::max<int>(2, EIGEN_MAX_ALIGN_BYTES / static_cast<int>(sizeof(Real)));
  using lane = Eigen::Array<Real, lanes, 1>;
  using column = Eigen::Array<Real, Eigen::Dynamic, 2, Eigen::ColMajor>;  // real part, imaginary part

public:
  explicit hermitian_spectrum(index_t largest = 0) { reserve(largest); }

  /// Memory for matrices of `largest` rows; what is there is kept if it suffices.
  void reserve(index_t largest) {
    if (largest <= largest_) return;
    largest_ = largest;
    a_.setZero(lanes, 2 * largest * panels(largest));
    for (column* x : {&v_, &w_, &x_, &y_}) x->setZero(lanes * panels(largest), 2);
    diagonal_.resize(largest);
    squares_.resize(largest);
  }

  /// The eigenvalues in no order, valid until the next call. Reads the lower triangle of h.
  /// @throws std::runtime_error  no convergence (entries not finite).
  template <class Matrix>
  auto operator()(const Matrix& h) {
    const index_t n = h.rows();
    assert(h.cols() == n && n <= largest_);
    const Real scale = load(h);
    reduce(n);
    if (!diagonal_.head(n).allFinite() || !squares_.head(n).allFinite() || !iterate(n)) fail();
    diagonal_.head(n) *= scale;
    if (!diagonal_.head(n).allFinite()) fail();
    return diagonal_.head(n);
  }

private:
  static index_t panels(index_t rows) { return (rows + lanes - 1) / lanes; }
  index_t place(index_t panel, index_t j) const { return 2 * (panel * largest_ + j); }
  [[noreturn]] static void fail() {
    throw std::runtime_error("anderson: eigensolver did not converge; is the matrix finite?");
  }

  /// a = h / scale, largest real or imaginary part 1, so that no square overflows, and underflow is far below rounding.
  template <class Matrix>
  Real load(const Matrix& h) {
    using Eigen::numext::abs, Eigen::numext::imag, Eigen::numext::real;
    const index_t n = h.rows();
    Real scale = 4 / Eigen::NumTraits<Real>::highest();  // has an inverse
    for (index_t j = 0; j < n; ++j) {
      scale = std::max(scale, abs(real(h(j, j))));
      for (index_t i = j + 1; i < n; ++i) scale = std::max({scale, abs(real(h(i, j))), abs(imag(h(i, j)))});
    }
    const Real factor = 1 / scale;
    for (index_t j = 0; j < n; ++j)
      for (index_t i = j; i < n; ++i) {
        const Real re = factor * real(h(i, j)), im = i == j ? Real(0) : factor * imag(h(i, j));
        const index_t below = place(i / lanes, j), above = place(j / lanes, i);
        a_(i % lanes, below) = a_(j % lanes, above) = re;
        a_(i % lanes, below + 1) = im;
        a_(j % lanes, above + 1) = -im;
      }
    return scale;
  }

  /// Step m turns column m into one entry: a -> H a H on rows and columns [0, m), H = 1 - tau v v^dagger,
  ///
  ///     H a H = a - v w^dagger - w v^dagger,    w = tau a v - (tau^2 / 2) (v^dagger a v) v
  ///
  /// Of the entries beside the diagonal only |entry|^2 is kept.
  void reduce(index_t n) {
    v_.setZero();
    w_.setZero();
    squares_.setZero();
    for (index_t m = n - 1; m >= 0; --m) {
      const index_t rows = lanes * panels(m + 1);
      for (index_t t = 0; t < panels(m + 1); ++t) {
        x_.col(0).template segment<lanes>(lanes * t) = a_.col(place(t, m));
        x_.col(1).template segment<lanes>(lanes * t) = a_.col(place(t, m) + 1);
      }
      const auto vr = v_.col(0).head(rows), vi = v_.col(1).head(rows);
      const auto wr = w_.col(0).head(rows), wi = w_.col(1).head(rows);
      x_.col(0).head(rows) -= vr * w_(m, 0) + vi * w_(m, 1) + wr * v_(m, 0) + wi * v_(m, 1);
      x_.col(1).head(rows) -= vi * w_(m, 0) - vr * w_(m, 1) + wi * v_(m, 0) - wr * v_(m, 1);
      diagonal_[m] = x_(m, 0);
      if (m == 0) break;
      x_.middleRows(m, rows - m).setZero();
      const Real tau = reflect(m);
      multiply(m);
      y_.middleRows(m, rows - m).setZero();
      v_.topRows(rows) = x_.topRows(rows);
      w_.topRows(rows) = tau * y_.topRows(rows);
      const Real half = tau / 2 * (v_.topRows(rows) * w_.topRows(rows)).sum();
      w_.topRows(rows) -= half * v_.topRows(rows);
    }
  }

  /// x = column m above the diagonal becomes v; returns tau. Keeps the square of its norm.
  Real reflect(index_t m) {
    const Real alpha = Eigen::numext::hypot(x_(m - 1, 0), x_(m - 1, 1)), rest = x_.topRows(m - 1).square().sum();
    squares_[m - 1] = rest + alpha * alpha;
    if (!(rest > tiny())) {
      x_.topRows(m).setZero();
      return 0;
    }
    const Real norm = Eigen::numext::sqrt(squares_[m - 1]);
    if (alpha > Eigen::NumTraits<Real>::epsilon() * norm)
      x_.row(m - 1) *= 1 + norm / alpha;
    else
      x_(m - 1, 0) += norm;  // any phase will do
    return 1 / (norm * (norm + alpha));
  }

  /// y = a x on [0, m), after the a -= v w^dagger + w v^dagger left from the step before: one pass for both.
  void multiply(index_t m) {
    for (index_t t = 0; t < panels(m); ++t) {
      const lane vr = v_.col(0).template segment<lanes>(lanes * t), vi = v_.col(1).template segment<lanes>(lanes * t);
      const lane wr = w_.col(0).template segment<lanes>(lanes * t), wi = w_.col(1).template segment<lanes>(lanes * t);
      lane rr = lane::Zero(), ri = rr, ir = rr, ii = rr;
      for (index_t j = 0; j < m; ++j) {
        const index_t at = place(t, j);
        const lane re = a_.col(at) - (vr * w_(j, 0) + vi * w_(j, 1) + wr * v_(j, 0) + wi * v_(j, 1));
        const lane im = a_.col(at + 1) - (vi * w_(j, 0) - vr * w_(j, 1) + wi * v_(j, 0) - wr * v_(j, 1));
        a_.col(at) = re;
        a_.col(at + 1) = im;
        rr += re * x_(j, 0);
        ri += re * x_(j, 1);
        ir += im * x_(j, 0);
        ii += im * x_(j, 1);
      }
      y_.col(0).template segment<lanes>(lanes * t) = rr - ii;
      y_.col(1).template segment<lanes>(lanes * t) = ri + ir;
    }
  }

  static Real tiny() { return 16 / Eigen::numext::sqrt(Eigen::NumTraits<Real>::highest()); }

  /// Pal, Walker and Kahan; Parlett, The Symmetric Eigenvalue Problem, sec. 8.15. An entry beside the diagonal is
  /// dropped once below eps times the largest entry: that moves no eigenvalue by more than 2 roundings of the norm.
  bool iterate(index_t n) {
    auto& d = diagonal_;
    auto& e2 = squares_;
    const Real eps = Eigen::NumTraits<Real>::epsilon();
    Real norm2 = 0;
    for (index_t i = 0; i < n; ++i) norm2 = std::max({norm2, d[i] * d[i], e2[i]});
    const Real negligible = eps * eps * norm2;
    index_t iterations_left = 30 * n;
    for (index_t l = 0; l < n;) {
      index_t m = l;
      while (m < n - 1 && e2[m] > negligible) ++m;
      if (m == l) {
        ++l;
        continue;
      }
      if (--iterations_left < 0) return false;
      const Real root = Eigen::numext::sqrt(e2[l]), half = (d[l + 1] - d[l]) / (2 * root);
      const Real length = Eigen::numext::hypot(half, Real(1));
      const Real shift = d[l] - root / (half < 0 ? half - length : half + length);  // Wilkinson's
      Real c = 1, s = 0, gamma = d[m] - shift, p = gamma * gamma;
      for (index_t i = m - 1; i >= l; --i) {
        const Real r = p + e2[i], last_c = c, last_gamma = gamma, last_s = s;
        const Real numerator = p * (d[i] - shift) - e2[i] * gamma;
        c = p / r;
        s = e2[i] / r;
        gamma = numerator / r;
        d[i + 1] = last_gamma + (d[i] - gamma);
        if (p > tiny())
          p = numerator * numerator / (p * r);  // gamma^2 / c: no division waits for another
        else
          p = c > 0 ? gamma * gamma / c : last_c * e2[i];
        if (i + 1 < m) e2[i + 1] = last_s * r;
      }
      e2[l] = s * p;
      d[l] = shift + gamma;
    }
    return true;
  }

  index_t largest_ = 0;
  // column place(p, j): real part of rows of panel p; then imaginary part
  Eigen::Array<Real, lanes, Eigen::Dynamic, Eigen::ColMajor> a_;
  column v_, w_, x_, y_;
  vector_t<Real> diagonal_, squares_;
};

}  // namespace detail

/// Ascending eigenvalues of a real symmetric or complex Hermitian matrix; only its lower triangle is read. Their errors
/// are a few roundings of the one largest in size. Cost: 8 L^3 operations, a fraction of what the eigenpairs take.
/// @throws std::runtime_error  no convergence (entries not finite).
template <scalar Scalar>
vector_t<real_of_t<Scalar>> hermitian_eigenvalues(const matrix_t<Scalar>& h) {
  detail::hermitian_spectrum<real_of_t<Scalar>> spectrum(h.rows());
  vector_t<real_of_t<Scalar>> values = spectrum(h);
  std::sort(values.begin(), values.end());
  return values;
}

/// The same for an expression, or a matrix in another storage order.
template <class Matrix>
  requires(!std::same_as<Matrix, matrix_t<typename Matrix::PlainObject::Scalar>>)
auto hermitian_eigenvalues(const Matrix& h) { return hermitian_eigenvalues(matrix_t<typename Matrix::Scalar>(h)); }

}  // namespace anderson
