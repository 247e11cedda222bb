// SPDX-License-Identifier: MIT
// What both propagators obey that move the state in eigenmodes, by Strang steps and from kick to kick; then what only
// one of them does.
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/distributions.hpp>
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

namespace split_and_event_test {

using support::largest;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;
using event_list = std::vector<an::noise_event>;

constexpr an::index_t length = 20;
constexpr double dt = 0.125;  // multiples are exact
constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

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
orbitals event_twin(const an::matrix_t<Scalar>& h, const site_list& sites, const event_list& events, double until,
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

/// What the laws need to know of a method: a path of some kicks with angles of order 1, its end and its twin; a noise.
struct strang_steps {
  using method = an::split_propagator;
  static constexpr method how{.dt = dt};
  static an::recorded_noise path(const site_list& sites, int kicks) {
    return {sites, dt, support::phases(static_cast<std::size_t>(kicks) * sites.size())};
  }
  static double until(const site_list& /*sites*/, int kicks) { return dt * kicks; }
  template <class Scalar>
  static orbitals twin(const an::matrix_t<Scalar>& h, const site_list& sites, int kicks, const orbitals& start) {
    return support::strang(h, sites, dt, support::phases(static_cast<std::size_t>(kicks) * sites.size()), start);
  }
  static an::white_noise noise(const site_list& sites, double gamma) { return {sites, gamma}; }
  static constexpr double rounding = 1e-12, float_error = 1e-5;  // of some 70 steps; of 40 in float
  static constexpr double long_time = 2500;                      // 20000 steps
};
struct kick_to_kick {
  using method = an::event_propagator;
  static constexpr method how{};
  static an::recorded_kicks path(const site_list& sites, int kicks) {
    return {sites, random_events(kicks, std::ssize(sites))};
  }
  static double until(const site_list& sites, int kicks) {
    return duration_of(random_events(kicks, std::ssize(sites))) + 0.3;
  }
  template <class Scalar>
  static orbitals twin(const an::matrix_t<Scalar>& h, const site_list& sites, int kicks, const orbitals& start) {
    return event_twin(h, sites, random_events(kicks, std::ssize(sites)), until(sites, kicks), start);
  }
  static an::kicks noise(const site_list& sites, double gamma) { return {sites, gamma, 1.0}; }
  static constexpr double rounding = 1e-13, float_error = 1e-4;      // of a flight; of 40 kicks in float
  static constexpr double long_time = 1e5 * 2 * 0.4596976941318602;  // 1e5 kicks of rate 1 / (2 (1 - cos 1))
};

template <class Noise>
auto path_of(const Noise& noise, an::index_t trajectory = 0) {
  return an::noise_path(noise, an::philox(1, {an::purpose::noise, 0, trajectory}));
}

using realization_type = support::with_levels<double>;
template <class Method, class Noise>
constexpr bool fits = an::propagator<Method, realization_type, state, an::noise_path<Noise>>;
static_assert(fits<an::split_propagator, an::white_noise> && !fits<an::split_propagator, an::reflections>);
static_assert(fits<an::event_propagator, an::reflections> && fits<an::event_propagator, an::recorded_kicks>);
static_assert(!fits<an::event_propagator, an::white_noise>);
static_assert(an::orbital_snapshot<an::trajectory_snapshot<an::split_stepper<realization_type>>>);
static_assert(an::orbital_snapshot<an::trajectory_snapshot<an::event_stepper<realization_type>>>);

}  // namespace

// 40 kicks and flights; each rounds to some 1e-16, and a flight of length t to |E| t 1e-16: 1e-11 leaves room, a wrong
// kick gives 1e-1.

TEST_CASE_TEMPLATE_DEFINE("split and event propagators: laws of both", Method, laws) {
  const auto how = Method::how;
  const auto twin_difference = [&](const auto& sample, const site_list& sites, an::index_t columns, int kicks) {
    const orbitals start = support::random_orbitals(length, columns, 3);
    const auto noise = Method::path(sites, kicks);
    auto path = path_of(noise);
    auto stepper = how.prepare(sample, noise).start(state(start));
    stepper.evolve(Method::until(sites, kicks), path);
    return largest(stepper.snapshot().orbitals() - Method::twin(sample.dense(), sites, kicks, start));
  };

  SUBCASE("equals the twin in the site basis, any number of orbitals") {
    const auto sample = realization();
    for (const an::index_t columns : {0, 1, 2, 7, 8, 9, 15, 16, 17, 20}) {
      CAPTURE(columns);
      CHECK(twin_difference(sample, {9}, columns, 40) < 1e-11);
    }
  }
  SUBCASE("equals its twin for two and three noisy sites") {
    const auto sample = realization();
    CHECK(twin_difference(sample, {9, 0}, 10, 40) < 1e-11);
    CHECK(twin_difference(sample, {4, 5, 19}, 17, 40) < 1e-11);
  }
  SUBCASE("equals its twin for complex h, one to three noisy sites") {
    const auto sample = realization<complex>();
    CHECK(twin_difference(sample, {9}, 10, 40) < 1e-11);
    CHECK(twin_difference(sample, {9, 1}, 3, 40) < 1e-11);
    CHECK(twin_difference(sample, {3, 0, 12}, 17, 40) < 1e-11);
  }
  SUBCASE("one single kick equals its twin") {
    CHECK(twin_difference(realization(), {9}, 10, 1) < 1e-13);
    CHECK(twin_difference(realization<complex>(), {9}, 10, 1) < 1e-13);
    CHECK(twin_difference(realization<complex>(), {9, 1}, 10, 1) < 1e-13);
  }
  SUBCASE("any number of kicks equals its twin, around the sixteen of a block or batch") {
    for (const int kicks : {0, 1, 2, 8, 10, 15, 16, 17, 31, 32, 33}) {
      CAPTURE(kicks);
      CHECK(twin_difference(realization(), {9}, 10, kicks) < 1e-11);
      CHECK(twin_difference(realization(), {9, 2}, 5, kicks) < 1e-11);
      CHECK(twin_difference(realization<complex>(), {9}, 10, kicks) < 1e-11);
    }
  }
  SUBCASE("without kicks the evolution is exp(-i h t) and the energy stays [invariant 7]") {
    const auto sample = realization();
    const orbitals start = support::random_orbitals(length, 6, 6);
    const auto noise = Method::noise({9}, 0.0);
    auto path = path_of(noise);
    auto stepper = how.prepare(sample, noise).start(state(start));
    for (const double t : {0.1, 2.0, 7.3}) {
      stepper.evolve(t, path);
      const auto now = stepper.snapshot();
      CHECK(largest(now.orbitals() - support::exponential(sample.dense(), t).lazyProduct(start)) < Method::rounding);
      CHECK(std::abs(now.energy() - now.initial_energy()) < Method::rounding);
    }
    if constexpr (requires { stepper.events(); }) CHECK(stepper.events() == 0);
  }
  SUBCASE("the energy from the eigenmodes is tr(C h) from the sites, with occupations") {
    const auto sample = realization<complex>();
    const orbitals start = support::random_orbitals(length, 3, 6);
    const an::vector_t<double> n{{1, 0.5, 0.25}};
    const auto energy_of = [&](const orbitals& phi) {
      const orbitals weighted = phi * n.cast<complex>().asDiagonal();
      return phi.adjoint().lazyProduct(sample.dense().lazyProduct(weighted)).trace().real();
    };
    const auto noise = Method::noise({9}, 1.0);
    auto path = path_of(noise);
    auto stepper = how.prepare(sample, noise).start(state(start, n));
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
  SUBCASE("20000 steps or 100000 kicks leave the orbitals orthonormal") {
    const auto noise = Method::noise({9}, 1.0);
    auto path = path_of(noise);
    auto stepper = how.prepare(realization(), noise).start(state(support::random_orbitals(length, 10, 7)));
    stepper.evolve(Method::long_time, path);
    if constexpr (requires { stepper.events(); }) CHECK(stepper.events() > 98000);  // 6 standard deviations
    const orbitals phi = stepper.snapshot().orbitals();
    // Each kick and flight rounds to a few 1e-16: invariant 1 allows eps times kicks.
    const double deviation = largest(phi.adjoint().lazyProduct(phi) - orbitals::Identity(10, 10));
    MESSAGE("deviation " << deviation);
    CHECK(deviation < 2e-11);
  }
  SUBCASE("trajectories of one realization are independent of each other, a copy goes on as the original does") {
    const auto noise = Method::noise({9}, 4.0);
    const auto prepared = how.prepare(realization(), noise);
    const auto start = [&](an::index_t k) {
      struct trajectory {
        decltype(prepared.start(std::declval<state>())) stepper;
        decltype(path_of(noise)) path;
        void to(double until) { stepper.evolve(until, path); }
      };
      return trajectory{prepared.start(state(support::random_orbitals(length, 5, 8))), path_of(noise, k)};
    };
    auto alone = start(0), a = start(0), b = start(1);
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
  SUBCASE("float follows double to its rounding") {
    const orbitals start = support::random_orbitals(length, 5, 9);
    const auto noise = Method::path({9}, 40);
    auto a = path_of(noise), b = a;
    auto single = how.prepare(realization<float>(), noise)
                      .start(an::gaussian_state<float>(an::orbitals_t<float>(start.cast<std::complex<float>>())));
    auto twice = how.prepare(realization(), noise).start(state(start));
    single.evolve(Method::until({9}, 40), a);
    twice.evolve(Method::until({9}, 40), b);
    // Levels up to 3, flights up to 5 or 40 in all, rounded to 6e-8
    CHECK(largest(single.snapshot().orbitals().template cast<complex>() - twice.snapshot().orbitals()) <
          Method::float_error);
    CHECK(std::abs(single.energy() - twice.energy()) < 10 * Method::float_error);
  }
  SUBCASE("going back, bad options and other sites are rejected, with the value") {
    const auto sample = realization();
    const auto noise = Method::noise({9}, 1.0);
    auto path = path_of(noise), elsewhere = path_of(Method::noise({9, 3}, 1.0));
    auto stepper = how.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
    stepper.evolve(1, path);
    CHECK_THROWS_WITH_AS(stepper.evolve(0.5, path), doctest::Contains("time to evolve to = 0.5"),
                         std::invalid_argument);
    for (const double bad : {0.5, nan, infinity})
      CHECK_THROWS_WITH_AS(stepper.evolve(bad, path), doctest::Contains("time to evolve to = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS(stepper.evolve(2, elsewhere), doctest::Contains("sites of the noise = {9, 3}"),
                         std::invalid_argument);
    CHECK(stepper.time() == 1);
    for (const double bad : {-1e-3, nan, infinity}) {
      auto worse = how;
      worse.active_tolerance = bad;
      CHECK_THROWS_WITH_AS(worse.check(), doctest::Contains("active_tolerance = "), std::invalid_argument);
      CHECK_THROWS_AS(worse.prepare(sample, noise), std::invalid_argument);
    }
    CHECK_THROWS_WITH_AS(how.prepare(sample, Method::noise({length}, 1.0)), doctest::Contains("noisy site = 20"),
                         std::invalid_argument);
  }
}
TEST_CASE_TEMPLATE_INVOKE(laws, strang_steps, kick_to_kick);

// ---- Strang steps alone --------------------------------------------------------------------------------------------

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

TEST_CASE("split_propagator: a bad dt is rejected, with the value") {
  for (const double bad : {0.0, -1.0, nan}) {
    CHECK_THROWS_WITH_AS(an::split_propagator{.dt = bad}.check(), doctest::Contains("dt = "), std::invalid_argument);
    CHECK_THROWS_AS(an::split_propagator{.dt = bad}.prepare(realization(), an::white_noise({9}, 1.0)),
                    std::invalid_argument);
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

// ---- kick to kick alone --------------------------------------------------------------------------------------------

namespace {

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

}  // namespace

TEST_CASE("event_propagator: evolve leaves no seam, wherever it is cut") {
  const auto sample = realization();
  const event_list events = random_events(50, 2, 4);
  const double until = duration_of(events) + 1;
  const orbitals start = support::random_orbitals(length, 5, 4);
  const orbitals whole = moved(sample, {9, 3}, events, start, until);
  CHECK(largest(whole - event_twin(sample.dense(), {9, 3}, events, until, start)) < 1e-11);
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
    CHECK(largest(stepper.snapshot().orbitals() - event_twin(sample.dense(), {9}, events, until, start)) < 1e-13);
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
  const orbitals expected = event_twin(sample.dense(), {9, 3}, one_by_one, 2, start);
  for (const auto& events : {one_by_one, together, swapped})
    CHECK(largest(moved(sample, {9, 3}, events, start, 2) - expected) < 1e-13);
  // A kick at the start, and one that is undone.
  const event_list at_once{{0, 0, 1.0}, {0, 1, 2.0}, {0, 1, -2.0}};
  CHECK(largest(moved(sample, {9, 3}, at_once, start, 2) - event_twin(sample.dense(), {9}, {{0, 0, 1.0}}, 2, start)) <
        1e-13);
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
      CHECK(largest(stepper.snapshot().orbitals() - event_twin(sample.dense(), {9}, events, 0, start)) < 1e-13);
    }
    stepper.evolve(2, path);
    CHECK(stepper.events() == kicks + 1);
    CHECK(largest(stepper.snapshot().orbitals() - event_twin(sample.dense(), {9}, events, 2, start)) < 1e-13);
  }
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

TEST_CASE("event_propagator: a path at another time than the stepper is rejected") {
  const an::reflections noise({9}, 1.0);
  auto path = path_of(noise), late = path;
  auto stepper =
      an::event_propagator{}.prepare(realization(), noise).start(state(support::random_orbitals(length, 2, 1)));
  stepper.evolve(1, path);
  CHECK_THROWS_WITH_AS(stepper.evolve(2, late), "anderson: time of the noise path = 0; allowed: that of the stepper, 1",
                       std::invalid_argument);
  while (late.next_event(3)) continue;
  CHECK_THROWS_WITH_AS(stepper.evolve(2, late), doctest::Contains("time of the noise path = 3"), std::invalid_argument);
  CHECK(stepper.time() == 1);
}

}  // namespace split_and_event_test
