// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace anderson {

/// Which profile's width a displacement is.
enum class displacement_of {
  probability,  ///< n_i, i.e. |U_ij|^2 for one particle: R -> sqrt((L^2 + 2) / 12) from the center at infinite time
  correlation   ///< C_ij = |U_ij|^2 / 4 of eq. (17), as eq. (18) is printed: half of the above
};

/// Root-mean-square displacement from a site   (paper eq. 18), for a state of one particle:
///
///     R(t) = sqrt( sum_i d(i, origin)^2 [ n_i(t) ] )
///
/// The average over noise and disorder is taken inside the root; the error is carried through it (delta method).
///
///     rms_displacement{chain, chain.center()}
template <class Lattice>
class rms_displacement {
  static_assert(metric_lattice<Lattice>,
                "rms_displacement needs a metric_lattice: squared_distance(i, j) on a lattice");

public:
  /// @throws std::invalid_argument  origin outside the lattice.
  rms_displacement(Lattice sites, index_t origin, displacement_of what = displacement_of::probability)
      : lattice_(std::move(sites)), origin_(origin), weight_(what == displacement_of::probability ? 1 : 0.25) {
    detail::require(0 <= origin && origin < lattice_.size(), "origin", origin,
                    "[0, " + std::to_string(lattice_.size()) + ")");
  }

  std::string name() const { return weight_ == 1 ? "rms_displacement" : "rms_displacement_of_correlation"; }

  /// @throws std::invalid_argument  another number of sites than the lattice's.
  index_t extent(index_t sites) const {
    if (sites != lattice_.size())
      detail::reject("size of the lattice of rms_displacement", lattice_.size(),
                     "the number of sites, " + std::to_string(sites));
    return 1;
  }

  /// The second moment; finish() takes the root of its average.
  template <linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    using real = typename Snapshot::real_type;
    const auto weight = [&](index_t i) { return static_cast<real>(weight_ * lattice_.squared_distance(i, origin_)); };
    if constexpr (has_weighted_density<Snapshot>) {
      vector_t<real> weights(now.size());
      for (index_t i = 0; i < weights.size(); ++i) weights[i] = weight(i);
      out[0] = now.weighted_density(weights);
    } else {
      out[0] = 0;
      if constexpr (has_local_densities<Snapshot>) {
        const auto& local = now.local_densities();
        for (index_t r = 0; r < local.values.size(); ++r)
          out[0] += weight(local.sites[static_cast<std::size_t>(r)]) * local.values[r];
      } else {
        const auto& n = now.densities();
        for (index_t i = 0; i < n.size(); ++i) out[0] += weight(i) * n[i];
      }
    }
  }

  /// 0 where rounding left less than 0: a sum over many resolvents may end at -1e-17 where nothing has moved.
  template <real_scalar Real>
  Real finish(Real second_moment) const {
    return Eigen::numext::sqrt(second_moment < 0 ? Real(0) : second_moment);  // keeps NaN
  }
  /// dR/d<x^2> = 1 / (2 R); 0 at R = 0, where the second moment has no spread either.
  template <real_scalar Real>
  Real finish_slope(Real second_moment) const {
    return second_moment > 0 ? 1 / (2 * Eigen::numext::sqrt(second_moment)) : Real(0);
  }

private:
  Lattice lattice_;
  index_t origin_;
  real_t weight_;
};

}  // namespace anderson
