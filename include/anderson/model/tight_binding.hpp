// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/detail/tridiagonal_product.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// Tight-binding Hamiltonian on any lattice   (paper eq. 9):
///
///     h = sum_bonds(i,j) ( -J |j><i| - conj(J) |i><j| ) + sum_i w_i |i><i|
///
/// A complex J is a Peierls phase: J = |J| e^{i Phi / L} on a ring of L sites encloses the flux Phi.
///
/// @tparam Scalar  real for real J; std::complex for complex J.
template <class Lattice, scalar Scalar = real_t>
class tight_binding {
  static_assert(anderson::lattice<Lattice>, "tight_binding needs a lattice: size() and for_each_bond(visit)");

public:
  using scalar_type = Scalar;
  using real_type = real_of_t<Scalar>;
  static constexpr bool applies_everywhere = true;

  /// @param onsite  w_i, one for each site.
  /// @throws std::invalid_argument  onsite of the wrong length; hopping or potential not finite; a bond that leaves the
  ///         lattice, is a loop, or is given twice.
  tight_binding(Lattice sites, Scalar hopping, vector_t<real_type> onsite)
      : lattice_(std::move(sites)), hopping_(hopping), onsite_(std::move(onsite)) {
    const index_t n = lattice_.size();
    detail::require(n >= 1, "number of sites", n, "at least 1");
    detail::require(onsite_.size() == n, "length of the potential", onsite_.size(),
                    "the number of sites, " + std::to_string(n));
    detail::require((Eigen::numext::isfinite)(hopping_), "hopping", hopping_, "finite");
    for (index_t i = 0; i < n; ++i)
      if (!(Eigen::numext::isfinite)(onsite_[i]))
        detail::reject("potential[" + std::to_string(i) + "]", onsite_[i], "finite");
    bool ascending = true;  // then none is given twice
    std::pair<index_t, index_t> last{-1, -1};
    lattice_.for_each_bond([&, n](index_t i, index_t j) {
      if (i < 0 || i >= n || j < 0 || j >= n || i == j)
        detail::reject("bond", std::to_string(i) + "-" + std::to_string(j),
                       "two different sites in [0, " + std::to_string(n) + ")");
      const std::pair<index_t, index_t> bond = std::minmax({i, j});
      ascending = ascending && last < bond;
      last = bond;
      consecutive_ = consecutive_ && bond.second - bond.first == 1;
    });
    if (!ascending) check_distinct();
    if (consecutive_ && real_scalar<Scalar>) {
      off_diagonal_.setZero(n + 1);
      lattice_.for_each_bond(
          [this](index_t i, index_t j) { off_diagonal_[std::max(i, j)] = -Eigen::numext::real(hopping_); });
    }
  }

  index_t size() const { return onsite_.size(); }
  const Lattice& lattice() const noexcept { return lattice_; }
  Scalar hopping() const noexcept { return hopping_; }
  const vector_t<real_type>& onsite() const noexcept { return onsite_; }

  /// out = h in, without a matrix. Cost: O((L + bonds) M); least where h is real and every bond joins consecutive
  /// sites.
  void apply(const orbitals_t<real_type>& in, orbitals_t<real_type>& out) const {
    if constexpr (real_scalar<Scalar>) {
      if (consecutive_) return detail::apply_tridiagonal(onsite_, off_diagonal_, in, out);
      const auto x = detail::as_real(in);
      auto y = detail::as_real(out);
      for (index_t i = 0; i < size(); ++i) y.row(i) = onsite_[i] * x.row(i);
      lattice_.for_each_bond([&](index_t i, index_t j) {
        y.row(j) -= hopping_ * x.row(i);
        y.row(i) -= hopping_ * x.row(j);
      });
    } else {
      const index_t columns = in.cols();
      for (index_t i = 0; i < size(); ++i)
        for (index_t m = 0; m < columns; ++m) out(i, m) = onsite_[i] * in(i, m);
      lattice_.for_each_bond([&](index_t i, index_t j) {
        for (index_t m = 0; m < columns; ++m) {
          out(j, m) -= detail::times(hopping_, in(i, m));
          out(i, m) -= detail::times(Eigen::numext::conj(hopping_), in(j, m));
        }
      });
    }
  }

  matrix_t<Scalar> dense() const {
    matrix_t<Scalar> h = matrix_t<Scalar>::Zero(size(), size());
    h.diagonal() = onsite_.template cast<Scalar>();
    lattice_.for_each_bond([&](index_t i, index_t j) {
      h(j, i) -= hopping_;
      h(i, j) -= Eigen::numext::conj(hopping_);
    });
    return h;
  }

  /// The three diagonals, if h is real and every bond joins consecutive sites (open chains).
  std::optional<tridiagonal<real_type>> tridiagonal_form() const requires real_scalar<Scalar> {
    if (!consecutive_) return std::nullopt;
    return tridiagonal<real_type>{onsite_, off_diagonal_.segment(1, size() - 1)};
  }

  /// Gershgorin's discs, centers h_ii and radii sum_{j != i} |h_ij|: every eigenvalue is in one of them.
  std::pair<vector_t<real_type>, vector_t<real_type>> gershgorin() const {
    vector_t<real_type> radii = vector_t<real_type>::Zero(size());
    lattice_.for_each_bond([&](index_t i, index_t j) {
      radii[i] += Eigen::numext::abs(hopping_);
      radii[j] += Eigen::numext::abs(hopping_);
    });
    return {onsite_, std::move(radii)};
  }

private:
  void check_distinct() const {
    std::vector<std::pair<index_t, index_t>> bonds;
    lattice_.for_each_bond([&](index_t i, index_t j) { bonds.emplace_back(std::min(i, j), std::max(i, j)); });
    std::ranges::sort(bonds);
    if (const auto twice = std::ranges::adjacent_find(bonds); twice != bonds.end())
      detail::reject("bond", std::to_string(twice->first) + "-" + std::to_string(twice->second) + ", given twice",
                     "each bond once");
  }

  Lattice lattice_;
  Scalar hopping_;
  vector_t<real_type> onsite_;
  bool consecutive_ = true;
  vector_t<real_type> off_diagonal_;  // of consecutive sites i - 1 and i; 0 at both ends
};

}  // namespace anderson
