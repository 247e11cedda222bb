// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/ground.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <cmath>
#include <complex>
#include <limits>
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
    CHECK_NOTHROW(an::gaussian_state<double>(s.orbitals(), s.occupations()));
    REQUIRE(s.orbitals().cols() == n);
    CHECK(s.occupations() == an::vector_t<double>::Ones(n));
    const an::matrix_t<std::complex<double>> residual =
        h.lazyProduct(s.orbitals()) - s.orbitals() * levels.head(n).cast<std::complex<double>>().asDiagonal();
    CHECK(largest(residual) < 1e-14 * 7);  // rounding of sums of seven
    CHECK(std::abs(support::correlations(s).lazyProduct(h).trace() - energy) < 1e-13);
    if (n < 7) energy += levels[n];
  }
  CHECK(rng == untouched);
}

TEST_CASE("ground_state: half filling unless said otherwise, rounded down for odd L") {
  an::philox rng(1, {});
  CHECK(an::ground_state{}.prepare(support::with_levels<double>(levels), rng).orbitals().cols() == 3);
  CHECK(an::ground_state{}.prepare(support::with_levels<double>(levels.head(6)), rng).orbitals().cols() == 3);
}

TEST_CASE_TEMPLATE("ground_state: one that is not unique is refused in every unit, with the gap and the ways out", Real,
                   float, double, long double) {
  constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
  an::philox rng(1, {});
  for (const int k : {-60, -1, 0, 60})
    for (const Real constant : {Real(0), Real(1024)}) {
      CAPTURE(k);
      CAPTURE(constant);
      const Real unit = std::ldexp(Real(1), k), top = constant + 2;
      an::vector_t<Real> e{{-2, -1, 0, 0, 1, 1, 2}};
      e.array() += constant;
      e[5] += 8 * epsilon * top;  // split by the rounding of an eigensolver
      const support::with_levels<Real> realization(e * unit);
      for (const an::index_t n : {0, 1, 2, 4, 6, 7})
        CHECK(an::ground_state{n}.prepare(realization, rng).orbitals().cols() == n);
      for (const an::index_t n : {3, 5}) {
        CHECK_THROWS_AS(an::ground_state{n}.prepare(realization, rng), std::invalid_argument);
        const auto any = an::ground_state{.particles = n, .accept_degenerate = true}.prepare(realization, rng);
        CHECK(any.orbitals().cols() == n);
      }
    }
  const support::with_levels<Real> pair(an::vector_t<Real>{{-1, 0, 0, 1}});
  for (const char* said : {"gap between the levels 2 and 3 = 0;", "not unique", "another number of particles",
                           "thermal_state", "given_orbitals", ".accept_degenerate = true"})
    CHECK_THROWS_WITH_AS(an::ground_state{}.prepare(pair, rng), doctest::Contains(said), std::invalid_argument);
}

TEST_CASE_TEMPLATE("ground_state: two wells whose splitting is above rounding have one", Real, float, double,
                   long double) {
  // 22 rounding errors for six levels of size 2 are the limit.
  constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
  an::philox rng(1, {});
  const auto prepare = [&](Real splitting) {
    const support::with_levels<Real> wells(an::vector_t<Real>{{-2, -1, 0, splitting, 1, 2}});
    return an::ground_state{3}.prepare(wells, rng);
  };
  CHECK(prepare(46 * epsilon).orbitals().cols() == 3);
  CHECK_THROWS_AS(prepare(43 * epsilon), std::invalid_argument);
  CHECK_THROWS_AS(prepare(0), std::invalid_argument);
}

TEST_CASE("ground_state: a number of particles that does not fit is rejected, with the value") {
  CHECK_NOTHROW(an::ground_state{7}.check(7));
  CHECK_THROWS_WITH_AS(an::ground_state{8}.check(7), doctest::Contains("particles = 8"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::ground_state{-1}.check(7), doctest::Contains("particles = -1"), std::invalid_argument);
}

}  // namespace ground_test
