// SPDX-License-Identifier: MIT
#pragma once

// Read once per build instead of once per file. Every file still includes what it uses.
#include <anderson/core/detail/eigenvalues.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <complex>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <vector>
