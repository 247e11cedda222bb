// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <complex>
#include <span>
#include <string>

namespace anderson {

namespace detail {

/// -x ln x - (1 - x) ln(1 - x); exactly 0 where x is 0 or 1 up to rounding.
template <real_scalar Real>
Real binary_entropy(Real x) {
  const Real rounding = 512 * Eigen::NumTraits<Real>::epsilon();
  if (x <= rounding || x >= 1 - rounding) return Real(0);
  return -x * Eigen::numext::log(x) - (1 - x) * Eigen::numext::log1p(-x);
}

inline void check_cut(index_t cut, index_t sites) {
  if (cut < 0 || cut > sites) reject("cut", cut, "[0, " + std::to_string(sites) + "]");
}

}  // namespace detail

/// Entropy of sites [0, cut) in a Gaussian state with orbitals Phi and occupations n   (paper eq. 15):
///
///     S = -sum_a [ n_a ln n_a + (1 - n_a) ln(1 - n_a) ],    n_a: eigenvalues of C on the cut x cut block of A
///
/// Natural logarithm: S is in nats. For a pure state (all occupations 0 or 1) it is the entanglement entropy.
///
/// @param orbitals  Phi, L x M, orthonormal columns.   @param occupations  M numbers in [0, 1].
/// @param cut       number of sites in A, 0 <= cut <= L.
/// @returns         S in [0, min(cut, L - cut) ln 2] for pure states; exactly 0 for a product state in the site basis.
/// @throws std::invalid_argument  cut outside [0, L].
/// @note Eigenvalues within 512 rounding errors of 0 or 1 contribute 0. Cost: O(k^2 max(L, M) + k^3) with k the
/// smallest
///       of cut, M and, for pure states, L - cut: the nonzero n_a are also those of the M x M overlap matrix of the
///       orbitals on A, and S_A = S_B.
/// @see Peschel and Eisler, J. Phys. A 42, 504003 (2009).
template <real_scalar Real>
Real von_neumann_entropy(const orbitals_t<Real>& orbitals, const vector_t<Real>& occupations, index_t cut) {
  const index_t sites = orbitals.rows();
  detail::check_cut(cut, sites);
  if (occupations.size() != orbitals.cols())
    detail::reject("number of occupations", occupations.size(), "one for each orbital");
  const bool pure = (occupations.array() * (1 - occupations.array()) == 0).all();
  const bool use_rest = pure && sites - cut < cut;
  const index_t first = use_rest ? cut : 0, count = use_rest ? sites - cut : cut;
  orbitals_t<Real> part = orbitals.middleRows(first, count);
  part *= occupations.cwiseSqrt().asDiagonal();
  matrix_t<std::complex<Real>> c;
  if (count <= part.cols())
    c.noalias() = part * part.adjoint();
  else
    c.noalias() = part.adjoint() * part;
  const vector_t<Real> n = hermitian_eigenvalues(c);
  Real entropy = 0;
  for (index_t a = 0; a < n.size(); ++a) entropy += detail::binary_entropy(n[a]);
  return entropy;
}

/// Entanglement entropy of sites [0, cut), of each trajectory, averaged   (paper eq. 15, Fig. 2). Not linear in C: its
/// average depends on the noise, not only on the averaged state. See von_neumann_entropy.
///
/// The paper's half cut is entanglement_entropy{L / 2}: for even L the noisy site is the last of A.
struct entanglement_entropy {
  index_t cut;  ///< number of sites in A, [0, L]

  std::string name() const { return "entropy_cut" + std::to_string(cut); }
  /// @throws std::invalid_argument  cut outside [0, sites].
  index_t extent(index_t sites) const {
    detail::check_cut(cut, sites);
    return 1;
  }
  template <orbital_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    out[0] = von_neumann_entropy(now.orbitals(), now.occupations(), cut);
  }
};

/// Entropy for every cut 0 .. L: value k belongs to A = [0, k)   (paper Fig. 2 d, e).
struct entropy_profile {
  std::string name() const { return "entropy"; }
  index_t extent(index_t sites) const { return sites + 1; }
  template <orbital_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    for (index_t cut = 0; cut <= now.size(); ++cut)
      out[static_cast<std::size_t>(cut)] = von_neumann_entropy(now.orbitals(), now.occupations(), cut);
  }
};

}  // namespace anderson
