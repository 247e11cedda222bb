// SPDX-License-Identifier: MIT
#include <anderson/linalg/detail/products.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <complex>

namespace an = anderson;

namespace products_test {

using support::largest;

TEST_CASE("times: equals the product of std::complex") {
  const std::complex<double> a{1.5, -2}, b{0.25, 3};
  CHECK(an::detail::times(a, b) == a * b);
  CHECK(an::detail::times(2.0, b) == 2.0 * b);
  static_assert(an::detail::times(std::complex<double>(0, 1), std::complex<double>(0, 1)) == -1.0);
}

TEST_CASE("as_real: real and imaginary parts alternate along a row, without a copy") {
  an::orbitals_t<double> x = support::random_orbitals(3, 2, 1);
  const an::orbitals_t<double>& constant = x;
  CHECK(an::detail::as_real(x).data() == reinterpret_cast<double*>(x.data()));
  for (an::index_t i = 0; i < 3; ++i)
    for (an::index_t j = 0; j < 2; ++j) {
      CHECK(an::detail::as_real(constant)(i, 2 * j) == x(i, j).real());
      CHECK(an::detail::as_real(constant)(i, 2 * j + 1) == x(i, j).imag());
    }
  an::detail::as_real(x)(1, 3) = 7;
  CHECK(x(1, 1).imag() == 7);
}

TEST_CASE_TEMPLATE("multiply: V x and V^dagger x as Eigen's complex products, any shape", Scalar, double,
                   std::complex<double>) {
  using complex_matrix = an::matrix_t<std::complex<double>>;
  for (const an::index_t columns : {0, 1, 5}) {
    const an::matrix_t<Scalar> v = support::random_matrix<Scalar>(7, 4, 2);
    const complex_matrix wide = v.template cast<std::complex<double>>();
    const an::orbitals_t<double> x = support::random_matrix<std::complex<double>>(4, columns, 3);
    const an::orbitals_t<double> y = support::random_matrix<std::complex<double>>(7, columns, 4);
    an::orbitals_t<double> out(2, 2);  // another shape: must be resized
    an::detail::multiply(v, x, out);
    REQUIRE(out.rows() == 7);
    REQUIRE(out.cols() == columns);
    CHECK(largest(out - wide.lazyProduct(x)) < 1e-14);  // sums of 4 products of order 1
    an::detail::multiply_adjoint(v, y, out);
    REQUIRE(out.rows() == 4);
    REQUIRE(out.cols() == columns);
    CHECK(largest(out - wide.adjoint().lazyProduct(y)) < 1e-14);
  }
}

TEST_CASE("overlaps: Q^dagger Q as Eigen's complex product, in one piece and in several") {
  for (const an::index_t columns : {0, 1, 5, 70}) {
    const an::orbitals_t<double> q = support::random_matrix<std::complex<double>>(6, columns, 5);
    an::matrix_t<std::complex<double>> out(2, 2);  // another shape: must be resized
    an::detail::overlaps(q, out);
    REQUIRE(out.rows() == columns);
    REQUIRE(out.cols() == columns);
    CHECK(largest(out - q.adjoint().lazyProduct(q)) < 1e-14);  // sums of 6 products of order 1
  }
}

}  // namespace products_test
