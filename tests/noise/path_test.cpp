// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace path_test {

namespace {

using event_list = std::vector<an::noise_event>;

constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

template <class Noise, class Rng = an::philox>
using path = an::noise_path<Noise, Rng>;
static_assert(std::copyable<path<an::white_noise>> && std::copyable<path<an::kicks, std::mt19937_64>>);

/// A path offers what its noise offers.
template <class Path>
constexpr bool by_increments = requires(Path p, std::span<double> phi) {
  p.increments(0.0, 1.0, phi);
};
template <class Path>
constexpr bool by_events = requires(Path p) {
  p.next_event(1.0);
};
static_assert(by_increments<path<an::white_noise>> && !by_events<path<an::white_noise>>);
static_assert(!by_increments<path<an::kicks>> && by_events<path<an::kicks>>);

/// A noise with one event, whatever it is, over and over.
struct repeated {
  an::noise_event event;
  std::vector<an::index_t> sites{9, 3};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  an::noise_event next_event(double /*t*/, auto& /*rng*/) { return event; }
};

/// Kicks at the times 1, 2, 3, ..., from the time it is told; its first number is drawn at the start.
struct clockwork {
  std::vector<an::index_t> sites{9};
  std::vector<double> asked = {};
  double first = 0;
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& rng) {
    asked.clear();
    first = an::uniform01(rng);
  }
  an::noise_event next_event(double t, auto& /*rng*/) {
    asked.push_back(t);
    return {std::floor(t) + 1 - t, 0, 0.8};
  }
};

std::vector<double> step(auto& p, double t, double dt) {
  std::vector<double> phi(p.support().size(), nan);
  p.increments(t, dt, phi);
  return phi;
}

/// Times, sites and angles of all events up to a time.
std::vector<double> events(auto& p, double until) {
  std::vector<double> out;
  while (const auto e = p.next_event(until)) out.insert(out.end(), {e->time, static_cast<double>(e->site), e->angle});
  return out;
}

}  // namespace

TEST_CASE("noise_path: the noise starts anew, with the random numbers of the path") {
  an::philox rng(3, {}), same = rng;
  an::recorded_noise used{{3}, 0.5, {1, 2}};
  std::array<double, 1> phi{};
  used.increments(0, 0.5, rng, phi);
  path<an::recorded_noise> again(used, rng);
  CHECK(step(again, 0, 0.5) == std::vector{1.0});
  const an::noise_path drawn(clockwork{.asked = {5}}, same);
  CHECK(drawn.noise().asked.empty());
  CHECK(drawn.noise().first == an::uniform01(same));
}

TEST_CASE("noise_path: increments are those of the noise and its random numbers, also of the user's") {
  an::white_noise noise{{4, 0, 7}, 1.5};
  an::noise_path one(noise, an::philox(2, {}));
  an::noise_path other(noise, std::mt19937_64(2));
  CHECK(std::vector<an::index_t>(one.support().begin(), one.support().end()) == std::vector<an::index_t>{4, 0, 7});
  an::philox rng(2, {});
  std::mt19937_64 twister(2);
  for (int s = 0; s < 5; ++s) {
    std::vector<double> phi(3), twisted(3);
    noise.increments(0.1 * s, 0.1, rng, phi);
    noise.increments(0.1 * s, 0.1, twister, twisted);
    CHECK(step(one, 0.1 * s, 0.1) == phi);
    CHECK(step(other, 0.1 * s, 0.1) == twisted);
  }
}

TEST_CASE("noise_path: events come once and in order, at the sums of the waiting times, up to a time and at it") {
  const event_list waits{{0, 1, 1}, {0.5, 0, 2}, {0, 1, 3}, {0.25, 0, 4}, {1e-30, 1, 5}};
  an::noise_path p(an::recorded_kicks({9, 3}, waits), an::philox(1, {}));
  CHECK(events(p, 0) == std::vector{0.0, 1.0, 1.0});
  CHECK(events(p, 0).empty());
  CHECK(p.time() == 0);
  CHECK(events(p, 0.25).empty());
  CHECK(p.time() == 0.25);
  CHECK(events(p, 0.5) == std::vector{0.5, 0.0, 2.0, 0.5, 1.0, 3.0});
  CHECK(p.next_event(1e9)->time == 0.75);
  CHECK(p.time() == 0.75);  // those up to 1e9 have not been taken
  CHECK(events(p, 1e9) == std::vector{0.75, 1.0, 5.0});
  CHECK(events(p, 1e300).empty());
  CHECK(p.time() == 1e300);
}

