// SPDX-License-Identifier: MIT
#pragma once

// Snapshots for tests of observables: what they show is written into them.

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>

#include "support/matrices.hpp"

#include <complex>
#include <utility>

namespace support {

/// Only what is linear in C, as a method that averages over the noise has it.
struct linear_picture {
  using real_type = double;
  an::matrix_t<std::complex<double>> c;
  double now_energy = 0, first_energy = 0, now_time = 0;

  an::index_t size() const { return c.rows(); }
  double time() const { return now_time; }
  double energy() const { return now_energy; }
  double initial_energy() const { return first_energy; }
  an::vector_t<double> densities() const { return c.diagonal().real(); }
  std::complex<double> correlation(an::index_t i, an::index_t j) const { return c(i, j); }
};

/// Orbitals and occupations.
template <class Real = double>
struct orbital_picture {
  using real_type = Real;
  an::orbitals_t<Real> phi;
  an::vector_t<Real> n;

  explicit orbital_picture(an::orbitals_t<Real> x) : phi(std::move(x)), n(an::vector_t<Real>::Ones(phi.cols())) {}
  orbital_picture(an::orbitals_t<Real> x, an::vector_t<Real> occupied) : phi(std::move(x)), n(std::move(occupied)) {}

  an::index_t size() const { return phi.rows(); }
  double time() const { return 0; }
  Real energy() const { return 0; }
  Real initial_energy() const { return 0; }
  an::vector_t<Real> densities() const { return phi.cwiseAbs2().lazyProduct(n); }
  std::complex<Real> correlation(an::index_t i, an::index_t j) const {
    return (phi.row(j).conjugate().array() * phi.row(i).array() * n.transpose().array()).sum();
  }
  const an::orbitals_t<Real>& orbitals() const { return phi; }
  const an::vector_t<Real>& occupations() const { return n; }
  bool pure() const { return ((n.array() == 0) || (n.array() == 1)).all(); }
};

static_assert(an::linear_snapshot<linear_picture> && !an::orbital_snapshot<linear_picture>);
static_assert(an::orbital_snapshot<orbital_picture<double>>);

}  // namespace support
