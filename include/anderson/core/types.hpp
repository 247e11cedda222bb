// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/eigen.hpp>

#include <complex>
#include <cstddef>

namespace anderson {

/// Sites, orbitals, steps, realizations: signed, counted from 0.
using index_t = std::ptrdiff_t;

/// A bond of a lattice. A complex hopping J acts from i to j: h_ji = -J, h_ij = -conj(J).
struct bond {
  index_t i, j;
  friend bool operator==(const bond&, const bond&) = default;
};

/// Times, noise phases, potentials, statistics' default. The linear algebra has its own scalar, see `hamiltonian`.
using real_t = double;

/// A real number type that Eigen knows: float, double, long double, or a user's own.
template <class T>
concept real_scalar = !Eigen::NumTraits<T>::IsComplex && !Eigen::NumTraits<T>::IsInteger;

/// The entries of a Hamiltonian: real_scalar, or std::complex of one.
template <class T>
concept scalar = !Eigen::NumTraits<T>::IsInteger;

template <scalar T>
using real_of_t = typename Eigen::NumTraits<T>::Real;

template <scalar T>
using complex_of_t = std::complex<real_of_t<T>>;

template <scalar T>
using vector_t = Eigen::Matrix<T, Eigen::Dynamic, 1>;

template <scalar T>
using matrix_t = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;

/// Real symmetric tridiagonal matrix: diagonal of L, subdiagonal of L - 1 entries.
template <real_scalar Real>
struct tridiagonal {
  vector_t<Real> diagonal;
  vector_t<Real> subdiagonal;
};

/// Orbitals Phi: L x M, one column an orbital, always complex. Row-major, because everything that happens to them (a
/// kick on a site, a phase on a mode, a bond) happens to whole rows, for all orbitals alike.
template <real_scalar Real>
using orbitals_t = Eigen::Matrix<std::complex<Real>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace anderson
