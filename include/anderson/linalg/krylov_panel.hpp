// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Lanczos for a panel of a few columns, each with its own Krylov space; the loops run over all of them. See
/// krylov_exponential.
template <real_scalar Real, index_t columns>
class krylov_panel {
public:
  using block = orbitals_t<Real>;  // L x columns

  /// Space, its time and the logarithm of the error bound of the worst column at that time.
  struct basis {
    index_t dimension;
    Real tau;
    real_t log_bound;
  };

  /// The first basis vectors: to be set to the start vectors before grow(), and the result after finish(). Every call
  /// of grow() may move them.
  block& first(index_t rows) {
    if (v_.empty() || v_[0].rows() != rows) v_.assign(2, block::Zero(rows, columns));
    size_ = 2 * rows * columns;
    return v_[0];
  }

  /// Lanczos until the bound for the time `attempt` is below allowed * attempt or the largest dimension is reached.
  /// @throws std::runtime_error  a vector is not finite.
  template <class Apply>
  basis grow(Apply& apply, Real attempt, real_t log_allowed, index_t max_dimension) {
    const auto log_tau = std::log(static_cast<real_t>(attempt));
    const Real tiny = 10 * Eigen::NumTraits<Real>::epsilon();
    norm_ = Eigen::sqrt(dot(data(0), data(0)));
    scale(data(0), inverse(norm_));
    scale_.setZero();
    Eigen::Array<real_t, columns, 1> log_product;
    log_product.setZero();
    for (index_t k = 0;; ++k) {
      const index_t dimension = k + 1;
      reserve(dimension);
      apply(std::as_const(v_[index(k)]), v_[index(k + 1)]);
      // w = A v_k - beta_{k-1} v_{k-1} - alpha_k v_k, each subtraction joined with the product that comes next
      const lane alpha =
          k > 0 ? subtract(data(k + 1), small_[index(k - 1)].beta, data(k - 1), data(k)) : dot(data(k), data(k + 1));
      lane beta = subtract(data(k + 1), alpha, data(k), data(k + 1));
      if (!beta.allFinite())
        throw std::runtime_error(
            "anderson: a vector of the Krylov space is not finite; are operator and start finite?");
      beta = beta.sqrt();
      scale_ = scale_.max(alpha.abs() + beta);
      beta = (beta <= tiny * scale_).select(lane::Zero(), beta);
      small_[index(k)].alpha = alpha;
      small_[index(k)].beta = beta;
      for (index_t j = 0; j < columns; ++j)
        log_product[j] += std::log(static_cast<real_t>(beta[j]) / static_cast<real_t>(dimension));
      const real_t log_bound = log_product.maxCoeff() + static_cast<real_t>(dimension) * log_tau;
      if (log_bound <= log_allowed + log_tau || dimension >= max_dimension) return {dimension, attempt, log_bound};
      scale(data(k + 1), inverse(beta));
    }
  }

  /// first <- |x| sum_k v_k (exp(-i tau T) e_1)_k
  void finish(index_t dimension, Real tau) {
    small_exponential(dimension, tau);
    for (index_t k = 0; k < dimension; ++k) {
      spread(small_[index(k)].y.re * norm_, small_[index(k)].re);
      spread(small_[index(k)].y.im * norm_, small_[index(k)].im);
    }
    const index_t whole = size_ - size_ % width;
    for (index_t i = 0; i < whole; i += width) {
      row re = row::Zero(), im = row::Zero();  // sums of v times the real and the imaginary parts: the sum is re + i im
      for (index_t k = 0; k < dimension; ++k) {
        const auto v = at(data(k) + i);
        re += small_[index(k)].re * v;
        im += small_[index(k)].im * v;
      }
      Real* out = data(0) + i;
      for (index_t j = 0; j < width; j += 2) {
        out[j] = re[j] - im[j + 1];
        out[j + 1] = re[j + 1] + im[j];
      }
    }
    for (index_t i = whole; i < size_; i += 2) {
      std::complex<Real> sum = 0;
      for (index_t k = 0; k < dimension; ++k) {
        const Real *v = data(k) + i, re = small_[index(k)].re[0], im = small_[index(k)].im[0];
        sum += std::complex<Real>(re * v[0] - im * v[1], re * v[1] + im * v[0]);
      }
      data(0)[i] = sum.real(), data(0)[i + 1] = sum.imag();
    }
  }

private:
  static constexpr index_t width = 16;  // reals that are taken at once: a row, or eight sites of a single column
  static_assert(columns == 1 || 2 * columns == width);
  using row = Eigen::Array<Real, width, 1>;
  using lane = Eigen::Array<Real, columns, 1>;  // a number per column

  struct complex_lane {
    lane re, im;
  };
  /// What belongs to one basis vector: its row of T, of exp(-i tau T) e_1 and of the Taylor series.
  struct small_row {
    lane alpha, beta;
    complex_lane y, term, next;
    row re, im;
  };

