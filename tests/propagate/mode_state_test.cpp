// SPDX-License-Identifier: MIT
// The error that resting modes and windows make, against all modes of the whole lattice on the same noise path.
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/propagate/detail/mode_state.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <memory>
#include <numbers>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace an = anderson;

namespace mode_state_test {

using an::index_t;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<index_t>;

template <class Scalar = double>
using realization = an::disorder_realization<an::tight_binding<Scalar>>;

template <class Scalar = double>
realization<Scalar> sample(an::chain sites, double disorder, Scalar hopping = 1) {
  an::philox rng(7, {an::purpose::disorder, 0, 0});
  using real = an::real_of_t<Scalar>;
  const an::anderson_model<an::chain, an::uniform_disorder, Scalar> model{
      sites, {.hopping = hopping, .disorder = static_cast<real>(disorder)}};
  return realization<Scalar>(model.draw(rng));
}

template <class Real = double, class Realization>
an::gaussian_state<Real> particles(const Realization& s, const site_list& sites) {
  return an::gaussian_state<Real>(an::detail::site_orbitals<Real>(s.size(), sites));
}

/// What is left when a trajectory ends.
template <class Real = double>
struct outcome {
  an::orbitals_t<Real> phi;
  Real energy;
  index_t active, window;
};

template <class How, class Realization, class Noise, class Real>
outcome<Real> run(How how, double tolerance, const Realization& s, const Noise& noise,
                  const an::gaussian_state<Real>& start, double until) {
  how.active_tolerance = tolerance;
  an::noise_path path(noise, an::philox(5, {an::purpose::noise, 0, 0}));
  auto stepper = how.prepare(s, noise).start(start);
  stepper.evolve(until / 3, path);  // a look on the way, at which resting modes turn
  static_cast<void>(stepper.snapshot().densities());
  stepper.evolve(until, path);
  const auto now = stepper.snapshot();
  return {now.orbitals(), now.energy(), stepper.active_modes(), std::ssize(now.local_densities().values)};
}

/// The largest error of an orbital, in its norm.
template <class Real>
double error(const outcome<Real>& x, const outcome<Real>& exact) {
  return static_cast<double>((x.phi - exact.phi).colwise().norm().maxCoeff());
}

/// Rounding, beyond which the tolerance says nothing: energies of about 4, known to some 1e-15, turn phases for a time.
/// Measured: up to 7e-15 per unit of time between two windows, 4e-13 in all on one eigensystem.
double rounding(double until) { return 1e-12 + 5e-14 * until; }

/// Errors stay below the tolerance at every rung, and fall along the ladder.
template <class How, class Realization, class Noise>
void climb(const How& how, const Realization& s, const Noise& noise, const state& start, double until) {
  const auto exact = run(how, 0, s, noise, start, until);
  REQUIRE(exact.active == s.size());
  REQUIRE(exact.window == s.size());
  index_t active = 0;
  for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
    CAPTURE(tolerance);
    const auto x = run(how, tolerance, s, noise, start, until);
    CHECK(error(x, exact) < tolerance + rounding(until));
    // |tr(C h) - tr(C' h)| <= 2 |h| error for every orbital, |h| <= 2 J + W <= 8
    CHECK(std::abs(x.energy - exact.energy) <
          16 * static_cast<double>(start.orbitals().cols()) * (tolerance + rounding(until)));
    CHECK(x.active >= active);
    active = x.active;
  }
}

an::split_propagator split() { return {.dt = 0.1}; }

/// The same kick at every step, which a drive in resonance would be.
an::recorded_noise constant_noise(const site_list& sites, double angle, std::size_t steps) {
  return {sites, 0.1, std::vector<double>(steps * sites.size(), angle)};
}

}  // namespace

TEST_CASE("mode_state: the error of Strang steps stays below the tolerance, one and two noisy sites") {
  for (const double disorder : {3.0, 6.0})
    for (const index_t length : {60, 190, 300}) {
      CAPTURE(disorder);
      CAPTURE(length);
      const auto s = sample(an::chain{length}, disorder);
      const index_t middle = length / 2;
      climb(split(), s, an::white_noise({middle}, 1), particles(s, {middle}), 30);
      climb(split(), s, an::white_noise({middle - 13, middle + 20}, 1), particles(s, {middle, middle + 5}), 60);
    }
}

