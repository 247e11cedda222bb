// SPDX-License-Identifier: MIT
#include <anderson/linalg/chebyshev.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <doctest/doctest.h>

#include "support/exponentials.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace chebyshev_test {

using support::apply;
using support::disordered_chain;
using support::largest;
using support::relative_error;
using support::start_block;

namespace {

using complex = std::complex<double>;
using complex_matrix = an::matrix_t<complex>;
using orbitals = an::orbitals_t<double>;

an::tridiagonal<double> diagonals(const an::matrix_t<double>& a) { return {a.diagonal(), a.diagonal(-1)}; }

/// Largest row sum: bounds every |eigenvalue|.
template <class Scalar>
double row_sum(const an::matrix_t<Scalar>& a) {
  return a.cwiseAbs().rowwise().sum().maxCoeff();
}

/// A and an unsymmetric interval, as it occurs; both ways to give A.
template <class Scalar, class Operator>
void check_ladder(const an::matrix_t<Scalar>& a, const Operator& given, double longest) {
  const orbitals start = start_block(a.rows());
  const double low = -row_sum(a) - 0.5, high = row_sum(a);
  for (double tau = 0.01; tau <= longest * 1.001; tau *= 10) {
    const orbitals exact = support::exponential(a, tau).lazyProduct(start);
    const double rounding = 1e-14 * (1 + 8 * tau);  // |A| is below 8; phases are good to eps |A| tau
    an::index_t degree = 0;
    for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
      CAPTURE(tau);
      CAPTURE(tolerance);
      orbitals x = start;
      const an::chebyshev_report report =
          an::chebyshev_exponential<double>({.tolerance = tolerance})(given, low, high, tau, x);
      const double error = relative_error(x, exact);
      CHECK(error < 4 * tolerance);
      CHECK(error <= report.error_bound + rounding);
      CHECK(report.error_bound <= tolerance);
      CHECK(report.error_bound > 0);
      CHECK(report.sub_steps == 1);
      if (tau > 0.1) CHECK(report.degree > degree);  // a tighter tolerance costs
      degree = report.degree;
    }
  }
}

}  // namespace

TEST_CASE("chebyshev_exponential: error below the tolerance and below its bound, 1e-4 to 1e-12, tau 0.01 to 100") {
  const an::matrix_t<double> chain = disordered_chain(24);
  SUBCASE("by its action") { check_ladder(chain, apply(chain), 100); }
  SUBCASE("by its diagonals") { check_ladder(chain, diagonals(chain), 100); }
  SUBCASE("complex") {
    const complex_matrix a = support::random_hermitian<complex>(16, 3) / 2.0;
    check_ladder(a, apply(a), 100);
  }
}

TEST_CASE("chebyshev_exponential: the bound is not wasteful: one degree less would miss the tolerance") {
  an::matrix_t<double> a(2, 2);  // eigenvalues at both ends of the interval, where |T_k| = 1
  a << 0, 1, 1, 0;
  for (const double tau : {0.25, 3.0, 40.0}) {
    const double tolerance = 1e-8;
    orbitals x = orbitals::Identity(2, 2);
    const an::chebyshev_report report =
        an::chebyshev_exponential<double>({.tolerance = tolerance})(apply(a), -1.0, 1.0, tau, x);
    const double last_kept = 2 * std::pow(tau / 2, report.degree) / std::tgamma(report.degree + 1);
    if (tau < 1) CHECK(last_kept > tolerance / 2);  // 2 J_n(tau) up to (tau / 2)^2 / (n + 1)
    CHECK(static_cast<double>(report.degree) < tau + 8 * std::cbrt(tau) + 6);
  }
}

