// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/products.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

namespace anderson {

struct krylov_options {
  real_t tolerance = 1e-10;    ///< bound on |error| / |x| of every column, for the whole interval; > 0
  index_t max_dimension = 30;  ///< largest Krylov space before the interval is cut; >= 2
};

/// What a Krylov exponential did.
struct krylov_report {
  index_t dimension = 0;   ///< largest Krylov space used
  index_t sub_steps = 0;   ///< pieces the interval was cut into
  real_t error_bound = 0;  ///< rigorous up to rounding, relative to |x|; <= tolerance
};

/// x <- exp(-i tau A) x for a block of vectors and a Hermitian A known by its action, by Lanczos: the columns share the
/// loops, each has its own Krylov space. Usable alone, with any operator:
///
///     anderson::krylov_exponential<double> exponential({.tolerance = 1e-12});
///     const auto report = exponential([&](const auto& in, auto& out) { out = a * in; }, tau, x);
///
/// With V_m the Lanczos basis and T_m its tridiagonal matrix (diagonal alpha, off-diagonal beta), |x| V_m exp(-i tau
/// T_m) e_1 approximates the result, and its error obeys
///
///     |error| <= |x| beta_m int_0^tau |(exp(-i s T_m))_m1| ds <= |x| (beta_1 ... beta_m) tau^m / m!
///
/// First bound: Saad, SIAM J. Numer. Anal. 29, 209 (1992). Second: reaching the last basis vector takes m - 1 passages
/// (Duhamel's formula m - 1 times, all factors between are contractions). The second needs no eigenproblem, so it is
/// watched while the space grows; for tau |A| >> 1 it asks for a third more vectors than needed.
///
/// A small beta (invariant subspace) ends a column exactly: the rest of its basis is zero.
///
/// Cost: dimension applications of A and O(dimension L M) more; memory (dimension + 1) L M, kept between calls, so a
/// second call of the same shape allocates nothing.
template <real_scalar Real>
class krylov_exponential {
public:
  /// @throws std::invalid_argument  tolerance <= 0 or not finite; max_dimension < 2.
  explicit krylov_exponential(krylov_options options = {}) : options_(options) {
    detail::require(options.tolerance > 0 && std::isfinite(options.tolerance), "tolerance", options.tolerance,
                    "tolerance > 0 and finite");
    detail::require(options.max_dimension >= 2, "max_dimension", options.max_dimension, "max_dimension >= 2");
  }

  /// @param apply  apply(in, out): out = A in for L x M blocks; out has the right shape.
  /// @param tau    any sign, finite; |tau| |A| below about 1e6 in one piece.
  /// @param x      L x M, replaced by the result.
  /// @throws std::invalid_argument  tau not finite or too long.   @throws std::runtime_error  A or x not finite.
  template <class Apply>
  krylov_report operator()(Apply&& apply, Real tau, orbitals_t<Real>& x) {
    detail::require((Eigen::numext::isfinite)(tau), "tau", tau, "finite");
    krylov_report report;
    if (x.size() == 0 || tau == 0) return report;
    reserve(x);
    const Real total = Eigen::numext::abs(tau);
    const Real direction = tau < 0 ? Real(-1) : Real(1);
    for (Real left = total, attempt = total; left > 0;) {
      attempt = std::min(attempt, left);
      const real_t log_allowed =
          std::log(options_.tolerance) - std::log(static_cast<real_t>(total));  // per unit of time
      const basis built = grow(apply, attempt, log_allowed, x);
      // Bound at a shorter time s: bound (s / attempt)^m <= tolerance s / total.
      const real_t excess = built.log_bound - log_allowed - std::log(static_cast<real_t>(attempt));
      Real step = attempt;
      if (excess > 0) {
        step *= static_cast<Real>(0.99 *
                                  std::exp(-excess / static_cast<real_t>(std::max<index_t>(1, built.dimension - 1))));
        const Real pieces = Eigen::numext::ceil(left / step);
        step = attempt = left / pieces;
      }
      report.error_bound += std::exp(built.log_bound + static_cast<real_t>(built.dimension) *
                                                           std::log(static_cast<real_t>(step / built.tau)));
      small_exponential(built.dimension, direction * step);
      combine(built.dimension, x);
      left = step < left ? left - step : Real(0);
      report.dimension = std::max(report.dimension, built.dimension);
      ++report.sub_steps;
    }
    return report;
  }

private:
  struct basis {
    index_t dimension;
    Real tau;          // log_bound belongs to this time
    real_t log_bound;  // of the worst column
  };

