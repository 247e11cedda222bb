// SPDX-License-Identifier: MIT
#pragma once

// The one place where the library includes Eigen/Eigenvalues, apart because few headers need it. Its warnings: see
// core/detail/eigen.hpp.
#if defined(__GNUC__)
#pragma GCC system_header
#pragma GCC diagnostic push
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // a name that clang does not know
#endif
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Warray-bounds"
#endif

#include <Eigen/Eigenvalues>

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
