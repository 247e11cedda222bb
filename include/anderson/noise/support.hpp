// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace anderson::detail {

/// @throws std::invalid_argument  no site, a negative site, or the same site twice.
inline void check_support(std::span<const index_t> sites) {
  require(!sites.empty(), "number of noisy sites", sites.size(), "at least 1");
  std::vector<index_t> sorted(sites.begin(), sites.end());
  std::ranges::sort(sorted);
  require(sorted.front() >= 0, "noisy site", sorted.front(), "site >= 0");
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) reject("noisy site", std::to_string(*twice) + ", given twice", "each site once");
}

}  // namespace anderson::detail
