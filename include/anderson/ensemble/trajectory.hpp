// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>

#include <cstddef>
#include <iterator>
#include <span>

namespace anderson {

namespace detail {

/// The part of the work that the first k times take.
template <class Stepper>
real_t work_before(std::size_t k, std::span<const real_t> times) {
  if (k == 0 || reaches_any_time<Stepper> || !(times.back() > 0))
    return static_cast<real_t>(k) / static_cast<real_t>(times.size());
  return times[k - 1] / times.back();
}

/// Calls step(k) for every time, each a stage of the whole.
template <class Stepper>
void time_loop(std::span<const real_t> times, auto&& step) {
  for (std::size_t k = 0; k < times.size(); ++k) {
    const stage part(work_before<Stepper>(k, times), work_before<Stepper>(k + 1, times));
    step(k);
  }
}

}  // namespace detail

/// The time loop: moves the stepper along the noise path to each of the times, and calls visit(snapshot, k) at
/// times[k].
///
///     noise_path path{noise, rng};
///     auto stepper = method.prepare(realization, noise).start(state);
///     trajectory(stepper, times, path, [&](const auto& now, std::size_t k) { entropy[k] = ...; });
///
/// @param times  ascending, none before stepper.time().
/// @throws std::invalid_argument  whatever the stepper refuses, as a time in its past.
template <class Stepper, class Path, class Visit>
void trajectory(Stepper& stepper, std::span<const real_t> times, Path& path, Visit&& visit) {
  detail::time_loop<Stepper>(times, [&](std::size_t k) {
    stepper.evolve(times[k], path);
    visit(stepper.snapshot(), k);
  });
}

/// The same for trajectories that move together, each along its own path: visit(snapshot, k, trajectory).
template <class Stepper, class Path, class Visit>
void trajectory(Stepper& stepper, std::span<const real_t> times, std::span<Path> paths, Visit&& visit) {
  detail::time_loop<Stepper>(times, [&](std::size_t k) {
    stepper.evolve(times[k], paths);
    for (index_t j = 0; j < std::ssize(paths); ++j) visit(stepper.snapshot(j), k, j);
  });
}

/// The same for a stepper that averages over the noise, or has none.
template <class Stepper, class Visit>
void trajectory(Stepper& stepper, std::span<const real_t> times, Visit&& visit) {
  detail::time_loop<Stepper>(times, [&](std::size_t k) {
    stepper.evolve(times[k]);
    visit(stepper.snapshot(), k);
  });
}

}  // namespace anderson
