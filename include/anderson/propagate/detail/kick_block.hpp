// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/lanes.hpp>
#include <anderson/linalg/detail/sincos.hpp>
#include <anderson/propagate/detail/kick_pass.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <concepts>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Equal Strang steps (tau/2 of flight, kick of one site s, tau/2 of flight) in blocks of up to 16, in the interaction
/// picture around the center of the block. Kick j is at t_j = (j - (S - 1) / 2) tau from the center, x is the state
/// that flew there without kicks, and v_a = <s|a>, real:
///
///     s_j = sum_a v_a e^{-i E_a t_j} x_a + sum_{i < j} k_{j-i} g_i,   k_n = sum_a v_a^2 e^{-i E_a n tau}
///     g_j = (e^{-i phi_j} - 1) s_j
///     x_a += v_a sum_j e^{+i E_a t_j} g_j,   and x_a turns to the center of the next block
///
/// The t_j are pairs +-t. The sums over pairs need v_a cos(E_a t) and v_a sin(E_a t) alone: real matrices, 16 rows for
/// 16 steps. Multiply-adds per complex element and step: 2 for the amplitudes, 2 for the kicks, 1/4 to turn, 30 / modes
/// for the recursion, where pass by pass it is 8 (kick_pass); and a panel is read and written once per block.
///
/// Complex <s|a> = v_a e^{i theta_a}, v_a > 0: the modes are turned by theta_a before the first block and back after
/// the last.
///
/// Unitary to rounding however long tau is: all angles are exact multiples of E_a tau / 2, rounded once, so that the
/// sums hold for one and the same flight.
template <real_scalar Real>
class kick_block {
  using pack = lanes<Real>;
  using complex_pack = complex_lanes<Real>;

public:
  static constexpr index_t longest = 16;  // steps; with 8 or 32 the flights or the recursion cost more

  /// Tables for `steps` steps of length tau of the first `modes` modes; what is known already is kept. A set of modes
  /// is known by the address of its amplitudes <s|a>.
  template <class Scalar>
  void prepare(std::span<const Real> energies, const Scalar* amplitudes, index_t modes, Real tau, index_t steps) {
    if (amplitudes != set_ || tau != tau_ || modes < modes_) {
      set_ = amplitudes;
      tau_ = tau;
      modes_ = whole_ = rest_ = 0;
      std::fill_n(kernel_, longest, std::complex<Real>(0));
      const auto all = energies.size();
      half_flight_.resize(all);
      angles_.resize(all * at(pairs));
      rests_.assign(angles_.size(), Real(0));
      sines_.resize(angles_.size());
      cosines_.resize(angles_.size());
      table_.resize(all * at(longest));
      for (phase_table* p : {&theta_, &enter_, &between_, &leave_, &enter_rest_, &leave_rest_}) {
        p->cosine.resize(all);
        p->sine.resize(all);
      }
    }
    if (modes > modes_) {
      append(energies.data(), amplitudes, modes);
      modes_ = modes;
      rest_ = 0;
    }
    if (steps >= longest && modes > whole_) {
      set_phases(enter_, whole_, modes, longest, 1);
      set_phases(between_, whole_, modes, 2 * longest, 0);
      set_phases(leave_, whole_, modes, longest, -1);
      whole_ = modes;
    }
    const index_t rest = steps % longest;
    if (rest > 0 && rest != rest_) {
      const index_t center = rows_for(rest);
      set_phases(enter_rest_, 0, modes, center, 1);
      set_phases(leave_rest_, 0, modes, 2 * rest - center, -1);
      rest_ = rest;
    }
  }

  /// All steps. x: the lines of a panel (see mode_panels). kick(j) = e^{-i phi_j} - 1 of step j in every lane.
  template <class Kick>
  void move(pack* x, index_t steps, const Kick& kick) const {
    const index_t blocks = steps / longest, rest = steps % longest;
    if (blocks > 0) move(x, blocks, longest, enter_, leave_, kick);
    if (rest > 0) move(x, 1, rest, enter_rest_, leave_rest_, [&](index_t j) { return kick(steps - rest + j); });
  }

private:
  static constexpr index_t pairs = longest / 2;
  /// Rows of a product that are summed in registers together: 16 of the 32 that AVX-512 has, 8 of 16.
  static constexpr index_t tile = pack::parts == 1 ? 8 : pack::parts == 2 ? 2 : 1;
  using every_row = std::make_index_sequence<static_cast<std::size_t>(tile)>;
  /// Modes for which x and table are in the first-level cache between kick and next amplitudes.
  static constexpr index_t chunk = 64;

