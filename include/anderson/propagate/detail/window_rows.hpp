// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace anderson::detail {

/// n_i on some sites, ascending; all others are empty.
template <real_scalar Real>
struct site_densities {
  std::span<const index_t> sites;  // of the window: valid as long as this is
  vector_t<Real> values;
};

/// Adds the rows that are not all 0 to `filled`, a flag for each.
template <real_scalar Real>
void mark_filled(const orbitals_t<Real>& orbitals, std::vector<char>& filled) {
  const std::complex<Real>* x = orbitals.data();
  for (char& flag : filled)
    for (index_t m = 0; m < orbitals.cols(); ++m, ++x)
      if (*x != std::complex<Real>(0)) flag = 1;
}

/// The rows of the sites of a window.
template <real_scalar Real>
orbitals_t<Real> rows_of(const orbitals_t<Real>& all, std::span<const index_t> sites) {
  orbitals_t<Real> out(std::ssize(sites), all.cols());
  for (index_t r = 0; r < out.rows(); ++r)
    std::copy_n(all.data() + sites[static_cast<std::size_t>(r)] * all.cols(), all.cols(), out.data() + r * all.cols());
  return out;
}

/// The same orbitals on the sites of a wider window.
template <real_scalar Real>
orbitals_t<Real> widened(const orbitals_t<Real>& orbitals, std::span<const index_t> sites,
                         std::span<const index_t> wider) {
  const index_t columns = orbitals.cols();
  orbitals_t<Real> out(std::ssize(wider), columns);
  std::fill_n(out.data(), out.size(), std::complex<Real>(0));
  for (std::size_t r = 0, row = 0; r < sites.size(); ++r) {
    while (wider[row] != sites[r]) ++row;
    std::copy_n(orbitals.data() + static_cast<index_t>(r) * columns, columns,
                out.data() + static_cast<index_t>(row) * columns);
  }
  return out;
}

}  // namespace anderson::detail
