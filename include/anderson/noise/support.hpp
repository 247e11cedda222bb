// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace anderson::detail {

/// @param sites  size of the lattice, where it is known.
/// @throws std::invalid_argument  no noisy site, one outside [0, sites), or the same one twice.
inline void check_support(std::span<const index_t> support, index_t sites = std::numeric_limits<index_t>::max()) {
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

}  // namespace anderson::detail
