// SPDX-License-Identifier: MIT
#include <anderson/noise/kicks.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace kicks_test {

using std::numbers::pi;

static_assert(an::event_noise<an::kicks> && an::event_noise<an::reflections>);
static_assert(an::dephasing_noise<an::kicks> && an::dephasing_noise<an::reflections>);
static_assert(!an::increment_noise<an::kicks>);

namespace {

constexpr int count = 20000;

template <class Noise>
std::vector<an::noise_event> events(Noise noise, std::uint64_t seed = 1) {
  an::philox rng(seed, {an::purpose::noise, 0, 0});
  noise.restart(rng);
  std::vector<an::noise_event> out;
  double now = 0;
  for (int k = 0; k < count; ++k) {
    out.push_back(noise.next_event(now, rng));
    now += out.back().wait;
  }
  return out;
}

/// Kolmogorov and Smirnov: sqrt(n) times the largest distance of the distribution of waiting times from 1 - e^{-rate
/// t}.
double distance_from_exponential(std::vector<double> waits, double rate) {
  std::ranges::sort(waits);
  const auto n = static_cast<double>(waits.size());
  double largest = 0;
  for (std::size_t k = 0; k < waits.size(); ++k) {
    const double expected = -std::expm1(-rate * waits[k]), before = static_cast<double>(k) / n;
    largest = std::max({largest, std::abs(expected - before), std::abs(expected - before - 1 / n)});
  }
  return std::sqrt(n) * largest;
}
std::vector<double> waits_of(const std::vector<an::noise_event>& path) {
  std::vector<double> out;
  for (const auto& e : path) out.push_back(e.wait);
  return out;
}

/// How many standard deviations the number of events that are `chosen` is off, for independent ones of probability p.
double deviations(const std::vector<an::noise_event>& path, double p, auto chosen) {
  const auto n = static_cast<double>(path.size());
  return (static_cast<double>(std::ranges::count_if(path, chosen)) - n * p) / std::sqrt(n * p * (1 - p));
}

/// Sample correlation of two standardized series, in standard deviations.
double correlation(const std::vector<an::noise_event>& path, std::size_t lag, auto first, auto second) {
  double sum = 0, n = 0;
  for (std::size_t k = 0; k + lag < path.size(); ++k, ++n) sum += first(path[k]) * second(path[k + lag]);
  return sum / std::sqrt(n);
}

constexpr double ks_bound = 2.7;  // exceeded with probability 2 exp(-2 2.7^2) = 9e-7
constexpr double bound = 5.5;     // a normal variable is outside once in 26 million

bool same(const an::noise_event& a, const an::noise_event& b) {
  return a.wait == b.wait && a.site == b.site && a.angle == b.angle;
}

}  // namespace

TEST_CASE("kicks: the rate of one site is gamma / (2 (1 - cos theta))") {
  for (const double gamma : {0.3, 1.0, 4.0})
    for (const double theta : {0.05, 1.0, 2.0, pi})
      CHECK(an::kicks({3}, gamma, theta).rate() == doctest::Approx(gamma / (2 * (1 - std::cos(theta)))).epsilon(1e-12));
  CHECK(an::reflections({3}, 1.0).rate() == 0.25);
  CHECK(an::kicks({3}, 1.0, 1e-7).rate() == doctest::Approx(1e14).epsilon(1e-13));  // where 1 - cos theta cancels
}

TEST_CASE("kicks: waiting times are exponential with the rate of one site") {
  for (const double gamma : {0.3, 4.0})
    for (const double theta : {0.5, pi}) {
      const an::kicks noise({3}, gamma, theta);
      CHECK(distance_from_exponential(waits_of(events(noise)), noise.rate()) < ks_bound);
    }
}

TEST_CASE("kicks: several sites are hit with their summed rate, each equally often, either sign equally often") {
  const an::kicks noise({2, 9, 5}, 1.5, 1.2);
  const auto path = events(noise);
  CHECK(distance_from_exponential(waits_of(path), 3 * noise.rate()) < ks_bound);
  for (const an::index_t site : {0, 1, 2})
    for (const double angle : {1.2, -1.2})
      CHECK(std::abs(deviations(path, 1 / 6.0,
                                [&](const an::noise_event& e) { return e.site == site && e.angle == angle; })) < bound);
  // The kicks of one site are a Poisson process of its own rate.
  std::vector<double> waits;
  double now = 0, last = 0;
  for (const auto& e : path) {
    now += e.wait;
    if (e.site != 1) continue;
    waits.push_back(now - last);
    last = now;
  }
  CHECK(distance_from_exponential(waits, noise.rate()) < ks_bound);
}

