// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>

#include <cstdint>
#include <functional>
#include <limits>

namespace anderson {

/// How far an average has come.
struct progress {
  index_t done;          ///< trajectories
  index_t total;         ///< trajectories
  double seconds;        ///< since the start
  double under_way = 0;  ///< parts of those that are not done yet, in trajectories; done + under_way <= total
};

/// How often: the nested ensemble. The record of a trajectory is (seed, disorder realization, noise realization): its
/// random numbers depend on nothing else, so the same disorder can be rerun with another strength, propagator or
/// number of realizations.
struct plan {
  index_t disorder_realizations = 1;  ///< >= 1
  index_t noise_realizations = 1;     ///< trajectories per disorder realization, >= 1
  std::uint64_t seed = 1;
  /// Called after every trajectory, or group of trajectories that move together, and some ten times per second while
  /// long ones are under way; one call at a time, from any thread. Return false to stop: average() then throws
  /// `interrupted`, from within a trajectory too.
  std::function<bool(const progress&)> on_progress = {};

  /// @throws std::invalid_argument  a number of realizations < 1.
  void check() const {
    detail::require(disorder_realizations >= 1, "disorder_realizations", disorder_realizations, "at least 1");
    detail::require(noise_realizations >= 1, "noise_realizations", noise_realizations, "at least 1");
    detail::require(noise_realizations <= std::numeric_limits<index_t>::max() / 2 / disorder_realizations,
                    "noise_realizations", noise_realizations, "2^62 trajectories in all");
  }
};

}  // namespace anderson
