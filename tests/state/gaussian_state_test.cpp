// SPDX-License-Identifier: MIT
#include <anderson/state/gaussian_state.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <limits>
#include <optional>
#include <stdexcept>

namespace an = anderson;

namespace gaussian_state_test {

namespace {

using orbitals = an::orbitals_t<double>;
using vector = an::vector_t<double>;
using state = an::gaussian_state<double>;

}  // namespace

TEST_CASE("gaussian_state: all orbitals are occupied unless said otherwise") {
  const state s(support::random_orbitals(5, 3, 1));
  CHECK(s.occupations == vector::Ones(3));
  CHECK(state(orbitals(5, 0)).occupations.size() == 0);
}

TEST_CASE("check_state: orthonormal orbitals with occupations in [0, 1] are accepted, also all and none") {
  for (const an::index_t columns : {0, 1, 3, 6})
    CHECK_NOTHROW(an::detail::check_state(state(support::random_orbitals(6, columns, 2)), 6));
  vector n(2);
  n << 0, 0.3;
  CHECK_NOTHROW(an::detail::check_state(state(support::random_orbitals(6, 2, 2), n), 6));
  CHECK_NOTHROW(an::detail::check_state(an::gaussian_state<float>(support::random_orbitals<float>(60, 20, 2)), 60));
}

TEST_CASE("check_state: wrong shapes are rejected, with both") {
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(support::random_orbitals(5, 2, 1)), 6),
                       "anderson: shape of the orbitals = 5 x 2; allowed: L x M with L = 6 and M <= L",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(orbitals::Identity(2, 3)), 2), doctest::Contains("2 x 3"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(support::random_orbitals(5, 2, 1), vector::Ones(3)), 5),
                       "anderson: number of occupations = 3; allowed: the number of orbitals, 2",
                       std::invalid_argument);
}

TEST_CASE("check_state: orbitals that are not orthonormal are rejected, with the defect") {
  orbitals long_column = support::random_orbitals(5, 3, 1), parallel = long_column;
  long_column.col(1) *= 1.5;  // norm 2.25
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(long_column), 5),
                       doctest::Contains("largest entry of |Phi^dagger Phi - 1| = 1.25"), std::invalid_argument);
  parallel.col(2) = parallel.col(0);
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(parallel), 5), doctest::Contains("Phi - 1|"),
                       std::invalid_argument);
  orbitals slightly = support::random_orbitals(5, 3, 1);
  slightly.col(0) *= 1 + 1e-11;  // above 1e3 sqrt(L) roundings, 5e-13
  CHECK_THROWS_AS(an::detail::check_state(state(slightly), 5), std::invalid_argument);
}

TEST_CASE("check_state: occupations outside [0, 1] are rejected, with the value") {
  vector n(3);
  n << 0.5, -0.25, 1;
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(orbitals::Identity(4, 3), n), 4),
                       "anderson: occupation = -0.25; allowed: [0, 1]", std::invalid_argument);
  n << 0.5, 1.5, 1;
  CHECK_THROWS_WITH_AS(an::detail::check_state(state(orbitals::Identity(4, 3), n), 4),
                       doctest::Contains("occupation = 1.5"), std::invalid_argument);
}

TEST_CASE("check_state: NaN is rejected anywhere") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (an::index_t m = 0; m < 9; ++m) {
    CAPTURE(m);
    orbitals phi = support::random_orbitals(9, 9, 1);
    phi(m, (m * 4) % 9) = nan;
    CHECK_THROWS_AS(an::detail::check_state(state(phi), 9), std::invalid_argument);
    vector n = vector::Constant(9, 0.5);
    n[m] = nan;
    CHECK_THROWS_AS(an::detail::check_state(state(orbitals::Identity(9, 9), n), 9), std::invalid_argument);
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