TEST_CASE("kicks: waiting times, sites and signs are independent of each other and of the past") {
  const an::kicks noise({2, 9}, 1.0, 1.2);
  const auto path = events(noise);
  const auto wait = [&](const an::noise_event& e) { return e.wait * 2 * noise.rate() - 1; };
  const auto sign = [](const an::noise_event& e) { return e.angle > 0 ? 1.0 : -1.0; };
  const auto site = [](const an::noise_event& e) { return e.site == 0 ? 1.0 : -1.0; };
  for (const std::size_t lag : {0U, 1U}) {
    CHECK(std::abs(correlation(path, lag, wait, sign)) < bound);
    CHECK(std::abs(correlation(path, lag, wait, site)) < bound);
    CHECK(std::abs(correlation(path, lag, sign, site)) < bound);
  }
  CHECK(std::abs(correlation(path, 1, wait, wait)) < bound);
  CHECK(std::abs(correlation(path, 1, sign, sign)) < bound);
  CHECK(std::abs(correlation(path, 1, site, site)) < bound);
  CHECK(std::abs(correlation(path, 0, wait, wait)) > bound);  // a number and itself
}

TEST_CASE("kicks: the statistics would notice a rate that is a tenth off, uniform waiting times and an unfair sign") {
  const an::kicks noise({3}, 1.0, 1.2);
  CHECK(distance_from_exponential(waits_of(events(an::kicks({3}, 1.1, 1.2))), noise.rate()) > ks_bound);
  an::philox rng(2, {});
  std::vector<double> uniform(count);
  for (double& x : uniform) x = an::uniform(rng, 0, 2 / noise.rate());  // of the same mean
  CHECK(distance_from_exponential(uniform, noise.rate()) > ks_bound);
  auto path = events(noise);
  for (std::size_t k = 0; k < path.size(); k += 20) path[k].angle = 1.2;
  CHECK(std::abs(deviations(path, 0.5, [](const an::noise_event& e) { return e.angle > 0; })) > bound);
}

TEST_CASE("reflections: kicks of angle pi, rate gamma / 4, exactly those of kicks") {
  const an::reflections noise({2, 9}, 1.5);
  CHECK(noise.theta() == pi);
  CHECK(noise.rate() == 1.5 / 4);
  const auto path = events(noise);
  for (const auto& e : path) CHECK(std::abs(e.angle) == pi);
  CHECK(std::ranges::equal(path, events(an::kicks({2, 9}, 1.5, pi)), same));
}

TEST_CASE("kicks: says its sites and rates; gamma = 0 never fires and draws no random number") {
  const an::kicks noise({2, 5}, 1.5, 1.2);
  CHECK(std::vector<an::index_t>(noise.support().begin(), noise.support().end()) == std::vector<an::index_t>{2, 5});
  CHECK(noise.gamma() == 1.5);
  CHECK(noise.theta() == 1.2);
  for (const an::index_t k : {0, 1}) CHECK(noise.dephasing_rate(k) == 1.5);
  an::philox rng(1, {}), untouched = rng;
  const an::noise_event never = an::reflections({2, 5}, 0.0).next_event(7, rng);
  CHECK(never.wait == std::numeric_limits<double>::infinity());
  CHECK_NOTHROW(an::detail::check_event(never, 2));
  CHECK(rng == untouched);
}

TEST_CASE("kicks: bad arguments are rejected, with the value") {
  using sites = std::vector<an::index_t>;
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-0.5, nan, infinity}) {
    CHECK_THROWS_WITH_AS((an::kicks{{3}, bad, 1}), doctest::Contains("gamma = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS((an::reflections{{3}, bad}), doctest::Contains("gamma = "), std::invalid_argument);
  }
  for (const double bad : {0.0, -1.0, 3.15, nan, infinity})
    CHECK_THROWS_WITH_AS((an::kicks{{3}, 1, bad}), doctest::Contains("theta = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::kicks{{3}, 1, -0.25}), "anderson: theta = -0.25; allowed: 0 < theta <= pi",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::kicks{{3}, 1, 1e-170}), doctest::Contains("a finite rate of kicks"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::reflections{sites{}, 1}), doctest::Contains("number of noisy sites = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::reflections{{-1}, 1}), doctest::Contains("noisy site = -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::reflections{{1, 2, 1}, 1}), doctest::Contains("noisy site = 1, given twice"),
                       std::invalid_argument);
}

}  // namespace kicks_test
