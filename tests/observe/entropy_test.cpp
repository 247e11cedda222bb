// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/observe/entropy.hpp>

#include <doctest/doctest.h>

#include "support/snapshots.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace entropy_test {

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using vector = an::vector_t<double>;

const double ln2 = std::log(2.0);

static_assert(an::observable<an::entanglement_entropy, support::orbital_picture<double>>);
static_assert(an::observable<an::entropy_profile, support::orbital_picture<float>>);
static_assert(!an::observable<an::entanglement_entropy, support::linear_picture>);
static_assert(!an::observable<an::entropy_profile, support::linear_picture>);

/// From the definition: all eigenvalues of C on sites [first, first + count), nothing left out.
double brute_force(const orbitals& phi, const vector& n, an::index_t first, an::index_t count) {
  const orbitals part = phi.middleRows(first, count);
  const an::matrix_t<complex> c = (part * n.cast<complex>().asDiagonal()).eval().lazyProduct(part.adjoint());
  double s = 0;
  for (const double x : an::hermitian_eigenvalues(c))
    for (const double p : {x, 1 - x})
      if (p > 1e-14) s -= p * std::log(p);
  return s;
}

vector occupations(an::index_t count) {
  an::philox rng(4, {});
  vector n(count);
  for (double& x : n) x = an::uniform01(rng);
  return n;
}

}  // namespace

TEST_CASE("binary_entropy: symmetric, ln 2 at 1/2, exactly 0 within rounding of the ends, accurate near them") {
  using an::detail::binary_entropy;
  CHECK(binary_entropy(0.5) == doctest::Approx(ln2).epsilon(1e-15));
  CHECK(binary_entropy(0.25) == doctest::Approx(-0.25 * std::log(0.25) - 0.75 * std::log(0.75)).epsilon(1e-15));
  const double eps = std::numeric_limits<double>::epsilon();
  for (const double x : {0.0, 1.0, -10 * eps, 1 + 10 * eps, 100 * eps, 1 - 100 * eps}) CHECK(binary_entropy(x) == 0);
  // -x ln x + x near 0; a log(1 - x) instead of log1p would be off by 1e-7 of it
  CHECK(binary_entropy(1e-10) == doctest::Approx(1e-10 * (-std::log(1e-10) + 1)).epsilon(1e-9));
  CHECK(binary_entropy(0x1p-30) == doctest::Approx(binary_entropy(1 - 0x1p-30)).epsilon(1e-14));
  CHECK(binary_entropy(0.5f) == doctest::Approx(ln2).epsilon(1e-7));
}

TEST_CASE("von_neumann_entropy: exactly 0 for product states, at every cut") {
  orbitals phi = orbitals::Zero(8, 4);
  phi(0, 0) = phi(3, 1) = phi(4, 2) = 1;
  phi(7, 3) = complex(0, 1);
  for (an::index_t cut = 0; cut <= 8; ++cut) {
    CHECK(an::von_neumann_entropy<double>(phi, vector::Ones(4), cut) == 0);
    CHECK(an::von_neumann_entropy<double>(orbitals(8, 0), vector(), cut) == 0);
    CHECK(an::von_neumann_entropy<double>(orbitals::Identity(8, 8), vector::Ones(8), cut) == 0);
  }
}

TEST_CASE("von_neumann_entropy: a particle shared by two sites has ln 2, q and 1 - q in general") {
  orbitals phi(2, 1);
  phi << std::sqrt(0.5), complex(0, std::sqrt(0.5));
  CHECK(an::von_neumann_entropy<double>(phi, vector::Ones(1), 1) == doctest::Approx(ln2).epsilon(1e-15));
  CHECK(an::von_neumann_entropy<double>(phi, vector::Ones(1), 0) == 0);
  CHECK(an::von_neumann_entropy<double>(phi, vector::Ones(1), 2) == 0);
  phi << std::sqrt(0.1), std::sqrt(0.9);
  CHECK(an::von_neumann_entropy<double>(phi, vector::Ones(1), 1) ==
        doctest::Approx(-0.1 * std::log(0.1) - 0.9 * std::log(0.9)).epsilon(1e-14));

  orbitals pairs = orbitals::Zero(6, 3);  // site k with site k + 3: three pairs across the middle
  for (an::index_t k = 0; k < 3; ++k) pairs(k, k) = pairs(k + 3, k) = std::sqrt(0.5);
  for (an::index_t cut = 0; cut <= 6; ++cut)
    CHECK(an::von_neumann_entropy<double>(pairs, vector::Ones(3), cut) ==
          doctest::Approx(static_cast<double>(std::min<an::index_t>(cut, 6 - cut)) * ln2).epsilon(1e-14));
}

