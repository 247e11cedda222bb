// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace anderson::detail {

/// 1 / z without the tests of std::complex; |z|^2 must neither overflow nor vanish.
template <class Real>
std::complex<Real> inverse(std::complex<Real> z) {
  const Real factor = 1 / (z.real() * z.real() + z.imag() * z.imag());
  return {z.real() * factor, -z.imag() * factor};
}

/// Two roots coincide, or cannot be told apart.
struct coinciding_roots : std::runtime_error {
  coinciding_roots()
      : std::runtime_error("anderson: two roots of a secular equation coincide or cannot be told apart") {}
};

/// Roots of the secular equation 1 + sum_a q_a / (d_a - lambda) = 0 with poles d_a and weights q_a that do not vanish,
/// each as its distance from a pole.
///
/// All roots at once by Ehrlich's and Aberth's iteration on p(lambda) = f(lambda) prod_a (d_a - lambda) (Bini and
/// Robol, J. Comput. Appl. Math. 272, 276 (2014)), arranged so that nothing cancels: with lambda_j = d_j + delta_j,
///
///     h(delta_k) = delta_k (1 + sum_{a != k} q_a / (d_a - lambda_k)) - q_k
///     delta_k -= h / (h' + h sum_{j != k} -delta_j / ((lambda_k - d_j) (lambda_k - lambda_j)))
///
/// Cost: O(n^2) per sweep, ten to thirty sweeps; memory O(n).
template <real_scalar Real>
class secular_roots {
public:
  using complex = std::complex<Real>;
  using array = Eigen::Array<Real, Eigen::Dynamic, 1>;

  /// @throws coinciding_roots  two roots coincide or cannot be told apart.
  secular_roots(const vector_t<complex>& poles, const vector_t<complex>& weights)
      : pole_re_(poles.real()),
        pole_im_(poles.imag()),
        weight_re_(weights.real()),
        weight_im_(weights.imag()),
        shift_re_(poles.size()),
        shift_im_(poles.size()) {
    guess();
    iterate();
    check_roots();
  }

  /// Anchors root j at the pole that is nearest, where its distance has most digits.
  std::pair<index_t, complex> settle(index_t j) const {
    const index_t n = shift_re_.size();
    index_t nearest = j;
    Real least = size(shift(j)) / 4;
    for (index_t a = 0; a < n; ++a)
      if (a != j)
        if (const Real distance = size((pole(j) - pole(a)) + shift(j)); distance < least) nearest = a, least = distance;
    complex delta = shift(j);
    if (nearest != j) {
      delta = (pole(j) - pole(nearest)) + shift(j);
      for (int step = 0; step < 3; ++step) {
        complex value = 1, slope = 0;
        for (index_t a = 0; a < n; ++a)
          if (a != nearest) {
            const complex i = inverse((pole(a) - pole(nearest)) - delta), f = times(weight(a), i);
            value += f;
            slope += times(f, i);
          }
        const complex h = times(delta, value) - weight(nearest);
        const complex correction = times(h, inverse(value + times(delta, slope)));
        if (!(size(correction) < Real(0.5) * size(delta))) break;
        delta -= correction;
      }
    }
    return {nearest, delta};
  }

private:
  static std::size_t at(index_t i) { return static_cast<std::size_t>(i); }
  static Real size(complex z) { return std::max(Eigen::numext::abs(z.real()), Eigen::numext::abs(z.imag())); }

  complex pole(index_t j) const { return {pole_re_[j], pole_im_[j]}; }
  complex weight(index_t j) const { return {weight_re_[j], weight_im_[j]}; }
  complex shift(index_t j) const { return {shift_re_[j], shift_im_[j]}; }
  void set_shift(index_t j, complex delta) { shift_re_[j] = delta.real(), shift_im_[j] = delta.imag(); }

  /// Starts. Poles that the update couples more strongly than their distance share a bright root, which takes their
  /// weight, and dark ones, each between its pole and the nearest pole of more weight. All others: first order. A
  /// little off the real axis, which iterates of real data never leave although their roots may be complex.
  void guess() {
    const index_t n = shift_re_.size();
    const Real most = weight_re_.abs().sum() + weight_im_.abs().sum();
    std::vector<index_t> above(at(n), -1);  // the pole of more weight to which it is dark
    for (index_t k = 0; k < n; ++k) {
      Real least = most;
      for (index_t j = 0; j < n; ++j) {
        const Real mine = size(weight(k)), other = size(weight(j)), distance = size(pole(j) - pole(k));
        if (j == k || distance >= std::min(least, mine + other) || other < mine || (other == mine && j < k)) continue;
        least = distance;
        above[at(k)] = j;
      }
    }
    std::vector<complex> bright(at(n));  // weight of a pole and of all that are dark to it
    for (index_t k = 0; k < n; ++k) {
      index_t top = k;
      while (above[at(top)] >= 0) top = above[at(top)];
      bright[at(top)] += weight(k);
    }
    for (index_t k = 0; k < n; ++k) {
      complex delta;
      if (const index_t top = above[at(k)]; top >= 0) {
        delta = times(pole(top) - pole(k), times(weight(k), inverse(weight(k) + weight(top))));
      } else {
        complex others = 1;
        for (index_t j = 0; j < n; ++j)
          if (j != k && above[at(j)] < 0) others += times(bright[at(j)], inverse(pole(j) - pole(k)));
        delta = times(bright[at(k)], inverse(others));
        if (!(size(delta) <= most)) delta = bright[at(k)];
      }
      set_shift(k, times(delta, complex(1, Real(1e-3))));
    }
  }

