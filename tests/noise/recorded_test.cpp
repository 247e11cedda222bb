// SPDX-License-Identifier: MIT
#include <anderson/noise/recorded.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace recorded_test {

static_assert(an::increment_noise<an::recorded_noise> && !an::event_noise<an::recorded_noise>);
static_assert(an::event_noise<an::recorded_kicks> && !an::increment_noise<an::recorded_kicks>);
static_assert(!an::dephasing_noise<an::recorded_noise> && !an::dephasing_noise<an::recorded_kicks>);

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

TEST_CASE("recorded_noise: late steps may differ by the rounding of their times, by more not") {
  std::vector<double> phi(20000);
  an::recorded_noise noise{{3}, 0.1, phi};
  for (const double t : {1.0, 1e4, 1e8, 1e11})
    for (int k = 0; k < 100; ++k) {
      CAPTURE(t);
      const double from = t + 0.1 * k, until = t + 0.1 * (k + 1);
      CHECK_NOTHROW(step(noise, from, until - from));
      CHECK_THROWS_WITH_AS(step(noise, from, until - from + 3e-4), doctest::Contains("dt on a recorded noise path = "),
                           std::invalid_argument);
    }
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

namespace {

const std::vector<an::noise_event> three_kicks{{0.5, 1, 2.0}, {0, 0, -1.0}, {3, 1, 40.0}};

/// Draws events until one never comes; time, site and angle of the others.
std::vector<double> replayed(an::recorded_kicks& noise) {
  an::philox rng(1, {});
  const an::philox untouched = rng;
  std::vector<double> out;
  for (int k = 0; k < 100; ++k) {
    const an::noise_event e = noise.next_event(0, rng);
    if (e.wait == std::numeric_limits<double>::infinity()) break;
    out.insert(out.end(), {e.wait, static_cast<double>(e.site), e.angle});
  }
  CHECK(rng == untouched);
  return out;
}

const std::vector<double> all_three{0.5, 1, 2, 0, 0, -1, 3, 1, 40};

}  // namespace

TEST_CASE("recorded_kicks: replays the record without random numbers, then never fires again") {
  an::recorded_kicks noise{{3, 1}, three_kicks};
  CHECK(std::vector<an::index_t>(noise.support().begin(), noise.support().end()) == std::vector<an::index_t>{3, 1});
  CHECK(replayed(noise) == all_three);
  an::philox rng(1, {});
  for (int k = 0; k < 3; ++k) {
    const an::noise_event end = noise.next_event(100, rng);
    CHECK(end.wait == std::numeric_limits<double>::infinity());
    CHECK_NOTHROW(an::detail::check_event(end, 2));
  }
  an::recorded_kicks silent{{3}, {}};
  CHECK(replayed(silent).empty());
}

TEST_CASE("recorded_kicks: bad arguments are rejected, with the value") {
  using sites = std::vector<an::index_t>;
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto make = [](sites where, an::noise_event e) { an::recorded_kicks(where, {{1, 0, 1}, e}); };
  CHECK_NOTHROW(make({3, 1}, {infinity, 1, -7}));
  for (const double bad : {-1.0, nan})
    CHECK_THROWS_WITH_AS(make({3}, {bad, 0, 1}), doctest::Contains("waiting time of a noise event = "),
                         std::invalid_argument);
  for (const an::index_t bad : {-1, 2})
    CHECK_THROWS_WITH_AS(make({3, 1}, {1, bad, 1}), doctest::Contains("site of a noise event = "),
                         std::invalid_argument);
  for (const double bad : {nan, infinity, -infinity})
    CHECK_THROWS_WITH_AS(make({3}, {1, 0, bad}), doctest::Contains("angle of a noise event = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({}, {1, 0, 1}), doctest::Contains("number of noisy sites = 0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(make({2, 2}, {1, 0, 1}), doctest::Contains("noisy site = 2, given twice"),
                       std::invalid_argument);
}

}  // namespace recorded_test
