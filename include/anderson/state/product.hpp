// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

namespace detail {

/// One orbital on each of the given sites.
template <class Real>
orbitals_t<Real> site_orbitals(index_t size, std::span<const index_t> sites) {
  orbitals_t<Real> phi = orbitals_t<Real>::Zero(size, std::ssize(sites));
  for (index_t m = 0; m < phi.cols(); ++m) phi(sites[static_cast<std::size_t>(m)], m) = 1;
  return phi;
}

}  // namespace detail

/// Product state with given densities: C = diag(n). Entries 0 and 1 are the paper's product states (above its Fig. 2);
/// entries between are uncorrelated mixed states.
class product_state {
public:
  /// @throws std::invalid_argument  an occupation outside [0, 1].
  explicit product_state(std::vector<real_t> occupations) : n_(std::move(occupations)) {
    for (std::size_t i = 0; i < n_.size(); ++i)
      detail::require(0 <= n_[i] && n_[i] <= 1, "occupations[" + std::to_string(i) + "]", n_[i], "[0, 1]");
  }

  /// @throws std::invalid_argument  given for another number of sites.
  void check(index_t sites) const {
    detail::require(std::ssize(n_) == sites, "number of occupations", n_.size(),
                    "the number of sites, " + std::to_string(sites));
  }

  template <class Realization>
  auto prepare(const Realization& realization, auto& /*rng*/) const {
    check(realization.size());
    using real_type = typename Realization::real_type;
    std::vector<index_t> sites;
    for (index_t i = 0; i < std::ssize(n_); ++i)
      if (n_[static_cast<std::size_t>(i)] > 0) sites.push_back(i);
    vector_t<real_type> occupations(std::ssize(sites));
    for (index_t m = 0; m < occupations.size(); ++m)
      occupations[m] = static_cast<real_type>(n_[static_cast<std::size_t>(sites[static_cast<std::size_t>(m)])]);
    return gaussian_state<real_type>(detail::trusted{}, detail::site_orbitals<real_type>(realization.size(), sites),
                                     std::move(occupations));
  }

private:
  std::vector<real_t> n_;
};

/// The two ensembles of random product states. The paper does not say which it used; they saturate at different
/// entropies at finite L, with the same limit.
enum class particle_number {
  fixed,       ///< N particles on a uniformly random set of sites
  fluctuating  ///< each site occupied independently with probability N / L
};

/// A random product state of occupied and empty sites, a new one for every trajectory   (paper, Fig. 2).
struct random_product_state {
  std::optional<index_t> particles = {};  ///< N in [0, L]; half filling L/2 unless given
  particle_number number = particle_number::fixed;

  /// @throws std::invalid_argument  particles outside [0, L].
  void check(index_t sites) const { detail::filling(particles, sites); }

  template <class Realization>
  auto prepare(const Realization& realization, random_source auto& rng) const {
    using real_type = typename Realization::real_type;
    const index_t size = realization.size(), n = detail::filling(particles, size);
    std::vector<index_t> sites;
    if (number == particle_number::fixed) {
      sites = sample_without_replacement(rng, size, n);
    } else {
      const real_t probability =
          particles ? static_cast<real_t>(n) / static_cast<real_t>(size) : 0.5;  // 1/2 also for odd L
      for (index_t i = 0; i < size; ++i)
        if (uniform01(rng) <= probability) sites.push_back(i);
    }
    return gaussian_state<real_type>(detail::trusted{}, detail::site_orbitals<real_type>(size, sites));
  }
};

/// One particle on one site: the excitation whose spreading eq. (17) describes, C_ij = |U_ij|^2 / 4 with j = site.
struct localized_excitation {
  index_t site;

  /// @throws std::invalid_argument  site outside [0, L).
  void check(index_t sites) const {
    detail::require(0 <= site && site < sites, "site of the excitation", site, "[0, " + std::to_string(sites) + ")");
  }

  template <class Realization>
  auto prepare(const Realization& realization, auto& /*rng*/) const {
    check(realization.size());
    using real_type = typename Realization::real_type;
    return gaussian_state<real_type>(
        detail::trusted{}, detail::site_orbitals<real_type>(realization.size(), std::span<const index_t>(&site, 1)));
  }
};

}  // namespace anderson
