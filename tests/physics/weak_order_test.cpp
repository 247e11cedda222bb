// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace weak_order_test {

using namespace support;

namespace {

/// Largest error of the noise-averaged C(t), against the Lindblad equation of h. No sampling: see averaged_step.
template <class P>
double error_of_average(const P& how, const sample& chain, index_t noisy, double gamma, const matrix& c0, double t,
                        const matrix& h) {
  const auto steps = static_cast<index_t>(std::lround(t / how.dt));
  const matrix c = average_of(how, chain, noisy, gamma).repeated(c0, steps);
  return distance(c, evolved(lindblad_generator(h, {noisy}, gamma), c0, t));
}

struct problem {
  std::vector<double> w = potential(6, 1.0, 11);
  sample chain = chain_sample(w);
  matrix h = chain_matrix(w);
  index_t noisy = 2;
  double gamma = 1.0, t = 2.0;
};

/// C of a state that is no eigenstate (half of the sites) and of one that is (the ground state): errors that vanish for
/// one kind, as Lie's do for energies, are not to be mistaken for a higher order.
std::vector<matrix> starts(const problem& p) {
  const an::gaussian_state<double> ground = prepared_state(an::ground_state{}, p.chain);
  return {product({1, 0, 0, 1, 1, 0}), matrix(ground.orbitals() * ground.orbitals().adjoint())};
}

double order(double coarse, double fine) { return std::log2(coarse / fine); }

}  // namespace

// Halving dt from 0.02: the next term of the error shifts the measured order by a few dt, here less than 0.1.
TEST_CASE_TEMPLATE("propagator: the noise-averaged map converges at the declared weak order", P, an::dense_propagator,
                   an::krylov_propagator, an::split_propagator) {
  const problem p;
  for (const matrix& c0 : starts(p)) {
    const auto error = [&](double dt) {
      return error_of_average(with_step<P>(dt), p.chain, p.noisy, p.gamma, c0, p.t, p.h);
    };
    const double coarse = error(0.02), fine = error(0.01);
    MESSAGE("declared " << P::weak_order << ", measured " << order(coarse, fine) << ", error " << fine);
    CHECK(std::abs(order(coarse, fine) - P::weak_order) < 0.1);
  }
}

TEST_CASE(
    "combined step: is the Lindblad equation with the hopping to the noisy site times 1 + gamma dt / 12, to O(dt^2)") {
  const problem p;
  for (const matrix& c0 : starts(p)) {
    const auto error = [&](double dt, double twelfth) {
      matrix h = p.h;
      for (const index_t j : {p.noisy - 1, p.noisy + 1}) {
        h(p.noisy, j) *= 1 + p.gamma * dt * twelfth;
        h(j, p.noisy) *= 1 + p.gamma * dt * twelfth;
      }
      return error_of_average(an::dense_propagator{.dt = dt}, p.chain, p.noisy, p.gamma, c0, p.t, h);
    };
    const double coarse = error(0.02, 1.0 / 12), fine = error(0.01, 1.0 / 12);
    MESSAGE("order against the corrected equation " << order(coarse, fine) << ", error " << fine << " instead of "
                                                    << error(0.01, 0));
    CHECK(std::abs(order(coarse, fine) - 2) < 0.1);
    CHECK(fine < error(0.01, 0) / 10);
    CHECK(std::abs(order(error(0.02, 1.0 / 11), error(0.01, 1.0 / 11)) - 2) > 0.3);  // another factor would be noticed
  }
}

// The numbers belong to another, unknown sample; between samples they vary by a factor of two or so.
TEST_CASE("propagators: size of the averaged error, L = 12, ground state, dt = 0.1, t = 10 [weak order]") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const std::vector<double> w = potential(12, 1.0, seed);
    const sample chain = chain_sample(w);
    const an::gaussian_state<double> ground = prepared_state(an::ground_state{}, chain);
    const matrix c0 = ground.orbitals() * ground.orbitals().adjoint();
    const matrix exact = evolved(lindblad_generator(chain_matrix(w), {5}, 1.0), c0, 10);
    const auto error = [&](const auto& how) {
      return distance(average_of(how, chain, 5, 1.0).repeated(c0, 100), exact);
    };
    const double combined = error(an::dense_propagator{.dt = 0.1}), strang = error(an::split_propagator{.dt = 0.1});
    MESSAGE("combined " << combined << " (2.1e-3), Strang " << strang << " (4.9e-5)");
    CHECK(combined > 2.1e-3 / 4);
    CHECK(combined < 2.1e-3 * 4);
    CHECK(strang > 4.9e-5 / 4);
    CHECK(strang < 4.9e-5 * 4);
  }
}

}  // namespace weak_order_test
