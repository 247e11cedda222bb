// SPDX-License-Identifier: MIT
#include <anderson/core/version.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("version: the string repeats the three macros") {
  const std::string expected = std::to_string(ANDERSON_VERSION_MAJOR) + '.' + std::to_string(ANDERSON_VERSION_MINOR) +
                               '.' + std::to_string(ANDERSON_VERSION_PATCH);
  CHECK(anderson::version == expected);
}
