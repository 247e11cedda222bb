// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cstdlib>

namespace anderson {

enum class boundary { open, periodic };

/// Chain of `length` sites 0 .. length-1 with bonds (i, i+1); periodic chains also have (length-1, 0).
///
///     const anderson::chain chain{100};                                   // open, the paper's lattice
///     const anderson::chain ring{100, anderson::boundary::periodic};
///
/// A ring of two sites has one bond, a ring of one site none.
struct chain {
  index_t length;
  boundary ends;

  /// @throws std::invalid_argument  length < 1.
  explicit chain(index_t sites, boundary kind = boundary::open) : length(sites), ends(kind) {
    detail::require(sites >= 1, "chain length", sites, "length >= 1");
  }

  index_t size() const noexcept { return length; }

  /// The paper's noisy site, "L/2" counted from 1: index L/2 - 1 for even L, the exact middle for odd L. It is the last
  /// site of the half [0, L/2) for even L.
  index_t center() const noexcept { return (length - 1) / 2; }

  template <class Visit>
  void for_each_bond(Visit&& visit) const {
    for (index_t i = 0; i + 1 < length; ++i) visit(i, i + 1);
    if (ends == boundary::periodic && length > 2) visit(length - 1, index_t{0});
  }

  /// (i - j)^2; on a ring along the shorter way.
  real_t squared_distance(index_t i, index_t j) const noexcept {
    index_t d = std::abs(i - j);
    if (ends == boundary::periodic) d = std::min(d, length - d);
    return static_cast<real_t>(d) * static_cast<real_t>(d);
  }
};

}  // namespace anderson
