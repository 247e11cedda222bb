// SPDX-License-Identifier: MIT
#pragma once

// Realizations for tests of states: made from an eigensystem, so that nothing is diagonalized.

#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include "support/matrices.hpp"

#include <type_traits>
#include <utility>

namespace support {

/// A Hamiltonian with these eigenvalues and random orthonormal eigenvectors.
template <class Scalar>
class with_levels {
public:
  using scalar_type = Scalar;
  using real_type = an::real_of_t<Scalar>;

  explicit with_levels(an::vector_t<real_type> levels) : eigen_{std::move(levels), {}} {
    const an::orbitals_t<real_type> v = random_orbitals<real_type>(size(), size(), 21);
    if constexpr (an::real_scalar<Scalar>)
      eigen_.vectors = an::matrix_t<Scalar>(orthonormal(v.real()));
    else
      eigen_.vectors = v;
  }

  an::index_t size() const { return eigen_.values.size(); }
  const with_levels& hamiltonian() const { return *this; }  // without an action
  an::memory_limit memory_limit() const { return {}; }
  void check_eigensystem() const {}
  const an::eigensystem<Scalar>& eigensystem() const { return eigen_; }
  an::matrix_t<Scalar> dense() const {
    return eigen_.vectors.lazyProduct(eigen_.values.template cast<Scalar>().asDiagonal() * eigen_.vectors.adjoint());
  }

private:
  static an::matrix_t<real_type> orthonormal(an::matrix_t<real_type> x) {
    for (int pass = 0; pass < 2; ++pass)
      for (an::index_t j = 0; j < x.cols(); ++j) {
        for (an::index_t k = 0; k < j; ++k) x.col(j) -= x.col(k).dot(x.col(j)) * x.col(k).eval();
        x.col(j) /= x.col(j).norm();
      }
    return x;
  }

  an::eigensystem<Scalar> eigen_;
};

/// Only a number of sites, for states that need no more.
struct sites_only {
  using real_type = double;
  an::index_t sites;
  an::index_t size() const { return sites; }
};

/// C = Phi diag(occupations) Phi^dagger.
template <class State>
auto correlations(const State& s) {
  using complex = typename std::decay_t<decltype(s.orbitals())>::Scalar;
  return an::matrix_t<complex>(
      s.orbitals().lazyProduct(s.occupations().template cast<complex>().asDiagonal() * s.orbitals().adjoint()));
}

}  // namespace support
