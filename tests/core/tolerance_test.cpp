// SPDX-License-Identifier: MIT
#include <anderson/core/detail/tolerance.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace tolerance_test {

TEST_CASE("check_tolerance: between 0 and 1, 1 would be the whole result; a bad one is named") {
  using an::detail::check_active_tolerance, an::detail::check_tolerance;
  for (const double good : {1e-300, 1e-10, 0.5, 0.999}) {
    CHECK_NOTHROW(check_tolerance(good));
    CHECK_NOTHROW(check_active_tolerance(good));
  }
  CHECK_NOTHROW(check_active_tolerance(0));
  CHECK_THROWS_WITH_AS(check_tolerance(0), "anderson: tolerance = 0; allowed: 0 < tolerance < 1",
                       std::invalid_argument);
  for (const double bad :
       {-1e-3, 1.0, 2.0, 1e300, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_WITH_AS(check_tolerance(bad), doctest::Contains("tolerance = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS(check_active_tolerance(bad), doctest::Contains("active_tolerance = "), std::invalid_argument);
  }
}

}  // namespace tolerance_test
