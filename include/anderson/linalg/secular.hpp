// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace anderson {

/// The root poles[pole] + offset. Kept apart: differences to the poles, (poles[a] - poles[pole]) - offset, then never
/// cancel, however close the root is to a pole.
template <real_scalar Real>
struct secular_root {
  index_t pole;  ///< the nearer one of the two poles around the root
  Real offset;   ///< to full relative accuracy; positive above the pole, negative below
};

namespace detail {

template <class Real>
struct poles_on_one_side {
  Eigen::Ref<const vector_t<Real>> distance;  // from the pole next to the root
  Eigen::Ref<const vector_t<Real>> weight;
};

/// Distance m in [low, high] of a root from the nearer pole; `own` are the poles on that pole's side of the root:
///
///     N(m) = F(m),    N = sum_own w / (distance + m),    F = sum_other w / (distance - m)
///
/// ln N - ln F as function of ln m has its slope in [-2, 0): Newton's method is at home there, whatever the scale of
/// m. The bracket [low, high] catches what is left. If the nearest pole is the largest term of N, then |slope| >= 1/n:
/// m is relatively accurate to n eps, in practice to a few eps.
template <class Real>
Real secular_distance(const poles_on_one_side<Real>& own, const poles_on_one_side<Real>& other, Real low, Real high) {
  using std::exp, std::log, std::sqrt;
  const auto poles = static_cast<Real>(own.distance.size() + other.distance.size());
  Eigen::Array<Real, Eigen::Dynamic, 1> a, b;
  Real m = low;
  low /= 2;  // its own rounding
  for (int iteration = 0; iteration < 200; ++iteration) {
    a = (own.distance.array() + m).inverse();
    b = (other.distance.array() - m).inverse();
    const Real n = (own.weight.array() * a).sum(), n_slope = (own.weight.array() * a * (m * a)).sum();
    const Real f = (other.weight.array() * b).sum(), f_slope = (other.weight.array() * b * (m * b)).sum();
    const Real excess = log(n / f);
    (excess > 0 ? low : high) = m;
    const Real step = excess / (n_slope / n + f_slope / f);
    const Real next = m * exp(step);
    const bool inside = low <= next && next <= high;
    m = inside ? next : sqrt(low) * sqrt(high);
    if (inside && step * step * poles <= std::numeric_limits<Real>::epsilon()) break;  // the next is < eps
  }
  return m;
}

}  // namespace detail

/// The n - 1 roots of the secular equation, one between each pair of neighboring poles:
///
///     sum_a weights[a] / (poles[a] - x) = 0
///
/// @param poles    strictly ascending, finite.   @param weights  > 0, finite, one per pole.
/// @throws std::invalid_argument  different lengths, poles not ascending, a weight not positive.
/// @note Accuracy: for weights proportional to positive poles, offsets are relatively accurate to a few eps (at worst
/// n eps), and eigenvectors formed from them are orthogonal to working precision. Poles and gaps should stay well above
/// numeric_limits::min(). Cost: O(n^2), about five evaluations of the sum per root at most; memory O(n).
template <real_scalar Real>
std::vector<secular_root<Real>> secular_roots(const vector_t<Real>& poles, const vector_t<Real>& weights) {
  const index_t n = poles.size();
  detail::require(weights.size() == n, "number of weights", weights.size(), "the number of poles");
  for (index_t a = 0; a < n; ++a) {
    detail::require(a == 0 || poles[a] > poles[a - 1], "pole", poles[a], "poles in strictly ascending order");
    detail::require(weights[a] > 0, "weight of a pole", weights[a], "weight > 0");
  }
  std::vector<secular_root<Real>> roots;
  vector_t<Real> distance(n);
  for (index_t k = 0; k + 1 < n; ++k) {
    const index_t left = k + 1, right = n - left;  // numbers of poles on the two sides
    const Real half = (poles[k + 1] - poles[k]) / 2;
    // In the middle of the gap the two sides tell which pole is nearer. w / m <= N(m) = F(m) <= F(half) bounds m below.
    const Real from_left = (weights.head(left).array() / ((poles[k] - poles.head(left).array()) + half)).sum();
    const Real from_right = (weights.tail(right).array() / ((poles.tail(right).array() - poles[k + 1]) + half)).sum();
    const bool above = from_left <= from_right;
    const index_t origin = above ? k : k + 1;
    distance = (poles.array() - poles[origin]).abs();
    const Real bound = weights[origin] / (above ? from_right : from_left);
    const detail::poles_on_one_side<Real> lower{distance.head(left), weights.head(left)};
    const detail::poles_on_one_side<Real> upper{distance.tail(right), weights.tail(right)};
    if (above)
      roots.push_back({k, detail::secular_distance(lower, upper, bound, half)});
    else
      roots.push_back({k + 1, -detail::secular_distance(upper, lower, bound, half)});
  }
  return roots;
}

}  // namespace anderson
