// SPDX-License-Identifier: MIT
// What anderson::precompiled holds for double; see core/detail/precompiled.hpp.
#define ANDERSON_DOUBLE
#include <anderson/anderson.hpp>

namespace anderson::detail {

template <int alignment, class Index>
int compiled_for() {
  return alignment;
}
template int compiled_for<EIGEN_MAX_ALIGN_BYTES, Eigen::Index>();

}  // namespace anderson::detail
