// SPDX-License-Identifier: MIT
// One physics for every real scalar.

#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace scalar_test {

using namespace support;

namespace {

constexpr double strength = 1.0, dt = 0.1;
const std::vector<double> w = potential(8, 2.0, 72), phi = phases(strength, dt, 100, 73);

template <class Real>
using sample_of = an::disorder_realization<an::tight_binding<Real>>;

/// A trajectory on the same recorded noise, in the arithmetic of Real.
template <class Real, class P, class State>
auto moved(const P& how, const State& state) {
  const an::anderson_model model{an::chain{8}, Real(1), an::given_potential{w}};
  an::recorded_noise noise({3}, dt, phi);
  an::philox rng;
  const sample_of<Real> s(model.draw(rng));
  auto stepper = how.prepare(s, noise).start(prepared_state(state, s));
  an::noise_path path(noise, rng);
  stepper.evolve(10, path);
  return stepper;
}

/// C, and the energy in a further row.
template <class Stepper>
matrix results(const Stepper& stepper) {
  const auto now = stepper.snapshot();
  matrix all = matrix::Zero(9, 8);
  for (index_t i = 0; i < 8; ++i)
    for (index_t j = 0; j < 8; ++j) all(i, j) = complex(now.correlation(i, j));
  all(8, 0) = static_cast<double>(now.energy());
  return all;
}

}  // namespace

// Rounding grows at most linearly in the 100 steps; measured up to 140 rounding errors in all.
TEST_CASE_TEMPLATE("scalar: float, double and long double follow the same trajectory", P, an::split_propagator,
                   an::krylov_propagator) {
  const P how = with_step<P>(dt);
  const auto check = [&](const auto& state) {
    const matrix low = results(moved<float>(how, state)), middle = results(moved<double>(how, state)),
                 high = results(moved<long double>(how, state));
    MESSAGE("float - double " << distance(low, middle) << ", double - long double " << distance(middle, high));
    CHECK(distance(low, middle) < 1000 * Eigen::NumTraits<float>::epsilon());
    CHECK(distance(low, middle) > Eigen::NumTraits<float>::epsilon() / 100);  // it is float
    CHECK(distance(middle, high) < 1000 * Eigen::NumTraits<double>::epsilon());
  };
  check(an::ground_state{});
  check(an::product_state{{1, 0, 0, 1, 1, 0, 0, 1}});
}

TEST_CASE_TEMPLATE("scalar: long double trajectories are orthonormal beyond double", P, an::split_propagator,
                   an::krylov_propagator) {
  P how{.dt = dt};
  if constexpr (requires { how.tolerance; }) how.tolerance = 1e-20;
  const auto stepper = moved<long double>(how, an::ground_state{});
  const an::orbitals_t<long double>& x = stepper.orbitals();
  long double defect = 0;
  for (index_t a = 0; a < x.cols(); ++a)
    for (index_t b = 0; b < x.cols(); ++b) {
      std::complex<long double> overlap = a == b ? -1.0L : 0.0L;
      for (index_t i = 0; i < x.rows(); ++i) overlap += std::conj(x(i, a)) * x(i, b);
      defect = std::max(defect, std::abs(overlap));
    }
  CHECK(defect < 1000 * Eigen::NumTraits<long double>::epsilon());  // 1e-16; double would give 1e-14
}

namespace {

template <class Real>
sample_of<Real> clean_ring(index_t sites, Real constant = 0) {
  const std::vector<double> onsite(at(sites), static_cast<double>(constant));
  an::philox rng;
  return sample_of<Real>(
      an::anderson_model{an::chain{sites, an::boundary::periodic}, Real(1), an::given_potential{onsite}}.draw(rng));
}

}  // namespace

// Levels of a clean ring: -2 cos(2 pi q / L), all but the first and the last in pairs.
TEST_CASE_TEMPLATE("scalar: a clean ring has a ground state only where its shell is full", Real, float, double,
                   long double) {
  for (const Real constant : {Real(0), Real(1000)})
    for (const index_t sites : {6, 8, 20}) {
      CAPTURE(sites);
      const sample_of<Real> ring = clean_ring<Real>(sites, constant);
      for (index_t n = 0; n <= sites; ++n) {
        CAPTURE(n);
        if (n == 0 || n % 2 == 1 || n == sites)
          CHECK_NOTHROW(prepared_state(an::ground_state{n}, ring));
        else
          CHECK_THROWS_AS(prepared_state(an::ground_state{n}, ring), std::invalid_argument);
      }
      CHECK_NOTHROW(prepared_state(an::ground_state{.particles = 2, .accept_degenerate = true}, ring));
    }
}

TEST_CASE_TEMPLATE("scalar: a thermal ring of six with a degenerate level at mu keeps both particles at any beta", Real,
                   float, double, long double) {
  constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
  const sample_of<Real> ring = clean_ring<Real>(6);
  for (const double beta : {1e3, 1e4, 1e8, 1e15, 1e17, 1e40, 1e300}) {
    CAPTURE(beta);
    const an::vector_t<Real> f = prepared_state(an::thermal_state{beta, 2}, ring).occupations();
    CHECK(std::abs(f.sum() - 2) <= 8 * epsilon);
    CHECK(std::abs(f[1] - Real(0.5)) <= 2 * epsilon);
    CHECK(f[1] == f[2]);
  }
}

}  // namespace scalar_test
