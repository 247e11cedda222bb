// SPDX-License-Identifier: MIT
#pragma once

// Matrices for tests, and a matrix exponential that shares no code with the library.

#include <anderson/core/types.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <Eigen/Core>

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace support {

namespace an = anderson;

/// Largest |entry|; infinite if one is not finite (Eigen's maxCoeff may lose a NaN), 0 if there is none.
template <class Derived>
auto largest(const Eigen::MatrixBase<Derived>& m) {
  using real = typename Eigen::NumTraits<typename Derived::Scalar>::Real;
  if (m.size() == 0) return real(0);
  const typename Derived::PlainObject x =
      m;  // once: Eigen compares x with itself, which compilers may round differently
  if (!x.allFinite()) return std::numeric_limits<real>::infinity();
  return real(x.cwiseAbs().maxCoeff());
}

/// 0, 1, ..., n - 1
inline std::vector<an::index_t> in_order(an::index_t n) {
  std::vector<an::index_t> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), an::index_t(0));
  return all;
}

template <class Scalar>
Scalar random_number(an::philox& rng) {
  using real = an::real_of_t<Scalar>;
  const real re = static_cast<real>(an::normal(rng));
  if constexpr (an::real_scalar<Scalar>)
    return re;
  else
    return {re, static_cast<real>(an::normal(rng))};
}

template <class Scalar>
an::matrix_t<Scalar> random_matrix(an::index_t rows, an::index_t columns, std::uint64_t seed) {
  an::philox rng(seed, {});
  an::matrix_t<Scalar> m(rows, columns);
  for (an::index_t i = 0; i < rows; ++i)
    for (an::index_t j = 0; j < columns; ++j) m(i, j) = random_number<Scalar>(rng);
  return m;
}

template <class Scalar>
an::matrix_t<Scalar> random_hermitian(an::index_t n, std::uint64_t seed) {
  const an::matrix_t<Scalar> m = random_matrix<Scalar>(n, n, seed);
  return (m + m.adjoint()) / an::real_of_t<Scalar>(2);
}

/// Orthonormal columns, by Gram and Schmidt, twice.
template <class Real = double>
an::orbitals_t<Real> random_orbitals(an::index_t rows, an::index_t columns, std::uint64_t seed) {
  an::orbitals_t<Real> x = random_matrix<std::complex<Real>>(rows, columns, seed);
  for (int pass = 0; pass < 2; ++pass)
    for (an::index_t j = 0; j < columns; ++j) {
      for (an::index_t k = 0; k < j; ++k) {
        const std::complex<Real> overlap = x.col(k).dot(x.col(j));
        x.col(j) -= overlap * x.col(k);
      }
      x.col(j) /= x.col(j).norm();
    }
  return x;
}

/// exp(-i tau h) by scaling, Taylor series and squaring, in long double. Error about 1e-18 |h| tau.
template <class Derived>
an::matrix_t<std::complex<double>> exponential(const Eigen::MatrixBase<Derived>& h, double tau) {
  using wide = std::complex<long double>;
  const an::index_t n = h.rows();
  an::matrix_t<wide> a(n, n);
  for (an::index_t i = 0; i < n; ++i)
    for (an::index_t j = 0; j < n; ++j) {
      const std::complex<double> x = h(i, j);
      a(i, j) = wide(0, -1) * wide(x.real(), x.imag()) * wide(tau);
    }
  int squarings = 0;
  for (long double norm = a.cwiseAbs().rowwise().sum().maxCoeff(); norm > 0.5L; norm /= 2) ++squarings;
  a /= wide(std::pow(2.0L, squarings));
  an::matrix_t<wide> sum = an::matrix_t<wide>::Identity(n, n), term = sum;
  for (int k = 1; k <= 20; ++k) {                 // 0.5^20 / 20! = 4e-25
    term = term.lazyProduct(a).eval() / wide(k);  // lazy products compile much faster
    sum += term;
  }
  for (int k = 0; k < squarings; ++k) sum = sum.lazyProduct(sum).eval();
  return sum.template cast<std::complex<double>>();
}

}  // namespace support
