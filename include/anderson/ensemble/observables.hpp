// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

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
  /// @throws std::invalid_argument  an observable does not fit the lattice, or two have the same name.
  index_t extent(index_t sites) const {
    std::vector<std::string> names;
    index_t total = 0;
    for_each(sites, [&](const auto& o, index_t) {
      for (const std::string& name : names)
        detail::require(name != o.name(), "name of an observable", o.name(), "different from those before it");
      names.push_back(o.name());
      detail::require(o.extent(sites) >= 0, "extent of " + o.name(), o.extent(sites), "at least 0");
      total += o.extent(sites);
    });
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
