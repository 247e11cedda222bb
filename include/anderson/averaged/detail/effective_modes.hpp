// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/detail/amplitude_errors.hpp>
#include <anderson/averaged/detail/separate.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/detail/rank_one_update.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <stdexcept>
#include <vector>

namespace anderson::detail {

/// Modes of the evolution between two jumps, h_eff = h - (i/2) sum_m gamma_m P_m, P_m = |s_m><s_m|:
///
///     h_eff R_k = lambda_k R_k,   lambda_k = E_k - (i/2) Gamma_k,   R^{-1} = left^T,   left = R for real h
///
/// Site by site, each a rank-one update of the modes before, from the eigensystem of h: so the exponentially small
/// amplitudes of far modes keep their digits, which a general eigensolver would lose. Energies are counted from the
/// middle of the spectrum, all of them in `unit`, a power of two, so that nothing depends on the user's.
///
/// Decay rates are sums of positive terms, Gamma_k = sum_m gamma_m |<s_m|R_k>|^2 / <R_k|R_k>, never -2 Im lambda_k; so
/// is what they lack to a reference, g - Gamma_k = sum_i (g - gamma_i) |<i|R_k>|^2 / <R_k|R_k>. Energies of modes that
/// decay faster than h moves are E_k = sum_a E_a |<a|R_k>|^2 / <R_k|R_k>, since Re lambda_k carries the rounding of
/// gamma. Overlaps, by
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
    const index_t n = eigen.values.size();
    center = eigen.values[0] + (eigen.values[n - 1] - eigen.values[0]) / 2;
    const real_type half_band = eigen.values[n - 1] - center;
    unit = unit_of(std::max(half_band, gamma.maxCoeff()));
    band = half_band / unit;
    tails = eigen.tails;
    rounding = Eigen::NumTraits<real_type>::epsilon() * (band + Eigen::numext::abs(center / unit));
    const vector_t<real_type> levels = (eigen.values.array() - center) / unit;
    const vector_t<real_type> rate = gamma / unit;
    // Levels that a symmetry makes equal need a distance.
    for (const real_type apart : {real_type(0), real_type(1e3) * Eigen::NumTraits<real_type>::epsilon()}) {
      try {
        find(eigen, levels, sites, rate, apart);
        return;
      } catch (const coinciding_roots&) {
      }
    }
    throw std::runtime_error(
        "anderson: two modes of h - (i/2) sum gamma n coincide or cannot be told apart (an exceptional point, such as "
        "gamma = 4 J without disorder); change gamma by one part in 10^4, or add as much disorder");
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

  /// tr(C h), in the user's unit, without what the center of the spectrum adds.
  real_type energy_from_center(const matrix& x) const { return unit * real_trace(hamiltonian, x); }
  real_type particles(const matrix& x) const { return real_trace(overlap, x); }

  real_type center, unit;  // of energy
  real_type band;          // half the width of the spectrum of h
  // All in that unit:
  vector_t<real_type> energies, rates;        // E_k, Gamma_k
  std::vector<real_type> references;          // the different gammas
  std::vector<vector_t<real_type>> lacking;   // reference - Gamma_k
  std::vector<std::vector<index_t>> members;  // noisy sites m with that gamma
  matrix right;                               // R_k in column k
  matrix seen, born;                          // <s_m|R_k>, and of |s_m> = sum_k born_mk R_k, at (m, k)
  matrix overlap;                             // <R_l|R_k> at (l, k)
  matrix hamiltonian;                         // <R_l|h|R_k>
  real_type condition = 1;                    // largest (|R_k| |left_k|)^2
  real_type slowest = 0;                      // |i (E_k - E_l) + (Gamma_k + Gamma_l) / 2| of any pair
  real_type rounding = 0;                     // of h, its constant included
  bool tails = false;                         // of the eigenvectors of h are known
  amplitude_errors<real_type> errors;         // of `seen`
  real_type moved = 0;                        // of an amplitude at a noisy site, by rounding
  real_type defect = 0;                       // of sum_k R_k left_k^T = 1, applied to a vector of phases

private:
  /// Re sum_kl form_lk x_kl
  static real_type real_trace(const matrix& form, const matrix& x) {
    real_type sum = 0;
    for (index_t l = 0; l < x.cols(); ++l)
      for (index_t k = 0; k < x.rows(); ++k) sum += times(form(l, k), x(k, l)).real();
    return sum;
  }

