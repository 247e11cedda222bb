// SPDX-License-Identifier: MIT
// What anderson::precompiled holds for double; see core/detail/precompiled.hpp.
#define ANDERSON_DOUBLE
#include <anderson/anderson.hpp>

namespace anderson::detail {

template <int alignment>
int compiled_for_alignment() {
  return alignment;
}
template int compiled_for_alignment<EIGEN_MAX_ALIGN_BYTES>();

}  // namespace anderson::detail
