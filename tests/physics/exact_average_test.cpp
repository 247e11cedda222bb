// SPDX-License-Identifier: MIT
// exact_noise_average against everything else that computes the average over the noise.
#include "support.hpp"
#include "support/lindblad.hpp"

#include <reference/lindblad_L4.hpp>

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace exact_average_test {

using namespace support;

namespace {

using state = an::gaussian_state<double>;
using stepper = an::exact_average_stepper<sample>;

constexpr an::exact_noise_average in_time{}, at_random_times{.reading = an::averaged_at::exponential_times};

struct run {
  stepper moving;

  run(const an::exact_noise_average& how, const sample& s, const rates_only& noise, const state& start)
      : moving(how.prepare(s, noise).start(start)) {}
  matrix at(double t) {
    moving.evolve(t);
    return moving.snapshot().state().correlations();
  }
};

/// The same by exponentials of the generator of the Lindblad equation.
struct dense_run {
  an::dense_average_stepper<sample> moving;

  dense_run(const sample& s, const rates_only& noise, const state& start)
      : moving(an::dense_noise_average{}.prepare(s, noise).start(start)) {}
  matrix at(double t) {
    moving.evolve(t);
    return moving.snapshot().state().correlations();
  }
};

matrix correlations(const state& s) { return times_adjoint(s.orbitals() * s.occupations().asDiagonal(), s.orbitals()); }

/// On packed C there are no unequal rates: one generator for each.
matrix generator_of(const matrix& h, const rates_only& noise) {
  matrix g = lindblad_generator(h, {}, 0);
  for (std::size_t k = 0; k < noise.sites.size(); ++k)
    g += lindblad_generator(matrix::Zero(h.rows(), h.cols()), {noise.sites[k]}, noise.rates[k]);
  return g;
}

/// One, two and three noisy sites, equal and unequal rates, weak and strong.
std::vector<rates_only> noises(index_t sites) {
  const index_t c = (sites - 1) / 2;
  return {{{c}, {1.0}}, {{c}, {20.0}}, {{sites - 1, c}, {1.0, 1.0}}, {{c, 0, sites - 1}, {0.3, 2.0, 1e-3}}};
}

std::vector<state> starts(const sample& s) {
  std::vector<double> alternating(at(s.size()));
  for (std::size_t i = 0; i < alternating.size(); i += 2) alternating[i] = 1;
  return {prepared_state(an::ground_state{}, s), prepared_state(an::thermal_state{.inverse_temperature = 0.7}, s),
          prepared_state(an::product_state{alternating}, s)};
}

const std::vector<double> instants = an::log_times(0.01, 1e3, 3);

/// Largest error in C of all noises, starts and times.
double against_dense(index_t sites, double disorder, std::uint64_t seed) {
  const sample s = chain_sample(potential(sites, disorder, seed));
  double worst = 0;
  for (const rates_only& noise : noises(sites))
    for (const state& start : starts(s)) {
      run exact(in_time, s, noise, start);
      dense_run dense(s, noise, start);
      for (const double t : instants) worst = std::max(worst, distance(exact.at(t), dense.at(t)));
    }
  return worst;
}

}  // namespace

// C errs by less than the default tolerance 1e-8; measured 1e-9.
TEST_CASE("exact_noise_average: C is that of dense exponentials, 0.01 to 1000, one to three noisy sites, L = 4 to 8") {
  for (const index_t sites : {4, 5, 8})
    for (const double disorder : {0.3, 1.0, 6.0}) {
      const double error = against_dense(sites, disorder, 81);
      MESSAGE("L = " << sites << ", W = " << disorder << ": largest error " << error);
      CHECK(error < 1e-8);
    }
}

TEST_CASE("exact_noise_average: C is that of dense exponentials, L = 12 [slow]") {
  const double error = against_dense(12, 2.0, 82);
  MESSAGE("largest error " << error);
  CHECK(error < 1e-8);
}

TEST_CASE("exact_noise_average: C is that of an exponential written without the library, L = 6") {
  const std::vector<double> w = potential(6, 1.5, 83);
  const sample s = chain_sample(w);
  double worst = 0;
  for (const rates_only& noise : noises(6))
    for (const state& start : starts(s)) {
      run exact(in_time, s, noise, start);
      const matrix generator = generator_of(chain_matrix(w), noise);
      for (const double t : {0.02, 0.9, 17.0, 400.0})
        worst = std::max(worst, distance(exact.at(t), evolved(generator, correlations(start), t)));
    }
  MESSAGE("largest error " << worst);
  CHECK(worst < 1e-8);
}

TEST_CASE("exact_noise_average: the error is below the tolerance and falls with it, error_estimate() bounds it") {
  double worst = 0, last = 1;
  for (const double tolerance : {1e-4, 1e-5, 1e-6, 1e-7, 1e-8}) {
    double largest = 0, largest_estimate = 0;
    index_t resolvents = 0;
    for (const std::uint64_t seed : {84u, 85u, 86u, 87u}) {
      const sample s = chain_sample(potential(6, 1.0, seed));
      for (const rates_only& noise : noises(6))
        for (const state& start : starts(s)) {
          run exact({.tolerance = tolerance}, s, noise, start);
          dense_run dense(s, noise, start);
          for (const double t : {0.5, 5.0, 20.0, 50.0, 100.0, 200.0, 500.0}) {
            const double error = distance(exact.at(t), dense.at(t)), estimate = exact.moving.error_estimate();
            CHECK(estimate <= tolerance);
            worst = std::max(worst, error / (estimate + 1e-10));  // 1e-10: of the contour
            largest = std::max(largest, error);
            largest_estimate = std::max(largest_estimate, estimate);
          }
          resolvents += exact.moving.resolvents();
        }
    }
    MESSAGE("tolerance " << tolerance << ": largest error " << largest << ", largest estimate " << largest_estimate
                         << ", " << resolvents << " resolvents");
    CHECK(largest < tolerance);
    CHECK(largest <= last);
    last = largest;
  }
  MESSAGE("largest error / estimate " << worst);
  CHECK(worst < 1);
}

// Repeated squaring of exp(generator) with trace and equilibrium kept: rounding about 1e-16 |G| t = 1e-9.
TEST_CASE("exact_noise_average: energy and populations of the eigenmodes at t = 1e6, L = 6 and 8") {
  double energies = 0, populations = 0, moved = 0;
  for (const index_t sites : {6, 8}) {
    const std::vector<double> w = potential(sites, 16.0, 88);
    const sample s = chain_sample(w);
    const matrix h = chain_matrix(w), v = s.eigensystem().vectors.cast<complex>();
    for (const rates_only& noise : noises(sites))
      for (const state& start : starts(s)) {
        run exact(in_time, s, noise, start);
        const matrix c = exact.at(1e6), reference = dense_run(s, noise, start).at(1e6);
        energies = std::max({energies, std::abs(exact.moving.snapshot().energy() - energy(h, reference)),
                             std::abs(energy(h, c) - energy(h, reference))});
        const auto in_modes = [&](const matrix& x) { return times_adjoint(v.adjoint(), times(v.adjoint(), x)); };
        populations =
            std::max(populations, (in_modes(c).diagonal() - in_modes(reference).diagonal()).cwiseAbs().maxCoeff());
        moved = std::max(moved, (reference - 0.5 * matrix::Identity(sites, sites)).diagonal().cwiseAbs().maxCoeff());
      }
  }
  MESSAGE("largest error of energies " << energies << ", of populations " << populations);
  CHECK(energies < 1e-7);
  CHECK(populations < 1e-7);
  CHECK(moved > 0.01);  // not yet all in equilibrium
}

TEST_CASE(
    "exact_noise_average: energies, densities and C are those of the many-body equation [reference lindblad_L4]") {
  double worst = 0;
  for (const auto& r : reference::lindblad_L4) {
    const sample s = chain_sample(r.potential);
    run exact(in_time, s, {{1}, {r.gamma}},
              r.initial_state == "ground" ? prepared_state(an::ground_state{2}, s)
                                          : prepared_state(an::product_state{r.occupations}, s));
    CHECK(std::abs(exact.moving.snapshot().initial_energy() - r.initial_energy) < 1e-11);  // 13 digits printed
    for (const auto& point : r.points) {
      exact.at(point.time);
      const auto now = exact.moving.snapshot();
      worst = std::max(worst, std::abs(now.energy() - point.energy));
      for (index_t i = 0; i < 4; ++i) {
        worst = std::max(worst, std::abs(now.densities()[i] - point.density[at(i)]));
        for (index_t j = 0; j < 4; ++j)  // G is the transpose of C
          worst = std::max(
              worst, std::abs(now.correlation(j, i) - complex(point.g_real[at(i)][at(j)], point.g_imag[at(i)][at(j)])));
      }
    }
  }
  MESSAGE("largest difference " << worst);
  CHECK(worst < 1e-8);
}

TEST_CASE("exact_noise_average: at exponential times, C is s times the resolvent of the generator, L = 12 [dense LU]") {
  const std::vector<double> w = potential(12, 1.5, 89);
  const sample s = chain_sample(w);
  double worst = 0;
  for (const rates_only& noise : noises(12)) {
    const matrix generator = generator_of(chain_matrix(w), noise);
    for (const double scale : {0.01, 1.0, 100.0, 1e4}) {
      const double rate = 1 / scale;
      const Eigen::PartialPivLU<matrix> lu(rate * matrix::Identity(144, 144) - generator);
      for (const state& start : starts(s)) {
        const matrix expected = unstacked(lu.solve(rate * stacked(correlations(start))), 12);
        run exact(at_random_times, s, noise, start);
        const double error = distance(exact.at(scale), expected);
        worst = std::max(worst, error / expected.cwiseAbs().maxCoeff());
        CHECK(exact.moving.resolvents() == 1);
        CHECK(error < exact.moving.error_estimate() + 1e-11);  // rounding of the reference
        CHECK(exact.moving.error_estimate() < 1e-8);           // rounding only; most where a site jumps rarely
      }
    }
  }
  MESSAGE("largest relative error " << worst);
  CHECK(worst < 1e-11);
}

namespace {

/// Largest |mean - exact| / standard error.
struct deviations {
  double energy = 0, density = 0, displacement = 0;
};

constexpr index_t sampled_sites = 20, noisy = 9;

/// Trajectories of one sample, shaken with gamma = 1, against the exact average with gamma: energy and densities from
/// the ground state, R from the noisy site.
deviations compare(double disorder, const auto& noise, const auto& how, index_t trajectories, double gamma) {
  const std::vector<double> w = potential(sampled_sites, disorder, 90), times = an::log_times(5, 1e3, 5);
  const an::anderson_model model{an::chain{sampled_sites}, 1.0, an::given_potential{w}};
  const sample s = chain_sample(w);
  run exact(in_time, s, {{noisy}, {gamma}}, prepared_state(an::ground_state{}, s)),
      walk(in_time, s, {{noisy}, {gamma}}, prepared_state(an::localized_excitation{noisy}, s));
  const an::plan often{.noise_realizations = trajectories, .seed = 7};
  const auto ground = an::average(an::problem{model, noise, an::ground_state{}}, how, times,
                                  an::observables{an::energy{}, an::density_profile{}}, often);
  const an::rms_displacement r{an::chain{sampled_sites}, noisy};
  const auto walked =
      an::average(an::problem{model, noise, an::localized_excitation{noisy}}, how, times, an::observables{r}, often);
  deviations z;
  const auto add = [](double& worst, const auto& series, index_t k, index_t i, double expected) {
    worst = std::max(worst, std::abs(series.mean(k, i) - expected) / series.error(k, i));
  };
  for (index_t k = 0; k < std::ssize(times); ++k) {
    exact.at(times[at(k)]), walk.at(times[at(k)]);
    const auto now = exact.moving.snapshot(), walked_now = walk.moving.snapshot();
    add(z.energy, ground["energy"], k, 0, now.energy());
    for (index_t i = 0; i < sampled_sites; ++i) add(z.density, ground["density"], k, i, now.densities()[i]);
    std::vector<double> square(1);
    r.measure(walked_now, std::span<double>(square));
    add(z.displacement, walked["rms_displacement"], k, 0, std::sqrt(square[0]));
  }
  MESSAGE("W = " << disorder << ", " << times.size() << " times: largest z of energy " << z.energy << ", of densities "
                 << z.density << ", of R " << z.displacement);
  return z;
}

}  // namespace

// Energy and R: 52 values each in the two tests, which right code has beyond 4 standard errors with probability 7e-3;
// the seed is fixed. Densities: 1040 values, beyond 6.3 with probability 3e-7. Times from 5 on: earlier, densities far
// away are owed to few trajectories.
TEST_CASE("exact_noise_average: white noise, sampled, agrees, L = 20 [slow]") {
  for (const double disorder : {1.0, 3.0}) {
    const deviations z = compare(disorder, an::white_noise({noisy}, 1.0), an::split_propagator{.dt = 0.05}, 1000, 1.0);
    CHECK(z.energy < 4);
    CHECK(z.displacement < 4);
    CHECK(z.density < 6.3);
  }
}

TEST_CASE("exact_noise_average: reflections, sampled, agree, and gamma wrong by a tenth is noticed, L = 20 [slow]") {
  for (const double disorder : {1.0, 3.0}) {
    const deviations z = compare(disorder, an::reflections({noisy}, 1.0), an::event_propagator{}, 4000, 1.0);
    CHECK(z.energy < 4);
    CHECK(z.displacement < 4);
    CHECK(z.density < 6.3);
  }
  const deviations wrong = compare(1.0, an::reflections({noisy}, 1.0), an::event_propagator{}, 4000, 1.1);
  CHECK(wrong.energy > 8);
  CHECK(wrong.density > 6.3);
}

TEST_CASE("exact_noise_average: C goes to N/L, energy to (N/L) tr h, as t goes to 1e100 [invariant 14]") {
  double worst = 0, early = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<double> w = potential(20, 0.5 + 0.25 * static_cast<double>(seed), 100 + seed);
    const sample s = chain_sample(w);
    double trace = 0;
    for (const double x : w) trace += x;
    const state start = prepared_state(an::ground_state{}, s);
    for (const an::exact_noise_average& how : {in_time, at_random_times}) {
      run exact(how, s, {{9}, {1.0}}, start);
      early = std::max(early, distance(exact.at(1e3), 0.5 * matrix::Identity(20, 20)));
      worst = std::max({worst, distance(exact.at(1e100), 0.5 * matrix::Identity(20, 20)),
                        std::abs(exact.moving.snapshot().energy() - trace / 2)});
    }
  }
  MESSAGE("largest deviation " << worst);
  CHECK(worst < 1e-9);
  CHECK(early > 0.1);
}

