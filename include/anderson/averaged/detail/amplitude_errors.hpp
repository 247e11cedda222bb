// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>
#include <complex>
#include <vector>

namespace anderson::detail {

/// Errors, from above, of the amplitudes <s_m|R_k> of modes at noisy sites. The rounding dh of h mixes modes, in first
/// order
///
///     R_k += sum_{l != k} <left_l| dh |R_k> / (lambda_k - lambda_l) R_l
///
/// Where the eigenvectors of h know their tails, dh is local: |left_l|^T |R_k| in sites, and in levels, which pairs
/// that count as equal, closer than some rounding errors, carry from one place to another. Else it is everywhere. Until
/// two modes get out of step, or jump, the mixture is the same state: 1 / |lambda_k - lambda_l| is at most t, and at
/// most 2 / (Gamma_k + Gamma_l).
template <real_scalar Real>
class amplitude_errors {
public:
  using complex = std::complex<Real>;
  using matrix = matrix_t<complex>;

  void reset(index_t sites, index_t modes) {
    far_.setZero(sites, modes);
    close_.clear();
  }

  /// Before seen becomes seen * change.
  void update(const matrix& seen, const matrix& change) {
    far_ = ((far_ + epsilon() * size(seen)) * size(change)).eval();
  }
  /// Of one site, whose amplitudes are known but for `error`.
  void update_site(const matrix& seen, index_t m, Real error) {
    far_.row(m) = (epsilon() * size(seen.row(m)).array() + error).matrix();
  }

  /// @param rounding  |dh|.   @param lambda  of the modes.   @param seen  <s_m|R_k> at (m, k).
  void mix(Real rounding, bool tails, const matrix& left, const matrix& right, const matrix& left_in_levels,
           const matrix& in_levels, const vector_t<complex>& lambda, const matrix& seen) {
    const index_t n = lambda.size();
    matrix_t<Real> mixing;
    if (tails) {
      const Real equal = static_cast<Real>(8 + n / 2);
      mixing.noalias() = size(left).transpose() * size(right);
      mixing.noalias() += equal * size(left_in_levels).transpose() * size(in_levels);
    } else {
      mixing.noalias() = left.colwise().norm().transpose() * right.colwise().norm();
    }
    for (index_t k = 0; k < n; ++k)
      for (index_t l = 0; l < n; ++l) {
        const Real distance =
            std::max(Eigen::numext::sqrt(std::norm(lambda[k] - lambda[l])), -(lambda[k].imag() + lambda[l].imag()));
        if (distance < Real(1e-4)) {  // of the unit
          if (l != k) close_.push_back({l, k, rounding * mixing(l, k), distance});
          mixing(l, k) = 0;
        } else {
          mixing(l, k) *= rounding / distance;
        }
      }
    far_ += size(seen) * mixing;
  }

  matrix_t<Real> at(Real t, const matrix& seen) const {
    matrix_t<Real> out = far_;
    for (const pair& p : close_) out.col(p.into) += p.mixing * std::min(t, 1 / p.distance) * size(seen.col(p.from));
    return out;
  }

private:
  struct pair {
    index_t from, into;
    Real mixing, distance;
  };

  /// Magnitudes; what is below the root of the smallest number counts as 0.
  template <class Matrix>
  static matrix_t<Real> size(const Matrix& z) {
    return z.cwiseAbs2().cwiseSqrt();
  }
  static constexpr Real epsilon() { return Eigen::NumTraits<Real>::epsilon(); }

  matrix_t<Real> far_;       // of distant pairs, and of the updates; at (m, k)
  std::vector<pair> close_;  // the others
};

}  // namespace anderson::detail
