// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/lattice/bond_list.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// Bonds with their amplitudes, as they stand in h: h_ji = -J_b and h_ij = -conj(J_b) of bond b = (i, j). Checked once
/// and shared read-only by all realizations that have the same hopping: a handle, copies are cheap.
///
///     const anderson::bond_table ring{anderson::chain{100, anderson::boundary::periodic}, 1.0};
///     const anderson::bond_list triangle{3, {{0, 1}, {1, 2}, {2, 0}}};
///     const anderson::bond_table weighted{triangle, std::vector{1.0, 1.0, 0.5}};
///
/// Cost: O(sites + bonds), time and memory.
template <scalar Scalar = real_t>
class bond_table {
public:
  using real_type = real_of_t<Scalar>;

  /// One amplitude for all bonds.   @throws std::invalid_argument  hopping not finite; bad bonds, see bond_list.
  template <class Lattice>
  bond_table(const Lattice& sites, Scalar hopping) : bonds_(sites) {
    detail::require((Eigen::numext::isfinite)(hopping), "hopping", hopping, "finite");
    content_ = std::make_shared<const content>(bonds_, std::vector<Scalar>(bonds_.bonds().size(), hopping));
  }

  /// One for each bond, in the order in which the lattice visits them.
  /// @throws std::invalid_argument  not one for each bond; not finite; bad bonds, see bond_list.
  template <class Lattice>
  bond_table(const Lattice& sites, std::vector<Scalar> amplitudes) : bonds_(sites) {
    const std::span<const bond> bonds = bonds_.bonds();
    detail::require(amplitudes.size() == bonds.size(), "number of hopping amplitudes", amplitudes.size(),
                    "one for each bond, " + std::to_string(bonds.size()));
    for (std::size_t b = 0; b < bonds.size(); ++b)
      if (!(Eigen::numext::isfinite)(amplitudes[b]))
        detail::reject("hopping of bond " + std::to_string(bonds[b].i) + "-" + std::to_string(bonds[b].j),
                       amplitudes[b], "finite");
    content_ = std::make_shared<const content>(bonds_, std::move(amplitudes));
  }

  index_t size() const noexcept { return bonds_.size(); }  ///< sites
  const bond_list& bonds() const noexcept { return bonds_; }
  /// J_b, in the order of the bonds.
  std::span<const Scalar> amplitudes() const noexcept { return content_->amplitudes; }

  /// sum_{j != i} |h_ij| of every site: Gershgorin's radii.
  const vector_t<real_type>& radii() const noexcept { return content_->radii; }

  /// h is real and every bond joins consecutive sites.
  bool tridiagonal() const noexcept { return real_scalar<Scalar> && bonds_.consecutive(); }
  /// If tridiagonal(): size() + 1 entries, [i] that of sites i - 1 and i; 0 at both ends.
  const vector_t<real_type>& off_diagonal() const noexcept { return content_->off_diagonal; }
  /// If not: h_ij for every j in bonds().neighbors(), row by row.
  std::span<const Scalar> elements() const noexcept { return content_->elements; }

private:
  struct content {
    content(const bond_list& list, std::vector<Scalar> given) : amplitudes(std::move(given)) {
      const std::span<const bond> bonds = list.bonds();
      radii.setZero(list.size());
      for (std::size_t b = 0; b < bonds.size(); ++b)
        for (const index_t site : {bonds[b].i, bonds[b].j}) radii[site] += Eigen::numext::abs(amplitudes[b]);
      if (real_scalar<Scalar> && list.consecutive()) {
        off_diagonal.setZero(list.size() + 1);
        for (std::size_t b = 0; b < bonds.size(); ++b)
          off_diagonal[std::max(bonds[b].i, bonds[b].j)] = -Eigen::numext::real(amplitudes[b]);
        return;
      }
      elements.resize(2 * bonds.size());
      std::vector<index_t> next(list.row_begin().begin(), list.row_begin().end() - 1);
      const auto put = [&](index_t row, const Scalar& h) {
        elements[static_cast<std::size_t>(next[static_cast<std::size_t>(row)]++)] = h;
      };
      for (std::size_t b = 0; b < bonds.size(); ++b) {
        put(bonds[b].i, -Eigen::numext::conj(amplitudes[b]));
        put(bonds[b].j, -amplitudes[b]);
      }
    }

    std::vector<Scalar> amplitudes;
    vector_t<real_type> radii, off_diagonal;
    std::vector<Scalar> elements;
  };

  bond_list bonds_;
  std::shared_ptr<const content> content_;
};

}  // namespace anderson
