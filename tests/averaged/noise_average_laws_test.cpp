// SPDX-License-Identifier: MIT
// What both slow twins of exact_noise_average obey, exponentials of the generator and Strang steps; then what only one
// of them does.
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
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
#include <utility>
#include <vector>

namespace an = anderson;

namespace noise_average_laws_test {

namespace {

using support::complex_matrix;
using support::correlations_of;
using support::largest;
using support::rates_only;
using state = an::gaussian_state<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

/// What the laws need to know of a method: with which error it is exact, and what its twin does from t to `until`.
struct exponentials {
  using method = an::dense_noise_average;
  static constexpr method how{};
  static constexpr double many_body_error = 1e-9;  // the reference is good to 1e-10
  static double step_error(double /*gamma*/) { return 200 * Eigen::NumTraits<double>::epsilon(); }  // |G| t up to 200
  static complex_matrix twin(const complex_matrix& h, const rates_only& noise, const complex_matrix& c, double t,
                             double until) {
    return support::noise_average(h, noise, c, until - t);
  }
};
struct strang_steps {
  using method = an::strang_noise_average;
  static constexpr method how{.dt = 0.25};
  static constexpr double many_body_error = 1e-8;
  static double step_error(double gamma) { return gamma * 0.01 * 0.01 + 1e-12; }  // and rounding
  static complex_matrix twin(const complex_matrix& h, const rates_only& noise, const complex_matrix& c, double t,
                             double until) {
    const int steps = static_cast<int>(std::ceil((until - t) / how.dt - 1e-9));
    return support::strang_noise_average(h, noise, c, steps > 0 ? (until - t) / steps : 0, steps);
  }
};

/// The method in steps of a length of its own, if it has steps.
template <class Twin>
typename Twin::method with_step(double dt) {
  auto how = Twin::how;
  if constexpr (requires { how.dt; }) how.dt = dt;
  return how;
}

template <class Method, class Hamiltonian, class Noise>
constexpr bool fits =
    an::propagator<Method, an::disorder_realization<Hamiltonian>,
                   an::gaussian_state<an::real_of_t<typename Hamiltonian::scalar_type>>, an::noise_path<Noise>>;
template <class Method>
constexpr bool fits_all = fits<Method, an::tight_binding<>, an::white_noise>&&
    fits<Method, an::tight_binding<std::complex<float>>, an::reflections>&&
        fits<Method, an::dense_hamiltonian<long double>, rates_only>;
static_assert(fits_all<an::dense_noise_average> && fits_all<an::strang_noise_average>);

template <class Stepper>
constexpr bool averages =
    an::averaged_stepper<Stepper>&& an::linear_snapshot<decltype(std::declval<const Stepper&>().snapshot())> &&
    !an::orbital_snapshot<decltype(std::declval<const Stepper&>().snapshot())>;
using chain_sample = an::disorder_realization<an::tight_binding<>>;
static_assert(averages<an::dense_average_stepper<chain_sample>>);
static_assert(averages<an::strang_average_stepper<chain_sample>>);

template <class Scalar>
auto given(const an::matrix_t<Scalar>& h) {
  return an::disorder_realization(an::dense_hamiltonian<Scalar>(h));
}

template <class Scalar>
auto random_realization(an::index_t sites) {
  return given<Scalar>(support::random_hermitian<Scalar>(sites, 41));
}

complex_matrix dense(const auto& realization) {
  return an::dense_matrix(realization.hamiltonian()).template cast<std::complex<double>>();
}

template <class Real = double>
auto chain_realization(const std::vector<double>& w, Real hopping = 1) {
  an::philox rng;
  return an::disorder_realization(
      an::anderson_model{an::chain(std::ssize(w)), hopping, an::given_potential{w}}.draw(rng));
}

/// Runs check(realization) on real and complex h, with and without structure.
void for_each_realization(auto&& check) {
  check(random_realization<double>(5));
  check(random_realization<std::complex<double>>(5));
  check(chain_realization({0.3, -0.7, 1.1, 0.2, -1.4}));
  an::philox rng(7, {});
  check(given<std::complex<double>>(
      an::anderson_model{an::chain{5, an::boundary::periodic}, std::complex<double>(0.6, 0.8), an::uniform_disorder{2}}
          .draw(rng)
          .dense()));
}

template <class Stepper>
struct run {
  Stepper stepper;
  auto at(double t) {
    stepper.evolve(t);
    return stepper.snapshot();
  }
};
template <class Method, class Realization, class State>
auto started(const Method& how, const Realization& realization, const rates_only& noise, const State& start) {
  return run<decltype(how.prepare(realization, noise).start(start))>{how.prepare(realization, noise).start(start)};
}

const std::vector<rates_only> noises{
    {{2}, {1.0}}, {{3, 1}, {0.7, 2.5}}, {{0, 4, 2}, {0.3, 1.1, 6.0}}, {{0, 1, 2, 3, 4}, {1, 0, 3, 0.5, 2}}};

state mixed_state() { return {support::random_orbitals(5, 3, 42), an::vector_t<double>{{1, 0.6, 0.3}}}; }

template <class State>
complex_matrix matrix_of(const State& s) {
  return s.orbitals() * s.occupations().asDiagonal() * s.orbitals().adjoint();
}

}  // namespace

TEST_CASE_TEMPLATE_DEFINE("noise averages: laws of both slow twins", Twin, laws) {
  const auto how = Twin::how;
  CHECK_NOTHROW(how.check());

  SUBCASE("C, energies and densities are those of the twin, on one to five noisy sites, real and complex h") {
    double worst = 0;
    for_each_realization([&](const auto& realization) {
      const complex_matrix h = dense(realization), c0 = an::averaged_state<double>(mixed_state()).correlations();
      for (const rates_only& noise : noises) {
        auto moving = started(how, realization, noise, mixed_state());
        complex_matrix twin = c0;
        double last = 0;
        for (const double t : {0.0, 1e-3, 0.1, 0.6, 0.9, 2.1, 20.9}) {
          const auto now = moving.at(t);
          twin = Twin::twin(h, noise, twin, last, t);
          CHECK(now.time() == t);
          worst =
              std::max({worst, largest(correlations_of(now) - twin), largest(now.densities() - twin.diagonal().real()),
                        std::abs(now.energy() - h.lazyProduct(twin).eval().trace().real()),
                        std::abs(now.initial_energy() - h.lazyProduct(c0).eval().trace().real())});
          last = t;
        }
      }
    });
    MESSAGE("largest difference " << worst);
    CHECK(worst < 1e-13);  // |G| t up to 300
  }
  // Of Strang steps, by Richardson's (4 C(dt/2) - C(dt)) / 3: their error alone, c dt^2, would need dt = 1e-4 or so.
  SUBCASE("energies, densities and C are those of the many-body equation [reference lindblad_L4]") {
    double worst = 0;
    for (const auto& r : reference::lindblad_L4) {
      const auto realization = chain_realization(r.potential);
      const auto compare = [&](const auto& initially) {
        an::philox rng;
        const state start = initially.prepare(realization, rng);
        auto coarse = started(with_step<Twin>(0.02), realization, {{1}, {r.gamma}}, start),
             fine = started(with_step<Twin>(0.01), realization, {{1}, {r.gamma}}, start);
        CHECK(std::abs(fine.at(0).energy() - r.initial_energy) < 1e-11);
        for (const auto& point : r.points) {
          const auto c = coarse.at(point.time), f = fine.at(point.time);
          worst = std::max(worst, std::abs((4 * f.energy() - c.energy()) / 3 - point.energy));
          const an::vector_t<double> n = (4 * f.densities() - c.densities()) / 3;
          for (an::index_t i = 0; i < 4; ++i) {
            const auto row = static_cast<std::size_t>(i);
            worst = std::max(worst, std::abs(n[i] - point.density[row]));
            for (an::index_t j = 0; j < 4; ++j) {
              const auto column = static_cast<std::size_t>(j);  // G is the transpose of C
              const std::complex<double> g{point.g_real[row][column], point.g_imag[row][column]};
              worst = std::max(worst, std::abs((4.0 * f.correlation(j, i) - c.correlation(j, i)) / 3.0 - g));
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
    CHECK(worst < Twin::many_body_error);
  }
  SUBCASE("two sites, from underdamped to overdamped [closed form, invariant 26]") {
    const auto realization = chain_realization({0, 0});
    an::philox rng;
    const state start = an::localized_excitation{0}.prepare(realization, rng);
    for (const double gamma : {0.0, 0.5, 3.0, 8.0, 12.0})
      for (const an::index_t noisy : {0, 1}) {
        auto moving = started(with_step<Twin>(0.01), realization, {{noisy}, {gamma}}, start);
        for (const double t : {0.0, 0.2, 0.5, 1.0, 2.5, 4.0, 20.0}) {
          const an::vector_t<double> n = moving.at(t).densities();
          CHECK(std::abs(n[0] - n[1] - support::two_site_imbalance(gamma, t)) < Twin::step_error(gamma));
          CHECK(std::abs(n[0] + n[1] - 1) < 1e-13);
        }
      }
  }
  SUBCASE("ground, thermal, product and averaged states start it; an average goes on from its own state") {
    const auto realization = chain_realization({0.3, -0.7, 1.1, 0.2, -1.4});
    const complex_matrix h = dense(realization);
    const rates_only noise{{2, 3}, {1.0, 0.4}};
    const auto check = [&](const auto& initially) {
      an::philox rng(5, {});
      const state start = initially.prepare(realization, rng);
      const complex_matrix c0 = matrix_of(start), end = Twin::twin(h, noise, c0, 0, 3);
      auto whole = started(how, realization, noise, start);
      const an::averaged_state<double> halfway = whole.at(1.5).state();
      CHECK(largest(whole.at(3).state().correlations() - end) < 1e-13);
      CHECK(largest(started(how, realization, noise, halfway).at(1.5).state().correlations() - end) < 1e-13);
      CHECK(largest(correlations_of(started(how, realization, noise, an::averaged_state<double>(c0)).at(3)) - end) <
            1e-13);
    };
    check(an::ground_state{2});
    check(an::thermal_state{.inverse_temperature = 1.5});
    check(an::product_state{{1, 0, 0.5, 0, 1}});
    check(an::random_product_state{});
  }
  SUBCASE("trace does not drift, C stays Hermitian with 0 <= C <= 1 [invariant 11]") {
    for_each_realization([&](const auto& realization) {
      an::philox rng;
      auto moving = started(with_step<Twin>(0.1), realization, {{0, 3}, {1.0, 0.2}},
                            an::ground_state{2}.prepare(realization, rng));
      for (const double t : {0.1, 10.0, 1000.0}) {
        const complex_matrix c = moving.at(t).state().correlations();
        CHECK(std::abs(c.trace() - 2.0) < 1e-13);  // 1e4 steps
        CHECK(largest(c - c.adjoint()) == 0);
        const an::vector_t<double> n = an::diagonalize(c).values;
        CHECK(n.minCoeff() > -1e-13);
        CHECK(n.maxCoeff() < 1 + 1e-13);
      }
    });
  }
  // The slowest rate of this sample is about 0.004: at 1e4 nothing but infinite temperature is left.
  SUBCASE("C goes to N/L, energy to (N/L) tr h [invariant 14]") {
    const auto realization = chain_realization({0.3, -0.7, 0.4, 0.2, -0.9});
    const complex_matrix equilibrium = 0.4 * complex_matrix::Identity(5, 5);
    an::philox rng;
    auto moving =
        started(with_step<Twin>(0.1), realization, {{2}, {1.0}}, an::ground_state{2}.prepare(realization, rng));
    CHECK(largest(correlations_of(moving.at(10)) - equilibrium) > 0.01);
    const auto now = moving.at(1e4);
    CHECK(largest(correlations_of(now) - equilibrium) < 1e-12);
    CHECK(std::abs(now.energy() - 0.4 * (-0.7)) < 1e-12);
  }
  SUBCASE("without noise populations of eigenstates do not change, coherences turn") {
    const auto realization = random_realization<std::complex<double>>(5);
    const complex_matrix u = support::exponential(dense(realization), 7.3);
    const auto now = started(how, realization, {{2, 0}, {0.0, 0.0}}, mixed_state()).at(7.3);
    const complex_matrix c = u.lazyProduct(matrix_of(mixed_state())).lazyProduct(u.adjoint());
    CHECK(largest(correlations_of(now) - c) < 1e-13);
    CHECK(std::abs(now.energy() - now.initial_energy()) < 1e-13);
  }
  SUBCASE("the order of the noisy sites does not matter") {
    const auto realization = random_realization<std::complex<double>>(5);
    const auto c = [&](const rates_only& noise) {
      return correlations_of(started(how, realization, noise, mixed_state()).at(2));
    };
    CHECK(largest(c({{0, 4, 2}, {0.3, 1.1, 6.0}}) - c({{2, 0, 4}, {6.0, 0.3, 1.1}})) < 1e-13);
    CHECK(largest(c({{0, 4, 2}, {0.3, 1.1, 6.0}}) - c({{2, 0, 4}, {0.3, 1.1, 6.0}})) > 0.01);
  }
  SUBCASE("bad rates, sites, states and times are rejected, with the value") {
    const auto realization = chain_realization({0.3, -0.7, 1.1});
    CHECK_THROWS_WITH_AS(how.prepare(realization, an::white_noise({3}, 1)),
                         doctest::Contains("noisy site = 3; allowed: [0, 3)"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(how.prepare(realization, rates_only{{0, 1}, {1, -0.5}}),
                         doctest::Contains("dephasing rate of the noise = -0.5; allowed: >= 0 and finite"),
                         std::invalid_argument);
    for (const double bad : {nan, infinity})
      CHECK_THROWS_AS(how.prepare(realization, rates_only{{0}, {bad}}), std::invalid_argument);
    const auto start = [&](const state& s) { return started(how, realization, {{0}, {1}}, s); };
    CHECK_THROWS_WITH_AS(start(state(support::random_orbitals(4, 2, 9))),
                         doctest::Contains("number of sites of the state = 4; allowed: that of the Hamiltonian, 3"),
                         std::invalid_argument);
    auto moving = start(state(support::random_orbitals(3, 2, 9)));
    moving.at(2);
    CHECK_THROWS_WITH_AS(moving.at(1.5), doctest::Contains("time to evolve to = 1.5; allowed: finite and not before"),
                         std::invalid_argument);
    for (const double bad : {nan, infinity}) CHECK_THROWS_AS(moving.at(bad), std::invalid_argument);
    CHECK(moving.stepper.time() == 2);
  }
}
TEST_CASE_TEMPLATE_INVOKE(laws, exponentials, strang_steps);

// ---- both at once --------------------------------------------------------------------------------------------------

// Halving dt from 0.04: the next term, dt^4, shifts the order by less than 0.1.
TEST_CASE("strang_noise_average: converges to dense_noise_average with the declared weak order") {
  for_each_realization([&](const auto& realization) {
    for (const rates_only& noise : noises)
      for (const bool from_eigenstates : {false, true}) {
        an::philox rng;
        const state start = from_eigenstates ? an::ground_state{2}.prepare(realization, rng) : mixed_state();
        const complex_matrix exact = correlations_of(started(exponentials::how, realization, noise, start).at(2));
        const auto error = [&](double dt) {
          const an::strang_noise_average how{.dt = dt};
          return largest(correlations_of(started(how, realization, noise, start).at(2)) - exact);
        };
        const double coarse = error(0.04), fine = error(0.02);
        CAPTURE(fine);
        CHECK(std::abs(std::log2(coarse / fine) - an::strang_noise_average::weak_order) < 0.1);
        CHECK(fine < 2e-3);
      }
  });
}

TEST_CASE("noise averages: average() over disorder is the mean over its realizations, without noise error") {
  const an::problem physics{an::anderson_model{an::chain{6}, {.hopping = 1.0, .disorder = 2.0}},
                            an::white_noise{{2}, 1.0}, an::ground_state{}};
  const std::vector<double> times{0, 0.33, 5, 1e3};
  const auto averaged = [&](const auto& how) {
    const auto result = an::average(physics, how, times,
                                    an::observables{an::energy{}, an::absorbed_energy{}, an::density_profile{},
                                                    an::rms_displacement{an::chain{6}, 2}},
                                    {.disorder_realizations = 3, .noise_realizations = 2, .seed = 17});
    std::vector<double> energy(4), absorbed(4);
    std::vector<an::vector_t<double>> density(4, an::vector_t<double>::Zero(6));
    for (an::index_t d = 0; d < 3; ++d) {
      an::philox rng(17, {an::purpose::disorder, d, 0});
      const an::disorder_realization realization(physics.model.draw(rng));
      auto moving = started(how, realization, {{2}, {1.0}}, physics.state.prepare(realization, rng));
      for (std::size_t k = 0; k < times.size(); ++k) {
        const auto now = moving.at(times[k]);
        energy[k] += now.energy() / 3;
        absorbed[k] += (now.energy() - now.initial_energy()) / 3;
        density[k] += now.densities() / 3;
      }
    }
    for (std::size_t k = 0; k < times.size(); ++k) {
      const auto row = static_cast<an::index_t>(k);
      CHECK(std::abs(result["energy"].mean(row, 0) - energy[k]) < 1e-12);
      CHECK(std::abs(result["absorbed_energy"].mean(row, 0) - absorbed[k]) < 1e-12);
      for (an::index_t i = 0; i < 6; ++i) CHECK(std::abs(result["density"].mean(row, i) - density[k][i]) < 1e-12);
      CHECK(result["energy"].variance_within(row, 0) == 0);
    }
    return result;
  };
  const auto exact = averaged(an::dense_noise_average{}), strang = averaged(an::strang_noise_average{.dt = 0.05});
  CHECK((exact["energy"].mean - strang["energy"].mean).abs().maxCoeff() < 1e-3);
  CHECK((exact["density"].mean - strang["density"].mean).abs().maxCoeff() < 1e-3);
  CHECK((exact["energy"].mean - strang["energy"].mean).abs().maxCoeff() > 1e-7);  // another method
}

namespace {

/// Densities and the energy at some times, in the arithmetic of Real.
template <class Real, class Method>
std::vector<double> computed_in(const Method& how) {
  const auto realization = chain_realization<Real>({0.3, -0.7, 1.1, 0.2, -1.4});
  an::philox rng;
  auto moving = started(how, realization, {{0, 4, 2}, {0.3, 1.1, 6.0}},
                        an::product_state{{1, 0, 0.5, 0, 1}}.prepare(realization, rng));
  std::vector<double> all;
  for (const double t : {0.125, 1.0, 12.5}) {  // exact in float
    const auto now = moving.at(t);
    CHECK(std::abs(now.densities().sum() - Real(2.5)) < 100 * Eigen::NumTraits<Real>::epsilon());
    for (const Real n : now.densities()) all.push_back(static_cast<double>(n));
    all.push_back(static_cast<double>(now.energy()));
  }
  return all;
}

}  // namespace

TEST_CASE("noise averages: float follows the same average as double") {
  const auto difference = [](const auto& how) {
    const std::vector<double> narrow = computed_in<float>(how), wide = computed_in<double>(how);
    double worst = 0;
    for (std::size_t i = 0; i < wide.size(); ++i) worst = std::max(worst, std::abs(narrow[i] - wide[i]));
    MESSAGE("difference " << worst);
    return worst / Eigen::NumTraits<float>::epsilon();
  };
  for (const double d : {difference(an::dense_noise_average{}), difference(an::strang_noise_average{.dt = 0.125})}) {
    CHECK(d < 1000);
    CHECK(d > 0.01);  // it is float
  }
}

// ---- exponentials alone --------------------------------------------------------------------------------------------

TEST_CASE("dense_noise_average: many steps and one step end at the same C") {
  const auto realization = random_realization<std::complex<double>>(4);
  const state start(support::random_orbitals(4, 2, 9));
  auto often = started(exponentials::how, realization, {{1}, {0.8}}, start), once = often;
  for (int k = 1; k <= 300; ++k) often.at(0.1 * k);
  CHECK(largest(correlations_of(often.at(30.0)) - correlations_of(once.at(30.0))) < 1e-13);
}

TEST_CASE("dense_noise_average: equilibrium stays, at any late time [invariant 14]") {
  const auto realization = chain_realization({0.3, -0.7, 0.4, 0.2, -0.9});
  an::philox rng;
  auto moving = started(exponentials::how, realization, {{2}, {1.0}}, an::ground_state{2}.prepare(realization, rng));
  for (const double t : {1e4, 1e6, 1e9, 1e12, 1e15}) {
    CAPTURE(t);
    const auto now = moving.at(t);
    CHECK(largest(correlations_of(now) - 0.4 * complex_matrix::Identity(5, 5)) < 1e-13);
    CHECK(std::abs(now.energy() - 0.4 * (-0.7)) < 1e-13);
  }
}

TEST_CASE("dense_noise_average: particle number does not drift, however long it takes") {
  const auto realization = random_realization<std::complex<double>>(4);
  for (const rates_only& noise : {rates_only{{1}, {0.8}}, rates_only{{1, 3}, {1e-9, 3.0}}}) {
    auto moving = started(exponentials::how, realization, noise, state(support::random_orbitals(4, 2, 9)));
    for (double t = 1; t < 1e15; t *= 10) CHECK(std::abs(moving.at(t).densities().sum() - 2) < 1e-13);
  }
}

// Three sites without disorder, noise in the middle: the mode (1, 0, -1) is an eigenstate that vanishes there.
TEST_CASE("dense_noise_average: a mode that the noise does not see is left alone [invariant 14, counter-example]") {
  an::orbitals_t<double> dark(3, 1);
  dark << std::sqrt(0.5), 0, -std::sqrt(0.5);
  auto moving = started(exponentials::how, chain_realization({0, 0, 0}), {{1}, {1.0}}, state(dark));
  const complex_matrix c0 = dark * dark.adjoint();
  for (const double t : {1.0, 1e3, 1e6}) {
    const double error = largest(correlations_of(moving.at(t)) - c0);
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
  auto moving =
      started(exponentials::how, realization, noise, an::localized_excitation{origin}.prepare(realization, rng));
  for (const double t : {0.1, 0.3, 0.5}) {
    const an::vector_t<double> n = moving.at(t).densities();
    double square = 0;
    for (an::index_t i = 0; i < length; ++i) square += static_cast<double>((i - origin) * (i - origin)) * n[i];
    CHECK(std::abs(square - 4 / gamma * (t - (1 - std::exp(-gamma * t)) / gamma)) < 1e-9);
  }
}

// ---- options -------------------------------------------------------------------------------------------------------

TEST_CASE("noise averages: systems too large, bad steps and too many are rejected, with the value") {
  CHECK_THROWS_WITH_AS(
      an::dense_noise_average{}.prepare(chain_realization(std::vector<double>(25, 0.0)), an::white_noise({3}, 1)),
      doctest::Contains("number of sites of dense_noise_average = 25; allowed: at most 24"), std::invalid_argument);
  for (const double bad : {0.0, -0.1, nan, infinity}) {
    const an::strang_noise_average how{.dt = bad};
    CHECK_THROWS_WITH_AS(how.check(), doctest::Contains("dt = "), std::invalid_argument);
    CHECK_THROWS_AS(how.prepare(chain_realization({0, 0}), an::white_noise({0}, 1)), std::invalid_argument);
  }
  auto moving = started(an::strang_noise_average{}, chain_realization({0.3, -0.7, 1.1}), {{0}, {1}},
                        state(support::random_orbitals(3, 2, 9)));
  CHECK_THROWS_WITH_AS(moving.at(1e15), doctest::Contains("number of steps between two times = "),
                       std::invalid_argument);
}

}  // namespace noise_average_laws_test
