// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <cstdint>

namespace anderson::detail {

/// Stands for every random_source when a concept is checked; never runs.
struct any_rng {
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()();
};

/// Stands for every bond visitor.
struct any_bond_visitor {
  void operator()(index_t, index_t) const;
};

}  // namespace anderson::detail
