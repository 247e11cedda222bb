// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/thermal.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace an = anderson;

namespace thermal_test {

using support::largest;

namespace {

const an::vector_t<double> levels{{-3, -2.5, -1, -0.5, 0.25, 2, 4}};

template <class Real = double>
an::vector_t<Real> occupations(double beta, std::optional<an::index_t> particles = {},
                               const an::vector_t<double>& energies = levels) {
  an::philox rng(1, {});
  return an::thermal_state{beta, particles}
      .prepare(support::with_levels<Real>(energies.cast<Real>()), rng)
      .occupations();
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
  CHECK(f[1] == doctest::Approx(0.5).epsilon(1e-15));
  CHECK(f[1] == f[2]);
}

TEST_CASE_TEMPLATE("thermal_state: degenerate levels at mu keep the particle number for beta to infinity [closed form]",
                   Real, float, double, long double) {
  constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
  // Split as an eigensolver does: by rounding errors of the largest level.
  const an::vector_t<Real> e{{-2, -1, -1 + 4 * epsilon, 1 - 6 * epsilon, 1, 1 + 6 * epsilon, 2}};
  for (const double beta : {1e4, 1e6, 1e8, 1e12, 1e15, 1e17, 1e40, 1e300})
    for (an::index_t n = 0; n <= 7; ++n) {
      CAPTURE(beta);
      CAPTURE(n);
      an::philox rng(1, {});
      const an::vector_t<Real> f = an::thermal_state{beta, n}.prepare(support::with_levels<Real>(e), rng).occupations();
      CHECK(std::abs(f.sum() - static_cast<Real>(n)) <= 4 * epsilon * 7);  // sums of seven rounded numbers
      const double lowest = n >= 1, middle = std::clamp((static_cast<double>(n) - 1) / 2, 0.0, 1.0),
                   upper = std::clamp((static_cast<double>(n) - 3) / 3, 0.0, 1.0), last = n == 7;
      const an::vector_t<double> right{{lowest, middle, middle, upper, upper, upper, last}};
      CHECK(largest(f.template cast<double>() - right) <= 2 * epsilon);  // e^-1e4 is 0
      CHECK((f[1] == f[2] && f[3] == f[4] && f[4] == f[5]));
    }
}

namespace {

struct campaign_case {
  an::vector_t<double> levels;
  double beta;
  an::index_t particles;
};

/// Random levels, half of them in exactly degenerate groups, scaled by 2^-300 .. 2^300 (float: 2^-60 .. 2^60), some on
/// top of a constant; beta times the band from 1e-20 to 1e20, or at random.
campaign_case random_case(int k, int powers) {
  an::philox rng(8, {an::purpose::state, 0, k});
  const an::index_t size = 1 + an::uniform_index(rng, 12);
  std::vector<double> e(static_cast<std::size_t>(size));
  for (double& x : e) x = an::uniform01(rng) < 0.5 ? an::uniform(rng, -1, 1) : std::round(an::uniform(rng, -2, 2)) / 2;
  std::sort(e.begin(), e.end());
  const double constant = an::uniform01(rng) < 0.3 ? 1024 : 0;  // exact differences, so that they stay degenerate
  const double unit = std::ldexp(1.0, static_cast<int>(an::uniform_index(rng, 2 * powers + 1)) - powers);
  an::vector_t<double> scaled(size);
  for (an::index_t a = 0; a < size; ++a) scaled[a] = (e[static_cast<std::size_t>(a)] + constant) * unit;
  const double beta = std::pow(10, an::uniform(rng, -20, 20)) / unit;
  return {scaled, beta, an::uniform_index(rng, size + 1)};
}

}  // namespace

TEST_CASE_TEMPLATE("thermal_state: random levels, units, constants and temperatures keep N, order and symmetry", Real,
                   float, double, long double) {
  constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
  const int powers = std::is_same_v<Real, float> ? 60 : 300;
  for (int k = 0; k < 1000; ++k) {
    CAPTURE(k);
    const campaign_case c = random_case(k, powers);
    const an::index_t size = c.levels.size();
    an::philox rng(1, {});
    const an::vector_t<Real> e = c.levels.cast<Real>(), mirrored = -e.reverse();
    const an::vector_t<Real> f =
        an::thermal_state{c.beta, c.particles}.prepare(support::with_levels<Real>(e), rng).occupations();
    const an::vector_t<Real> holes =
        an::thermal_state{c.beta, size - c.particles}.prepare(support::with_levels<Real>(mirrored), rng).occupations();
    const Real rounding = 2 * epsilon * static_cast<Real>(size);
    REQUIRE(f.allFinite());
    CHECK(std::abs(f.sum() - static_cast<Real>(c.particles)) <= rounding);
    CHECK(largest(f + holes.reverse() - an::vector_t<Real>::Ones(size)) <= rounding);
    bool descending = true, shared = true;
    for (an::index_t a = 0; a + 1 < size; ++a) {
      descending = descending && f[a] >= f[a + 1];
      shared = shared && (e[a] != e[a + 1] || f[a] == f[a + 1]);
    }
    CHECK(descending);
    CHECK(shared);
    CHECK(f.minCoeff() >= 0);
    CHECK(f.maxCoeff() <= 1);
  }
}

TEST_CASE("thermal_state: energies times 2^k and beta divided, or a constant added, are the same state") {
  const an::vector_t<double> right = occupations(3.0, 3);
  for (const int k : {-300, -60, -1, 1, 60, 300})
    CHECK(occupations(std::ldexp(3.0, -k), 3, levels * std::ldexp(1.0, k)) == right);
  for (const double c : {1024.0, -1048576.0})  // exact sums
    CHECK(largest(occupations(3.0, 3, levels + an::vector_t<double>::Constant(7, c)) - right) < 1e-15);
  for (const double beta : {1e-300, 1e-100, 1e100, 1e300}) {
    CAPTURE(beta);
    CHECK(std::abs(occupations(beta, 3).sum() - 3) < 1e-14);
  }
}

TEST_CASE("thermal_state: one particle far below and one hole far above the gap have small relative errors") {
  // mu is in the middle of the gap: n = exp(-beta gap / 2) up to its square [closed form], and so are the holes.
  const an::vector_t<double> f = occupations(60, 1, an::vector_t<double>{{-1, 1}});
  CHECK(f[1] == doctest::Approx(std::exp(-60.0)).epsilon(1e-14));
  CHECK(f[0] == 1);
}

TEST_CASE("thermal_state: all eigenstates, C commutes with h and has trace N") {
  const support::with_levels<std::complex<double>> realization(levels);
  an::philox rng(1, {}), untouched(1, {});
  const an::gaussian_state<double> s = an::thermal_state{0.7, 4}.prepare(realization, rng);
  CHECK(rng == untouched);
  CHECK_NOTHROW(an::gaussian_state<double>(s.orbitals(), s.occupations()));
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
