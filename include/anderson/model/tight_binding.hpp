// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/linalg/products.hpp>

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
template <lattice Lattice, scalar Scalar = real_t>
class tight_binding {
public:
  using scalar_type = Scalar;
  using real_type = real_of_t<Scalar>;

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
    std::vector<std::pair<index_t, index_t>> bonds;
    lattice_.for_each_bond([&, n](index_t i, index_t j) {
      detail::require(0 <= i && i < n && 0 <= j && j < n && i != j, "bond", std::to_string(i) + "-" + std::to_string(j),
                      "two different sites in [0, " + std::to_string(n) + ")");
      bonds.emplace_back(std::min(i, j), std::max(i, j));
      consecutive_ = consecutive_ && (i - j == 1 || j - i == 1);
    });
    std::ranges::sort(bonds);
    if (const auto twice = std::ranges::adjacent_find(bonds); twice != bonds.end())
      detail::reject("bond", std::to_string(twice->first) + "-" + std::to_string(twice->second) + ", given twice",
                     "each bond once");
  }

  index_t size() const { return onsite_.size(); }
  const Lattice& lattice() const noexcept { return lattice_; }
  Scalar hopping() const noexcept { return hopping_; }
  const vector_t<real_type>& onsite() const noexcept { return onsite_; }

  /// out = h in, without a matrix. Cost: O((L + bonds) M).
  void apply(const orbitals_t<real_type>& in, orbitals_t<real_type>& out) const {
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
    tridiagonal<real_type> t{onsite_, vector_t<real_type>::Zero(size() - 1)};
    lattice_.for_each_bond([&](index_t i, index_t j) { t.subdiagonal[std::min(i, j)] -= hopping_; });
    return t;
  }

private:
  Lattice lattice_;
  Scalar hopping_;
  vector_t<real_type> onsite_;
  bool consecutive_ = true;
};

}  // namespace anderson
