// SPDX-License-Identifier: MIT
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/gaussian_state.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>
#include <anderson/state/thermal.hpp>

#include <doctest/doctest.h>

#include <reference/lindblad_L4.hpp>

#include "support/lindblad.hpp"
#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace strang_noise_average_test {

namespace {

using support::complex_matrix;
using support::rates_only;

template <class Hamiltonian, class Noise>
constexpr bool fits =
    an::propagator<an::strang_noise_average, an::disorder_realization<Hamiltonian>,
                   an::gaussian_state<an::real_of_t<typename Hamiltonian::scalar_type>>, an::noise_path<Noise>>;
static_assert(fits<an::tight_binding<>, an::white_noise>);
static_assert(fits<an::tight_binding<std::complex<float>>, an::reflections>);
static_assert(fits<an::dense_hamiltonian<long double>, rates_only>);

using chain_stepper = an::strang_noise_average_stepper<an::disorder_realization<an::tight_binding<>>>;
static_assert(an::averaged_stepper<chain_stepper>);
static_assert(an::linear_snapshot<decltype(std::declval<const chain_stepper&>().snapshot())> &&
              !an::orbital_snapshot<decltype(std::declval<const chain_stepper&>().snapshot())>);

template <class Scalar>
auto random_realization(an::index_t sites) {
  return an::disorder_realization(an::dense_hamiltonian<Scalar>(support::random_hermitian<Scalar>(sites, 41)));
}

complex_matrix dense(const auto& realization) {
  return an::dense_matrix(realization.hamiltonian()).template cast<std::complex<double>>();
}

auto chain_realization(const std::vector<double>& w, double hopping = 1) {
  an::philox rng;
  return an::disorder_realization(
      an::anderson_model{an::chain(std::ssize(w)), hopping, an::given_potential{w}}.draw(rng));
}

template <class Method, class Realization, class State>
auto started(const Method& how, const Realization& realization, const rates_only& noise, const State& state) {
  struct run {
    decltype(how.prepare(realization, noise).start(state)) stepper;
    auto at(double t) {
      stepper.evolve(t);
      return stepper.snapshot();
    }
  };
  return run{how.prepare(realization, noise).start(state)};
}

const std::vector<rates_only> noises{
    {{2}, {1.0}}, {{3, 1}, {0.7, 2.5}}, {{0, 4, 2}, {0.3, 1.1, 6.0}}, {{0, 1, 2, 3, 4}, {1, 0, 3, 0.5, 2}}};

an::gaussian_state<double> mixed_state() {
  return {support::random_orbitals(5, 3, 42), an::vector_t<double>{{1, 0.6, 0.3}}};
}

/// Runs check(realization) on real and complex h, with and without structure.
void for_each_realization(auto&& check) {
  check(random_realization<double>(5));
  check(random_realization<std::complex<double>>(5));
  check(chain_realization({0.3, -0.7, 1.1, 0.2, -1.4}));
  an::philox rng(7, {});
  check(an::disorder_realization(an::anderson_model{
      an::chain{5, an::boundary::periodic}, std::complex<double>(0.6, 0.8),
      an::uniform_disorder{2}}.draw(rng)));
}

}  // namespace

TEST_CASE("strang_noise_average: takes the steps of its slow twin, on one to five noisy sites, real and complex h") {
  double worst = 0;
  for_each_realization([&](const auto& realization) {
    const complex_matrix h = dense(realization);
    const an::gaussian_state<double> start = mixed_state();
    complex_matrix c = an::averaged_state<double>(start).correlations();
    for (const rates_only& noise : noises) {
      complex_matrix twin = c;
      auto run = started(an::strang_noise_average{.dt = 0.25}, realization, noise, start);
      double last = 0;
      for (const auto& [t, steps] : {std::pair{0.0, 0}, {0.1, 1}, {0.6, 2}, {0.9, 2}, {20.9, 80}}) {
        const auto now = run.at(t);
        twin = support::strang_noise_average(h, noise, twin, steps > 0 ? (t - last) / steps : 0, steps);
        CHECK(now.time() == t);
        worst = std::max({worst, support::largest(support::correlations_of(now) - twin),
                          support::largest(now.densities() - twin.diagonal().real()),
                          std::abs(now.energy() - h.lazyProduct(twin).eval().trace().real()),
                          std::abs(now.initial_energy() - h.lazyProduct(c).eval().trace().real())});
        last = t;
      }
    }
  });
  MESSAGE("largest difference " << worst);
  CHECK(worst < 1e-13);
}

