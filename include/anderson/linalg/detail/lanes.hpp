// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <cstddef>
#include <cstring>
#include <utility>

// Vectors in the arithmetic of lanes are those of the compiler (GNU vector extension), as wide as the flags allow. Left
// to themselves compilers vectorize the loops of the kick kernel at one level of optimization and not at the next, or
// with half of the width. clang uses 512 bits only in functions that ask for it, with ANDERSON_WIDE_VECTORS.
#if defined(__clang__)
#define ANDERSON_WIDE_VECTORS __attribute__((min_vector_width(512)))
#else
#define ANDERSON_WIDE_VECTORS
#endif

namespace anderson::detail {

template <class Real>
struct widest_vector {
  using type = Real;
};

#if defined(__GNUC__)
#if defined(__AVX512F__)
inline constexpr std::size_t vector_bytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t vector_bytes = 32;
#else
inline constexpr std::size_t vector_bytes = 16;
#endif
template <>
struct widest_vector<float> {
  using type [[gnu::vector_size(vector_bytes)]] = float;
};
template <>
struct widest_vector<double> {
  using type [[gnu::vector_size(vector_bytes)]] = double;
};
#endif

/// One cache line of numbers that go through the same arithmetic: 8 doubles, 16 floats, 4 long doubles. No loops: the
/// operations are unrolled, so that values stay in registers.
template <real_scalar Real>
struct alignas(64) lanes {
  using vector = typename widest_vector<Real>::type;
  static constexpr std::size_t width = sizeof(Real) < 64 ? 64 / sizeof(Real) : 1;
  static constexpr std::size_t parts = width * sizeof(Real) / sizeof(vector);

  vector part[parts];

  static lanes load(const Real* x) {
    return each([x](std::size_t p) {
      vector v;
      std::memcpy(&v, x + p * (width / parts), sizeof v);
      return v;
    });
  }
  void store(Real* x) const { store(x, std::make_index_sequence<parts>()); }
  static lanes fill(Real x) {
    return each([x](std::size_t) { return vector{} + x; });
  }

  Real get(std::size_t lane) const {
    Real x[width];
    store(x);
    return x[lane];
  }

  friend lanes operator+(const lanes& a, const lanes& b) {
    return each([&](std::size_t p) { return a.part[p] + b.part[p]; });
  }
  friend lanes operator-(const lanes& a, const lanes& b) {
    return each([&](std::size_t p) { return a.part[p] - b.part[p]; });
  }
  friend lanes operator*(const lanes& a, const lanes& b) {
    return each([&](std::size_t p) { return a.part[p] * b.part[p]; });
  }
  friend lanes operator*(Real a, const lanes& b) {
    return each([&](std::size_t p) { return a * b.part[p]; });
  }
  // a b + c and c - a b in one expression each: compilers fuse within expressions, clang not across them.
  friend lanes multiply_add(Real a, const lanes& b, const lanes& c) {
    return each([&](std::size_t p) { return a * b.part[p] + c.part[p]; });
  }
  friend lanes multiply_add(const lanes& a, const lanes& b, const lanes& c) {
    return each([&](std::size_t p) { return a.part[p] * b.part[p] + c.part[p]; });
  }
  friend lanes subtract_product(const lanes& c, Real a, const lanes& b) {
    return each([&](std::size_t p) { return c.part[p] - a * b.part[p]; });
  }
  friend lanes subtract_product(const lanes& c, const lanes& a, const lanes& b) {
    return each([&](std::size_t p) { return c.part[p] - a.part[p] * b.part[p]; });
  }

private:
  template <class F>
  static lanes each(F&& f) {
    return [&]<std::size_t... p>(std::index_sequence<p...>) { return lanes{{f(p)...}}; }
    (std::make_index_sequence<parts>());
  }
  template <std::size_t... p>
  void store(Real* x, std::index_sequence<p...>) const {
    (std::memcpy(x + p * (width / parts), &part[p], sizeof(vector)), ...);
  }
};

}  // namespace anderson::detail
