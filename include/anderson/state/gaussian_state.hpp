// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>
#include <string>
#include <utility>

namespace anderson {

/// A Gaussian fermion state, the one state type of the library:
///
///     C = Phi diag(occupations) Phi^dagger,   C_ij = <c_j^dagger c_i>
///
/// Phi: L x M, orthonormal columns. M = N with occupations 1: a Slater determinant. M = 1: one particle. Occupations
/// between 0 and 1: thermal and other mixed states. M = L: the propagator itself. M = 0: the vacuum.
template <real_scalar Real>
struct gaussian_state {
  orbitals_t<Real> orbitals;
  vector_t<Real> occupations;

  gaussian_state(orbitals_t<Real> phi, vector_t<Real> n) : orbitals(std::move(phi)), occupations(std::move(n)) {}
  /// All orbitals occupied.
  explicit gaussian_state(orbitals_t<Real> phi)
      : orbitals(std::move(phi)), occupations(orbitals.cols()) {
    for (Real& x : occupations) x = 1;
  }
};

namespace detail {

/// n_i = sum_m |Phi_im|^2 n_m of each row; columns first ... first + occupations.size() - 1 of the orbitals.
template <real_scalar Real>
vector_t<Real> densities(const orbitals_t<Real>& orbitals, index_t first, const vector_t<Real>& occupations) {
  vector_t<Real> out(orbitals.rows());
  for (index_t i = 0; i < out.size(); ++i) {
    Real n = 0;
    for (index_t m = 0; m < occupations.size(); ++m) n += Eigen::numext::abs2(orbitals(i, first + m)) * occupations[m];
    out[i] = n;
  }
  return out;
}

/// @throws std::invalid_argument  wrong shapes, orbitals not orthonormal to 1e3 sqrt(L) rounding errors, or an
/// occupation outside [0, 1].
template <class Real>
void check_state(const gaussian_state<Real>& state, index_t sites) {
  const auto& [phi, n] = state;
  require(phi.rows() == sites && phi.cols() <= sites, "shape of the orbitals",
          std::to_string(phi.rows()) + " x " + std::to_string(phi.cols()),
          "L x M with L = " + std::to_string(sites) + " and M <= L");
  require(n.size() == phi.cols(), "number of occupations", n.size(),
          "the number of orbitals, " + std::to_string(phi.cols()));
  if (n.size() == 0) return;
  const auto finite = [](const auto& x) { return (Eigen::numext::isfinite)(x); };
  require(std::all_of(phi.data(), phi.data() + phi.size(), finite), "orbitals", "not finite", "finite");
  matrix_t<std::complex<Real>> overlap;
  overlaps(phi, overlap);
  Real square = 0;
  for (index_t j = 0; j < n.size(); ++j)
    for (index_t i = 0; i < n.size(); ++i)
      square = std::max(square, Eigen::numext::abs2(overlap(i, j) - Real(i == j)));
  const Real defect = Eigen::numext::sqrt(square);
  const Real rounding = 1000 * Eigen::NumTraits<Real>::epsilon() * Eigen::numext::sqrt(static_cast<Real>(sites));
  require(defect <= rounding, "largest entry of |Phi^dagger Phi - 1|", defect,
          "0 up to rounding (orthonormal orbitals)");
  require(std::all_of(n.begin(), n.end(), finite), "occupations", "not finite", "[0, 1]");
  for (const Real x : n) require(x >= 0 && x <= 1, "occupation", x, "[0, 1]");
}

/// The number of particles asked for, half filling L/2 unless given.
/// @throws std::invalid_argument  negative or above L.
[[gnu::cold]] inline index_t filling(std::optional<index_t> particles, index_t sites) {
  const index_t n = particles.value_or(sites / 2);
  require(0 <= n && n <= sites, "particles", n, "[0, " + std::to_string(sites) + "], the number of sites");
  return n;
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real)                                       \
  where template void check_state(const gaussian_state<Real>&, index_t); \
  where template vector_t<Real> densities(const orbitals_t<Real>&, index_t, const vector_t<Real>&);
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace detail
}  // namespace anderson