TEST_CASE("mode_state: the error stays below the tolerance for strong kicks, random and constant") {
  const auto s = sample(an::chain{200}, 3);
  climb(split(), s, an::white_noise({100}, 100), particles(s, {100}), 150);  // phases of 3
  climb(split(), s, constant_noise({100}, std::numbers::pi, 1500), particles(s, {100}), 150);
  climb(split(), s, constant_noise({90, 101}, 0.2, 1500), particles(s, {100, 95}), 150);
}

TEST_CASE("mode_state: the error of reflections and kicks stays below the tolerance") {
  for (const double disorder : {3.0, 6.0}) {
    CAPTURE(disorder);
    const auto s = sample(an::chain{200}, disorder);
    climb(an::event_propagator{}, s, an::reflections({100}, 8), particles(s, {100}), 200);        // 400 kicks
    climb(an::event_propagator{}, s, an::kicks({95, 107}, 4, 1), particles(s, {100, 104}), 200);  // 1700
  }
}

TEST_CASE("mode_state: the bound is not empty: modes rest, and are missed") {
  const auto s = sample(an::chain{300}, 3);
  const auto exact = run(split(), 0, s, an::white_noise({150}, 1), particles(s, {150}), 100);
  const auto x = run(split(), 1e-2, s, an::white_noise({150}, 1), particles(s, {150}), 100);
  CHECK(x.active < 80);
  CHECK(error(x, exact) > 1e-8);  // measured 2e-6; rounding 1e-13
  const auto fine = run(split(), 1e-10, s, an::white_noise({150}, 1), particles(s, {150}), 100);
  CHECK(fine.active > x.active);
  CHECK(fine.active < 200);
  CHECK(error(fine, exact) < error(x, exact) / 1000);
}

TEST_CASE("mode_state: all modes rest before the first flight, and more wake the more is kicked") {
  const auto s = sample(an::chain{100}, 6);
  an::recorded_noise noise({50}, 0.1, std::vector<double>(1000, 1.0));
  auto stepper = an::split_propagator{.dt = 0.1, .active_tolerance = 1e-5}.prepare(s, noise).start(particles(s, {50}));
  CHECK(stepper.active_modes() == 0);
  an::noise_path path(noise, an::philox());
  stepper.evolve(0.1, path);
  const index_t early = stepper.active_modes();
  CHECK(early >= 1);
  stepper.evolve(100, path);
  CHECK(stepper.active_modes() > early);
  CHECK(stepper.active_modes() < early + 30);  // localized: by the logarithm of 1000
}

TEST_CASE("mode_state: active_tolerance = 0 moves all modes of the whole lattice") {
  const auto s = sample(an::chain{300}, 6);
  const auto split_all = run(split(), 0, s, an::white_noise({150}, 1), particles(s, {150}), 1);
  CHECK(split_all.active == 300);
  CHECK(split_all.window == 300);
  const auto event_all = run(an::event_propagator{}, 0, s, an::reflections({150}, 1), particles(s, {150}), 1);
  CHECK(event_all.active == 300);
  CHECK(event_all.window == 300);
}

TEST_CASE("mode_state: a window of 1000 sites equals the whole lattice, W = 3") {
  const auto s = sample(an::chain{1000}, 3);
  const an::white_noise noise({499}, 1);
  const auto exact = run(split(), 0, s, noise, particles(s, {499, 510}), 50);
  const auto x = run(split(), 1e-10, s, noise, particles(s, {499, 510}), 50);
  CHECK(x.window < 600);
  CHECK(error(x, exact) < 1e-10 + rounding(50));
  CHECK(std::abs(x.energy - exact.energy) < 32e-10);
}

