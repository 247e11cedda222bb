// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/row_product.hpp>
#include <anderson/linalg/detail/tridiagonal_product.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/model/bond_table.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace anderson {

/// Tight-binding Hamiltonian on any lattice   (paper eq. 9):
///
///     h = sum_bonds b = (i,j) ( -J_b |j><i| - conj(J_b) |i><j| ) + sum_i w_i |i><i|
///
/// A complex J is a Peierls phase: J = |J| e^{i Phi / L} on a ring of L sites encloses the flux Phi.
///
/// @tparam Scalar  real for real J; std::complex for complex J.
template <scalar Scalar = real_t>
class tight_binding {
public:
  using scalar_type = Scalar;
  using real_type = real_of_t<Scalar>;
  static constexpr bool applies_everywhere = true;

  /// @param bonds  shared, not copied.   @param onsite  w_i, one for each site.
  /// @throws std::invalid_argument  onsite of the wrong length, or not finite.
  tight_binding(bond_table<Scalar> bonds, vector_t<real_type> onsite)
      : bonds_(std::move(bonds)), onsite_(std::move(onsite)) {
    detail::require(onsite_.size() == bonds_.size(), "length of the potential", onsite_.size(),
                    "the number of sites, " + std::to_string(bonds_.size()));
    for (index_t i = 0; i < onsite_.size(); ++i)
      if (!(Eigen::numext::isfinite)(onsite_[i]))
        detail::reject("potential[" + std::to_string(i) + "]", onsite_[i], "finite");
  }

  /// With one hopping for all bonds.   @throws std::invalid_argument  also what bond_table refuses.
  template <class Lattice>
  tight_binding(const Lattice& sites, Scalar hopping, vector_t<real_type> onsite)
      : tight_binding(bond_table<Scalar>(sites, hopping), std::move(onsite)) {}

  index_t size() const { return onsite_.size(); }
  const bond_table<Scalar>& bonds() const noexcept { return bonds_; }
  const vector_t<real_type>& onsite() const& noexcept { return onsite_; }
  vector_t<real_type> onsite() && { return std::move(onsite_); }  // of one that goes, as model.draw(rng).onsite()

  /// out = h in, without a matrix. Cost: O((L + bonds) M); least where h is real and every bond joins consecutive
  /// sites.
  void apply(const orbitals_t<real_type>& in, orbitals_t<real_type>& out) const {
    if (bonds_.tridiagonal()) return detail::apply_tridiagonal(onsite_, bonds_.off_diagonal(), in, out);
    const bond_list& list = bonds_.bonds();
    detail::apply_rows<Scalar>(
        {onsite_.data(), list.row_begin().data(), list.neighbors().data(), bonds_.elements().data()}, in, out);
  }

  matrix_t<Scalar> dense() const {
    matrix_t<Scalar> h = matrix_t<Scalar>::Zero(size(), size());
    h.diagonal() = onsite_.template cast<Scalar>();
    const std::span<const bond> bonds = bonds_.bonds().bonds();
    for (std::size_t b = 0; b < bonds.size(); ++b) {
      h(bonds[b].j, bonds[b].i) -= bonds_.amplitudes()[b];
      h(bonds[b].i, bonds[b].j) -= Eigen::numext::conj(bonds_.amplitudes()[b]);
    }
    return h;
  }

  /// The three diagonals, if h is real and every bond joins consecutive sites (open chains).
  std::optional<tridiagonal<real_type>> tridiagonal_form() const requires real_scalar<Scalar> {
    if (!bonds_.tridiagonal()) return std::nullopt;
    return tridiagonal<real_type>{onsite_, bonds_.off_diagonal().segment(1, size() - 1)};
  }

  /// Gershgorin's discs, centers h_ii and radii sum_{j != i} |h_ij|: every eigenvalue is in one of them.
  std::pair<vector_t<real_type>, vector_t<real_type>> gershgorin() const { return {onsite_, bonds_.radii()}; }

private:
  bond_table<Scalar> bonds_;
  vector_t<real_type> onsite_;
};

}  // namespace anderson