  // Everything columnwise is stored twice, once for the real and once for the imaginary part, so that the loops over a
  // row of a block are flat loops over 2M reals.
  using row = std::vector<Real>;

  void reserve(const orbitals_t<Real>& x) {
    rows_ = x.rows();
    width_ = 2 * x.cols();
    const auto w = static_cast<std::size_t>(width_);
    for (row* r : {&norm_, &sum_, &scale_}) r->resize(w);
    log_product_.resize(w);
    if (v_.empty() || v_[0].rows() != x.rows() || v_[0].cols() != x.cols()) {
      v_.assign(2, orbitals_t<Real>::Zero(x.rows(), x.cols()));
      for (std::vector<row>* rows : {&alpha_, &beta_, &y_, &term_, &next_}) rows->clear();
    }
    grow_tables(1);
  }

  void grow_tables(index_t dimension) {
    const auto m = static_cast<std::size_t>(dimension);
    if (v_.size() < m + 1) v_.resize(m + 1, orbitals_t<Real>::Zero(rows_, width_ / 2));
    for (std::vector<row>* rows : {&alpha_, &beta_, &y_, &term_, &next_})
      if (rows->size() < m) rows->resize(m, row(static_cast<std::size_t>(width_)));
  }

  Real* block(index_t k) { return reinterpret_cast<Real*>(v_[static_cast<std::size_t>(k)].data()); }
  static row& at(std::vector<row>& rows, index_t k) { return rows[static_cast<std::size_t>(k)]; }

  // sum_[j] = sum over the rows of a[j] b[j], then real and imaginary part added: the real part of <a|b> by column.
  void dot(const Real* a, const Real* b) {
    Real* s = sum_.data();
    std::fill(sum_.begin(), sum_.end(), Real(0));
    for (index_t i = 0; i < rows_; ++i, a += width_, b += width_)
      for (index_t j = 0; j < width_; ++j) s[j] += a[j] * b[j];
    for (index_t j = 0; j < width_; j += 2) s[j] = s[j + 1] = s[j] + s[j + 1];
  }
  void subtract(Real* y, const row& factor, const Real* x) const {
    const Real* f = factor.data();
    for (index_t i = 0; i < rows_; ++i, y += width_, x += width_)
      for (index_t j = 0; j < width_; ++j) y[j] -= f[j] * x[j];
  }
  void scale(Real* y, const row& factor) const {
    const Real* f = factor.data();
    for (index_t i = 0; i < rows_; ++i, y += width_)
      for (index_t j = 0; j < width_; ++j) y[j] *= f[j];
  }

  // Lanczos until the bound for the time `attempt` is met or the largest dimension is reached.
  template <class Apply>
  basis grow(Apply&& apply, Real attempt, real_t log_allowed, const orbitals_t<Real>& x) {
    const auto log_tau = std::log(static_cast<real_t>(attempt));
    const Real tiny = 10 * Eigen::NumTraits<Real>::epsilon();
    v_[0] = x;
    dot(block(0), block(0));
    for (std::size_t j = 0; j < norm_.size(); ++j) {
      norm_[j] = Eigen::numext::sqrt(sum_[j]);
      sum_[j] = norm_[j] > 0 ? 1 / norm_[j] : Real(0);
      scale_[j] = 0;
      log_product_[j] = 0;
    }
    scale(block(0), sum_);
    for (index_t k = 0;; ++k) {
      const index_t dimension = k + 1;
      grow_tables(dimension);
      apply(std::as_const(v_[static_cast<std::size_t>(k)]), v_[static_cast<std::size_t>(k + 1)]);
      Real* w = block(k + 1);
      if (k > 0) subtract(w, at(beta_, k - 1), block(k - 1));
      dot(block(k), w);
      at(alpha_, k) = sum_;
      subtract(w, sum_, block(k));
      dot(w, w);
      row& beta = at(beta_, k);
      if (!std::all_of(sum_.begin(), sum_.end(), [](Real b) { return (Eigen::numext::isfinite)(b); }))
        throw std::runtime_error(
            "anderson: a vector of the Krylov space is not finite; are operator and start finite?");
      real_t worst = -std::numeric_limits<real_t>::infinity();
      for (std::size_t j = 0; j < beta.size(); ++j) {
        beta[j] = Eigen::numext::sqrt(sum_[j]);
        scale_[j] = std::max(scale_[j], Eigen::numext::abs(at(alpha_, k)[j]) + beta[j]);
        if (beta[j] <= tiny * scale_[j]) beta[j] = 0;
        sum_[j] = beta[j] > 0 ? 1 / beta[j] : Real(0);
        log_product_[j] += std::log(static_cast<real_t>(beta[j])) - std::log(static_cast<real_t>(dimension));
        worst = std::max(worst, log_product_[j]);
      }
      const real_t log_bound = worst + static_cast<real_t>(dimension) * log_tau;
      if (log_bound <= log_allowed + log_tau || dimension >= options_.max_dimension)
        return {dimension, attempt, log_bound};
      scale(w, sum_);
    }
  }

