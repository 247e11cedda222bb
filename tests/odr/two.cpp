// SPDX-License-Identifier: MIT
#include <anderson/anderson.hpp>

const char* version_seen_by_two();
const char* version_seen_by_two() { return anderson::version; }
