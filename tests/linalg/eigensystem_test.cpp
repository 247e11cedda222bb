// SPDX-License-Identifier: MIT
#include <anderson/linalg/eigensystem.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace eigensystem_test {

using support::largest;

namespace {

/// Open chain of L sites, W = 0.
template <class Real>
an::tridiagonal<Real> free_chain(an::index_t length) {
  return {an::vector_t<Real>::Zero(length), an::vector_t<Real>::Constant(length - 1, Real(-1))};
}

template <class Scalar>
an::matrix_t<Scalar> dense(const an::tridiagonal<Scalar>& t) {
  const an::index_t n = t.diagonal.size();
  an::matrix_t<Scalar> h = an::matrix_t<Scalar>::Zero(n, n);
  h.diagonal() = t.diagonal;
  if (n > 1) {
    h.diagonal(1) = t.subdiagonal;
    h.diagonal(-1) = t.subdiagonal;
  }
  return h;
}

/// Ascending values, orthonormal vectors and h V = V E, all to `rounding`. Lazy products: they compile much faster.
template <class Scalar>
void check_eigenpairs(const an::matrix_t<Scalar>& h, const an::eigensystem<Scalar>& e, double rounding) {
  const an::index_t n = h.rows();
  REQUIRE(e.values.size() == n);
  REQUIRE(e.vectors.rows() == n);
  REQUIRE(e.vectors.cols() == n);
  for (an::index_t a = 0; a + 1 < n; ++a) CHECK(e.values[a] <= e.values[a + 1]);
  CHECK(largest(e.vectors.adjoint().lazyProduct(e.vectors) - an::matrix_t<Scalar>::Identity(n, n)) < rounding);
  CHECK(largest(h.lazyProduct(e.vectors) - e.vectors * e.values.template cast<Scalar>().asDiagonal()) < rounding);
}

}  // namespace

TEST_CASE_TEMPLATE("diagonalize: the free open chain has E_k = -2 cos(k pi / (L + 1)) [invariant 27]", Real, float,
                   double, long double) {
  const Real eps = std::numeric_limits<Real>::epsilon();
  for (const an::index_t length : {1, 2, 7, 20}) {
    const an::tridiagonal<Real> t = free_chain<Real>(length);
    const an::eigensystem<Real> e = an::diagonalize(t);
    const Real rounding = 10 * eps * static_cast<Real>(length);
    check_eigenpairs(dense(t), e, static_cast<double>(rounding));
    const Real q = std::acos(Real(-1)) / static_cast<Real>(length + 1);
    for (an::index_t a = 0; a < length; ++a) {
      const Real k = q * static_cast<Real>(a + 1);
      CHECK(std::abs(e.values[a] + 2 * std::cos(k)) < rounding);
      // |<i|a>| = sqrt(2 / (L + 1)) |sin(k (i + 1))|; gaps of 0.02 at L = 20 cost a factor 100 in the vectors.
      for (an::index_t i = 0; i < length; ++i) {
        const Real exact = std::sqrt(Real(2) / static_cast<Real>(length + 1)) * std::sin(k * static_cast<Real>(i + 1));
        CHECK(std::abs(std::abs(e.vectors(i, a)) - std::abs(exact)) < 100 * rounding);
      }
    }
  }
}

TEST_CASE("diagonalize: tridiagonal and dense agree, up to the phases of the vectors") {
  for (const an::index_t length : {1, 2, 30}) {
    an::tridiagonal<double> t = free_chain<double>(length);
    t.diagonal = support::random_matrix<double>(length, 1, 1);
    const an::eigensystem<double> fast = an::diagonalize(t), slow = an::diagonalize(dense(t));
    check_eigenpairs(dense(t), fast, 1e-13);
    check_eigenpairs(dense(t), slow, 1e-13);
    CHECK(largest(fast.values - slow.values) < 1e-13);
    const an::matrix_t<double> overlap = fast.vectors.transpose().lazyProduct(slow.vectors).cwiseAbs();
    CHECK(largest(overlap - an::matrix_t<double>::Identity(length, length)) < 1e-11);
  }
}

TEST_CASE("diagonalize: degenerate levels still get orthonormal vectors") {
  an::matrix_t<double> ring = dense(free_chain<double>(12));
  ring(0, 11) = ring(11, 0) = -1;  // E = -2 cos(2 pi k / 12): five pairs
  const an::eigensystem<double> e = an::diagonalize(ring);
  check_eigenpairs(ring, e, 1e-13);
  CHECK(std::abs(e.values[1] - e.values[2]) < 1e-14);
  check_eigenpairs(an::matrix_t<double>(an::matrix_t<double>::Zero(4, 4)),
                   an::diagonalize(an::matrix_t<double>(an::matrix_t<double>::Zero(4, 4))), 1e-16);
}

