// SPDX-License-Identifier: MIT
// Averages over the noise, without sampling.
#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace averaged_test {

using namespace support;

namespace {

template <class P>
matrix averaged(const P& how, const sample& s, const std::vector<index_t>& noisy, double gamma, const auto& state,
                double t) {
  an::white_noise noise(noisy, gamma);
  auto stepper = how.prepare(s, noise).start(prepared_state(state, s));
  stepper.evolve(t);
  return stepper.snapshot().state().correlations();
}

matrix correlations(const an::gaussian_state<double>& state) {
  return state.orbitals() * state.occupations().asDiagonal() * state.orbitals().adjoint();
}

}  // namespace

TEST_CASE("dense_noise_average: is the exponential of the Lindblad generator, one to three noisy sites") {
  const std::vector<double> w = potential(6, 1.0, 61);
  const sample s = chain_sample(w);
  double worst = 0;
  for (const std::vector<index_t>& noisy : {std::vector<index_t>{2}, {4, 1}, {0, 2, 5}}) {
    const matrix generator = lindblad_generator(chain_matrix(w), noisy, 0.8);
    const auto compare = [&](const auto& state) {
      const matrix c0 = correlations(prepared_state(state, s));
      for (const double t : {0.3, 3.0, 30.0})
        worst = std::max(
            worst, distance(averaged(an::dense_noise_average{}, s, noisy, 0.8, state, t), evolved(generator, c0, t)));
    };
    compare(an::ground_state{});
    compare(an::thermal_state{.inverse_temperature = 2});
    compare(an::product_state{{1, 0, 0, 1, 1, 0}});
  }
  MESSAGE("largest difference " << worst);
  CHECK(worst < 1e-13);
}

// No sampling on either side: the average over phi of a step of split_propagator, by quadrature.
TEST_CASE("strang_noise_average: is the average of split_propagator's steps, their error included") {
  const sample s = chain_sample(potential(6, 1.0, 62));
  const double dt = 0.25, gamma = 1.3;
  const index_t steps = 40;
  const averaged_step step = average_of(an::split_propagator{.dt = dt}, s, 2, gamma);
  const auto compare = [&](const auto& state) {
    const matrix c = averaged(an::strang_noise_average{.dt = dt}, s, {2}, gamma, state, dt * steps);
    const double difference = distance(c, step.repeated(correlations(prepared_state(state, s)), steps));
    MESSAGE("largest difference " << difference);
    CHECK(difference < 1e-13);
    CHECK(distance(c, averaged(an::dense_noise_average{}, s, {2}, gamma, state, dt * steps)) > 1e-4);  // dt matters
  };
  compare(an::ground_state{});
  compare(an::product_state{{1, 0, 0, 1, 1, 0}});
}

TEST_CASE("invariant 12: the energy starts to grow at the rate -gamma sum_{j != c} h_cj Re C_cj") {
  const std::vector<double> w = potential(8, 1.0, 63);
  const sample s = chain_sample(w);
  const matrix h = chain_matrix(w), c0 = correlations(prepared_state(an::ground_state{}, s));
  const double gamma = 0.9, t = 1e-3;
  double rate = 0;
  for (const index_t j : {2, 4}) rate -= gamma * (h(3, j) * c0(3, j)).real();
  const auto after = [&](double time) {
    return energy(h, averaged(an::dense_noise_average{}, s, {3}, gamma, an::ground_state{}, time));
  };
  const double slope = (4 * after(t) - after(2 * t) - 3 * energy(h, c0)) / (2 * t);  // to O(t^2)
  CHECK(rate > 0.1);
  CHECK(std::abs(slope - rate) < 1e-5);
}

}  // namespace averaged_test
