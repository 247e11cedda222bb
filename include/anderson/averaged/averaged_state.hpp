// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <algorithm>
#include <complex>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace anderson {

/// The noise average of the one-particle matrix, all that is known of a state averaged over the noise:
///
///     C = average of Phi diag(n) Phi^dagger,   C_ij = <c_j^dagger c_i>,   L x L, Hermitian
///
/// A type of its own, because an average of Gaussian states is not Gaussian: C does not determine the state, and only
/// what is linear in C may be computed from it. There are no orbitals and no occupations, so entropies do not compile.
template <real_scalar Real>
class averaged_state {
public:
  /// @throws std::invalid_argument  not square, not finite, or not Hermitian to 1e3 sqrt(L) rounding errors; smaller
  /// deviations are removed.
  explicit averaged_state(matrix_t<std::complex<Real>> c) : c_(std::move(c)) {
    detail::require(c_.rows() == c_.cols(), "shape of C", std::to_string(c_.rows()) + " x " + std::to_string(c_.cols()),
                    "square");
    detail::require(c_.allFinite(), "C", "not finite", "finite entries");
    if (c_.size() == 0) return;
    const matrix_t<std::complex<Real>> adjoint = c_.adjoint();
    const Real defect = (c_ - adjoint).cwiseAbs().maxCoeff(), largest = std::max(Real(1), c_.cwiseAbs().maxCoeff());
    detail::require(defect <= 1000 * Eigen::NumTraits<Real>::epsilon() *
                                  Eigen::numext::sqrt(static_cast<Real>(c_.rows())) * largest,
                    "largest |C_ij - conj(C_ji)|", defect, "0 up to rounding");
    c_ = (c_ + adjoint) / Real(2);
  }

  /// A state that is not averaged yet: C = Phi diag(n) Phi^dagger. Cost: O(L^2 M).
  explicit averaged_state(const gaussian_state<Real>& state) : averaged_state(product(state)) {}

  index_t size() const { return c_.rows(); }
  const matrix_t<std::complex<Real>>& correlations() const& noexcept { return c_; }  ///< C
  matrix_t<std::complex<Real>> correlations() && { return std::move(c_); }

private:
  static matrix_t<std::complex<Real>> product(const gaussian_state<Real>& state) {
    const orbitals_t<Real> weighted = state.orbitals() * state.occupations().asDiagonal();
    return weighted * state.orbitals().adjoint();
  }

  matrix_t<std::complex<Real>> c_;
};

template <class Derived>
explicit averaged_state(const Eigen::MatrixBase<Derived>&) -> averaged_state<typename Derived::RealScalar>;

namespace detail {

/// tr(C (h - center)), tr(C h) = Re sum_ij h_ji C_ij   (paper eq. 12). Memory: O(L^2).
template <hamiltonian Hamiltonian, real_scalar Real>
Real energy_of(const Hamiltonian& hamiltonian, const averaged_state<Real>& state,
               std::type_identity_t<Real> center = 0) {
  using scalar_type = typename Hamiltonian::scalar_type;
  const matrix_t<std::complex<Real>>& c = state.correlations();
  if constexpr (has_dense<Hamiltonian>) {
    matrix_t<scalar_type> h = hamiltonian.dense();
    h.diagonal().array() -= center;
    Real energy = c.real().cwiseProduct(h.real()).sum();  // h_ji = conj(h_ij)
    if constexpr (!real_scalar<scalar_type>) energy += c.imag().cwiseProduct(h.imag()).sum();
    return energy;
  } else {
    const orbitals_t<Real> columns = c;
    orbitals_t<Real> product(c.rows(), c.cols());
    hamiltonian.apply(columns, product);
    return product.diagonal().real().sum() - center * c.diagonal().real().sum();
  }
}

/// Energies at t = 0 for an averaged_snapshot: counted from a center, a constant in h costs no digits of differences.
template <real_scalar Real>
struct energy_at_start {
  Real center, energy, excess;  ///< energy = tr(C h), excess = tr(C (h - center))

  template <hamiltonian Hamiltonian>
  static energy_at_start of(const Hamiltonian& hamiltonian, const averaged_state<Real>& state) {
    Real center = 0;
    if constexpr (has_dense<Hamiltonian>) {
      const vector_t<Real> levels = hamiltonian.dense().diagonal().real();
      center = levels.minCoeff() / 2 + levels.maxCoeff() / 2;
    }
    return {center, energy_of(hamiltonian, state), energy_of(hamiltonian, state, center)};
  }
};

/// @param matrices  complex L x L matrices that the average of a trajectory takes, eigenvectors of h besides.
/// @throws std::invalid_argument  more than the memory_limit of the realization.
template <class Realization>
void check_memory_of_average(const Realization& realization, real_t matrices, std::string_view method) {
  using scalar_type = typename Realization::scalar_type;
  const index_t n = realization.size();
  check_memory(realization.memory_limit(),
               matrices * matrix_bytes<complex_of_t<scalar_type>>(n) + matrix_bytes<scalar_type>(n), method, n,
               matrix_free);
}

/// What a method that averages over the noise gives out: start() for a gaussian_state or an averaged_state.
template <class Stepper>
struct prepared_average {
  std::shared_ptr<const typename Stepper::prepared_type> data;
  template <class State>
  Stepper start(const State& state) const {
    return {data, averaged_state<typename Stepper::real_type>(state)};
  }
};

}  // namespace detail

/// A look at an averaged state, for observables: everything linear in C, nothing else. A value, with its own C.
template <class Realization>
class averaged_snapshot {
public:
  using real_type = typename Realization::real_type;

  averaged_snapshot(Realization realization, real_t time, real_type initial_energy, averaged_state<real_type> state)
      : averaged_snapshot(std::move(realization), time, {0, initial_energy, initial_energy}, std::move(state)) {}
  averaged_snapshot(Realization realization, real_t time, detail::energy_at_start<real_type> start,
                    averaged_state<real_type> state)
      : realization_(std::move(realization)), time_(time), start_(start), state_(std::move(state)) {}

  index_t size() const { return state_.size(); }
  real_t time() const noexcept { return time_; }
  real_type energy() const { return detail::energy_of(realization_.hamiltonian(), state_); }  ///< tr(C h)
  real_type initial_energy() const noexcept { return start_.energy; }                         ///< the same at t = 0
  /// The difference of the two.
  real_type absorbed_energy() const {
    return detail::energy_of(realization_.hamiltonian(), state_, start_.center) - start_.excess;
  }
  vector_t<real_type> densities() const { return state_.correlations().diagonal().real(); }
  std::complex<real_type> correlation(index_t i, index_t j) const { return state_.correlations()(i, j); }
  const averaged_state<real_type>& state() const noexcept { return state_; }

private:
  Realization realization_;
  real_t time_;
  detail::energy_at_start<real_type> start_;
  averaged_state<real_type> state_;
};

}  // namespace anderson
