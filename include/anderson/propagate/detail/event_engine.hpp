// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/sincos.hpp>
#include <anderson/propagate/detail/kick_pass.hpp>
#include <anderson/propagate/detail/mode_state.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson::detail {

/// The flights and kicks of event_stepper, for one trajectory in eigenmodes.
template <scalar Scalar>
class event_engine {
public:
  using real_type = real_of_t<Scalar>;
  static constexpr index_t no_kick = -1;  // site at the end of an evolution

  explicit event_engine(mode_state<Scalar> state) : state_(std::move(state)) {}

  const mode_state<Scalar>& state() const noexcept { return state_; }
  index_t events() const noexcept { return events_; }            ///< kicks since the start
  bool kick_due() const noexcept { return kicked_ != no_kick; }  ///< left to the next flight

  /// Through the flights and kicks of the batch. Its last kick is left to the next flight; the modes that wake in
  /// between have no part in its amplitude, but are kicked: the bound of mode_state allows for that if it counts twice.
  /// @param batch  wait: flight before the kick.
  void move(std::span<const noise_event> batch);

private:
  using pack = lanes<real_type>;
  using complex_pack = complex_lanes<real_type>;

  /// e^{-i E_a tau} of the active modes, one flight after the other.
  void set_phases(std::span<const noise_event> batch);

  mode_state<Scalar> state_;
  index_t events_ = 0;
  index_t kicked_ = no_kick;         // site of the kick that is due
  real_type size_due_ = 0;           // |e^{-i theta} - 1| of that kick
  std::vector<complex_pack> gains_;  // of that kick, for every panel
  std::vector<complex_pack> kicks_;  // e^{-i theta} - 1
  std::vector<real_type> angles_, cosines_, sines_;
};

template <scalar Scalar>
void event_engine<Scalar>::move(std::span<const noise_event> batch) {
  real_type duration = 0, sum = size_due_;
  kicks_.clear();
  for (const noise_event& e : batch) {
    const std::common_type_t<real_t, real_type> theta = e.angle, half = std::sin(theta / 2);
    kicks_.push_back({pack::fill(static_cast<real_type>(-2 * half * half)),  // e^{-i theta} - 1
                      pack::fill(static_cast<real_type>(-std::sin(theta)))});
    duration += static_cast<real_type>(e.wait);
    size_due_ = static_cast<real_type>(2 * std::abs(half));
    sum += size_due_;
    events_ += e.site == no_kick ? 0 : 1;
  }
  state_.expect(duration, sum);
  set_phases(batch);
  gains_.resize(static_cast<std::size_t>(state_.panels().panels()));
  const auto& modes = state_.modes();
  const index_t active = state_.active();
  const auto amplitudes = [&](index_t k) { return modes.amplitudes.data() + std::max<index_t>(k, 0) * modes.modes(); };
  for (index_t p = 0; p < state_.panels().panels(); ++p) {
    complex_pack& gain = gains_[static_cast<std::size_t>(p)];
    const Scalar* before = amplitudes(kicked_);
    flight_phases<real_type> flight{cosines_.data(), sines_.data()};
    for (std::size_t j = 0; j < batch.size(); ++j) {
      const Scalar* after = amplitudes(batch[j].site);
      gain = kicks_[j] * kick_pass(state_.panels().panel(p), active, flight, before, after, gain);
      flight.cosine += active;
      flight.sine += active;
      before = after;
    }
  }
  kicked_ = batch.back().site;
}

template <scalar Scalar>
void event_engine<Scalar>::set_phases(std::span<const noise_event> batch) {
  const auto active = static_cast<std::size_t>(state_.active());
  if (angles_.size() < active * batch.size()) {
    angles_.resize(active * batch.size());
    cosines_.resize(angles_.size());
    sines_.resize(angles_.size());
  }
  for (std::size_t j = 0; j < batch.size(); ++j)
    for (std::size_t a = 0; a < active; ++a)
      angles_[j * active + a] = -state_.modes().energies[a] * static_cast<real_type>(batch[j].wait);
  sincos(angles_.data(), sines_.data(), cosines_.data(), static_cast<index_t>(active * batch.size()));
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar) where template class event_engine<Scalar>;
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson::detail
