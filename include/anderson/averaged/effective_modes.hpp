// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/linalg/products.hpp>
#include <anderson/linalg/rank_one_update.hpp>

#include <algorithm>
#include <complex>
#include <numeric>
#include <span>
#include <stdexcept>
#include <vector>

namespace anderson::detail {

/// Modes of the evolution between two jumps, h_eff = h - (i/2) sum_m gamma_m P_m, P_m = |s_m><s_m|:
///
///     h_eff R_k = lambda_k R_k,   lambda_k = E_k - (i/2) Gamma_k,   R^{-1} = left^T,   left = R for real h
///
/// Site by site, each a rank-one update of the modes before, from the eigensystem of h: so the exponentially small
/// amplitudes of far modes keep their digits, which a general eigensolver would lose.
///
/// Decay rates are taken from amplitudes, Gamma_k = sum_m gamma_m |<s_m|R_k>|^2 / <R_k|R_k>, a sum of positive terms;
/// -2 Im lambda_k has an absolute error of 1e-16 that swamps slow modes. Overlaps, by the same equation,
///
///     <R_l|R_k> ( i (E_k - E_l) + (Gamma_k + Gamma_l) / 2 ) = sum_m gamma_m <s_m|R_k> conj(<s_m|R_l>)
///
/// which makes the number of particles exact by algebra: what leaves a mode is what jumps.
template <scalar Scalar>
class effective_modes {
public:
  using real_type = real_of_t<Scalar>;
  using complex = std::complex<real_type>;
  using matrix = matrix_t<complex>;

  /// @throws std::runtime_error  two modes coincide (an exceptional point), or no convergence.
  effective_modes(const eigensystem<Scalar>& eigen, std::span<const index_t> sites, const vector_t<real_type>& gamma) {
    try {
      find(eigen, sites, gamma, 0);
    } catch (const std::runtime_error&) {  // of levels that a symmetry makes equal
      find(eigen, sites, gamma, real_type(1e3) * Eigen::NumTraits<real_type>::epsilon());
    }
  }

  index_t size() const { return energies.size(); }
  const matrix& left() const {
    if constexpr (real_scalar<Scalar>)
      return right;
    else
      return left_;
  }

  /// g of C = sum_kl g_kl R_k R_l^dagger.
  matrix to_modes(const matrix& c) const {
    const matrix half = left().transpose() * c;
    return half * left().conjugate();
  }

  /// tr(C h) = sum_kl x_kl <R_l|R_k> (lambda_k + conj(lambda_l)) / 2
  real_type energy(const matrix& x) const {
    real_type sum = 0;
    for (index_t l = 0; l < size(); ++l)
      for (index_t k = 0; k < size(); ++k) {
        const complex n = times(x(k, l), overlap(l, k));
        sum += n.real() * (energies[k] + energies[l]) / 2 + n.imag() * (rates[k] - rates[l]) / 4;
      }
    return sum;
  }

  vector_t<real_type> energies, rates;  // E_k, Gamma_k
  matrix right;                         // R_k in column k
  matrix seen, born;                    // <s_m|R_k>, and of |s_m> = sum_k born_mk R_k, at (m, k)
  matrix overlap;                       // <R_l|R_k> at (l, k)

private:
  /// Amplitudes at a noisy site below `rounding` count as zero: a mode that a symmetry keeps from the site, and one
  /// that the update moves onto it, would mix by rounding into a pair that nearly coincides.
  void find(const eigensystem<Scalar>& eigen, std::span<const index_t> sites, const vector_t<real_type>& gamma,
            real_type rounding) {
    right = eigen.vectors.template cast<complex>();
    if constexpr (!real_scalar<Scalar>) left_ = right.conjugate();
    // What all sites have in common damps all modes alike and changes none.
    const real_type common = std::ssize(sites) == right.rows() ? gamma.minCoeff() : real_type(0);
    vector_t<complex> lambda = eigen.values.template cast<complex>();
    lambda.array() -= complex(0, common / 2);
    const real_type scale = std::max(eigen.values.cwiseAbs().maxCoeff(), gamma.sum());
    bool modes_are_real = real_scalar<Scalar>;
    for (index_t m = 0; m < std::ssize(sites); ++m) {
      if (gamma[m] == common) continue;
      const index_t s = sites[static_cast<std::size_t>(m)];
      if (rounding > 0) drop_rounding(s, rounding);
      separate(lambda, scale);
      const rank_one_update<real_type> update(lambda, left().row(s).transpose(), right.row(s).transpose(),
                                              complex(0, (common - gamma[m]) / 2));
      lambda = update.values();
      const matrix change = update.right();
      if constexpr (!real_scalar<Scalar>) left_ = (left_ * update.left()).eval();
      if (modes_are_real) {
        const matrix_t<real_type> before = right.real();
        right.real() = before * change.real();
        right.imag() = before * change.imag();
      } else {
        right = (right * change).eval();
      }
      modes_are_real = false;
    }
    energies = lambda.real();
    check_complete();
    set_amplitudes(sites, gamma);
  }

