// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/realizations.hpp"
#include "support/slow_twin.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace event_test {

using support::largest;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;
using event_list = std::vector<an::noise_event>;

constexpr an::index_t length = 20;

/// Random eigenvectors, levels of the width of a disordered chain's: the stepper needs no more of h.
template <class Scalar = double>
support::with_levels<Scalar> realization(an::index_t sites = length) {
  using real = an::real_of_t<Scalar>;
  return support::with_levels<Scalar>(support::random_matrix<double>(sites, 1, 2).cast<real>() * real(1.5));
}

/// Kicks with angles of order 1 on random sites; waiting times are multiples of 1/16, so that times are exact.
event_list random_events(int count, an::index_t sites, std::uint64_t seed = 1) {
  an::philox rng(seed, {});
  event_list out;
  for (int k = 0; k < count; ++k) {
    const double wait = std::round(16 * an::exponential(rng)) / 16, angle = 2 * an::normal(rng);
    out.push_back({wait, an::uniform_index(rng, sites), angle});
  }
  return out;
}

double duration_of(const event_list& events) {
  double sum = 0;
  for (const auto& e : events) sum += e.wait;
  return sum;
}

/// In the site basis: exp(-i h wait), then the phase e^{-i angle} on the row of the site.
template <class Scalar>
orbitals twin(const an::matrix_t<Scalar>& h, const site_list& sites, const event_list& events, double until,
              orbitals x) {
  double now = 0;
  for (const auto& e : events) {
    if (now + e.wait > until) break;
    if (e.wait > 0) x = support::exponential(h, e.wait).lazyProduct(x).eval();
    x.row(sites[static_cast<std::size_t>(e.site)]) *= std::polar(1.0, -e.angle);
    now += e.wait;
  }
  return support::exponential(h, until - now).lazyProduct(x);
}

/// The orbitals after a path, looked at on the way at the times of `cuts`.
template <class Realization>
orbitals moved(const Realization& sample, const site_list& sites, const event_list& events, const orbitals& start,
               double until, const std::vector<double>& cuts = {}) {
  an::recorded_kicks noise(sites, events);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(start));
  for (const double t : cuts) {
    stepper.evolve(t, path);
    CHECK(stepper.time() == t);
  }
  stepper.evolve(until, path);
  return stepper.snapshot().orbitals();
}

template <class Scalar>
double twin_difference(const site_list& sites, an::index_t columns, int kicks) {
  const auto sample = realization<Scalar>();
  const event_list events = random_events(kicks, std::ssize(sites));
  const orbitals start = support::random_orbitals(length, columns, 3);
  const double until = duration_of(events) + 0.3;
  return largest(moved(sample, sites, events, start, until) - twin(sample.dense(), sites, events, until, start));
}

using realization_type = support::with_levels<double>;
static_assert(an::propagator<an::event_propagator, realization_type, state, an::noise_path<an::reflections>>);
static_assert(an::propagator<an::event_propagator, realization_type, state, an::noise_path<an::recorded_kicks>>);
static_assert(!an::propagator<an::event_propagator, realization_type, state, an::noise_path<an::white_noise>>);
static_assert(an::orbital_snapshot<an::trajectory_snapshot<an::event_stepper<realization_type>>>);

/// A noise with one event, whatever it is, over and over.
struct repeated {
  site_list sites;
  an::noise_event event;
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  an::noise_event next_event(double /*t*/, auto& /*rng*/) { return event; }
};
static_assert(an::event_noise<repeated>);

/// Kicks at the times 1, 2, 3, ..., from the time it is told.
struct clockwork {
  site_list sites{9};
  std::vector<double> asked = {};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) { asked.clear(); }
  an::noise_event next_event(double t, auto& /*rng*/) {
    asked.push_back(t);
    return {std::floor(t) + 1 - t, 0, 0.8};
  }
};

}  // namespace

// 40 kicks and flights; each rounds to some 1e-16, and a flight of length t to |E| t 1e-16: 1e-11 leaves room, a wrong
// kick gives 1e-1.

TEST_CASE("event_propagator: equals dense flights and kicks in the site basis, any number of orbitals") {
  for (const an::index_t columns : {0, 1, 2, 7, 8, 9, 20}) {
    CAPTURE(columns);
    CHECK(twin_difference<double>({9}, columns, 40) < 1e-11);
  }
}

