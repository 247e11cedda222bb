// SPDX-License-Identifier: MIT
// What anderson::precompiled holds for float; see core/detail/precompiled.hpp.
#define ANDERSON_FLOAT
#include <anderson/anderson.hpp>