TEST_CASE("chebyshev_exponential: given by diagonals or by action, any number of rows and columns") {
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-13});  // the same object at all shapes
  for (const an::index_t rows : {129, 1, 2, 3, 24, 65})
    for (const an::index_t columns : {1, 2, 3, 7, 8, 9, 18}) {
      CAPTURE(rows);
      CAPTURE(columns);
      const an::matrix_t<double> a = disordered_chain(rows);
      for (const double tau : {0.1, -11.0}) {  // degrees around 10 and 80: one and several sweeps
        orbitals x = support::random_matrix<complex>(rows, columns, 4), y = x;
        exponential(apply(a), -5.0, 5.0, tau, x);
        exponential(diagonals(a), -5.0, 5.0, tau, y);
        CHECK(largest(x - y) < 1e-12);
      }
    }
}

TEST_CASE("chebyshev_exponential: columns of one block do not disturb each other") {
  const an::matrix_t<double> a = disordered_chain(24);
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-12});
  orbitals by_action = start_block(24), by_diagonals = by_action;
  exponential(apply(a), -5.0, 5.0, 1.0, by_action);
  exponential(diagonals(a), -5.0, 5.0, 1.0, by_diagonals);
  for (an::index_t j = 0; j < by_action.cols(); ++j) {
    orbitals alone = start_block(24).col(j);
    exponential(apply(a), -5.0, 5.0, 1.0, alone);
    CHECK((by_action.col(j) - alone).norm() <= 4e-12 * alone.norm());
    CHECK((by_diagonals.col(j) - alone).norm() <= 4e-12 * alone.norm());
  }
}

TEST_CASE("chebyshev_exponential: the tolerance also holds for a column that is tiny beside another") {
  an::matrix_t<double> a = an::matrix_t<double>::Zero(3, 3);
  a(1, 2) = a(2, 1) = 1;
  orbitals x = orbitals::Zero(3, 2);
  x(0, 0) = 1;
  x(1, 1) = 1e-20;
  an::chebyshev_exponential<double>({.tolerance = 1e-10})(diagonals(a), -1.0, 1.0, 1.0, x);
  CHECK(std::abs(x(1, 1) - 1e-20 * std::cos(1.0)) < 4e-10 * 1e-20);
  CHECK(std::abs(x(2, 1) + complex(0, 1e-20 * std::sin(1.0))) < 4e-10 * 1e-20);
}

TEST_CASE("chebyshev_exponential: one and two sites [closed form], also with an interval of no width") {
  const double tau = 0.7;
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-15});
  an::matrix_t<double> one(1, 1);
  one << 2;
  for (const double width : {0.0, 1.0}) {
    orbitals x = orbitals::Constant(1, 3, complex(0, 1)), y = x;
    CHECK((exponential(apply(one), 2 - width, 2.0, tau, x).degree == 0) == (width == 0));
    exponential(diagonals(one), 2 - width, 2.0, tau, y);
    const orbitals exact = orbitals::Constant(1, 3, complex(0, 1) * std::polar(1.0, -2 * tau));
    CHECK(largest(x - exact) < 1e-15 * 4);
    CHECK(largest(y - exact) < 1e-15 * 4);
  }
  an::matrix_t<double> two(2, 2);
  two << 0, -1, -1, 0;
  orbitals y = orbitals::Identity(2, 2);
  exponential(apply(two), -1.0, 1.0, tau, y);
  orbitals exact(2, 2);
  exact << std::cos(tau), complex(0, std::sin(tau)), complex(0, std::sin(tau)), std::cos(tau);
  CHECK(largest(y - exact) < 1e-15 * 4);
}

TEST_CASE("chebyshev_exponential: negative times go back") {
  const complex_matrix a = support::random_hermitian<complex>(12, 8);
  const orbitals start = support::random_orbitals(12, 3, 9);
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-11});
  orbitals x = start;
  exponential(apply(a), -row_sum(a), row_sum(a), -1.5, x);
  CHECK(relative_error(x, support::exponential(a, -1.5).lazyProduct(start)) < 4e-11);
  exponential(apply(a), -row_sum(a), row_sum(a), 1.5, x);
  CHECK(relative_error(x, start) < 8e-11);
}