TEST_CASE("event_propagator: equals its twin for two and three noisy sites") {
  CHECK(twin_difference<double>({9, 0}, 10, 40) < 1e-11);
  CHECK(twin_difference<double>({4, 5, 19}, 17, 40) < 1e-11);
}

TEST_CASE("event_propagator: equals its twin for complex h, one to three noisy sites") {
  CHECK(twin_difference<complex>({9}, 10, 40) < 1e-11);
  CHECK(twin_difference<complex>({9, 1}, 3, 40) < 1e-11);
  CHECK(twin_difference<complex>({3, 0, 12}, 17, 40) < 1e-11);
}

TEST_CASE("event_propagator: any number of kicks, around the sixteen of a batch") {
  for (const int kicks : {0, 1, 2, 15, 16, 17, 31, 32, 33}) {
    CAPTURE(kicks);
    CHECK(twin_difference<double>({9, 2}, 5, kicks) < 1e-11);
  }
}

TEST_CASE("event_propagator: evolve leaves no seam, wherever it is cut") {
  const auto sample = realization();
  const event_list events = random_events(50, 2, 4);
  const double until = duration_of(events) + 1;
  const orbitals start = support::random_orbitals(length, 5, 4);
  const orbitals whole = moved(sample, {9, 3}, events, start, until);
  CHECK(largest(whole - twin(sample.dense(), {9, 3}, events, until, start)) < 1e-11);
  std::vector<double> fine, at_kicks;
  for (int k = 1; k < 1000; ++k) fine.push_back(until * k / 1000);
  double now = 0;
  for (const auto& e : events) at_kicks.insert(at_kicks.end(), 2, now += e.wait);  // each twice
  for (const auto& cuts : {fine, at_kicks, std::vector<double>{0, 0, 0.01, until, until}})
    CHECK(largest(moved(sample, {9, 3}, events, start, until, cuts) - whole) < 1e-11);
}

TEST_CASE("event_propagator: a kick at the time that is asked for is done, the next one is not") {
  const auto sample = realization();
  const event_list events{{0.5, 0, 1.0}, {0.25, 0, 2.0}, {0.0, 0, 0.5}, {1.0, 0, 1.5}};
  const orbitals start = support::random_orbitals(length, 3, 5);
  an::recorded_kicks noise({9}, events);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(start));
  const auto step = [&](double until, an::index_t kicks) {
    stepper.evolve(until, path);
    CHECK(stepper.events() == kicks);
    CHECK(largest(stepper.snapshot().orbitals() - twin(sample.dense(), {9}, events, until, start)) < 1e-13);
  };
  step(0, 0);
  step(0.25, 0);
  step(0.5, 1);
  step(0.5, 1);
  step(0.7, 1);
  step(0.75, 3);
  step(1.7, 3);
  step(1.75, 4);
  step(100, 4);
}

TEST_CASE("event_propagator: kicks at the same instant, on one site and on two") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 4, 6);
  const event_list one_by_one{{0.5, 0, 1.0}, {0, 0, 0.75}, {0, 1, -2.0}, {1, 0, 0.5}};
  const event_list together{{0.5, 0, 1.75}, {0, 1, -2.0}, {1, 0, 0.5}};
  const event_list swapped{{0.5, 1, -2.0}, {0, 0, 1.75}, {1, 0, 0.5}};
  const orbitals expected = twin(sample.dense(), {9, 3}, one_by_one, 2, start);
  for (const auto& events : {one_by_one, together, swapped})
    CHECK(largest(moved(sample, {9, 3}, events, start, 2) - expected) < 1e-13);
  // A kick at the start, and one that is undone.
  const event_list at_once{{0, 0, 1.0}, {0, 1, 2.0}, {0, 1, -2.0}};
  CHECK(largest(moved(sample, {9, 3}, at_once, start, 2) - twin(sample.dense(), {9}, {{0, 0, 1.0}}, 2, start)) < 1e-13);
}

