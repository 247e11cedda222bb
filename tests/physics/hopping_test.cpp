// SPDX-License-Identifier: MIT
// The propagators against dense matrices: any number of noisy sites and orbitals, real and complex hopping.
#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace hopping_test {

using namespace support;

namespace {

constexpr double strength = 1.0, dt = 0.1;

/// exp(-i h dt - i sum_k phi_k P_k) or its Strang splitting, step by step with dense exponentials: C at the end.
enum class scheme { combined, strang };
matrix by_matrices(scheme how, const matrix& h, const std::vector<index_t>& noisy, const std::vector<double>& phi,
                   const matrix& start) {
  const matrix half = exponential(-i_unit * dt / 2.0 * h);
  matrix u = matrix::Identity(h.rows(), h.cols());
  for (std::size_t first = 0; first < phi.size(); first += noisy.size()) {
    matrix kick = matrix::Zero(h.rows(), h.cols());
    for (std::size_t k = 0; k < noisy.size(); ++k) kick(noisy[k], noisy[k]) = phi[first + k];
    u = how == scheme::combined ? times(exponential(-i_unit * (dt * h + kick)), u)
                                : times(half, times(exponential(-i_unit * kick), times(half, u)));
  }
  return times_adjoint(times(u, start), u);
}

/// Split, dense and Krylov against matrices; energies as well.
template <class Realization>
void check_all(const Realization& s, const matrix& h, const std::vector<index_t>& noisy, const std::vector<double>& n0,
               index_t steps) {
  const std::vector<double> phi = phases(strength, dt, steps * std::ssize(noisy), 71);
  const matrix combined = by_matrices(scheme::combined, h, noisy, phi, product(n0));
  const matrix strang = by_matrices(scheme::strang, h, noisy, phi, product(n0));
  const an::product_state start{n0};
  const picture split = trajectory(an::split_propagator{.dt = dt}, s, start, noisy, phi);
  const picture dense = trajectory(an::dense_propagator{.dt = dt}, s, start, noisy, phi);
  const picture krylov = trajectory(with_step<an::krylov_propagator>(dt), s, start, noisy, phi);
  constexpr double rounding = 1e-12;  // 50 steps
  CHECK(distance(split.c, strang) < rounding);
  CHECK(distance(dense.c, combined) < rounding);
  CHECK(distance(krylov.c, combined) < rounding);
  CHECK(std::abs(split.energy - energy(h, strang)) < rounding);
  CHECK(std::abs(dense.energy - energy(h, combined)) < rounding);
  CHECK(std::abs(krylov.energy - energy(h, combined)) < rounding);
  CHECK(distance(strang, combined) > 1e-3);
  CHECK(distance(combined, combined.transpose()) > 1e-2);
}

using complex_chain = an::tight_binding<complex>;

}  // namespace

TEST_CASE("noisy sites: one, two and three, in any order, against dense matrices") {
  const std::vector<double> w = potential(7, 1.5, 74), n0{1, 0, 1, 0, 0, 1, 0};
  const sample s = chain_sample(w);
  check_all(s, chain_matrix(w), {3}, n0, 50);
  check_all(s, chain_matrix(w), {4, 1}, n0, 50);
  check_all(s, chain_matrix(w), {6, 0, 3}, n0, 50);
}

TEST_CASE("orbitals: 16, 17 and 33, more than one panel of the split kernel, against dense matrices") {
  for (const index_t particles : {16, 17, 33}) {
    const std::vector<double> w = potential(36, 1.5, 75);
    std::vector<double> n0(36, 0.0);
    for (index_t m = 0; m < particles; ++m) n0[at((7 * m) % 36)] = 1;
    const std::vector<double> phi = phases(strength, dt, 2 * 20, 76);
    const picture split =
        trajectory(an::split_propagator{.dt = dt}, chain_sample(w), an::product_state{n0}, {17, 20}, phi);
    CHECK(distance(split.c, by_matrices(scheme::strang, chain_matrix(w), {17, 20}, phi, product(n0))) < 1e-12);
  }
}

TEST_CASE("complex hopping: a ring with flux, one, two and three noisy sites, against dense matrices") {
  const complex hopping = std::polar(1.2, 0.4);
  const an::chain ring{6, an::boundary::periodic};
  const an::anderson_model model{ring, an::anderson_parameters<complex>{.hopping = hopping, .disorder = 1.0}};
  an::philox rng(77, {});
  const an::disorder_realization s(model.draw(rng));
  const an::vector_t<double>& onsite = s.hamiltonian().onsite();
  matrix h = chain_matrix({onsite.begin(), onsite.end()}, hopping);
  h(0, 5) = -hopping;  // the bond that closes the ring, from site 5 to site 0
  h(5, 0) = -std::conj(hopping);
  const std::vector<double> n0{1, 0, 1, 0, 0, 1};
  check_all(s, h, {2}, n0, 50);
  check_all(s, h, {4, 1}, n0, 50);
  check_all(s, h, {5, 0, 3}, n0, 50);
}

TEST_CASE("complex hopping: levels of a clean ring are -2 |J| cos(k - flux / L)") {
  const double theta = 0.3;
  const complex_chain ring(an::chain{7, an::boundary::periodic}, std::polar(1.0, theta), an::vector_t<double>::Zero(7));
  const an::disorder_realization s(ring);
  const an::vector_t<double>& values = s.eigensystem().values;
  std::vector<double> expected;
  for (int k = 0; k < 7; ++k) expected.push_back(-2 * std::cos(2 * pi * k / 7 - theta));
  std::ranges::sort(expected);
  CHECK(distance(std::vector<double>(values.begin(), values.end()), expected) < 1e-13);
}

TEST_CASE_TEMPLATE("invariant 22: a gauge-transformed open chain is the real chain, C -> e^{-ia} C e^{ia}", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = potential(8, 1.5, 78), phi = phases(strength, dt, 100, 79);
  const double theta = 0.7;  // a_i = theta i turns h_{i+1,i} = -1 into -e^{-i theta}
  const Eigen::Map<const an::vector_t<double>> onsite(w.data(), 8);
  const an::disorder_realization turned(complex_chain(an::chain{8}, std::polar(1.0, -theta), onsite));
  const auto check = [&](const auto& state) {
    const picture real = trajectory(with_step<P>(dt), chain_sample(w), state, {3}, phi);
    const picture other = trajectory(with_step<P>(dt), turned, state, {3}, phi);
    matrix expected = real.c;
    for (index_t i = 0; i < 8; ++i)
      for (index_t j = 0; j < 8; ++j) expected(i, j) *= std::polar(1.0, -theta * static_cast<double>(i - j));
    CHECK(distance(other.c, expected) < 1e-12);
    CHECK(distance(other.density, real.density) < 1e-12);
    CHECK(distance(other.entropy, real.entropy) < 1e-11);
    CHECK(std::abs(other.energy - real.energy) < 1e-12);
  };
  check(an::ground_state{});
  check(an::product_state{{1, 0, 0, 1, 1, 0, 0, 1}});
}

}  // namespace hopping_test
