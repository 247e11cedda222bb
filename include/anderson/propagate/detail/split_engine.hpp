// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/sincos.hpp>
#include <anderson/propagate/detail/fixed_step.hpp>
#include <anderson/propagate/detail/kick_block.hpp>
#include <anderson/propagate/detail/kick_pass.hpp>
#include <anderson/propagate/detail/mode_state.hpp>

#include <algorithm>
#include <concepts>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson::detail {

/// The Strang steps of split_stepper, for trajectories in eigenmodes. One noisy site is kicked by blocks of steps (see
/// kick_block), several step by step (see kick_pass).
template <scalar Scalar>
class split_engine {
public:
  using real_type = real_of_t<Scalar>;

  explicit split_engine(mode_state<Scalar> state) : state_(std::move(state)) {}

  const mode_state<Scalar>& state() const noexcept { return state_; }

  /// Steps of length tau with increments phi[(step * K + k) * trajectories + j]; does nothing without them.
  void advance(real_t tau, std::span<const real_t> phi);

private:
  using pack = lanes<real_type>;
  using complex_pack = complex_lanes<real_type>;
  using phase_type = std::conditional_t<std::same_as<real_type, float>, real_t, real_type>;

  /// e^{-i phi} - 1, as the increments are ordered.
  void set_kicks(std::span<const real_t> phi);

  /// Of the trajectory that has most: sum of |e^{-i phi} - 1| <= |cos phi - 1| + |sin phi|.
  real_type sum_of_kicks();

  void set_phases(real_type tau);

  /// One noisy site: blocks of steps. Several: half a flight, kicks, then (flight, kicks) ..., half a flight.
  void move_panel(index_t p, index_t steps);

  mode_state<Scalar> state_;
  // workspace
  std::size_t kicks_ = 0;
  real_type tau_ = std::numeric_limits<real_type>::quiet_NaN();  // of the phases; none yet
  const void* phases_of_ = nullptr;
  kick_block<real_type> block_;
  std::vector<phase_type> angles_, cosines_;
  std::vector<real_type> kick_re_, kick_im_, sums_;
  std::vector<real_type> phase_angles_, half_cosine_, half_sine_, full_cosine_, full_sine_;
  std::vector<complex_pack> gains_, amplitudes_;
};

template <scalar Scalar>
void split_engine<Scalar>::advance(real_t tau, std::span<const real_t> phi) {
  const std::size_t per_step = state_.support().size() * static_cast<std::size_t>(state_.trajectories());
  check_increments(phi.size(), per_step);
  if (phi.empty()) return;
  set_kicks(phi);
  const auto steps = static_cast<index_t>(phi.size() / per_step);
  state_.expect(static_cast<real_type>(tau) * static_cast<real_type>(steps), sum_of_kicks());
  const auto& modes = state_.modes();
  if (state_.support().size() == 1)
    block_.prepare(std::span(modes.energies), modes.amplitudes.data(), state_.active(), static_cast<real_type>(tau),
                   steps);
  else
    set_phases(static_cast<real_type>(tau));
  const index_t panels = state_.panels().panels();
  for (index_t p = 0; p < panels; ++p) {
    if (p > 0) poll(static_cast<double>(p) / static_cast<double>(panels));
    move_panel(p, steps);
  }
}

template <scalar Scalar>
void split_engine<Scalar>::set_kicks(std::span<const real_t> phi) {
  if (kick_re_.size() < phi.size()) {
    angles_.resize(phi.size());
    cosines_.resize(phi.size());
    kick_re_.resize(phi.size());
    kick_im_.resize(phi.size());
  }
  for (std::size_t j = 0; j < phi.size(); ++j) angles_[j] = -static_cast<phase_type>(phi[j]);
  sincos(angles_.data(), angles_.data(), cosines_.data(), std::ssize(phi));
  for (std::size_t j = 0; j < phi.size(); ++j) {
    kick_re_[j] = static_cast<real_type>(cosines_[j] - 1);
    kick_im_[j] = static_cast<real_type>(angles_[j]);
  }
  kicks_ = phi.size();
}

template <scalar Scalar>
auto split_engine<Scalar>::sum_of_kicks() -> real_type {
  const auto count = static_cast<std::size_t>(state_.trajectories());
  sums_.assign(count, real_type(0));
  for (std::size_t j = 0; j < kicks_; j += count)
    for (std::size_t t = 0; t < count; ++t)
      sums_[t] += Eigen::numext::abs(kick_re_[j + t]) + Eigen::numext::abs(kick_im_[j + t]);
  return *std::max_element(sums_.begin(), sums_.end());
}

template <scalar Scalar>
void split_engine<Scalar>::set_phases(real_type tau) {
  const auto& energies = state_.modes().energies;
  if (tau == tau_ && &state_.modes() == phases_of_) return;
  const std::size_t n = energies.size();
  for (auto* v : {&phase_angles_, &half_cosine_, &half_sine_, &full_cosine_, &full_sine_}) v->resize(n);
  for (std::size_t a = 0; a < n; ++a) phase_angles_[a] = -energies[a] * tau / 2;
  sincos(phase_angles_.data(), half_sine_.data(), half_cosine_.data(), static_cast<index_t>(n));
  for (std::size_t a = 0; a < n; ++a) phase_angles_[a] = -energies[a] * tau;
  sincos(phase_angles_.data(), full_sine_.data(), full_cosine_.data(), static_cast<index_t>(n));
  tau_ = tau;
  phases_of_ = &state_.modes();
}

template <scalar Scalar>
void split_engine<Scalar>::move_panel(index_t p, index_t steps) {
  auto& panels = state_.panels();
  const index_t* lane = panels.trajectory(p);
  auto* x = panels.panel(p);
  const index_t count = state_.trajectories(), sites = std::ssize(state_.support());
  const bool shared = std::all_of(lane, lane + panels.width, [lane](index_t k) { return k == lane[0]; });
  const auto kick = [&](index_t j) {
    const real_type *re = kick_re_.data() + j * count, *im = kick_im_.data() + j * count;
    if (!shared) return gather(re, im, lane);
    return complex_pack{pack::fill(re[lane[0]]), pack::fill(im[lane[0]])};
  };
  if (sites == 1) return block_.move(x, steps, kick);
  const index_t active = state_.active(), stride = state_.modes().modes();
  const Scalar* v = state_.modes().amplitudes.data();
  const flight_phases<real_type> half{half_cosine_.data(), half_sine_.data()},
      full{full_cosine_.data(), full_sine_.data()};
  gains_.assign(static_cast<std::size_t>(sites), complex_pack{});
  amplitudes_.resize(gains_.size());
  kick_pass(x, active, half, v, stride, sites, gains_.data(), amplitudes_.data());
  for (index_t step = 0; step < steps; ++step) {
    for (index_t k = 0; k < sites; ++k) {
      const auto at = static_cast<std::size_t>(k);
      gains_[at] = kick(step * sites + k) * amplitudes_[at];
    }
    kick_pass(x, active, step + 1 == steps ? half : full, v, stride, sites, gains_.data(), amplitudes_.data());
  }
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar) where template class split_engine<Scalar>;
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson::detail
