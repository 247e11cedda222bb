// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/lazy.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/linalg/products.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
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

  index_t first;                         // the window is the sites first .. first + vectors.rows() - 1
  const matrix_t<Scalar>* vectors;       // of the window, as the eigensolver orders them
  std::vector<index_t> column;           // of mode a
  std::vector<real_type> energies;       // E_a, from `center` on
  std::vector<Scalar> amplitudes;        // <s_k|a> at [k * modes + a]
  std::vector<real_type> weight;         // sqrt(sum_k |<s_k|a>|^2)
  std::vector<real_type> weight_beyond;  // sqrt(sum_{b >= a} sum_k |<s_k|b>|^2), a = 0 .. modes
  std::vector<real_type> edge_within;    // sqrt(sum_{b < a} |<edge|b>|^2), summed over the cut bonds with |hopping|
  std::vector<real_type> edge;           // the same of mode a alone
  real_type center = 0;
  std::shared_ptr<const eigensystem<Scalar>> owned;  // of a window

  index_t modes() const { return std::ssize(energies); }
  index_t sites() const { return vectors->rows(); }

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

/// @param eigen    of the window, outlives the result.   @param hoppings  across the left and right end of the window,
///                 0 where it ends with the lattice.   @param center  subtracted from the energies.
template <scalar Scalar>
noisy_modes<Scalar> order_modes(const eigensystem<Scalar>& eigen, index_t first, std::span<const index_t> support,
                                std::pair<real_of_t<Scalar>, real_of_t<Scalar>> hoppings = {},
                                real_of_t<Scalar> center = 0) {
  using real = real_of_t<Scalar>;
  const index_t modes = eigen.values.size();
  const auto count = static_cast<std::size_t>(modes);
  vector_t<real> weight = vector_t<real>::Zero(modes);
  for (const index_t s : support)
    for (index_t a = 0; a < modes; ++a)
      weight[a] = Eigen::numext::hypot(weight[a], size_beyond_rounding(eigen.vectors(s - first, a)));
  noisy_modes<Scalar> out{first, &eigen.vectors, std::vector<index_t>(count), {}, {}, {}, {}, {}, {}, center, nullptr};
  std::iota(out.column.begin(), out.column.end(), index_t(0));
  std::ranges::stable_sort(out.column, [&](index_t a, index_t b) { return weight[a] > weight[b]; });
  for (const index_t a : out.column) out.energies.push_back(eigen.values[a] - center);
  for (const index_t s : support) {
    const real norm = eigen.vectors.row(s - first).norm();  // 1 up to rounding, which every kick would repeat
    for (const index_t a : out.column) out.amplitudes.push_back(eigen.vectors(s - first, a) / norm);
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
  out.edge_within.assign(count + 1, real(0));
  real left = 0, right = 0;
  for (std::size_t a = 0; a < count; ++a) {
    const real l = hoppings.first * Eigen::numext::abs(eigen.vectors(0, out.column[a]));
    const real r = hoppings.second * Eigen::numext::abs(eigen.vectors(modes - 1, out.column[a]));
    left = Eigen::numext::hypot(left, l);
    right = Eigen::numext::hypot(right, r);
    out.edge.push_back(l + r);
    out.edge_within[a + 1] = left + right;
  }
  return out;
}

/// The noisy modes of one disorder realization: of windows around the noisy sites that grow, by root 2 each, up to the
/// whole lattice. Each is computed when it is first asked for; any number of threads may ask. Windows need a chain, a
/// real h with a tridiagonal form; without one there is the lattice alone.
///
/// Energies are counted from a center of the spectrum, the same in all windows: a constant added to h turns all
/// orbitals alike, and would only cost digits of the phases E_a t.
template <class Realization>
class mode_windows {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using modes_type = noisy_modes<scalar_type>;

  mode_windows(Realization realization, std::span<const index_t> support, bool windows)
      : realization_(std::move(realization)), support_(support.begin(), support.end()) {
    if constexpr (has_chain)
      if (windows) chain_ = realization_.hamiltonian().tridiagonal_form();
    if (chain_) {
      center_ = middle(chain_->diagonal.minCoeff(), chain_->diagonal.maxCoeff());
      chain_->diagonal.array() -= center_;
      if (chain_->subdiagonal.size() > 0) hopping_ = chain_->subdiagonal.cwiseAbs().maxCoeff();
      for (index_t radius = 64; 3 * (width_of(radius)) < 2 * realization_.size(); radius = radius * 7 / 5)
        radii_.push_back(radius);
    }
    levels_ = std::vector<lazy<modes_type>>(radii_.size() + 1);
  }

  const Realization& realization() const noexcept { return realization_; }
  std::span<const index_t> support() const noexcept { return support_; }
  /// Of the bonds that a window may cut, the largest |hopping|: the unit of energy of what leaves it.
  real_type hopping() const noexcept { return hopping_; }
  /// Levels 0 .. last(); the last is the whole lattice.
  index_t last() const { return std::ssize(radii_); }

  /// Sites of a level: first, and one past the last.
  std::pair<index_t, index_t> sites(index_t level) const {
    if (level == last()) return {0, realization_.size()};
    const index_t radius = radii_[static_cast<std::size_t>(level)];
    const auto [low, high] = std::ranges::minmax(support_);
    return {std::max<index_t>(0, low - radius), std::min(realization_.size(), high + radius + 1)};
  }

  const modes_type& modes(index_t level) const {
    return levels_[static_cast<std::size_t>(level)].get([this, level] { return make(level); });
  }

private:
  static constexpr bool has_chain = real_scalar<scalar_type> && requires(const Realization& r) {
    r.hamiltonian().tridiagonal_form();
  };

  index_t width_of(index_t radius) const {
    const auto [low, high] = std::ranges::minmax(support_);
    return high - low + 1 + 2 * radius;
  }

  modes_type make(index_t level) const {
    if (level == last()) return whole();
    if constexpr (has_chain) {
      const auto [first, end] = sites(level);
      const index_t n = end - first;
      const auto hopping = [&](index_t bond) {
        return bond < 0 || bond >= chain_->subdiagonal.size() ? real_type(0)
                                                              : Eigen::numext::abs(chain_->subdiagonal[bond]);
      };
      const tridiagonal<real_type> window{chain_->diagonal.segment(first, n),
                                          chain_->subdiagonal.segment(first, n - 1)};
      auto eigen = std::make_shared<const eigensystem<scalar_type>>(diagonalize(window));
      modes_type out = order_modes(*eigen, first, support_, {hopping(first - 1), hopping(end - 1)});
      out.center = center_;
      out.owned = std::move(eigen);
      return out;
    } else {
      return whole();
    }
  }

  modes_type whole() const {
    const auto& eigen = realization_.eigensystem();
    const index_t n = eigen.values.size();
    return order_modes(eigen, 0, support_, {}, chain_ ? center_ : middle(eigen.values[0], eigen.values[n - 1]));
  }

  static real_type middle(real_type low, real_type high) { return low / 2 + high / 2; }

  Realization realization_;
  std::vector<index_t> support_;
  std::optional<tridiagonal<real_type>> chain_;  // less the center
  real_type center_ = 0, hopping_ = 0;           // of the chain
  std::vector<index_t> radii_;
  mutable std::vector<lazy<modes_type>> levels_;
};

}  // namespace anderson::detail
