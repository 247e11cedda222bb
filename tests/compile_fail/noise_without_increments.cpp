// expect: noise_process
// expect: n\.increments
// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>

#include <array>
#include <span>

struct silence {
  std::array<anderson::index_t, 1> sites{0};
  std::span<const anderson::index_t> support() const { return sites; }
  void restart(auto&) {}
#ifdef FAIL
  void increment(double, double, auto&, std::span<double> phi) { phi[0] = 0.0; }
#else
  void increments(double, double, auto&, std::span<double> phi) { phi[0] = 0.0; }
#endif
};

void takes(anderson::noise_process auto) {}
void call() { takes(silence{}); }
