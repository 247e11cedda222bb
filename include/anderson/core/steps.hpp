// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>

namespace anderson::detail {

inline void check_dt(real_t dt) { require(dt > 0 && std::isfinite(dt), "dt", dt, "dt > 0 and finite"); }

inline void check_until(real_t until, real_t now) {
  if (!(until >= now && std::isfinite(until)))
    reject("time to evolve to", until, "finite and not before the present time, " + text(now));
}

/// Fewest equal steps no longer than dt; 0.3 / 0.1 counts as 3 although it is rounded up.
/// @throws std::invalid_argument  more than 1e15 steps.
inline index_t step_count(real_t duration, real_t dt) {
  require(duration / dt <= 1e15, "number of steps between two times", duration / dt, "at most 1e15");
  return std::max<index_t>(1, static_cast<index_t>(std::ceil(duration / dt * (1 - 1e-12))));
}

/// @throws std::invalid_argument  phases E t that are not finite.
template <class Real>
void check_phases(Real highest_energy, Real time) {
  const Real phase = highest_energy * time;
  if (!(phase - phase == 0))
    reject("time of flight", time, "phases E t that are finite, with |E| up to " + text(highest_energy));
}

}  // namespace anderson::detail
