// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/ground.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <complex>
#include <optional>
#include <stdexcept>

namespace an = anderson;

namespace ground_test {

using support::largest;

namespace {

const an::vector_t<double> levels{{-3, -2.5, -1, -0.5, 0.25, 2, 4}};

}  // namespace

static_assert(an::initial_state<an::ground_state, support::with_levels<double>>);
static_assert(an::initial_state<an::ground_state, support::with_levels<std::complex<float>>>);

TEST_CASE_TEMPLATE("ground_state: the N lowest eigenstates, for every N (eq. 14)", Scalar, double,
                   std::complex<double>) {
  const support::with_levels<Scalar> realization(levels);
  const an::matrix_t<std::complex<double>> h = realization.dense().template cast<std::complex<double>>();
  an::philox rng(1, {}), untouched(1, {});
  double energy = 0;
  for (an::index_t n = 0; n <= 7; ++n) {
    CAPTURE(n);
    const an::ground_state ground{n};
    ground.check(7);
    const an::gaussian_state<double> s = ground.prepare(realization, rng);
    CHECK_NOTHROW(an::detail::check_state(s, 7));
    REQUIRE(s.orbitals.cols() == n);
    CHECK(s.occupations == an::vector_t<double>::Ones(n));
    const an::matrix_t<std::complex<double>> residual =
        h.lazyProduct(s.orbitals) - s.orbitals * levels.head(n).cast<std::complex<double>>().asDiagonal();
    CHECK(largest(residual) < 1e-14 * 7);  // rounding of sums of seven
    CHECK(std::abs(support::correlations(s).lazyProduct(h).trace() - energy) < 1e-13);
    if (n < 7) energy += levels[n];
  }
  CHECK(rng == untouched);
}

TEST_CASE("ground_state: half filling unless said otherwise, rounded down for odd L") {
  an::philox rng(1, {});
  CHECK(an::ground_state{}.prepare(support::with_levels<double>(levels), rng).orbitals.cols() == 3);
  CHECK(an::ground_state{}.prepare(support::with_levels<double>(levels.head(6)), rng).orbitals.cols() == 3);
}

TEST_CASE("ground_state: a number of particles that does not fit is rejected, with the value") {
  CHECK_NOTHROW(an::ground_state{7}.check(7));
  CHECK_THROWS_WITH_AS(an::ground_state{8}.check(7), doctest::Contains("particles = 8"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::ground_state{-1}.check(7), doctest::Contains("particles = -1"), std::invalid_argument);
}

}  // namespace ground_test
