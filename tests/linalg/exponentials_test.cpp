// SPDX-License-Identifier: MIT
// What both matrix exponentials obey, by Krylov spaces and by Chebyshev's series; then what only one of them does.
#include <anderson/linalg/chebyshev.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/linalg/krylov.hpp>

#include <doctest/doctest.h>

#include "support/exponentials.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace an = anderson;

namespace exponentials_test {

using support::apply;
using support::disordered_chain;
using support::largest;
using support::relative_error;
using support::start_block;

namespace {

using complex = std::complex<double>;
using complex_matrix = an::matrix_t<complex>;
using orbitals = an::orbitals_t<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

template <class Real>
an::tridiagonal<Real> diagonals(const an::matrix_t<Real>& a) {
  return {a.diagonal(), a.diagonal(-1)};
}

/// Largest row sum: bounds every |eigenvalue|.
template <class Scalar>
double row_sum(const an::matrix_t<Scalar>& a) {
  return a.cwiseAbs().rowwise().sum().maxCoeff();
}

/// The ways to an exponential: object(A, low, high, tau, x, constant), A a matrix or, but for diagonals, its action.
template <class Real>
class by_krylov {
public:
  static constexpr bool any_operator = true, exact_constant = false;
  static constexpr double finest = 1e-14;
  explicit by_krylov(double tolerance) : exponential_({.tolerance = tolerance, .max_dimension = 40}) {}
  static an::index_t work(const an::krylov_report& r) { return r.dimension; }

  template <class Scalar>
  auto operator()(const an::matrix_t<Scalar>& a, Real low, Real high, Real tau, an::orbitals_t<Real>& x, Real c = 0) {
    return (*this)(apply(a), low, high, tau, x, c);
  }
  auto operator()(const auto& a, Real, Real, Real tau, an::orbitals_t<Real>& x, Real c = 0) {
    return exponential_(a, tau, x, c);
  }

private:
  an::krylov_exponential<Real> exponential_;
};

template <class Real>
class by_chebyshev {
public:
  static constexpr bool any_operator = true, exact_constant = false;
  static constexpr double finest = 1e-15;
  explicit by_chebyshev(double tolerance) : exponential_({.tolerance = tolerance}) {}
  static an::index_t work(const an::chebyshev_report& r) { return r.degree; }

