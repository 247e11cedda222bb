// SPDX-License-Identifier: MIT
#include <anderson/linalg/krylov.hpp>

#include <doctest/doctest.h>

#include "support/exponentials.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace krylov_test {

using support::apply;
using support::disordered_chain;
using support::largest;
using support::relative_error;
using support::start_block;

namespace {

using complex = std::complex<double>;
using complex_matrix = an::matrix_t<complex>;
using orbitals = an::orbitals_t<double>;

template <class Scalar>
void check_ladder(const an::matrix_t<Scalar>& a, an::index_t max_dimension, double longest) {
  const orbitals start = start_block(a.rows());
  for (double tau = 0.01; tau <= longest * 1.001; tau *= 10) {
    const orbitals exact = support::exponential(a, tau).lazyProduct(start);
    const double rounding = 1e-14 * (1 + 8 * tau);  // |A| is below 8; phases are good to eps |A| tau
    for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
      CAPTURE(tau);
      CAPTURE(tolerance);
      an::krylov_exponential<double> exponential({.tolerance = tolerance, .max_dimension = max_dimension});
      orbitals x = start;
      const an::krylov_report report = exponential(apply(a), tau, x);
      const double error = relative_error(x, exact);
      CHECK(error < 4 * tolerance);
      // Every sub-step rounds, too; the bound itself is met to four digits.
      CHECK(error <= report.error_bound + rounding + 1e-16 * static_cast<double>(report.sub_steps));
      CHECK(report.error_bound <= tolerance);
      CHECK(report.error_bound > 0);
      CHECK(report.dimension <= max_dimension);
      CHECK(report.sub_steps >= 1);
    }
  }
}

}  // namespace

TEST_CASE("krylov_exponential: error below the tolerance and below its bound, 1e-4 to 1e-12, tau 0.01 to 100 [real]") {
  check_ladder(disordered_chain(24), 30, 100);
}

TEST_CASE(
    "krylov_exponential: error below the tolerance and below its bound, 1e-4 to 1e-12, tau 0.01 to 100 [complex]") {
  const complex_matrix a = support::random_hermitian<complex>(16, 3) / 2.0;
  check_ladder(a, 30, 100);
}

TEST_CASE("krylov_exponential: the tolerance also holds if four vectors force sub-steps") {
  check_ladder(disordered_chain(12), 4, 1);
}

TEST_CASE("krylov_exponential: tighter tolerances need larger spaces, smaller spaces more sub-steps [slow]") {
  const an::matrix_t<double> a = disordered_chain(24);
  const auto run = [&](double tolerance, an::index_t most) {
    orbitals x = start_block(24);
    return an::krylov_exponential<double>({.tolerance = tolerance, .max_dimension = most})(apply(a), 1.0, x);
  };
  CHECK(run(1e-4, 30).dimension < run(1e-8, 30).dimension);
  CHECK(run(1e-8, 30).dimension < run(1e-12, 30).dimension);
  CHECK(run(1e-12, 30).sub_steps == 1);
  CHECK(run(1e-12, 8).sub_steps > 1);
  CHECK(run(1e-12, 8).dimension == 8);
  CHECK(run(1e-12, 4).sub_steps > run(1e-12, 8).sub_steps);
  CHECK(run(1e-3, 2).dimension == 2);
}

TEST_CASE("krylov_exponential: the column with the hardest start decides, in any position") {
  const an::matrix_t<double> a = disordered_chain(20);
  const complex_matrix u = support::exponential(a, 2.0);
  for (an::index_t hard = 0; hard < 3; ++hard) {
    orbitals x = orbitals::Zero(20, 3);
    for (an::index_t j = 0; j < 3; ++j) x(0, j) = 1;
    x.col(hard) = support::random_orbitals(20, 1, 6);
    const orbitals exact = u.lazyProduct(x);
    an::krylov_exponential<double>({.tolerance = 1e-9})(apply(a), 2.0, x);
    CHECK(relative_error(x, exact) < 4e-9);
  }
}

TEST_CASE("krylov_exponential: columns of one block do not disturb each other") {
  const an::matrix_t<double> a = disordered_chain(24);
  orbitals together = start_block(24);
  an::krylov_exponential<double> exponential({.tolerance = 1e-12});
  exponential(apply(a), 1.0, together);
  for (an::index_t j = 0; j < together.cols(); ++j) {
    orbitals alone = start_block(24).col(j);
    exponential(apply(a), 1.0, alone);  // the same object at another shape
    CHECK((together.col(j) - alone).norm() <= 4e-12 * alone.norm());
  }
}

TEST_CASE("krylov_exponential: an eigenvector only turns its phase, in a space of one vector, at any time") {
  const complex_matrix seed = support::random_matrix<complex>(12, 1, 7);
  const orbitals v = seed / seed.norm();
  const complex_matrix a = 2.5 * v.lazyProduct(v.adjoint()) - 0.5 * complex_matrix::Identity(12, 12);
  for (const double tau : {0.1, 10.0, 1000.0}) {
    orbitals x = v;
    const an::krylov_report report = an::krylov_exponential<double>()(apply(a), tau, x);
    CHECK(report.dimension == 1);
    CHECK(report.sub_steps == 1);
    CHECK((x - std::polar(1.0, -2.0 * tau) * v).norm() < 1e-14 * (1 + tau));  // rounding of the eigenvalue times tau
  }
}

