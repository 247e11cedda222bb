// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// A recorded noise path, replayed: the same increments for every trajectory, for tests and to feed one path to two
/// propagators.
///
///     recorded_noise path{{3}, 0.1, phi};      // phi[step] for one site; phi[step * K + k] for K sites
///
/// Increments are integrated phases int zeta dt, in radians, one per step of length `step`. The propagator must take
/// exactly these steps: choose output times that are multiples of `step` and dt = step.
class recorded_noise {
public:
  /// @throws std::invalid_argument  bad sites, step <= 0, an increment that is not finite, or an incomplete last step.
  recorded_noise(std::vector<index_t> sites, real_t step, std::vector<real_t> phi)
      : sites_(std::move(sites)), step_(step), phi_(std::make_shared<const std::vector<real_t>>(std::move(phi))) {
    detail::check_support(sites_);
    detail::require(step > 0 && std::isfinite(step), "step of the recorded noise", step, "step > 0 and finite");
    detail::require(phi_->size() % sites_.size() == 0, "number of recorded increments", phi_->size(),
                    "a multiple of the number of noisy sites, " + std::to_string(sites_.size()));
    for (const real_t x : *phi_) detail::require(std::isfinite(x), "recorded increment", x, "finite");
  }

  std::span<const index_t> support() const noexcept { return sites_; }

  void restart(random_source auto& /*rng*/) noexcept { next_ = 0; }

  /// @throws std::invalid_argument  dt is not the recorded step, or the record has ended.
  void increments(real_t t, real_t dt, random_source auto& /*rng*/, std::span<real_t> phi) {
    // Output times such as 0.1 * 3 are not exact multiples of the step, and late ones less so.
    if (!(std::abs(dt - step_) <= std::max(1e-9 * step_, detail::time_rounding(t + dt, step_))))
      detail::reject("dt on a recorded noise path", dt, "the recorded step, " + detail::text(step_));
    detail::require(next_ + phi.size() <= phi_->size(), "time on a recorded noise path", t, "less than its length");
    for (real_t& x : phi) x = (*phi_)[next_++];
  }

private:
  std::vector<index_t> sites_;
  real_t step_;
  std::shared_ptr<const std::vector<real_t>> phi_;
  std::size_t next_ = 0;
};

/// Recorded kicks, replayed: the same events for every trajectory. See recorded_noise.
///
///     recorded_kicks path{{3}, {{.wait = 0.7, .site = 0, .angle = 3.14}}};
class recorded_kicks {
public:
  /// @param events  site: index into `sites`. After the last one nothing happens any more.
  /// @throws std::invalid_argument  bad sites; a negative wait, a site that is not there, an angle that is not finite.
  recorded_kicks(std::vector<index_t> sites, std::vector<noise_event> events)
      : sites_(std::move(sites)), events_(std::make_shared<const std::vector<noise_event>>(std::move(events))) {
    detail::check_support(sites_);
    for (const noise_event& e : *events_) detail::check_event(e, std::ssize(sites_));
  }

  std::span<const index_t> support() const noexcept { return sites_; }

  void restart(random_source auto& /*rng*/) noexcept { next_ = 0; }

  noise_event next_event(real_t /*t*/, random_source auto& /*rng*/) {
    if (next_ == events_->size()) return {std::numeric_limits<real_t>::infinity(), 0, 0};
    return (*events_)[next_++];
  }

private:
  std::vector<index_t> sites_;
  std::shared_ptr<const std::vector<noise_event>> events_;
  std::size_t next_ = 0;
};

}  // namespace anderson
