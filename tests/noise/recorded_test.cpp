// SPDX-License-Identifier: MIT
#include <anderson/noise/recorded.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

static_assert(an::noise_process<an::recorded_noise>);
static_assert(!an::dephasing_noise<an::recorded_noise>);

namespace {

std::vector<double> step(an::recorded_noise& noise, double t, double dt) {
  an::philox rng(1, {});
  std::vector<double> phi(noise.support().size(), 99.0);
  noise.increments(t, dt, rng, phi);
  return phi;
}

}  // namespace

TEST_CASE("recorded_noise: replays the record, step by step and site by site, without random numbers") {
  an::recorded_noise noise{{3, 1}, 0.1, {1, 2, 3, 4, 5, 6}};
  CHECK(std::vector<an::index_t>(noise.support().begin(), noise.support().end()) == std::vector<an::index_t>{3, 1});
  an::philox rng(1, {}), untouched(1, {});
  noise.restart(rng);
  std::vector<double> phi(2);
  noise.increments(0, 0.1, rng, phi);
  CHECK(phi == std::vector{1.0, 2.0});
  CHECK(rng == untouched);
  CHECK(step(noise, 0.1, 0.1) == std::vector{3.0, 4.0});
  CHECK(step(noise, 0.2, 0.1) == std::vector{5.0, 6.0});
}

TEST_CASE("recorded_noise: the record ends, restart begins it again") {
  an::recorded_noise noise{{3}, 0.5, {1, 2}};
  step(noise, 0, 0.5);
  step(noise, 0.5, 0.5);
  CHECK_THROWS_WITH_AS(step(noise, 1, 0.5), doctest::Contains("time on a recorded noise path = 1"),
                       std::invalid_argument);
  an::philox rng(1, {});
  noise.restart(rng);
  CHECK(step(noise, 0, 0.5) == std::vector{1.0});
}

TEST_CASE("recorded_noise: copies have their own position") {
  an::recorded_noise a{{3}, 0.5, {1, 2, 3}};
  step(a, 0, 0.5);
  an::recorded_noise b = a;
  CHECK(step(a, 0.5, 0.5) == std::vector{2.0});
  CHECK(step(a, 1.0, 0.5) == std::vector{3.0});
  CHECK(step(b, 0.5, 0.5) == std::vector{2.0});
}

TEST_CASE("recorded_noise: another step is rejected, its rounding is not") {
  an::recorded_noise noise{{3}, 0.1, {1, 2}};
  CHECK_THROWS_WITH_AS(step(noise, 0, 0.05), doctest::Contains("dt on a recorded noise path = 0.05"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(step(noise, 0, 0.1 * (1 + 1e-8)), doctest::Contains("dt on a recorded"), std::invalid_argument);
  CHECK(step(noise, 0, 0.1 * 3 - 0.2) == std::vector{1.0});  // and nothing was used up by the rejected ones
}

TEST_CASE("recorded_noise: bad arguments are rejected, with the value") {
  using sites = std::vector<an::index_t>;
  using record = std::vector<double>;
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto make = [](sites where, double step, record phi) { an::recorded_noise(where, step, phi); };
  CHECK_NOTHROW(make({3}, 0.1, {}));
  for (const double bad : {0.0, -0.1, nan, infinity})
    CHECK_THROWS_WITH_AS(make({3}, bad, {1}), doctest::Contains("step of the recorded noise = "),
                         std::invalid_argument);
  for (const double bad : {nan, infinity})
    CHECK_THROWS_WITH_AS(make({3}, 0.1, {1, bad}), doctest::Contains("recorded increment = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      make({3, 4}, 0.1, {1, 2, 3}),
      "anderson: number of recorded increments = 3; allowed: a multiple of the number of noisy sites, 2",
      std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({}, 0.1, {}), doctest::Contains("number of noisy sites = 0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({2, 2}, 0.1, {}), doctest::Contains("noisy site = 2, given twice"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({-4}, 0.1, {}), doctest::Contains("noisy site = -4"), std::invalid_argument);
}
