// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/realizations.hpp"
#include "support/slow_twin.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace an = anderson;

namespace split_test {

using support::largest;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;

constexpr an::index_t length = 20;
constexpr double dt = 0.125;  // multiples are exact

/// Random eigenvectors, levels of the width of a disordered chain's: the stepper needs no more of h.
template <class Scalar = double>
support::with_levels<Scalar> realization(an::index_t sites = length) {
  using real = an::real_of_t<Scalar>;
  return support::with_levels<Scalar>(support::random_matrix<double>(sites, 1, 2).cast<real>() * real(1.5));
}

/// Moves `start` on a path through the sites, by the stepper and by its twin; returns the largest difference.
template <class Scalar>
double twin_difference(const site_list& sites, an::index_t columns, int steps) {
  const auto sample = realization<Scalar>();
  const std::vector<double> phi = support::phases(static_cast<std::size_t>(steps) * sites.size());
  const orbitals start = support::random_orbitals(length, columns, 3);
  an::recorded_noise noise(sites, dt, phi);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::split_propagator{.dt = dt}.prepare(sample, noise).start(state(start));
  stepper.evolve(dt * steps, path);
  return largest(stepper.snapshot().orbitals() - support::strang(sample.dense(), sites, dt, phi, start));
}

using realization_type = support::with_levels<double>;
static_assert(an::propagator<an::split_propagator, realization_type, state, an::noise_path<an::white_noise>>);
static_assert(an::orbital_snapshot<an::trajectory_snapshot<an::split_stepper<realization_type>>>);

}  // namespace

// 40 steps of order-1 phases; every step rounds to some 1e-16: 1e-11 leaves room, a wrong kick gives 1e-1.

TEST_CASE("split_propagator: equals dense Strang steps in the site basis, any number of orbitals") {
  for (const an::index_t columns : {0, 1, 2, 15, 16, 17, 20}) {
    CAPTURE(columns);
    CHECK(twin_difference<double>({9}, columns, 40) < 1e-11);
  }
}

TEST_CASE("split_propagator: equals its twin for two and three noisy sites") {
  CHECK(twin_difference<double>({9, 0}, 10, 40) < 1e-11);
  CHECK(twin_difference<double>({4, 5, 19}, 17, 40) < 1e-11);
}

TEST_CASE("split_propagator: equals its twin for complex h, one and three noisy sites") {
  CHECK(twin_difference<complex>({9}, 10, 40) < 1e-11);
  CHECK(twin_difference<complex>({3, 0, 12}, 17, 40) < 1e-11);
}

TEST_CASE("split_propagator: one single step equals its twin") {
  CHECK(twin_difference<double>({9}, 10, 1) < 1e-13);
  CHECK(twin_difference<complex>({9}, 10, 1) < 1e-13);
  CHECK(twin_difference<complex>({9, 1}, 10, 1) < 1e-13);
}

TEST_CASE("split_propagator: any number of steps equals its twin, whole and short blocks") {
  for (const int steps : {2, 8, 10, 15, 16, 17, 31, 33}) {
    CAPTURE(steps);
    CHECK(twin_difference<double>({9}, 10, steps) < 1e-11);
    CHECK(twin_difference<complex>({9}, 10, steps) < 1e-11);
  }
}

TEST_CASE("split_propagator: one evolve of 5000 steps equals several, batches leave no seam") {
  const auto sample = realization(8);
  const std::vector<double> phi = support::phases(5000);
  const orbitals start = support::random_orbitals(8, 3, 4);
  an::noise_path whole(an::recorded_noise({3}, dt, phi), an::philox(1, {})), parts = whole;
  const auto prepared = an::split_propagator{.dt = dt}.prepare(sample, whole.noise());
  auto a = prepared.start(state(start)), b = a;
  a.evolve(5000 * dt, whole);
  for (const double t : {1 * dt, 2500 * dt, 2500 * dt, 4999 * dt, 5000 * dt}) {
    b.evolve(t, parts);
    CHECK(b.time() == t);
  }
  // 5000 steps of rounding errors 1e-16, which add up to at worst 5e-13 times a small factor
  CHECK(largest(a.snapshot().orbitals() - b.snapshot().orbitals()) < 1e-11);
  CHECK(largest(a.snapshot().orbitals() - support::strang(sample.dense(), {3}, dt, phi, start)) < 1e-11);
}

