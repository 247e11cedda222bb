// SPDX-License-Identifier: MIT
#include <anderson/model/disorder.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace disorder_test {

static_assert(an::disorder_law<an::uniform_disorder>);
static_assert(an::disorder_law<an::given_potential>);

namespace {

std::vector<double> draw(const auto& law, std::size_t sites, an::index_t realization = 0) {
  an::philox rng(1, {an::purpose::disorder, realization, 0});
  std::vector<double> onsite(sites, 99.0);
  law.draw(rng, onsite);
  return onsite;
}

/// (mean of w^2 - W^2 / 3) in standard deviations of it, W sqrt(4 / 45 / n), for values drawn at `strength`.
double variance_in_deviations(double strength, double claimed) {
  const std::vector<double> w = draw(an::uniform_disorder(strength), 20000);
  const double n = static_cast<double>(w.size());
  double sum = 0;
  for (const double x : w) sum += x * x;
  return (sum / n - claimed * claimed / 3) / (claimed * claimed * std::sqrt(4.0 / 45 / n));
}

}  // namespace

TEST_CASE("uniform_disorder: fills [-W, W], full width 2 W (below eq. 1)") {
  const std::vector<double> w = draw(an::uniform_disorder(3), 20000);
  const auto [low, high] = std::ranges::minmax(w);
  // All of 20000 draws miss an end by more than 0.005 with probability (1 - 0.005 / 6)^20000 = 6e-8.
  CHECK(low >= -3);
  CHECK(low < -2.995);
  CHECK(high <= 3);
  CHECK(high > 2.995);
}

TEST_CASE("uniform_disorder: has mean square W^2 / 3; another width would be noticed") {
  CHECK(std::abs(variance_in_deviations(3, 3)) < 5);  // missed once in two million
  CHECK(std::abs(variance_in_deviations(3, 3.1)) > 5);
  CHECK(std::abs(variance_in_deviations(1.5, 3)) > 5);  // full width W
}

TEST_CASE("uniform_disorder: the same stream at another W is the same sample, rescaled") {
  const std::vector<double> one = draw(an::uniform_disorder(1), 50);
  const std::vector<double> four = draw(an::uniform_disorder(4), 50), pi = draw(an::uniform_disorder(3.14), 50);
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(four[i] == 4 * one[i]);                               // a power of two scales without rounding
    CHECK(std::abs(pi[i] - 3.14 * one[i]) < 4 * 3.14 * 1e-16);  // else to rounding errors of W
  }
  CHECK(draw(an::uniform_disorder(1), 50) == one);
  CHECK(draw(an::uniform_disorder(1), 50, 1) != one);
}

TEST_CASE("uniform_disorder: a longer chain begins with the shorter one's potential") {
  const std::vector<double> small = draw(an::uniform_disorder(2), 10), large = draw(an::uniform_disorder(2), 30);
  CHECK(std::equal(small.begin(), small.end(), large.begin()));
}

TEST_CASE("uniform_disorder: W = 0 is a clean chain") {
  CHECK(draw(an::uniform_disorder(0), 5) == std::vector<double>(5, 0.0));
}

TEST_CASE("given_potential: every realization is the one given") {
  const an::given_potential law{{0.1, -0.3, 7}};
  CHECK(draw(law, 3, 0) == std::vector{0.1, -0.3, 7.0});
  CHECK(draw(law, 3, 5) == std::vector{0.1, -0.3, 7.0});
  CHECK_NOTHROW(law.check(3));
}

TEST_CASE("disorder laws: bad arguments are rejected, with the value") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-1.0, nan, infinity})
    CHECK_THROWS_WITH_AS(an::uniform_disorder{bad}, doctest::Contains("disorder = "), std::invalid_argument);
  for (const double bad : {nan, -infinity})
    CHECK_THROWS_WITH_AS((an::given_potential{{0.0, bad}}), doctest::Contains("potential[1] = "),
                         std::invalid_argument);
  const an::given_potential law{{1, 2, 3}};
  CHECK_THROWS_WITH_AS(law.check(4), "anderson: length of the potential = 3; allowed: the number of sites, 4",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(draw(law, 2), doctest::Contains("length of the potential = 3"), std::invalid_argument);
}

}  // namespace disorder_test