  void drop_rounding(index_t site, real_type rounding) {
    for (index_t k = 0; k < right.cols(); ++k) {
      using Eigen::numext::abs;
      if (abs(right(site, k)) < rounding) right(site, k) = 0;
      if constexpr (!real_scalar<Scalar>)
        if (abs(left_(site, k)) < rounding) left_(site, k) = 0;
    }
  }

  /// sum_k R_k left_k^T = 1, looked at through one vector: a mode that was lost is noticed.
  void check_complete() const {
    vector_t<complex> x(size());
    for (index_t i = 0; i < size(); ++i) x[i] = std::polar(real_type(1), static_cast<real_type>(i % 1000 * (i % 1000)));
    const vector_t<complex> in_modes = left().transpose() * x, back = right * in_modes;
    const real_type allowed = std::max(real_type(1e-6), real_type(1e4) * Eigen::NumTraits<real_type>::epsilon());
    if (!((back - x).cwiseAbs().maxCoeff() < allowed)) modes_coincide();
  }

  /// Moves levels that are equal up to rounding apart by rounding: the secular equation needs distinct poles.
  static void separate(vector_t<complex>& lambda, real_type scale) {
    const real_type least = 2 * Eigen::NumTraits<real_type>::epsilon() * scale;
    std::vector<index_t> order(static_cast<std::size_t>(lambda.size()));
    std::iota(order.begin(), order.end(), index_t(0));
    std::ranges::stable_sort(order, {}, [&](index_t k) { return lambda[k].real(); });
    for (std::size_t j = 1; j < order.size(); ++j) {
      const real_type before = lambda[order[j - 1]].real();
      complex& next = lambda[order[j]];
      if (!(next.real() - before >= least)) next = {before + least, next.imag()};
    }
  }

  void set_amplitudes(std::span<const index_t> sites, const vector_t<real_type>& gamma) {
    const index_t n = size(), m = std::ssize(sites);
    seen.resize(m, n);
    born.resize(m, n);
    for (index_t j = 0; j < m; ++j) {
      seen.row(j) = right.row(sites[static_cast<std::size_t>(j)]);
      born.row(j) = left().row(sites[static_cast<std::size_t>(j)]);
    }
    const vector_t<real_type> norms = right.colwise().squaredNorm();
    const vector_t<real_type> left_norms = left().colwise().squaredNorm();
    // left^T right = 1, so the product of their norms is the condition of the mode.
    const real_type worst = (norms.array() * left_norms.array()).maxCoeff();
    const real_type epsilon = Eigen::NumTraits<real_type>::epsilon();
    if (!(worst * epsilon < std::max(real_type(1e-6), 1000 * epsilon))) modes_coincide();
    overlap = seen.adjoint() * (gamma.asDiagonal() * seen);
    rates.resize(n);
    for (index_t k = 0; k < n; ++k) rates[k] = overlap(k, k).real() / norms[k];
    for (index_t k = 0; k < n; ++k)
      for (index_t l = 0; l < n; ++l) {
        if (l == k) {
          overlap(k, k) = norms[k];
          continue;
        }
        const complex z((rates[k] + rates[l]) / 2, energies[k] - energies[l]);
        if (overlap(l, k) != complex(0)) overlap(l, k) = times(overlap(l, k), inverse(z));
      }
  }

  matrix left_;  // only of complex h
};

}  // namespace anderson::detail