// Odd modes of a chain without disorder vanish in its center. Their part of C keeps its populations and the size of its
// coherences (no phase of 1e100 turns is known); what the noise sees spreads evenly over the even modes.
TEST_CASE("exact_noise_average: modes that the noise does not see are left alone [invariant 14, counter-example]") {
  const index_t sites = 9, even = 5;
  const sample s = chain_sample(std::vector<double>(at(sites), 0.0));
  const state start = prepared_state(an::product_state{{1, 0, 0, 1, 0, 0, 1, 1, 0}}, s);
  const matrix v = s.eigensystem().vectors.cast<complex>();
  const auto in_modes = [&](const matrix& c) { return times_adjoint(v.adjoint(), times(v.adjoint(), c)); };
  const matrix before = in_modes(correlations(start));
  const auto is_dark = [&](index_t a) { return a % 2 == 1; };
  double seen = 0;
  for (index_t a = 0; a < sites; a += 2) seen += before(a, a).real();
  for (const an::exact_noise_average& how : {in_time, at_random_times}) {
    run exact(how, s, {{4}, {1.0}}, start);
    for (const double t : {1e4, 1e10, 1e100}) {
      const matrix after = in_modes(exact.at(t));
      double worst = 0;
      for (index_t a = 0; a < sites; ++a)
        for (index_t b = 0; b < sites; ++b) {
          const bool dark = is_dark(a) && is_dark(b);
          const bool kept = dark && (a == b || how.reading == an::averaged_at::time);
          const double expected = kept ? std::abs(before(a, b)) : !is_dark(a) && a == b ? seen / even : 0.0;
          worst = std::max(worst, std::abs(std::abs(after(a, b)) - expected));
        }
      MESSAGE("t = " << t << ": largest error " << worst);
      // exponential times: coherences turn at rates above 0.3, and 1 / (0.3 t) of them is left
      CHECK(worst < (how.reading == an::averaged_at::time ? 1e-9 : 1e-9 + 3 / t));
    }
  }
}

