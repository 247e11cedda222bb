// SPDX-License-Identifier: MIT
// What every noise of the library obeys; a new one needs a make_noise and a line at the end.
#include <anderson/core/concepts.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/laws.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace an = anderson;

namespace laws_test {

namespace {

constexpr double dt = 0.125;
constexpr int steps = 100;

template <class Noise>
Noise make_noise();

/// Events up to the time dt * steps, of three sites.
template <>
an::kicks make_noise<an::kicks>() {
  return {{4, 0, 7}, 1.5, 1.2};
}
template <>
an::reflections make_noise<an::reflections>() {
  return {{4, 0, 7}, 1.5};
}
template <>
an::recorded_kicks make_noise<an::recorded_kicks>() {
  std::vector<an::noise_event> all;
  for (int k = 0; k < steps; ++k) all.push_back({0.125 * (k % 3), k % 3, 0.01 * k});
  return {{4, 0, 7}, all};
}

template <>
an::white_noise make_noise<an::white_noise>() {
  return {{4, 0, 7}, 1.5};
}
template <>
an::recorded_noise make_noise<an::recorded_noise>() {
  std::vector<double> phi;
  for (int k = 0; k < 3 * steps; ++k) phi.push_back(0.01 * k);
  return {{4, 0, 7}, dt, phi};
}

std::vector<double> step(auto& noise, an::philox& rng, int s) {
  std::vector<double> phi(noise.support().size(), std::numeric_limits<double>::quiet_NaN());
  noise.increments(dt * s, dt, rng, phi);
  return phi;
}

}  // namespace

TEST_CASE_TEMPLATE_DEFINE("noise laws", Noise, noise_laws) {
  static_assert(an::noise_process<Noise>);
  auto a = make_noise<Noise>();

  SUBCASE("fills every increment, finite; the support stays") {
    an::philox rng(1, {});
    const std::vector<an::index_t> support(a.support().begin(), a.support().end());
    CHECK(support == std::vector<an::index_t>{4, 0, 7});
    a.restart(rng);
    for (int s = 0; s < steps; ++s)
      for (const double x : step(a, rng, s)) CHECK(std::isfinite(x));
    CHECK(support == std::vector<an::index_t>(a.support().begin(), a.support().end()));
  }
  SUBCASE("a copy evolves independently and equally, also from the middle of a path") {
    an::philox rng_a(1, {}), rng_b(1, {});
    a.restart(rng_a);
    for (int s = 0; s < steps / 2; ++s) step(a, rng_a, s);
    rng_b = rng_a;
    auto b = a;
    std::vector<std::vector<double>> path_a, path_b;
    for (int s = steps / 2; s < steps; ++s) path_a.push_back(step(a, rng_a, s));
    for (int s = steps / 2; s < steps; ++s) path_b.push_back(step(b, rng_b, s));
    CHECK(path_a == path_b);
    CHECK(path_a[0] != path_a[1]);
  }
  SUBCASE("restart forgets the past") {
    an::philox rng(1, {});
    a.restart(rng);
    const std::vector<double> first = step(a, rng, 0);
    for (int s = 1; s < 10; ++s) step(a, rng, s);
    an::philox again(1, {});
    a.restart(again);
    CHECK(step(a, again, 0) == first);
  }
}
TEST_CASE_TEMPLATE_INVOKE(noise_laws, an::white_noise, an::recorded_noise);

namespace {

using event_list = std::vector<an::noise_event>;

/// The next events after the time `now`, which they move.
event_list next(auto& noise, an::philox& rng, double& now, int count) {
  event_list out;
  for (int k = 0; k < count; ++k) {
    out.push_back(noise.next_event(now, rng));
    now += out.back().wait;
  }
  return out;
}

bool same(const event_list& a, const event_list& b) {
  return std::ranges::equal(a, b, [](const an::noise_event& x, const an::noise_event& y) {
    return x.wait == y.wait && x.site == y.site && x.angle == y.angle;
  });
}

}  // namespace

TEST_CASE_TEMPLATE_DEFINE("laws of event noise", Noise, event_noise_laws) {
  static_assert(an::event_noise<Noise> && !an::increment_noise<Noise>);
  auto a = make_noise<Noise>();
  an::philox rng(1, {});
  double now = 0;
  a.restart(rng);

  SUBCASE("every event is complete, on a site of the support, which stays; time passes; all sites are kicked") {
    const std::vector<an::index_t> support(a.support().begin(), a.support().end());
    CHECK(support == std::vector<an::index_t>{4, 0, 7});
    std::vector<int> kicked(3, 0);
    for (const an::noise_event& e : next(a, rng, now, steps)) {
      CHECK_NOTHROW(an::detail::check_event(e, 3));
      ++kicked[static_cast<std::size_t>(e.site)];
    }
    CHECK(std::isfinite(now));
    CHECK(now > 1);
    CHECK(*std::ranges::min_element(kicked) > 10);  // of 33: 5 standard deviations
    CHECK(support == std::vector<an::index_t>(a.support().begin(), a.support().end()));
  }
  SUBCASE("a copy evolves independently and equally, also from the middle of a path") {
    next(a, rng, now, steps / 2);
    an::philox rng_b = rng;
    double now_b = now;
    auto b = a;
    const event_list path_a = next(a, rng, now, steps / 2), path_b = next(b, rng_b, now_b, steps / 2);
    CHECK(same(path_a, path_b));
    CHECK(!same({path_a[0]}, {path_a[1]}));
  }
  SUBCASE("restart forgets the past") {
    const event_list first = next(a, rng, now, 3);
    next(a, rng, now, 10);
    an::philox again(1, {});
    double start = 0;
    a.restart(again);
    CHECK(same(next(a, again, start, 3), first));
  }
  SUBCASE("other random numbers give other events, unless they are recorded") {
    an::philox other(2, {});
    double start = 0;
    auto b = make_noise<Noise>();
    b.restart(other);
    CHECK(same(next(a, rng, now, 3), next(b, other, start, 3)) == std::is_same_v<Noise, an::recorded_kicks>);
  }
}
TEST_CASE_TEMPLATE_INVOKE(event_noise_laws, an::kicks, an::reflections, an::recorded_kicks);

// ---- what dephasing_rate promises ----------------------------------------------------------------------------------

namespace {

/// Phases of strength gamma on two sites, made by a law of its own; declares rate gamma for both.
template <class Law>
struct declared {
  Law law;  // fills phi from the normals of this step and of the last
  double scale = 1;
  std::vector<an::index_t> sites{2, 5};
  double last[2] = {0, 0};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& rng) {
    for (double& x : last) x = an::normal(rng);
  }
  void increments(double /*t*/, double duration, auto& rng, std::span<double> phi) {
    const double now[2] = {an::normal(rng), an::normal(rng)}, deviation = std::sqrt(1.5 * duration);
    law(now, last, phi);
    for (double& x : phi) x *= scale * deviation;
    std::copy(now, now + 2, last);
  }
  double dephasing_rate(an::index_t) const { return 1.5; }
};
template <class Law>
declared(Law) -> declared<Law>;
template <class Law>
declared(Law, double) -> declared<Law>;

using two = const double*;
using out = std::span<double>;

/// Kicks of a Poisson process, by both of two sites at once if shared.
struct shared_kicks {
  bool shared;
  an::kicks own{{2, 5}, 1.5, 0.9};
  std::optional<an::noise_event> second = {};
  std::span<const an::index_t> support() const { return own.support(); }
  void restart(auto& /*rng*/) { second.reset(); }
  an::noise_event next_event(double t, auto& rng) {
    if (second) return *std::exchange(second, std::nullopt);
    an::noise_event first = own.next_event(t, rng);
    if (!shared) return first;
    first.wait *= 2;  // the same rate for each site
    second = {.wait = 0, .site = 1 - first.site, .angle = first.angle};
    return first;
  }
  double dephasing_rate(an::index_t k) const { return own.dephasing_rate(k); }
};

/// Leaves the angle out.
struct incomplete {
  std::vector<an::index_t> sites{2};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  an::noise_event next_event(double /*t*/, auto& /*rng*/) { return {.wait = 0.1, .site = 0}; }
  double dephasing_rate(an::index_t) const { return 1; }
};

/// Rates that differ between sites, one of them 0.
struct uneven {
  std::vector<an::index_t> sites{2, 5, 3};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  void increments(double /*t*/, double duration, auto& rng, std::span<double> phi) {
    for (an::index_t k = 0; k < 3; ++k)
      phi[static_cast<std::size_t>(k)] = std::sqrt(dephasing_rate(k) * duration) * an::normal(rng);
  }
  double dephasing_rate(an::index_t k) const { return k == 0 ? 0.3 : k == 1 ? 2.0 : 0.0; }
};

/// A rate of mean 1.5 that swings once in 1 / 1.5.
struct swinging {
  std::vector<an::index_t> sites{2};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  void increments(double t, double duration, auto& rng, std::span<double> phi) {
    phi[0] = std::sqrt(1.5 * (1 + std::sin(2 * std::numbers::pi * 1.5 * t)) * duration) * an::normal(rng);
  }
  double dephasing_rate(an::index_t) const { return 1.5; }
};

}  // namespace

