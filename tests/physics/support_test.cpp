// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <doctest/doctest.h>

namespace anderson {
template eigensystem<double> diagonalize<double>(const matrix_t<double>&);
template eigensystem<double> diagonalize<double>(const tridiagonal<double>&);
template class gaussian_state<double>;
template vector_t<double> hermitian_eigenvalues<std::complex<double>>(const matrix_t<std::complex<double>>&);
template double von_neumann_entropy<double>(const orbitals_t<double>&, const vector_t<double>&, index_t);
namespace detail {
template void multiply<double>(const matrix_t<double>&, const orbitals_t<double>&, orbitals_t<double>&);
template void multiply_adjoint<double>(const matrix_t<double>&, const orbitals_t<double>&, orbitals_t<double>&);
}  // namespace detail
}  // namespace anderson

namespace support {

matrix times(const matrix& a, const matrix& b) { return a * b; }
matrix times_adjoint(const matrix& a, const matrix& b) { return a * b.adjoint(); }

matrix exponential(const matrix& a) {
  const double norm = a.cwiseAbs().rowwise().sum().maxCoeff();
  const int halvings = norm > 0.5 ? static_cast<int>(std::ceil(std::log2(norm / 0.5))) : 0;
  const matrix x = a * std::ldexp(1.0, -halvings);
  matrix sum = matrix::Identity(a.rows(), a.cols()), term = sum;
  for (int k = 1; k <= 16; ++k) {  // 0.5^17 / 17! = 2e-20
    term = times(term, x) / static_cast<double>(k);
    sum += term;
  }
  for (int k = 0; k < halvings; ++k) sum = times(sum, sum);
  return sum;
}

matrix power(matrix x, index_t n) {
  matrix result = matrix::Identity(x.rows(), x.cols());
  for (; n > 0; n /= 2) {
    if (n % 2 == 1) result = times(result, x);
    x = times(x, x);
  }
  return result;
}

matrix averaged_step::operator()(const matrix& c) const {
  matrix sum = matrix::Zero(c.rows(), c.cols());
  for (std::size_t q = 0; q < weight.size(); ++q) sum += weight[q] * times_adjoint(times(unitary[q], c), unitary[q]);
  return sum;
}

matrix averaged_step::superoperator() const {
  const index_t n = unitary[0].rows();
  matrix s = matrix::Zero(n * n, n * n);
  for (std::size_t q = 0; q < weight.size(); ++q)
    for (index_t j = 0; j < n; ++j)
      for (index_t l = 0; l < n; ++l)
        s.block(n * j, n * l, n, n) += weight[q] * std::conj(unitary[q](j, l)) * unitary[q];
  return s;
}

}  // namespace support

using namespace support;

TEST_CASE("support: the exponential of a Pauli matrix is a rotation, also of large angle") {
  matrix x = matrix::Zero(2, 2);
  x(0, 1) = x(1, 0) = 1;
  for (const double angle : {0.0, 0.3, 4.0, 200.0}) {
    const matrix expected = std::cos(angle) * matrix::Identity(2, 2) - i_unit * std::sin(angle) * x;
    CHECK(distance(exponential(-i_unit * angle * x), expected) < 1e-15 * (10 + 10 * angle));
    CHECK(distance(power(exponential(-i_unit * angle * x / 7.0), 7), expected) < 1e-15 * (10 + 10 * angle));
  }
}

TEST_CASE("support: the exponential of a nilpotent and of a decaying matrix") {
  matrix n = matrix::Zero(3, 3), expected = matrix::Identity(3, 3);
  n(0, 1) = 3, n(1, 2) = 5;
  expected(0, 1) = 3, expected(1, 2) = 5, expected(0, 2) = 7.5;
  CHECK(distance(exponential(n), expected) < 1e-13);
  CHECK(distance(exponential(-30 * matrix::Identity(2, 2)), std::exp(-30.0) * matrix::Identity(2, 2)) < 1e-25);
}

TEST_CASE("support: the generator acts as the Lindblad equation says, for complex h and two noisy sites") {
  const std::vector<double> w{0.3, -0.7, 0.2, 0.5};
  const matrix h = chain_matrix(w, {0.8, 0.6}), c = times_adjoint(chain_matrix(w, {0.1, 0.9}) + i_unit * h, h);
  matrix expected = -i_unit * (times(h, c) - times(c, h));
  for (const index_t m : {1, 3}) {
    const matrix p = projector(4, m);
    expected += 0.7 * (times(times(p, c), p) - (times(p, c) + times(c, p)) / 2);
  }
  CHECK(distance(unstacked(lindblad_generator(h, {1, 3}, 0.7) * stacked(c), 4), expected) < 1e-14);
}

TEST_CASE("support: quadrature averages a bare kick to exp(-gamma dt / 2)") {
  const sample sites = chain_sample({0, 0, 0}, 0);  // no hopping
  const averaged_step step = average_of(an::split_propagator{.dt = 0.5}, sites, 1, 2.0);
  matrix expected = matrix::Constant(3, 3, 1.0);
  expected.row(1) *= std::exp(-0.5);
  expected.col(1) *= std::exp(-0.5);
  expected(1, 1) = 1;
  const matrix ones = matrix::Constant(3, 3, 1.0);
  CHECK(distance(step(ones), expected) < 1e-14);
  CHECK(distance(unstacked(step.superoperator() * stacked(ones), 3), expected) < 1e-14);
}