TEST_CASE("exact_noise_average: 0 <= C <= 1, N is kept, tr C^2 falls, its spectrum is majorized [invariants 11, 13]") {
  const sample s = chain_sample(potential(8, 1.5, 91));
  for (const rates_only& noise : noises(8))
    for (const state& start : starts(s)) {
      run exact(in_time, s, noise, start);
      an::vector_t<double> before = an::hermitian_eigenvalues(exact.at(0));
      for (double t = 0.01; t < 1e12; t *= 8) {
        const an::vector_t<double> now = an::hermitian_eigenvalues(exact.at(t));  // ascending
        CHECK(now[0] > -1e-10);
        CHECK(now[7] < 1 + 1e-10);
        CHECK(std::abs(now.sum() - 4) < 1e-10);
        CHECK(std::abs(exact.moving.snapshot().particles() - 4) < 1e-10);
        CHECK(now.squaredNorm() < before.squaredNorm() + 1e-9);
        for (index_t k = 1; k < 8; ++k) CHECK(now.tail(k).sum() < before.tail(k).sum() + 1e-9);
        before = now;
      }
    }
}

TEST_CASE(
    "exact_noise_average: P_ij is doubly stochastic, symmetric, even in w, and moves products [invariants 15, 16]") {
  const index_t sites = 7;
  const std::vector<double> w = potential(sites, 1.5, 92);
  const rates_only noise{{2, 5}, {1.0, 0.3}};
  const auto probabilities = [&](const sample& s, const an::exact_noise_average& how, double t) {
    an::matrix_t<double> p(sites, sites);
    for (index_t j = 0; j < sites; ++j)
      p.col(j) = run(how, s, noise, prepared_state(an::localized_excitation{j}, s)).at(t).diagonal().real();
    return p;
  };
  const sample s = chain_sample(w), opposite = chain_sample(scaled(w, -1));
  double worst = 0;
  for (const an::exact_noise_average& how : {in_time, at_random_times})
    for (const double t : {0.3, 20.0, 1e3, 1e7}) {
      const an::matrix_t<double> p = probabilities(s, how, t);
      const std::vector<double> occupied{1, 0, 0, 1, 0.5, 0, 1};
      const an::vector_t<double>
          start = Eigen::Map<const an::vector_t<double>>(occupied.data(), sites),
          moved = run(how, s, noise, prepared_state(an::product_state{occupied}, s)).at(t).diagonal().real();
      worst = std::max({worst, (p.rowwise().sum().array() - 1).abs().maxCoeff(),
                        (p.colwise().sum().array() - 1).abs().maxCoeff(), (p - p.transpose()).cwiseAbs().maxCoeff(),
                        (p - probabilities(opposite, how, t)).cwiseAbs().maxCoeff(),
                        (moved - p.lazyProduct(start)).cwiseAbs().maxCoeff()});
    }
  MESSAGE("largest error " << worst);
  CHECK(worst < 1e-9);
}

