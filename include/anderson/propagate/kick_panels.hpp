// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace anderson::detail {

/// Orbitals in the eigenbasis of h, laid out for kicks: panels of 16 orbitals, and in a panel for every mode 16 real
/// parts, then 16 imaginary parts. A step touches each number once and needs no horizontal sum; a panel of 100 modes
/// (25 KB) stays in the first-level cache for all steps of a batch.
template <real_scalar Real>
class kick_panels {
public:
  static constexpr index_t lanes = 16;

  explicit kick_panels(const orbitals_t<Real>& modes)
      : modes_(modes.rows()),
        orbitals_(modes.cols()),
        panels_((orbitals_ + lanes - 1) / lanes),
        x_(vector_t<Real>::Zero(panels_ * panel_size())) {
    for (index_t a = 0; a < modes_; ++a)
      for (index_t m = 0; m < orbitals_; ++m) {
        real_part(a, m) = modes(a, m).real();
        real_part(a, m, lanes) = modes(a, m).imag();
      }
  }

  index_t modes() const noexcept { return modes_; }
  index_t orbitals() const noexcept { return orbitals_; }
  index_t panels() const noexcept { return panels_; }
  Real* panel(index_t p) noexcept { return x_.data() + p * panel_size(); }

  void write(orbitals_t<Real>& out) const {
    out.resize(modes_, orbitals_);
    for (index_t a = 0; a < modes_; ++a)
      for (index_t m = 0; m < orbitals_; ++m) out(a, m) = {real_part(a, m), real_part(a, m, lanes)};
  }

  /// sum_m occupation_m |x_am|^2 for every mode a.
  vector_t<Real> populations(const vector_t<Real>& occupations) const {
    vector_t<Real> n = vector_t<Real>::Zero(modes_);
    for (index_t a = 0; a < modes_; ++a)
      for (index_t m = 0; m < orbitals_; ++m) {
        const Real re = real_part(a, m), im = real_part(a, m, lanes);
        n[a] += occupations[m] * (re * re + im * im);
      }
    return n;
  }

private:
  index_t panel_size() const noexcept { return modes_ * 2 * lanes; }
  index_t offset(index_t a, index_t m) const noexcept { return (m / lanes) * panel_size() + a * 2 * lanes + m % lanes; }
  Real& real_part(index_t a, index_t m, index_t shift = 0) { return x_[offset(a, m) + shift]; }
  const Real& real_part(index_t a, index_t m, index_t shift = 0) const { return x_[offset(a, m) + shift]; }

  index_t modes_, orbitals_, panels_;
  vector_t<Real> x_;
};

/// One pass over a panel, the fused kick: for every mode a and lane
///
///     x_a += sum_k conj(v_ka) gain_k        the previous kick, gain_k = (e^{-i phi_k} - 1) amplitude_k
///     x_a *= d_a                            free flight
///     amplitude_k = sum_a v_ka x_a          for the next kick
///
/// v_ka = <s_k|a>. One noisy site and real v: 8 multiply-adds per complex element. One loop over the lanes, so that
/// compilers make vectors of it without help.
template <class Real, class Scalar>
void kick_pass_one_site(Real* __restrict x, std::span<const std::complex<Real>> d, const Scalar* __restrict v,
                        const Real* __restrict gain, Real* __restrict amplitude) {
  constexpr index_t lanes = kick_panels<Real>::lanes;
  alignas(64) Real gr[lanes], gi[lanes], sr[lanes] = {}, si[lanes] = {};
  std::copy_n(gain, lanes, gr);
  std::copy_n(gain + lanes, lanes, gi);
  for (const std::complex<Real> phase : d) {
    const Real vr = Eigen::numext::real(*v), vi = Eigen::numext::imag(*v), c = phase.real(), s = phase.imag();
    for (index_t l = 0; l < lanes; ++l) {
      Real re = x[l] + vr * gr[l], im = x[l + lanes] + vr * gi[l];
      if constexpr (!real_scalar<Scalar>) re += vi * gi[l], im -= vi * gr[l];
      const Real turned_re = c * re - s * im, turned_im = c * im + s * re;
      x[l] = turned_re;
      x[l + lanes] = turned_im;
      sr[l] += vr * turned_re;
      si[l] += vr * turned_im;
      if constexpr (!real_scalar<Scalar>) sr[l] -= vi * turned_im, si[l] += vi * turned_re;
    }
    x += 2 * lanes;
    ++v;
  }
  std::copy_n(sr, lanes, amplitude);
  std::copy_n(si, lanes, amplitude + lanes);
}