  /// Together the roots move by as much as the trace: one that was found twice, and one lost with it, are noticed.
  void check_roots() const {
    const complex expected(weight_re_.sum(), weight_im_.sum()), found(shift_re_.sum(), shift_im_.sum());
    const Real scale = weight_re_.abs().sum() + weight_im_.abs().sum() + shift_re_.abs().sum() + shift_im_.abs().sum();
    if (!(size(found - expected) <= Eigen::numext::sqrt(Eigen::NumTraits<Real>::epsilon()) * scale))
      throw coinciding_roots();
  }

  /// Of root k, anchored at its own pole.
  struct sums {
    complex value = 0, slope = 0, repulsion = 0;
    Real nearest = 0;  // squared inverse of the distance from the nearest other pole
    Real terms = 1;    // sum of absolute values
  };
  void add(index_t first, index_t count, complex pole_k, complex shift_k, sums& s) {
    if (count == 0) return;
    const auto qr = weight_re_.segment(first, count);
    const auto qi = weight_im_.segment(first, count);
    auto& [xr, xi, yr, yi, ir, ii, fr, fi] = scratch_;
    xr = (pole_re_.segment(first, count) - pole_k.real()) - shift_k.real();  // d_j - lambda_k
    xi = (pole_im_.segment(first, count) - pole_k.imag()) - shift_k.imag();
    yr = xr + shift_re_.segment(first, count);  // lambda_j - lambda_k
    yi = xi + shift_im_.segment(first, count);
    fr = (xr * xr + xi * xi).inverse();
    s.nearest = std::max(s.nearest, fr.maxCoeff());
    ir = xr * fr;
    ii = -xi * fr;
    fr = qr * ir - qi * ii;
    fi = qr * ii + qi * ir;
    s.value += complex(fr.sum(), fi.sum());
    s.terms += fr.abs().sum() + fi.abs().sum();
    s.slope += complex((fr * ir - fi * ii).sum(), (fr * ii + fi * ir).sum());
    fr = (yr * yr + yi * yi).inverse();
    xr = (yr * ir + yi * ii) * fr;  // 1 / ((lambda_k - d_j) (lambda_k - lambda_j))
    xi = (yr * ii - yi * ir) * fr;
    const auto sr = shift_re_.segment(first, count);
    const auto si = shift_im_.segment(first, count);
    s.repulsion -= complex((sr * xr - si * xi).sum(), (sr * xi + si * xr).sum());
  }

  void iterate() {
    const index_t n = shift_re_.size();
    const Real epsilon = Eigen::NumTraits<Real>::epsilon();
    // The correction after one as small as this is below rounding: convergence is at least quadratic.
    const Real last = Eigen::numext::pow(epsilon, Real(0.6));
    array before = array::Constant(n, Eigen::NumTraits<Real>::highest());  // size of the last correction
    std::vector<index_t> open(at(n));
    std::iota(open.begin(), open.end(), index_t(0));
    for (int sweep = 0; !open.empty(); ++sweep) {
      if (sweep == 300) throw coinciding_roots();
      std::erase_if(open, [&](index_t k) {
        const complex delta = shift(k);
        sums s;
        add(0, k, pole(k), delta, s);
        add(k + 1, n - k - 1, pole(k), delta, s);
        const complex value = complex(1) + s.value;
        const complex h = times(delta, value) - weight(k), slope = value + times(delta, s.slope);
        const complex factor = inverse(slope + times(h, s.repulsion)), correction = times(h, factor);
        const Real step = size(correction);
        if (!(step < Eigen::NumTraits<Real>::highest())) return false;
        set_shift(k, delta - correction);
        // A root far from its own pole and close to another one is known as well as that distance.
        const Real own = size(shift(k)), distance = std::min(own, 1 / Eigen::numext::sqrt(s.nearest));
        const Real noise = distance < own ? 4 * epsilon * own : 4 * epsilon * own * s.terms * size(factor);
        // Two roots that nearly coincide cannot be told better than rounding allows: no progress any more.
        const bool stuck = step <= std::max(Real(1e-5) * distance, noise) && step >= before[k] / 2;
        before[k] = step;
        return stuck || step <= last * distance;
      });
    }
  }

  // d_a, q_a, distance of root from pole
  array pole_re_, pole_im_, weight_re_, weight_im_, shift_re_, shift_im_;
  std::array<array, 8> scratch_;
};

}  // namespace anderson::detail
