// SPDX-License-Identifier: MIT
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/linalg/hermitian_eigenvalues.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <complex>
#include <concepts>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace given_hamiltonian_test {

using support::largest;

namespace {

using complex = std::complex<double>;
using real_matrix = an::matrix_t<double>;
using complex_matrix = an::matrix_t<complex>;

}  // namespace

static_assert(an::hamiltonian<an::dense_hamiltonian<double>>);
static_assert(an::hamiltonian<an::dense_hamiltonian<std::complex<float>>>);
static_assert(an::model<an::given_hamiltonian<an::dense_hamiltonian<complex>>>);

TEST_CASE_TEMPLATE("dense_hamiltonian: is the matrix it was given", Scalar, double, complex) {
  const an::matrix_t<Scalar> matrix = support::random_hermitian<Scalar>(5, 1);
  const an::dense_hamiltonian h{matrix};
  static_assert(std::same_as<decltype(h), const an::dense_hamiltonian<Scalar>>);
  CHECK(h.size() == 5);
  CHECK(h.dense() == matrix);
  const an::orbitals_t<double> in = support::random_matrix<complex>(5, 2, 2);
  an::orbitals_t<double> out(5, 2);
  h.apply(in, out);
  CHECK(largest(out - matrix.lazyProduct(in)) < 1e-14);  // sums of 5 products of order 1
}

TEST_CASE("dense_hamiltonian: asymmetry by rounding is accepted, by more is not") {
  real_matrix h = 100 * support::random_hermitian<double>(4, 1);
  h(0, 3) += 1e-14 * largest(h) / 10;
  CHECK_NOTHROW(an::dense_hamiltonian{h});
  h(0, 3) += 1e-12 * largest(h);
  CHECK_THROWS_WITH_AS(an::dense_hamiltonian{h}, doctest::Contains("largest |h_ij - conj(h_ji)| = "),
                       std::invalid_argument);
  CHECK_NOTHROW(an::dense_hamiltonian{real_matrix(real_matrix::Zero(2, 2))});
}

TEST_CASE("dense_hamiltonian: bad matrices are rejected") {
  complex_matrix symmetric = support::random_hermitian<complex>(3, 2);
  symmetric(0, 1) = symmetric(1, 0) = complex(0, 1);  // symmetric is not Hermitian
  CHECK_THROWS_WITH_AS(an::dense_hamiltonian{symmetric}, doctest::Contains("conj(h_ji)| = 2;"), std::invalid_argument);
  complex_matrix decaying = support::random_hermitian<complex>(3, 2);
  decaying(1, 1) += complex(0, -0.1);  // an imaginary diagonal is not, either
  CHECK_THROWS_WITH_AS(an::dense_hamiltonian{decaying}, doctest::Contains("conj(h_ji)| = 0.2"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::dense_hamiltonian{real_matrix(real_matrix::Zero(3, 2))},
                       "anderson: shape of the Hamiltonian = 3 x 2; allowed: square, at least 1 x 1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::dense_hamiltonian{real_matrix()}, doctest::Contains("0 x 0"), std::invalid_argument);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    for (an::index_t i = 0; i < 3; ++i)
      for (an::index_t j = 0; j < 3; ++j) {
        real_matrix h = support::random_hermitian<double>(3, 3);
        h(i, j) = h(j, i) = bad;
        CHECK_THROWS_WITH_AS(an::dense_hamiltonian{h}, doctest::Contains("not finite"), std::invalid_argument);
      }
}

TEST_CASE("given_hamiltonian: every realization is the one given, without random numbers") {
  const real_matrix matrix = support::random_hermitian<double>(4, 5);
  const an::given_hamiltonian model{an::dense_hamiltonian{matrix}};
  CHECK(model.size() == 4);
  an::philox rng(1, {}), untouched(1, {});
  CHECK(model.draw(rng).dense() == matrix);
  CHECK(model.draw(rng).dense() == matrix);
  CHECK(rng == untouched);
}

TEST_CASE("dense_hamiltonian: made of an expression or a matrix in another storage order") {
  Eigen::Matrix<std::complex<double>, 2, 2, Eigen::RowMajor> rows;
  rows << 1.0, std::complex<double>(0, 2), std::complex<double>(0, -2), 3.0;
  const an::dense_hamiltonian h{rows}, twice{rows + rows};
  CHECK(h.dense()(0, 1) == std::complex<double>(0, 2));
  CHECK(twice.dense()(1, 0) == std::complex<double>(0, -4));
  CHECK(an::diagonalize(rows).values == an::diagonalize(h.dense()).values);
  CHECK(an::hermitian_eigenvalues(rows + rows) == an::hermitian_eigenvalues(twice.dense()));
}

}  // namespace given_hamiltonian_test
