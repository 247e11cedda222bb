// SPDX-License-Identifier: MIT
#include <anderson/state/gaussian_state.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace an = anderson;

namespace gaussian_state_test {

namespace {

using orbitals = an::orbitals_t<double>;
using vector = an::vector_t<double>;
using state = an::gaussian_state<double>;

}  // namespace

TEST_CASE("gaussian_state: all orbitals are occupied unless said otherwise") {
  const state s(support::random_orbitals(5, 3, 1));
  CHECK(s.occupations() == vector::Ones(3));
  CHECK(state(orbitals(5, 0)).occupations().size() == 0);
}

TEST_CASE("gaussian_state: orthonormal orbitals with occupations in [0, 1] are accepted, also all and none") {
  for (const an::index_t columns : {0, 1, 3, 6}) CHECK_NOTHROW(state(support::random_orbitals(6, columns, 2)));
  vector n(2);
  n << 0, 0.3;
  CHECK_NOTHROW(state(support::random_orbitals(6, 2, 2), n));
  CHECK_NOTHROW(an::gaussian_state<float>(support::random_orbitals<float>(60, 20, 2)));
}

TEST_CASE("gaussian_state: what it is made of cannot be changed afterwards, but be taken from one that goes") {
  static_assert(std::is_same_v<decltype(std::declval<state&>().orbitals()), const orbitals&>);
  static_assert(std::is_same_v<decltype(std::declval<state&>().occupations()), const vector&>);
  state s(support::random_orbitals(5, 3, 1));
  const auto* there = s.orbitals().data();
  CHECK(std::move(s).orbitals().data() == there);
}

TEST_CASE("gaussian_state: its number of sites must be the Hamiltonian's") {
  const state s(support::random_orbitals(5, 2, 1));
  CHECK(s.size() == 5);
  CHECK(&an::detail::check_size(s, 5) == &s);
  CHECK_THROWS_WITH_AS(an::detail::check_size(s, 6),
                       "anderson: number of sites of the state = 5; allowed: that of the Hamiltonian, 6",
                       std::invalid_argument);
}

TEST_CASE("gaussian_state: wrong shapes are rejected, with both") {
  CHECK_THROWS_WITH_AS(state(orbitals(orbitals::Identity(2, 3))),
                       "anderson: shape of the orbitals = 2 x 3; allowed: L x M with M <= L", std::invalid_argument);
  CHECK_THROWS_WITH_AS(state(support::random_orbitals(5, 2, 1), vector::Ones(3)),
                       "anderson: number of occupations = 3; allowed: the number of orbitals, 2",
                       std::invalid_argument);
}

TEST_CASE("gaussian_state: orbitals that are not orthonormal are rejected, with the defect") {
  orbitals long_column = support::random_orbitals(5, 3, 1), parallel = long_column;
  long_column.col(1) *= 1.5;  // norm 2.25
  CHECK_THROWS_WITH_AS(state{long_column}, doctest::Contains("largest entry of |Phi^dagger Phi - 1| = 1.25"),
                       std::invalid_argument);
  parallel.col(2) = parallel.col(0);
  CHECK_THROWS_WITH_AS(state{parallel}, doctest::Contains("Phi - 1|"), std::invalid_argument);
  orbitals slightly = support::random_orbitals(5, 3, 1);
  slightly.col(0) *= 1 + 1e-11;  // above 1e3 sqrt(L) roundings, 5e-13
  CHECK_THROWS_AS(state{slightly}, std::invalid_argument);
}

TEST_CASE("gaussian_state: occupations outside [0, 1] are rejected, with the value") {
  vector n(3);
  n << 0.5, -0.25, 1;
  CHECK_THROWS_WITH_AS(state(orbitals::Identity(4, 3), n), "anderson: occupation = -0.25; allowed: [0, 1]",
                       std::invalid_argument);
  n << 0.5, 1.5, 1;
  CHECK_THROWS_WITH_AS(state(orbitals::Identity(4, 3), n), doctest::Contains("occupation = 1.5"),
                       std::invalid_argument);
}

TEST_CASE("gaussian_state: NaN is rejected anywhere") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (an::index_t m = 0; m < 9; ++m) {
    CAPTURE(m);
    orbitals phi = support::random_orbitals(9, 9, 1);
    phi(m, (m * 4) % 9) = nan;
    CHECK_THROWS_AS(state{phi}, std::invalid_argument);
    vector n = vector::Constant(9, 0.5);
    n[m] = nan;
    CHECK_THROWS_AS(state(orbitals::Identity(9, 9), n), std::invalid_argument);
  }
}

TEST_CASE("filling: half filling unless given, 0 to L particles") {
  CHECK(an::detail::filling(std::nullopt, 10) == 5);
  CHECK(an::detail::filling(std::nullopt, 7) == 3);
  CHECK(an::detail::filling(std::nullopt, 1) == 0);
  for (const an::index_t n : {0, 3, 7}) CHECK(an::detail::filling(n, 7) == n);
  CHECK_THROWS_WITH_AS(an::detail::filling(8, 7), "anderson: particles = 8; allowed: [0, 7], the number of sites",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::filling(-1, 7), doctest::Contains("particles = -1"), std::invalid_argument);
}

}  // namespace gaussian_state_test
