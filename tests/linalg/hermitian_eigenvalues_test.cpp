// SPDX-License-Identifier: MIT
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/linalg/hermitian_eigenvalues.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace hermitian_eigenvalues_test {

using support::largest;

namespace {

/// V diag(values) V^dagger with a random unitary V, by lazy products, which compile much faster.
template <class Real>
an::matrix_t<std::complex<Real>> with_spectrum(const an::vector_t<Real>& values, std::uint64_t seed) {
  const an::orbitals_t<Real> v = support::random_orbitals<Real>(values.size(), values.size(), seed);
  const an::matrix_t<std::complex<Real>> h = (v * values.asDiagonal()).eval().lazyProduct(v.adjoint());
  return (h + h.adjoint()) / Real(2);
}

/// Largest error in units of the rounding of the largest eigenvalue.
template <class Scalar, class Real = an::real_of_t<Scalar>>
Real error(const an::matrix_t<Scalar>& h, an::vector_t<Real> exact) {
  std::sort(exact.begin(), exact.end());
  const an::vector_t<Real> values = an::hermitian_eigenvalues(h);
  REQUIRE(values.size() == h.rows());
  CHECK(std::is_sorted(values.begin(), values.end()));
  return largest(values - exact) / (std::numeric_limits<Real>::epsilon() * largest(exact));
}

}  // namespace

TEST_CASE_TEMPLATE("hermitian_eigenvalues: those of diagonalize", Scalar, float, double, long double,
                   std::complex<double>) {
  for (const an::index_t n : {1, 2, 3, 4, 7, 8, 9, 16, 17, 50})
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      CAPTURE(n);
      const an::matrix_t<Scalar> h = support::random_hermitian<Scalar>(n, seed);
      CHECK(error(h, an::diagonalize(h).values) < 100);  // both are off by some sqrt(n)
    }
  CHECK(an::hermitian_eigenvalues(an::matrix_t<Scalar>()).size() == 0);
}

TEST_CASE("hermitian_eigenvalues: only the lower triangle is read") {
  an::matrix_t<double> real = support::random_hermitian<double>(12, 3);
  an::matrix_t<std::complex<double>> complex = support::random_hermitian<std::complex<double>>(12, 4);
  const an::vector_t<double> real_values = an::hermitian_eigenvalues(real),
                             complex_values = an::hermitian_eigenvalues(complex);
  for (an::index_t j = 0; j < 12; ++j) {
    complex(j, j).imag(99);
    for (an::index_t i = 0; i < j; ++i) complex(i, j) = real(i, j) = std::numeric_limits<double>::quiet_NaN();
  }
  CHECK(an::hermitian_eigenvalues(real) == real_values);
  CHECK(an::hermitian_eigenvalues(complex) == complex_values);
}

TEST_CASE_TEMPLATE("hermitian_eigenvalues: spectra of blocks of projectors, graded, degenerate, of low rank", Real,
                   float, double) {
  constexpr an::index_t n = 50;
  an::vector_t<Real> projector(n), graded(n), pairs(n), low = an::vector_t<Real>::Zero(n);
  for (an::index_t a = 0; a < n; ++a) {
    const Real x = static_cast<Real>(a - n / 2);
    projector[a] = 1 / (1 + std::exp(2 * x));  // from 1 - 1e-22 to 1e-22
    graded[a] = std::pow(Real(10), -static_cast<Real>(a) / 2);
    pairs[a] = static_cast<Real>(a / 10) - 2;
  }
  low.head(3) << 1, Real(-0.5), Real(1e-3);
  for (const an::vector_t<Real>& exact : {projector, graded, pairs, low})
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const an::matrix_t<std::complex<Real>> h = with_spectrum(exact, seed);
      CHECK(error(h, exact) < 100);
    }
  for (const bool upward : {false, true}) {  // graded along the diagonal, both ways
    an::matrix_t<Real> h = support::random_hermitian<Real>(20, 5);
    for (an::index_t i = 0; i < 20; ++i)
      for (an::index_t j = 0; j < 20; ++j)
        h(i, j) *= std::pow(Real(10), -static_cast<Real>(upward ? 38 - i - j : i + j) / 2);
    CHECK(error(h, an::diagonalize(h).values) < 100);
  }
}

