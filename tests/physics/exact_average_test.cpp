// SPDX-License-Identifier: MIT
// exact_noise_average against everything else that computes the average over the noise.
#include "support.hpp"
#include "support/lindblad.hpp"

#include <reference/lindblad_L4.hpp>

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

using namespace support;

namespace {

using state = an::gaussian_state<double>;
using stepper = an::exact_stepper<sample>;

constexpr an::exact_noise_average in_time{}, at_random_times{.reading = an::averaged_at::exponential_times};

/// A stepper and what it needs.
struct run {
  rates_only noise;
  an::philox rng;
  stepper moving;

  run(const an::exact_noise_average& how, const sample& s, rates_only shaken_by, const state& start)
      : noise(std::move(shaken_by)), moving(how.prepare(s, noise).start(start)) {}
  matrix at(double t) {
    moving.evolve(t, noise, rng);
    return moving.snapshot().state().correlations();
  }
};

/// The same by exponentials of the generator of the Lindblad equation.
struct dense_run {
  rates_only noise;
  an::philox rng;
  an::dense_noise_average_stepper<sample> moving;

  dense_run(const sample& s, rates_only shaken_by, const state& start)
      : noise(std::move(shaken_by)), moving(an::dense_noise_average{}.prepare(s, noise).start(start)) {}
  matrix at(double t) {
    moving.evolve(t, noise, rng);
    return moving.snapshot().state().correlations();
  }
};

matrix correlations(const state& s) {
  return times_adjoint(s.orbitals * s.occupations.asDiagonal(), s.orbitals);
}

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
    for (const std::uint64_t seed : {84, 85, 86, 87}) {
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
    CHECK(largest < last);
    last = largest;
  }
  MESSAGE("largest error / estimate " << worst);
  CHECK(worst < 1);
}

// Repeated squaring of exp(generator) with trace and equilibrium kept: rounding about 1e-16 |G| t = 1e-9.
TEST_CASE("exact_noise_average: energy and populations of the eigenmodes at t = 1e6, L = 6 and 8") {
  double energies = 0, populations = 0, moved = 0;
  for (const index_t sites : {6, 8}) {
    const std::vector<double> w = potential(sites, 9.0, 88);
    const sample s = chain_sample(w);
    const matrix h = chain_matrix(w), v = s.eigensystem().vectors.cast<complex>();
    for (const rates_only& noise : noises(sites))
      for (const state& start : starts(s)) {
        run exact(in_time, s, noise, start);
        const matrix c = exact.at(1e6), reference = dense_run(s, noise, start).at(1e6);
        energies = std::max({energies, std::abs(exact.moving.snapshot().energy() - energy(h, reference)),
                             std::abs(energy(h, c) - energy(h, reference))});
        const auto in_modes = [&](const matrix& x) { return times_adjoint(v.adjoint(), times(v.adjoint(), x)); };
        populations = std::max(
            populations, (in_modes(c).diagonal() - in_modes(reference).diagonal()).cwiseAbs().maxCoeff());
        moved = std::max(moved, (reference - 0.5 * matrix::Identity(sites, sites)).diagonal().cwiseAbs().maxCoeff());
      }
  }
  MESSAGE("largest error of energies " << energies << ", of populations " << populations);
  CHECK(energies < 1e-7);
  CHECK(populations < 1e-7);
  CHECK(moved > 0.01);  // not yet all in equilibrium
}

TEST_CASE("exact_noise_average: energies, densities and C are those of the many-body equation [reference lindblad_L4]") {
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
          worst = std::max(worst, std::abs(now.correlation(j, i) -
                                           complex(point.g_real[at(i)][at(j)], point.g_imag[at(i)][at(j)])));
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
        worst = std::max(worst, distance(exact.at(scale), expected) / expected.cwiseAbs().maxCoeff());
        CHECK(exact.moving.resolvents() == 1);
        CHECK(exact.moving.error_estimate() == 0);
      }
    }
  }
  MESSAGE("largest relative error " << worst);
  CHECK(worst < 1e-11);
}