TEST_CASE("diagonalize: complex Hermitian matrices, also those of a ring with flux [closed form]") {
  const an::matrix_t<std::complex<double>> h = support::random_hermitian<std::complex<double>>(15, 2);
  check_eigenpairs(h, an::diagonalize(h), 1e-13);

  constexpr int length = 5;
  const double flux = 0.7, pi = std::acos(-1.0);
  an::matrix_t<std::complex<double>> ring = an::matrix_t<std::complex<double>>::Zero(length, length);
  for (int i = 0; i < length; ++i) {
    ring((i + 1) % length, i) = -std::polar(1.0, flux / length);
    ring(i, (i + 1) % length) = -std::polar(1.0, -flux / length);
  }
  an::vector_t<double> exact(length);
  for (int k = 0; k < length; ++k) exact[k] = -2 * std::cos((2 * pi * k - flux) / length);
  std::sort(exact.begin(), exact.end());
  CHECK(largest(an::diagonalize(ring).values - exact) < 1e-14);
}

namespace {

void check_rejects_entry(double bad) {
  for (const an::index_t where : {0, 3, 5}) {
    CAPTURE(where);
    an::tridiagonal<double> t = free_chain<double>(6);
    t.diagonal[where] = bad;
    CHECK_THROWS_AS(an::diagonalize(t), std::runtime_error);
    CHECK_THROWS_AS(an::diagonalize(dense(t)), std::runtime_error);
  }
}

}  // namespace

TEST_CASE("diagonalize: NaN is reported, not returned") {
  check_rejects_entry(std::numeric_limits<double>::quiet_NaN());
}

TEST_CASE("diagonalize: infinity is reported, not returned") {
  check_rejects_entry(std::numeric_limits<double>::infinity());
}

TEST_CASE("diagonalize: tails: a bound state decays as sinh from the ends, down to 1e-52") {
  an::tridiagonal<double> h{an::vector_t<double>::Zero(201), an::vector_t<double>::Constant(200, -1)};
  h.diagonal[100] = -3;
  const auto eigen = an::diagonalize(h);
  const double kappa = std::acosh(-eigen.values[0] / 2);
  for (const an::index_t i : {0, 1, 10, 50, 90, 110, 150, 199, 200}) {
    CAPTURE(i);
    const double depth = static_cast<double>(std::min(i, 200 - i) + 1);
    const double expected = std::sinh(kappa * depth) / std::sinh(kappa * 101);
    CHECK(eigen.vectors(i, 0) / eigen.vectors(100, 0) ==
          doctest::Approx(expected).epsilon(1e-6));  // joined at 1e-8, known to 1e-8
  }
  CHECK(std::abs(eigen.vectors(0, 0)) < 1e-51);
}

TEST_CASE_TEMPLATE("diagonalize: tails: the eigensystem stays one, also of a chain in parts", Real, float, double) {
  auto h = free_chain<double>(200);
  h.diagonal = 3 * support::random_matrix<double>(200, 1, 3);
  h.subdiagonal[20] = 0;       // in three parts
  h.subdiagonal[150] = 1e-35;  // as good as
  const an::tridiagonal<Real> t{h.diagonal.cast<Real>(), h.subdiagonal.cast<Real>()};
  const auto eigen = an::diagonalize(t);
  REQUIRE(eigen.vectors.allFinite());
  const Real bound = 1000 * Eigen::NumTraits<Real>::epsilon();  // measured: 20 to 100
  for (an::index_t a = 0; a < 200; ++a) {
    for (an::index_t b = 0; b <= a; ++b)
      CHECK(std::abs(eigen.vectors.col(a).dot(eigen.vectors.col(b)) - (a == b ? 1 : 0)) < bound);
    for (an::index_t i = 0; i < 200; ++i) {
      Real residual = (t.diagonal[i] - eigen.values[a]) * eigen.vectors(i, a);
      if (i > 0) residual += t.subdiagonal[i - 1] * eigen.vectors(i - 1, a);
      if (i < 199) residual += t.subdiagonal[i] * eigen.vectors(i + 1, a);
      CHECK(std::abs(residual) < bound);
    }
  }
}

TEST_CASE("diagonalize: what rounding leaves at the node of a symmetric mode is 0") {
  const auto eigen = an::diagonalize(free_chain<double>(21));
  for (an::index_t a = 1; a < 21; a += 2) CHECK(eigen.vectors(10, a) == 0);
  for (an::index_t a = 0; a < 21; a += 2) CHECK(std::abs(eigen.vectors(10, a)) > 0.1);
}

}  // namespace eigensystem_test
