// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/sincos.hpp>
#include <anderson/noise/support.hpp>
#include <anderson/propagate/fixed_step.hpp>
#include <anderson/propagate/kick_pass.hpp>
#include <anderson/propagate/mode_state.hpp>
#include <anderson/propagate/noisy_modes.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
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
  using windows_type = detail::mode_windows<Realization>;

  event_stepper(std::shared_ptr<const windows_type> windows, real_t active_tolerance,
                const gaussian_state<real_type>& start)
      : event_stepper(std::move(windows), active_tolerance, &start) {}

  real_t time() const noexcept { return time_; }
  const Realization& realization() const noexcept { return state_.realization(); }
  /// Modes that are moved; the others have not felt the noise yet.
  index_t active_modes() const noexcept { return state_.active(); }
  index_t events() const noexcept { return events_; }  ///< kicks since the start

  trajectory_snapshot<event_stepper> snapshot() const { return trajectory_snapshot(*this); }
  const vector_t<real_type>& occupations(index_t = 0) const { return state_.occupations(0); }
  real_type initial_energy(index_t = 0) const { return state_.initial_energy(0); }
  /// tr(C h), without leaving the eigenbasis.
  real_type energy(index_t = 0) const { return state_.energy(0); }
  real_type absorbed_energy(index_t = 0) const { return state_.absorbed_energy(0); }
  /// Phi in the site basis. Cost: one L x L times L x M product.
  const orbitals_t<real_type>& orbitals(index_t = 0) const { return state_.orbitals(0); }
  auto local_densities(index_t = 0) const { return state_.local_densities(0); }

  /// To the time `until`, through all kicks on the way and at `until` itself, also at 0; once there: nothing.
  /// @throws std::invalid_argument  until in the past or not finite; a noise on other sites; a bad event, after which
  ///                                the trajectory is of no use.
  template <event_noise Noise, class Rng>
  void evolve(real_t until, Noise& noise, Rng& rng) {
    detail::check_until(until, time_);
    detail::check_same_sites(noise.support(), state_.support());
    constexpr std::size_t batch = 16;  // phases of 100 modes and a panel fit into the first-level cache
    const real_t from = time_;
    while (true) {
      detail::poll((time_ - from) / (until - from));
      batch_.clear();
      real_t now = time_;
      while (batch_.size() < batch) {
        if (!pending_) {
          const noise_event next = noise.next_event(last_event_, rng);
          detail::check_event(next, std::ssize(state_.support()));
          pending_ = next;
        }
        const real_t when = last_event_ + pending_->wait;
        if (!(when <= until)) break;
        at_once_ = when > last_event_ ? 0 : at_once_ + 1;
        if (at_once_ > most_at_once)
          detail::reject("waiting time of a noise event", pending_->wait,
                         "long enough to let time pass, which stands at " + detail::text(when) + " since 1e6 events");
        batch_.push_back({when - now, pending_->site, pending_->angle});
        last_event_ = now = when;
        pending_.reset();
      }
      const bool last = batch_.size() < batch;
      if (batch_.empty() && until == time_ && kicked_ == no_kick) return;  // nothing to do
      if (last) batch_.push_back({until - now, no_kick, 0});
      move();
      time_ = last ? until : now;
      if (last) return;
    }
  }

private:
  event_stepper(std::shared_ptr<const windows_type> windows, real_t active_tolerance,
                const gaussian_state<real_type>* start)
      : state_(std::move(windows), static_cast<real_type>(active_tolerance), std::span(&start, 1)) {}

  using pack = detail::lanes<real_type>;
  using complex_pack = detail::complex_lanes<real_type>;

  static constexpr index_t no_kick = -1;  // site at the end of an evolution
  static constexpr index_t most_at_once = 1000000;

  /// Through the flights and kicks of the batch. Its last kick is left to the next flight; the modes that wake in
  /// between have no part in its amplitude, but are kicked: the bound of mode_state allows for that if it counts twice.
  void move() {
    real_type duration = 0, sum = size_due_;
    kicks_.clear();
    for (const noise_event& e : batch_) {
      const std::common_type_t<real_t, real_type> theta = e.angle, half = std::sin(theta / 2);
      kicks_.push_back({pack::fill(static_cast<real_type>(-2 * half * half)),  // e^{-i theta} - 1
                        pack::fill(static_cast<real_type>(-std::sin(theta)))});
      duration += static_cast<real_type>(e.wait);
      size_due_ = static_cast<real_type>(2 * std::abs(half));
      sum += size_due_;
      events_ += e.site == no_kick ? 0 : 1;
    }
    state_.expect(duration, sum);
    set_phases();
    gains_.resize(static_cast<std::size_t>(state_.panels().panels()));
    const auto& modes = state_.modes();
    const index_t active = state_.active();
    const auto amplitudes = [&](index_t k) {
      return modes.amplitudes.data() + std::max<index_t>(k, 0) * modes.modes();
    };
    for (index_t p = 0; p < state_.panels().panels(); ++p) {
      complex_pack& gain = gains_[static_cast<std::size_t>(p)];
      const scalar_type* before = amplitudes(kicked_);
      detail::flight_phases<real_type> flight{cosines_.data(), sines_.data()};
      for (std::size_t j = 0; j < batch_.size(); ++j) {
        const scalar_type* after = amplitudes(batch_[j].site);
        gain = kicks_[j] * detail::kick_pass(state_.panels().panel(p), active, flight, before, after, gain);
        flight.cosine += active;
        flight.sine += active;
        before = after;
      }
    }
    kicked_ = batch_.back().site;
  }

  /// e^{-i E_a tau} of the active modes, one flight after the other.
  void set_phases() {
    const auto active = static_cast<std::size_t>(state_.active());
    if (angles_.size() < active * batch_.size()) {
      angles_.resize(active * batch_.size());
      cosines_.resize(angles_.size());
      sines_.resize(angles_.size());
    }
    for (std::size_t j = 0; j < batch_.size(); ++j)
      for (std::size_t a = 0; a < active; ++a)
        angles_[j * active + a] = -state_.modes().energies[a] * static_cast<real_type>(batch_[j].wait);
    detail::sincos(angles_.data(), sines_.data(), cosines_.data(), static_cast<index_t>(active * batch_.size()));
  }

  detail::mode_state<Realization> state_;
  real_t time_ = 0, last_event_ = 0;
  std::optional<noise_event> pending_;  // drawn, not yet reached
  index_t events_ = 0, at_once_ = 0;
  index_t kicked_ = no_kick;         // site of the kick that is due
  real_type size_due_ = 0;           // |e^{-i theta} - 1| of that kick
  std::vector<complex_pack> gains_;  // of that kick, for every panel
  std::vector<noise_event> batch_;   // wait: flight before the kick
  std::vector<complex_pack> kicks_;  // e^{-i theta} - 1
  std::vector<real_type> angles_, cosines_, sines_;
};

namespace detail {

/// What event_propagator prepares for one disorder realization.
template <class Realization>
struct prepared_events {
  std::shared_ptr<const mode_windows<Realization>> windows;
  real_t active_tolerance;

  event_stepper<Realization> start(const gaussian_state<typename Realization::real_type>& state) const {
    return {windows, active_tolerance, state};
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
  detail::prepared_events<Realization> prepare(const Realization& realization, const Noise& noise) const {
    check();
    const std::span<const index_t> support = noise.support();
    detail::check_support(support, realization.size());
    return {std::make_shared<const detail::mode_windows<Realization>>(realization, support, active_tolerance > 0),
            active_tolerance};
  }
};

}  // namespace anderson