  static std::size_t index(index_t k) { return static_cast<std::size_t>(k); }
  Real* data(index_t k) { return reinterpret_cast<Real*>(v_[index(k)].data()); }
  static Eigen::Map<const row> at(const Real* p) { return Eigen::Map<const row>(p); }

  void reserve(index_t dimension) {
    if (v_.size() < index(dimension + 1)) v_.resize(index(dimension + 1), block::Zero(v_[0].rows(), columns));
    if (small_.size() < index(dimension)) small_.resize(index(dimension));
  }

  static lane inverse(const lane& x) { return (x > 0).select(1 / x, lane::Zero()); }

  /// A number per column as a factor of all entries of a row.
  static void spread(const lane& x, row& out) {
    if constexpr (columns == 1)
      out.setConstant(x[0]);
    else
      for (index_t j = 0; j < columns; ++j) out[2 * j] = out[2 * j + 1] = x[j];
  }
  static row spread(const lane& x) {
    row out;
    spread(x, out);
    return out;
  }
  /// The sum of a row by columns, real and imaginary parts together.
  static lane fold(const row& x) {
    lane sum;
    if constexpr (columns == 1)
      sum[0] = x.sum();
    else
      for (index_t j = 0; j < columns; ++j) sum[j] = x[2 * j] + x[2 * j + 1];
    return sum;
  }

  /// Real parts of <a|b> by column.
  lane dot(const Real* a, const Real* b) const {
    row sum = row::Zero();
    index_t i = 0;
    for (; i + width <= size_; i += width) sum += at(a + i) * at(b + i);
    lane all = fold(sum);
    for (; i < size_; ++i) all[0] += a[i] * b[i];  // one column only
    return all;
  }

  /// w -= factor p, then the real parts of <w|q> by column; q may be w.
  lane subtract(Real* w, const lane& factor, const Real* p, const Real* q) const {
    const row f = spread(factor);
    row sum = row::Zero();
    index_t i = 0;
    const bool own = q == w;
    if (own) {
      for (; i + width <= size_; i += width) {
        const row z = at(w + i) - f * at(p + i);
        Eigen::Map<row>(w + i) = z;
        sum += z * z;
      }
    } else {
      for (; i + width <= size_; i += width) {
        const row z = at(w + i) - f * at(p + i);
        Eigen::Map<row>(w + i) = z;
        sum += z * at(q + i);
      }
    }
    lane all = fold(sum);
    for (; i < size_; ++i) {
      w[i] -= factor[0] * p[i];
      all[0] += w[i] * q[i];
    }
    return all;
  }

  void scale(Real* w, const lane& factor) const {
    const row f = spread(factor);
    index_t i = 0;
    for (; i + width <= size_; i += width) Eigen::Map<row>(w + i) *= f;
    for (; i < size_; ++i) w[i] *= factor[0];
  }

  /// y = exp(-i tau T) e_1 for every column at once: Taylor series on pieces with |tau T| <= 1, each to rounding.
  void small_exponential(index_t dimension, Real tau) {
    const Real largest = scale_.maxCoeff();  // |alpha| + beta; a row of T adds one beta
    const Real pieces = std::max(Real(1), Eigen::numext::ceil(2 * largest * Eigen::numext::abs(tau)));
    require(pieces < Real(1e6), "norm of tau A", largest * Eigen::numext::abs(tau), "less than about 1e6");
    const Real reach = Eigen::NumTraits<Real>::epsilon() / 8;
    for (index_t k = 0; k < dimension; ++k) small_[index(k)].y = {lane::Constant(k == 0 ? 1 : 0), lane::Zero()};
    for (int piece = 0; piece < static_cast<int>(pieces); ++piece) {
      for (index_t k = 0; k < dimension; ++k) small_[index(k)].term = small_[index(k)].y;
      for (int order = 1; order < 200; ++order)
        if (taylor_term(dimension, tau / pieces / static_cast<Real>(order)) <= reach) break;
    }
  }

  /// term <- -i factor T term, added to y; the largest entry.
  Real taylor_term(index_t dimension, Real factor) {
    lane biggest = lane::Zero();
    for (index_t k = 0; k < dimension; ++k) {
      small_row& r = small_[index(k)];
      lane re = r.alpha * r.term.re, im = r.alpha * r.term.im;
      if (k > 0) {
        const small_row& below = small_[index(k - 1)];
        re += below.beta * below.term.re, im += below.beta * below.term.im;
      }
      if (k + 1 < dimension) {
        const complex_lane& above = small_[index(k + 1)].term;
        re += r.beta * above.re, im += r.beta * above.im;
      }
      r.next.re = factor * im;  // -i (re + i im) = im - i re
      r.next.im = -factor * re;
      r.y.re += r.next.re;
      r.y.im += r.next.im;
      biggest = biggest.max(r.next.re.abs() + r.next.im.abs());
    }
    for (index_t k = 0; k < dimension; ++k) small_[index(k)].term = small_[index(k)].next;
    return biggest.maxCoeff();
  }

  index_t size_ = 0;  // reals in a block
  std::vector<block> v_;
  std::vector<small_row> small_;
  lane norm_, scale_;
};

}  // namespace anderson::detail
