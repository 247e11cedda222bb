// SPDX-License-Identifier: MIT
// No unit of energy, no zero of energy: the combined step by all three exponentials.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/model/tight_binding.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <doctest/doctest.h>

#include "support/invariance.hpp"
#include "support/slow_twin.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

namespace an = anderson;

namespace invariance_test {

namespace {

constexpr an::index_t length = 12, particles = 9;  // a panel and a column by itself
constexpr double dt = 0.125;
constexpr int steps = 8;

/// Potentials that are exact multiples of 2^-10, in [-3, 3]: a large constant changes none of their digits.
template <class Real>
an::vector_t<Real> potential() {
  const std::vector<double> x = support::phases(length, 17);
  an::vector_t<Real> w(length);
  for (an::index_t i = 0; i < length; ++i)
    w[i] = static_cast<Real>(std::round(1024 * std::clamp(x[static_cast<std::size_t>(i)], -3.0, 3.0)) / 1024);
  return w;
}

/// A chain by its diagonals, a ring by its action, a matrix.
template <class Real>
auto open_chain(Real unit, Real c) {
  return an::tight_binding<an::chain, Real>(an::chain{length}, unit, (potential<Real>().array() + c).matrix() * unit);
}
template <class Real>
auto ring(Real unit, Real c) {
  return an::tight_binding<an::chain, std::complex<Real>>(an::chain{length, an::boundary::periodic},
                                                          std::complex<Real>(Real(0.75), Real(0.5)) * unit,
                                                          (potential<Real>().array() + c).matrix() * unit);
}
template <class Real>
auto full_matrix(Real unit, Real c) {
  const auto h = ring<Real>(unit, c).dense();
  return an::dense_hamiltonian<std::complex<Real>>(h);
}

/// All energies times `unit`, all times divided by it; the kicks are what they are.
template <class Real, class Hamiltonian, class How>
support::compared<Real> run(const Hamiltonian& h, How how, Real unit, double strength, auto&& look) {
  std::vector<double> phi = support::phases(2 * steps, 31);
  for (double& x : phi) x *= strength;
  how.dt = dt / static_cast<double>(unit);
  an::recorded_noise noise({4, 9}, how.dt, phi);
  an::philox rng(1, {});
  const an::disorder_realization sample(h);
  auto stepper =
      how.prepare(sample, noise)
          .start(an::gaussian_state<Real>(an::orbitals_t<Real>(support::random_orbitals<Real>(length, particles, 3))));
  stepper.evolve(how.dt * steps, noise, rng);
  look(stepper);
  return support::compare(stepper.snapshot(), unit);
}
template <class Real, class Hamiltonian, class How>
support::compared<Real> run(const Hamiltonian& h, const How& how, Real unit, double strength) {
  return run(h, how, unit, strength, [](const auto&) {});
}

template <class Real, class How>
void check_units(const How& how, int most, Real allowed) {
  for (const double strength : {1.0, 40.0}) {
    CAPTURE(strength);
    const auto defect = [&](auto make) {
      return support::unit_defect<Real>([&](Real unit) { return run(make(unit), how, unit, strength); }, most);
    };
    CHECK(defect([](Real unit) { return open_chain<Real>(unit, 0); }) <= allowed);
    CHECK(defect([](Real unit) { return ring<Real>(unit, 0); }) <= allowed);
    CHECK(defect([](Real unit) { return full_matrix<Real>(unit, 0); }) <= allowed);
  }
}

/// Rounding of c: the shifted h is exact, but every product with it rounds, in `steps` steps of dt; measured 0.4.
template <class Real, class How>
void check_shift(const How& how, Real c) {
  const Real eps = std::numeric_limits<Real>::epsilon(), size = std::abs(c);
  for (const double strength : {1.0, 40.0}) {
    CAPTURE(strength);
    const Real allowed = 4 * Real(steps * dt) * size * eps + Real(4 * steps * how.tolerance) + 1000 * eps +
                         8 * Real(particles) * size * eps;  // the last one for the energy, c N
    const auto defect = [&](auto make) {
      return support::shift_defect<Real>([&](Real shift) { return run(make(shift), how, Real(1), strength); }, c,
                                         Real(particles));
    };
    CHECK(defect([](Real shift) { return open_chain<Real>(1, shift); }) <= allowed);
    CHECK(defect([](Real shift) { return ring<Real>(1, shift); }) <= allowed);
    CHECK(defect([](Real shift) { return full_matrix<Real>(1, shift); }) <= allowed);
  }
}

struct dense_with_tolerance : an::dense_propagator {
  double tolerance = 0;
};

}  // namespace

TEST_CASE("units: the same bits for J, W and gamma times 2^k, times divided by it, k = -300 to 300 [combined step]") {
  check_units<double>(an::krylov_propagator{}, 300, 0);
  check_units<double>(an::krylov_propagator{.max_dimension = 6}, 300, 0);
  check_units<double>(an::chebyshev_propagator{}, 300, 0);
  check_units<double>(an::dense_propagator{}, 300, 0);
}

TEST_CASE("units: the same bits in float, k = -60 to 60, and in long double, k = -300 to 300 [combined step]") {
  check_units<float>(an::krylov_propagator{.tolerance = 1e-6}, 60, 0);
  check_units<float>(an::chebyshev_propagator{.tolerance = 1e-6}, 60, 0);
  check_units<float>(an::dense_propagator{}, 60, 0);
  check_units<long double>(an::krylov_propagator{.tolerance = 1e-16}, 300, 0);
  check_units<long double>(an::chebyshev_propagator{.tolerance = 1e-16}, 300, 0);
}

TEST_CASE_TEMPLATE("shift: h + c gives the same but for c N and the rounding of c [combined step]", How,
                   an::krylov_propagator, an::chebyshev_propagator, dense_with_tolerance) {
  How how;
  how.tolerance = 1e-12;
  for (const double c : {0x1p10, -0x1p17, 0x1p20, -0x1p20, 0x1p27, 0x1p33, 0x1p40}) {  // up to 1e12
    CAPTURE(c);
    check_shift<double>(how, c);
  }
  how.tolerance = 1e-6;
  for (const float c : {0x1p6f, -0x1p10f, 0x1p13f}) {  // the potential keeps its digits
    CAPTURE(c);
    check_shift<float>(how, c);
  }
  how.tolerance = 1e-16;
  for (const long double c : {0x1p20L, -0x1p40L}) check_shift<long double>(how, c);
}

TEST_CASE("shift: h + c costs the same, up to 1e12, for weak and strong noise [krylov, chebyshev]") {
  for (const double strength : {1.0, 40.0, 1e4}) {
    CAPTURE(strength);
    const auto cost = [&](const auto& how, double c) {
      an::index_t work = 0, pieces = 0;
      run(open_chain<double>(1, c), how, 1.0, strength, [&](const auto& stepper) {
        const auto report = stepper.exponential().report();
        if constexpr (requires { report.degree; })
          work = report.degree;
        else
          work = report.dimension;
        pieces = report.sub_steps;
      });
      return static_cast<double>(work * pieces);
    };
    for (const double c : {1e3, -1e6, 1e8, 1e12}) {
      CAPTURE(c);
      CHECK(cost(an::krylov_propagator{}, c) <= 1.25 * cost(an::krylov_propagator{}, 0));
      CHECK(cost(an::chebyshev_propagator{}, c) <= 1.25 * cost(an::chebyshev_propagator{}, 0));
    }
  }
}

}  // namespace invariance_test
