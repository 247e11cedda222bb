// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/combined_steps.hpp"

#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace dense_test {

using support::largest;
using support::realization;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;

constexpr an::index_t length = 10;
constexpr double dt = 0.125;

template <class Scalar>
double twin_difference(Scalar hopping, an::boundary ends, const site_list& sites, an::index_t columns, int steps) {
  const auto sample = realization(length, hopping, ends);
  const std::vector<double> phi = support::phases(static_cast<std::size_t>(steps) * sites.size());
  const orbitals start = support::random_orbitals(length, columns, 3);
  an::recorded_noise noise(sites, dt, phi);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::dense_propagator{.dt = dt}.prepare(sample, noise).start(state(start));
  stepper.evolve(dt * steps, path);
  CHECK(stepper.time() == dt * steps);
  const auto now = stepper.snapshot();
  const complex energy =
      now.orbitals()
          .adjoint()
          .lazyProduct(sample.hamiltonian().dense().template cast<complex>().lazyProduct(now.orbitals()))
          .trace();
  CHECK(std::abs(now.energy() - energy.real()) < 1e-13 * static_cast<double>(length * length));
  return largest(now.orbitals() - support::combined(sample.hamiltonian().dense(), sites, dt, phi, start));
}

using realization_type = decltype(realization(length, 1.0, an::boundary::open));
static_assert(an::propagator<an::dense_propagator, realization_type, state, an::noise_path<an::white_noise>>);
static_assert(an::dense_propagator::weak_order == 1);

}  // namespace

// 10 steps of order-1 phases, each rounding to some 1e-15.

TEST_CASE("dense_propagator: equals the combined step (eq. 8) of its twin, real and complex h, one to three sites") {
  CHECK(twin_difference(1.0, an::boundary::open, {4}, 5, 10) < 1e-12);
  CHECK(twin_difference(1.0, an::boundary::open, {4, 0}, length, 10) < 1e-12);
  CHECK(twin_difference(1.0, an::boundary::periodic, {4, 0, 9}, 1, 10) < 1e-12);
  CHECK(twin_difference(std::polar(1.0, 0.4), an::boundary::periodic, {4, 1}, 5, 10) < 1e-12);
  CHECK(twin_difference(1.0, an::boundary::open, {4}, 0, 10) == 0);
}

TEST_CASE("dense_propagator: is not the split step: the twin would notice") {
  const auto sample = realization(length, 1.0, an::boundary::open);
  const std::vector<double> phi = support::phases(10);
  const orbitals start = support::random_orbitals(length, 5, 3);
  an::recorded_noise noise({4}, dt, phi);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::dense_propagator{.dt = dt}.prepare(sample, noise).start(state(start));
  stepper.evolve(10 * dt, path);
  CHECK(largest(stepper.snapshot().orbitals() - support::strang(sample.hamiltonian().dense(), {4}, dt, phi, start)) >
        1e-4);
}

TEST_CASE("dense_propagator: going back, bad dt and sites outside are rejected, with the value") {
  const auto sample = realization(length, 1.0, an::boundary::open);
  an::white_noise noise({4}, 1.0), outside({length}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::dense_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
  stepper.evolve(1, path);
  CHECK_THROWS_WITH_AS(stepper.evolve(0.5, path), doctest::Contains("time to evolve to = 0.5"), std::invalid_argument);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_WITH_AS(an::dense_propagator{.dt = bad}.check(), doctest::Contains("dt = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::dense_propagator{}.prepare(sample, outside), doctest::Contains("noisy site = 10"),
                       std::invalid_argument);
}

}  // namespace dense_test