TEST_CASE(
    "von_neumann_entropy: pure states, every cut and filling: the definition, S_A = S_B, bounds [invariants 2, 3]") {
  constexpr an::index_t length = 10;
  for (an::index_t n = 0; n <= length; ++n) {
    const orbitals phi = support::random_orbitals(length, n, 3);
    for (an::index_t cut = 0; cut <= length; ++cut) {
      CAPTURE(n);
      CAPTURE(cut);
      const double s = an::von_neumann_entropy<double>(phi, vector::Ones(n), cut);
      CHECK(std::abs(s - brute_force(phi, vector::Ones(n), 0, cut)) <
            1e-12);  // sums of 10 numbers, -x ln x at rounding
      CHECK(std::abs(s - brute_force(phi, vector::Ones(n), cut, length - cut)) < 1e-12);
      CHECK(s <= static_cast<double>(std::min({cut, length - cut, n, length - n})) * ln2 + 1e-12);
      CHECK(s >= 0);
    }
  }
}

TEST_CASE("von_neumann_entropy: empty orbitals beside full ones are the same pure state") {
  const orbitals phi = support::random_orbitals(10, 6, 3);
  vector n = vector::Zero(6);
  n.head(2).setOnes();
  for (an::index_t cut = 0; cut <= 10; ++cut)
    CHECK(std::abs(an::von_neumann_entropy<double>(phi, n, cut) -
                   an::von_neumann_entropy<double>(phi.leftCols(2), vector::Ones(2), cut)) < 1e-12);
}

TEST_CASE("von_neumann_entropy: mixed states, every cut and number of orbitals: the definition") {
  constexpr an::index_t length = 10;
  for (an::index_t m = 1; m <= length; ++m) {
    const orbitals phi = support::random_orbitals(length, m, 5);
    const vector n = occupations(m);
    for (an::index_t cut = 0; cut <= length; ++cut) {
      CAPTURE(m);
      CAPTURE(cut);
      CHECK(std::abs(an::von_neumann_entropy(phi, n, cut) - brute_force(phi, n, 0, cut)) < 1e-12);
    }
    double whole = 0;
    for (const double x : n) whole += an::detail::binary_entropy(x);
    CHECK(an::von_neumann_entropy(phi, n, length) == doctest::Approx(whole).epsilon(1e-12));
  }
}

TEST_CASE("von_neumann_entropy: S_A = S_B is not used for mixed states") {
  const orbitals phi = orbitals::Identity(3, 3);
  const vector n{{0.5, 1, 0}};
  CHECK(an::von_neumann_entropy(phi, n, 1) == doctest::Approx(ln2).epsilon(1e-15));
  CHECK(an::von_neumann_entropy(phi, n, 3) == doctest::Approx(ln2).epsilon(1e-15));  // and not that of no site
}

TEST_CASE("entanglement_entropy, entropy_profile: the values, names and extents") {
  const support::orbital_picture<double> now(support::random_orbitals(6, 3, 7));
  std::vector<double> profile(7, 99.0);
  an::entropy_profile{}.measure(now, profile);
  for (an::index_t cut = 0; cut <= 6; ++cut) {
    std::array<double, 1> one{99};
    an::entanglement_entropy{cut}.measure(now, one);
    CHECK(one[0] == an::von_neumann_entropy(now.phi, now.n, cut));
    CHECK(std::abs(profile[static_cast<std::size_t>(cut)] - one[0]) < 1e-13);  // the same sums in another order
  }
  CHECK(an::entropy_profile{}.extent(6) == 7);
  CHECK(an::entropy_profile{}.name() == "entropy");
  CHECK(an::entanglement_entropy{3}.extent(6) == 1);
  CHECK(an::entanglement_entropy{3}.name() == "entropy_cut3");
}