// f(t) = K(t) + gamma int_0^t f(s) K(t - s) ds by Simpson's rule, error h^4; K by exponentials of h - (i/2) gamma P.
TEST_CASE("exact_noise_average: return probability obeys the renewal equation [invariant 18]") {
  const std::vector<double> w = potential(7, 1.0, 93);
  const sample s = chain_sample(w);
  const double gamma = 1.3, h = 0.01;
  const index_t steps = 400;
  const matrix effective = chain_matrix(w) - i_unit * (gamma / 2) * projector(7, 3);
  const matrix step = exponential(-i_unit * h * effective);
  run exact(in_time, s, {{3}, {gamma}}, prepared_state(an::localized_excitation{3}, s));
  vector x = vector::Unit(7, 3);
  std::vector<double> kernel, density;
  for (index_t k = 0; k <= steps; ++k) {
    kernel.push_back(std::norm(x[3]));
    exact.moving.evolve(h * static_cast<double>(k));
    density.push_back(exact.moving.snapshot().correlation(3, 3).real());
    x = step.lazyProduct(x).eval();
  }
  for (const index_t k : {steps / 10, steps / 2, steps}) {
    double sum = 0;
    for (index_t j = 0; j <= k; ++j)
      sum += (j == 0 || j == k ? 1 : j % 2 == 1 ? 4 : 2) * density[at(j)] * kernel[at(k - j)];
    const double error = std::abs(density[at(k)] - kernel[at(k)] - gamma * h / 3 * sum);
    MESSAGE("error at " << h * static_cast<double>(k) << ": " << error);
    CHECK(error < 1e-8);
  }
}