TEST_CASE("mode_state: a window that grows on the way, up to the whole lattice, agrees with it") {
  const auto s = sample(an::chain{400}, 2);
  for (const auto& noise : {an::white_noise({200}, 1), an::white_noise({200, 190}, 1)}) {
    const auto trajectory = [&](double tolerance, site_list& windows) {
      an::white_noise mine = noise;
      an::noise_path path(mine, an::philox(5, {an::purpose::noise, 0, 0}));
      auto stepper = an::split_propagator{.dt = 0.1, .active_tolerance = tolerance}.prepare(s, mine).start(
          particles(s, {200, 195}));
      for (const double until : {0.0, 0.1, 1.0, 10.0, 100.0, 300.0}) {
        stepper.evolve(until, path);
        const index_t now = std::ssize(stepper.snapshot().local_densities().values);
        if (windows.empty() || windows.back() != now) windows.push_back(now);
      }
      return stepper.snapshot().orbitals();
    };
    for (const double tolerance : {1e-2, 1e-6, 1e-10}) {
      CAPTURE(tolerance);
      site_list windows, whole;
      const orbitals x = trajectory(tolerance, windows), exact = trajectory(0, whole);
      CHECK((x - exact).colwise().norm().maxCoeff() < tolerance + rounding(300));
      CHECK(windows.size() >= 2);
      if (tolerance == 1e-6) CHECK(windows.back() == 400);
    }
  }
}

TEST_CASE("mode_state: widens level by level, and keeps every trajectory") {
  const auto s = sample(an::chain{800}, 2);
  const site_list support{400};
  const auto windows = an::detail::windows_of(s, support, true);
  const std::vector<state> starts{particles(s, {400, 390, 411}), state(orbitals(800, 0)), particles(s, {402})};
  const std::vector<const state*> each{&starts[0], &starts[1], &starts[2]};
  an::detail::mode_state<double> x(windows, 1e-2, each);
  site_list sizes{std::ssize(x.modes().sites)};
  for (const double kicks : {1e-14, 1e-6, 1.0, 1e3, 1e6}) {
    x.expect(0, kicks);
    x.expect(1e-9, 0);
    if (std::ssize(x.modes().sites) != sizes.back()) sizes.push_back(std::ssize(x.modes().sites));
  }
  CHECK(sizes.size() >= 3);
  CHECK(sizes.back() < 800);
  CHECK(x.trajectories() == 3);
  for (index_t k = 0; k < 3; ++k) {  // nothing has moved but phases, for 5e-9
    const state& start = starts[static_cast<std::size_t>(k)];
    orbitals phi;
    phi = x.orbitals(k);
    REQUIRE(phi.rows() == 800);
    REQUIRE(phi.cols() == start.orbitals().cols());
    if (phi.cols() > 0) CHECK((phi - start.orbitals()).cwiseAbs().maxCoeff() < 1e-7);  // 5e-9 * 4
    CHECK(x.energy(k) == doctest::Approx(x.initial_energy(k)));
  }
}

TEST_CASE("mode_state: windows at the end of a chain and around two far sites") {
  const auto s = sample(an::chain{400}, 6);
  for (const site_list& sites : {site_list{1}, site_list{399}, site_list{300, 180}}) {
    const state start = particles(s, sites);
    const auto exact = run(split(), 0, s, an::white_noise(sites, 1), start, 50);
    const auto x = run(split(), 1e-6, s, an::white_noise(sites, 1), start, 50);
    CHECK(x.window < 300);
    CHECK(error(x, exact) < 1e-6 + rounding(50));
  }
}

TEST_CASE("mode_state: a particle far from the noise has it within its window, and rests") {
  const auto s = sample(an::chain{400}, 6);
  const an::white_noise noise({200}, 1);
  const auto exact = run(split(), 0, s, noise, particles(s, {270}), 50);
  const auto x = run(split(), 1e-9, s, noise, particles(s, {270}), 50);
  CHECK(x.window < 300);
  CHECK(error(x, exact) < 1e-9 + rounding(50));
  CHECK(run(split(), 1e-9, s, noise, particles(s, {399}), 1).window == 400);
}

TEST_CASE("mode_state: states that fill the lattice start at its last level") {
  const auto s = sample(an::chain{300}, 6);
  an::philox rng;
  for (const state& start :
       {an::ground_state{}.prepare(s, rng), an::random_product_state{.particles = 40}.prepare(s, rng)}) {
    const auto exact = run(split(), 0, s, an::white_noise({150}, 1), start, 20);
    const auto x = run(split(), 1e-8, s, an::white_noise({150}, 1), start, 20);
    CHECK(x.window == 300);
    CHECK(x.active < 100);
    CHECK(error(x, exact) < 1e-8 + rounding(20));
  }
}