TEST_CASE("krylov_exponential: an invariant subspace ends the growth exactly") {
  an::matrix_t<double> a = disordered_chain(10);
  a(2, 3) = a(3, 2) = 0;  // sites 0, 1, 2 by themselves
  orbitals x = orbitals::Zero(10, 2);
  x(0, 0) = 1;
  x(1, 1) = complex(0, 2);
  const orbitals start = x;
  const an::krylov_report report = an::krylov_exponential<double>({.tolerance = 1e-13})(apply(a), 50.0, x);
  CHECK(report.dimension == 3);
  CHECK(report.sub_steps == 1);
  CHECK(report.error_bound == 0);
  CHECK((x - support::exponential(a, 50.0).lazyProduct(start)).norm() < 1e-13 * 50);  // rounding
  CHECK(x.bottomRows(7).isZero(0));
}

TEST_CASE("krylov_exponential: one and two sites [closed form]") {
  const double tau = 0.7;
  an::krylov_exponential<double> exponential({.tolerance = 1e-14});
  an::matrix_t<double> one(1, 1);
  one << 2;
  orbitals x = orbitals::Constant(1, 3, complex(0, 1));
  exponential(apply(one), tau, x);
  CHECK(largest(x - orbitals::Constant(1, 3, complex(0, 1) * std::polar(1.0, -2 * tau))) < 1e-15 * 4);

  an::matrix_t<double> two(2, 2);
  two << 0, -1, -1, 0;
  orbitals y = orbitals::Identity(2, 2);
  exponential(apply(two), tau, y);
  orbitals exact(2, 2);
  exact << std::cos(tau), complex(0, std::sin(tau)), complex(0, std::sin(tau)), std::cos(tau);
  CHECK(largest(y - exact) < 1e-15 * 4);
}

TEST_CASE("krylov_exponential: negative times go back") {
  const complex_matrix a = support::random_hermitian<complex>(12, 8);
  const orbitals start = support::random_orbitals(12, 3, 9);
  an::krylov_exponential<double> exponential({.tolerance = 1e-11});
  orbitals x = start;
  const an::krylov_report report = exponential(apply(a), -1.5, x);
  CHECK(report.error_bound <= 1e-11);
  CHECK(relative_error(x, support::exponential(a, -1.5).lazyProduct(start)) < 4e-11);
  exponential(apply(a), 1.5, x);
  CHECK(relative_error(x, start) < 8e-11);
}

TEST_CASE("krylov_exponential: at tau = 0, and without columns, nothing is done") {
  const orbitals start = support::random_orbitals(6, 2, 10);
  const auto never = [](const orbitals&, orbitals&) { FAIL("applied"); };
  an::krylov_exponential<double> exponential;
  orbitals x = start, none(6, 0);
  const an::krylov_report report = exponential(never, 0.0, x);
  CHECK(x == start);
  CHECK(report.dimension == 0);
  CHECK(report.sub_steps == 0);
  CHECK(report.error_bound == 0);
  CHECK(exponential(never, 1.0, none).dimension == 0);
}

TEST_CASE("krylov_exponential: reports the number of applications of A for one step") {
  const an::matrix_t<double> a = disordered_chain(20);
  int applications = 0;
  const auto counted = [&](const auto& in, auto& out) {  // as a user writes it
    ++applications;
    out = a * in;
  };
  orbitals x = start_block(20);
  const an::krylov_report report = an::krylov_exponential<double>({.tolerance = 1e-9})(counted, 0.5, x);
  CHECK(report.sub_steps == 1);
  CHECK(applications == report.dimension);
}

TEST_CASE_TEMPLATE("krylov_exponential: the free particle in float and long double [closed form]", Real, float,
                   long double) {
  constexpr an::index_t length = 12;
  const Real eps = std::numeric_limits<Real>::epsilon(), tau = 5;
  an::orbitals_t<Real> x = an::orbitals_t<Real>::Zero(length, 1);
  x(3, 0) = 1;
  const double tolerance = 10 * static_cast<double>(eps);
  an::krylov_exponential<Real> exponential({.tolerance = tolerance, .max_dimension = 40});
  exponential(
      [](const an::orbitals_t<Real>& in, an::orbitals_t<Real>& out) {
        for (an::index_t i = 0; i < length; ++i)
          out(i, 0) = -(i > 0 ? in(i - 1, 0) : Real(0)) - (i + 1 < length ? in(i + 1, 0) : Real(0));
      },
      tau, x);
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
  }
}

TEST_CASE("krylov_exponential: the tolerance also holds for a column that is tiny beside another") {
  an::matrix_t<double> a = an::matrix_t<double>::Zero(3, 3);
  a(1, 2) = a(2, 1) = 1;
  orbitals x = orbitals::Zero(3, 2);
  x(0, 0) = 1;
  x(1, 1) = 1e-20;
  an::krylov_exponential<double>({.tolerance = 1e-10})(apply(a), 1.0, x);
  CHECK(std::abs(x(1, 1) - 1e-20 * std::cos(1.0)) < 4e-10 * 1e-20);
  CHECK(std::abs(x(2, 1) + complex(0, 1e-20 * std::sin(1.0))) < 4e-10 * 1e-20);
}

TEST_CASE("krylov_exponential: bad options and times are rejected, with the value") {
  using exponential = an::krylov_exponential<double>;
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, -1e-3, 1.0, 3.0, nan, infinity})
    CHECK_THROWS_WITH_AS(exponential({.tolerance = bad}), doctest::Contains("tolerance = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(exponential({.max_dimension = 1}), doctest::Contains("max_dimension = 1"),
                       std::invalid_argument);
  const an::matrix_t<double> a = disordered_chain(4);
  orbitals x = orbitals::Identity(4, 1);
  for (const double bad : {nan, infinity, -infinity})
    CHECK_THROWS_WITH_AS(exponential()(apply(a), bad, x), doctest::Contains("tau = "), std::invalid_argument);
}

}  // namespace krylov_test
