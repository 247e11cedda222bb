// SPDX-License-Identifier: MIT
#pragma once

// What anderson::precompiled compiles once: templates of the scalar alone. Programs that link it define
// ANDERSON_PRECOMPILED and leave them out; without it this header does nothing. A header with such a template ends with
//
//     #if defined(ANDERSON_PRECOMPILED)
//     #define ANDERSON_LIST(where, Real) where template class moments<Real>;
//     ANDERSON_EACH_REAL(ANDERSON_LIST)
//     #undef ANDERSON_LIST
//     #endif
//
// `where` is `extern`, and nothing in the file precompiled/<real type>.cpp. Members defined within the class are
// inline, which compilers instantiate nevertheless.

#if defined(ANDERSON_PRECOMPILED)

#include <anderson/core/detail/eigen.hpp>

#include <complex>

#if !defined(ANDERSON_DOUBLE)
#define ANDERSON_DOUBLE extern
#endif
#if !defined(ANDERSON_FLOAT)
#define ANDERSON_FLOAT extern
#endif
#if !defined(ANDERSON_LONG_DOUBLE)
#define ANDERSON_LONG_DOUBLE extern
#endif

#define ANDERSON_EACH_REAL(list) \
  list(ANDERSON_DOUBLE, double) list(ANDERSON_FLOAT, float) list(ANDERSON_LONG_DOUBLE, long double)
#define ANDERSON_EACH_SCALAR(list)                                                      \
  ANDERSON_EACH_REAL(list)                                                              \
  list(ANDERSON_DOUBLE, std::complex<double>) list(ANDERSON_FLOAT, std::complex<float>) \
      list(ANDERSON_LONG_DOUBLE, std::complex<long double>)

namespace anderson::detail {

/// Fails to link where a program and anderson::precompiled have flags or macros that lay out Eigen's memory
/// differently.
template <int alignment, class Index>
int compiled_for();
inline const int same_flags = compiled_for<EIGEN_MAX_ALIGN_BYTES, Eigen::Index>();

}  // namespace anderson::detail

#endif
