// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/observe/energy.hpp>

#include <doctest/doctest.h>

#include "support/snapshots.hpp"

#include <array>

namespace an = anderson;

namespace energy_test {

static_assert(an::observable<an::energy, support::linear_picture>);
static_assert(an::observable<an::absorbed_energy, support::linear_picture>);
static_assert(an::observable<an::energy, support::orbital_picture<float>>);

TEST_CASE("energy, absorbed_energy: one number each, the difference to the start (eq. 12, Fig. 1)") {
  const support::linear_picture now{.c = {}, .now_energy = -1.25, .first_energy = -4};
  std::array<double, 1> out{99};
  an::energy{}.measure(now, out);
  CHECK(out[0] == -1.25);
  an::absorbed_energy{}.measure(now, out);
  CHECK(out[0] == 2.75);
  CHECK(an::energy{}.extent(100) == 1);
  CHECK(an::absorbed_energy{}.extent(100) == 1);
  CHECK(an::energy{}.name() == "energy");
  CHECK(an::absorbed_energy{}.name() == "absorbed_energy");
}

}  // namespace energy_test