// Sites that a particle reaches with probability below 1e-9 stand for the infinite chain.
TEST_CASE("exact_noise_average: dephasing on every site gives diffusion of the closed form [infinite chain, W = 0]") {
  const index_t sites = 31, origin = 15;
  const sample s = chain_sample(std::vector<double>(at(sites), 0.0));
  const double gamma = 2.5;
  rates_only everywhere;
  for (index_t i = 0; i < sites; ++i) everywhere.sites.push_back(i), everywhere.rates.push_back(gamma);
  run exact(in_time, s, everywhere, prepared_state(an::localized_excitation{origin}, s));
  an::vector_t<double> square(sites);
  for (index_t i = 0; i < sites; ++i) square[i] = static_cast<double>((i - origin) * (i - origin));
  for (const double t : {0.1, 1.0, 2.5}) {
    exact.moving.evolve(t);
    const auto now = exact.moving.snapshot();
    const double expected = 4 / gamma * (t - (1 - std::exp(-gamma * t)) / gamma);
    MESSAGE("t = " << t << ": error " << std::abs(now.weighted_density(square) - expected));
    CHECK(std::abs(now.weighted_density(square) - expected) < 1e-7);
    CHECK(std::abs(now.weighted_density(square) - square.dot(now.densities())) < 1e-11);  // one way or the other
  }
}

TEST_CASE("exact_noise_average: a late time costs no more than an early one") {
  for (const double disorder : {1.0, 3.0, 6.0}) {
    const sample s = chain_sample(potential(50, disorder, 94));
    run exact(in_time, s, {{24}, {1.0}}, prepared_state(an::ground_state{}, s));
    index_t before = 0, late = 0, most = 0;
    for (const double t : {0.1, 1.0, 10.0, 1e10, 1e11, 1e12, 1e15, 1e18, 1e100}) {
      exact.moving.evolve(t);
      const index_t count = exact.moving.resolvents() - before;
      before += count;
      most = std::max(most, count);
      if (t >= 1e12) late = std::max(late, count);
    }
    MESSAGE("W = " << disorder << ": at most " << most << " resolvents a time, " << late << " at 1e12 and later");
    CHECK(late <= 60);
    CHECK(late >= 10);
  }
}

}  // namespace exact_average_test
