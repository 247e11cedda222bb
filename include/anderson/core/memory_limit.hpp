// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <locale>
#include <sstream>
#include <string>
#include <string_view>

namespace anderson {

/// The most memory that L x L matrices (not the L x M orbitals) may take at a time, for one disorder realization and
/// one trajectory: dense Hamiltonians, eigensystems with the work space of the solver, averaged states. What takes more
/// is refused before any of it is made. Threads that work on several realizations or averaged states take as often as
/// much.
///
///     disorder_realization sample{h, memory_limit{8}};
struct memory_limit {
  real_t gib = 1;  ///< in units of 2^30 bytes; infinity: any
  friend bool operator==(const memory_limit&, const memory_limit&) = default;
};

namespace detail {

/// Bytes of an n x n matrix. A real number: it need not fit into an index.
template <scalar Scalar>
real_t matrix_bytes(index_t n) {
  return static_cast<real_t>(n) * static_cast<real_t>(n) * static_cast<real_t>(sizeof(Scalar));
}

inline std::string gib_text(real_t gib) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out.precision(3);
  out << gib << " GiB";
  return out.str();
}

/// @param what  "an eigensystem"   @param instead  what needs less.
/// @throws std::invalid_argument  more than the limit, before anything is made.
inline void check_memory(memory_limit limit, real_t bytes, std::string_view what, index_t sites,
                         std::string_view instead) {
  const real_t gib = bytes / (1024.0 * 1024.0 * 1024.0);
  if (gib <= limit.gib) return;
  std::string argument = "memory for ", allowed = "at most the memory_limit, ";
  argument.append(what).append(" of ").append(std::to_string(sites)).append(" sites");
  allowed.append(gib_text(limit.gib)).append(" (of plan, or of disorder_realization: raise it); or ").append(instead);
  reject(argument, gib_text(gib), allowed);
}

/// What moves trajectories of any lattice without a matrix.
inline constexpr std::string_view matrix_free =
    "chebyshev_propagator or krylov_propagator, which need no matrix, with a product_state, random_product_state, "
    "localized_excitation or given_orbitals, which need none either";

}  // namespace detail
}  // namespace anderson
