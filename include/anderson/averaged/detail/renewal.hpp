// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/detail/effective_modes.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/detail/rank_one_update.hpp>

#include <algorithm>
#include <complex>
#include <memory>
#include <utility>
#include <vector>

namespace anderson::detail {

/// The noise-averaged evolution in Laplace space. Between jumps C = sum_kl g_kl R_k R_l^dagger decays, g_kl e^{-z_kl t}
/// with
///
///     z_kl = i (E_k - E_l) + (Gamma_k + Gamma_l) / 2
///
/// and a jump at site m puts what left there into |s_m><s_m|, which has g = b^m (b^m)^dagger, b^m = born. So with D_kl
/// = 1 / (s + z_kl) and j_m the Laplace transform of the number of jumps at m per unit of time,
///
///     C(s)_kl = ( g_kl + sum_m j_m b^m_k conj(b^m_l) ) D_kl
///     j_m = gamma_m F_m + sum_n gamma_m K_mn j_n
///     F_m = sum_kl a^m_k conj(a^m_l) g_kl D_kl,   K_mn the same of g = b^n (b^n)^dagger,   a^m = seen
///
/// The last is a system for probabilities: from a birth at n the next jump is at m with gamma_m K_mn, or there is none
/// before the clock of rate s rings, with s N_n, N_n = sum_kl b^n_k conj(b^n_l) <R_l|R_k> D_kl. Their sum is 1, so that
/// 1 - gamma_n K_nn, which cancels to nothing at small s, is s N_n + sum_{m != n} gamma_m K_mn: the elimination of
/// Grassmann, Taksar and Heyman, Oper. Res. 33, 1107 (1985), keeps every diagonal such a sum.
///
/// Where noise is strong, K_mn, m != n, is small by (|h| / gamma)^2, and its terms are not. Their amplitudes a^m_k
/// b^n_k sum up to <s_m|s_n> = 0, so D may be replaced by its second difference to a pair that decays with 2 x, x = i E
/// + gamma_n / 2: with u_k = d_k / (Q + d_k), d_k = z_k - x, z_kl = z_k + conj(z_l), Q = s + 2 Re x,
///
///     K_mn = sum_kl a^m_k u_k conj(a^m_l) v_l b^n_k conj(b^n_l) ( D_kl + 1 / Q ),   v_l the same of conj(d_l)
///
/// where everything is small that must be.
///
/// Everything in units of t: S = s t, so that no square of a tiny s vanishes.
///
/// Cost of the jumps: O(L^2) for one noisy site, O(M^2 L^2) for M; memory O(L^2), of which a column is used at a time.
template <scalar Scalar>
class renewal {
public:
  using modes_type = effective_modes<Scalar>;
  using real_type = real_of_t<Scalar>;
  using complex = std::complex<real_type>;
  using matrix = matrix_t<complex>;
  using vector = vector_t<complex>;

  /// @param gamma  of the noisy sites, in the unit of the modes, as times are in its inverse.
  renewal(std::shared_ptr<const modes_type> modes, vector_t<real_type> gamma, matrix start)
      : modes_(std::move(modes)), gamma_(std::move(gamma)), start_(std::move(start)) {}

  const matrix& start() const noexcept { return start_; }  ///< g

  /// The jumps j_m at s = S / t. Valid until the next call.
  const vector& jumps(complex s, real_type t) {
    set_balance(s, t);
    eliminate();
    return jumps_;
  }

  /// The same at s = 1 / t. Adds to `error` the relative one, from above, of the probability to leave a noisy site,
  /// once a particle is there, for another one or for good: K_mn, m != n, is a sum of terms w_k conj(w_l) ( D_kl + 1 /
  /// Q ), w_k = a^m_k u_k b^n_k, that may cancel, and |D_kl| <= D_kk^(1/2) D_ll^(1/2).
  /// @param errors  of the amplitudes a.
  const vector& jumps(real_type t, const matrix_t<real_type>& errors, real_t& error) {
    set_balance(complex(1), t);
    if (gamma_.size() > 1) error += of_passage(t, errors);
    eliminate();
    return jumps_;
  }

  /// out += factor (g + sum_m jumps_m b^m (b^m)^dagger) D, elementwise, with or without g.
  void add_state(complex s, real_type t, bool with_start, complex factor, const vector& jumps, matrix& out) {
    const matrix& b = modes_->born;
    for (index_t l = 0; l < modes_->size(); ++l) {
      set_decay(s, t, l);
      work_.noalias() = b.transpose() * jumps.cwiseProduct(b.col(l).conjugate());
      if (with_start) work_ += start_.col(l);
      out.col(l) += factor * work_.cwiseProduct(decay_);
    }
  }

private:
  /// The second differences of the noisy sites with the same gamma.
  struct reference {
    const std::vector<index_t>* sites;
    matrix born, seen;  // b^n of these sites; a^m_k u_k
    vector after;       // v
    vector distance;    // Q + conj(d)
    matrix through, passage;
  };

