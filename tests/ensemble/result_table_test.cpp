// SPDX-License-Identifier: MIT
#include <anderson/ensemble/result_table.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

namespace result_table_test {

namespace {

using table = an::result_table<double>;

an::series<double> column(const std::string& name, double value) {
  const an::series<double>::array a = an::series<double>::array::Constant(2, 1, value);
  return {name, a, a, a, a};
}

}  // namespace

TEST_CASE("result_table: finds a series by its name, and lists those there are") {
  const table t{{1, 2}, {column("energy", 1), column("entropy", 2)}, {}};
  CHECK(t["energy"].mean(1, 0) == 1);
  CHECK(t["entropy"].mean(0, 0) == 2);
  CHECK_THROWS_WITH_AS(t["entrpy"], "anderson: name of a series = entrpy; allowed: energy, entropy",
                       std::invalid_argument);
}

TEST_CASE("result_table: append adds renamed series at the same times only") {
  table t;
  t.append({{1, 2}, {column("energy", 1)}, {{"seed", "1"}}}, "_W1");
  t.append({{1, 2}, {column("energy", 2)}, {}}, "_W2");
  CHECK(t.times == std::vector{1.0, 2.0});
  REQUIRE(t.columns.size() == 2);
  CHECK(t["energy_W1"].mean(0, 0) == 1);
  CHECK(t["energy_W2"].mean(0, 0) == 2);
  CHECK(t.metadata.empty());
  CHECK_THROWS_WITH_AS(t.append({{1, 3}, {column("energy", 3)}, {}}, "_W3"),
                       doctest::Contains("times of the appended table"), std::invalid_argument);
  CHECK(t.columns.size() == 2);
}

TEST_CASE("result_table: append refuses columns that are there, and leaves the table as it was") {
  const auto array = [](const std::string& name) {
    const an::series<double>::array a = an::series<double>::array::Zero(2, 3);
    return an::series<double>{name, a, a, a, a};
  };
  table t;
  t.append({{1, 2}, {column("energy", 1), array("density")}, {}}, "");
  const auto refused = [&](const std::vector<an::series<double>>& columns, const std::string& suffix) {
    CHECK_THROWS_AS(t.append({{1, 2}, columns, {}}, suffix), std::invalid_argument);
    CHECK(t.columns.size() == 2);
  };
  refused({column("entropy", 1), column("energy", 2)}, "");
  refused({column("entropy", 1), column("energy", 2)}, "_error");
  refused({column("density", 1)}, "[2]");
  refused({column("density", 1)}, "[2]_error");
  refused({column("a", 1), column("a", 2)}, "_W1");
  refused({column("a", 1), column("a_W1_error", 2), column("a", 2)}, "_W1");
  refused({column("ti", 1)}, "me");
  refused({column("entropy", 1)}, "\n");
  refused({column("", 1)}, "");
  table empty;
  CHECK_THROWS_AS(empty.append({{1, 2}, {column("time", 1)}, {}}, ""), std::invalid_argument);
  CHECK(empty.times.empty());
  t.append(t, "_again");
  CHECK(t.columns.size() == 4);
  t.append({{1, 2}, {column("density", 1)}, {}}, "[3]");  // the array ends before
  CHECK(t["density[3]"].mean(0, 0) == 1);
}

}  // namespace result_table_test
