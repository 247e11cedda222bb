// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <algorithm>
#include <complex>
#include <optional>
#include <string>
#include <utility>

namespace anderson {

namespace detail {

/// Marks a state that the library made itself: right by construction, not checked again.
struct trusted {};

}  // namespace detail

/// A Gaussian fermion state, the one state type of the library:
///
///     C = Phi diag(occupations) Phi^dagger,   C_ij = <c_j^dagger c_i>
///
/// Phi: L x M, orthonormal columns. M = N with occupations 1: a Slater determinant. M = 1: one particle. Occupations
/// between 0 and 1: thermal and other mixed states. M = L: the propagator itself. M = 0: the vacuum.
///
/// Valid once it is made, and checked only then. Cost: O(L M^2).
template <real_scalar Real>
class gaussian_state {
public:
  /// @throws std::invalid_argument  more orbitals than sites, or not one occupation for each; orbitals not orthonormal
  ///         to 1e3 sqrt(L) rounding errors; an occupation outside [0, 1].
  gaussian_state(orbitals_t<Real> phi, vector_t<Real> n)
      : gaussian_state(detail::trusted{}, std::move(phi), std::move(n)) {
    check();
  }
  /// All orbitals occupied.
  explicit gaussian_state(orbitals_t<Real> phi) : gaussian_state(detail::trusted{}, std::move(phi)) { check(); }

  gaussian_state(detail::trusted, orbitals_t<Real> phi, vector_t<Real> n)
      : orbitals_(std::move(phi)), occupations_(std::move(n)) {}
  gaussian_state(detail::trusted, orbitals_t<Real> phi) : orbitals_(std::move(phi)), occupations_(orbitals_.cols()) {
    for (Real& n : occupations_) n = 1;
  }

  index_t size() const noexcept { return orbitals_.rows(); }                    ///< L
  const orbitals_t<Real>& orbitals() const& noexcept { return orbitals_; }      ///< Phi
  const vector_t<Real>& occupations() const& noexcept { return occupations_; }  ///< M numbers in [0, 1]
  orbitals_t<Real> orbitals() && noexcept { return std::move(orbitals_); }      ///< of a state that goes
  vector_t<Real> occupations() && noexcept { return std::move(occupations_); }

private:
  void check() const;

  orbitals_t<Real> orbitals_;
  vector_t<Real> occupations_;
};

template <real_scalar Real>
void gaussian_state<Real>::check() const {
  const index_t sites = size(), count = orbitals_.cols();
  detail::require(count <= sites, "shape of the orbitals", std::to_string(sites) + " x " + std::to_string(count),
                  "L x M with M <= L");
  detail::require(occupations_.size() == count, "number of occupations", occupations_.size(),
                  "the number of orbitals, " + std::to_string(count));
  if (count == 0) return;
  const auto finite = [](const auto& x) { return (Eigen::numext::isfinite)(x); };
  detail::require(std::all_of(orbitals_.data(), orbitals_.data() + orbitals_.size(), finite), "orbitals", "not finite",
                  "finite");
  matrix_t<std::complex<Real>> overlap;
  detail::overlaps(orbitals_, overlap);
  Real square = 0;
  for (index_t j = 0; j < count; ++j)
    for (index_t i = 0; i < count; ++i) square = std::max(square, Eigen::numext::abs2(overlap(i, j) - Real(i == j)));
  const Real defect = Eigen::numext::sqrt(square);
  const Real rounding = 1000 * Eigen::NumTraits<Real>::epsilon() * Eigen::numext::sqrt(static_cast<Real>(sites));
  detail::require(defect <= rounding, "largest entry of |Phi^dagger Phi - 1|", defect,
                  "0 up to rounding (orthonormal orbitals)");
  detail::require(std::all_of(occupations_.begin(), occupations_.end(), finite), "occupations", "not finite", "[0, 1]");
  for (const Real x : occupations_) detail::require(x >= 0 && x <= 1, "occupation", x, "[0, 1]");
}

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

/// @throws std::invalid_argument  a state of another number of sites than the Hamiltonian.
template <class State>
const State& check_size(const State& state, index_t sites) {
  require(state.size() == sites, "number of sites of the state", state.size(),
          "that of the Hamiltonian, " + std::to_string(sites));
  return state;
}

/// The number of particles asked for, half filling L/2 unless given.
/// @throws std::invalid_argument  negative or above L.
[[gnu::cold]] inline index_t filling(std::optional<index_t> particles, index_t sites) {
  const index_t n = particles.value_or(sites / 2);
  require(0 <= n && n <= sites, "particles", n, "[0, " + std::to_string(sites) + "], the number of sites");
  return n;
}

}  // namespace detail

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real)           \
  where template class gaussian_state<Real>; \
  where template vector_t<Real> detail::densities(const orbitals_t<Real>&, index_t, const vector_t<Real>&);
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
