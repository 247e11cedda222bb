// SPDX-License-Identifier: MIT
// What every noise of the library obeys; a new one needs a make_noise and a line at the end.
#include <anderson/core/concepts.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace an = anderson;

namespace {

constexpr double dt = 0.125;
constexpr int steps = 100;

template <class Noise>
Noise make_noise();

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
