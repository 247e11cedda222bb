// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <algorithm>
#include <complex>
#include <vector>

namespace anderson::detail {

/// Errors, from above, of the amplitudes <s_m|R_k> of modes at noisy sites. The rounding dh of h mixes modes, in first
/// order
///
///     R_k += sum_{l != k} <left_l| dh |R_k> / (lambda_k - lambda_l) R_l
///
/// Where the eigenvectors of h know their tails, dh acts on sites, |left_l|^T |R_k|, and on levels: two levels that
/// count as equal, closer than `equal_levels` roundings, may be exchanged, wherever their modes are. Else dh acts
/// everywhere, and small amplitudes are rounding. Until two modes get out of step, or jump, the mixture is the same
/// state: 1 / |lambda_k - lambda_l| is at most t, and at most 2 / (Gamma_k + Gamma_l).
template <real_scalar Real>
class amplitude_errors {
public:
  using complex = std::complex<Real>;
  using matrix = matrix_t<complex>;

  /// In roundings of h: `separate` moves levels by 2 each, eigenvectors of equal levels are localized within 32.
  static Real equal_levels(index_t levels) { return static_cast<Real>(8 + levels / 2); }

  /// @param least  error of every amplitude of an eigenvector of h.
  void reset(index_t sites, index_t modes, Real least) {
    far_.setConstant(sites, modes, least);
    close_.clear();
  }

  /// Before seen becomes seen * change, and at site m, whose amplitudes enter with relative errors `relative`, what the
  /// update knows better.
  void update(const matrix& seen, const matrix& change, index_t m, const vector_t<Real>& relative) {
    const matrix_t<Real> size = magnitudes(change), a = magnitudes(seen);
    const matrix_t<Real> own = (far_.row(m) + a.row(m).cwiseProduct(relative.transpose())) * size;
    far_ = ((far_ + Eigen::NumTraits<Real>::epsilon() * a) * size).eval();
    far_.row(m) = own;
  }

  /// @param rounding  |dh|.   @param band  half the width of the spectrum of h.   @param left_in_levels, in_levels  the
  /// modes in the basis of the eigenvectors of h.   @param lambda  of the modes.   @param seen  <s_m|R_k> at (m, k).
  void mix(Real rounding, Real band, bool tails, const matrix& left, const matrix& right, const matrix& left_in_levels,
           const matrix& in_levels, const vector_t<complex>& lambda, const matrix& seen) {
    const index_t n = lambda.size();
    matrix_t<Real> mixing;
    if (tails) {
      mixing.noalias() = magnitudes(left).transpose() * magnitudes(right);
      mixing.noalias() += equal_levels(n) * magnitudes(left_in_levels).transpose() * magnitudes(in_levels);
    } else {
      mixing.noalias() = left.colwise().norm().transpose() * right.colwise().norm();
    }
    const Real close = band / 10000;
    for (index_t k = 0; k < n; ++k)
      for (index_t l = 0; l < n; ++l) {
        const Real distance =
            std::max(Eigen::numext::sqrt(std::norm(lambda[k] - lambda[l])), -(lambda[k].imag() + lambda[l].imag()));
        if (l == k) {
          mixing(l, k) = 0;
        } else if (distance < close) {
          close_.push_back({l, k, rounding * mixing(l, k), distance});
          mixing(l, k) = 0;
        } else {
          mixing(l, k) *= rounding / distance;
        }
      }
    seen_ = magnitudes(seen);
    far_ += seen_ * mixing;
  }

  matrix_t<Real> at(Real t) const {
    matrix_t<Real> out = far_;
    for (const pair& p : close_) out.col(p.into) += p.mixing * std::min(t, 1 / p.distance) * seen_.col(p.from);
    return out;
  }

private:
  struct pair {
    index_t from, into;
    Real mixing, distance;
  };

  matrix_t<Real> seen_;      // magnitudes
  matrix_t<Real> far_;       // of distant pairs, and of the updates; at (m, k)
  std::vector<pair> close_;  // the others
};

}  // namespace anderson::detail
