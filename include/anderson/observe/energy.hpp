// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>

#include <span>
#include <string>

namespace anderson {

/// Energy tr(C h)   (paper eq. 12).
struct energy {
  std::string name() const { return "energy"; }
  index_t extent(index_t /*sites*/) const { return 1; }
  template <linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    out[0] = now.energy();
  }
};

/// Energy absorbed since the start, tr(C(t) h) - tr(C(0) h)   (paper, Fig. 1).
struct absorbed_energy {
  std::string name() const { return "absorbed_energy"; }
  index_t extent(index_t /*sites*/) const { return 1; }
  template <linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    if constexpr (has_absorbed_energy<Snapshot>)
      out[0] = now.absorbed_energy();
    else
      out[0] = now.energy() - now.initial_energy();
  }
};

}  // namespace anderson
