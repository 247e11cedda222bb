// SPDX-License-Identifier: MIT
#include <anderson/core/detail/error.hpp>

#include <doctest/doctest.h>

#include "support/comma_locale.hpp"

#include <limits>
#include <stdexcept>

using anderson::detail::require;

TEST_CASE("require: says which argument, its value and what is allowed") {
  CHECK_THROWS_WITH_AS(require(false, "cut", 7, "0 <= cut <= 4"), "anderson: cut = 7; allowed: 0 <= cut <= 4",
                       std::invalid_argument);
}

TEST_CASE("require: is silent if all is well") { CHECK_NOTHROW(require(true, "cut", 2, "0 <= cut <= 4")); }

TEST_CASE("require: prints real numbers in full, so that 1 + epsilon does not look allowed") {
  const double above = 1.0 + std::numeric_limits<double>::epsilon();
  CHECK_THROWS_WITH(require(above <= 1.0, "p", above, "p <= 1"), "anderson: p = 1.0000000000000002; allowed: p <= 1");
}

TEST_CASE("require: NaN fails a comparison and is printed") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(require(nan >= 0.0, "gamma", nan, "gamma >= 0"), "anderson: gamma = nan; allowed: gamma >= 0");
}

TEST_CASE("require: messages do not depend on the locale") {
  const support::comma_locale here;
  CHECK_THROWS_WITH(require(false, "dt", 1234567.5, "less"), "anderson: dt = 1234567.5; allowed: less");
  CHECK_THROWS_WITH(require(false, "site", 1234567, "less"), "anderson: site = 1234567; allowed: less");
  CHECK_THROWS_WITH(require(false, "x", 0.5f, "less"), "anderson: x = 0.5; allowed: less");
}

TEST_CASE("require: prints long double in full, too") {
  const long double above = 1 + std::numeric_limits<long double>::epsilon();
  if (std::numeric_limits<long double>::digits != 64) return;
  CHECK_THROWS_WITH(require(false, "p", above, "p <= 1"), "anderson: p = 1.00000000000000000011; allowed: p <= 1");
}