  struct phase_table {
    std::vector<Real> cosine, sine;
  };

  /// A block of fewer steps uses the inner pairs of times, and has kicks of 0 at its end. A few rows more are cheaper
  /// than several passes with few rows; two rows are for single steps.
  static index_t rows_for(index_t steps) {
    const index_t even = steps + steps % 2;
    return even % tile <= 2 ? even : even + tile - even % tile;
  }

  template <class Scalar>
  void append(const Real* energies, const Scalar* amplitudes, index_t modes) {
    const index_t first = modes_;
    for (index_t a = first; a < modes; ++a) {
      half_flight_[at(a)] = energies[a] * (tau_ / 2);
      for (index_t i = 0; i < pairs; ++i) set_angle(at(a * pairs + i), half_flight_[at(a)], 2 * i + 1);
    }
    const index_t offset = first * pairs;
    sincos(angles_.data() + offset, rests_.data() + offset, sines_.data() + offset, cosines_.data() + offset,
           modes * pairs - offset);
    for (index_t a = first; a < modes; ++a) {
      Real v;
      if constexpr (real_scalar<Scalar>) {
        v = amplitudes[a];
        theta_.cosine[at(a)] = 1;
        theta_.sine[at(a)] = 0;
      } else {
        v = Eigen::numext::abs(amplitudes[a]);
        const Real theta = std::arg(amplitudes[a]);
        theta_.cosine[at(a)] = Eigen::numext::cos(theta);
        theta_.sine[at(a)] = Eigen::numext::sin(theta);
      }
      Real* row = table_.data() + a * longest;
      for (index_t i = 0; i < pairs; ++i) {
        row[2 * i] = v * cosines_[at(a * pairs + i)];
        row[2 * i + 1] = v * sines_[at(a * pairs + i)];
      }
      for (index_t n = 1; n < longest; ++n) {  // n tau is the sum of two times in the table
        const Real *p = row + (n - 1) / 2 * 2, *q = row + n / 2 * 2;
        kernel_[n] += std::complex<Real>(p[0] * q[0] - p[1] * q[1], -(p[0] * q[1] + p[1] * q[0]));
      }
    }
  }

  /// Angle + rest = n x, exactly.
  void set_angle(std::size_t i, Real x, index_t n) {
    const auto factor = static_cast<Real>(n);
    angles_[i] = factor * x;
    if constexpr (std::floating_point<Real>) rests_[i] = std::fma(factor, x, -angles_[i]);
  }

  /// e^{-i E_a half_steps tau / 2 + i gauge theta_a}, gauge -1, 0 or 1
  void set_phases(phase_table& out, index_t first, index_t last, index_t half_steps, Real gauge) {
    for (index_t a = first; a < last; ++a) set_angle(at(a), half_flight_[at(a)], -half_steps);
    sincos(angles_.data() + first, rests_.data() + first, out.sine.data() + first, out.cosine.data() + first,
           last - first);
    if (gauge == 0) return;
    for (index_t a = first; a < last; ++a) {
      Real &c = out.cosine[at(a)], &s = out.sine[at(a)];
      const Real before = c, sine = gauge * theta_.sine[at(a)];
      c = c * theta_.cosine[at(a)] - s * sine;
      s = s * theta_.cosine[at(a)] + before * sine;
    }
  }

  template <class Kick>
  ANDERSON_WIDE_VECTORS void move(pack* x, index_t blocks, index_t steps, const phase_table& enter,
                                  const phase_table& leave, const Kick& kick) const {
    const index_t rows = rows_for(steps);
    complex_pack sums[longest];  // per row of the table: its product with x, then what the kicks add times the row
    for (index_t block = 0; block <= blocks; ++block) {
      const index_t kicked = block > 0 ? rows : 0;
      if (block > 0) kick_all(sums, rows, steps, [&](index_t j) { return kick((block - 1) * steps + j); });
      const phase_table& turn = block == 0 ? enter : block < blocks ? between_ : leave;
      complex_pack next[longest];
      std::fill_n(next, rows, complex_pack{pack::fill(0), pack::fill(0)});
      for (index_t first = 0; first < modes_; first += chunk) {
        const index_t last = std::min(first + chunk, modes_);
        index_t a = first;
        for (; a + tile <= last; a += tile) update(x, a, sums, kicked, turn, every_row());
        for (; a < last; ++a) update(x, a, sums, kicked, turn, std::make_index_sequence<1>());
        if (block == blocks) continue;
        index_t r = 0;
        for (; r + tile <= rows; r += tile) add_amplitudes(x, first, last, r, next, every_row());
        for (; r < rows; r += 2) add_amplitudes(x, first, last, r, next, std::make_index_sequence<2>());
      }
      std::copy_n(next, rows, sums);
    }
  }

