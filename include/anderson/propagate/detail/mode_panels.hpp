// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/lanes.hpp>

#include <complex>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Orbitals of one or several trajectories in the eigenbasis of h, laid out for kicks. All orbitals stand side by side,
/// one trajectory after the other, and are cut into panels one cache line wide (8 doubles); a panel holds for every
/// mode a line of real and a line of imaginary parts. A pass over a panel touches each number once and needs no
/// horizontal sum; a panel of 100 modes (12.5 KB) stays in the first-level cache for all steps of a batch.
template <real_scalar Real>
class mode_panels {
public:
  using pack = lanes<Real>;
  static constexpr auto width = static_cast<index_t>(pack::width);
  static_assert(sizeof(pack) == pack::width * sizeof(Real),
                "split_propagator and event_propagator need a real type whose size divides 64 bytes");

  /// @param columns  number of orbitals of each trajectory.
  mode_panels(index_t modes, std::span<const index_t> columns) : modes_(modes), begin_{0} {
    for (const index_t m : columns) begin_.push_back(begin_.back() + m);
    panels_ = (begin_.back() + width - 1) / width;
    x_.assign(static_cast<std::size_t>(panels_ * modes_ * 2), pack::fill(0));
    trajectory_.assign(static_cast<std::size_t>(panels_ * width), 0);
    for (index_t k = 0; k < trajectories(); ++k)
      for (index_t m = begin(k); m < begin(k + 1); ++m) trajectory_[static_cast<std::size_t>(m)] = k;
  }

  index_t modes() const noexcept { return modes_; }
  index_t panels() const noexcept { return panels_; }
  index_t trajectories() const noexcept { return std::ssize(begin_) - 1; }
  /// Lines of panel p: mode a has its real parts at [2 a], its imaginary parts at [2 a + 1].
  pack* panel(index_t p) noexcept { return x_.data() + p * modes_ * 2; }
  /// The trajectory of each lane of panel p.
  const index_t* trajectory(index_t p) const noexcept { return trajectory_.data() + p * width; }

  /// Trajectory k: modes x its orbitals.
  void read(index_t k, const orbitals_t<Real>& in) {
    for (index_t a = 0; a < modes_; ++a)
      for (index_t m = 0; m < in.cols(); ++m) {
        line(a, begin(k) + m)[0] = in(a, m).real();
        line(a, begin(k) + m)[width] = in(a, m).imag();
      }
  }
  /// All trajectories: modes x all orbitals, side by side; mode a in row rows[a].
  void write(std::span<const index_t> rows, orbitals_t<Real>& out) const {
    out.resize(modes_, begin_.back());
    for (index_t a = 0; a < modes_; ++a) {
      std::complex<Real>* row = out.data() + rows[static_cast<std::size_t>(a)] * out.cols();
      for (index_t m = 0; m < out.cols(); ++m) {
        const Real* x = line(a, m);
        row[m] = {x[0], x[width]};
      }
    }
  }
  /// Orbitals of trajectory k: [begin(k), begin(k + 1)).
  index_t begin(index_t k) const { return begin_[static_cast<std::size_t>(k)]; }

  /// sum_m weight_m |x_am|^2 over the orbitals of trajectory k.
  Real population(index_t k, index_t a, const vector_t<Real>& weight) const {
    Real n = 0;
    for (index_t m = 0; m < weight.size(); ++m) {
      const Real* x = line(a, begin(k) + m);
      n += weight[m] * (x[0] * x[0] + x[width] * x[width]);
    }
    return n;
  }

  /// Multiplies mode a of all orbitals.
  void turn(index_t a, std::complex<Real> phase) {
    for (index_t p = 0; p < panels_; ++p) {
      pack &re = panel(p)[2 * a], &im = panel(p)[2 * a + 1];
      const pack before = re;
      re = subtract_product(phase.real() * before, phase.imag(), im);
      im = multiply_add(phase.imag(), before, phase.real() * im);
    }
  }

private:
  const Real* line(index_t a, index_t m) const {
    return reinterpret_cast<const Real*>(x_.data() + ((m / width) * modes_ + a) * 2) + m % width;
  }
  Real* line(index_t a, index_t m) { return const_cast<Real*>(std::as_const(*this).line(a, m)); }

  index_t modes_, panels_ = 0;
  std::vector<index_t> begin_;       // of the orbitals of trajectory k
  std::vector<index_t> trajectory_;  // of every lane
  std::vector<pack> x_;
};

}  // namespace anderson::detail
