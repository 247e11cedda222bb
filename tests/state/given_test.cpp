// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/given.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <stdexcept>

namespace an = anderson;

namespace given_test {

namespace {

using orbitals = an::orbitals_t<double>;
using vector = an::vector_t<double>;

static_assert(an::initial_state<an::given_orbitals<>, support::sites_only>);

}  // namespace

TEST_CASE("given_orbitals: are the state, without random numbers, for every trajectory") {
  const orbitals phi = support::random_orbitals(6, 3, 1);
  const vector n{{1, 0.5, 0}};
  const an::given_orbitals full{phi}, part{phi, n};
  an::philox rng(1, {}), untouched(1, {});
  for (int k = 0; k < 2; ++k) {
    CHECK(full.prepare(support::sites_only{6}, rng).orbitals() == phi);
    CHECK(full.prepare(support::sites_only{6}, rng).occupations() == vector::Ones(3));
    CHECK(part.prepare(support::sites_only{6}, rng).orbitals() == phi);
    CHECK(part.prepare(support::sites_only{6}, rng).occupations() == n);
  }
  CHECK(rng == untouched);
  CHECK_NOTHROW(full.check(6));
}

TEST_CASE("given_orbitals: the identity is the propagator itself") {
  an::philox rng(1, {});
  CHECK(an::given_orbitals{orbitals::Identity(4, 4)}.prepare(support::sites_only{4}, rng).orbitals() ==
        orbitals::Identity(4, 4));
}

TEST_CASE("given_orbitals: another real type has its own") {
  const an::given_orbitals<float> narrow{support::random_orbitals<float>(5, 2, 1)};
  CHECK_NOTHROW(narrow.check(5));
}

TEST_CASE("given_orbitals: bad ones are rejected at once, with the defect") {
  orbitals phi = support::random_orbitals(6, 3, 1);
  CHECK_THROWS_WITH_AS((an::given_orbitals{phi, vector(vector::Ones(2))}),
                       doctest::Contains("number of occupations = 2"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::given_orbitals{phi, vector{{0.5, 2, 1}}}), doctest::Contains("occupation = 2"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::given_orbitals{orbitals(orbitals::Identity(2, 3))}, doctest::Contains("2 x 3"),
                       std::invalid_argument);
  phi.col(0) *= 2;
  CHECK_THROWS_WITH_AS(an::given_orbitals{phi}, doctest::Contains("largest entry of |Phi^dagger Phi - 1| = 3"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::given_orbitals{support::random_orbitals(6, 3, 1)}.check(7),
                       "anderson: rows of the orbitals = 6; allowed: the number of sites, 7", std::invalid_argument);
}

}  // namespace given_test
