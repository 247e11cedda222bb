// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>

#include <span>
#include <string>

namespace anderson {

/// Densities n_i = <c_i^dagger c_i> of all sites.
struct density_profile {
  std::string name() const { return "density"; }
  index_t extent(index_t sites) const { return sites; }
  template <linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    const auto& n = now.densities();
    for (index_t i = 0; i < now.size(); ++i) out[static_cast<std::size_t>(i)] = n[i];
  }
};

/// Connected density correlations at infinite temperature and half filling, for all sites i   (paper eq. 17):
///
///     C_ij(t) = <n_i(t) n_j> - 1/4 = |U_ij(t)|^2 / 4
///
/// with the initial state localized_excitation{j}, whose density |U_ij|^2 is.
struct density_correlations {
  std::string name() const { return "density_correlation"; }
  index_t extent(index_t sites) const { return sites; }
  template <linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    const auto& n = now.densities();
    for (index_t i = 0; i < now.size(); ++i) out[static_cast<std::size_t>(i)] = n[i] / 4;
  }
};

}  // namespace anderson
