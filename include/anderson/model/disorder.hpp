// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/random/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// Independent w_i, uniform on [-W, W]: full width 2 W   (paper below eq. 1).
class uniform_disorder {
public:
  /// @param strength  W >= 0, in units of energy.   @throws std::invalid_argument  W negative or not finite.
  explicit uniform_disorder(real_t strength) : strength_(strength) {
    detail::require(strength >= 0 && std::isfinite(strength), "disorder", strength, "disorder >= 0 and finite");
  }

  real_t strength() const noexcept { return strength_; }

  /// Draws w_0, w_1, ... in this order, one random number each: the same stream at another W gives the same sample,
  /// rescaled.
  void draw(random_source auto& rng, std::span<real_t> onsite) const {
    for (real_t& w : onsite) w = uniform(rng, -strength_, strength_);
  }

private:
  real_t strength_;
};

/// One fixed potential for every realization, so that one sample can be reproduced anywhere.
class given_potential {
public:
  /// @param onsite  w_i for all sites, finite.   @throws std::invalid_argument  an entry is not finite.
  explicit given_potential(std::vector<real_t> onsite) : onsite_(std::move(onsite)) {
    for (std::size_t i = 0; i < onsite_.size(); ++i)
      detail::require(std::isfinite(onsite_[i]), "potential[" + std::to_string(i) + "]", onsite_[i], "finite");
  }

  /// @throws std::invalid_argument  the potential is given for another number of sites.
  void check(index_t sites) const {
    detail::require(std::ssize(onsite_) == sites, "length of the potential", onsite_.size(),
                    "the number of sites, " + std::to_string(sites));
  }

  void draw(random_source auto& /*rng*/, std::span<real_t> onsite) const {
    check(std::ssize(onsite));
    std::ranges::copy(onsite_, onsite.begin());
  }

private:
  std::vector<real_t> onsite_;
};

}  // namespace anderson