// Halving dt from 0.04: the next term, dt^4, shifts the order by less than 0.1.
TEST_CASE("strang_noise_average: converges to dense_noise_average with the declared weak order") {
  for_each_realization([&](const auto& realization) {
    for (const rates_only& noise : noises)
      for (const bool from_eigenstates : {false, true}) {
        an::philox rng;
        const an::gaussian_state<double> start =
            from_eigenstates ? an::ground_state{2}.prepare(realization, rng) : mixed_state();
        const complex_matrix exact =
            support::correlations_of(started(an::dense_noise_average{}, realization, noise, start).at(2));
        const auto error = [&](double dt) {
          return support::largest(
              support::correlations_of(started(an::strang_noise_average{.dt = dt}, realization, noise, start).at(2)) -
              exact);
        };
        const double coarse = error(0.04), fine = error(0.02);
        CAPTURE(fine);
        CHECK(std::abs(std::log2(coarse / fine) - an::strang_noise_average::weak_order) < 0.1);
        CHECK(fine < 2e-3);
      }
  });
}

// The error is that of the step, c dt^2: 1e-8 needs dt = 1e-4 or so. Richardson's (4 C(dt/2) - C(dt)) / 3 removes it.
TEST_CASE("strang_noise_average: energies and densities are those of the many-body equation [reference lindblad_L4]") {
  double worst = 0;
  for (const auto& r : reference::lindblad_L4) {
    const auto realization = chain_realization(r.potential);
    const auto compare = [&](const auto& state) {
      an::philox rng;
      const an::gaussian_state<double> start = state.prepare(realization, rng);
      auto coarse = started(an::strang_noise_average{.dt = 0.02}, realization, {{1}, {r.gamma}}, start),
           fine = started(an::strang_noise_average{.dt = 0.01}, realization, {{1}, {r.gamma}}, start);
      for (const auto& point : r.points) {
        const auto c = coarse.at(point.time), f = fine.at(point.time);
        worst = std::max(worst, std::abs((4 * f.energy() - c.energy()) / 3 - point.energy));
        for (an::index_t i = 0; i < 4; ++i)
          worst = std::max(worst, std::abs((4 * f.densities()[i] - c.densities()[i]) / 3 -
                                           point.density[static_cast<std::size_t>(i)]));
      }
    };
    if (r.initial_state == "ground")
      compare(an::ground_state{2});
    else
      compare(an::product_state{r.occupations});
  }
  MESSAGE("largest difference " << worst);
  CHECK(worst < 1e-8);
}

TEST_CASE("strang_noise_average: two sites, from underdamped to overdamped [closed form, invariant 26]") {
  const auto realization = chain_realization({0, 0});
  an::philox rng;
  const double dt = 0.01;
  for (const double gamma : {0.5, 3.0, 12.0})
    for (const an::index_t noisy : {0, 1}) {
      auto run = started(an::strang_noise_average{.dt = dt}, realization, {{noisy}, {gamma}},
                         an::localized_excitation{0}.prepare(realization, rng));
      for (const double t : {0.2, 0.5, 1.0, 2.0, 4.0}) {
        const an::vector_t<double> n = run.at(t).densities();
        CHECK(std::abs(n[0] - n[1] - support::two_site_imbalance(gamma, t)) < gamma * dt * dt);  // the step's error
      }
    }
}

