// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/detail/tolerance.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace anderson::detail {

[[gnu::cold]] inline std::string sites_text(std::span<const index_t> sites) {
  std::string all;
  for (const index_t s : sites) all += (all.empty() ? "{" : ", ") + std::to_string(s);
  return all + "}";
}

inline void check_same_sites(std::span<const index_t> of_noise, std::span<const index_t> prepared) {
  if (!std::ranges::equal(of_noise, prepared))
    reject("sites of the noise", sites_text(of_noise), "those given to prepare(), " + sites_text(prepared));
}

inline void check_increments(std::size_t increments, std::size_t sites) {
  require(increments % sites == 0, "number of increments", increments, "a multiple of the number of noisy sites");
}

[[noreturn]] inline void reject_increment(real_t value, std::size_t k, index_t site, real_t t) {
  reject("increment of the noise", value,
         "finite; increments() of the noise must fill phi[" + std::to_string(k) + "], of site " + std::to_string(site) +
             ", in the step from t = " + text(t));
}

/// Takes one or several trajectories from `from` to `until` in equal steps no longer than dt (see step_count), so that
/// `until` is hit exactly. Calls advance(tau, phi) with the increments of many steps, phi[(step * K + k) * trajectories
/// + j]; the buffer is reused and bounded.
/// @throws std::invalid_argument  until in the past or not finite; a noise on other sites than the propagator
/// knows, or one that leaves an increment out.
template <class Path, class Advance>
void fixed_steps(real_t from, real_t until, real_t dt, std::span<const index_t> sites_known, std::span<Path> paths,
                 std::vector<real_t>& buffer, Advance&& advance) {
  check_until(until, from);
  if (until == from) return;
  const std::size_t sites = sites_known.size(), trajectories = paths.size();
  for (const Path& path : paths) check_same_sites(path.support(), sites_known);
  const index_t steps = step_count(from, until, dt);
  const real_t tau = (until - from) / static_cast<real_t>(steps);
  const std::size_t per_step = sites * trajectories;
  const index_t batch = std::max<index_t>(32, 4096 / static_cast<index_t>(per_step));
  const std::size_t needed = (static_cast<std::size_t>(batch) * trajectories + 1) * sites;
  if (buffer.size() < needed) buffer.resize(needed);
  const auto one = std::span(buffer).last(sites);  // of one step and trajectory
  for (index_t first = 0; first < steps; first += batch) {
    const index_t count = std::min(batch, steps - first);
    const stage part(static_cast<double>(first), static_cast<double>(first + count), static_cast<double>(steps));
    const auto phi = std::span(buffer).first(static_cast<std::size_t>(count) * per_step);
    for (std::size_t j = 0; j < trajectories; ++j)
      for (index_t step = 0; step < count; ++step) {
        const real_t t = from + static_cast<real_t>(first + step) * tau;
        std::ranges::fill(one, std::numeric_limits<real_t>::quiet_NaN());  // shows what the noise has not written
        paths[j].increments(t, tau, one);
        for (std::size_t k = 0; k < sites; ++k) {
          if (!std::isfinite(one[k])) reject_increment(one[k], k, sites_known[k], t);
          phi[(static_cast<std::size_t>(step) * sites + k) * trajectories + j] = one[k];
        }
      }
    advance(tau, std::span<const real_t>(phi));
  }
}

}  // namespace anderson::detail
