// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/detail/lazy.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/propagate/detail/noisy_modes.hpp>
#include <anderson/propagate/detail/site_window.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson::detail {

/// The noisy modes of one disorder realization: of windows around the noisy sites that grow, by root 2 each, up to the
/// whole lattice. Each is computed when it is first asked for; any number of threads may ask. Whoever asks sees lists
/// of sites and of cut bonds; only here they are parts of a chain, since the eigensystem of such a part is cheap:
/// without a tridiagonal form of a real h there is the lattice alone.
///
/// Energies are counted from a center of the spectrum, the same in all windows: a constant added to h turns all
/// orbitals alike, and would only cost digits of the phases E_a t.
template <scalar Scalar>
class mode_windows {
public:
  using real_type = real_of_t<Scalar>;
  using modes_type = noisy_modes<Scalar>;
  using whole_type = std::function<const eigensystem<Scalar>&()>;

  /// @param whole  gives the eigensystem of the lattice when it is asked for.   @param chain  nullopt: no windows.
  [[gnu::cold]] mode_windows(index_t size, whole_type whole, std::optional<tridiagonal<real_type>> chain,
                             std::span<const index_t> support, memory_limit limit = {});

  index_t size() const noexcept { return size_; }
  std::span<const index_t> support() const noexcept { return support_; }
  /// Of the bonds that a window may cut, the largest |hopping|: the unit of energy of what leaves it.
  real_type hopping() const noexcept { return hopping_; }
  /// Levels 0 .. last(); the last is the whole lattice.
  index_t last() const { return std::ssize(radii_); }

  /// Sites of a level, and the bonds that it cuts.
  [[gnu::cold]] site_window<real_type> window(index_t level) const;

  /// The first level that has all sites of a list of flags.
  [[gnu::cold]] index_t level_of(std::span<const char> sites) const;

  const modes_type& modes(index_t level) const;

private:
  index_t width_of(index_t radius) const {
    const auto [low, high] = std::ranges::minmax(support_);
    return high - low + 1 + 2 * radius;
  }

  std::pair<index_t, index_t> part(index_t level) const {
    const index_t radius = radii_[static_cast<std::size_t>(level)];
    const auto [low, high] = std::ranges::minmax(support_);
    return {std::max<index_t>(0, low - radius), std::min(size_, high + radius + 1)};
  }

  [[gnu::cold]] modes_type make(index_t level) const;

  [[gnu::cold]] modes_type whole() const;

  static real_type middle(real_type low, real_type high) { return low / 2 + high / 2; }

  index_t size_;
  whole_type whole_;
  std::vector<index_t> support_;
  memory_limit limit_;
  std::optional<tridiagonal<real_type>> chain_;  // less the center
  real_type center_ = 0, hopping_ = 0;           // of the chain
  std::vector<index_t> radii_;
  mutable std::vector<lazy<modes_type>> levels_;
};

template <scalar Scalar>
mode_windows<Scalar>::mode_windows(index_t size, whole_type whole, std::optional<tridiagonal<real_type>> chain,
                                   std::span<const index_t> support, memory_limit limit)
    : size_(size),
      whole_(std::move(whole)),
      support_(support.begin(), support.end()),
      limit_(limit),
      chain_(std::move(chain)) {
  if (chain_) {
    center_ = middle(chain_->diagonal.minCoeff(), chain_->diagonal.maxCoeff());
    chain_->diagonal.array() -= center_;
    if (chain_->subdiagonal.size() > 0) hopping_ = chain_->subdiagonal.cwiseAbs().maxCoeff();
    for (index_t radius = 64; 3 * (width_of(radius)) < 2 * size_; radius = radius * 7 / 5) radii_.push_back(radius);
  }
  levels_ = std::vector<lazy<modes_type>>(radii_.size() + 1);
}

template <scalar Scalar>
auto mode_windows<Scalar>::level_of(std::span<const char> sites) const -> index_t {
  std::vector<index_t> wanted;
  for (index_t i = 0; i < size_; ++i)
    if (sites[static_cast<std::size_t>(i)] != 0) wanted.push_back(i);
  index_t level = 0;
  while (level < last() && !std::ranges::includes(window(level).sites, wanted)) ++level;
  return level;
}

template <scalar Scalar>
auto mode_windows<Scalar>::window(index_t level) const -> site_window<real_type> {
  if (level == last()) return consecutive_sites<real_type>(0, size_);
  const auto [first, end] = part(level);
  return part_of_chain(*chain_, first, end);
}

template <scalar Scalar>
auto mode_windows<Scalar>::modes(index_t level) const -> const modes_type& {
  return levels_[static_cast<std::size_t>(level)].get([this, level] { return make(level); });
}

template <scalar Scalar>
auto mode_windows<Scalar>::make(index_t level) const -> modes_type {
  if (level == last()) return whole();
  if constexpr (real_scalar<Scalar>) {
    const auto [first, end] = part(level);
    check_memory(limit_, 3 * matrix_bytes<Scalar>(end - first), "the eigensystem of a window", end - first,
                 matrix_free);
    auto eigen = std::make_shared<const eigensystem<Scalar>>(diagonalize(tridiagonal<real_type>{
        chain_->diagonal.segment(first, end - first), chain_->subdiagonal.segment(first, end - first - 1)}));
    modes_type out = order_modes(*eigen, window(level), support_);
    out.center = center_;
    out.owned = std::move(eigen);
    return out;
  } else {
    return whole();
  }
}

template <scalar Scalar>
auto mode_windows<Scalar>::whole() const -> modes_type {
  const eigensystem<Scalar>& eigen = whole_();
  const index_t n = eigen.values.size();
  return order_modes(eigen, window(last()), support_, chain_ ? center_ : middle(eigen.values[0], eigen.values[n - 1]));
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar) where template class mode_windows<Scalar>;
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

/// @param windows  false: the lattice alone.
/// @throws std::invalid_argument  the lattice alone, and its eigensystem takes more than the memory_limit.
template <class Realization>
auto windows_of(const Realization& realization, std::span<const index_t> support, bool windows) {
  using scalar_type = typename Realization::scalar_type;
  std::optional<tridiagonal<real_of_t<scalar_type>>> chain;
  if constexpr (has_tridiagonal_form<std::decay_t<decltype(realization.hamiltonian())>>)
    if (windows) chain = realization.hamiltonian().tridiagonal_form();
  auto out = std::make_shared<const mode_windows<scalar_type>>(
      realization.size(), [realization]() -> const eigensystem<scalar_type>& { return realization.eigensystem(); },
      std::move(chain), support, realization.memory_limit());
  if (out->last() == 0) realization.check_eigensystem();  // it will be needed
  return out;
}

}  // namespace anderson::detail
