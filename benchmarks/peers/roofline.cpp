// SPDX-License-Identifier: MIT
// How close the fused kick comes to what one core can do: multiply-adds per second of independent chains in registers,
// and of split steps, measured in turn. Prints lines of five fields, tabs between: scalar, orbitals, clock in GHz, and
// in 1e9 multiply-adds per second the peak and the rate of the steps.
//
// A step of one noisy site and real h needs 8 multiply-adds per mode and orbital: 2 to add the last kick, 4 to turn the
// phase, 2 to sum the next amplitude. Only these count; random numbers, phases and padding do not.
#include "timing.hpp"

#include <anderson/noise/white.hpp>
#include <anderson/propagate/split.hpp>

#include <cstdint>
#include <cstdio>

namespace {

namespace an = anderson;

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

// Compilers prefer narrower vectors than the processor has when they choose themselves (g++: 32 bytes for AVX-512).
template <class Real>
struct wide {
  typedef Real type __attribute__((vector_size(vector_bytes)));
};

constexpr int chains = 12;    // two units with a latency of 4 cycles need 8
constexpr int unrolled = 16;  // or counting takes the units' time
constexpr int turns = 10'000;

// Both loops are functions of their own: what a lambda captures would live in memory.

/// turns * unrolled multiply-adds in every chain. The wide argument makes clang++ use the widest registers.
template <class Real>
[[gnu::noinline]] Real multiply_add(typename wide<Real>::type factor) {
  typename wide<Real>::type x[chains];
  for (int i = 0; i < chains; ++i) x[i] = factor * static_cast<Real>(i);
  for (int turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 16
    for (int i = 0; i < unrolled; ++i)
      for (auto& chain : x) chain = chain * factor + factor;
  }
  for (int i = 1; i < chains; ++i) x[0] += x[i];
  return x[0][0];
}

/// turns * unrolled dependent additions.
[[gnu::noinline]] std::uint64_t add(std::uint64_t x, std::uint64_t step) {
  for (int turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 16
    for (int i = 0; i < unrolled; ++i) {
      x += step;
      asm volatile("" : "+r"(x));  // or they become one multiplication
    }
  }
  return x;
}

/// Multiply-adds in 1e9 per second.
template <class Real>
double peak() {
  volatile Real number = Real(0.5);  // unknown to the compiler
  const double seconds =
      peers::seconds_per_call([&] { number = multiply_add<Real>(typename wide<Real>::type{} + number); }, 5, 0.005);
  return 1e-9 * turns * unrolled * chains * (vector_bytes / sizeof(Real)) / seconds;
}

/// GHz: an addition takes a cycle.
double clock_rate() {
  volatile std::uint64_t number = 3;
  return 1e-9 * turns * unrolled / peers::seconds_per_call([&] { number = add(number, number); }, 5, 0.005);
}

template <class Real>
double kicks(an::index_t sites, an::index_t orbitals) {
  constexpr double dt = 0.1;
  const an::white_noise noise({an::chain{sites}.center()}, 1.0);
  const double seconds =
      dt * peers::seconds_per_time(peers::sample<Real>(sites), orbitals, an::split_propagator{.dt = dt}, noise, 100);
  return 8e-9 * static_cast<double>(sites * orbitals) / seconds;
}

template <class Real>
void lines(const char* scalar) {
  for (const int orbitals : {50, 64})
    for (int round = 0; round < 3; ++round) {
      const double clock = clock_rate(), top = peak<Real>();
      std::printf("%s\t%d\t%.3f\t%.2f\t%.2f\n", scalar, orbitals, clock, top, kicks<Real>(100, orbitals));
    }
}

}  // namespace

int main() {
  lines<double>("double");
  lines<float>("float");
}
