// SPDX-License-Identifier: MIT
#include "support/potential.hpp"

#include <doctest/doctest.h>

#include "support/comma_locale.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace potential_test {

namespace {

namespace fs = std::filesystem;

/// What is read from a file with this text.
std::vector<double> read(const std::string& text) {
  const fs::path file = fs::temp_directory_path() / ("anderson_potential_test_" + std::to_string(::getpid()));
  std::ofstream(file, std::ios::binary) << text;
  try {
    const std::vector<double> potential = support::read_potential(file.string());
    fs::remove(file);
    return potential;
  } catch (...) {
    fs::remove(file);
    throw;
  }
}

void refused(const std::string& text, const std::string& why) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(read(text), doctest::Contains(why.c_str()), std::invalid_argument);
}

const std::vector<double> three{0.5, -0.25, 1e-3};

}  // namespace

TEST_CASE("read_potential: one number per line, as any program may have written it") {
  CHECK(read("0.5\n-0.25\n1e-3\n") == three);
  CHECK(read("0.5\n-0.25\n1e-3") == three);
  CHECK(read("0.5\r\n-0.25\r\n1e-3\r\n") == three);
  CHECK(read("0.5\r-0.25\r1e-3\r") == three);
  CHECK(read("\xef\xbb\xbf"
             "0.5\n-0.25\n1e-3\n") == three);
  CHECK(read("\xef\xbb\xbf# w_i\r\n0.5\r\n-0.25\r\n1e-3\r\n") == three);
  CHECK(read("+0.5\n-.25\n+1.0E-03\n") == three);
  CHECK(read("# by hand\n\n \t0.5 \t\n   # more\n-0.25# the center\n1e-3 # nan\n\n") == three);
  CHECK(read("5.000000000000000000e-01\n-2.500000000000000000e-01\n1.0000000000000000e-03\n") == three);
  CHECK(read("-0\n5e-324\n1.7976931348623157e308\n") == std::vector{-0.0, 5e-324, 1.7976931348623157e308});
}

TEST_CASE("read_potential: does not depend on the locale") {
  const support::comma_locale here;
  CHECK(read("0.5\n-0.25\n1e-3\n") == three);
  refused("0,5\n-0,25\n", "line 1: 0,5; allowed: one finite number");
}

TEST_CASE("read_potential: what is no number is refused with its line") {
  for (const char* bad :
       {"nan", "inf", "-inf", "+nan", "infinity", "1e400", "0,5", "0.5 0.25", "0.5,",  "1.0D-3",  "0x10", "+-0.5",
        "++1", "--1", "+",    "-",    ".",        "e5",    "1e",  "w",        "1_000", "\"0.5\"", "0.5;", "// 1"}) {
    refused("# first\r\n\r\n0.5\r\n" + std::string(bad) + "\r\n1\r\n",
            ", line 4: " + std::string(bad) + "; allowed: one finite number");
    refused("1\r2\r" + std::string(bad), ", line 3: ");
  }
  refused(std::string("1\n2\0\n", 5), "line 2: 2?; allowed");
  refused("1\n" + std::string(1000, 'x'), "line 2: " + std::string(40, 'x') + "...;");
}

TEST_CASE("read_potential: a file that is none is refused") {
  refused("", "0 numbers; allowed: one for each site, at least 2");
  refused("# nothing\n\n", "0 numbers");
  refused("1\n", "1 numbers");
  refused(
      "\xff\xfe"
      "1\n2\n",
      "UTF-16; allowed: ASCII or UTF-8");
  CHECK_THROWS_WITH_AS(support::read_potential("/no/such/file"), doctest::Contains("No such file"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(support::read_potential("/"), doctest::Contains("Is a directory"), std::invalid_argument);
  if (fs::exists("/dev/zero"))
    CHECK_THROWS_WITH_AS(support::read_potential("/dev/zero"), doctest::Contains("16 megabytes"),
                         std::invalid_argument);
}

}  // namespace potential_test
