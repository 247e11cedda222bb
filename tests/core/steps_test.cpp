// SPDX-License-Identifier: MIT
#include <anderson/core/detail/steps.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace steps_test {

TEST_CASE("step_count: the fewest steps no longer than dt; quotients that are whole but for rounding are whole") {
  using an::detail::step_count;
  CHECK(step_count(0, 0.3, 0.1) == 3);      // 0.3 / 0.1 = 2.9999999999999996
  CHECK(step_count(0, 0.1 * 3, 0.1) == 3);  // 3.0000000000000004
  CHECK(step_count(0, 1.0, 0.1) == 10);
  CHECK(step_count(0, 0.31, 0.1) == 4);
  CHECK(step_count(0, 0.05, 0.1) == 1);
  CHECK(step_count(0, 1e-30, 0.1) == 1);
  for (an::index_t n = 1; n <= 1000; ++n) {
    CHECK(step_count(0, 0.1 * static_cast<double>(n), 0.1) == n);
    CHECK(step_count(0, 0.1 * static_cast<double>(n) + 1e-6, 0.1) == n + 1);
  }
}

TEST_CASE("step_count: a difference of late times is judged by their rounding, not by that of dt") {
  using an::detail::step_count;
  for (const double start : {1.0, 1e3, 1e4, 1e6, 1e9, 1e11}) {
    CAPTURE(start);
    for (an::index_t k = 0; k < 1000; ++k) {
      const double from = start + 0.1 * static_cast<double>(k), until = start + 0.1 * static_cast<double>(k + 1);
      REQUIRE(step_count(from, until, 0.1) == 1);
      REQUIRE(step_count(from, start + 0.1 * static_cast<double>(k + 7), 0.1) == 7);
      REQUIRE(step_count(from, until + 2e-4, 0.1) == 2);  // longer than by rounding
    }
  }
  CHECK(step_count(1e4, 1e4 + 100, 0.1) == 1000);
  CHECK(step_count(1e15, 1e15 + 1, 0.5) == 2);  // where times are known to 1/8: steps are longer by 1/1000 at most
  CHECK(step_count(1e15, 1e15 + 1, 0.9) == 2);
  CHECK(step_count(1e16, 1e16 + 2, 1e-3) == 2000);
}

TEST_CASE("check_dt: a step that is not positive and finite is rejected, with the value") {
  CHECK_NOTHROW(an::detail::check_dt(1e-3));
  for (const double bad :
       {0.0, -0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_WITH_AS(an::detail::check_dt(bad), doctest::Contains("dt = "), std::invalid_argument);
}

TEST_CASE("step_count: more steps than anyone can take are rejected, with their number") {
  CHECK(an::detail::step_count(0, 1e13, 0.1) > 99999999999000);  // 1e14 but for the tolerance of 1e-12
  CHECK_THROWS_WITH_AS(an::detail::step_count(0, 1e17, 0.1), doctest::Contains("number of steps between two times = "),
                       std::invalid_argument);
}

}  // namespace steps_test
