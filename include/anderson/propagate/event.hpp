// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/propagate/detail/event_engine.hpp>
#include <anderson/propagate/detail/fixed_step.hpp>
#include <anderson/propagate/detail/mode_state.hpp>
#include <anderson/propagate/detail/mode_windows.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// One trajectory moved from kick to kick in the eigenbasis of h, without a time step:
///
///     U = ... exp(-i theta_2 P_{s_2}) exp(-i h (t_2 - t_1)) exp(-i theta_1 P_{s_1}) exp(-i h t_1),   P_s = |s><s|
///
/// exact up to rounding. O(active modes) per orbital and kick, with new phases for every flight; those are made for a
/// batch of kicks at once and shared by all orbitals.
template <class Realization>
class event_stepper {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using windows_type = detail::mode_windows<scalar_type>;

  event_stepper(Realization realization, std::shared_ptr<const windows_type> windows, real_t active_tolerance,
                const gaussian_state<real_type>& start)
      : event_stepper(std::move(realization), std::move(windows), active_tolerance, &start) {}

  real_t time() const noexcept { return time_; }
  const Realization& realization() const noexcept { return realization_; }
  /// Modes that are moved; the others have not felt the noise yet.
  index_t active_modes() const noexcept { return state().active(); }
  index_t events() const noexcept { return engine_.events(); }  ///< kicks since the start

  trajectory_snapshot<event_stepper> snapshot() const { return trajectory_snapshot(*this); }
  const vector_t<real_type>& occupations(index_t = 0) const { return state().occupations(0); }
  real_type initial_energy(index_t = 0) const { return state().initial_energy(0); }
  /// tr(C h), without leaving the eigenbasis.
  real_type energy(index_t = 0) const { return state().energy(0); }
  real_type absorbed_energy(index_t = 0) const { return state().absorbed_energy(0); }
  /// Phi in the site basis. Cost: one L x L times L x M product.
  const orbitals_t<real_type>& orbitals(index_t = 0) const { return state().orbitals(0); }
  auto local_densities(index_t = 0) const { return state().local_densities(0); }

  /// To the time `until`, through all kicks on the way and at `until` itself, also at 0; once there: nothing.
  /// @throws std::invalid_argument  until in the past or not finite; a path on other sites or at another time; a bad
  ///                                event, after which the trajectory is of no use.
  template <event_noise Noise, class Rng>
  void evolve(real_t until, noise_path<Noise, Rng>& path) {
    detail::check_until(until, time_);
    detail::check_same_sites(path.support(), state().support());
    if (path.time() != time_)  // the message is made on the heap
      detail::reject("time of the noise path", path.time(), "that of the stepper, " + detail::text(time_));
    constexpr std::size_t batch = 16;  // phases of 100 modes and a panel fit into the first-level cache
    const real_t from = time_;
    while (true) {
      detail::poll(time_ > from ? (time_ - from) / (until - from) : 0);
      batch_.clear();
      real_t now = time_;
      while (batch_.size() < batch) {
        const auto event = path.next_event(until);
        if (!event) break;
        batch_.push_back({event->time - now, event->site, event->angle});
        now = event->time;
      }
      const bool last = batch_.size() < batch;
      if (batch_.empty() && until == time_ && !engine_.kick_due()) return;  // nothing to do
      if (last) batch_.push_back({until - now, engine_.no_kick, 0});
      engine_.move(batch_);
      time_ = last ? until : now;
      if (last) return;
    }
  }

private:
  event_stepper(Realization realization, std::shared_ptr<const windows_type> windows, real_t active_tolerance,
                const gaussian_state<real_type>* start)
      : realization_(std::move(realization)),
        engine_(detail::mode_state<scalar_type>(std::move(windows), static_cast<real_type>(active_tolerance),
                                                std::span(&start, 1))) {}

  const detail::mode_state<scalar_type>& state() const noexcept { return engine_.state(); }

  Realization realization_;
  detail::event_engine<scalar_type> engine_;
  real_t time_ = 0;
  std::vector<noise_event> batch_;  // wait: flight before the kick
};

namespace detail {

/// What event_propagator prepares for one disorder realization.
template <class Realization>
struct prepared_event {
  Realization realization;
  std::shared_ptr<const mode_windows<typename Realization::scalar_type>> windows;
  real_t active_tolerance;

  event_stepper<Realization> start(const gaussian_state<typename Realization::real_type>& state) const {
    return {realization, windows, active_tolerance, state};
  }
};

}  // namespace detail

/// Kicks at random times, one after the other, for noise that offers events such as `reflections` and `kicks`: no time
/// step and no error of one. At gamma = 1 reflections come once in four units of time, where steps of dt = 0.1 would be
/// forty.
///
/// Which noise is physics: averages linear in C (energy, densities) are those of white noise of the same gamma;
/// averages of entropies are not. See kicks and split_propagator for active_tolerance.
struct event_propagator {
  real_t active_tolerance = 1e-10;  ///< on the orbitals, over the whole evolution, below 1; 0: all modes, whole lattice

  /// @throws std::invalid_argument  active_tolerance outside [0, 1).
  void check() const { detail::check_active_tolerance(active_tolerance); }

  /// @throws std::invalid_argument  bad active_tolerance or noisy sites.
  template <class Realization, event_noise Noise>
  detail::prepared_event<Realization> prepare(const Realization& realization, const Noise& noise) const {
    check();
    const std::span<const index_t> support = noise.support();
    detail::check_support(support, realization.size());
    return {realization, detail::windows_of(realization, support, active_tolerance > 0), active_tolerance};
  }
};

}  // namespace anderson