TEST_CASE("split_propagator: a time that is no multiple of dt is reached in equal shorter steps, exactly") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 4, 5);
  const double step = 0.3 / 3;  // 0.3 at dt = 0.12 is three steps
  an::recorded_noise noise({9}, step, {0.5, -1, 2});
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::split_propagator{.dt = 0.12}.prepare(sample, noise).start(state(start));
  stepper.evolve(0.3, path);
  CHECK(stepper.time() == 0.3);
  const std::vector<double> phi{0.5, -1, 2};
  CHECK(largest(stepper.snapshot().orbitals() - support::strang(sample.dense(), {9}, step, phi, start)) < 1e-12);
}

TEST_CASE("split_propagator: without noise the evolution is exp(-i h t) and the energy stays [invariant 7]") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 6, 6);
  an::white_noise noise({9}, 0.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::split_propagator{.dt = 0.1}.prepare(sample, noise).start(state(start));
  stepper.evolve(7.3, path);
  const auto now = stepper.snapshot();
  CHECK(largest(now.orbitals() - support::exponential(sample.dense(), 7.3).lazyProduct(start)) < 1e-12);
  CHECK(std::abs(now.energy() - now.initial_energy()) < 1e-12);
}

TEST_CASE("split_propagator: the energy from the eigenmodes is tr(C h) from the sites, with occupations") {
  const auto sample = realization<complex>();
  const orbitals start = support::random_orbitals(length, 3, 6);
  const an::vector_t<double> n{{1, 0.5, 0.25}};
  const auto energy_of = [&](const orbitals& phi) {
    const orbitals weighted = phi * n.cast<complex>().asDiagonal();
    return phi.adjoint().lazyProduct(sample.dense().lazyProduct(weighted)).trace().real();
  };
  an::white_noise noise({9}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::split_propagator{.dt = 0.1}.prepare(sample, noise).start(state(start, n));
  CHECK(std::abs(stepper.snapshot().energy() - energy_of(start)) < 1e-13);
  stepper.evolve(3, path);
  const auto now = stepper.snapshot();
  CHECK(std::abs(now.energy() - energy_of(now.orbitals())) < 1e-13);
  CHECK(std::abs(now.initial_energy() - energy_of(start)) < 1e-13);
  CHECK(std::abs(now.energy() - now.initial_energy()) > 1e-3);
  CHECK(now.occupations() == n);
  CHECK(now.time() == 3);
}

TEST_CASE("split_propagator: long paths stay orthonormal") {
  const auto sample = realization();
  an::white_noise noise({9}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper =
      an::split_propagator{.dt = 0.1}.prepare(sample, noise).start(state(support::random_orbitals(length, 10, 7)));
  stepper.evolve(2000, path);
  const orbitals phi = stepper.snapshot().orbitals();
  // 20000 steps, each rounding to a few 1e-16: invariant 1 allows eps times steps.
  CHECK(largest(phi.adjoint().lazyProduct(phi) - orbitals::Identity(10, 10)) < 2e-11);
}

TEST_CASE("split_propagator: trajectories of one realization are independent of each other") {
  const auto sample = realization();
  an::white_noise noise({9}, 1.0);
  const auto prepared = an::split_propagator{.dt = 0.1}.prepare(sample, noise);
  const state start(support::random_orbitals(length, 5, 8));
  const auto run = [&](auto& stepper, an::index_t trajectory, double until) {
    an::noise_path path(noise, an::philox(1, {an::purpose::noise, 0, trajectory}));
    stepper.evolve(until, path);
  };
  auto alone = prepared.start(start);
  run(alone, 0, 3);
  auto a = prepared.start(start), b = prepared.start(start);
  run(b, 1, 5);
  run(a, 0, 3);
  CHECK(a.snapshot().orbitals() == alone.snapshot().orbitals());
  CHECK(largest(a.snapshot().orbitals() - b.snapshot().orbitals()) > 0.01);
}

TEST_CASE("split_propagator: several trajectories together are each alone, one and two noisy sites") {
  const auto sample = realization();
  const std::vector<an::index_t> columns{3, 0, 7, 1, 1, 20};
  for (const site_list& sites : {site_list{9}, site_list{9, 2}}) {
    CAPTURE(sites.size());
    std::vector<state> starts;
    const an::white_noise noise(sites, 1.0);
    std::vector<an::noise_path<an::white_noise>> paths;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      starts.emplace_back(support::random_orbitals(length, columns[k], 10 + k),
                          an::vector_t<double>::Constant(columns[k], 1 / (1.0 + static_cast<double>(k))));
      paths.emplace_back(noise, an::philox(1, {an::purpose::noise, 0, static_cast<an::index_t>(k)}));
    }
    auto same = paths;
    const auto prepared = an::split_propagator{.dt = 0.1}.prepare(sample, noise);
    auto together = prepared.start(std::span<const state>(starts));
    CHECK(together.trajectories() == 6);
    CHECK(together.active_modes() <= length);
    for (const double until : {0.1, 3.7, 10.0}) together.evolve(until, std::span(paths));
    for (std::size_t k = 0; k < columns.size(); ++k) {
      CAPTURE(k);
      auto alone = prepared.start(starts[k]);
      for (const double until : {0.1, 3.7, 10.0}) alone.evolve(until, same[k]);
      const auto one = alone.snapshot(), among = together.snapshot(static_cast<an::index_t>(k));
      CHECK(among.time() == 10);
      CHECK(among.orbitals().cols() == columns[k]);
      CHECK(largest(among.orbitals() - one.orbitals()) < 1e-13);
      CHECK(among.occupations() == starts[k].occupations());
      CHECK(std::abs(among.energy() - one.energy()) < 1e-13);
      CHECK(std::abs(among.initial_energy() - one.initial_energy()) < 1e-13);
      if (columns[k] > 0) CHECK(largest(among.orbitals() - starts[k].orbitals()) > 0.01);
    }
  }
}

TEST_CASE("split_propagator: float follows double to its rounding") {
  const auto narrow = realization<float>();
  const auto wide = realization();
  const std::vector<double> phi = support::phases(40);
  const orbitals start = support::random_orbitals(length, 5, 9);
  an::noise_path a(an::recorded_noise({9}, dt, phi), an::philox(1, {})), b = a;
  auto single = an::split_propagator{.dt = dt}
                    .prepare(narrow, a.noise())
                    .start(an::gaussian_state<float>(an::orbitals_t<float>(start.cast<std::complex<float>>())));
  auto twice = an::split_propagator{.dt = dt}.prepare(wide, b.noise()).start(state(start));
  single.evolve(40 * dt, a);
  twice.evolve(40 * dt, b);
  CHECK(largest(single.snapshot().orbitals().cast<complex>() - twice.snapshot().orbitals()) < 1e-5);
  CHECK(std::abs(single.energy() - twice.energy()) < 1e-4);
}

TEST_CASE("split_propagator: going back, bad dt and sites outside are rejected, with the value") {
  const auto sample = realization();
  an::white_noise noise({9}, 1.0), outside({length}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::split_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
  stepper.evolve(1, path);
  CHECK_THROWS_WITH_AS(stepper.evolve(0.5, path), doctest::Contains("time to evolve to = 0.5"), std::invalid_argument);
  CHECK(stepper.time() == 1);
  for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_WITH_AS(an::split_propagator{.active_tolerance = bad}.check(),
                         doctest::Contains("active_tolerance = "), std::invalid_argument);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_WITH_AS(an::split_propagator{.dt = bad}.check(), doctest::Contains("dt = "), std::invalid_argument);
    CHECK_THROWS_AS(an::split_propagator{.dt = bad}.prepare(sample, noise), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(an::split_propagator{}.prepare(sample, outside), doctest::Contains("noisy site = 20"),
                       std::invalid_argument);
}

TEST_CASE("split_propagator: as many noise paths as trajectories, at least one") {
  const auto sample = realization<double>();
  an::white_noise noise({2}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  const auto prepared = an::split_propagator{}.prepare(sample, noise);
  const an::gaussian_state<double> start(support::random_orbitals(length, 2, 1));
  auto eight = prepared.start(start, 8);
  CHECK_THROWS_WITH_AS(eight.evolve(0.8, path), doctest::Contains("one for each of 8 trajectories"),
                       std::invalid_argument);
  CHECK(eight.time() == 0);
  CHECK_THROWS_WITH_AS(prepared.start(start, 0), doctest::Contains("number of trajectories = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(prepared.start(std::span<const an::gaussian_state<double>>()),
                       doctest::Contains("number of trajectories = 0"), std::invalid_argument);
}

// Every step rounds to some eps; phases of 1e300 must not add to that. Measured: below 5e-13, and 5e-4 in float.

TEST_CASE_TEMPLATE("split_propagator: 1000 steps are unitary to rounding for every dt from 1e-3 to 1e300", Real, double,
                   float) {
  constexpr bool narrow = std::is_same_v<Real, float>;
  for (const an::index_t sites : {2, 5, 12, 40})
    for (const site_list& noisy : {site_list{(sites - 1) / 2}, site_list{0, sites - 1}})
      for (int decade = -3; decade <= (narrow ? 30 : 300); decade += decade < 20 ? 2 : 10) {
        CAPTURE(sites);
        CAPTURE(noisy.size());
        CAPTURE(decade);
        const double step = std::pow(10.0, decade);
        const an::index_t particles = sites / 2;
        an::white_noise noise(noisy, 1.0);
        an::noise_path path(noise, an::philox(6, {}));
        auto stepper = an::split_propagator{.dt = step}
                           .prepare(realization<Real>(sites), noise)
                           .start(an::gaussian_state<Real>(an::orbitals_t<Real>::Identity(sites, particles)));
        stepper.evolve(1000 * step, path);
        const an::orbitals_t<Real>& x = stepper.orbitals();
        const auto n = static_cast<double>(x.squaredNorm()) - static_cast<double>(particles);
        CHECK(std::abs(n) < 1e4 * std::numeric_limits<Real>::epsilon() * static_cast<double>(particles));
        CHECK(largest(x.adjoint().lazyProduct(x) - an::orbitals_t<Real>::Identity(particles, particles)) <
              1e4 * std::numeric_limits<Real>::epsilon());
      }
}

TEST_CASE("split_propagator: a step so long that phases are not finite is refused") {
  an::white_noise noise({9}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  const auto evolve = [&](const auto& sample, double until) {
    auto stepper = an::split_propagator{.dt = until}
                       .prepare(sample, noise)
                       .start(an::gaussian_state<an::real_of_t<typename std::decay_t<decltype(sample)>::scalar_type>>(
                           an::orbitals_t<typename std::decay_t<decltype(sample)>::real_type>::Identity(length, 1)));
    stepper.evolve(until, path);
  };
  CHECK_NOTHROW(evolve(realization(), 1e300));
  CHECK_THROWS_AS(evolve(realization(), 1e307), std::invalid_argument);
  CHECK_NOTHROW(evolve(realization<float>(), 1e34));
  CHECK_THROWS_AS(evolve(realization<float>(), 1e40), std::invalid_argument);
}

TEST_CASE("split_propagator: long steps are those of the twin in long double, up to the rounding of E dt") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 4, 5);
  const auto steps = 20;
  for (const double step : {64.0, 4096.0}) {
    CAPTURE(step);
    const std::vector<double> phi = support::phases(steps);
    an::recorded_noise noise({9}, step, phi);
    an::noise_path path(noise, an::philox(1, {}));
    auto stepper = an::split_propagator{.dt = step}.prepare(sample, noise).start(state(start));
    stepper.evolve(step * steps, path);
    // energies up to 4, of a matrix that is itself known to some eps: eps E t, t = 20 steps, times a few
    CHECK(largest(stepper.orbitals() - support::strang(sample.dense(), {9}, step, phi, start)) <
          1e-15 * 40 * step * steps);
  }
}

}  // namespace split_test
