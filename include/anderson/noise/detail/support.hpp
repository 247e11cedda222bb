// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace anderson::detail {

/// @param sites  size of the lattice, where it is known.
/// @throws std::invalid_argument  no noisy site, one outside [0, sites), or the same one twice.
[[gnu::cold]] inline void check_support(std::span<const index_t> support,
                                        index_t sites = std::numeric_limits<index_t>::max()) {
  require(!support.empty(), "number of noisy sites", support.size(), "at least 1");
  std::vector<index_t> sorted(support.begin(), support.end());
  std::ranges::sort(sorted);
  const std::string range =
      sites == std::numeric_limits<index_t>::max() ? "site >= 0" : "[0, " + std::to_string(sites) + ")";
  require(sorted.front() >= 0, "noisy site", sorted.front(), range);
  require(sorted.back() < sites, "noisy site", sorted.back(), range);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) reject("noisy site", std::to_string(*twice) + ", given twice", "each site once");
}

/// The dephasing rates of all noisy sites, in the order of support().
/// @throws std::invalid_argument  bad sites; a rate negative or not finite.
template <dephasing_noise Noise>
std::vector<real_t> dephasing_rates(const Noise& noise, index_t sites) {
  const std::span<const index_t> support = noise.support();
  check_support(support, sites);
  std::vector<real_t> rates;
  for (index_t k = 0; k < std::ssize(support); ++k) {
    rates.push_back(noise.dephasing_rate(k));
    require(rates.back() >= 0 && std::isfinite(rates.back()), "dephasing rate of the noise", rates.back(),
            ">= 0 and finite; dephasing_rate(" + std::to_string(k) + ") of the noise");
  }
  return rates;
}

/// @throws std::invalid_argument  a negative waiting time, a site outside [0, sites), an angle that is not finite.
inline void check_event(const noise_event& e, index_t sites) {
  require(e.wait >= 0, "waiting time of a noise event", e.wait, ">= 0");
  if (e.site < 0 || e.site >= sites)
    reject("site of a noise event", e.site, "[0, " + std::to_string(sites) + "), an index into support()");
  require(std::isfinite(e.angle), "angle of a noise event", e.angle, "finite");
}

}  // namespace anderson::detail
