// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/statistics/detail/archive.hpp>
#include <anderson/statistics/moments.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <istream>
#include <limits>
#include <ostream>
#include <stdexcept>

namespace anderson {

/// Statistics over groups of equal size: D realizations of K trajectories each. Trajectories of one realization share
/// their disorder, so they are not independent samples of the whole: errors come from the means of the realizations.
///
///     x_dk = mean + a_d + b_dk,    variance_between = <a^2>,    variance_within = <b^2>
///     Var(mean of all) = variance_between / D + variance_within / (D K)
///
/// Empty when default-constructed. Everything is elementwise, as in `moments`.
template <real_scalar Real = real_t>
class nested_moments {
public:
  using array_type = typename moments<Real>::array_type;
  using trajectories_type = moments<Real>;  ///< of one realization

  /// One realization.
  /// @throws std::invalid_argument  no trajectory, or not as many, or not as long ones, as in the realizations before.
  void add(const moments<Real>& trajectories);

  /// The realizations of both. Merging with an empty one gives the other, bit for bit.
  /// @throws std::invalid_argument  another number or length of trajectories.
  void merge(const nested_moments& other);

  index_t realizations() const noexcept { return means_.count(); }    ///< D
  index_t trajectories() const noexcept { return trajectories_; }     ///< K, per realization; 0 if empty
  const array_type& mean() const& noexcept { return means_.mean(); }  ///< mean of the realization means
  array_type mean() && { return means_.mean(); }

  /// Standard error of mean(): sqrt(Var(realization means) / D). If D = 1: the error of that realization's mean alone,
  /// sqrt(variance_within / K), which does not know about disorder; NaN if K = 1, too.
  array_type standard_error() const;

  /// Unbiased variance of trajectories within a realization, mean over realizations; NaN if K = 1.
  const array_type& variance_within() const& noexcept { return within_.mean(); }
  array_type variance_within() && { return within_.mean(); }

  /// Variance between realizations: Var(realization means) - variance_within / K, unbiased except that negative
  /// estimates are returned as 0. If K = 1 the two cannot be told apart and the sum of both is returned. NaN if D = 1.
  array_type variance_between() const;

  /// Writes all that is known, as text, exactly.
  void save(std::ostream& out) const requires std::floating_point<Real> {
    detail::save_word(out, "nested_moments");
    detail::save_number(out, trajectories_);
    means_.save(out);
    within_.save(out);
  }

  /// @throws std::runtime_error  not what save() has written.
  static nested_moments load(std::istream& in) requires std::floating_point<Real> {
    detail::expect_word(in, "nested_moments");
    nested_moments out;
    out.trajectories_ = detail::load_count(in, std::numeric_limits<index_t>::max());
    out.means_ = moments<Real>::load(in);
    out.within_ = moments<Real>::load(in);
    if (out.means_.count() != out.within_.count() || out.means_.mean().size() != out.within_.mean().size() ||
        (out.trajectories_ > 0) != (out.means_.count() > 0))
      throw std::runtime_error("anderson: saved statistics have realizations that do not belong together");
    return out;
  }

private:
  void check_trajectories(index_t count) const {
    detail::require(trajectories_ == 0 || count == trajectories_, "number of trajectories", count,
                    "the number in the realizations before");
  }

  index_t trajectories_ = 0;
  moments<Real> means_;   // of the realizations' means
  moments<Real> within_;  // of the realizations' variances
};

template <real_scalar Real>
void nested_moments<Real>::add(const moments<Real>& trajectories) {
  detail::require(trajectories.count() >= 1, "number of trajectories", trajectories.count(), "at least 1");
  check_trajectories(trajectories.count());
  const array_type within = trajectories.variance();
  means_.add({trajectories.mean().data(), static_cast<std::size_t>(trajectories.mean().size())});
  within_.add({within.data(), static_cast<std::size_t>(within.size())});
  trajectories_ = trajectories.count();
}

template <real_scalar Real>
void nested_moments<Real>::merge(const nested_moments& other) {
  if (other.realizations() == 0) return;
  check_trajectories(other.trajectories_);
  means_.merge(other.means_);
  within_.merge(other.within_);
  trajectories_ = other.trajectories_;
}

template <real_scalar Real>
auto nested_moments<Real>::standard_error() const -> array_type {
  if (realizations() == 1) return (within_.mean() / static_cast<Real>(trajectories_)).sqrt();
  return (means_.variance() / static_cast<Real>(realizations())).sqrt();
}

template <real_scalar Real>
auto nested_moments<Real>::variance_between() const -> array_type {
  array_type variance = means_.variance();
  if (trajectories_ < 2) return variance;
  variance -= within_.mean() / static_cast<Real>(trajectories_);
  return (variance < Real(0)).select(Real(0), variance);  // keeps NaN
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real) where template class nested_moments<Real>;
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

/// Trajectories per realization that give the smallest error in a given time:
///
///     K = sqrt( (c_d / c_t) (variance_within / variance_between) ),    rounded, at least 1
///
/// It minimizes (variance_between / D + variance_within / (D K)) times the cost D (c_d + K c_t).
///
/// @param cost_ratio  c_d / c_t: cost of preparing a realization over that of one trajectory, >= 0.
/// @returns  the largest index_t if the realizations do not differ (variance_between = 0 < variance_within cost_ratio).
/// @throws std::invalid_argument  an argument negative or NaN (unknown).
inline index_t suggested_trajectories(real_t variance_within, real_t variance_between, real_t cost_ratio) {
  detail::require(variance_within >= 0, "variance_within", variance_within, "variance_within >= 0");
  detail::require(variance_between >= 0, "variance_between", variance_between, "variance_between >= 0");
  detail::require(cost_ratio >= 0, "cost_ratio", cost_ratio, "cost_ratio >= 0");
  const real_t best = std::round(std::sqrt(cost_ratio * (variance_within / variance_between)));
  constexpr index_t most = std::numeric_limits<index_t>::max();
  if (best >= static_cast<real_t>(most)) return most;
  return best > 1 ? static_cast<index_t>(best) : 1;  // also if 0 / 0: no variance, nothing to gain
}

}  // namespace anderson
