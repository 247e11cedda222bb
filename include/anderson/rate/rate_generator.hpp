// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/secular.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

namespace anderson {

/// Classical hopping between localized states through the noisy site (paper, section IV):
///
///     dp_a/dt = sum_b Gamma_ab (p_b - p_a) = gamma^n ( g_a sum_b g_b p_b - S g_a p_a ),    Gamma_ab = gamma^n g_a g_b
///
/// with weights g_a = |<a|c>|^2 or a model of them (rate/weights.hpp) and S = sum_a g_a. Eq. (4) gives n = 1. The paper
/// prints gamma^2; the two agree at gamma = 1 only. The sum of the populations is conserved, the rates span as many
/// decades as the weights, and all of them come out relatively accurate: dense eigensolvers lose the slow ones.
///
///     const anderson::rate_generator hopping{anderson::exponential_weights(100, 49, 2.0), 1.0};
///     double r = anderson::rms_distance(hopping.populations(1e12, anderson::vector_t<double>::Unit(100, 49)), 49);
///
/// @note Accuracy: of each p_a, a few eps relative to max(p_a(0) / L, what has arrived), if the start is at a site of
/// largest weight or p(0) is proportional to the weights; else absolute, a few eps.
/// Cost, m the number of different weights (L/2 + 1 for exponential_weights, L for eigenstates): setup O(m^2 + L ln L),
/// populations O(m^2 + L), memory m^2.
template <real_scalar Real>
class rate_generator {
public:
  /// @param weights  g_a >= 0, finite; weights below 1e-292 times the largest in double, 1e-31 in float, count as 0 and
  ///                 their sites never move.   @param gamma  noise strength >= 0.
  /// @param power_of_gamma  n; 2 for the equation as printed in the paper.
  /// @throws std::invalid_argument  no weights, a weight negative, their sum or gamma^n not finite, gamma negative.
  rate_generator(const vector_t<Real>& weights, std::type_identity_t<Real> gamma, int power_of_gamma = 1);

  index_t size() const noexcept { return weights_.size(); }
  const vector_t<Real>& weights() const& noexcept { return weights_; }
  vector_t<Real> weights() && { return std::move(weights_); }

  /// The L decay rates, ascending: eigenvalues of -matrix(). One is 0 (equal populations), and one more per site of
  /// weight 0; with sorted weights, one lies in every interval [S g_k, S g_k+1] gamma^n.
  vector_t<Real> decay_rates() const;

  /// p(t).   @param t  time >= 0, finite.   @param start  p(0): L numbers >= 0 and finite; their sum is kept.
  /// @throws std::invalid_argument  an argument out of its range.
  vector_t<Real> populations(Real t, const Eigen::Ref<const vector_t<Real>>& start) const;

  /// The generator, dp/dt = matrix() p: L x L, symmetric. For checks; nothing else here needs it.
  matrix_t<Real> matrix() const {
    matrix_t<Real> m = weights_ * weights_.transpose();
    m *= scale_;
    m.diagonal().setZero();
    m.diagonal() = -m.colwise().sum().transpose();
    return m;
  }

private:
  static constexpr index_t frozen = -1;

  void find_levels();
  void find_modes();

