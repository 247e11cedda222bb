// SPDX-License-Identifier: MIT
#include <anderson/anderson.hpp>

const void* version_seen_by_two();
const void* version_seen_by_two() { return &anderson::version; }