TEST_CASE("hermitian_eigenvalues: diagonal matrices exactly, scaled identities, zero") {
  const an::vector_t<double> d{{-0.25, 0, 0, 0.5, 1, 1, 1}};
  CHECK(an::hermitian_eigenvalues<double>(d.asDiagonal()) == d);
  CHECK(an::hermitian_eigenvalues<std::complex<double>>(d.cast<std::complex<double>>().asDiagonal()) == d);
  CHECK(an::hermitian_eigenvalues<double>(an::matrix_t<double>::Zero(9, 9)) == an::vector_t<double>::Zero(9));
}

TEST_CASE("hermitian_eigenvalues: any two levels [closed form]") {
  // First entry beside the diagonal: its size and phase, down to what is lost beside the diagonal.
  for (const double size : {1.0, 1e-8, 1e-20, 1e-160, 5e-324})
    for (const double phase : {0.0, 1.0, 3.0}) {
      an::matrix_t<std::complex<double>> h(3, 3);
      const std::complex<double> c = std::polar(size, phase);
      h << 0.0, 0.0, 0.5, 0.0, 2.0, std::conj(c), 0.5, c, 0.0;
      const an::matrix_t<std::complex<double>> swapped = h.reverse();
      CHECK(error(h, an::diagonalize(h).values) < 20);
      CHECK(error(swapped, an::diagonalize(h).values) < 20);
    }
}

TEST_CASE("hermitian_eigenvalues: no scale overflows or underflows") {
  const an::matrix_t<std::complex<double>> h = support::random_hermitian<std::complex<double>>(20, 6);
  const an::vector_t<double> values = an::hermitian_eigenvalues(h);
  for (const double scale : {1e-300, 1e-150, 1e150, 1e300}) {
    const an::matrix_t<std::complex<double>> scaled = scale * h;
    CHECK(error(scaled, an::vector_t<double>(scale * values)) < 100);
  }
  const an::matrix_t<double> smallest = an::matrix_t<double>::Identity(5, 5) * 5e-324;
  CHECK(an::hermitian_eigenvalues(smallest) == an::vector_t<double>::Constant(5, 5e-324));
}

TEST_CASE("hermitian_eigenvalues: NaN and infinity are reported, wherever they are") {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    for (an::index_t j = 0; j < 6; ++j)
      for (an::index_t i = j; i < 6; ++i) {
        an::matrix_t<double> h = an::matrix_t<double>::Identity(6, 6);
        h(i, j) = bad;
        CHECK_THROWS_AS(an::hermitian_eigenvalues(h), std::runtime_error);
      }
}

TEST_CASE("hermitian_spectrum: nothing is left of the matrices before, not even of one that failed") {
  an::detail::hermitian_spectrum<double> spectrum(20);
  const auto sorted = [&](const auto& h) {
    an::vector_t<double> values = spectrum(h);
    std::sort(values.begin(), values.end());
    return values;
  };
  for (const an::index_t n : {20, 3, 11, 0, 1, 20}) {
    CHECK_THROWS_AS(spectrum(an::matrix_t<double>::Constant(20, 20, std::nan(""))), std::runtime_error);
    const an::matrix_t<std::complex<double>> h = support::random_hermitian<std::complex<double>>(20, 7);
    const an::matrix_t<std::complex<double>> block = h.bottomRightCorner(n, n);
    CHECK(sorted(h.bottomRightCorner(n, n)) == an::hermitian_eigenvalues(block));
  }
}

}  // namespace hermitian_eigenvalues_test