  // y = exp(-i tau T) e_1 for every column at once: Taylor series on pieces with |tau T| <= 1, each to rounding.
  void small_exponential(index_t dimension, Real tau) {
    const Real largest = *std::max_element(scale_.begin(), scale_.end());  // |alpha| + beta; a row of T adds one beta
    const Real pieces = std::max(Real(1), Eigen::numext::ceil(2 * largest * Eigen::numext::abs(tau)));
    const Real step = tau / pieces;
    for (index_t k = 0; k < dimension; ++k) std::fill(at(y_, k).begin(), at(y_, k).end(), Real(0));
    for (index_t j = 0; j < width_; j += 2) at(y_, 0)[static_cast<std::size_t>(j)] = 1;
    const Real reach = Eigen::NumTraits<Real>::epsilon() / 8;
    detail::require(pieces < Real(1e6), "norm of tau A", largest * Eigen::numext::abs(tau), "less than about 1e6");
    for (int piece = 0; piece < static_cast<int>(pieces); ++piece) {
      for (index_t k = 0; k < dimension; ++k) at(term_, k) = at(y_, k);
      for (int order = 1; order < 200; ++order) {
        Real biggest = 0;
        const Real factor = step / static_cast<Real>(order);
        for (index_t k = 0; k < dimension; ++k) biggest = std::max(biggest, taylor_row(k, dimension, factor));
        term_.swap(next_);
        if (biggest <= reach) break;
      }
    }
  }

  // next_k = -i factor (T term)_k, added to y_k; returns the largest entry.
  Real taylor_row(index_t k, index_t dimension, Real factor) {
    const Real *a = at(alpha_, k).data(), *t = at(term_, k).data();
    const Real *b = k > 0 ? at(beta_, k - 1).data() : nullptr, *below = k > 0 ? at(term_, k - 1).data() : nullptr;
    const Real *c = k + 1 < dimension ? at(beta_, k).data() : nullptr,
               *above = k + 1 < dimension ? at(term_, k + 1).data() : nullptr;
    Real *n = at(next_, k).data(), *y = at(y_, k).data();
    Real biggest = 0;
    for (index_t j = 0; j < width_; j += 2) {
      Real re = a[j] * t[j], im = a[j] * t[j + 1];
      if (below) re += b[j] * below[j], im += b[j] * below[j + 1];
      if (above) re += c[j] * above[j], im += c[j] * above[j + 1];
      n[j] = factor * im;  // -i (re + i im) = im - i re
      n[j + 1] = -factor * re;
      y[j] += n[j];
      y[j + 1] += n[j + 1];
      biggest = std::max(biggest, Eigen::numext::abs(n[j]) + Eigen::numext::abs(n[j + 1]));
    }
    return biggest;
  }

  // x = |x| sum_k v_k y_k
  void combine(index_t dimension, orbitals_t<Real>& x) {
    x.setZero();
    for (index_t k = 0; k < dimension; ++k)
      for (std::size_t j = 0; j < norm_.size(); ++j) at(y_, k)[j] *= norm_[j];
    for (index_t k = 0; k < dimension; ++k) {
      const Real *y = at(y_, k).data(), *v = block(k);
      Real* out = reinterpret_cast<Real*>(x.data());
      for (index_t i = 0; i < rows_; ++i, out += width_, v += width_)
        for (index_t j = 0; j < width_; j += 2) {
          out[j] += v[j] * y[j] - v[j + 1] * y[j + 1];
          out[j + 1] += v[j] * y[j + 1] + v[j + 1] * y[j];
        }
    }
  }

  krylov_options options_;
  index_t rows_ = 0, width_ = 0;
  std::vector<orbitals_t<Real>> v_;
  std::vector<row> alpha_, beta_, y_, term_, next_;
  row norm_, sum_, scale_;
  std::vector<real_t> log_product_;
};

}  // namespace anderson