TEST_CASE("event_propagator: kicks at time 0 come before an output there") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 4, 6);
  for (const int kicks : {1, 2, 15, 16, 17, 40}) {
    CAPTURE(kicks);
    event_list events(static_cast<std::size_t>(kicks), an::noise_event{0, 0, 0.3});
    events.push_back({0.5, 0, 1.0});
    an::recorded_kicks noise({9}, events);
    an::noise_path path(noise, an::philox(1, {}));
    auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(start));
    for (int twice = 0; twice < 2; ++twice) {
      stepper.evolve(0, path);
      CHECK(stepper.events() == kicks);
      CHECK(largest(stepper.snapshot().orbitals() - twin(sample.dense(), {9}, events, 0, start)) < 1e-13);
    }
    stepper.evolve(2, path);
    CHECK(stepper.events() == kicks + 1);
    CHECK(largest(stepper.snapshot().orbitals() - twin(sample.dense(), {9}, events, 2, start)) < 1e-13);
  }
}

TEST_CASE("event_propagator: a noise that lets no time pass ends in a message, a million kicks at once do not [slow]") {
  const auto sample = realization();
  const auto stepper_of = [&](const auto& noise) {
    return an::event_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 1, 1)));
  };
  const auto path_of = [](auto noise) { return an::noise_path(noise, an::philox(1, {})); };
  auto stuck = path_of(repeated{{9, 3}, {0, 0, 1e-3}});
  auto stepper = stepper_of(stuck.noise());
  CHECK_THROWS_WITH_AS(stepper.evolve(1, stuck), doctest::Contains("waiting time of a noise event = 0; allowed: long"),
                       std::invalid_argument);
  event_list late(1000002, an::noise_event{1e-30, 0, 1e-3});
  late[0].wait = 0.75;  // 0.75 + 1e-30 is 0.75
  auto slow = path_of(an::recorded_kicks({9, 3}, late));
  auto other = stepper_of(slow.noise());
  CHECK_THROWS_WITH_AS(other.evolve(3, slow), doctest::Contains("which stands at 0.75 since 1e6 events"),
                       std::invalid_argument);
  auto many = path_of(an::recorded_kicks({9, 3}, event_list(1000000, an::noise_event{0, 0, 1e-6})));
  auto moved_once = stepper_of(many.noise());
  moved_once.evolve(0, many);
  CHECK(moved_once.events() == 1000000);
}

TEST_CASE("event_propagator: without kicks the evolution is exp(-i h t) and the energy stays [invariant 7]") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 6, 6);
  an::reflections noise({9}, 0.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(start));
  for (const double t : {0.1, 2.0, 7.3}) {
    stepper.evolve(t, path);
    const auto now = stepper.snapshot();
    CHECK(largest(now.orbitals() - support::exponential(sample.dense(), t).lazyProduct(start)) < 1e-13);
    CHECK(std::abs(now.energy() - now.initial_energy()) < 1e-13);
  }
  CHECK(stepper.events() == 0);
}

TEST_CASE("event_propagator: the energy from the eigenmodes is tr(C h) from the sites, with occupations") {
  const auto sample = realization<complex>();
  const orbitals start = support::random_orbitals(length, 3, 6);
  const an::vector_t<double> n{{1, 0.5, 0.25}};
  const auto energy_of = [&](const orbitals& phi) {
    const orbitals weighted = phi * n.cast<complex>().asDiagonal();
    return phi.adjoint().lazyProduct(sample.dense().lazyProduct(weighted)).trace().real();
  };
  an::kicks noise({9}, 1.0, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(start, n));
  CHECK(std::abs(stepper.snapshot().energy() - energy_of(start)) < 1e-13);
  stepper.evolve(30, path);
  const auto now = stepper.snapshot();
  CHECK(std::abs(now.energy() - energy_of(now.orbitals())) < 1e-13);
  CHECK(std::abs(now.initial_energy() - energy_of(start)) < 1e-13);
  CHECK(std::abs(now.energy() - now.initial_energy()) > 1e-3);
  CHECK(now.occupations() == n);
  CHECK(now.time() == 30);
  CHECK(largest(now.densities() - now.orbitals().cwiseAbs2() * n) < 1e-14);
}