TEST_CASE("chebyshev_exponential: at tau = 0, and without columns, nothing is done") {
  const orbitals start = support::random_orbitals(6, 2, 10);
  const auto never = [](const orbitals&, orbitals&) { FAIL("applied"); };
  an::chebyshev_exponential<double> exponential;
  orbitals x = start, none(6, 0);
  const an::chebyshev_report report = exponential(never, -1.0, 1.0, 0.0, x);
  CHECK(x == start);
  CHECK(report.degree == 0);
  CHECK(report.sub_steps == 0);
  CHECK(report.error_bound == 0);
  CHECK(exponential(never, -1.0, 1.0, 1.0, none).sub_steps == 0);
}

TEST_CASE("chebyshev_exponential: times far beyond one series are cut, and end where two halves do") {
  const double tau = 3e4;
  an::matrix_t<double> two(2, 2);
  two << 0, -1, -1, 0;
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-8});
  orbitals x = orbitals::Identity(2, 2), y = x;
  const an::chebyshev_report report = exponential(diagonals(two), -1.0, 1.0, tau, x);
  CHECK(report.sub_steps == 3);
  CHECK(report.degree > 10000);
  CHECK(report.error_bound <= 1e-8);
  CHECK(exponential(apply(two), -1.0, 1.0, tau, y).sub_steps == 3);
  orbitals exact(2, 2);
  exact << std::cos(tau), complex(0, std::sin(tau)), complex(0, std::sin(tau)), std::cos(tau);
  CHECK(largest(x - exact) < 4e-8);
  CHECK(largest(y - exact) < 4e-8);
}

TEST_CASE("chebyshev_exponential: reports the number of applications of A") {
  const an::matrix_t<double> a = disordered_chain(20);
  int applications = 0;
  const auto counted = [&](const auto& in, auto& out) {  // as a user writes it
    ++applications;
    out = a * in;
  };
  orbitals x = start_block(20);
  const an::chebyshev_report report =
      an::chebyshev_exponential<double>({.tolerance = 1e-9})(counted, -5.0, 5.0, 0.5, x);
  CHECK(report.sub_steps == 1);
  CHECK(applications == report.degree);
}

TEST_CASE_TEMPLATE("chebyshev_exponential: the free particle in float, double and long double [closed form]", Real,
                   float, double, long double) {
  constexpr an::index_t length = 12;
  const Real eps = std::numeric_limits<Real>::epsilon(), tau = 5;
  const an::tridiagonal<Real> chain{an::vector_t<Real>::Zero(length), an::vector_t<Real>::Constant(length - 1, -1)};
  const auto action = [](const an::orbitals_t<Real>& in, an::orbitals_t<Real>& out) {
    for (an::index_t i = 0; i < length; ++i)
      out(i, 0) = -(i > 0 ? in(i - 1, 0) : Real(0)) - (i + 1 < length ? in(i + 1, 0) : Real(0));
  };
  an::chebyshev_exponential<Real> exponential({.tolerance = 10 * static_cast<double>(eps)});
  an::orbitals_t<Real> x = an::orbitals_t<Real>::Zero(length, 1);
  x(3, 0) = 1;
  an::orbitals_t<Real> y = x;
  exponential(action, Real(-2), Real(2), tau, x);
  exponential(chain, Real(-2), Real(2), tau, y);
  // sum_k <i|k> exp(2 i tau cos k) <k|3>, k = pi n / (L + 1)
  const Real q = std::acos(Real(-1)) / (length + 1);
  for (an::index_t i = 0; i < length; ++i) {
    std::complex<Real> exact = 0;
    for (int n = 1; n <= length; ++n) {
      const Real k = q * static_cast<Real>(n);
      exact += std::polar(Real(1), 2 * tau * std::cos(k)) *
               (std::sin(k * static_cast<Real>(i + 1)) * std::sin(4 * k) * 2 / (length + 1));
    }
    CHECK(std::abs(x(i, 0) - exact) < 100 * eps);  // tolerance, and rounding of phases up to 10
    CHECK(std::abs(y(i, 0) - exact) < 100 * eps);
  }
}