  template <class Scalar>
  auto operator()(const an::matrix_t<Scalar>& a, Real low, Real high, Real tau, an::orbitals_t<Real>& x, Real c = 0) {
    return (*this)(apply(a), low, high, tau, x, c);
  }
  auto operator()(const auto& a, Real low, Real high, Real tau, an::orbitals_t<Real>& x, Real c = 0) {
    return exponential_(a, low, high, tau, x, c);
  }

private:
  an::chebyshev_exponential<Real> exponential_;
};

/// The diagonals lose nothing to a constant in A.
template <class Real>
struct by_diagonals : by_chebyshev<Real> {
  static constexpr bool any_operator = false, exact_constant = true;
  using by_chebyshev<Real>::by_chebyshev;
  auto operator()(const an::matrix_t<Real>& a, Real low, Real high, Real tau, an::orbitals_t<Real>& x, Real c = 0) {
    return by_chebyshev<Real>::operator()(diagonals(a), low, high, tau, x, c);
  }
};

/// From an unsymmetric interval, as it occurs. A tighter tolerance costs; every sub-step rounds, too.
template <class Way, class Scalar>
void check_ladder(const an::matrix_t<Scalar>& a) {
  const orbitals start = start_block(a.rows());
  for (const double tau : {0.01, 0.1, 1.0, 10.0, 100.0}) {
    const orbitals exact = support::exponential(a, tau).lazyProduct(start);
    const double rounding = 1e-14 * (1 + 8 * tau);  // |A| is below 8; phases are good to eps |A| tau
    an::index_t work = 0;
    for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
      CAPTURE(tau);
      CAPTURE(tolerance);
      orbitals x = start;
      const auto report = Way(tolerance)(a, -row_sum(a) - 0.5, row_sum(a), tau, x);
      const double error = relative_error(x, exact);
      CHECK(error < 4 * tolerance);
      CHECK(error <= report.error_bound + rounding + 1e-16 * static_cast<double>(report.sub_steps));
      CHECK(report.error_bound <= tolerance);
      CHECK(report.error_bound > 0);
      CHECK(report.sub_steps >= 1);
      if constexpr (std::is_same_v<Way, by_krylov<double>>) {
        CHECK(report.dimension <= 40);
      } else {
        CHECK(report.sub_steps == 1);
        if (tau > 0.1) CHECK(report.degree > work);
      }
      work = Way::work(report);
    }
  }
}

/// The same with few vectors, which force sub-steps.
template <class Scalar>
void check_small_space(const an::matrix_t<Scalar>& a, an::index_t max_dimension, double longest) {
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

TEST_CASE_TEMPLATE("matrix exponentials: laws of all", Way, by_krylov<double>, by_chebyshev<double>,
                   by_diagonals<double>) {
  SUBCASE("error below the tolerance and below its bound, 1e-4 to 1e-12, tau 0.01 to 100") {
    check_ladder<Way>(disordered_chain(24));
  }
  SUBCASE("columns of one block do not disturb each other") {
    const an::matrix_t<double> a = disordered_chain(24);
    orbitals together = start_block(24);
    Way exponential(1e-12);
    exponential(a, -5, 5, 1, together);
    for (an::index_t j = 0; j < together.cols(); ++j) {
      orbitals alone = start_block(24).col(j);
      exponential(a, -5, 5, 1, alone);  // the same object at another shape
      CHECK((together.col(j) - alone).norm() <= 4e-12 * alone.norm());
    }
  }
  SUBCASE("the tolerance also holds for a column that is tiny beside another") {
    an::matrix_t<double> a = an::matrix_t<double>::Zero(3, 3);
    a(1, 2) = a(2, 1) = 1;
    orbitals x = orbitals::Zero(3, 2);
    x(0, 0) = 1;
    x(1, 1) = 1e-20;
    Way(1e-10)(a, -1, 1, 1, x);
    CHECK(std::abs(x(1, 1) - 1e-20 * std::cos(1.0)) < 4e-10 * 1e-20);
    CHECK(std::abs(x(2, 1) + complex(0, 1e-20 * std::sin(1.0))) < 4e-10 * 1e-20);
  }
  SUBCASE("one and two sites [closed form]") {
    const double tau = 0.7;
    Way exponential(Way::finest);
    an::matrix_t<double> one(1, 1), two(2, 2);
    one << 2;
    orbitals x = orbitals::Constant(1, 3, complex(0, 1)), y = orbitals::Identity(2, 2), exact(2, 2);
    exponential(one, 1, 2, tau, x);
    CHECK(largest(x - orbitals::Constant(1, 3, complex(0, 1) * std::polar(1.0, -2 * tau))) < 1e-15 * 4);
    two << 0, -1, -1, 0;
    exponential(two, -1, 1, tau, y);
    exact << std::cos(tau), complex(0, std::sin(tau)), complex(0, std::sin(tau)), std::cos(tau);
    CHECK(largest(y - exact) < 1e-15 * 4);
  }
  SUBCASE("a constant in A changes the phase and nothing else, at any size of it") {
    const an::matrix_t<double> a = (disordered_chain(24) * 1024).array().round() / 1024;  // exact when shifted
    const orbitals start = start_block(24), exact = support::exponential(a, 0.5).lazyProduct(start);
    Way exponential(1e-12);
    orbitals x = start;
    const an::index_t work = Way::work(exponential(a, -5, 5, 0.5, x));
    for (const double c : {0x1p10, -0x1p17, 0x1p20, -0x1p27, 0x1p33, 0x1p40}) {
      CAPTURE(c);
      const an::matrix_t<double> shifted = a + c * an::matrix_t<double>::Identity(24, 24);
      const complex turn = std::polar(1.0, -0.5 * c);  // the product is exact
      const double rounding = 4 * 0.5 * std::abs(c) * std::numeric_limits<double>::epsilon();
      x = start;
      const auto report = exponential(shifted, c - 5, c + 5, 0.5, x);
      CHECK(relative_error(x, turn * exact) < 4e-12 + (Way::exact_constant ? 0 : rounding));
      CHECK(Way::work(report) <= work + 1);
      CHECK(report.sub_steps == 1);
      CHECK(report.error_bound <= 1e-12);
      x = start;
      exponential(a, -5, 5, 0.5, x, c);  // kept out of A: no rounding of it at all
      CHECK(relative_error(x, turn * exact) < 4e-12);
    }
  }
}

TEST_CASE_TEMPLATE("matrix exponentials: laws of those that take an action", Way, by_krylov<double>,
                   by_chebyshev<double>) {
  SUBCASE("error below the tolerance and below its bound, 1e-4 to 1e-12, tau 0.01 to 100 [complex]") {
    check_ladder<Way>(complex_matrix(support::random_hermitian<complex>(16, 3) / 2.0));
  }
  SUBCASE("negative times go back") {
    const complex_matrix a = support::random_hermitian<complex>(12, 8);
    const orbitals start = support::random_orbitals(12, 3, 9);
    Way exponential(1e-11);
    orbitals x = start;
    CHECK(exponential(a, -row_sum(a), row_sum(a), -1.5, x).error_bound <= 1e-11);
    CHECK(relative_error(x, support::exponential(a, -1.5).lazyProduct(start)) < 4e-11);
    exponential(a, -row_sum(a), row_sum(a), 1.5, x);
    CHECK(relative_error(x, start) < 8e-11);
  }
  SUBCASE("at tau = 0, and without columns, nothing is done") {
    const orbitals start = support::random_orbitals(6, 2, 10);
    const auto never = [](const orbitals&, orbitals&) { FAIL("applied"); };
    Way exponential(1e-10);
    orbitals x = start, none(6, 0);
    const auto report = exponential(never, -1, 1, 0, x), empty = exponential(never, -1, 1, 1, none);
    CHECK(x == start);
    CHECK(Way::work(report) == 0);
    CHECK(report.sub_steps == 0);
    CHECK(report.error_bound == 0);
    CHECK(Way::work(empty) == 0);
    CHECK(empty.sub_steps == 0);
  }
  SUBCASE("reports the number of applications of A for one step") {
    const an::matrix_t<double> a = disordered_chain(20);
    int applications = 0;
    const auto counted = [&](const auto& in, auto& out) {  // as a user writes it
      ++applications;
      out = a * in;
    };
    orbitals x = start_block(20);
    const auto report = Way(1e-9)(counted, -5, 5, 0.5, x);
    CHECK(report.sub_steps == 1);
    CHECK(applications == Way::work(report));
  }
  SUBCASE("bad tolerances and times are rejected, with the value") {
    for (const double bad : {0.0, -1e-3, 1.0, 3.0, nan, infinity})
      CHECK_THROWS_WITH_AS(Way{bad}, doctest::Contains("tolerance = "), std::invalid_argument);
    const an::matrix_t<double> a = disordered_chain(4);
    orbitals x = orbitals::Identity(4, 1);
    for (const double bad : {nan, infinity, -infinity})
      CHECK_THROWS_WITH_AS(Way(1e-10)(a, -5, 5, bad, x), doctest::Contains("tau = "), std::invalid_argument);
  }
}

TEST_CASE_TEMPLATE("matrix exponentials: the free particle in float, double and long double [closed form]", Real, float,
                   double, long double) {
  constexpr an::index_t length = 12;
  const Real eps = std::numeric_limits<Real>::epsilon(), tau = 5;
  an::matrix_t<Real> a = an::matrix_t<Real>::Zero(length, length);
  for (an::index_t i = 0; i + 1 < length; ++i) a(i, i + 1) = a(i + 1, i) = -1;
  const auto check = [&](auto exponential) {
    an::orbitals_t<Real> x = an::orbitals_t<Real>::Zero(length, 1);
    x(3, 0) = 1;
    exponential(a, Real(-2), Real(2), tau, x);
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
  };
  const double tolerance = 10 * static_cast<double>(eps);
  check(by_krylov<Real>(tolerance));
  check(by_chebyshev<Real>(tolerance));
  check(by_diagonals<Real>(tolerance));
}

// ---- Krylov alone --------------------------------------------------------------------------------------------------

TEST_CASE("krylov_exponential: the tolerance also holds if four vectors force sub-steps [slow]") {
  check_small_space(disordered_chain(12), 4, 1);
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

TEST_CASE("krylov_exponential: rounding of a large constant beyond an invariant subspace ends the growth") {
  an::matrix_t<double> a = disordered_chain(10);
  a(2, 3) = a(3, 2) = 0;  // sites 0, 1, 2 by themselves
  for (const double c : {1e6, -1e8, 1e12}) {
    CAPTURE(c);
    const an::matrix_t<double> shifted = a + c * an::matrix_t<double>::Identity(10, 10);
    orbitals x = support::random_orbitals(10, 4, 3);
    x.bottomRows(7).setZero();
    const orbitals start = x;
    const an::krylov_report report = an::krylov_exponential<double>({.tolerance = 1e-10})(apply(shifted), 1.0, x);
    CHECK(report.dimension <= 20);
    CHECK(report.sub_steps == 1);
    for (an::index_t j = 0; j < x.cols(); ++j) CHECK(std::abs(x.col(j).norm() / start.col(j).norm() - 1) < 1e-14);
    const an::matrix_t<double> e0 = shifted - c * an::matrix_t<double>::Identity(10, 10);  // what is left of a
    const orbitals exact = support::exponential(e0, 1.0).lazyProduct(start);
    // densities, which have no phase
    CHECK((x.cwiseAbs2() - exact.cwiseAbs2()).cwiseAbs().maxCoeff() < 1e-9 + 20 * std::abs(c) * 2.3e-16);
  }
}

TEST_CASE_TEMPLATE("krylov_exponential: A times 2^k for tau divided by it gives the same bits", Real, float, double) {
  const int most = std::is_same_v<Real, float> ? 60 : 300;
  const an::matrix_t<Real> a = disordered_chain(12).cast<Real>();
  const an::orbitals_t<Real> start = start_block(12).cast<std::complex<Real>>();
  an::krylov_exponential<Real> exponential({.tolerance = 1e-5});
  an::orbitals_t<Real> one = start;
  const an::krylov_report plain = exponential(apply(a), Real(0.7), one);
  for (const int k : {-most, most, 2 - most / 3, most / 2, 1, -most}) {  // one object for all
    CAPTURE(k);
    const an::matrix_t<Real> scaled = a * std::ldexp(Real(1), k);
    an::orbitals_t<Real> x = start;
    const an::krylov_report report = exponential(apply(scaled), std::ldexp(Real(0.7), -k), x);
    CHECK(x == one);
    CHECK(report.error_bound == plain.error_bound);
    CHECK(report.dimension == plain.dimension);
  }
}

TEST_CASE("krylov_exponential: work without end is refused at once, naming what to change") {
  const an::matrix_t<double> a = disordered_chain(24);
  int applications = 0;
  const auto counted = [&](const orbitals& in, orbitals& out) {
    ++applications;
    out = a.lazyProduct(in);
  };
  const auto refused = [&](const an::krylov_options& options, double tau) {
    orbitals x = support::random_orbitals(24, 3, 5);
    applications = 0;
    an::krylov_exponential<double> exponential(options);
    CHECK_THROWS_WITH_AS(exponential(counted, tau, x), doctest::Contains("max_dimension"), std::invalid_argument);
    CHECK(applications <= 30);
  };
  refused({.tolerance = 1e-10, .max_dimension = 2}, 1);  // 1e10 sub-steps
  refused({.tolerance = 1e-300, .max_dimension = 30}, 1);
  refused({.tolerance = 1e-10}, 1e6);
  refused({.tolerance = 1e-15, .max_dimension = 4}, 0.1);  // few enough, but they would round more than that
  orbitals x = support::random_orbitals(24, 3, 5);
  CHECK_NOTHROW(an::krylov_exponential<double>({.tolerance = 1e-3, .max_dimension = 2})(counted, 0.1, x));
}

TEST_CASE("krylov_exponential: float: any tolerance ends, as precise as floats are, or is refused") {
  const an::matrix_t<float> a = disordered_chain(24).cast<float>();
  const orbitals start = start_block(24);
  for (const an::index_t most : {2, 3, 5, 12, 30})
    for (const double tolerance : {1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-30})
      for (const float tau : {0.01f, 0.1f, 1.0f}) {
        CAPTURE(most);
        CAPTURE(tolerance);
        CAPTURE(tau);
        an::orbitals_t<float> x = start.cast<std::complex<float>>();
        try {
          an::krylov_exponential<float>({.tolerance = tolerance, .max_dimension = most})(apply(a), tau, x);
        } catch (const std::invalid_argument&) {
          CHECK(most < 30);
          continue;
        }
        const orbitals exact = support::exponential(a.cast<double>(), static_cast<double>(tau)).lazyProduct(start);
        CHECK(relative_error(x.cast<complex>(), exact) < 4 * tolerance + 4e-6);  // 32 rounding errors
      }
}

TEST_CASE("krylov_exponential: a largest dimension below 2 is rejected, with the value") {
  CHECK_THROWS_WITH_AS(an::krylov_exponential<double>({.max_dimension = 1}), doctest::Contains("max_dimension = 1"),
                       std::invalid_argument);
}

// ---- Chebyshev alone -----------------------------------------------------------------------------------------------

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

TEST_CASE("chebyshev_exponential: an interval of no width needs no application, of action and diagonals") {
  an::chebyshev_exponential<double> exponential({.tolerance = 1e-15});
  an::matrix_t<double> one(1, 1);
  one << 2;
  for (const double width : {0.0, 1.0}) {
    orbitals x = orbitals::Constant(1, 3, complex(0, 1)), y = x;
    CHECK((exponential(apply(one), 2 - width, 2.0, 0.7, x).degree == 0) == (width == 0));
    exponential(diagonals(one), 2 - width, 2.0, 0.7, y);
    const orbitals exact = orbitals::Constant(1, 3, complex(0, 1) * std::polar(1.0, -2 * 0.7));
    CHECK(largest(x - exact) < 1e-15 * 4);
    CHECK(largest(y - exact) < 1e-15 * 4);
  }
}

TEST_CASE("chebyshev_exponential: bad intervals, phases and lengths are rejected, with the value") {
  using exponential = an::chebyshev_exponential<double>;
  const an::matrix_t<double> a = disordered_chain(4);
  orbitals x = orbitals::Identity(4, 1);
  const auto run = [&](double low, double high, double tau) { exponential()(apply(a), low, high, tau, x); };
  for (const double bad : {nan, infinity, -infinity}) {
    CHECK_THROWS_WITH_AS(run(bad, 5, 1), doctest::Contains("low = "), std::invalid_argument);
    CHECK_THROWS_WITH_AS(run(-5, bad, 1), doctest::Contains("high = "), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(run(5, -5, 1), doctest::Contains("high = -5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(run(-5, 5, 1e16), doctest::Contains("tau (high - low) / 2 = 5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(exponential()(diagonals(disordered_chain(5)), -5.0, 5.0, 1.0, x),
                       doctest::Contains("length of the diagonal = 5"), std::invalid_argument);
  CHECK(x == orbitals::Identity(4, 1));
}

}  // namespace exponentials_test