TEST_CASE("von_neumann_entropies: the single cuts, for every length and number of orbitals, pure and mixed") {
  for (const an::index_t length : {1, 2, 3, 9, 10})
    for (an::index_t m = 0; m <= length; ++m) {
      const orbitals phi = support::random_orbitals(length, m, 11);
      vector half_empty = vector::Ones(m);
      half_empty.head(m / 2).setZero();
      for (const vector& n : {vector(vector::Ones(m)), half_empty, occupations(m)}) {
        CAPTURE(length);
        CAPTURE(n);
        const vector all = an::von_neumann_entropies(phi, n);
        REQUIRE(all.size() == length + 1);
        for (an::index_t cut = 0; cut <= length; ++cut)
          CHECK(std::abs(all[cut] - an::von_neumann_entropy(phi, n, cut)) < 1e-12);
      }
    }
}

TEST_CASE("von_neumann_entropies: exactly 0 for product states, also with more sites than orbitals") {
  for (const an::index_t step : {1, 2, 5}) {
    orbitals phi = orbitals::Zero(20, (20 + step - 1) / step);
    for (an::index_t m = 0; m < phi.cols(); ++m) phi(step * m, m) = m % 2 ? complex(0, 1) : complex(-1);
    CHECK(an::von_neumann_entropies<double>(phi, vector::Ones(phi.cols())) == vector::Zero(21));
  }
  CHECK(an::von_neumann_entropies<double>(orbitals(8, 0), vector()) == vector::Zero(9));
}

TEST_CASE("von_neumann_entropies: pure states mirrored, or with particles and holes exchanged") {
  constexpr an::index_t length = 24;
  const orbitals basis = support::random_orbitals(length, length, 13);
  const vector ones = vector::Ones(8);
  const vector s = an::von_neumann_entropies<double>(basis.leftCols(8), ones);
  const vector mirrored = an::von_neumann_entropies<double>(basis.leftCols(8).colwise().reverse(), ones);
  const vector holes = an::von_neumann_entropies<double>(basis.rightCols(16), vector::Ones(16));
  CHECK(support::largest(s - mirrored.reverse()) < 1e-12);
  CHECK(support::largest(s - holes) < 1e-12);
}

TEST_CASE_TEMPLATE("von_neumann_entropies: L = 60 in the field's use, against long double", Real, float, double) {
  const an::orbitals_t<long double> exact = support::random_orbitals<long double>(60, 30, 17);
  an::vector_t<long double> mixed = occupations(30).cast<long double>();
  const an::orbitals_t<Real> phi = exact.cast<std::complex<Real>>();
  for (const an::vector_t<long double>& n : {an::vector_t<long double>(an::vector_t<long double>::Ones(30)), mixed}) {
    const an::vector_t<long double> s = an::von_neumann_entropies(exact, n);
    const an::vector_t<long double> seen =
        an::von_neumann_entropies<Real>(phi, n.template cast<Real>()).template cast<long double>();
    // 30 numbers, each off by some roundings times |ln n|; sums, and the rounding of phi itself
    CHECK(support::largest(s - seen) < 500 * std::numeric_limits<Real>::epsilon());
  }
}

TEST_CASE("entropies: orbitals that are not finite, or without occupations, are rejected") {
  orbitals phi = support::random_orbitals(6, 3, 7);
  CHECK_THROWS_AS(an::von_neumann_entropies<double>(phi, vector::Ones(2)), std::invalid_argument);
  CHECK_THROWS_AS(an::von_neumann_entropy<double>(phi, vector::Ones(4), 3), std::invalid_argument);
  phi(1, 1) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(an::von_neumann_entropies<double>(phi, vector::Ones(3)), std::runtime_error);
  CHECK_THROWS_AS(an::von_neumann_entropy<double>(phi, vector::Ones(3), 3), std::runtime_error);
}

TEST_CASE("entropies: a cut outside [0, L] is rejected, with both numbers") {
  const orbitals phi = support::random_orbitals(6, 3, 7);
  for (const an::index_t bad : {-1, 7}) {
    CHECK_THROWS_WITH_AS(an::von_neumann_entropy<double>(phi, vector::Ones(3), bad),
                         doctest::Contains("allowed: [0, 6]"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(an::entanglement_entropy{bad}.extent(6), doctest::Contains("cut = "), std::invalid_argument);
  }
  CHECK(an::entanglement_entropy{0}.extent(6) == 1);
  CHECK(an::entanglement_entropy{6}.extent(6) == 1);
}

}  // namespace entropy_test
