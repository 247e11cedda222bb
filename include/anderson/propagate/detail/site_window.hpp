// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace anderson::detail {

/// Some sites of a lattice, and the bonds by which a particle leaves them.
template <real_scalar Real>
struct site_window {
  struct cut_bond {
    index_t row;   // of the inner site: sites[row]
    Real hopping;  // |h_ij|
  };

  std::vector<index_t> sites;  // ascending
  std::vector<cut_bond> cuts;

  /// Of a site in the window.
  index_t row(index_t site) const { return std::ranges::lower_bound(sites, site) - sites.begin(); }
};

/// The sites first .. end - 1 of a lattice, all of it unless told.
template <real_scalar Real>
site_window<Real> consecutive_sites(index_t first, index_t end) {
  site_window<Real> out;
  out.sites.resize(static_cast<std::size_t>(end - first));
  std::iota(out.sites.begin(), out.sites.end(), first);
  return out;
}

/// Those of an open chain, with the bonds cut at both ends.
template <real_scalar Real>
site_window<Real> part_of_chain(const tridiagonal<Real>& chain, index_t first, index_t end) {
  site_window<Real> out = consecutive_sites<Real>(first, end);
  const auto cut = [&](index_t row, index_t bond) {
    out.cuts.push_back({row, Eigen::numext::abs(chain.subdiagonal[bond])});
  };
  if (first > 0) cut(0, first - 1);
  if (end < chain.diagonal.size()) cut(end - first - 1, end - 1);
  return out;
}

}  // namespace anderson::detail
