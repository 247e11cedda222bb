// SPDX-License-Identifier: MIT
// One physics for every real scalar.

#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>

namespace scalar_test {

using namespace support;

namespace {

constexpr double strength = 1.0, dt = 0.1;
const std::vector<double> w = potential(8, 2.0, 72), phi = phases(strength, dt, 100, 73);

template <class Real>
using sample_of = an::disorder_realization<an::tight_binding<an::chain, Real>>;

/// A trajectory on the same recorded noise, in the arithmetic of Real.
template <class Real, class P, class State>
auto moved(const P& how, const State& state) {
  const an::anderson_model model{an::chain{8}, Real(1), an::given_potential{w}};
  an::recorded_noise noise({3}, dt, phi);
  an::philox rng;
  const sample_of<Real> s(model.draw(rng));
  auto stepper = how.prepare(s, noise).start(prepared_state(state, s));
  stepper.evolve(10, noise, rng);
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

}  // namespace scalar_test