/// The same for K noisy sites, v[a * K + k]; gain and amplitude hold 2 * lanes numbers per site.
template <class Real, class Scalar>
void kick_pass(Real* __restrict x, std::span<const std::complex<Real>> d, const Scalar* __restrict v, index_t sites,
               const Real* __restrict gain, Real* __restrict amplitude) {
  if (sites == 1) return kick_pass_one_site(x, d, v, gain, amplitude);
  constexpr index_t lanes = kick_panels<Real>::lanes;
  std::fill_n(amplitude, sites * 2 * lanes, Real(0));
  for (const std::complex<Real> phase : d) {
    for (index_t k = 0; k < sites; ++k) {
      const Real vr = Eigen::numext::real(v[k]), vi = Eigen::numext::imag(v[k]);
      const Real *gr = gain + k * 2 * lanes, *gi = gr + lanes;
      for (index_t l = 0; l < lanes; ++l) {
        x[l] += vr * gr[l] + vi * gi[l];
        x[l + lanes] += vr * gi[l] - vi * gr[l];
      }
    }
    const Real c = phase.real(), s = phase.imag();
    for (index_t l = 0; l < lanes; ++l) {
      const Real re = x[l], im = x[l + lanes];
      x[l] = c * re - s * im;
      x[l + lanes] = c * im + s * re;
    }
    for (index_t k = 0; k < sites; ++k) {
      const Real vr = Eigen::numext::real(v[k]), vi = Eigen::numext::imag(v[k]);
      Real *sr = amplitude + k * 2 * lanes, *si = sr + lanes;
      for (index_t l = 0; l < lanes; ++l) {
        sr[l] += vr * x[l] - vi * x[l + lanes];
        si[l] += vr * x[l + lanes] + vi * x[l];
      }
    }
    x += 2 * lanes;
    v += sites;
  }
}

/// Strang steps of one panel: half a flight, kick, then (flight, kick) ..., half a flight.
/// @param v     v[a * K + k] = <s_k|a>.   @param kicks  e^{-i phi} - 1, kicks[step * K + k].
template <class Real, class Scalar>
void strang_steps(Real* panel, std::span<const std::complex<Real>> half, std::span<const std::complex<Real>> full,
                  const Scalar* v, index_t sites, std::span<const std::complex<Real>> kicks,
                  std::vector<Real>& workspace) {
  constexpr index_t lanes = kick_panels<Real>::lanes;
  const index_t block = sites * 2 * lanes;
  workspace.assign(static_cast<std::size_t>(2 * block), Real(0));
  Real *gain = workspace.data(), *amplitude = gain + block;
  const index_t steps = std::ssize(kicks) / sites;
  kick_pass(panel, half, v, sites, gain, amplitude);  // no kick before the first flight: gain is 0
  for (index_t step = 0; step < steps; ++step) {
    for (index_t k = 0; k < sites; ++k) {
      const std::complex<Real> f = kicks[static_cast<std::size_t>(step * sites + k)];
      const Real *sr = amplitude + k * 2 * lanes, *si = sr + lanes;
      Real *gr = gain + k * 2 * lanes, *gi = gr + lanes;
      for (index_t l = 0; l < lanes; ++l) {
        gr[l] = f.real() * sr[l] - f.imag() * si[l];
        gi[l] = f.real() * si[l] + f.imag() * sr[l];
      }
    }
    kick_pass(panel, step + 1 == steps ? half : full, v, sites, gain, amplitude);
  }
}

}  // namespace anderson::detail
