// SPDX-License-Identifier: MIT
#include <anderson/anderson.hpp>

const void* version_seen_by_two();

// An inline variable is one object in the whole program.
int main() { return version_seen_by_two() == &anderson::version ? 0 : 1; }
