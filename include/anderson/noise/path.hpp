// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/random/philox.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace anderson {

/// An event of a noise path.
struct path_event {
  real_t time;   ///< since the start of the path
  index_t site;  ///< k: the kicked site is support()[k]
  real_t angle;  ///< radians
};

/// One path of a noise: a copy of the noise, restarted, with the random numbers that it draws from. What evolves along
/// it asks for nothing else:
///
///     noise_path path(noise, philox(seed, {purpose::noise, d, k}));   // trajectory k of disorder realization d
///     stepper.evolve(10.0, path);
///
/// A path goes forward only, from time 0, and with one stepper. A copy has the same future, to feed it to another one.
template <local_noise Noise, random_source Rng = philox>
class noise_path {
public:
  noise_path(Noise noise, Rng rng) : noise_(std::move(noise)), rng_(std::move(rng)) { noise_.restart(rng_); }

  std::span<const index_t> support() const { return noise_.support(); }
  const Noise& noise() const noexcept { return noise_; }

  /// phi[k] = int_t^{t+dt} zeta_k(s) ds; calls follow each other without gap in t.
  void increments(real_t t, real_t dt, std::span<real_t> phi) requires increment_noise<Noise> {
    noise_.increments(t, dt, rng_, phi);
  }

  /// The next event, if there is one up to the time `until` and at it; otherwise the path is there.
  /// @throws std::invalid_argument  a bad event of the noise, or 1e6 at one instant.
  std::optional<path_event> next_event(real_t until) requires event_noise<Noise> {
    if (!pending_) {
      const noise_event drawn = noise_.next_event(last_event_, rng_);
      detail::check_event(drawn, std::ssize(support()));
      pending_ = drawn;
    }
    const real_t when = last_event_ + pending_->wait;
    if (!(when <= until) || std::isinf(when)) {  // infinity: never
      time_ = std::max(time_, until);
      return std::nullopt;
    }
    at_once_ = when > last_event_ ? 0 : at_once_ + 1;
    if (at_once_ > most_at_once)
      detail::reject("waiting time of a noise event", pending_->wait,
                     "long enough to let time pass, which stands at " + detail::text(when) + " since 1e6 events");
    const path_event event{when, pending_->site, pending_->angle};
    time_ = last_event_ = when;
    pending_.reset();
    return event;
  }

  /// The last event taken, or how far the path was asked about without one.
  real_t time() const noexcept requires event_noise<Noise> { return time_; }

private:
  static constexpr index_t most_at_once = 1000000;

  Noise noise_;
  Rng rng_;
  real_t time_ = 0, last_event_ = 0;
  std::optional<noise_event> pending_;  // drawn, not yet reached
  index_t at_once_ = 0;
};

}  // namespace anderson
