// SPDX-License-Identifier: MIT
#include <anderson/linalg/detail/phase.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>

namespace an = anderson;

namespace phase_test {

// Two doubles have 106 digits, long double 64: phases of 1e5 are known to 5e-15 by it; measured 3e-15.
TEST_CASE("phase: exp(-i E t) to rounding for phases up to 1e5, where E t in double is off by 1e-11 [long double]") {
  an::philox rng(3);
  double worst = 0, rounded = 0;
  for (int k = 0; k < 1000; ++k) {
    const double energy = an::uniform(rng, -1e3, 1e3), time = an::uniform(rng, 0, 100);
    const std::complex<long double> exact =
        std::polar(1.0L, -static_cast<long double>(energy) * static_cast<long double>(time));
    const auto error = [&](std::complex<double> z) {
      return static_cast<double>(std::abs(std::complex<long double>(z.real(), z.imag()) - exact));
    };
    worst = std::max(worst, error(an::detail::phase(energy, time)));
    rounded = std::max(rounded, error(std::polar(1.0, -energy * time)));
  }
  CHECK(worst < 1e-14);
  CHECK(rounded > 1e-13);
}

}  // namespace phase_test