TEST_CASE("event_propagator: events() counts the kicks of the noise up to the present time") {
  const auto sample = realization(4);
  an::reflections noise({1, 2}, 3.0);
  an::philox same(5, {});
  an::noise_path path(noise, same);
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(4, 2, 1)));
  an::index_t expected = 0;
  double next = noise.next_event(0, same).wait;
  for (const double t : {0.5, 1.0, 40.0, 40.0, 41.0}) {
    for (; next <= t; next += noise.next_event(next, same).wait) ++expected;
    stepper.evolve(t, path);
    CHECK(stepper.events() == expected);
  }
  CHECK(expected > 16);
}

TEST_CASE("event_propagator: the noise is asked once per kick, with the time of the last one") {
  const auto sample = realization();
  const orbitals start = support::random_orbitals(length, 3, 7);
  const clockwork noise;
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(start));
  for (const double t : {0.25, 0.75, 1.5, 3.0, 3.5, 20.5}) stepper.evolve(t, path);
  std::vector<double> whole;
  for (int k = 0; k <= 20; ++k) whole.push_back(k);  // the one at 21 is known, not yet reached
  CHECK(path.noise().asked == whole);
  CHECK(stepper.events() == 20);
  const event_list events(30, an::noise_event{1, 0, 0.8});
  CHECK(largest(stepper.snapshot().orbitals() - twin(sample.dense(), {9}, events, 20.5, start)) < 1e-12);
}

TEST_CASE("event_propagator: 100000 kicks leave the orbitals orthonormal") {
  const auto sample = realization();
  an::kicks noise({9}, 1.0, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 10, 7)));
  stepper.evolve(1e5 / noise.rate(), path);
  CHECK(stepper.events() > 98000);  // 6 standard deviations
  const orbitals phi = stepper.snapshot().orbitals();
  // Each kick and flight rounds to a few 1e-16: invariant 1 allows eps times kicks.
  const double deviation = largest(phi.adjoint().lazyProduct(phi) - orbitals::Identity(10, 10));
  MESSAGE(stepper.events() << " kicks: " << deviation);
  CHECK(deviation < 2e-11);
}

TEST_CASE("event_propagator: trajectories of one realization are independent of each other") {
  const auto sample = realization();
  const an::reflections noise({9}, 4.0);
  const auto prepared = an::event_propagator{}.prepare(sample, noise);
  const state start(support::random_orbitals(length, 5, 8));
  struct trajectory {
    an::event_stepper<realization_type> stepper;
    an::noise_path<an::reflections> path;
    void to(double until) { stepper.evolve(until, path); }
  };
  const auto make = [&](an::index_t k) {
    return trajectory{prepared.start(start), {noise, an::philox(1, {an::purpose::noise, 0, k})}};
  };
  auto alone = make(0), a = make(0), b = make(1);
  for (const double t : {3.0, 11.0, 30.0}) alone.to(t);
  for (const double t : {3.0, 11.0, 30.0}) {
    b.to(t / 2);
    a.to(t);
    b.to(t);
  }
  CHECK(a.stepper.snapshot().orbitals() == alone.stepper.snapshot().orbitals());
  CHECK(largest(a.stepper.snapshot().orbitals() - b.stepper.snapshot().orbitals()) > 0.01);
  auto copy = a;  // in the middle of a path, the next kick already drawn
  copy.to(60);
  a.to(60);
  CHECK(a.stepper.snapshot().orbitals() == copy.stepper.snapshot().orbitals());
}

TEST_CASE("event_propagator: float follows double to its rounding") {
  const auto narrow = realization<float>();
  const auto wide = realization();
  const event_list events = random_events(40, 2);
  const orbitals start = support::random_orbitals(length, 5, 9);
  const an::recorded_kicks noise({9, 2}, events);
  an::noise_path a(noise, an::philox(1, {})), b = a;
  auto single = an::event_propagator{}
                    .prepare(narrow, noise)
                    .start(an::gaussian_state<float>(an::orbitals_t<float>(start.cast<std::complex<float>>())));
  auto twice = an::event_propagator{}.prepare(wide, noise).start(state(start));
  single.evolve(40, a);
  twice.evolve(40, b);
  // Levels up to 3, flights up to 40 in all, rounded to 6e-8
  CHECK(largest(single.snapshot().orbitals().cast<complex>() - twice.snapshot().orbitals()) < 1e-4);
  CHECK(std::abs(single.energy() - twice.energy()) < 1e-3);
}

