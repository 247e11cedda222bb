// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/detail/column_names.hpp>

#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace anderson {

/// What is measured: any number of observables, in one pass over the same snapshot.
///
///     observables{absorbed_energy{}, entanglement_entropy{50}}
template <class... Observable>
class observables {
public:
  explicit observables(Observable... each) : each_(std::move(each)...) {}

  /// Calls visit(observable, offset) in order; the numbers of an observable start at `offset`.
  void for_each(index_t sites, auto&& visit) const {
    index_t offset = 0;
    const auto one = [&](const auto& o) {
      visit(o, offset);
      offset += o.extent(sites);
    };
    std::apply([&](const auto&... o) { (one(o), ...); }, each_);
  }

  /// Numbers of all observables together.
  /// @throws std::invalid_argument  an observable does not fit the lattice, has no name for a column, or one that
  ///                                another has, too.
  index_t extent(index_t sites) const {
    std::vector<detail::column_names> columns;
    index_t total = 0;
    for_each(sites, [&](const auto& o, index_t) {
      columns.push_back({o.name(), o.extent(sites)});
      const index_t extent = columns.back().extent;
      detail::require(extent >= 0, "extent of " + columns.back().name, extent, "at least 0");
      total += extent;
    });
    detail::check_columns("name of an observable", columns);
    return total;
  }

  template <class Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    for_each(now.size(), [&](const auto& o, index_t offset) {
      const auto count = static_cast<std::size_t>(o.extent(now.size()));
      o.measure(now, out.subspan(static_cast<std::size_t>(offset), count));
    });
  }

  template <class Snapshot>
  static constexpr bool measurable_on = (observable<Observable, Snapshot> && ...);

private:
  std::tuple<Observable...> each_;
};

}  // namespace anderson
