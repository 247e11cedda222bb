// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/column_sums.hpp>
#include <anderson/linalg/detail/lanes.hpp>

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace anderson {

namespace detail {

/// Eigenvalues of Hermitian matrices h of at most `largest` rows, one after the other in the same memory.
///
/// Householder's reduction to a tridiagonal matrix, from the last row up, then the root-free QL iteration of Pal,
/// Walker and Kahan (LAPACK's xSTERF). Real and imaginary parts are kept apart, in panels of as many rows as fit a
/// vector register: the inner loop of the reduction runs along one panel, its sums stay in registers.
template <real_scalar Real>
class hermitian_spectrum {
  using pack = lanes<Real>;
  static constexpr auto width = static_cast<index_t>(pack::width);

public:
  explicit hermitian_spectrum(index_t largest = 0) { reserve(largest); }

  /// Memory for matrices of `largest` rows; what is there is kept if it suffices.
  void reserve(index_t largest) {
    if (largest <= largest_) return;
    largest_ = largest;
    const auto lines = static_cast<std::size_t>(panels(largest));
    a_.assign(static_cast<std::size_t>(largest) * lines, complex_pack{});
    for (std::vector<complex_pack>* x : {&v_, &w_, &x_, &y_}) x->assign(lines, complex_pack{});
    diagonal_.resize(largest);
    squares_.resize(largest);
  }

  /// The eigenvalues in no order, valid until the next call. Reads the lower triangle of h.
  /// @throws std::runtime_error  no convergence (entries not finite).
  template <class Matrix>
  auto operator()(const Matrix& h) {
    assert(h.cols() == h.rows() && h.rows() <= largest_);
    solve(h.rows(), load(h));
    return diagonal_.head(h.rows());
  }

private:
  struct complex_pack {
    pack re = pack::fill(0), im = pack::fill(0);
  };

  static index_t panels(index_t rows) { return (rows + width - 1) / width; }
  complex_pack& a(index_t panel, index_t j) { return a_[static_cast<std::size_t>(panel * largest_ + j)]; }
  /// Entry i of a column, real part; the imaginary part is `width` behind it.
  static Real* entry(std::vector<complex_pack>& x, index_t i) {
    return entry(x[static_cast<std::size_t>(i / width)], i);
  }
  static Real* entry(complex_pack& x, index_t i) { return reinterpret_cast<Real*>(&x) + i % width; }
  static void clear(std::vector<complex_pack>& x, index_t first, index_t end) {
    for (index_t i = first; i < end; ++i) entry(x, i)[0] = entry(x, i)[width] = 0;
  }
  [[noreturn]] static void fail() {
    throw std::runtime_error("anderson: eigensolver did not converge; is the matrix finite?");
  }

  void solve(index_t n, Real scale) {
    reduce(n);
    bool finite = true;
    for (index_t i = 0; i < n; ++i) finite = finite && (Eigen::numext::isfinite)(diagonal_[i] + squares_[i]);
    if (!finite || !iterate(n)) fail();
    for (index_t i = 0; i < n; ++i) {
      diagonal_[i] *= scale;
      finite = finite && (Eigen::numext::isfinite)(diagonal_[i]);
    }
    if (!finite) fail();
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
        Real *below = entry(a(i / width, j), i), *above = entry(a(j / width, i), j);
        below[0] = above[0] = re;
        below[width] = im;
        above[width] = -im;
      }
    return scale;
  }

  /// x - v conj(w_i) - w conj(v_i), w = {re, im} of w_i and v of v_i
  static complex_pack subtract(const complex_pack& x, const complex_pack& v, const complex_pack& w, const Real* wi,
                               const Real* vi) {
    const pack re = multiply_add(wi[0], v.re, wi[width] * v.im), im = subtract_product(wi[0] * v.im, wi[width], v.re);
    return {x.re - multiply_add(vi[0], w.re, multiply_add(vi[width], w.im, re)),
            x.im - subtract_product(multiply_add(vi[0], w.im, im), vi[width], w.re)};
  }

  /// Step m turns column m into one entry: a -> H a H on rows and columns [0, m), H = 1 - tau v v^dagger,
  ///
  ///     H a H = a - v w^dagger - w v^dagger,    w = tau a v - (tau^2 / 2) (v^dagger a v) v
  ///
  /// Of the entries beside the diagonal only |entry|^2 is kept.
  void reduce(index_t n) {
    clear(v_, 0, width * panels(n));
    clear(w_, 0, width * panels(n));
    squares_.setZero();
    for (index_t m = n - 1; m >= 0; --m) {
      const auto lines = static_cast<std::size_t>(panels(m + 1));
      for (std::size_t t = 0; t < lines; ++t)
        x_[t] = subtract(a(static_cast<index_t>(t), m), v_[t], w_[t], entry(w_, m), entry(v_, m));
      diagonal_[m] = entry(x_, m)[0];
      if (m == 0) break;
      clear(x_, m, width * panels(m + 1));
      const Real tau = reflect(m);
      multiply(m);
      clear(y_, m, width * panels(m + 1));
      pack products = pack::fill(0);
      for (std::size_t t = 0; t < lines; ++t) {
        v_[t] = x_[t];
        w_[t] = {tau * y_[t].re, tau * y_[t].im};
        products = multiply_add(v_[t].re, w_[t].re, multiply_add(v_[t].im, w_[t].im, products));
      }
      const Real half = tau / 2 * sum(products);
      for (std::size_t t = 0; t < lines; ++t)
        w_[t] = {subtract_product(w_[t].re, half, v_[t].re), subtract_product(w_[t].im, half, v_[t].im)};
    }
  }

  /// x = column m above the diagonal becomes v; returns tau. Keeps the square of its norm.
  Real reflect(index_t m) {
    Real* last = entry(x_, m - 1);
    const Real re = last[0], im = last[width], alpha = Eigen::numext::hypot(re, im);
    last[0] = last[width] = 0;
    pack squares = pack::fill(0);
    for (index_t t = 0; t < panels(m); ++t) {
      const complex_pack& x = x_[static_cast<std::size_t>(t)];
      squares = multiply_add(x.re, x.re, multiply_add(x.im, x.im, squares));
    }
    const Real rest = sum(squares);
    squares_[m - 1] = rest + alpha * alpha;
    if (!(rest > tiny())) {
      clear(x_, 0, m);
      return 0;
    }
    const Real norm = Eigen::numext::sqrt(squares_[m - 1]);
    const bool any_phase = !(alpha > Eigen::NumTraits<Real>::epsilon() * norm);
    const Real factor = any_phase ? Real(1) : 1 + norm / alpha;
    last[0] = any_phase ? re + norm : factor * re;
    last[width] = factor * im;
    return 1 / (norm * (norm + alpha));
  }

  /// y = a x on [0, m), after the a -= v w^dagger + w v^dagger left from the step before: one pass for both.
  void multiply(index_t m) {
    for (index_t t = 0; t < panels(m); ++t) {
      const auto line = static_cast<std::size_t>(t);
      const complex_pack v = v_[line], w = w_[line];
      pack rr = pack::fill(0), ri = rr, ir = rr, ii = rr;
      for (index_t j = 0; j < m; ++j) {
        complex_pack& entries = a(t, j);
        entries = subtract(entries, v, w, entry(w_, j), entry(v_, j));
        const Real* x = entry(x_, j);
        rr = multiply_add(x[0], entries.re, rr);
        ri = multiply_add(x[width], entries.re, ri);
        ir = multiply_add(x[0], entries.im, ir);
        ii = multiply_add(x[width], entries.im, ii);
      }
      y_[line] = {rr - ii, ri + ir};
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
  std::vector<complex_pack> a_;  // panel p of column j at p * largest + j
  std::vector<complex_pack> v_, w_, x_, y_;
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

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar) \
  where template vector_t<real_of_t<Scalar>> hermitian_eigenvalues<Scalar>(const matrix_t<Scalar>&);
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