TEST_CASE("check_dephasing: white noise, kicks, reflections and a user's noise dephase as they declare") {
  const auto holds = [](const auto& noise) {
    const an::dephasing_report report = an::check_dephasing(noise);
    CAPTURE(report.law);
    CHECK(report.deviation <= report.allowed);
    CHECK(report.deviation > 0);
    CHECK(report.allowed < 0.03);
    CHECK(report.holds());
  };
  holds(an::white_noise{{4, 0, 7}, 1.5});
  holds(an::white_noise{{4}, 1e-6});
  holds(an::kicks{{4, 0, 7}, 0.4, 0.7});
  holds(an::kicks{{4, 0}, 1e5, 3.0});
  holds(an::reflections{{3, 1}, 1.0});
  holds(uneven{});
  holds(shared_kicks{false});
  holds(declared{[](two now, two, out phi) { phi[0] = now[0], phi[1] = now[1]; }});
  CHECK(an::check_dephasing(an::white_noise{{4, 0}, 0.0}).deviation == 0);
}

TEST_CASE("check_dephasing: shared, remembered, biased and misjudged noise is found out, by the law it breaks") {
  const auto broken = [](const auto& noise, const std::string& law) {
    const an::dephasing_report report = an::check_dephasing(noise);
    CHECK_FALSE(report.holds());
    CHECK(report.law == law);
  };
  const std::string together = "<e^{-i (phi_0 - phi_1)}> in one step";
  broken(declared{[](two now, two, out phi) { phi[0] = phi[1] = now[0]; }}, together);  // one process, two sites
  broken(declared{[](two now, two, out phi) { phi[0] = now[0], phi[1] = -now[0]; }}, together);
  broken(declared{[](two now, two, out phi) { phi[0] = now[0], phi[1] = 0.8 * now[0] + 0.6 * now[1]; }}, together);
  broken(shared_kicks{true}, together);
  broken(declared{[](two now, two last, out phi) { phi[0] = last[0], phi[1] = now[0]; }},
         "<e^{-i (phi_1 - phi_0)}> in successive steps");
  broken(declared{[](two now, two last, out phi) {
           for (const std::size_t k : {0u, 1u}) phi[k] = std::sqrt(0.5) * (now[k] + last[k]);
         }},
         "<e^{-i (phi_1 - phi_1)}> in successive steps");
  // Rates 20 percent off, phases that prefer a sign, phases +-sqrt(gamma dt).
  const auto right = [](two now, two, out phi) { phi[0] = now[0], phi[1] = now[1]; };
  CHECK_FALSE(an::check_dephasing(declared{right, std::sqrt(1.2)}).holds());
  CHECK_FALSE(an::check_dephasing(declared{right, std::sqrt(0.8)}).holds());
  broken(declared{[](two now, two, out phi) { phi[0] = now[0], phi[1] = now[1] + 0.2; }}, "<e^{-i phi_1}>");
  CHECK_FALSE(an::check_dephasing(declared{[](two now, two, out phi) {
                for (const std::size_t k : {0u, 1u}) phi[k] = std::copysign(1, now[k]);
              }}).holds());
}

// Looked at in steps of 1 / gamma only, this rate would be constant.
TEST_CASE("check_dephasing: a rate that swings with the time scale of the noise is found out") {
  CHECK_FALSE(an::check_dephasing(swinging{}, 400000).holds());
}

TEST_CASE("check_dephasing: increments and events that are left out are rejected") {
  CHECK_THROWS_WITH_AS(an::check_dephasing(declared{[](two now, two, out phi) { phi[0] = now[0]; }}),
                       doctest::Contains("increment of the noise = nan"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::check_dephasing(incomplete{}), doctest::Contains("angle of a noise event = nan"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::check_dephasing(an::white_noise{{1}, 1.0}, 0), doctest::Contains("samples = 0"),
                       std::invalid_argument);
}

}  // namespace laws_test