TEST_CASE("strang_noise_average: trace does not drift, C stays Hermitian with 0 <= C <= 1 [invariant 11]") {
  for_each_realization([&](const auto& realization) {
    an::philox rng;
    auto run = started(an::strang_noise_average{.dt = 0.1}, realization, {{0, 3}, {1.0, 0.2}},
                       an::ground_state{2}.prepare(realization, rng));
    for (const double t : {0.1, 10.0, 1000.0}) {
      const complex_matrix c = run.at(t).state().correlations();
      CHECK(std::abs(c.trace() - 2.0) < 1e-13);  // 1e4 steps
      CHECK(support::largest(c - c.adjoint()) == 0);
      const an::vector_t<double> n = an::diagonalize(c).values;
      CHECK(n.minCoeff() > -1e-13);
      CHECK(n.maxCoeff() < 1 + 1e-13);
    }
  });
}

// The slowest rate of this sample is about 0.004.
TEST_CASE("strang_noise_average: C goes to N/L [invariant 14]") {
  const auto realization = chain_realization({0.3, -0.7, 0.4, 0.2, -0.9});
  an::philox rng;
  auto run = started(an::strang_noise_average{.dt = 0.1}, realization, {{2}, {1.0}},
                     an::ground_state{2}.prepare(realization, rng));
  CHECK(support::largest(support::correlations_of(run.at(10)) - 0.4 * complex_matrix::Identity(5, 5)) > 0.01);
  CHECK(support::largest(support::correlations_of(run.at(1e4)) - 0.4 * complex_matrix::Identity(5, 5)) < 1e-12);
}

TEST_CASE("strang_noise_average: without noise populations of eigenstates do not change, coherences turn") {
  const auto realization = random_realization<std::complex<double>>(5);
  const complex_matrix h = dense(realization), u = support::exponential(h, 7.3);
  const an::gaussian_state<double> start = mixed_state();
  auto run = started(an::strang_noise_average{}, realization, {{2, 0}, {0.0, 0.0}}, start);
  const auto now = run.at(7.3);
  const complex_matrix c = u.lazyProduct(an::averaged_state<double>(start).correlations()).lazyProduct(u.adjoint());
  CHECK(support::largest(support::correlations_of(now) - c) < 1e-13);
  CHECK(std::abs(now.energy() - now.initial_energy()) < 1e-13);
}

TEST_CASE("strang_noise_average: the order of the noisy sites does not matter") {
  const auto realization = random_realization<std::complex<double>>(5);
  const auto c = [&](const rates_only& noise) {
    return support::correlations_of(started(an::strang_noise_average{}, realization, noise, mixed_state()).at(2));
  };
  CHECK(support::largest(c({{0, 4, 2}, {0.3, 1.1, 6.0}}) - c({{2, 0, 4}, {6.0, 0.3, 1.1}})) < 1e-13);
  CHECK(support::largest(c({{0, 4, 2}, {0.3, 1.1, 6.0}}) - c({{2, 0, 4}, {0.3, 1.1, 6.0}})) > 0.01);
}

TEST_CASE("strang_noise_average: thermal and averaged states start it; an average goes on from its own state") {
  const auto realization = chain_realization({0.3, -0.7, 1.1, 0.2, -1.4});
  const rates_only noise{{2, 3}, {1.0, 0.4}};
  an::philox rng;
  const an::gaussian_state<double> start = an::thermal_state{.inverse_temperature = 1.5}.prepare(realization, rng);
  const complex_matrix c0 = start.orbitals() * start.occupations().asDiagonal() * start.orbitals().adjoint();
  const an::strang_noise_average how{.dt = 0.125};
  auto whole = started(how, realization, noise, start);
  const an::averaged_state<double> halfway = whole.at(1.5).state();
  const complex_matrix end = whole.at(3).state().correlations();
  CHECK(support::largest(end - support::strang_noise_average(dense(realization), noise, c0, 0.125, 24)) < 1e-13);
  CHECK(support::largest(end - started(how, realization, noise, halfway).at(1.5).state().correlations()) < 1e-13);
}

