// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/detail/effective_modes.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

namespace anderson::detail {

/// The frequencies that the jumps show, of which an inverse Laplace transform must know.
///
/// The transform has its singularities near the frequencies E_k - E_l of pairs of modes, k != l. A jump may put a pair
/// back where it left, at the rate d_kl = sum_m gamma_m |a^m_k a^m_l b^m_k b^m_l|, and moves its singularity by about
/// as much: to a frequency of at most f_kl = |E_k - E_l| + d_kl, and a damping of at least Re z_kl - d_kl, or less by
/// sqrt(d_kl d_k'l') for every pair that has the same frequency, as those of equidistant levels do. What a pair shows
/// is about
///
///     w_kl = sum_m ( |a^m_k a^m_l| (1 + r_m) (|g_kl| + sum_n |b^n_k b^n_l|) + r_m |b^m_k b^m_l| ),   r_m = gamma_m /
///     f_kl
///
/// times the exponential of the damping: the echo of a coherence in the jumps, gamma_m / f_kl times as often as it
/// decays there, since under strong noise a particle jumps many times before it leaves a site; and the coherence that
/// the jumps themselves make, switched on at t = 0, or driven by the echo of another pair whose frequency is nearly the
/// same: then by 1 / |z_kl - z_k'l'| in place of 1 / f_kl.
template <scalar Scalar>
class echoes {
public:
  using real_type = real_of_t<Scalar>;
  using complex = std::complex<real_type>;

  /// @param gamma  of the noisy sites, in the unit of the modes.   @param start  g.
  echoes(const effective_modes<Scalar>& modes, const vector_t<real_type>& gamma, const matrix_t<complex>& start) {
    const index_t n = modes.size();
    using matrix = matrix_t<real_type>;
    const vector_t<real_type> noisy = (gamma.array() > 0).select(vector_t<real_type>::Ones(gamma.size()), 0);
    const matrix a = noisy.asDiagonal() * modes.seen.cwiseAbs(), b = noisy.asDiagonal() * modes.born.cwiseAbs(),
                 ab = a.cwiseProduct(b);
    const matrix aa = a.transpose() * a, bb = b.transpose() * b, often = a.transpose() * (gamma.asDiagonal() * a),
                 born = b.transpose() * (gamma.asDiagonal() * b), back = ab.transpose() * (gamma.asDiagonal() * ab);
    for (index_t l = 0; l < n; ++l)
      for (index_t k = 0; k < n; ++k) {
        if (k == l) continue;
        const real_type signed_frequency = modes.energies[k] - modes.energies[l], d = back(k, l);
        const real_type f = Eigen::numext::abs(signed_frequency) + d;
        const real_type echo = (aa(k, l) * f + often(k, l)) * (Eigen::numext::abs(start(k, l)) + bb(k, l));
        const real_type decay = (modes.rates[k] + modes.rates[l]) / 2;
        pairs_.push_back({signed_frequency, d, f, decay, decay, echo, born(k, l), aa(k, l)});
      }
    set_neighbors();
  }

  /// The smallest reach of a contour, in radians, beyond which all that is left at time t is `allowed` at most; the
  /// largest affordable one if that is less, or a smaller one that doubles what is left at most. Adds what is left
  /// beyond to `error`.
  real_type reach(real_type t, real_t allowed, real_type affordable, real_t& error) {
    constexpr real_type inside = real_type(0.01);  // phases that every contour passes around
    constexpr index_t per_e_fold = 12;
    weight_.clear();  // by the logarithm of the phase
    for (const pair& p : pairs_) {
      const real_type phase = t * p.frequency;
      if (!(phase >= inside)) continue;
      const real_type left = p.weight / p.frequency * Eigen::numext::exp(-p.damping * t);
      if (!(left > 0)) continue;
      const auto bin = static_cast<std::size_t>(per_e_fold * Eigen::numext::log(phase / inside));
      if (weight_.size() <= bin) weight_.resize(bin + 1, 0);
      weight_[bin] += static_cast<real_t>(left);
    }
    const auto phase = [](std::size_t bin) {
      return inside * Eigen::numext::exp(static_cast<real_type>(bin + 1) / per_e_fold);
    };
    real_t accepted = allowed;
    for (std::size_t bin = weight_.size(); bin-- > 0;) {
      const real_t rest = error + largest_factor * weight_[bin];
      if (phase(bin) > affordable)
        accepted = std::max(accepted, 2 * rest);  // to follow what is smaller than what is lost would gain nothing
      else if (rest > accepted)
        return phase(bin);
      error = rest;
    }
    return 0;
  }

private:
  struct pair {
    real_type signed_frequency, back, frequency, decay, damping;
    real_type weight;         // w f, at first without its last term:
    real_type born, driving;  // sum_m gamma_m |b^m_k b^m_l|, sum_m |a^m_k a^m_l|
  };

  /// Dampings and driven coherences. Of the pairs of the same frequency at most `most` on either side are looked at.
  void set_neighbors() {
    constexpr std::ptrdiff_t most = 64;
    std::ranges::sort(pairs_, {}, &pair::signed_frequency);
    const auto count = std::ssize(pairs_);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      pair& own = pairs_[static_cast<std::size_t>(i)];
      real_type moved = own.back, driven = 0;
      for (const std::ptrdiff_t step : {-1, 1})
        for (std::ptrdiff_t j = i + step; j >= 0 && j < count && std::abs(j - i) <= most; j += step) {
          const pair& other = pairs_[static_cast<std::size_t>(j)];
          const real_type coupling = Eigen::numext::sqrt(own.back * other.back);
          const real_type apart = Eigen::numext::abs(other.signed_frequency - own.signed_frequency);
          if (apart <= 2 * coupling) moved += coupling;
          const real_type distance = apart + Eigen::numext::abs(other.decay - own.decay);
          if (other.driving > 0)
            driven = std::max(driven, other.driving * own.frequency / std::max(distance, other.decay / 20));
        }
      own.damping = std::max(own.decay - moved, own.decay / 20);
      if (own.born > 0) own.weight += own.born * std::max(real_type(1), driven / real_type(largest_factor));
    }
  }

  static constexpr real_t largest_factor = 20;  // of residues over w; 3 seen in thousands of samples
  std::vector<pair> pairs_;
  std::vector<real_t> weight_;
};

}  // namespace anderson::detail