  /// Amplitudes at a noisy site below `least` count as zero: a mode that a symmetry keeps from the site, and one
  /// that the update moves onto it, would mix by rounding into a pair that nearly coincides.
  void find(const eigensystem<Scalar>& eigen, const vector_t<real_type>& levels, std::span<const index_t> sites,
            const vector_t<real_type>& gamma, real_type least) {
    const index_t n = levels.size();
    const matrix_t<Scalar>& vectors = eigen.vectors;
    const real_type epsilon = Eigen::NumTraits<real_type>::epsilon();
    set_references(gamma);
    moved = 0;
    errors.reset(std::ssize(sites), n, eigen.tails ? real_type(0) : 16 * epsilon);  // what `diagonalize` keeps
    seen.resize(std::ssize(sites), n);
    born.resize(std::ssize(sites), n);
    for (index_t m = 0; m < seen.rows(); ++m) {
      seen.row(m) = vectors.row(sites[static_cast<std::size_t>(m)]).template cast<complex>();
      born.row(m) = seen.row(m).conjugate();
    }
    // What all sites have in common damps all modes alike and changes none.
    const real_type common = seen.rows() == n ? gamma.minCoeff() : real_type(0);
    vector_t<complex> lambda = levels.template cast<complex>();
    lambda.array() -= complex(0, common / 2);
    matrix in_levels = matrix::Identity(n, n), left_in_levels;
    if constexpr (!real_scalar<Scalar>) left_in_levels = in_levels;
    bool changed = false;
    for (index_t m = 0; m < seen.rows(); ++m) {
      if (gamma[m] == common) continue;
      if (least > 0) {
        drop_below(seen.row(m), least);
        drop_below(born.row(m), least);
      }
      separate(lambda, band > 0 ? 2 * epsilon * band : std::max(2 * rounding, epsilon * epsilon));
      const rank_one_update<real_type> update(lambda, born.row(m).transpose(), seen.row(m).transpose(),
                                              complex(0, (common - gamma[m]) / 2));
      moved = std::max(moved, update.backward_error());
      lambda = update.values();
      const matrix change = update.right();
      errors.update(seen, change, m, update.backward_errors());
      seen = (seen * change).eval();
      in_levels = changed ? (in_levels * change).eval() : change;
      if constexpr (real_scalar<Scalar>) {
        born = seen;
      } else {
        const matrix left_change = update.left();
        born = (born * left_change).eval();
        left_in_levels = changed ? (left_in_levels * left_change).eval() : left_change;
      }
      seen.row(m) = update.seen().transpose();
      born.row(m) = update.born().transpose();
      changed = true;
    }
    energies = lambda.real();
    if constexpr (real_scalar<Scalar>) {  // half of what the product with a complex matrix takes
      right.resize(n, n);
      right.real().noalias() = vectors * in_levels.real();
      right.imag().noalias() = vectors * in_levels.imag();
    } else {
      right = vectors * in_levels;
      left_ = vectors.conjugate() * left_in_levels;
    }
    check_complete();
    set_amplitudes(levels, in_levels, sites, gamma, common);
    errors.mix(rounding, band, tails, left(), right, left_in_levels.size() > 0 ? left_in_levels : in_levels, in_levels,
               lambda, seen);
  }

  void set_references(const vector_t<real_type>& gamma) {
    references.clear();
    members.clear();
    for (index_t m = 0; m < gamma.size(); ++m) {
      const auto known = std::ranges::find(references, gamma[m]);
      if (known == references.end()) {
        references.push_back(gamma[m]);
        members.push_back({m});
      } else {
        members[static_cast<std::size_t>(known - references.begin())].push_back(m);
      }
    }
  }

  template <class Row>
  void drop_below(Row row, real_type least) {
    for (index_t k = 0; k < row.size(); ++k)
      if (const real_type size = Eigen::numext::abs(row[k]); size < least) {
        moved = std::max(moved, size);
        row[k] = 0;
      }
  }

  /// sum_k R_k left_k^T = 1, looked at through one vector: a mode that was lost is noticed.
  void check_complete() {
    vector_t<complex> x(size());
    for (index_t i = 0; i < size(); ++i) x[i] = std::polar(real_type(1), static_cast<real_type>(i % 1000 * (i % 1000)));
    const vector_t<complex> in_modes = left().transpose() * x, back = right * in_modes;
    const real_type allowed = std::max(real_type(1e-6), real_type(1e4) * Eigen::NumTraits<real_type>::epsilon());
    defect = (back - x).cwiseAbs().maxCoeff();
    if (!(defect < allowed)) throw coinciding_roots();
  }

  void set_amplitudes(const vector_t<real_type>& levels, const matrix& in_levels, std::span<const index_t> sites,
                      const vector_t<real_type>& gamma, real_type common) {
    const index_t n = size();
    const vector_t<real_type> norms = right.colwise().squaredNorm();
    const vector_t<real_type> left_norms = left().colwise().squaredNorm();
    // left^T right = 1, so the product of their norms is the condition of the mode.
    condition = (norms.array() * left_norms.array()).maxCoeff();
    const real_type epsilon = Eigen::NumTraits<real_type>::epsilon();
    if (!(condition * epsilon < std::max(real_type(1e-6), 1000 * epsilon))) throw coinciding_roots();
    const vector_t<real_type> beyond = gamma.array() - common;
    overlap = seen.adjoint() * (gamma.asDiagonal() * seen);
    rates.resize(n);
    for (index_t k = 0; k < n; ++k) rates[k] = common + seen.col(k).cwiseAbs2().dot(beyond) / norms[k];
    for (index_t k = 0; k < n; ++k) {
      if (rates[k] <= band) continue;
      const vector_t<real_type> weight = in_levels.col(k).cwiseAbs2();
      energies[k] = weight.dot(levels) / weight.sum();
    }
    vector_t<real_type> at_site = vector_t<real_type>::Zero(n);
    for (index_t m = 0; m < gamma.size(); ++m) at_site[sites[static_cast<std::size_t>(m)]] = gamma[m];
    lacking.clear();
    for (const real_type reference : references)
      lacking.push_back((right.cwiseAbs2().transpose() * (reference - at_site.array()).matrix()).cwiseQuotient(norms));
    hamiltonian = in_levels.adjoint() * (levels.asDiagonal() * in_levels);
    real_type least = Eigen::NumTraits<real_type>::highest();
    for (index_t k = 0; k < n; ++k)
      for (index_t l = 0; l < n; ++l) {
        if (l == k) {
          overlap(k, k) = norms[k];
          continue;
        }
        const complex z((rates[k] + rates[l]) / 2, energies[k] - energies[l]);
        least = std::min(least, std::norm(z));
        if (overlap(l, k) == complex(0)) continue;
        if (std::abs(z) < real_type(1e6) * epsilon * band)  // z is a rounding error, more or less
          overlap(l, k) = right.col(l).dot(right.col(k));
        else
          overlap(l, k) = times(overlap(l, k), inverse(z));
      }
    slowest = std::sqrt(least);
  }

  matrix left_;  // only of complex h
};

}  // namespace anderson::detail
