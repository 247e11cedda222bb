// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/propagate/detail/site_window.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace anderson::detail {

/// What is left of an error budget of `tolerance` for the next unit of something, after `total` units of it:
/// tolerance / ((e + x) ln^2(e + x)), whose integral over all x >= 0 is the tolerance.
template <real_scalar Real>
Real allowance(Real tolerance, Real total) {
  const Real x = Real(2.718281828459045) + total, logarithm = Eigen::numext::log(x);
  return tolerance / (x * logarithm * logarithm);
}

/// |x|, or 0 below 16 rounding errors, which an eigensolver leaves of an exponentially small amplitude.
template <scalar Scalar>
real_of_t<Scalar> size_beyond_rounding(const Scalar& x) {
  using real = real_of_t<Scalar>;
  const real size = Eigen::numext::abs(x);
  return size > 16 * Eigen::NumTraits<real>::epsilon() ? size : real(0);
}

/// Eigenmodes of h, or of h cut down to a window of sites, in the order in which the noise feels them: by descending
/// weight sum_k |<s_k|a>|^2 on the noisy sites.
template <scalar Scalar>
struct noisy_modes {
  using real_type = real_of_t<Scalar>;

  std::vector<index_t> sites;            // of the window, ascending
  const matrix_t<Scalar>* vectors;       // a row for each of them, as the eigensolver orders the columns
  std::vector<index_t> column;           // of mode a
  std::vector<real_type> energies;       // E_a, from `center` on
  std::vector<Scalar> amplitudes;        // <s_k|a> at [k * modes + a]
  std::vector<real_type> weight;         // sqrt(sum_k |<s_k|a>|^2)
  std::vector<real_type> weight_beyond;  // sqrt(sum_{b >= a} sum_k |<s_k|b>|^2), a = 0 .. modes
  std::vector<real_type> edge_within;    // sqrt(sum_{b < a} |<edge|b>|^2), summed over the cut bonds with |h_ij|
  std::vector<real_type> edge;           // the same of mode a alone
  real_type center = 0;
  std::shared_ptr<const eigensystem<Scalar>> owned;  // of a window

  index_t modes() const { return std::ssize(energies); }

  /// How many modes must be followed so that what the others do to a kick is below `reach`.
  index_t active(real_type reach) const {
    const auto end =
        std::partition_point(weight_beyond.begin(), weight_beyond.end(), [reach](real_type w) { return w > reach; });
    return std::max<index_t>(1, end - weight_beyond.begin());
  }

  /// Sites x M -> modes x M. The way back: row column[a] for mode a, then times *vectors.
  void to_modes(const orbitals_t<real_type>& orbitals, orbitals_t<real_type>& out) const {
    orbitals_t<real_type> plain;
    multiply_adjoint(*vectors, orbitals, plain);
    out.resize(plain.rows(), plain.cols());
    for (index_t a = 0; a < modes(); ++a) out.row(a) = plain.row(column[static_cast<std::size_t>(a)]);
  }
};

/// @param eigen   of the window, outlives the result.   @param support  noisy sites, all in the window.
/// @param center  subtracted from the energies.
template <scalar Scalar>
[[gnu::cold]] noisy_modes<Scalar> order_modes(const eigensystem<Scalar>& eigen, site_window<real_of_t<Scalar>> window,
                                              std::span<const index_t> support, real_of_t<Scalar> center = 0) {
  using real = real_of_t<Scalar>;
  const index_t modes = eigen.values.size();
  const auto count = static_cast<std::size_t>(modes);
  std::vector<index_t> noisy_rows;
  for (const index_t s : support) noisy_rows.push_back(window.row(s));
  vector_t<real> weight = vector_t<real>::Zero(modes);
  for (const index_t row : noisy_rows)
    for (index_t a = 0; a < modes; ++a)
      weight[a] = Eigen::numext::hypot(weight[a], size_beyond_rounding(eigen.vectors(row, a)));
  noisy_modes<Scalar> out;
  out.sites = std::move(window.sites);
  out.vectors = &eigen.vectors;
  out.center = center;
  out.column.resize(count);
  std::iota(out.column.begin(), out.column.end(), index_t(0));
  std::ranges::stable_sort(out.column, [&](index_t a, index_t b) { return weight[a] > weight[b]; });
  for (const index_t a : out.column) out.energies.push_back(eigen.values[a] - center);
  for (const index_t row : noisy_rows) {
    const real norm = eigen.vectors.row(row).norm();  // 1 up to rounding, which every kick would repeat
    for (const index_t a : out.column) out.amplitudes.push_back(eigen.vectors(row, a) / norm);
  }
  for (std::size_t a = 0; a < count; ++a) {
    real w = 0;
    for (std::size_t k = 0; k < support.size(); ++k)
      w = Eigen::numext::hypot(w, Eigen::numext::abs(out.amplitudes[k * count + a]));
    out.weight.push_back(w);
  }
  out.weight_beyond.assign(count + 1, real(0));
  for (std::size_t a = count; a-- > 0;)
    out.weight_beyond[a] = Eigen::numext::hypot(out.weight_beyond[a + 1], weight[out.column[a]]);
  std::vector<real> within(window.cuts.size(), real(0));  // of each cut bond
  out.edge.assign(count, real(0));
  out.edge_within.assign(count + 1, real(0));
  for (std::size_t a = 0; a < count; ++a)
    for (std::size_t cut = 0; cut < within.size(); ++cut) {
      const auto& [row, hopping] = window.cuts[cut];
      const real leaving = hopping * Eigen::numext::abs(eigen.vectors(row, out.column[a]));
      within[cut] = Eigen::numext::hypot(within[cut], leaving);
      out.edge[a] += leaving;
      out.edge_within[a + 1] += within[cut];
    }
  return out;
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar)                                                                         \
  where template noisy_modes<Scalar> order_modes(const eigensystem<Scalar>&, site_window<real_of_t<Scalar>>, \
                                                 std::span<const index_t>, real_of_t<Scalar>);
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson::detail