  /// sums[r] += sum_a table_ar x_a for some rows from r on, first <= a < last
  template <std::size_t... i>
  ANDERSON_WIDE_VECTORS void add_amplitudes(const pack* x, index_t first, index_t last, index_t r, complex_pack* sums,
                                            std::index_sequence<i...>) const {
    complex_pack y[] = {sums[at(r) + i]...};
    const Real* row = table_.data() + first * longest + r;
    for (index_t a = first; a < last; ++a, row += longest) {
      const pack re = x[2 * a], im = x[2 * a + 1];  // copies: references are read again for every row
      ((y[i].re = multiply_add(row[i], re, y[i].re), y[i].im = multiply_add(row[i], im, y[i].im)), ...);
    }
    ((sums[at(r) + i] = y[i]), ...);
  }

  /// x_a += sum_r table_ar sums[r], then turns, for some modes from a on
  template <std::size_t... i>
  ANDERSON_WIDE_VECTORS void update(pack* x, index_t a, const complex_pack* sums, index_t rows, const phase_table& turn,
                                    std::index_sequence<i...>) const {
    x += 2 * a;
    complex_pack y[] = {complex_pack{x[2 * i], x[2 * i + 1]}...};
    const Real* row = table_.data() + a * longest;
    for (index_t r = 0; r < rows; ++r, ++row) {
      const pack re = sums[r].re, im = sums[r].im;
      ((y[i].re = multiply_add(row[i * longest], re, y[i].re), y[i].im = multiply_add(row[i * longest], im, y[i].im)),
       ...);
    }
    const Real *c = turn.cosine.data() + a, *s = turn.sine.data() + a;
    ((x[2 * i] = subtract_product(c[i] * y[i].re, s[i], y[i].im),
      x[2 * i + 1] = multiply_add(c[i], y[i].im, s[i] * y[i].re)),
     ...);
  }

  /// All kicks of a block, one after the other: amplitudes of pairs in, kicks of pairs out.
  template <class Kick>
  ANDERSON_WIDE_VECTORS void kick_all(complex_pack* sums, index_t rows, index_t steps, const Kick& kick) const {
    complex_pack g[longest];
    const index_t half = rows / 2;
    for (index_t j = 0; j < half; ++j) {
      const auto [cosine, sine] = std::pair(sums[2 * j], sums[2 * j + 1]);
      g[half + j] = {cosine.re + sine.im, cosine.im - sine.re};      // e^{-i E t} = cos - i sin
      g[half - 1 - j] = {cosine.re - sine.im, cosine.im + sine.re};  // at -t
    }
    for (index_t j = 0; j < steps; ++j) {
      complex_pack s = g[j];
      for (index_t i = 0; i < j; ++i) {
        const Real re = kernel_[j - i].real(), im = kernel_[j - i].imag();
        s.re = subtract_product(multiply_add(re, g[i].re, s.re), im, g[i].im);
        s.im = multiply_add(im, g[i].re, multiply_add(re, g[i].im, s.im));
      }
      g[j] = kick(j) * s;
    }
    std::fill(g + steps, g + rows, complex_pack{pack::fill(0), pack::fill(0)});
    for (index_t j = 0; j < half; ++j) {
      const complex_pack &after = g[half + j], &before = g[half - 1 - j];
      sums[2 * j] = {after.re + before.re, after.im + before.im};
      sums[2 * j + 1] = {before.im - after.im, after.re - before.re};  // i (after - before)
    }
  }

  static std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

  const void* set_ = nullptr;  // of modes
  Real tau_ = 0;
  index_t modes_ = 0;  // in the tables
  index_t whole_ = 0;  // of these with phases for blocks of the longest kind
  index_t rest_ = 0;   // steps of the last block, 0: not known
  std::complex<Real> kernel_[longest];
  std::vector<Real> table_;        // rows of mode a: v_a cos(E_a t), v_a sin(E_a t) for t = tau / 2, 3 tau / 2, ...
  std::vector<Real> half_flight_;  // E_a tau / 2
  phase_table theta_, enter_, between_, leave_, enter_rest_, leave_rest_;
  std::vector<Real> angles_, rests_, sines_, cosines_;
};

}  // namespace anderson::detail
