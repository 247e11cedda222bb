// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace anderson::detail {

inline void check_dt(real_t dt) { require(dt > 0 && std::isfinite(dt), "dt", dt, "dt > 0 and finite"); }

inline void check_until(real_t until, real_t now) {
  if (!(until >= now && std::isfinite(until)))
    reject("time to evolve to", until, "finite and not before the present time, " + text(now));
}

/// How much longer than dt a step that ends at the time t may be, because t and the time before it are rounded: a few
/// of their rounding errors, and never more than a thousandth of dt.
inline real_t time_rounding(real_t t, real_t dt) {
  return std::min(8 * std::numeric_limits<real_t>::epsilon() * t, dt / 1000);
}

/// Fewest equal steps from one time to another, no longer than dt but for rounding: from 0 to 0.3 in steps of 0.1 are
/// 3, although 0.3 / 0.1 is not, and so are 1000 to 1000.3.
/// @throws std::invalid_argument  more than 1e15 steps.
inline index_t step_count(real_t from, real_t until, real_t dt) {
  const real_t duration = until - from;
  require(duration / dt <= 1e15, "number of steps between two times", duration / dt, "at most 1e15");
  const real_t counted = duration * (1 - 1e-12) - time_rounding(until, dt);
  return std::max<index_t>(1, static_cast<index_t>(std::ceil(counted / dt)));
}

/// @throws std::invalid_argument  phases E t that are not finite.
template <class Real>
void check_phases(Real highest_energy, Real time) {
  const Real phase = highest_energy * time;
  if (!(phase - phase == 0))
    reject("time of flight", time, "phases E t that are finite, with |E| up to " + text(highest_energy));
}

}  // namespace anderson::detail
