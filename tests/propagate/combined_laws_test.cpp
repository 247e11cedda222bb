// SPDX-License-Identifier: MIT
// What all propagators of the combined step (eq. 8) obey, by Krylov, Chebyshev and dense exponentials; then what only
// one of them does. Units, constants in h, float and long double: invariance_test.cpp.
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/model/tight_binding.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/combined_steps.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace combined_laws_test {

using support::largest;
using support::realization;
using support::run_combined;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using state = an::gaussian_state<double>;
using site_list = std::vector<an::index_t>;

constexpr an::index_t length = 16;
constexpr double dt = 0.125;
constexpr int steps = 10;

/// With steps of dt; `tolerance` if the method has one.
template <class How>
How with(double tolerance) {
  How how{.dt = dt};
  if constexpr (requires { how.tolerance; }) how.tolerance = tolerance;
  return how;
}

/// The size of the Krylov space, or the degree of the series.
an::index_t work(const an::krylov_report& report) { return report.dimension; }
an::index_t work(const an::chebyshev_report& report) { return report.degree; }

const auto open = realization(length, 1.0, an::boundary::open);
const auto ring = realization(length, std::polar(1.0, 0.4), an::boundary::periodic);

using realization_type = decltype(realization(length, 1.0, an::boundary::open));
template <class How>
constexpr bool fits =
    an::propagator<How, realization_type, state, an::noise_path<an::white_noise>>&& How::weak_order == 1;
static_assert(fits<an::krylov_propagator> && fits<an::chebyshev_propagator> && fits<an::dense_propagator>);

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

}  // namespace

TEST_CASE_TEMPLATE("combined step: laws of all exponentials", How, an::krylov_propagator, an::chebyshev_propagator,
                   an::dense_propagator) {
  const How tight = with<How>(1e-13);

  SUBCASE("equals eq. 8 of its twin, real and complex h, one to three sites") {
    const double bound = 4e-13 * steps + 1e-14 * steps;  // the tolerance of every step, and rounding
    CHECK(run_combined(open, {7}, 8, steps, tight).difference < bound);
    CHECK(run_combined(open, {7}, 1, steps, tight).difference < bound);
    CHECK(run_combined(open, {7, 0}, length, steps, tight).difference < bound);
    CHECK(run_combined(realization(length, 1.0, an::boundary::periodic), {7, 0, 15}, 1, steps, tight).difference <
          bound);
    CHECK(run_combined(ring, {7, 1}, 8, steps, tight).difference < bound);
    CHECK(run_combined(ring, {7, 1}, 8, steps, tight).time == dt * steps);
  }
  SUBCASE("is not the split step: the twin would notice") {
    const std::vector<double> phi = support::phases(steps);
    const orbitals start = support::random_orbitals(length, 5, 3);
    auto stepper = tight.prepare(open, an::white_noise({4}, 1.0)).start(state(start));
    stepper.advance(dt, phi);
    const an::matrix_t<double> h = open.hamiltonian().dense();
    CHECK(largest(stepper.orbitals() - support::combined(h, {4}, dt, phi, start)) < 1e-11);
    CHECK(largest(stepper.orbitals() - support::strang(h, {4}, dt, phi, start)) > 1e-4);
  }
  SUBCASE("the energy is tr(C h)") {
    auto stepper = tight.prepare(ring, an::white_noise({4}, 1.0)).start(state(support::random_orbitals(length, 5, 3)));
    stepper.advance(dt, support::phases(steps));
    const auto now = stepper.snapshot();
    const complex energy =
        now.orbitals().adjoint().lazyProduct(ring.hamiltonian().dense().lazyProduct(now.orbitals())).trace();
    CHECK(std::abs(now.energy() - energy.real()) < 1e-13 * static_cast<double>(length * length));
  }
  SUBCASE("one site, and the vacuum, which stays") {
    const auto one = realization(1, 1.0, an::boundary::open);
    CHECK(run_combined(one, {0}, 1, 3, with<How>(1e-10)).difference < 1e-14);
    CHECK(run_combined(open, {7}, 0, steps, tight).difference == 0);
  }
  SUBCASE("going back and bad options are rejected, with the value") {
    const an::white_noise noise({7}, 1.0), outside({length}, 1.0);
    an::noise_path path(noise, an::philox(1, {}));
    auto stepper = How{}.prepare(open, noise).start(state(support::random_orbitals(length, 2, 1)));
    stepper.evolve(1, path);
    CHECK_THROWS_WITH_AS(stepper.evolve(0.5, path), doctest::Contains("time to evolve to = 0.5"),
                         std::invalid_argument);
    for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
      CHECK_THROWS_WITH_AS(How{.dt = bad}.check(), doctest::Contains("dt = "), std::invalid_argument);
      if constexpr (requires { How{}.tolerance; })
        CHECK_THROWS_WITH_AS(with<How>(bad).check(), doctest::Contains("tolerance = "), std::invalid_argument);
    }
    CHECK_THROWS_WITH_AS(How{}.prepare(open, outside), doctest::Contains("noisy site = 16"), std::invalid_argument);
  }
}