namespace {

/// C and the energy after 100 steps, in the arithmetic of Scalar, of a ring with 3 noisy sites.
template <class Scalar>
complex_matrix computed_in(Scalar hopping) {
  an::philox rng(7, {});
  const an::disorder_realization realization(
      an::anderson_model{an::chain{5, an::boundary::periodic}, hopping, an::uniform_disorder{2}}.draw(rng));
  auto run = started(an::strang_noise_average{.dt = 0.125}, realization, {{0, 4, 2}, {0.3, 1.1, 6.0}},
                     an::product_state{{1, 0, 0.5, 0, 1}}.prepare(realization, rng));
  const auto now = run.at(12.5);
  using real = an::real_of_t<Scalar>;
  CHECK(std::abs(now.densities().sum() - real(2.5)) < 100 * Eigen::NumTraits<real>::epsilon());
  complex_matrix all = complex_matrix::Zero(6, 5);
  all.topRows(5) = support::correlations_of(now);
  all(5, 0) = static_cast<double>(now.energy());
  return all;
}

}  // namespace

TEST_CASE("strang_noise_average: float follows the same average as double") {
  const complex_matrix narrow = computed_in(std::complex<float>(0.6F, 0.8F)),
                       wide = computed_in(std::complex<double>(0.6, 0.8));
  const double difference = support::largest(narrow - wide);
  MESSAGE("difference " << difference);
  CHECK(difference < 1000 * Eigen::NumTraits<float>::epsilon());
  CHECK(difference > Eigen::NumTraits<float>::epsilon() / 100);  // it is float
}

TEST_CASE("strang_noise_average: average() over disorder is near dense_noise_average, without noise error") {
  const an::problem physics{an::anderson_model{an::chain{6}, {.hopping = 1.0, .disorder = 2.0}},
                            an::white_noise{{2}, 1.0}, an::ground_state{}};
  const std::vector<double> times{0, 0.33, 5};
  const auto run = [&](const auto& how) {
    return an::average(physics, how, times, an::observables{an::energy{}, an::density_profile{}},
                       {.disorder_realizations = 3, .noise_realizations = 2});
  };
  const auto exact = run(an::dense_noise_average{}), strang = run(an::strang_noise_average{.dt = 0.05});
  CHECK((exact["energy"].mean - strang["energy"].mean).abs().maxCoeff() < 1e-3);
  CHECK((exact["density"].mean - strang["density"].mean).abs().maxCoeff() < 1e-3);
  CHECK((exact["energy"].mean - strang["energy"].mean).abs().maxCoeff() > 1e-7);  // another method
  CHECK(strang["energy"].variance_within.abs().maxCoeff() == 0);
}

TEST_CASE("strang_noise_average: bad steps, rates, sites, states and times are rejected, with the value") {
  for (const double bad :
       {0.0, -0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const an::strang_noise_average how{.dt = bad};
    CHECK_THROWS_WITH_AS(how.check(), doctest::Contains("dt = "), std::invalid_argument);
    CHECK_THROWS_AS(how.prepare(chain_realization({0, 0}), an::white_noise({0}, 1)), std::invalid_argument);
  }
  const an::strang_noise_average how;
  CHECK_NOTHROW(how.check());
  const auto realization = chain_realization({0.3, -0.7, 1.1});
  CHECK_THROWS_WITH_AS(how.prepare(realization, an::white_noise({3}, 1)),
                       doctest::Contains("noisy site = 3; allowed: [0, 3)"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(how.prepare(realization, rates_only{{0, 1}, {1, -0.5}}),
                       doctest::Contains("dephasing rate of the noise = -0.5; allowed: >= 0 and finite"),
                       std::invalid_argument);
  const auto start = [&](const auto& state) { return started(how, realization, rates_only{{0}, {1}}, state); };
  CHECK_THROWS_WITH_AS(start(an::gaussian_state<double>(support::random_orbitals(4, 2, 9))),
                       doctest::Contains("number of sites of the state = 4; allowed: that of the Hamiltonian, 3"),
                       std::invalid_argument);
  auto run = start(an::gaussian_state<double>(support::random_orbitals(3, 2, 9)));
  run.at(2);
  CHECK_THROWS_WITH_AS(run.at(1.5), doctest::Contains("time to evolve to = 1.5; allowed: finite and not before"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(run.at(1e15), doctest::Contains("number of steps between two times = "), std::invalid_argument);
  CHECK(run.stepper.time() == 2);
}

}  // namespace strang_noise_average_test
