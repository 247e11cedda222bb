// SPDX-License-Identifier: MIT
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
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

namespace dense_noise_average_test {

namespace {

using support::complex_matrix;
using support::rates_only;

template <class Hamiltonian, class Noise>
constexpr bool fits =
    an::propagator<an::dense_noise_average, an::disorder_realization<Hamiltonian>,
                   an::gaussian_state<an::real_of_t<typename Hamiltonian::scalar_type>>, an::noise_path<Noise>>;
static_assert(fits<an::tight_binding<>, an::white_noise>);
static_assert(fits<an::tight_binding<std::complex<float>>, an::reflections>);
static_assert(fits<an::dense_hamiltonian<long double>, rates_only>);

using chain_stepper = an::dense_noise_average_stepper<an::disorder_realization<an::tight_binding<>>>;
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

template <class Realization, class State>
struct run {
  an::dense_noise_average_stepper<Realization> stepper;

  run(const Realization& realization, const rates_only& noise, const State& state)
      : stepper(an::dense_noise_average{}.prepare(realization, noise).start(state)) {}
  auto at(double t) {
    stepper.evolve(t);
    return stepper.snapshot();
  }
};

const std::vector<rates_only> noises{
    {{2}, {1.0}}, {{3, 1}, {0.7, 2.5}}, {{0, 4, 2}, {0.3, 1.1, 6.0}}, {{0, 1, 2, 3, 4}, {1, 0, 3, 0.5, 2}}};

}  // namespace

TEST_CASE_TEMPLATE("dense_noise_average: two sites, from underdamped to overdamped [closed form, invariant 26]", Real,
                   float, double) {
  Real worst = 0;
  an::philox rng;
  const an::disorder_realization realization(
      an::anderson_model{an::chain{2}, Real(1), an::uniform_disorder{0}}.draw(rng));
  const an::gaussian_state<Real> start = an::localized_excitation{0}.prepare(realization, rng);
  for (const double gamma : {0.0, 0.5, 3.0, 8.0, 12.0})
    for (const an::index_t noisy : {0, 1}) {
      an::white_noise noise({noisy}, gamma);
      auto stepper = an::dense_noise_average{}.prepare(realization, noise).start(start);
      for (const double t : {0.0, 0.125, 0.5, 1.0, 2.5, 4.0, 20.0}) {  // exact in float
        stepper.evolve(t);
        const an::vector_t<Real> n = stepper.snapshot().densities();
        worst = std::max({worst, std::abs(n[0] + n[1] - 1),
                          std::abs(n[0] - n[1] - support::two_site_imbalance(Real(gamma), Real(t)))});
      }
    }
  MESSAGE("largest error " << static_cast<double>(worst));
  CHECK(worst < 200 * Eigen::NumTraits<Real>::epsilon());  // |G| t up to 200
}

TEST_CASE("dense_noise_average: one to five noisy sites of different rates, real and complex h [slow twin]") {
  double worst = 0;
  const auto check = [&](const auto& realization) {
    const complex_matrix h = dense(realization);
    const an::gaussian_state<double> start(support::random_orbitals(5, 3, 42), an::vector_t<double>{{1, 0.6, 0.3}});
    const complex_matrix c0 = an::averaged_state<double>(start).correlations();
    for (const rates_only& noise : noises) {
      run r(realization, noise, start);
      CHECK(support::largest(support::correlations_of(r.stepper.snapshot()) - c0) == 0);
      for (const double t : {1e-3, 0.4, 2.0, 2.1, 17.0}) {
        const auto now = r.at(t);
        const complex_matrix c = support::noise_average(h, noise, c0, t);
        CHECK(now.time() == t);
        worst = std::max({worst, support::largest(support::correlations_of(now) - c),
                          std::abs(now.energy() - h.lazyProduct(c).eval().trace().real()),
                          std::abs(now.initial_energy() - h.lazyProduct(c0).eval().trace().real()),
                          support::largest(now.densities() - c.diagonal().real())});
      }
    }
  };
  check(random_realization<double>(5));
  check(random_realization<std::complex<double>>(5));
  check(chain_realization({0.3, -0.7, 1.1, 0.2, -1.4}));
  an::philox rng(7, {});
  check(an::disorder_realization(an::anderson_model{
      an::chain{5, an::boundary::periodic}, std::complex<double>(0.6, 0.8),
      an::uniform_disorder{2}}.draw(rng)));
  MESSAGE("largest error " << worst);
  CHECK(worst < 1e-13);  // |G| t up to 300
}

TEST_CASE(
    "dense_noise_average: energies, densities and C are those of the many-body equation [reference lindblad_L4]") {
  double worst = 0;
  for (const auto& r : reference::lindblad_L4) {
    const auto realization = chain_realization(r.potential);
    const auto compare = [&](const auto& state) {
      an::philox rng;
      run moving(realization, {{1}, {r.gamma}}, state.prepare(realization, rng));
      CHECK(std::abs(moving.at(0).energy() - r.initial_energy) < 1e-11);
      for (const auto& point : r.points) {
        const auto now = moving.at(point.time);
        worst = std::max(worst, std::abs(now.energy() - point.energy));
        for (an::index_t i = 0; i < 4; ++i) {
          const auto row = static_cast<std::size_t>(i);
          worst = std::max(worst, std::abs(now.densities()[i] - point.density[row]));
          for (an::index_t j = 0; j < 4; ++j) {
            const auto column = static_cast<std::size_t>(j);  // G is the transpose of C
            const std::complex<double> g{point.g_real[row][column], point.g_imag[row][column]};
            worst = std::max(worst, std::abs(now.correlation(j, i) - g));
          }
        }
      }
    };
    if (r.initial_state == "ground")
      compare(an::ground_state{2});
    else
      compare(an::product_state{r.occupations});
  }
  MESSAGE("largest difference " << worst);
  CHECK(worst < 1e-9);  // the reference is good to 1e-10
}

TEST_CASE("dense_noise_average: ground, thermal and product states [slow twin]") {
  const auto realization = chain_realization({0.3, -0.7, 1.1, 0.2, -1.4});
  const complex_matrix h = dense(realization);
  const rates_only noise{{2, 3}, {1.0, 0.4}};
  const auto check = [&](const auto& state) {
    an::philox rng(5, {});
    const an::gaussian_state<double> start = state.prepare(realization, rng);
    const complex_matrix c0 = start.orbitals() * start.occupations().asDiagonal() * start.orbitals().adjoint();
    const complex_matrix c = support::noise_average(h, noise, c0, 3.0);
    CHECK(support::largest(support::correlations_of(run(realization, noise, start).at(3)) - c) < 1e-13);
    // the same from its matrix, the state of an average included
    CHECK(support::largest(support::correlations_of(run(realization, noise, an::averaged_state<double>(c0)).at(3)) -
                           c) < 1e-13);
  };
  check(an::ground_state{2});
  check(an::thermal_state{.inverse_temperature = 1.5});
  check(an::product_state{{1, 0, 0.5, 0, 1}});
  check(an::random_product_state{});
}

TEST_CASE("dense_noise_average: an average goes on from its own state") {
  const auto realization = random_realization<std::complex<double>>(4);
  const rates_only noise{{1, 2}, {0.8, 1.7}};
  run whole(realization, noise, an::gaussian_state<double>(support::random_orbitals(4, 2, 9)));
  const an::averaged_state<double> halfway = whole.at(1.3).state();
  run rest(realization, noise, halfway);
  CHECK(support::largest(whole.at(3.0).state().correlations() - rest.at(1.7).state().correlations()) < 1e-13);
}

TEST_CASE("dense_noise_average: many steps and one step end at the same C") {
  const auto realization = random_realization<std::complex<double>>(4);
  const rates_only noise{{1}, {0.8}};
  const an::gaussian_state<double> start(support::random_orbitals(4, 2, 9));
  run often(realization, noise, start), once(realization, noise, start);
  for (int k = 1; k <= 300; ++k) often.at(0.1 * k);
  CHECK(support::largest(support::correlations_of(often.at(30.0)) - support::correlations_of(once.at(30.0))) < 1e-13);
}

// The slowest rate of this sample is about 0.004: at 1e4 nothing but infinite temperature is left, and stays.
TEST_CASE("dense_noise_average: C goes to N/L, energy to (N/L) tr h, at any late time [invariant 14]") {
  const auto realization = chain_realization({0.3, -0.7, 0.4, 0.2, -0.9});
  an::philox rng;
  run r(realization, {{2}, {1.0}}, an::ground_state{2}.prepare(realization, rng));
  CHECK(support::largest(support::correlations_of(r.at(10)) - 0.4 * complex_matrix::Identity(5, 5)) > 0.01);
  for (const double t : {1e4, 1e6, 1e9, 1e12, 1e15}) {
    CAPTURE(t);
    const auto now = r.at(t);
    CHECK(support::largest(support::correlations_of(now) - 0.4 * complex_matrix::Identity(5, 5)) < 1e-13);
    CHECK(std::abs(now.energy() - 0.4 * (-0.7)) < 1e-13);
  }
}

TEST_CASE("dense_noise_average: particle number does not drift, however long it takes") {
  const auto realization = random_realization<std::complex<double>>(4);
  for (const rates_only& noise : {rates_only{{1}, {0.8}}, rates_only{{1, 3}, {1e-9, 3.0}}}) {
    run r(realization, noise, an::gaussian_state<double>(support::random_orbitals(4, 2, 9)));
    for (double t = 1; t < 1e15; t *= 10) CHECK(std::abs(r.at(t).densities().sum() - 2) < 1e-13);
  }
}

// Three sites without disorder, noise in the middle: the mode (1, 0, -1) is an eigenstate that vanishes there.
TEST_CASE("dense_noise_average: a mode that the noise does not see is left alone [invariant 14, counter-example]") {
  const auto realization = chain_realization({0, 0, 0});
  an::orbitals_t<double> dark(3, 1);
  dark << std::sqrt(0.5), 0, -std::sqrt(0.5);
  run r(realization, {{1}, {1.0}}, an::gaussian_state<double>(dark));
  const complex_matrix c0 = dark * dark.adjoint();
  for (const double t : {1.0, 1e3, 1e6}) {
    const double error = support::largest(support::correlations_of(r.at(t)) - c0);
    MESSAGE("error at " << t << ": " << error);
    CHECK(error < 1e-15 * (1 + 10 * t));  // rounding grows like |G| t
  }
}

// Sites that a particle reaches with probability below 1e-11 stand for the infinite chain.
TEST_CASE("dense_noise_average: dephasing on every site gives diffusion of the closed form [infinite chain, W = 0]") {
  const an::index_t length = 13, origin = 6;
  const auto realization = chain_realization(std::vector<double>(13, 0.0));
  const double gamma = 2.5;
  rates_only noise;
  for (an::index_t i = 0; i < length; ++i) noise.sites.push_back(i), noise.rates.push_back(gamma);
  an::philox rng;
  run r(realization, noise, an::localized_excitation{origin}.prepare(realization, rng));
  for (const double t : {0.1, 0.3, 0.5}) {
    const an::vector_t<double> n = r.at(t).densities();
    double square = 0;
    for (an::index_t i = 0; i < length; ++i) square += static_cast<double>((i - origin) * (i - origin)) * n[i];
    CHECK(std::abs(square - 4 / gamma * (t - (1 - std::exp(-gamma * t)) / gamma)) < 1e-9);
  }
}

TEST_CASE("dense_noise_average: average() over disorder is the mean over its realizations, without noise error") {
  const an::problem physics{an::anderson_model{an::chain{4}, {.hopping = 1.0, .disorder = 2.0}},
                            an::reflections{{1}, 1.5}, an::ground_state{}};
  const std::vector<double> times{0, 0.7, 1e3, 1e7};
  const an::plan how_often{.disorder_realizations = 3, .noise_realizations = 20, .seed = 17};
  const auto result = an::average(physics, an::dense_noise_average{}, times,
                                  an::observables{an::energy{}, an::absorbed_energy{}, an::density_profile{},
                                                  an::rms_displacement{an::chain{4}, 1}},
                                  how_often);
  for (std::size_t k = 0; k < times.size(); ++k) {
    double energy = 0, absorbed = 0;
    an::vector_t<double> density = an::vector_t<double>::Zero(4);
    for (an::index_t d = 0; d < 3; ++d) {
      an::philox rng(17, {an::purpose::disorder, d, 0});
      const an::disorder_realization realization(physics.model.draw(rng));
      run r(realization, {{1}, {1.5}}, physics.state.prepare(realization, rng));
      const auto now = r.at(times[k]);
      energy += now.energy() / 3;
      absorbed += (now.energy() - now.initial_energy()) / 3;
      density += now.densities() / 3;
    }
    const auto row = static_cast<an::index_t>(k);
    CHECK(std::abs(result["energy"].mean(row, 0) - energy) < 1e-9);  // rounding at 1e7
    CHECK(std::abs(result["absorbed_energy"].mean(row, 0) - absorbed) < 1e-9);
    for (an::index_t i = 0; i < 4; ++i) CHECK(std::abs(result["density"].mean(row, i) - density[i]) < 1e-9);
    CHECK(result["energy"].variance_within(row, 0) == 0);
  }
}

TEST_CASE("dense_noise_average: systems too large, bad rates, sites, states and times are rejected, with the value") {
  const an::dense_noise_average how;
  CHECK_NOTHROW(how.check());
  CHECK_THROWS_WITH_AS(how.prepare(chain_realization(std::vector<double>(25, 0.0)), an::white_noise({3}, 1)),
                       doctest::Contains("number of sites of dense_noise_average = 25; allowed: at most 24"),
                       std::invalid_argument);
  const auto realization = chain_realization({0.3, -0.7, 1.1});
  CHECK_THROWS_WITH_AS(how.prepare(realization, an::white_noise({3}, 1)),
                       doctest::Contains("noisy site = 3; allowed: [0, 3)"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(how.prepare(realization, rates_only{{0, 1}, {1, -0.5}}),
                       doctest::Contains("dephasing rate of the noise = -0.5; allowed: >= 0 and finite"),
                       std::invalid_argument);
  CHECK_THROWS_AS(how.prepare(realization, rates_only{{0}, {std::numeric_limits<double>::quiet_NaN()}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(how.prepare(realization, rates_only{{0}, {std::numeric_limits<double>::infinity()}}),
                  std::invalid_argument);
  const auto start = [&](const auto& state) { return run(realization, rates_only{{0}, {1}}, state); };
  CHECK_THROWS_WITH_AS(start(an::gaussian_state<double>(support::random_orbitals(4, 2, 9))),
                       doctest::Contains("number of sites of the state = 4; allowed: that of the Hamiltonian, 3"),
                       std::invalid_argument);
  auto r = start(an::gaussian_state<double>(support::random_orbitals(3, 2, 9)));
  r.at(2);
  CHECK_THROWS_WITH_AS(r.at(1.5), doctest::Contains("time to evolve to = 1.5; allowed: finite and not before"),
                       std::invalid_argument);
  CHECK_THROWS_AS(r.at(std::numeric_limits<double>::infinity()), std::invalid_argument);
  CHECK_THROWS_AS(r.at(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  CHECK(r.stepper.time() == 2);
}

}  // namespace dense_noise_average_test
