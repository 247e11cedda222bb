// SPDX-License-Identifier: MIT
// The time loop without physics: a noise and a stepper that only write down how they were called.
#include <anderson/core/concepts.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/propagate/detail/fixed_step.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace fixed_step_test {

namespace {

struct call {
  double t, dt;
};

/// Increment k of step s is s + 0.25 k.
struct recorder {
  std::vector<an::index_t> sites{3};
  std::vector<call> calls = {};

  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) { calls.clear(); }
  void increments(double t, double dt, auto& /*rng*/, std::span<double> phi) {
    for (std::size_t k = 0; k < phi.size(); ++k)
      phi[k] = static_cast<double>(calls.size()) + 0.25 * static_cast<double>(k);
    calls.push_back({t, dt});
  }
};
static_assert(an::noise_process<recorder>);

struct loop {
  recorder noise;
  std::vector<double> taken;  // all increments, in order
  std::vector<double> taus;   // one for each batch
  std::size_t largest_batch = 0;
};

loop run(double from, double until, double dt, std::vector<an::index_t> sites = {3}) {
  loop result{{sites}, {}, {}};
  an::noise_path path(result.noise, an::philox(1, {}));
  std::vector<double> buffer;
  an::detail::fixed_steps(from, until, dt, sites, std::span(&path, 1), buffer,
                          [&](double tau, std::span<const double> phi) {
                            result.taus.push_back(tau);
                            result.taken.insert(result.taken.end(), phi.begin(), phi.end());
                            result.largest_batch = std::max(result.largest_batch, phi.size());
                          });
  result.noise = path.noise();
  return result;
}

/// Steps follow each other without gap from `from` to `until`, are equal, and no longer than dt.
void check_loop(const loop& l, double from, double until, double dt, std::size_t steps) {
  REQUIRE(l.noise.calls.size() == steps);
  const double rounding = 1e-12 * (1 + until);
  CHECK(l.noise.calls.front().t == from);
  CHECK(std::abs(l.noise.calls.back().t + l.noise.calls.back().dt - until) < rounding);
  bool equal = true, joined = true, same_tau = true;
  for (std::size_t s = 0; s < steps; ++s) {
    equal = equal && l.noise.calls[s].dt == l.noise.calls[0].dt;
    joined = joined &&
             (s == 0 || std::abs(l.noise.calls[s - 1].t + l.noise.calls[s - 1].dt - l.noise.calls[s].t) < rounding);
  }
  for (const double tau : l.taus) same_tau = same_tau && tau == l.noise.calls[0].dt;
  CHECK(equal);
  CHECK(joined);
  CHECK(same_tau);
  CHECK(l.noise.calls[0].dt <= dt * (1 + 1e-11));
}

}  // namespace

TEST_CASE("fixed_steps: equal steps without a gap, no longer than dt, end exactly at the time asked for") {
  check_loop(run(0, 1, 0.1), 0, 1, 0.1, 10);
  check_loop(run(0, 1, 0.3), 0, 1, 0.3, 4);
  check_loop(run(0.7, 0.75, 0.3), 0.7, 0.75, 0.3, 1);
  check_loop(run(12.5, 13.7, 0.1), 12.5, 13.7, 0.1, 12);
}

TEST_CASE("fixed_steps: the increments reach the stepper in order, site by site") {
  const loop one = run(0, 0.5, 0.1);
  CHECK(one.taken == std::vector{0.0, 1.0, 2.0, 3.0, 4.0});
  const loop three = run(0, 0.2, 0.1, {3, 0, 7});
  CHECK(three.taken == std::vector{0.0, 0.25, 0.5, 1.0, 1.25, 1.5});
}

TEST_CASE("fixed_steps: many steps come in batches of bounded size, nothing lost between them") {
  for (const an::index_t steps : {4095, 4096, 4097, 8192, 10000}) {
    CAPTURE(steps);
    const double until = 0.01 * static_cast<double>(steps);
    const loop l = run(0, until, 0.01, {3, 0});
    check_loop(l, 0, until, 0.01, static_cast<std::size_t>(steps));
    CHECK(l.taus.size() == static_cast<std::size_t>((steps + 2047) / 2048));
    CHECK(l.largest_batch <= 4096);  // numbers: two sites in 2048 steps
    REQUIRE(l.taken.size() == static_cast<std::size_t>(2 * steps));
    bool in_order = true;
    for (std::size_t s = 0; s < l.taken.size() / 2; ++s)
      in_order =
          in_order && l.taken[2 * s] == static_cast<double>(s) && l.taken[2 * s + 1] == static_cast<double>(s) + 0.25;
    CHECK(in_order);
  }
}

TEST_CASE("fixed_steps: late outputs a step apart take one step each") {
  std::size_t steps = 0;
  double longest = 0;
  for (int k = 0; k < 1000; ++k) {
    const loop l = run(1e4 + 0.1 * k, 1e4 + 0.1 * (k + 1), 0.1);
    steps += l.noise.calls.size();
    longest = std::max(longest, l.noise.calls[0].dt);
  }
  CHECK(steps == 1000);
  CHECK(longest < 0.1 * (1 + 1e-10));  // the rounding of times of 1e4
}

namespace {

struct forgetful {
  std::vector<an::index_t> sites{3, 8};
  int written = 0;
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  void increments(double /*t*/, double /*dt*/, auto& /*rng*/, std::span<double> phi) {
    if (written-- > 0) phi[1] = 1;
    phi[0] = 1;
  }
};

}  // namespace

TEST_CASE("fixed_steps: an increment that the noise leaves out is refused, with its site and step") {
  forgetful noise;
  noise.written = 3;
  std::vector<double> buffer(10000, 0.25);
  const auto all = [&] {
    an::noise_path path(noise, an::philox(1, {}));
    an::detail::fixed_steps(0, 1, 0.25, noise.sites, std::span(&path, 1), buffer,
                            [](double, std::span<const double>) {});
  };
  CHECK_THROWS_WITH_AS(all(),
                       "anderson: increment of the noise = nan; allowed: finite; increments() of the noise must fill "
                       "phi[1], of site 8, in the step from t = 0.75",
                       std::invalid_argument);
  noise.written = 4;
  CHECK_NOTHROW(all());
}

TEST_CASE("fixed_steps: to the present time nothing is done, backwards is rejected") {
  CHECK(run(2, 2, 0.1).noise.calls.empty());
  CHECK(run(2, 2, 0.1).taus.empty());
  CHECK_THROWS_WITH_AS(run(2, 1, 0.1), doctest::Contains("time to evolve to = 1"), std::invalid_argument);
  CHECK_THROWS_AS(run(2, std::numeric_limits<double>::quiet_NaN(), 0.1), std::invalid_argument);
  CHECK_THROWS_AS(run(2, std::numeric_limits<double>::infinity(), 0.1), std::invalid_argument);
}

}  // namespace fixed_step_test
