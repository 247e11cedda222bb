// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <functional>

namespace anderson {

/// How far an average has come.
struct progress {
  index_t done;          ///< trajectories
  index_t total;         ///< trajectories
  double seconds;        ///< since the start
  double under_way = 0;  ///< parts of those that are not done yet, in trajectories; done + under_way <= total
};

/// Called after every trajectory, or group of trajectories that move together, and some ten times per second while long
/// ones are under way; one call at a time, from any thread. Returns false to stop: average() then throws `interrupted`,
/// from within a trajectory too.
using progress_callback = std::function<bool(const progress&)>;

}  // namespace anderson