TEST_CASE("mode_state: trajectories with different orbitals move together as they do alone") {
  const auto s = sample(an::chain{400}, 4);
  const an::white_noise noise({200}, 1);
  const auto prepared = an::split_propagator{.dt = 0.1, .active_tolerance = 1e-9}.prepare(s, noise);
  const std::vector<state> starts{particles(s, {200}), particles(s, {180, 201, 220}), state(orbitals(400, 0)),
                                  particles(s, {260})};
  std::vector<an::noise_path<an::white_noise>> paths;
  for (index_t k = 0; k < 4; ++k) paths.emplace_back(noise, an::philox(5, {an::purpose::noise, 0, k}));
  auto same = paths;
  auto together = prepared.start(std::span<const state>(starts));
  together.evolve(50, std::span(paths));
  for (index_t k = 0; k < 4; ++k) {
    const auto at = static_cast<std::size_t>(k);
    auto alone = prepared.start(starts[at]);
    alone.evolve(50, same[at]);
    if (k == 2) continue;  // no orbital
    CHECK((together.snapshot(k).orbitals() - alone.snapshot().orbitals()).colwise().norm().maxCoeff() <
          2e-9 + rounding(50));
  }
  CHECK(together.snapshot(2).densities().isZero(0));
}

TEST_CASE("mode_state: rings and complex hopping have resting modes too, without windows") {
  const auto check = [](const auto& s) {
    const auto exact = run(split(), 0, s, an::white_noise({100}, 1), particles(s, {100}), 50);
    for (const double tolerance : {1e-3, 1e-7, 1e-11}) {
      const auto x = run(split(), tolerance, s, an::white_noise({100}, 1), particles(s, {100}), 50);
      CHECK(x.window == 200);
      CHECK(x.active < 150);
      CHECK(error(x, exact) < tolerance + rounding(50));
    }
  };
  check(sample(an::chain{200, an::boundary::periodic}, 6));
  check(sample<complex>(an::chain{200, an::boundary::periodic}, 6, complex(0.6, 0.8)));
}

TEST_CASE("mode_state: float stays below a tolerance it can keep, and in a window below one it cannot") {
  const auto s = sample<float>(an::chain{400}, 6);
  const auto start = particles<float>(s, {200});
  const an::white_noise noise({200}, 1);
  const auto exact = run(split(), 0, s, noise, start, 20);
  // Energies of 8 known to 1e-6 for a time of 20; measured 2e-5.
  for (const double tolerance : {1e-2, 1e-4, 1e-10}) {
    const auto x = run(split(), tolerance, s, noise, start, 20);
    CHECK(x.window < 300);
    CHECK(error(x, exact) < tolerance + 2e-4);
  }
}

TEST_CASE("mode_state: a bad tolerance is rejected, with the value") {
  for (const double bad : {-1.0, std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(an::split_propagator{.active_tolerance = bad}.check(), std::invalid_argument);
    CHECK_THROWS_AS(an::event_propagator{.active_tolerance = bad}.check(), std::invalid_argument);
  }
  CHECK_THROWS_WITH(an::split_propagator{.active_tolerance = -0.25}.check(),
                    "anderson: active_tolerance = -0.25; allowed: 0 <= active_tolerance < 1");
  CHECK_THROWS_AS(an::event_propagator{.active_tolerance = std::nan("")}.check(), std::invalid_argument);
}

TEST_CASE("mode_state: averages of displacement and density do not feel the window, L = 2000 [slow]") {
  const an::chain chain{2000};
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 4.0}},
                            an::white_noise{{chain.center()}, 1.0}, an::localized_excitation{chain.center()}};
  const an::observables which{an::rms_displacement{chain, chain.center()}, an::density_profile{}};
  const an::plan how_often{.disorder_realizations = 1, .noise_realizations = 3};
  const std::vector<double> times{1, 10, 100};
  const auto average = [&](double tolerance) {
    return an::average(physics, an::split_propagator{.dt = 0.1, .active_tolerance = tolerance}, times, which,
                       how_often);
  };
  const auto whole = average(0), window = average(1e-8);
  // n_i = |phi_i|^2 moves by up to 2e-8; R = |x phi| by up to 1e-8 times the radius of the window, below 256. Measured:
  // 3e-13 and 1e-12.
  CHECK((window.columns[0].mean - whole.columns[0].mean).abs().maxCoeff() < 256e-8);
  CHECK((window.columns[1].mean - whole.columns[1].mean).abs().maxCoeff() < 2e-8);
}

}  // namespace mode_state_test