TEST_CASE("event_propagator: long double keeps its own precision") {
  const auto wide = realization<long double>(8);
  an::recorded_kicks noise({3}, random_events(200, 1));
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::event_propagator{}
                     .prepare(wide, noise)
                     .start(an::gaussian_state<long double>(support::random_orbitals<long double>(8, 3, 9)));
  stepper.evolve(150, path);
  const an::orbitals_t<long double> phi = stepper.snapshot().orbitals();
  // 200 kicks that round to 1e-19; in double they would leave 1e-15
  CHECK(largest(phi.adjoint().lazyProduct(phi) - an::orbitals_t<long double>::Identity(3, 3)) < 1e-16L);
}

// Modes wake and windows widen between batches, when a kick is due: its amplitude is of the old modes, and it is given
// to the new ones.
TEST_CASE("event_propagator: resting modes and windows keep the orbitals within active_tolerance") {
  an::philox disorder(3, {});
  const an::chain chain{700};
  const an::disorder_realization sample{an::anderson_model{chain, {.hopping = 1.0, .disorder = 1.5}}.draw(disorder)};
  const an::index_t center = chain.center();
  orbitals start = orbitals::Zero(700, 2);
  start(center, 0) = start(center - 3, 1) = 1;
  const auto run = [&](double tolerance, double until, an::index_t& active) {
    an::kicks noise({center, center + 5}, 1.0, 2.0);
    an::noise_path path(noise, an::philox(6, {}));
    auto stepper = an::event_propagator{.active_tolerance = tolerance}.prepare(sample, noise).start(state(start));
    stepper.evolve(until, path);
    active = stepper.active_modes();
    return stepper.snapshot().orbitals();
  };
  for (const double until : {5.0, 300.0}) {
    an::index_t all = 0, few = 0;
    const orbitals exact = run(0, until, all);
    CHECK(all == 700);
    for (const double tolerance : {1e-3, 1e-6, 1e-10}) {
      const orbitals x = run(tolerance, until, few);
      const double error = (x - exact).colwise().norm().maxCoeff();
      MESSAGE("t = " << until << ", tolerance " << tolerance << ": " << few << " modes, error " << error);
      CHECK(error < tolerance + 1e-12);
      CHECK(few < 400);
    }
  }
}

TEST_CASE("event_propagator: going back, bad options and other sites are rejected, with the value") {
  const auto sample = realization();
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  an::reflections noise({9}, 1.0), outside({length}, 1.0), other({9, 3}, 1.0);
  an::noise_path path(noise, an::philox(1, {})), late = path;
  an::noise_path elsewhere(other, an::philox(1, {}));
  auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
  stepper.evolve(1, path);
  for (const double bad : {0.5, nan, infinity})
    CHECK_THROWS_WITH_AS(stepper.evolve(bad, path), doctest::Contains("time to evolve to = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(stepper.evolve(2, elsewhere), doctest::Contains("sites of the noise = {9, 3}"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(stepper.evolve(2, late), "anderson: time of the noise path = 0; allowed: that of the stepper, 1",
                       std::invalid_argument);
  CHECK(stepper.time() == 1);
  for (const double bad : {-1e-3, nan, infinity}) {
    CHECK_THROWS_WITH_AS(an::event_propagator{.active_tolerance = bad}.check(),
                         doctest::Contains("active_tolerance = "), std::invalid_argument);
    CHECK_THROWS_AS(an::event_propagator{.active_tolerance = bad}.prepare(sample, noise), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(an::event_propagator{}.prepare(sample, outside), doctest::Contains("noisy site = 20"),
                       std::invalid_argument);
}

TEST_CASE("event_propagator: bad events of a noise are rejected, with the value, as often as one tries") {
  const auto sample = realization();
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto rejects = [&](an::noise_event event, const char* text) {
    repeated noise{{9, 3}, event};
    an::noise_path path(noise, an::philox(1, {}));
    auto stepper = an::event_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
    for (int attempt = 0; attempt < 2; ++attempt)
      CHECK_THROWS_WITH_AS(stepper.evolve(1, path), doctest::Contains(text), std::invalid_argument);
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

}  // namespace event_test
