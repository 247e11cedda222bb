// SPDX-License-Identifier: MIT
#pragma once

// Two laws for any method that moves trajectories: a run does not depend on the unit of energy, nor on a constant in h.

#include <anderson/core/types.hpp>
#include <anderson/random/philox.hpp>

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

namespace support {

/// What is compared: C, and the energy in units of `unit`.
template <class Real>
struct compared {
  an::matrix_t<std::complex<Real>> c;
  Real energy;
};

template <class Snapshot, class Real>
compared<Real> compare(const Snapshot& now, Real unit) {
  compared<Real> out{an::matrix_t<std::complex<Real>>(now.size(), now.size()), now.energy() / unit};
  for (an::index_t i = 0; i < now.size(); ++i)
    for (an::index_t j = 0; j < now.size(); ++j) out.c(i, j) = now.correlation(i, j);
  return out;
}

/// Largest difference of any entry of C and of the energies.
template <class Real>
Real difference(const compared<Real>& a, const compared<Real>& b) {
  return std::max(largest(a.c - b.c), Real(std::abs(a.energy - b.energy)));
}

/// The unit law: run(unit) makes the whole run with every energy multiplied by `unit`, every time divided by it, and
/// returns compare(snapshot, unit). The largest difference to unit 1 over units 2^k, |k| <= most.
template <class Real, class Run>
Real unit_defect(const Run& run, int most) {
  const compared<Real> one = run(Real(1));
  Real worst = 0;
  for (const int k : {-most, -most / 2, -most / 10, most / 10, most / 2, most})
    worst = std::max(worst, difference(run(std::ldexp(Real(1), k)), one));
  return worst;
}

/// The shift law: run(c) makes the run with h + c and returns compare(snapshot, 1). The differences to c = 0, without c
/// times the number of particles in the energy.
template <class Real>
struct shift_defects {
  Real c, energy;
};
template <class Real, class Run>
shift_defects<Real> shift_defect(const Run& run, Real c, Real particles) {
  const compared<Real> shifted = run(c), plain = run(Real(0));
  return {largest(shifted.c - plain.c), std::abs(shifted.energy - c * particles - plain.energy)};
}

}  // namespace support