TEST_CASE_TEMPLATE("combined step: laws of exponentials with a tolerance [slow]", How, an::krylov_propagator,
                   an::chebyshev_propagator) {
  SUBCASE("it is kept in every step and reported") {
    for (const double tolerance : {1e-4, 1e-7, 1e-10}) {
      CAPTURE(tolerance);
      const auto o = run_combined(open, {7}, 8, steps, with<How>(tolerance));
      CHECK(o.difference < 4 * tolerance * steps);
      CHECK(o.time == dt * steps);
      CHECK(o.report.error_bound <= tolerance);
      CHECK(o.report.error_bound > 0);
      CHECK(o.report.sub_steps == steps);
    }
    CHECK(work(run_combined(open, {7}, 8, steps, with<How>(1e-4)).report) <
          work(run_combined(open, {7}, 8, steps, with<How>(1e-10)).report));
  }
  SUBCASE("the error of one step is below four tolerances, 1e-4 to 1e-12, dt = 0.01 to 100") {
    for (const double step : {0.01, 0.1, 1.0, 10.0, 100.0})
      for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
        CAPTURE(step);
        CAPTURE(tolerance);
        const How how{.dt = step, .tolerance = tolerance};
        CHECK(run_combined(open, {7, 2}, 9, 1, how).difference < 4 * tolerance);
        CHECK(run_combined(ring, {7, 2}, 9, 1, how).difference < 4 * tolerance);
      }
  }
  SUBCASE("the vacuum costs nothing") { CHECK(work(run_combined(open, {7}, 0, steps, with<How>(1e-10)).report) == 0); }
}

TEST_CASE("krylov_propagator: a small largest dimension cuts the steps and keeps the tolerance; below 2 is rejected") {
  const auto o = run_combined(open, {7}, 8, steps, an::krylov_propagator{.dt = dt, .max_dimension = 5});
  CHECK(o.report.dimension == 5);
  CHECK(o.report.sub_steps > steps);
  CHECK(o.difference < 4e-10 * steps);
  CHECK_THROWS_WITH_AS(an::krylov_propagator{.max_dimension = 1}.check(), doctest::Contains("max_dimension = 1"),
                       std::invalid_argument);
}

TEST_CASE("chebyshev_propagator: the vacuum takes no sub-steps") {
  CHECK(run_combined(open, {7}, 0, steps, an::chebyshev_propagator{.dt = dt}).report.sub_steps == 0);
}

TEST_CASE("chebyshev_propagator: any Hamiltonian: tight-binding, a matrix, an action alone") {
  const an::chebyshev_propagator how{.dt = dt, .tolerance = 1e-13};
  const an::matrix_t<complex> h = support::random_hermitian<complex>(12, 3);
  CHECK(run_combined(an::disorder_realization(an::dense_hamiltonian<complex>(h)), {3}, 5, 4, how).difference < 4e-12);
  CHECK(run_combined(an::disorder_realization(action_only{h}), {3}, 5, 4, how).difference < 4e-12);
}

TEST_CASE("chebyshev_propagator: its interval holds the spectrum of the shaken h, whatever the kicks") {
  const auto& chain = open.hamiltonian();
  const auto& flux = ring.hamiltonian();
  for (const site_list& sites : {site_list{7}, site_list{0, 15, 3}}) {
    check_interval(chain, sites, 2.0);  // a disc's radius
    check_interval(flux, sites, 2.0);
    check_interval(action_only{an::dense_matrix(flux)}, sites, 2.0);
  }
  site_list all(length);
  for (an::index_t i = 0; i < length; ++i) all[static_cast<std::size_t>(i)] = i;  // no site is quiet
  check_interval(chain, all, 2.0);
}

}  // namespace combined_laws_test