  vector_t<Real> weights_;
  Real scale_;                  // gamma^n
  Real unit_;                   // of weights inside: a power of two, so that neither rates nor sums of them underflow
  std::vector<index_t> level_;  // of each site: its place among the different weights, or frozen
  vector_t<Real> levels_;       // the m different weights > 0, ascending, over unit_
  vector_t<Real> degeneracy_;   // sites in each level
  vector_t<Real> level_rates_;  // decay of differences within a level, over gamma^n unit_^2
  vector_t<Real> mode_rates_;   // decay of the m - 1 modes between levels, likewise
  matrix_t<Real> modes_;        // m x (m - 1): amplitude of a mode on one site of each level
};

template <real_scalar Real>
rate_generator<Real>::rate_generator(const vector_t<Real>& weights, std::type_identity_t<Real> gamma,
                                     int power_of_gamma)
    : weights_(weights) {
  using std::ilogb, std::isfinite, std::ldexp, std::pow;
  detail::require(weights.size() >= 1, "number of weights", weights.size(), "at least 1");
  for (const Real g : weights) detail::require(g >= 0, "weight", g, "weight >= 0");
  const Real sum = weights.sum();
  detail::require(isfinite(sum), "sum of the weights", sum, "finite");
  detail::require(gamma >= 0, "gamma", gamma, "gamma >= 0");
  detail::require(power_of_gamma >= 1, "power_of_gamma", power_of_gamma, "at least 1");
  scale_ = static_cast<Real>(pow(gamma, power_of_gamma));
  detail::require(isfinite(scale_), "power of gamma", scale_, "finite");
  const Real largest = weights.maxCoeff();
  unit_ = largest > 0 ? static_cast<Real>(ldexp(Real(1), ilogb(largest))) : Real(1);
  find_levels();
  find_modes();
}

template <real_scalar Real>
void rate_generator<Real>::find_levels() {
  const Real smallest = std::numeric_limits<Real>::min() / std::numeric_limits<Real>::epsilon();
  std::vector<index_t> order(static_cast<std::size_t>(size()));
  std::iota(order.begin(), order.end(), index_t{0});
  std::ranges::sort(order, {}, [this](index_t a) { return weights_[a]; });
  level_.assign(order.size(), frozen);
  levels_.resize(size());
  degeneracy_.setZero(size());
  index_t m = 0;
  for (const index_t a : order) {
    const Real weight = weights_[a] / unit_;
    if (weight < smallest) continue;
    if (m == 0 || weight != levels_[m - 1]) levels_[m++] = weight;
    level_[static_cast<std::size_t>(a)] = m - 1;
    degeneracy_[m - 1] += 1;
  }
  levels_.conservativeResize(m);
  degeneracy_.conservativeResize(m);
}

// Eigenvectors of S diag(g) - g g^T. Normalize by g.u = S; then (S g_a - lambda) u_a = S g_a, and with lambda = S x
//
//     u_a = g_a / (g_a - x),    sum_a g_a^2 / (g_a - x) = S.
//
// Subtract the identity sum_a g_a = S and divide by x, whose root x = 0 is the stationary state:
//
//     sum_a g_a / (g_a - x) = 0                                 (no cancellation left; one root in every gap)
//
// r equal weights count r-fold here. Within such a level, any u with sum 0 has g.u = 0, so lambda = S g exactly.
template <real_scalar Real>
void rate_generator<Real>::find_modes() {
  using std::sqrt;
  const vector_t<Real> level_weights = levels_.cwiseProduct(degeneracy_);
  const Real sum = level_weights.sum();
  level_rates_ = sum * levels_;
  const std::vector<secular_root<Real>> roots = secular_roots<Real>(levels_, level_weights);
  const auto count = static_cast<index_t>(roots.size());
  mode_rates_.resize(count);
  modes_.resize(levels_.size(), count);
  for (index_t q = 0; q < count; ++q) {
    const auto [pole, offset] = roots[static_cast<std::size_t>(q)];
    mode_rates_[q] = sum * (levels_[pole] + offset);
    auto u = modes_.col(q).array();
    u = levels_.array() / ((levels_.array() - levels_[pole]) - offset);
    u /= sqrt((u.square() * degeneracy_.array()).sum());
  }
}

template <real_scalar Real>
vector_t<Real> rate_generator<Real>::decay_rates() const {
  std::vector<Real> rates(mode_rates_.begin(), mode_rates_.end());
  for (index_t l = 0; l < levels_.size(); ++l)
    rates.insert(rates.end(), static_cast<std::size_t>(degeneracy_[l]) - 1, level_rates_[l]);
  rates.resize(static_cast<std::size_t>(size()), Real(0));
  std::ranges::sort(rates);
  for (Real& rate : rates) rate = rate * scale_ * unit_ * unit_;
  return Eigen::Map<const vector_t<Real>>(rates.data(), size());
}

template <real_scalar Real>
vector_t<Real> rate_generator<Real>::populations(Real t, const Eigen::Ref<const vector_t<Real>>& start) const {
  using std::expm1, std::isfinite;
  detail::require(t >= 0 && isfinite(t), "time", t, "time >= 0 and finite");
  detail::require(start.size() == size(), "number of populations", start.size(), "the number of weights");
  for (const Real p : start) detail::require(p >= 0 && isfinite(p), "population", p, "population >= 0 and finite");

  vector_t<Real> mean = vector_t<Real>::Zero(levels_.size());
  for (index_t a = 0; a < size(); ++a)
    if (const index_t l = level_[static_cast<std::size_t>(a)]; l != frozen) mean[l] += start[a] / degeneracy_[l];

  // p(t) = p(0) + sum_k u_k (u_k.p(0)) (e^{-lambda_k t} - 1). Only changes are summed, each small by itself where
  // little has arrived: tiny populations keep their digits. Long times lose nothing either: p_a(t) >= p_a(0) / L.
  const Real time = t * scale_ * unit_ * unit_;
  const auto decay = [time](Real rate) { return rate > 0 ? static_cast<Real>(expm1(-rate * time)) : Real(0); };
  vector_t<Real> amplitude = modes_.transpose() * mean.cwiseProduct(degeneracy_);
  amplitude.array() *= mode_rates_.unaryExpr(decay).array();
  const vector_t<Real> change = modes_ * amplitude;
  const vector_t<Real> within = level_rates_.unaryExpr(decay);

  vector_t<Real> p = start;
  for (index_t a = 0; a < size(); ++a) {
    const index_t l = level_[static_cast<std::size_t>(a)];
    if (l == frozen) continue;
    p[a] += change[l] + (start[a] - mean[l]) * within[l];
    p[a] = std::max(p[a], Real(0));  // rounding where nearly nothing has arrived
  }
  return p;
}

}  // namespace anderson
