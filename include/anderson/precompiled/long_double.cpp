// SPDX-License-Identifier: MIT
// What anderson::precompiled holds for long double; see core/detail/precompiled.hpp.
#define ANDERSON_LONG_DOUBLE
#include <anderson/anderson.hpp>
