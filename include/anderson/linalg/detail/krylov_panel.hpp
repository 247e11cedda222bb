// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/block_operator.hpp>
#include <anderson/linalg/detail/krylov_coefficients.hpp>

#include <cmath>
#include <complex>
#include <limits>
#include <optional>
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

  /// Lanczos until the logarithm of the bound for the time `attempt` is below log_allowed or the largest dimension is
  /// reached.
  /// @throws std::runtime_error  a vector is not finite.
  basis grow(block_operator<Real> apply, Real attempt, real_t log_allowed, index_t max_dimension) {
    norm_ = Eigen::sqrt(dot(data(0), data(0)));
    scale(data(0), inverse(norm_));
    std::optional<basis> built = lanczos(apply, attempt, log_allowed, max_dimension, true);
    if (!built) built = lanczos(apply, attempt, log_allowed, max_dimension, false);
    return *built;
  }

  /// first <- |x| sum_k v_k (exp(-i tau (T + constant)) e_1)_k
  void finish(index_t dimension, Real tau, Real constant) {
    const bool far = small_.exponential(dimension, tau * unit_, constant / unit_, norm_ > 0);
    if (std::ssize(factors_) < dimension) factors_.resize(index(dimension));
    for (index_t k = 0; k < dimension; ++k) {
      spread(small_[k].y.re * norm_, factors_[index(k)].re);
      spread(small_[k].y.im * norm_, factors_[index(k)].im);
    }
    const index_t whole = size_ - size_ % width;
    for (index_t i = 0; i < whole; i += width) {
      row re = row::Zero(), im = row::Zero();  // sums of v times the real and the imaginary parts: the sum is re + i im
      for (index_t k = 0; k < dimension; ++k) {
        const auto v = at(data(k) + i);
        re += factors_[index(k)].re * v;
        im += factors_[index(k)].im * v;
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
        const Real *v = data(k) + i, re = factors_[index(k)].re[0], im = factors_[index(k)].im[0];
        sum += std::complex<Real>(re * v[0] - im * v[1], re * v[1] + im * v[0]);
      }
      data(0)[i] = sum.real(), data(0)[i + 1] = sum.imag();
    }
    // Rounding of a large constant in A leaves the basis less orthogonal, but the norm is known.
    if (far) scale(data(0), norm_ * inverse(Eigen::sqrt(dot(data(0), data(0)))));
  }

private:
  static constexpr index_t width = 16;  // reals that are taken at once: a row, or eight sites of a single column
  static_assert(columns == 1 || 2 * columns == width);
  using row = Eigen::Array<Real, width, 1>;
  using lane = typename krylov_coefficients<Real, columns>::lane;  // a number per column

  /// A in units in which squares of its entries keep all digits: nothing if the units must change and may.
  std::optional<basis> lanczos(block_operator<Real> apply, Real attempt, real_t log_allowed, index_t max_dimension,
                               bool may_change) {
    const Real tiny = 10 * Eigen::NumTraits<Real>::epsilon(), reach = attempt * unit_;
    scale_.setZero();
    Eigen::Array<real_t, columns, 1> log_product;
    log_product.setZero();
    for (index_t k = 0;; ++k) {
      const index_t dimension = k + 1;
      reserve(dimension);
      apply(std::as_const(v_[index(k)]), v_[index(k + 1)]);
      if (unit_ != 1) scale(data(k + 1), lane::Constant(1 / unit_));
      // w = A v_k - beta_{k-1} v_{k-1} - alpha_k v_k, each subtraction joined with the product that comes next
      const lane alpha =
          k > 0 ? subtract(data(k + 1), small_[k - 1].beta, data(k - 1), data(k)) : dot(data(k), data(k + 1));
      lane beta = subtract(data(k + 1), alpha, data(k), data(k + 1));
      const bool finite = beta.allFinite();
      beta = beta.sqrt();
      scale_ = scale_.max(alpha.abs() + beta);
      if (!finite || (k == 0 && !comfortable(scale_.maxCoeff()))) {
        if (may_change && change_unit(apply, k)) return std::nullopt;
        if (!finite)
          throw std::runtime_error(
              "anderson: a vector of the Krylov space is not finite; are operator and start finite?");
      }
      // What rounding leaves of an invariant subspace is no new direction: it is as large as A, with whatever constant
      // is in it.
      beta = (beta <= tiny * scale_).select(lane::Zero(), beta);
      small_[k].alpha = alpha;
      small_[k].beta = beta;
      log_product += ((beta * reach).template cast<real_t>() / static_cast<real_t>(dimension)).log();
      const real_t log_bound = log_product.maxCoeff();
      if (log_bound <= log_allowed || dimension >= max_dimension) return basis{dimension, attempt, log_bound};
      scale(data(k + 1), inverse(beta));
    }
  }

  /// Squares of such numbers, and of rounding errors of them, are far from under- and overflow.
  bool comfortable(const Real& x) const { return x >= smallest_ && x <= largest_; }
  static Real power_of_two(int exponent) {
    using std::ldexp;
    return ldexp(Real(1), exponent);
  }

  /// The unit from the largest entry of A v_k, a power of two: 1 if that does. False if it stays, or A v_k is 0 or not
  /// finite.
  bool change_unit(block_operator<Real> apply, index_t k) {
    using std::frexp;
    apply(std::as_const(v_[index(k)]), v_[index(k + 1)]);
    const Eigen::Map<const vector_t<Real>> entries(data(k + 1), size_);
    const Real largest = entries.allFinite() ? entries.cwiseAbs().maxCoeff() : Real(0), before = unit_;
    if (!(largest > 0)) return false;
    int exponent = 0;
    frexp(largest, &exponent);
    unit_ = comfortable(largest) ? Real(1) : power_of_two(exponent);
    return unit_ != before;
  }

  struct factor_rows {
    row re, im;
  };

  static std::size_t index(index_t k) { return static_cast<std::size_t>(k); }
  Real* data(index_t k) { return reinterpret_cast<Real*>(v_[index(k)].data()); }
  static Eigen::Map<const row> at(const Real* p) { return Eigen::Map<const row>(p); }

  void reserve(index_t dimension) {
    if (v_.size() < index(dimension + 1)) v_.resize(index(dimension + 1), block::Zero(v_[0].rows(), columns));
    small_.reserve(dimension);
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

  index_t size_ = 0;  // reals in a block
  std::vector<block> v_;
  krylov_coefficients<Real, columns> small_;
  std::vector<factor_rows> factors_;
  lane norm_, scale_;
  Real smallest_ = power_of_two(-std::numeric_limits<Real>::max_exponent / 6),
       largest_ = power_of_two(std::numeric_limits<Real>::max_exponent / 3);
  Real unit_ = 1;  // of A, and so of all alpha and beta
};

}  // namespace anderson::detail