TEST_CASE("chebyshev_exponential: a constant in A changes the phase and nothing else, at any size of it") {
  const an::matrix_t<double> a = (disordered_chain(24) * 1024).array().round() / 1024;  // exact when shifted
  const orbitals start = start_block(24), exact = support::exponential(a, 0.5).lazyProduct(start);
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-12});
  orbitals x = start;
  const an::index_t degree = exponential(apply(a), -5.0, 5.0, 0.5, x).degree;
  for (const double c : {0x1p10, -0x1p17, 0x1p20, -0x1p27, 0x1p33, 0x1p40}) {
    CAPTURE(c);
    const an::matrix_t<double> shifted = a + c * an::matrix_t<double>::Identity(24, 24);
    const complex turn = std::polar(1.0, -0.5 * c);  // the product is exact
    const double rounding = 4 * 0.5 * std::abs(c) * std::numeric_limits<double>::epsilon();
    x = start;
    CHECK(exponential(apply(shifted), c - 5, c + 5, 0.5, x).degree <= degree + 1);
    CHECK(relative_error(x, turn * exact) < 4e-12 + rounding);
    x = start;  // the diagonals lose nothing: the constant is exact, and so is its phase
    CHECK(exponential(diagonals(shifted), c - 5, c + 5, 0.5, x).degree <= degree + 1);
    CHECK(relative_error(x, turn * exact) < 4e-12);
    x = start;
    exponential(apply(a), -5.0, 5.0, 0.5, x, c);
    CHECK(relative_error(x, turn * exact) < 4e-12);
  }
}

TEST_CASE("chebyshev_exponential: an interval at the edge of its rounding still holds the spectrum") {
  an::matrix_t<double> a(2, 2);  // eigenvalues at both ends
  for (const double c : {1e12, 1e14, -1e15}) {
    CAPTURE(c);
    a << c, 1, 1, c;
    orbitals x = orbitals::Identity(2, 2);
    an::chebyshev_exponential<double>()(apply(a), c - 1, c + 1, 30.0, x);
    for (an::index_t j = 0; j < 2; ++j) CHECK(std::abs(x.col(j).norm() - 1) < 1e-14);
  }
}

TEST_CASE("chebyshev_exponential: work without end is refused before it begins, naming what to change") {
  const an::matrix_t<double> a = disordered_chain(24);
  const auto never = [](const orbitals&, orbitals&) { FAIL("applied"); };
  orbitals x = start_block(24);
  for (const double tau : {1e6, -1e9, 1e300})
    CHECK_THROWS_WITH_AS(an::chebyshev_exponential<double>()(never, -5.0, 5.0, tau, x),
                         doctest::Contains("take a shorter tau (dt)"), std::invalid_argument);
}

TEST_CASE("chebyshev_exponential: bad options and arguments are rejected, with the value") {
  using exponential = an::chebyshev_exponential<double>;
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, -1e-3, 1.0, 3.0, nan, infinity})
    CHECK_THROWS_WITH_AS(exponential({.tolerance = bad}), doctest::Contains("tolerance = "), std::invalid_argument);
  const an::matrix_t<double> a = disordered_chain(4);
  orbitals x = orbitals::Identity(4, 1);
  const auto run = [&](double low, double high, double tau) { exponential()(apply(a), low, high, tau, x); };
  for (const double bad : {nan, infinity, -infinity}) {
    CHECK_THROWS_WITH_AS(run(-5, 5, bad), doctest::Contains("tau = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS(run(bad, 5, 1), doctest::Contains("low = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS(run(-5, bad, 1), doctest::Contains("high = "), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(run(5, -5, 1), doctest::Contains("high = -5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(run(-5, 5, 1e16), doctest::Contains("tau (high - low) / 2 = 5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(exponential()(diagonals(disordered_chain(5)), -5.0, 5.0, 1.0, x),
                       doctest::Contains("length of the diagonal = 5"), std::invalid_argument);
  CHECK(x == orbitals::Identity(4, 1));
}

}  // namespace chebyshev_test
