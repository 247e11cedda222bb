// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/hermitian_eigenvalues.hpp>

#include <algorithm>
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

/// S from C on sites A, or from the overlap matrix of the orbitals on A: they differ by zeros. Reads the lower
/// triangle.
template <real_scalar Real, class Matrix>
Real entropy_of(hermitian_spectrum<Real>& spectrum, const Matrix& c) {
  Real entropy = 0;
  for (const Real n : spectrum(c)) entropy += binary_entropy(n);
  return entropy;
}

template <real_scalar Real>
void check_occupations(const orbitals_t<Real>& orbitals, const vector_t<Real>& occupations) {
  if (occupations.size() != orbitals.cols())
    reject("number of occupations", occupations.size(), "one for each orbital");
}

/// Memory for entropies, one for every thread: kept, because to give it back and ask again costs more than the entropy.
template <real_scalar Real>
struct entropy_workspace {
  vector_t<Real> roots;
  orbitals_t<Real> rows, row;
  matrix_t<std::complex<Real>> c;
  hermitian_spectrum<Real> spectrum;

  static entropy_workspace& mine() {
    static thread_local entropy_workspace w;
    return w;
  }

  void set_occupations(const vector_t<Real>& occupations) {
    roots.resize(occupations.size());
    for (index_t m = 0; m < roots.size(); ++m) roots[m] = Eigen::numext::sqrt(occupations[m]);
  }
  /// Rows first, first + step, ... of the orbitals with the roots of their occupations.
  void read(const orbitals_t<Real>& orbitals, index_t first, index_t step, index_t count, orbitals_t<Real>& out) const {
    out.resize(count, roots.size());
    for (index_t i = 0; i < count; ++i)
      for (index_t m = 0; m < roots.size(); ++m) out(i, m) = times(roots[m], orbitals(first + i * step, m));
  }
  /// c = C on `count` sites, first, first + step, ...
  void sites(const orbitals_t<Real>& orbitals, index_t first, index_t step, index_t count) {
    rows.resize(roots.size(), count);
    for (index_t i = 0; i < count; ++i)
      for (index_t m = 0; m < roots.size(); ++m) rows(m, i) = times(roots[m], std::conj(orbitals(first + i * step, m)));
    overlaps(rows, c);
  }
  /// c = the overlaps of the orbitals on these sites.
  void orbitals_on(const orbitals_t<Real>& orbitals, index_t first, index_t step, index_t count) {
    read(orbitals, first, step, count, rows);
    overlaps(rows, c);
  }
};

/// For S_A = S_B.
template <real_scalar Real>
bool is_pure(const vector_t<Real>& occupations) {
  return std::all_of(occupations.begin(), occupations.end(), [](Real n) { return n * (1 - n) == 0; });
}

/// Entropies of the first 1, 2, .. `longest` of the rows first, first + step, ... of the orbitals.
///
/// C is formed once: those of the shorter A are its leading blocks. Once A has more sites than there are orbitals,
/// their overlap matrix is the smaller one; each site adds the projector on its row.
template <real_scalar Real, class Visit>
void for_each_block_entropy(entropy_workspace<Real>& work, const orbitals_t<Real>& orbitals, index_t first,
                            index_t step, index_t longest, Visit visit) {
  const index_t count = orbitals.cols(), size = std::min(longest, count);
  if (size == 0) return;
  auto& c = work.c;
  work.spectrum.reserve(size);
  work.sites(orbitals, first, step, size);
  for (index_t k = 1; k <= size; ++k) visit(k, entropy_of(work.spectrum, c.topLeftCorner(k, k)));
  if (longest == size) return;
  work.orbitals_on(orbitals, first, step, size);
  for (index_t k = size + 1; k <= longest; ++k) {
    work.read(orbitals, first + (k - 1) * step, 0, 1, work.row);
    for (index_t j = 0; j < count; ++j)
      for (index_t i = j; i < count; ++i) c(i, j) += times(std::conj(work.row(0, i)), work.row(0, j));
    visit(k, entropy_of(work.spectrum, c.topLeftCorner(count, count)));
  }
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
/// @throws std::invalid_argument  cut outside [0, L], or not one occupation for each orbital.
/// @throws std::runtime_error     entries not finite.
/// @note Eigenvalues within 512 rounding errors of 0 or 1 contribute 0. Cost: O(k^2 max(L, M) + k^3) with k the
/// smallest
///       of cut, M and, for pure states, L - cut: the nonzero n_a are also those of the M x M overlap matrix of the
///       orbitals on A, and S_A = S_B.
/// @see Peschel and Eisler, J. Phys. A 42, 504003 (2009).
template <real_scalar Real>
Real von_neumann_entropy(const orbitals_t<Real>& orbitals, const vector_t<Real>& occupations, index_t cut) {
  const index_t sites = orbitals.rows();
  detail::check_cut(cut, sites);
  detail::check_occupations(orbitals, occupations);
  const bool use_rest = sites - cut < cut && detail::is_pure(occupations);
  const index_t first = use_rest ? cut : 0, count = use_rest ? sites - cut : cut;
  const index_t size = std::min<index_t>(count, orbitals.cols());
  if (size == 0) return 0;
  auto& work = detail::entropy_workspace<Real>::mine();
  work.set_occupations(occupations);
  if (size == count)
    work.sites(orbitals, first, 1, count);
  else
    work.orbitals_on(orbitals, first, 1, count);
  work.spectrum.reserve(size);
  return detail::entropy_of(work.spectrum, work.c.topLeftCorner(size, size));
}

/// The same for every cut 0 .. L: L + 1 numbers, number k for A = [0, k).
///
/// @throws std::invalid_argument  not one occupation for each orbital.
/// @throws std::runtime_error     entries not finite.
/// @note Cost: the eigenvalues of a k x k matrix for each cut, k as there; C is formed once.
template <real_scalar Real>
vector_t<Real> von_neumann_entropies(const orbitals_t<Real>& orbitals, const vector_t<Real>& occupations) {
  detail::check_occupations(orbitals, occupations);
  const index_t sites = orbitals.rows(), left = detail::is_pure(occupations) ? sites / 2 : sites;
  vector_t<Real> entropies = vector_t<Real>::Zero(sites + 1);
  auto& work = detail::entropy_workspace<Real>::mine();
  work.set_occupations(occupations);
  detail::for_each_block_entropy(work, orbitals, 0, 1, left, [&](index_t k, Real s) { entropies[k] = s; });
  if (left == sites) return entropies;
  detail::for_each_block_entropy(work, orbitals, sites - 1, -1, sites - left - 1,
                                 [&](index_t k, Real s) { entropies[sites - k] = s; });
  return entropies;
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
    const auto entropies = von_neumann_entropies(now.orbitals(), now.occupations());
    std::copy(entropies.begin(), entropies.end(), out.begin());
  }
};

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real)                                                                  \
  where template Real von_neumann_entropy(const orbitals_t<Real>&, const vector_t<Real>&, index_t); \
  where template vector_t<Real> von_neumann_entropies(const orbitals_t<Real>&, const vector_t<Real>&);
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
