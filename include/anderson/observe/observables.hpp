// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/observe/detail/column_names.hpp>

#include <array>
#include <cstddef>
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

  /// Where the numbers of every observable stand, on a number of sites.
  struct layout {
    index_t sites;
    index_t size;  ///< numbers of all observables together
    struct part {
      std::string name;
      index_t offset, extent;
    };
    std::array<part, sizeof...(Observable)> parts;
  };

  /// Asks every observable for its name and extent, once.
  /// @throws std::invalid_argument  an observable does not fit the lattice, has no name for a column, or one that
  ///                                another has, too.
  [[gnu::cold]] layout layout_on(index_t sites) const {
    layout out{sites, 0, {}};
    std::vector<detail::column_names> columns;
    for_each([&](std::size_t k, const auto& o) {
      const index_t extent = o.extent(sites);
      out.parts[k] = {o.name(), out.size, extent};
      detail::require(extent >= 0, "extent of " + out.parts[k].name, extent, "at least 0");
      columns.push_back({out.parts[k].name, extent});
      out.size += extent;
    });
    detail::check_columns("name of an observable", columns);
    return out;
  }

  /// The numbers of all observables, in their order.   @param out  of length where.size.
  template <class Snapshot>
  void measure(const Snapshot& now, const layout& where, std::span<typename Snapshot::real_type> out) const {
    for_each([&](std::size_t k, const auto& o) {
      const auto& part = where.parts[k];
      o.measure(now, out.subspan(static_cast<std::size_t>(part.offset), static_cast<std::size_t>(part.extent)));
    });
  }

  /// Calls visit(k, observable), in order.
  void for_each(auto&& visit) const {
    [&]<std::size_t... k>(std::index_sequence<k...>) { (visit(k, std::get<k>(each_)), ...); }
    (std::index_sequence_for<Observable...>());
  }

  template <class Snapshot>
  static constexpr bool measurable_on = (observable<Observable, Snapshot> && ...);

private:
  std::tuple<Observable...> each_;
};

}  // namespace anderson
