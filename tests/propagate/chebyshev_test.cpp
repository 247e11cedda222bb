// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/model/tight_binding.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/combined_steps.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace chebyshev_test {

using support::largest;
using support::realization;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;

constexpr an::index_t length = 16;
constexpr double dt = 0.125;
constexpr int steps = 10;

auto run(auto hopping, an::boundary ends, const site_list& sites, an::index_t columns, an::chebyshev_propagator how) {
  how.dt = dt;
  return support::run_combined(realization(length, hopping, ends), sites, columns, steps, how);
}

/// A user's Hamiltonian: nothing but its action.
struct action_only {
  using scalar_type = complex;
  an::matrix_t<complex> h;
  an::index_t size() const { return h.rows(); }
  void apply(const orbitals& in, orbitals& out) const { out = h.lazyProduct(in); }
};

/// Spectrum bounds for kicks on the sites, against the eigenvalues of the dense matrix.
template <class Hamiltonian>
void check_interval(const Hamiltonian& h, const site_list& sites, double slack) {
  using scalar_type = typename Hamiltonian::scalar_type;
  const an::detail::shaken_hamiltonian<scalar_type> shaken(h);
  const an::detail::shaken_spectrum<double> spectrum(h, shaken, sites);
  for (const double phi : {-3.0, -0.3, 0.0, 0.3, 3.0}) {
    const std::vector<double> kicks(sites.size(), phi);
    const auto bounds = spectrum(0.1, kicks);
    an::matrix_t<scalar_type> a = an::dense_matrix(h);
    for (const an::index_t s : sites) a(s, s) += phi / 0.1;
    const an::vector_t<double> e = an::hermitian_eigenvalues(a);
    CAPTURE(phi);
    CHECK(bounds.low <= e[0] + 1e-13);
    CHECK(bounds.high >= e[e.size() - 1] - 1e-13);
    CHECK(bounds.low >= e[0] - slack);  // and not far from it
    CHECK(bounds.high <= e[e.size() - 1] + slack);
  }
}

using realization_type = decltype(realization(length, 1.0, an::boundary::open));
static_assert(an::propagator<an::chebyshev_propagator, realization_type, state, an::noise_path<an::white_noise>>);
static_assert(an::chebyshev_propagator::weak_order == 1);

}  // namespace

TEST_CASE(
    "chebyshev_propagator: equals the combined step (eq. 8) of its twin, real and complex h, one to three sites") {
  const an::chebyshev_propagator tight{.tolerance = 1e-13};
  const double bound = 4e-13 * steps + 1e-14 * steps;  // the tolerance of every step, and rounding
  CHECK(run(1.0, an::boundary::open, {7}, 8, tight).difference < bound);
  CHECK(run(1.0, an::boundary::open, {7}, 1, tight).difference < bound);
  CHECK(run(1.0, an::boundary::open, {7, 0}, length, tight).difference < bound);
  CHECK(run(1.0, an::boundary::periodic, {7, 0, 15}, 1, tight).difference < bound);
  CHECK(run(std::polar(1.0, 0.4), an::boundary::periodic, {7, 1}, 8, tight).difference < bound);
}

TEST_CASE("chebyshev_propagator: the tolerance is kept in every step and reported") {
  for (const double tolerance : {1e-4, 1e-7, 1e-10}) {
    CAPTURE(tolerance);
    const auto o = run(1.0, an::boundary::open, {7}, 8, {.tolerance = tolerance});
    CHECK(o.difference < 4 * tolerance * steps);
    CHECK(o.time == dt * steps);
    CHECK(o.report.error_bound <= tolerance);
    CHECK(o.report.error_bound > 0);
    CHECK(o.report.sub_steps == steps);
  }
  CHECK(run(1.0, an::boundary::open, {7}, 8, {.tolerance = 1e-4}).report.degree <
        run(1.0, an::boundary::open, {7}, 8, {.tolerance = 1e-10}).report.degree);
}

