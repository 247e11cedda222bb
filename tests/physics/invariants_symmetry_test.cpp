// SPDX-License-Identifier: MIT
// Symmetries, invariants 21 .. 25: exact for single trajectories with the stated change of the noise.
#include "support.hpp"

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include <cmath>
#include <numeric>

namespace invariants_symmetry_test {

using namespace support;

namespace {

constexpr index_t sites = 9;
const std::vector<index_t> noisy{3};
constexpr double strength = 1.0, dt = 0.1;
constexpr double rounding = 1e-12;  // of 100 steps and of Krylov's tolerance 1e-14 per step

std::vector<double> onsite() { return potential(sites, 1.5, 51); }
std::vector<double> path() { return phases(strength, dt, 100, 52); }

/// s C s with s = diag((-1)^i)
matrix staggered(matrix c) {
  for (index_t i = 0; i < c.rows(); ++i)
    for (index_t j = 0; j < c.cols(); ++j)
      if ((i + j) % 2 == 1) c(i, j) = -c(i, j);
  return c;
}

template <class P, class State>
picture run(const sample& s, const State& state, const std::vector<double>& phi, std::vector<index_t> where = noisy,
            double step = dt) {
  return trajectory(with_step<P>(step), s, state, std::move(where), phi);
}

const an::product_state some_sites{{1, 0, 0, 1, 1, 0, 0, 1, 0}};
const an::product_state other_sites{{0, 1, 1, 0, 0, 1, 1, 0, 1}};
const an::product_state reflected_sites{{0, 1, 0, 0, 1, 1, 0, 0, 1}};

std::vector<double> reversed(const std::vector<double>& x) { return {x.rbegin(), x.rend()}; }

}  // namespace

TEST_CASE_TEMPLATE("invariant 21: particles and holes, w -> -w, phi -> -phi, N -> L - N: C -> 1 - s C^* s", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = onsite(), phi = path();
  const sample s = chain_sample(w), mirror = chain_sample(scaled(w, -1));
  const double sum = std::accumulate(w.begin(), w.end(), 0.0);
  const auto check = [&](const picture& one, const picture& other) {
    CHECK(distance(other.c, matrix::Identity(sites, sites) - staggered(one.c.conjugate())) < rounding);
    CHECK(distance(other.entropy, one.entropy) < 10 * rounding);  // eps ln eps of eigenvalues near 0 and 1
    CHECK(std::abs(other.absorbed - one.absorbed) < rounding);
    CHECK(std::abs(other.energy - (one.energy - sum)) < rounding);
    CHECK(std::abs(one.absorbed) > 0.01);
  };
  check(run<P>(s, an::ground_state{4}, phi), run<P>(mirror, an::ground_state{5}, scaled(phi, -1)));
  check(run<P>(s, some_sites, phi), run<P>(mirror, other_sites, scaled(phi, -1)));
  // With the same noise it is another trajectory.
  CHECK(distance(run<P>(s, some_sites, phi).density, run<P>(mirror, some_sites, phi).density) > 0.01);
}

TEST_CASE("invariant 21: the averaged absorbed energy is the same at -w, vector by vector") {
  const std::vector<double> w = potential(6, 2.0, 53);
  const auto absorbed = [](const std::vector<double>& v) {
    const sample s = chain_sample(v);
    const an::gaussian_state<double> start = prepared_state(an::ground_state{}, s);
    const matrix c0 = start.orbitals() * start.orbitals().adjoint(), h = chain_matrix(v);
    return energy(h, average_of(an::split_propagator{.dt = 0.2}, s, 2, 1.0).repeated(c0, 10)) - energy(h, c0);
  };
  CHECK(std::abs(absorbed(w) - absorbed(scaled(w, -1))) < rounding);
  CHECK(absorbed(w) > 0.1);
}

TEST_CASE_TEMPLATE("invariant 22: J -> -J is C -> s C s; densities, energies, entropies and |U_ij| stay", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = onsite(), phi = path();
  const auto check = [&](const auto& state) {
    const picture one = run<P>(chain_sample(w, 1.0), state, phi), other = run<P>(chain_sample(w, -1.0), state, phi);
    CHECK(distance(other.c, staggered(one.c)) < rounding);
    CHECK(distance(other.density, one.density) < rounding);
    CHECK(distance(other.entropy, one.entropy) < 10 * rounding);
    CHECK(std::abs(other.energy - one.energy) < rounding);
    CHECK(std::abs(other.absorbed - one.absorbed) < rounding);
  };
  check(an::ground_state{});
  check(some_sites);
  check(an::localized_excitation{2});
}

TEST_CASE_TEMPLATE("invariant 23: conjugation, h -> -h and phi -> -phi: C -> C^*", P, an::dense_propagator,
                   an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = onsite(), phi = path();
  const picture one = run<P>(chain_sample(w, 1.0), some_sites, phi);
  const picture other = run<P>(chain_sample(scaled(w, -1), -1.0), some_sites, scaled(phi, -1));
  CHECK(distance(other.c, one.c.conjugate()) < rounding);
  CHECK(distance(one.c, one.c.conjugate()) > 0.01);
  CHECK(std::abs(other.energy + one.energy) < rounding);
}

TEST_CASE_TEMPLATE("invariant 23: reflection moves the noise from c to L - 1 - c and S(l) to S(L - l)", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = onsite(), phi = path();
  const sample s = chain_sample(w), mirror = chain_sample(reversed(w));
  const auto check = [&](const picture& one, const picture& other) {
    CHECK(distance(other.c, one.c.reverse()) < rounding);
    CHECK(distance(other.density, reversed(one.density)) < rounding);
    CHECK(distance(other.entropy, reversed(one.entropy)) < 10 * rounding);
    CHECK(std::abs(other.energy - one.energy) < rounding);
  };
  check(run<P>(s, an::ground_state{}, phi), run<P>(mirror, an::ground_state{}, phi, {sites - 1 - noisy[0]}));
  check(run<P>(s, some_sites, phi), run<P>(mirror, reflected_sites, phi, {sites - 1 - noisy[0]}));
  const picture wrong = run<P>(mirror, reflected_sites, phi, {sites - noisy[0]});
  CHECK(distance(wrong.density, reversed(run<P>(s, some_sites, phi).density)) > 0.01);
}

TEST_CASE_TEMPLATE("invariant 24: a shift of all w_i by a only adds N a to the energy", P, an::dense_propagator,
                   an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = onsite(), phi = path();
  std::vector<double> shifted = w;
  const double a = 2.7;
  for (double& x : shifted) x += a;
  const picture one = run<P>(chain_sample(w), some_sites, phi), other = run<P>(chain_sample(shifted), some_sites, phi);
  CHECK(distance(other.c, one.c) < rounding);
  CHECK(distance(other.entropy, one.entropy) < 10 * rounding);
  CHECK(std::abs(other.absorbed - one.absorbed) < rounding);
  CHECK(std::abs(other.energy - (one.energy + 4 * a)) < rounding);
}

TEST_CASE_TEMPLATE("invariant 24: (J, w, gamma, t) -> (x J, x w, x gamma, t / x) leaves C and multiplies energies by x",
                   P, an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = onsite(), phi = path();
  const double x = 3.2;
  const std::vector<double> same = phases(strength * x, dt / x, 100, 52);  // gamma dt does not change
  CHECK(distance(phi, same) < 1e-14);
  const picture one = run<P>(chain_sample(w), some_sites, phi);
  const picture other = run<P>(chain_sample(scaled(w, x), x), some_sites, same, noisy, dt / x);
  CHECK(distance(other.c, one.c) < rounding);
  CHECK(distance(other.entropy, one.entropy) < 10 * rounding);
  CHECK(std::abs(other.energy - x * one.energy) < rounding);
  CHECK(std::abs(other.absorbed - x * one.absorbed) < rounding);
}

TEST_CASE_TEMPLATE(
    "invariant 25: the averaged step is complex symmetric, one eigenvalue 1, decay rates in [0, gamma / 2]", P,
    an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const double gamma = 0.8, step = 0.3;  // angles |E_a - E_b| dt stay below pi: the logarithm is unique
  const matrix map = average_of(with_step<P>(step), chain_sample(potential(4, 1.0, 54)), 1, gamma).superoperator();
  CHECK(distance(map, map.transpose()) < 1e-14);
  const vector eigenvalues = Eigen::ComplexEigenSolver<matrix>(map, false).eigenvalues();
  int ones = 0;
  for (const complex mu : eigenvalues) {
    const double rate = -std::log(std::abs(mu)) / step;
    if (std::abs(mu - 1.0) < 1e-10) ++ones;
    CHECK(rate > -1e-12);
    CHECK(rate < gamma / 2 + 1e-12);
  }
  CHECK(ones == 1);
  // The trace of the generator: -gamma / 2 for each of the 2 (L - 1) coherences of the noisy site. Exact for Strang
  // steps; combined steps damp differently from O(dt^2) on.
  if constexpr (P::weak_order == 2) {
    double sum = 0;
    for (const complex mu : eigenvalues) sum -= std::log(std::abs(mu)) / step;
    CHECK(std::abs(sum - 3 * gamma) < 1e-12);
  }
}

}  // namespace invariants_symmetry_test
