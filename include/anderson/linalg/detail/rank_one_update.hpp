// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/detail/secular_roots.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace anderson::detail {

/// Eigenpairs of diag(d) + kappa u w^T, complex and in general not normal, with small relative errors even of the
/// smallest shifts and amplitudes.
///
/// With q_a = u_a w_a the eigenvalues are the roots of the secular equation
///
///     f(lambda) = 1 + kappa sum_a q_a / (d_a - lambda) = 0
///
/// and the eigenvectors x_a = u_a / (d_a - lambda) on the right, y_a = w_a / (d_a - lambda) on the left, normalized to
/// y^T x = 1. A root is kept as the nearest pole d_k ("anchor") and its distance delta from there, so that a mode that
/// the update hardly touches gets its tiny shift, kappa q_k to first order, with all digits. Modes with no weight, q_a
/// = 0 up to underflow, stay as they are.
///
/// Eigenvectors of roots that are not exact are not biorthogonal. So u and w are changed, within rounding, to those for
/// which the roots are exact, by Loewner's formula (Gu and Eisenstat, SIAM J. Matrix Anal. Appl. 15, 1266 (1994)),
///
///     kappa q_a = (lambda_a - d_a) prod_{j != a} (lambda_j - d_a) / (d_j - d_a)
///
/// The roots: secular_roots. Cost: O(n^2) per sweep, ten to thirty sweeps; memory O(n).
template <real_scalar Real>
class rank_one_update {
public:
  using complex = std::complex<Real>;
  using vector = vector_t<complex>;

  /// @param d  distinct where the weights do not vanish.
  /// @throws coinciding_roots  two eigenvalues coincide or cannot be told apart.   @throws std::runtime_error  entries
  /// not finite.
  rank_one_update(const vector& d, const vector& u, const vector& w, complex kappa)
      : d_(d),
        u_(u),
        w_(w),
        kappa_(kappa),
        anchor_(d.size()),
        delta_(vector::Zero(d.size())),
        changes_(vector_t<Real>::Zero(d.size())) {
    if (!(d.allFinite() && u.allFinite() && w.allFinite() && (Eigen::numext::isfinite)(kappa)))
      throw std::runtime_error("anderson: secular equation of numbers that are not finite");
    for (index_t a = 0; a < d.size(); ++a) {
      anchor_[a] = a;
      if (std::min(size(u[a]), size(w[a])) > smallest() && size(kappa) > 0) coupled_.push_back(a);
    }
    const auto n = static_cast<index_t>(coupled_.size());
    if (n == 0) return;
    vector poles(n), weights(n);
    for (index_t j = 0; j < n; ++j) {
      const index_t a = coupled_[at(j)];
      poles[j] = d[a];
      weights[j] = times(kappa, times(u[a], w[a]));
    }
    const secular_roots<Real> roots(poles, weights);
    for (index_t j = 0; j < n; ++j) {
      const auto [nearest, delta] = roots.settle(j);
      anchor_[coupled_[at(j)]] = coupled_[at(nearest)];
      delta_[coupled_[at(j)]] = delta;
    }
    for (const index_t a : coupled_) adapt(a);
    scale_ = vector::Ones(size());
    for (const index_t k : coupled_) scale_[k] = normalization(k);
  }

  index_t size() const { return d_.size(); }

  vector values() const {
    vector lambda(size());
    for (index_t k = 0; k < size(); ++k) lambda[k] = d_[anchor_[k]] + delta_[k];
    return lambda;
  }

  /// Column k: the right eigenvector of eigenvalue k.   left(): the left ones; left()^T right() = 1.
  matrix_t<complex> right() const { return vectors(u_); }
  matrix_t<complex> left() const { return vectors(w_); }
  /// w^T right() and u^T left(): -1 / kappa times the normalization, by the secular equation, so that nothing cancels
  /// however strong the update is.
  vector seen() const { return overlaps(w_); }
  vector born() const { return overlaps(u_); }
  /// The largest |change| of u and w by which the eigenpairs are exact.
  Real backward_error() const noexcept { return backward_error_; }
  /// The same relative, of each u_a and w_a.
  const vector_t<Real>& backward_errors() const noexcept { return changes_; }

private:
  static std::size_t at(index_t i) { return static_cast<std::size_t>(i); }
  static Real size(complex z) { return std::max(Eigen::numext::abs(z.real()), Eigen::numext::abs(z.imag())); }
  static Real smallest() {
    return Eigen::numext::sqrt(
        Eigen::numext::sqrt((std::numeric_limits<Real>::min)() / Eigen::NumTraits<Real>::epsilon()));
  }

  /// u_a and w_a for which the roots are exact.
  void adapt(index_t a) {
    complex q = anchor_[a] == a ? delta_[a] : (d_[anchor_[a]] - d_[a]) + delta_[a];
    for (const index_t j : coupled_)
      if (j != a) {
        const complex root = anchor_[j] == a ? delta_[j] : (d_[anchor_[j]] - d_[a]) + delta_[j];
        q = times(q, times(root, inverse(d_[j] - d_[a])));
      }
    const complex by = std::sqrt(q / times(kappa_, times(u_[a], w_[a])));
    if (!(Eigen::numext::isfinite)(by)) throw coinciding_roots();
    changes_[a] = size(by - complex(1));
    backward_error_ = std::max(backward_error_, changes_[a] * std::max(size(u_[a]), size(w_[a])));
    u_[a] = times(u_[a], by);
    w_[a] = times(w_[a], by);
  }

  /// delta / (d_a - lambda_k) of a pole that is not the anchor of root k; tiny where the update hardly touches a mode.
  complex factor(index_t a, index_t k) const { return times(delta_[k], inverse((d_[a] - d_[anchor_[k]]) - delta_[k])); }

  /// 1 / sqrt(sum_a u_a w_a factor^2)
  complex normalization(index_t k) const {
    complex norm = times(u_[anchor_[k]], w_[anchor_[k]]);
    for (const index_t a : coupled_) {
      if (a == anchor_[k]) continue;
      const complex f = factor(a, k);
      norm += times(times(u_[a], f), times(w_[a], f));
    }
    return complex(1) / std::sqrt(norm);
  }

  vector overlaps(const vector& own) const {
    vector s = own;
    for (const index_t k : coupled_) s[k] = -times(scale_[k], delta_[k]) / kappa_;
    return s;
  }

  matrix_t<complex> vectors(const vector& u) const {
    matrix_t<complex> x = matrix_t<complex>::Zero(size(), size());
    for (index_t k = 0; k < size(); ++k)
      if (!std::binary_search(coupled_.begin(), coupled_.end(), k)) x(k, k) = 1;
    for (const index_t k : coupled_)
      for (const index_t a : coupled_) x(a, k) = times(scale_[k], a == anchor_[k] ? -u[a] : times(u[a], factor(a, k)));
    return x;
  }

  vector d_, u_, w_;
  complex kappa_;
  vector scale_;  // of the eigenvectors
  Eigen::Matrix<index_t, Eigen::Dynamic, 1> anchor_;
  vector delta_;
  vector_t<Real> changes_;
  Real backward_error_ = 0;
  std::vector<index_t> coupled_;  // modes with weight, ascending
};

}  // namespace anderson::detail
