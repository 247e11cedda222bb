// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/phase.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <algorithm>
#include <complex>
#include <utility>
#include <vector>

namespace anderson::detail {

/// The small side of krylov_panel: a tridiagonal T for each of a few columns, and exp(-i tau T) e_1.
template <real_scalar Real, index_t columns>
class krylov_coefficients {
public:
  using lane = Eigen::Array<Real, columns, 1>;  // a number per column
  using mask = Eigen::Array<bool, columns, 1>;

  struct complex_lane {
    lane re, im;
  };
  /// What belongs to one basis vector: its row of T, of exp(-i tau T) e_1 and of the Taylor series.
  struct row {
    lane alpha, beta;
    complex_lane y, term, next;
  };

  void reserve(index_t dimension) {
    if (rows_.size() < index(dimension)) rows_.resize(index(dimension));
  }
  row& operator[](index_t k) { return rows_[index(k)]; }

  /// y = exp(-i tau T) e_1 for every column at once, with the middle of the spectra as zero of energy: Taylor series on
  /// pieces with |tau T| <= 1, each to rounding, and one phase, which takes the constant that T lacks.
  /// @returns  whether the zero of energy is so far from the spectra that its rounding matters.
  bool exponential(index_t dimension, Real tau, Real constant, const mask& alive) {
    const auto [center, half_width] = numerical_range(dimension, alive);
    const Real reach = half_width * Eigen::numext::abs(tau);
    const Real pieces = std::max(Real(1), Eigen::numext::ceil(reach));
    require(pieces <= Real(1e6), "tau times half the spectral width of A", reach,
            "at most 1e6; take a shorter tau (dt)");
    const Real negligible = Eigen::NumTraits<Real>::epsilon() / 8;
    for (index_t k = 0; k < dimension; ++k) rows_[index(k)].y = {lane::Zero(), lane::Zero()};
    rows_[0].y.re = alive.select(lane::Ones(), lane::Zero());
    for (Real piece = 0; piece < pieces; piece += 1) {
      if (pieces > 100) poll(static_cast<double>(piece / pieces));
      for (index_t k = 0; k < dimension; ++k) rows_[index(k)].term = rows_[index(k)].y;
      for (int order = 1; order < 200; ++order)
        if (taylor_term(dimension, center, tau / pieces / static_cast<Real>(order)) <= negligible) break;
    }
    const bool far = Eigen::numext::abs(center + constant) > 8 * half_width;
    const std::complex<Real> turn =
        far ? times(phase(center, tau), phase(constant, tau)) : phase(center + constant, tau);
    for (index_t k = 0; k < dimension; ++k) {
      const complex_lane y = rows_[index(k)].y;
      rows_[index(k)].y = {turn.real() * y.re - turn.imag() * y.im, turn.real() * y.im + turn.imag() * y.re};
    }
    return far;
  }

private:
  static std::size_t index(index_t k) { return static_cast<std::size_t>(k); }

  /// The middle of an interval that holds the spectra of all T, and half its width: Gershgorin's discs.
  std::pair<Real, Real> numerical_range(index_t dimension, mask alive) const {
    const Real most = Eigen::NumTraits<Real>::highest();
    lane low = lane::Constant(most), high = lane::Constant(-most), before = lane::Zero();
    for (index_t k = 0; k < dimension; ++k) {
      const row& r = rows_[index(k)];
      const lane radius = k + 1 < dimension ? lane(before + r.beta) : before;
      low = alive.select(low.min(r.alpha - radius), low);
      high = alive.select(high.max(r.alpha + radius), high);
      alive = alive && r.beta > 0;
      before = r.beta;
    }
    const Real first = low.minCoeff(), last = high.maxCoeff();
    if (!(first <= last)) return {Real(0), Real(0)};  // no column but zeros
    return {first + (last - first) / 2, (last - first) / 2};
  }

  /// term <- -i factor T term, added to y; the largest entry.
  Real taylor_term(index_t dimension, Real center, Real factor) {
    lane biggest = lane::Zero();
    for (index_t k = 0; k < dimension; ++k) {
      row& r = rows_[index(k)];
      const lane energy = r.alpha - center;
      lane re = energy * r.term.re, im = energy * r.term.im;
      if (k > 0) {
        const row& below = rows_[index(k - 1)];
        re += below.beta * below.term.re, im += below.beta * below.term.im;
      }
      if (k + 1 < dimension) {
        const complex_lane& above = rows_[index(k + 1)].term;
        re += r.beta * above.re, im += r.beta * above.im;
      }
      r.next.re = factor * im;  // -i (re + i im) = im - i re
      r.next.im = -factor * re;
      r.y.re += r.next.re;
      r.y.im += r.next.im;
      biggest = biggest.max(r.next.re.abs() + r.next.im.abs());
    }
    for (index_t k = 0; k < dimension; ++k) rows_[index(k)].term = rows_[index(k)].next;
    return biggest.maxCoeff();
  }

  std::vector<row> rows_;
};

}  // namespace anderson::detail
