// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace anderson {

/// Trajectories `first` .. `end` - 1 of one disorder realization: the unit of work. Its numbers depend on these indices
/// and the seed alone, so it may be done anywhere.
struct block {
  /// Fixed: results must not depend on how work was shared. Fills the lanes of a propagator that moves trajectories
  /// together.
  static constexpr index_t size = 8;

  index_t realization;
  index_t first, end;

  friend bool operator==(const block&, const block&) = default;
};

/// How often: the nested ensemble. The record of a trajectory is (seed, disorder realization, noise realization): its
/// random numbers depend on nothing else, so the same disorder can be rerun with another strength, propagator or
/// number of realizations, and an ensemble can be done range by range.
struct plan {
  index_t disorder_realizations = 1;  ///< >= 1
  index_t noise_realizations = 1;     ///< trajectories per disorder realization, >= 1
  std::uint64_t seed = 1;
  index_t first_realization = 0;  ///< >= 0: the range is first_realization .. + disorder_realizations - 1

  anderson::memory_limit memory_limit = {};  ///< of the dense matrices of a disorder realization; 1 GiB

  friend bool operator==(const plan&, const plan&) = default;

  /// Number of blocks of the range; the blocks of a realization follow each other.
  index_t blocks() const noexcept { return disorder_realizations * blocks_of_realization(); }
  index_t blocks_of_realization() const noexcept { return (noise_realizations - 1) / block::size + 1; }

  /// @param i  0 .. blocks() - 1.
  anderson::block block_at(index_t i) const noexcept {
    const index_t each = blocks_of_realization(), first = i % each * block::size;
    return {first_realization + i / each, first, std::min(first + block::size, noise_realizations)};
  }

  /// @throws std::invalid_argument  a number of realizations < 1; trajectories or realizations beyond 2^62.
  void check() const {
    detail::require(disorder_realizations >= 1, "disorder_realizations", disorder_realizations, "at least 1");
    detail::require(noise_realizations >= 1, "noise_realizations", noise_realizations, "at least 1");
    constexpr index_t most = std::numeric_limits<index_t>::max() / 2;
    detail::require(noise_realizations <= most / disorder_realizations, "noise_realizations", noise_realizations,
                    "2^62 trajectories in all");
    detail::require(first_realization >= 0 && first_realization <= most - disorder_realizations, "first_realization",
                    first_realization, "0 .. 2^62 less the number of realizations");
    detail::require(memory_limit.gib > 0, "memory_limit", memory_limit.gib, "above 0, in GiB");
  }
};

}  // namespace anderson
