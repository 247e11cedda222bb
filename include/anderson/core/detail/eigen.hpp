// SPDX-License-Identifier: MIT
#pragma once

// The one place where the library includes Eigen/Core; core/detail/eigenvalues.hpp adds the eigensolver. From inside
// Eigen and the intrinsics of AVX-512 that it includes, compilers print hundreds of false alarms into the program of a
// user who asks for warnings. To compilers Eigen is a system header from here on, however it is found; g++ lets alarms
// of its optimizer pass nevertheless, hence the list.
#if defined(__GNUC__)
#pragma GCC system_header
#pragma GCC diagnostic push
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // a name that clang does not know
#endif
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Warray-bounds"
#endif

#include <Eigen/Core>

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
