// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// What check_dephasing found: the law that was missed most.
struct dephasing_report {
  std::string law;       ///< such as "<e^{-i (phi_0 - phi_1)}> in one step"
  real_t deviation = 0;  ///< of its sample mean from what the declared rates say
  real_t allowed = 0;    ///< right noise deviates more once in a million calls

  bool holds() const { return deviation <= allowed; }
};

namespace detail {

/// The phases of a step from t to t + dt: of an increment noise, or the sums of the kicks of an event noise.
template <increment_noise Noise>
void phases_of_step(noise_path<Noise>& path, real_t t, real_t dt, std::span<real_t> phi, index_t& /*events*/) {
  std::ranges::fill(phi, std::numeric_limits<real_t>::quiet_NaN());
  path.increments(t, dt, phi);
  for (const real_t x : phi) require(std::isfinite(x), "increment of the noise", x, "finite");
}
template <event_noise Noise>
  requires(!increment_noise<Noise>)
void phases_of_step(noise_path<Noise>& path, real_t t, real_t dt, std::span<real_t> phi, index_t& events) {
  std::ranges::fill(phi, 0.0);
  while (const auto event = path.next_event(t + dt)) {
    require(++events < 1000000000, "events of the noise", events, "less than 1e9 in all; take fewer samples");
    phi[static_cast<std::size_t>(event->site)] += event->angle;
  }
}

}  // namespace detail

/// Does a noise dephase as it declares? Methods that average over the noise trust dephasing_rate(k), gamma_k, and that
/// the phases phi_k of a step are independent of each other and of those of other steps:
///
///     <e^{-i phi_k}> = e^{-gamma_k dt / 2},    <e^{-i (phi_k - phi_l)}> = e^{-(gamma_k + gamma_l) dt / 2}
///
/// for any two sites k != l in one step, and any two in successive ones. All of these are sampled.
///
///     static_assert(anderson::dephasing_noise<my_noise>);
///     const auto report = anderson::check_dephasing(my_noise{...});
///     if (!report.holds()) std::cerr << report.law << " is off by " << report.deviation << '\n';
///
/// One random process shared by two sites fails, and so do noise with memory, a preferred sign, or another rate, but
/// for rates much smaller than the largest one: steps are 0.5 to 1.5 times 1 / max gamma, at random, and averages are
/// over all times. A rate that changes in time passes if <e^{-i phi}> has on average over time what the declared rate
/// gives; noise for which averages are exact has a constant one. Noise that offers increments and events is judged by
/// its increments.
///
/// @param samples  pairs of steps, at least 1. Averages are seen to 8 / sqrt(samples): 0.03.
/// @throws std::invalid_argument  bad sites, rates, increments or events; more than 1e9 events.
/// @note Bound: Hoeffding's inequality for means of numbers from intervals of length 2. Cost: O(samples K^2) for K
/// noisy sites.
template <dephasing_noise Noise>
dephasing_report check_dephasing(Noise noise, index_t samples = 100000, std::uint64_t seed = 1) {
  detail::require(samples >= 1, "samples", samples, "at least 1");
  const std::vector<real_t> rates = detail::dephasing_rates(noise, std::numeric_limits<index_t>::max());
  const std::size_t sites = rates.size();
  const real_t fastest = *std::ranges::max_element(rates), unit = fastest > 0 ? 1 / fastest : 1;
  // Of the first step of a pair and of the second: phases, what they are on average, sums of the differences.
  std::vector<real_t> phi(sites), decay(2 * sites);
  std::vector<std::complex<real_t>> turn(2 * sites), one(2 * sites), two(2 * sites * sites);  // two: (first, any later)
  noise_path path(std::move(noise), philox(seed, {purpose::noise, 0, 0}));
  philox lengths(seed, {purpose::user, 0, 0});
  index_t events = 0;
  real_t t = 0;
  for (index_t s = 0; s < 2 * samples; ++s) {
    const real_t dt = (0.5 + uniform01(lengths)) * unit;
    detail::phases_of_step(path, t, dt, phi, events);
    t += dt;
    const std::size_t first = s % 2 == 0 ? 0 : sites;
    for (std::size_t k = 0; k < sites; ++k) {
      turn[first + k] = std::polar(1.0, -phi[k]);
      decay[first + k] = std::exp(-rates[k] * dt / 2);
    }
    if (s % 2 == 0) continue;
    for (std::size_t k = 0; k < 2 * sites; ++k) one[k] += turn[k] - decay[k];
    for (std::size_t k = 0; k < sites; ++k)
      for (std::size_t l = k + 1; l < 2 * sites; ++l)
        two[2 * sites * k + l] += turn[k] * std::conj(turn[l]) - decay[k] * decay[l];
  }
  const auto laws = static_cast<real_t>(2 * (one.size() + two.size()));
  dephasing_report worst;
  worst.allowed = std::sqrt(2 * std::log(2e6 * laws) / static_cast<real_t>(samples));
  const auto see = [&](std::complex<real_t> sum, const auto& law) {
    const real_t deviation = std::max(std::abs(sum.real()), std::abs(sum.imag())) / static_cast<real_t>(samples);
    if (deviation >= worst.deviation) worst.law = law(), worst.deviation = deviation;
  };
  for (std::size_t k = 0; k < 2 * sites; ++k)
    see(one[k], [&] { return "<e^{-i phi_" + std::to_string(k % sites) + "}>"; });
  for (std::size_t k = 0; k < sites; ++k)
    for (std::size_t l = k + 1; l < 2 * sites; ++l)
      see(two[2 * sites * k + l], [&] {
        return "<e^{-i (phi_" + std::to_string(k) + " - phi_" + std::to_string(l % sites) + ")}> in " +
               (l < sites ? "one step" : "successive steps");
      });
  return worst;
}

}  // namespace anderson
