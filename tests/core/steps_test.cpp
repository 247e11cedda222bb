// SPDX-License-Identifier: MIT
#include <anderson/core/steps.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace steps_test {

TEST_CASE("step_count: the fewest steps no longer than dt; quotients that are whole but for rounding are whole") {
  using an::detail::step_count;
  CHECK(step_count(0.3, 0.1) == 3);      // 0.3 / 0.1 = 2.9999999999999996
  CHECK(step_count(0.1 * 3, 0.1) == 3);  // 3.0000000000000004
  CHECK(step_count(1.0, 0.1) == 10);
  CHECK(step_count(0.31, 0.1) == 4);
  CHECK(step_count(0.05, 0.1) == 1);
  CHECK(step_count(1e-30, 0.1) == 1);
  for (an::index_t n = 1; n <= 1000; ++n) {
    CHECK(step_count(0.1 * static_cast<double>(n), 0.1) == n);
    CHECK(step_count(0.1 * static_cast<double>(n) + 1e-6, 0.1) == n + 1);
  }
}

TEST_CASE("check_dt: a step that is not positive and finite is rejected, with the value") {
  CHECK_NOTHROW(an::detail::check_dt(1e-3));
  for (const double bad :
       {0.0, -0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_WITH_AS(an::detail::check_dt(bad), doctest::Contains("dt = "), std::invalid_argument);
}

TEST_CASE("step_count: more steps than anyone can take are rejected, with their number") {
  CHECK(an::detail::step_count(1e13, 0.1) > 99999999999000);  // 1e14 but for the tolerance of 1e-12
  CHECK_THROWS_WITH_AS(an::detail::step_count(1e17, 0.1), doctest::Contains("number of steps between two times = "),
                       std::invalid_argument);
}

}  // namespace steps_test