TEST_CASE(
    "combined step: error of one step below four tolerances, 1e-4 to 1e-12, dt = 0.01 to 100, both methods [slow]") {
  const auto open = realization(length, 1.0, an::boundary::open);
  const auto ring = realization(length, std::polar(1.0, 0.4), an::boundary::periodic);
  for (const double step : {0.01, 0.1, 1.0, 10.0, 100.0})
    for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
      CAPTURE(step);
      CAPTURE(tolerance);
      const auto check = [&](const auto& how) {
        CHECK(support::run_combined(open, {7, 2}, 9, 1, how).difference < 4 * tolerance);
        CHECK(support::run_combined(ring, {7, 2}, 9, 1, how).difference < 4 * tolerance);
      };
      check(an::chebyshev_propagator{.dt = step, .tolerance = tolerance});
      check(an::krylov_propagator{.dt = step, .tolerance = tolerance});
    }
}

TEST_CASE("chebyshev_propagator: any Hamiltonian: tight-binding, a matrix, an action alone") {
  const an::chebyshev_propagator how{.dt = dt, .tolerance = 1e-13};
  const an::matrix_t<complex> h = support::random_hermitian<complex>(12, 3);
  CHECK(support::run_combined(an::disorder_realization(an::dense_hamiltonian<complex>(h)), {3}, 5, 4, how).difference <
        4e-12);
  CHECK(support::run_combined(an::disorder_realization(action_only{h}), {3}, 5, 4, how).difference < 4e-12);
}

TEST_CASE("chebyshev_propagator: its interval holds the spectrum of the shaken h, whatever the kicks") {
  const auto open = realization(length, 1.0, an::boundary::open).hamiltonian();
  const auto ring = realization(length, std::polar(1.0, 0.4), an::boundary::periodic).hamiltonian();
  for (const site_list& sites : {site_list{7}, site_list{0, 15, 3}}) {
    check_interval(open, sites, 2.0);  // a disc's radius
    check_interval(ring, sites, 2.0);
    check_interval(action_only{an::dense_matrix(ring)}, sites, 2.0);
  }
  site_list all(length);
  for (an::index_t i = 0; i < length; ++i) all[static_cast<std::size_t>(i)] = i;  // no site is quiet
  check_interval(open, all, 2.0);
}

TEST_CASE("chebyshev_propagator: one site") {
  const auto one = realization(1, 1.0, an::boundary::open);
  CHECK(support::run_combined(one, {0}, 1, 3, an::chebyshev_propagator{.dt = dt}).difference < 1e-14);
}

TEST_CASE_TEMPLATE("chebyshev_propagator: float and long double", Real, float, long double) {
  const an::vector_t<Real> onsite = support::random_matrix<Real>(length, 1, 1);
  const an::disorder_realization sample(an::tight_binding<Real>(an::chain{length}, Real(1), onsite));
  const Real eps = std::numeric_limits<Real>::epsilon();
  const an::orbitals_t<Real> start = support::random_orbitals<Real>(length, 3, 3);
  const std::array phi{0.7};
  an::white_noise noise({7}, 1.0);
  auto stepper = an::chebyshev_propagator{.dt = dt, .tolerance = static_cast<double>(eps)}
                     .prepare(sample, noise)
                     .start(an::gaussian_state<Real>(start));
  stepper.advance(dt, phi);
  const orbitals exact = support::combined(an::matrix_t<double>(sample.hamiltonian().dense().template cast<double>()),
                                           {7}, dt, phi, start.template cast<complex>());
  CHECK(largest(stepper.snapshot().orbitals().template cast<complex>() - exact) <
        std::max(50 * static_cast<double>(eps), 1e-14));
}

TEST_CASE("chebyshev_propagator: the vacuum stays") {
  CHECK(run(1.0, an::boundary::open, {7}, 0, {}).report.sub_steps == 0);
}

TEST_CASE("chebyshev_propagator: going back and bad options are rejected, with the value") {
  const auto sample = realization(length, 1.0, an::boundary::open);
  an::white_noise noise({7}, 1.0), outside({length}, 1.0);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = an::chebyshev_propagator{}.prepare(sample, noise).start(state(support::random_orbitals(length, 2, 1)));
  stepper.evolve(1, path);
  CHECK_THROWS_WITH_AS(stepper.evolve(0.5, path), doctest::Contains("time to evolve to = 0.5"), std::invalid_argument);
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_WITH_AS(an::chebyshev_propagator{.dt = bad}.check(), doctest::Contains("dt = "),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(an::chebyshev_propagator{.tolerance = bad}.check(), doctest::Contains("tolerance = "),
                         std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(an::chebyshev_propagator{}.prepare(sample, outside), doctest::Contains("noisy site = 16"),
                       std::invalid_argument);
}

}  // namespace chebyshev_test
