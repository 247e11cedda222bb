// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/combined_steps.hpp"

#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace krylov_test {

using support::realization;

namespace {

using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;

constexpr an::index_t length = 16;
constexpr double dt = 0.125;
constexpr int steps = 10;

auto run(auto hopping, an::boundary ends, const site_list& sites, an::index_t columns, an::krylov_propagator how) {
  how.dt = dt;
  return support::run_combined(realization(length, hopping, ends), sites, columns, steps, how);
}

using realization_type = decltype(realization(length, 1.0, an::boundary::open));
static_assert(an::propagator<an::krylov_propagator, realization_type, state, an::noise_path<an::white_noise>>);
static_assert(an::krylov_propagator::weak_order == 1);

}  // namespace

TEST_CASE("krylov_propagator: equals the combined step (eq. 8) of its twin, real and complex h, one to three sites") {
  const an::krylov_propagator tight{.tolerance = 1e-13};
  const double bound = 4e-13 * steps + 1e-14 * steps;  // the tolerance of every step, and rounding
  CHECK(run(1.0, an::boundary::open, {7}, 8, tight).difference < bound);
  CHECK(run(1.0, an::boundary::open, {7, 0}, length, tight).difference < bound);
  CHECK(run(1.0, an::boundary::periodic, {7, 0, 15}, 1, tight).difference < bound);
  CHECK(run(std::polar(1.0, 0.4), an::boundary::periodic, {7, 1}, 8, tight).difference < bound);
}

TEST_CASE("krylov_propagator: the tolerance is kept in every step and reported") {
  for (const double tolerance : {1e-4, 1e-7, 1e-10}) {
    CAPTURE(tolerance);
    const auto o = run(1.0, an::boundary::open, {7}, 8, {.tolerance = tolerance});
    CHECK(o.difference < 4 * tolerance * steps);
    CHECK(o.time == dt * steps);
    CHECK(o.report.error_bound <= tolerance);
    CHECK(o.report.error_bound > 0);
    CHECK(o.report.sub_steps == steps);
  }
  CHECK(run(1.0, an::boundary::open, {7}, 8, {.tolerance = 1e-4}).report.dimension <
        run(1.0, an::boundary::open, {7}, 8, {.tolerance = 1e-10}).report.dimension);
}

TEST_CASE("krylov_propagator: a small largest dimension cuts the steps and keeps the tolerance") {
  const auto o = run(1.0, an::boundary::open, {7}, 8, {.tolerance = 1e-10, .max_dimension = 5});
  CHECK(o.report.dimension == 5);
  CHECK(o.report.sub_steps > steps);
  CHECK(o.difference < 4e-10 * steps);
}

TEST_CASE("krylov_propagator: the vacuum stays") {
  CHECK(run(1.0, an::boundary::open, {7}, 0, {}).report.dimension == 0);
}

TEST_CASE("krylov_propagator: going back and bad options are rejected, with the value") {
  const auto sample = realization(length, 1.0, an::boundary::open);
  an::white_noise noise({7}, 1.0), outside({length}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::krylov_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
  stepper.evolve(1, path);
  CHECK_THROWS_WITH_AS(stepper.evolve(0.5, path), doctest::Contains("time to evolve to = 0.5"), std::invalid_argument);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_WITH_AS(an::krylov_propagator{.dt = bad}.check(), doctest::Contains("dt = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS(an::krylov_propagator{.tolerance = bad}.check(), doctest::Contains("tolerance = "),
                         std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(an::krylov_propagator{.max_dimension = 1}.check(), doctest::Contains("max_dimension = 1"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::krylov_propagator{}.prepare(sample, outside), doctest::Contains("noisy site = 16"),
                       std::invalid_argument);
}

}  // namespace krylov_test
