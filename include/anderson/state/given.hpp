// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace anderson {

/// Orbitals of the user's own, with or without occupations.
///
///     given_orbitals{phi}        // phi: L x M, orthonormal columns, e.g. the identity for the propagator itself
template <real_scalar Real = real_t>
class given_orbitals {
public:
  /// @param occupations  one for each orbital, in [0, 1].
  /// @throws std::invalid_argument  orbitals not orthonormal (defect and bound in the message); bad occupations.
  given_orbitals(orbitals_t<Real> phi, vector_t<Real> occupations) : state_(std::move(phi), std::move(occupations)) {}
  /// All orbitals occupied.
  explicit given_orbitals(orbitals_t<Real> phi) : state_(std::move(phi)) {}

  /// @throws std::invalid_argument  given for another number of sites.
  void check(index_t sites) const {
    detail::require(state_.size() == sites, "rows of the orbitals", state_.size(),
                    "the number of sites, " + std::to_string(sites));
  }

  template <class Realization>
  gaussian_state<Real> prepare(const Realization& realization, auto& /*rng*/) const {
    static_assert(std::is_same_v<Real, typename Realization::real_type>,
                  "given_orbitals and the Hamiltonian must have the same real type");
    check(realization.size());
    return state_;
  }

private:
  gaussian_state<Real> state_;
};

template <class Derived>
explicit given_orbitals(const Eigen::MatrixBase<Derived>&) -> given_orbitals<typename Derived::RealScalar>;
template <class Derived, class Occupations>
given_orbitals(const Eigen::MatrixBase<Derived>&, const Occupations&) -> given_orbitals<typename Derived::RealScalar>;

}  // namespace anderson
