// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/statistics/reduction_tree.hpp>

namespace anderson {

/// A statistic over disorder realizations, made from one over the trajectories of each: `nested_moments` from
/// `moments`, `nested_samples` from `samples`, or a user's own pair.
template <class S>
concept nested_statistic = mergeable<S> && mergeable<typename S::trajectories_type> &&
    requires(S& s, const typename S::trajectories_type& realization) {
  s.add(realization);
};

}  // namespace anderson
