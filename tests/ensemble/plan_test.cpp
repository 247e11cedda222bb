// SPDX-License-Identifier: MIT
#include <anderson/ensemble/plan.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

namespace an = anderson;

namespace plan_test {

TEST_CASE("plan: one trajectory of one realization, seed 1, unless said otherwise") {
  const an::plan once;
  CHECK(once.disorder_realizations == 1);
  CHECK(once.noise_realizations == 1);
  CHECK(once.seed == 1);
  CHECK_FALSE(once.on_progress);
  CHECK_NOTHROW(once.check());
}

TEST_CASE("plan: fewer than one realization is rejected, with the value") {
  CHECK_THROWS_WITH_AS((an::plan{.disorder_realizations = 0}.check()), doctest::Contains("disorder_realizations = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::plan{.noise_realizations = -2}.check()), doctest::Contains("noise_realizations = -2"),
                       std::invalid_argument);
}

}  // namespace plan_test
