// SPDX-License-Identifier: MIT
#include <anderson/ensemble/times.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace times_test {

namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN(),
             infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("log_times: equal ratios, both ends exact, per_decade times in a factor of ten") {
  const std::vector<double> t = an::log_times(0.1, 1e4, 4);
  REQUIRE(t.size() == 21);
  CHECK(t.front() == 0.1);
  CHECK(t.back() == 1e4);
  for (std::size_t k = 0; k + 1 < t.size(); ++k)
    CHECK(t[k + 1] / t[k] == doctest::Approx(std::pow(10, 0.25)).epsilon(1e-13));
  CHECK_NOTHROW(an::detail::check_times(t));
}

TEST_CASE("log_times: `last` is among them once, also where it is a point but for rounding") {
  for (an::index_t per_decade = 1; per_decade <= 110; ++per_decade)  // 49 * (1 / 49) is below 1
    for (const double first : {0.1, 0.3, 1.0, 7e-3})
      for (int decades = 1; decades <= 12; ++decades) {
        const double last = first * std::pow(10, decades);
        const std::vector<double> t = an::log_times(first, last, per_decade);
        REQUIRE(t.size() == static_cast<std::size_t>(decades * per_decade + 1));
        REQUIRE(t.back() == last);
        REQUIRE_NOTHROW(an::detail::check_times(t));
      }
  CHECK(an::log_times(1, 20, 1) == std::vector{1.0, 10.0, 20.0});  // else as one more
  CHECK(an::log_times(2, 2, 5) == std::vector{2.0});
}

TEST_CASE("linear_times: equal distances, both ends exact") {
  const std::vector<double> t = an::linear_times(0, 0.3, 4);
  REQUIRE(t.size() == 4);
  CHECK(t.front() == 0);
  CHECK(t.back() == 0.3);
  for (std::size_t k = 0; k < 4; ++k) CHECK(t[k] == doctest::Approx(0.1 * static_cast<double>(k)).epsilon(1e-15));
  CHECK(an::linear_times(2, 5, 2) == std::vector{2.0, 5.0});
  CHECK(an::linear_times(2, 2, 1) == std::vector{2.0});
  CHECK(an::linear_times(0, 5, 1) == std::vector{5.0});
}

namespace {

/// Largest relative error in rounding errors.
double worst_of(const std::vector<double>& times, const auto& right) {
  double worst = 0;
  for (std::size_t k = 0; k < times.size(); ++k) {
    const long double r = right(static_cast<long double>(k));
    worst = std::max(worst, static_cast<double>(std::abs(times[k] / r - 1)) / 2.2e-16);
  }
  return worst;
}

}  // namespace

TEST_CASE("log_times: right to a few rounding errors from the smallest to the largest number [long double]") {
  CHECK(an::log_times(1e-300, 1e300, 1).size() == 601);
  CHECK(an::log_times(5e-324, 1.7e308, 1).size() == 633);  // 4.9e-324 .. 4.9e307, and the last
  struct range {
    double first, last;
  };
  for (const range& r : {range{0.1, 1e16}, range{1e-300, 1e300}, range{3e-308, 1.7e308}, range{7e-3, 2e150}})
    for (const an::index_t per_decade : {1, 4, 7, 30}) {
      const std::vector<double> t = an::log_times(r.first, r.last, per_decade);
      CHECK_NOTHROW(an::detail::check_times(t));
      CHECK(t.front() == r.first);
      CHECK(t.back() == r.last);
      const std::vector<double> inner(t.begin(), t.end() - 1);
      CHECK(worst_of(inner, [&](long double k) {  // a product of five factors
              return r.first * std::pow(10.0L, k / static_cast<long double>(per_decade));
            }) < 5);
    }
}

TEST_CASE("linear_times: right to a few rounding errors, however large, small or many [long double]") {
  struct range {
    double first, last;
    an::index_t count;
  };
  for (const range& r : {range{0.1, 1500, 15000}, range{0, 10, 101}, range{1e300, 1.7e308, 1000}, range{0, 1e-300, 77},
                         range{1e4, 1e4 + 100, 1001}}) {
    const std::vector<double> t = an::linear_times(r.first, r.last, r.count);
    CHECK_NOTHROW(an::detail::check_times(t));
    REQUIRE(t.size() == static_cast<std::size_t>(r.count));
    CHECK(t.back() == r.last);
    const std::vector<double> positive(t.begin() + (r.first == 0), t.end());
    CHECK(worst_of(positive, [&](long double k) {
            return r.first + (static_cast<long double>(r.last) - r.first) * (k + (r.first == 0)) /
                                 static_cast<long double>(r.count - 1);
          }) < 3);
  }
  CHECK(an::linear_times(0, 10, 101)[3] == 0.3);
}

TEST_CASE("log_times, linear_times: more times than anyone can use, or than there are numbers, are refused") {
  CHECK_THROWS_WITH_AS(an::log_times(1, 10, 1000000000), doctest::Contains("number of times = 10000000"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::log_times(1e-300, 1e300, 1000000), doctest::Contains("allowed: at most 1e8"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::linear_times(0, 1, 1000000000000), doctest::Contains("number of times = 1000000000000"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::linear_times(1, 1 + 1e-15, 100), doctest::Contains("count = 100"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::log_times(5e-324, 1, 10), doctest::Contains("per_decade = 10"), std::invalid_argument);
}

TEST_CASE("log_times, linear_times: bad arguments are rejected, with the value") {
  for (const double bad : {0.0, -1.0, not_a_number, infinity})
    CHECK_THROWS_WITH_AS(an::log_times(bad, 10, 4), doctest::Contains("first = "), std::invalid_argument);
  for (const double bad : {0.5, not_a_number, infinity})
    CHECK_THROWS_WITH_AS(an::log_times(1, bad, 4), doctest::Contains("last = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::log_times(1, 10, 0), doctest::Contains("per_decade = 0"), std::invalid_argument);
  for (const double bad : {-1.0, not_a_number, infinity})
    CHECK_THROWS_WITH_AS(an::linear_times(bad, 10, 4), doctest::Contains("first = "), std::invalid_argument);
  for (const double bad : {0.5, 1.0, not_a_number, infinity})
    CHECK_THROWS_WITH_AS(an::linear_times(1, bad, 4), doctest::Contains("last = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::linear_times(1, 10, 0), doctest::Contains("count = 0"), std::invalid_argument);
}

TEST_CASE("check_times: at least one, ascending from 0 on, finite; a bad one is named") {
  CHECK_NOTHROW(an::detail::check_times(std::vector{0.0}));
  CHECK_NOTHROW(an::detail::check_times(std::vector{0.0, 1.0, 1.5}));
  CHECK_THROWS_WITH_AS(an::detail::check_times(std::vector<double>{}), doctest::Contains("number of times = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::check_times(std::vector{-1.0}), doctest::Contains("times[0] = -1"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::check_times(std::vector{1.0, 2.0, 2.0}), doctest::Contains("times[2] = 2"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::check_times(std::vector{1.0, 0.5}), doctest::Contains("times[1] = 0.5"),
                       std::invalid_argument);
  for (const double bad : {not_a_number, infinity})
    CHECK_THROWS_WITH_AS(an::detail::check_times(std::vector{1.0, bad}), doctest::Contains("times[1] = "),
                         std::invalid_argument);
}

}  // namespace times_test
