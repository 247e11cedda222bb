// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// The bonds of a lattice, checked once and shared read-only: a handle, copies are cheap. It is a lattice itself, so
/// that a graph can be given by its bonds:
///
///     const anderson::bond_list triangle{3, {{0, 1}, {1, 2}, {2, 0}}};
///
/// Cost: O(sites + bonds), time and memory.
class bond_list {
public:
  /// @throws std::invalid_argument  no site; a bond that leaves the lattice, is a loop, or is given twice.
  template <class Lattice>
    requires(!std::same_as<Lattice, bond_list>)
  explicit bond_list(const Lattice& sites) : content_(content_of(sites)) {}

  bond_list(index_t sites, std::vector<bond> bonds)
      : content_(std::make_shared<const content>(sites, std::move(bonds))) {}

  index_t size() const noexcept { return content_->sites; }  ///< sites
  std::span<const bond> bonds() const noexcept { return content_->bonds; }

  template <class Visit>
  void for_each_bond(Visit&& visit) const {
    for (const bond& b : bonds()) visit(b.i, b.j);
  }

  /// Every bond joins two consecutive sites.
  bool consecutive() const noexcept { return content_->consecutive; }

  /// The neighbors of site i are neighbors()[row_begin()[i]] up to row_begin()[i + 1], in the order of the bonds.
  std::span<const index_t> row_begin() const noexcept { return content_->row_begin; }
  std::span<const index_t> neighbors() const noexcept { return content_->neighbors; }

private:
  struct content {
    [[gnu::cold]] content(index_t n, std::vector<bond> given) : sites(n), bonds(std::move(given)) {
      detail::require(n >= 1, "number of sites", n, "at least 1");
      for (const auto& [i, j] : bonds)
        if (i < 0 || i >= n || j < 0 || j >= n || i == j)
          detail::reject("bond", std::to_string(i) + "-" + std::to_string(j),
                         "two different sites in [0, " + std::to_string(n) + ")");
      consecutive = std::ranges::all_of(bonds, [](const bond& b) { return b.i - b.j == 1 || b.j - b.i == 1; });
      row_begin.assign(static_cast<std::size_t>(n) + 1, 0);
      for (const auto& [i, j] : bonds)
        for (const index_t site : {i, j}) ++row_begin[static_cast<std::size_t>(site) + 1];
      for (std::size_t i = 1; i < row_begin.size(); ++i) row_begin[i] += row_begin[i - 1];
      neighbors.resize(2 * bonds.size());
      std::vector<index_t> next(row_begin.begin(), row_begin.end() - 1);
      for (const auto& [i, j] : bonds) {
        neighbors[static_cast<std::size_t>(next[static_cast<std::size_t>(i)]++)] = j;
        neighbors[static_cast<std::size_t>(next[static_cast<std::size_t>(j)]++)] = i;
      }
      check_distinct();
    }

    [[gnu::cold]] void check_distinct() const {
      std::vector<index_t> last_seen_from(static_cast<std::size_t>(sites), -1);
      for (index_t i = 0, k = 0; i < sites; ++i)
        for (; k < row_begin[static_cast<std::size_t>(i) + 1]; ++k) {
          const index_t j = neighbors[static_cast<std::size_t>(k)];
          if (std::exchange(last_seen_from[static_cast<std::size_t>(j)], i) == i)
            detail::reject("bond", std::to_string(i) + "-" + std::to_string(j) + ", given twice", "each bond once");
        }
    }

    index_t sites;
    std::vector<bond> bonds;
    bool consecutive = true;
    std::vector<index_t> row_begin, neighbors;
  };

  template <class Lattice>
  static std::shared_ptr<const content> content_of(const Lattice& sites) {
    static_assert(lattice<Lattice>, "bonds come from a lattice: l.size() and l.for_each_bond(visit)");
    if constexpr (lattice<Lattice>) {  // else the assertion is the only error
      std::vector<bond> bonds;
      sites.for_each_bond([&](index_t i, index_t j) { bonds.push_back({i, j}); });
      return std::make_shared<const content>(sites.size(), std::move(bonds));
    }
  }

  std::shared_ptr<const content> content_;
};

}  // namespace anderson