TEST_CASE("noise_path: kicks are at the sums of their waiting times to the bit, however often one looks") {
  an::kicks noise({2, 9, 5}, 1.5, 1.2);
  an::noise_path whole(noise, an::philox(4, {})), parts = whole;
  an::philox rng(4, {});
  std::vector<double> expected, by_parts;
  double now = 0;
  for (an::noise_event e = noise.next_event(0, rng); now + e.wait <= 100; e = noise.next_event(now, rng)) {
    now += e.wait;
    expected.insert(expected.end(), {now, static_cast<double>(e.site), e.angle});
  }
  CHECK(events(whole, 100) == expected);
  for (int t = 1; t <= 1000; ++t) {
    const auto some = events(parts, 0.1 * t);
    by_parts.insert(by_parts.end(), some.begin(), some.end());
  }
  CHECK(by_parts == expected);
  CHECK(expected.size() > 300);
}

TEST_CASE("noise_path: the noise is asked once for every event, with the time of the last one") {
  an::noise_path p(clockwork{}, an::philox(1, {}));
  for (const double t : {0.25, 0.75, 1.5, 3.0, 3.5, 20.5}) events(p, t);
  std::vector<double> whole;
  for (int k = 0; k <= 20; ++k) whole.push_back(k);  // the one at 21 is known, not yet reached
  CHECK(p.noise().asked == whole);
}

TEST_CASE("noise_path: a copy has the same future, also with an event that is drawn and not yet reached") {
  an::noise_path a(an::white_noise{{4, 0}, 1.5}, an::philox(2, {}));
  step(a, 0, 0.1);
  auto b = a;
  const auto next = step(a, 0.1, 0.1);
  CHECK(step(b, 0.1, 0.1) == next);
  CHECK(step(b, 0.2, 0.1) != next);
  an::noise_path c(an::kicks({2, 9}, 1.5, 1.2), an::philox(2, {}));
  events(c, 10);
  auto d = c;
  const auto future = events(c, 50);
  CHECK(future.size() > 30);
  CHECK(events(d, 50) == future);
  CHECK(d.time() == 50);
}

TEST_CASE("noise_path: bad events of a noise are rejected, with the value, as often as one tries") {
  const auto rejects = [&](an::noise_event event, const char* text) {
    an::noise_path p(repeated{event}, an::philox(1, {}));
    for (int attempt = 0; attempt < 2; ++attempt)
      CHECK_THROWS_WITH_AS(p.next_event(1), doctest::Contains(text), std::invalid_argument);
    CHECK(p.time() == 0);
  };
  rejects({-0.25, 0, 1}, "waiting time of a noise event = -0.25");
  rejects({nan, 0, 1}, "waiting time of a noise event = ");
  rejects({0.5, 2, 1}, "site of a noise event = 2; allowed: [0, 2)");
  rejects({0.5, -1, 1}, "site of a noise event = -1");
  rejects({0.5, 1, nan}, "angle of a noise event = ");
  rejects({0.5, 1, infinity}, "angle of a noise event = ");
  rejects({}, "waiting time of a noise event = nan");
  rejects({.wait = 0.5}, "site of a noise event = -1");
  rejects({.wait = 0.5, .site = 1}, "angle of a noise event = nan");
}

TEST_CASE("noise_path: a noise that lets no time pass ends in a message, a million events at once do not") {
  const auto all = [](auto noise, double until) {
    an::noise_path p(noise, an::philox(1, {}));
    int count = 0;
    while (p.next_event(until)) ++count;
    return count;
  };
  CHECK_THROWS_WITH_AS(all(repeated{{0, 0, 1e-3}}, 1),
                       doctest::Contains("waiting time of a noise event = 0; allowed: long"), std::invalid_argument);
  event_list late(1000002, an::noise_event{1e-30, 0, 1e-3});
  late[0].wait = 0.75;  // 0.75 + 1e-30 is 0.75
  CHECK_THROWS_WITH_AS(all(an::recorded_kicks({9, 3}, late), 3),
                       doctest::Contains("which stands at 0.75 since 1e6 events"), std::invalid_argument);
  CHECK(all(an::recorded_kicks({9, 3}, event_list(1000000, an::noise_event{0, 0, 1e-6})), 0) == 1000000);
}

}  // namespace path_test
