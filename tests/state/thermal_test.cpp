// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/thermal.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <optional>
#include <stdexcept>

namespace an = anderson;

namespace thermal_test {

using support::largest;

namespace {

const an::vector_t<double> levels{{-3, -2.5, -1, -0.5, 0.25, 2, 4}};

template <class Real = double>
an::vector_t<Real> occupations(double beta, std::optional<an::index_t> particles = {},
                               const an::vector_t<double>& energies = levels) {
  an::philox rng(1, {});
  return an::thermal_state{beta, particles}.prepare(support::with_levels<Real>(energies.cast<Real>()), rng).occupations;
}

}  // namespace

static_assert(an::initial_state<an::thermal_state, support::with_levels<double>>);
static_assert(an::initial_state<an::thermal_state, support::with_levels<std::complex<double>>>);

TEST_CASE("thermal_state: has the particle number asked for, at every temperature and filling") {
  for (const double beta : {1e-12, 0.01, 1.0, 30.0, 1e6})
    for (an::index_t n = 0; n <= 7; ++n) {
      CAPTURE(beta);
      CAPTURE(n);
      const an::vector_t<double> f = occupations(beta, n);
      CHECK(f.sum() == doctest::Approx(static_cast<double>(n)).epsilon(1e-13));
      CHECK(f.minCoeff() >= 0);
      CHECK(f.maxCoeff() <= 1);
    }
}

TEST_CASE("thermal_state: Fermi occupations, ln(1/n - 1) is beta (E - mu), a straight line") {
  const double beta = 0.8;
  const an::vector_t<double> f = occupations(beta, 2);
  for (an::index_t a = 0; a + 1 < 7; ++a) {
    const double rise = std::log(1 / f[a + 1] - 1) - std::log(1 / f[a] - 1);
    CHECK(rise == doctest::Approx(beta * (levels[a + 1] - levels[a])).epsilon(1e-12));
  }
}

TEST_CASE("thermal_state: two levels, one particle: n = 1 / (1 + exp(beta (E - mean))) [closed form]") {
  const an::vector_t<double> f = occupations(1.7, 1, an::vector_t<double>{{-0.5, 1.5}});
  CHECK(f[0] == doctest::Approx(1 / (1 + std::exp(-1.7))).epsilon(1e-14));
  CHECK(f[1] == doctest::Approx(1 / (1 + std::exp(1.7))).epsilon(1e-14));
}

TEST_CASE("thermal_state: beta = 0 is N / L everywhere") {
  CHECK(occupations(0) == an::vector_t<double>::Constant(7, 3.0 / 7));
  CHECK(occupations(0, 7) == an::vector_t<double>::Ones(7));
  CHECK(occupations(0, 0) == an::vector_t<double>::Zero(7));
  CHECK(largest(occupations(1e-9, 2) - an::vector_t<double>::Constant(7, 2.0 / 7)) <
        1e-8);  // beta times the band width
}

TEST_CASE("thermal_state: large beta is the ground state") {
  for (an::index_t n = 1; n < 7; ++n) {
    // The next level is at least 0.25 above the middle of its gap: exp(-0.25 * 1000) is nothing.
    const an::vector_t<double> f = occupations(1000, n);
    CHECK(largest(f.head(n) - an::vector_t<double>::Ones(n)) < 1e-14);  // sum = N to rounding
    CHECK(largest(f.tail(7 - n)) < 1e-100);
  }
}

TEST_CASE("thermal_state: degenerate levels share their particles") {
  const an::vector_t<double> f = occupations(1e4, 2, an::vector_t<double>{{-1, 0.5, 0.5, 3}});
  CHECK(f[0] == 1);
  CHECK(f[1] == doctest::Approx(0.5).epsilon(1e-11));  // mu is known to 1e-16, times beta
  CHECK(f[1] == f[2]);
}

TEST_CASE("thermal_state: all eigenstates, C commutes with h and has trace N") {
  const support::with_levels<std::complex<double>> realization(levels);
  an::philox rng(1, {}), untouched(1, {});
  const an::gaussian_state<double> s = an::thermal_state{0.7, 4}.prepare(realization, rng);
  CHECK(rng == untouched);
  CHECK_NOTHROW(an::detail::check_state(s, 7));
  const auto c = support::correlations(s);
  const auto h = realization.dense();
  CHECK(largest(c.lazyProduct(h) - h.lazyProduct(c)) < 1e-13);
  CHECK(std::abs(c.trace() - 4.0) < 1e-13);
}

TEST_CASE("thermal_state: works in float") {
  const an::vector_t<float> f = occupations<float>(1.0, 3);
  CHECK(f.sum() == doctest::Approx(3).epsilon(1e-6));
  CHECK(largest(f.cast<double>() - occupations(1.0, 3)) < 1e-6);
}

TEST_CASE("thermal_state: bad arguments are rejected, with the value") {
  CHECK_NOTHROW(an::thermal_state{}.check(5));
  for (const double bad : {-0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_WITH_AS(an::thermal_state{bad}.check(5), doctest::Contains("inverse_temperature = "),
                         std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::thermal_state{1.0, 6}.check(5)), doctest::Contains("particles = 6"), std::invalid_argument);
}

}  // namespace thermal_test
