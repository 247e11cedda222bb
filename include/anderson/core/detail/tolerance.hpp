// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

namespace anderson::detail {

/// A relative error that a method may make: 1 would be the whole result.
inline void check_tolerance(real_t tolerance) {
  require(tolerance > 0 && tolerance < 1, "tolerance", tolerance, "0 < tolerance < 1");
}

/// The same where 0 means: leave nothing out.
inline void check_active_tolerance(real_t tolerance) {
  require(tolerance >= 0 && tolerance < 1, "active_tolerance", tolerance, "0 <= active_tolerance < 1");
}

}  // namespace anderson::detail