  real_t of_passage(real_type t, const matrix_t<real_type>& errors) const {
    using numbers = vector_t<real_type>;
    const matrix_t<real_type> a = magnitudes(modes_->seen), b = magnitudes(modes_->born);
    const numbers root = (1 + t * modes_->rates.array()).rsqrt();
    real_t worst = 0;
    for (const reference& r : references_) {
      const numbers u = magnitudes(r.after), turned = (t * modes_->rounding) * magnitudes(r.distance).cwiseInverse();
      for (const index_t n : *r.sites) {
        const numbers at = b.row(n).transpose(), x = u.cwiseProduct(at), x_root = x.cwiseProduct(root);
        const numbers p = Eigen::NumTraits<real_type>::epsilon() * x + u.cwiseProduct(errors.row(n).transpose()) +
                          at.cwiseProduct(turned);
        const numbers w = a * x, w_root = a * x_root, e = errors * x + a * p,
                      e_root = errors * x_root + a * p.cwiseProduct(root);
        real_type out = Eigen::numext::abs(defect_[n]), error = 0;
        for (index_t m = 0; m < gamma_.size(); ++m) {
          if (m == n) continue;
          out += Eigen::numext::abs(passage_(m, n));
          error += t * gamma_[m] *
                   (e_root[m] * (2 * w_root[m] + e_root[m]) + e[m] * (2 * w[m] + e[m]) / (1 + t * gamma_[n]));
        }
        const real_type visited = std::min(real_type(1), t * gamma_[n]);  // at most
        if (visited > 0) worst = std::max(worst, static_cast<real_t>(visited * (error / out)));
      }
    }
    return worst;
  }

  /// gamma_m F_m, s N_n and gamma_m K_mn.
  void set_balance(complex s, real_type t) {
    const matrix &a = modes_->seen, &b = modes_->born;
    const index_t count = a.rows();
    jumps_.setZero(count);
    defect_.setZero(count);
    passage_.setZero(count, count);
    if (count > 1) set_references(s, t);
    for (index_t l = 0; l < modes_->size(); ++l) {
      set_decay(s, t, l);
      work_ = start_.col(l).cwiseProduct(decay_);
      jumps_ += (a * work_).cwiseProduct(a.col(l).conjugate());
      work_ = modes_->overlap.row(l).transpose().cwiseProduct(decay_);
      defect_ += (b * work_).cwiseProduct(b.col(l).conjugate());
      if (count == 1) continue;
      for (reference& r : references_) {
        weighted_ = r.seen * decay_.asDiagonal();
        r.through.noalias() = weighted_ * r.born.transpose();
        r.passage += r.through.cwiseProduct((r.after[l] * a.col(l).conjugate()) * r.born.col(l).adjoint());
      }
    }
    for (const reference& r : references_)
      for (std::size_t j = 0; j < r.sites->size(); ++j)
        passage_.col((*r.sites)[j]) = r.passage.col(static_cast<index_t>(j));
    jumps_.array() *= (t * gamma_.array());
    defect_ *= s;
    passage_ = (t * gamma_).asDiagonal() * passage_;
  }

  /// u and v, and in `passage` what 1 / Q gives.
  void set_references(complex s, real_type t) {
    const matrix &a = modes_->seen, &b = modes_->born;
    references_.resize(modes_->references.size());
    for (std::size_t g = 0; g < references_.size(); ++g) {
      reference& r = references_[g];
      r.sites = &modes_->members[g];
      const complex q = s + t * modes_->references[g];
      r.born.resize(std::ssize(*r.sites), b.cols());
      for (index_t j = 0; j < r.born.rows(); ++j) r.born.row(j) = b.row((*r.sites)[static_cast<std::size_t>(j)]);
      r.seen.resize(a.rows(), a.cols());
      r.after.resize(a.cols());
      r.distance.resize(a.cols());
      for (index_t k = 0; k < a.cols(); ++k) {
        const complex d(-t / 2 * modes_->lacking[g][k], t * modes_->energies[k]);
        r.seen.col(k) = times(d, inverse(q + d)) * a.col(k);
        r.distance[k] = q + std::conj(d);
        r.after[k] = times(std::conj(d), inverse(r.distance[k]));
      }
      r.passage =
          (r.seen * r.born.transpose()).cwiseProduct((a.conjugate() * r.after.asDiagonal()) * r.born.adjoint()) *
          inverse(q);
    }
  }

  /// Column l of D in units of t, 1 / (S + z_kl t).
  void set_decay(complex s, real_type t, index_t l) {
    re_ = (s.real() + t / 2 * modes_->rates[l]) + t / 2 * modes_->rates.array();
    // Differences of energies before they are multiplied by t: s must not drown in phases.
    im_ = s.imag() + t * (modes_->energies.array() - modes_->energies[l]);
    norm_ = (re_ * re_ + im_ * im_).inverse();
    decay_.resize(modes_->size());
    decay_.real() = (re_ * norm_).matrix();
    decay_.imag() = (-im_ * norm_).matrix();
  }

  /// passage_(m, n): from n to m. Sites are taken out one by one, last first; who passes through them goes on directly.
  void eliminate() {
    const index_t count = jumps_.size();
    vector leave(count);
    for (index_t n = count - 1; n >= 0; --n) {
      complex out = defect_[n];
      for (index_t i = 0; i < n; ++i) out += passage_(i, n);
      leave[n] = inverse(out);
      for (index_t j = 0; j < n; ++j) {
        const complex share = times(passage_(n, j), leave[n]);
        for (index_t i = 0; i < n; ++i) passage_(i, j) += times(passage_(i, n), share);
        defect_[j] += times(defect_[n], share);
      }
      const complex arrived = times(jumps_[n], leave[n]);
      for (index_t i = 0; i < n; ++i) jumps_[i] += times(passage_(i, n), arrived);
    }
    for (index_t n = 0; n < count; ++n) {
      for (index_t i = 0; i < n; ++i) jumps_[n] += times(passage_(n, i), jumps_[i]);
      jumps_[n] = times(jumps_[n], leave[n]);
    }
  }

  std::shared_ptr<const modes_type> modes_;
  vector_t<real_type> gamma_;
  matrix start_, passage_, weighted_;
  std::vector<reference> references_;
  vector decay_, work_, jumps_, defect_;
  Eigen::Array<real_type, Eigen::Dynamic, 1> re_, im_, norm_;
};

}  // namespace anderson::detail
