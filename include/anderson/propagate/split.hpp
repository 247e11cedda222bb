// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/sincos.hpp>
#include <anderson/noise/support.hpp>
#include <anderson/propagate/fixed_step.hpp>
#include <anderson/propagate/kick_block.hpp>
#include <anderson/propagate/kick_pass.hpp>
#include <anderson/propagate/mode_state.hpp>
#include <anderson/propagate/noisy_modes.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson {

/// Trajectories of one disorder realization moved by Strang steps in the eigenbasis of h:
///
///     U = exp(-i h tau / 2) prod_k exp(-i phi_k P_k) exp(-i h tau / 2),   P_k = |s_k><s_k|
///
/// A flight is a phase per mode. A kick is a rank-one update, exp(-i phi P) = 1 + (e^{-i phi} - 1) P exactly; with
/// v_a = <s|a> it adds (e^{-i phi} - 1) conj(v_a) (v . x) to mode a. O(active modes x noisy sites) per orbital and
/// step; sites are computed only when something is measured.
///
/// Usually one trajectory; several, each with its own noise, share the lanes of the processor. One noisy site is
/// kicked by blocks of steps (see kick_block), several step by step (see kick_pass).
template <class Realization>
class split_stepper {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using windows_type = detail::mode_windows<Realization>;

  split_stepper(std::shared_ptr<const windows_type> windows, real_t dt, real_t active_tolerance,
                std::span<const gaussian_state<real_type>* const> states)
      : state_(std::move(windows), static_cast<real_type>(active_tolerance), states), dt_(dt) {}

  real_t time() const noexcept { return time_; }
  index_t trajectories() const noexcept { return state_.trajectories(); }
  const Realization& realization() const noexcept { return state_.realization(); }
  /// Modes that are moved; the noise has not reached the others.
  index_t active_modes() const noexcept { return state_.active(); }

  trajectory_snapshot<split_stepper> snapshot(index_t trajectory = 0) const {
    return trajectory_snapshot(*this, trajectory);
  }
  const vector_t<real_type>& occupations(index_t trajectory = 0) const { return state_.occupations(trajectory); }
  real_type initial_energy(index_t trajectory = 0) const { return state_.initial_energy(trajectory); }
  /// tr(C h), without leaving the eigenbasis.
  real_type energy(index_t trajectory = 0) const { return state_.energy(trajectory); }
  real_type absorbed_energy(index_t trajectory = 0) const { return state_.absorbed_energy(trajectory); }
  /// Phi on sites. Cost: one L x L times L x M product, for all trajectories at the first look.
  const orbitals_t<real_type>& orbitals(index_t trajectory = 0) const { return state_.orbitals(trajectory); }
  auto local_densities(index_t trajectory = 0) const { return state_.local_densities(trajectory); }

  /// One trajectory to `until` in equal steps no longer than dt.
  template <class Noise, class Rng>
  void evolve(real_t until, Noise& noise, Rng& rng) {
    evolve(until, std::span(&noise, 1), std::span(&rng, 1));
  }

  /// All trajectories, each with its own noise and random numbers.
  /// @throws std::invalid_argument  not one noise and random source for each trajectory; phases E t not finite.
  template <class Noise, class Rng>
  void evolve(real_t until, std::span<Noise> noises, std::span<Rng> rngs) {
    const auto count = static_cast<std::size_t>(trajectories());
    if (noises.size() != count || rngs.size() != count)
      detail::reject("number of noises or random sources", std::min(noises.size(), rngs.size()),
                     "one for each of " + std::to_string(count) + " trajectories");
    detail::fixed_steps(time_, until, dt_, state_.support(), noises, rngs, increments_,
                        [this](real_t tau, std::span<const real_t> phi) { advance(tau, phi); });
    time_ = until;
  }

  /// Steps of length tau with increments phi[(step * K + k) * trajectories + j]; does not touch time().
  void advance(real_t tau, std::span<const real_t> phi) {
    const std::size_t per_step = state_.support().size() * static_cast<std::size_t>(trajectories());
    detail::check_increments(phi.size(), per_step);
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
      if (p > 0) detail::poll(static_cast<double>(p) / static_cast<double>(panels));
      move_panel(p, steps);
    }
  }

private:
  using pack = detail::lanes<real_type>;
  using complex_pack = detail::complex_lanes<real_type>;
  using phase_type = std::conditional_t<std::same_as<real_type, float>, real_t, real_type>;

  /// e^{-i phi} - 1, as the increments are ordered.
  void set_kicks(std::span<const real_t> phi) {
    if (kick_re_.size() < phi.size()) {
      angles_.resize(phi.size());
      cosines_.resize(phi.size());
      kick_re_.resize(phi.size());
      kick_im_.resize(phi.size());
    }
    for (std::size_t j = 0; j < phi.size(); ++j) angles_[j] = -static_cast<phase_type>(phi[j]);
    detail::sincos(angles_.data(), angles_.data(), cosines_.data(), std::ssize(phi));
    for (std::size_t j = 0; j < phi.size(); ++j) {
      kick_re_[j] = static_cast<real_type>(cosines_[j] - 1);
      kick_im_[j] = static_cast<real_type>(angles_[j]);
    }
    kicks_ = phi.size();
  }

  /// Of the trajectory that has most: sum of |e^{-i phi} - 1| <= |cos phi - 1| + |sin phi|.
  real_type sum_of_kicks() {
    const auto count = static_cast<std::size_t>(trajectories());
    sums_.assign(count, real_type(0));
    for (std::size_t j = 0; j < kicks_; j += count)
      for (std::size_t t = 0; t < count; ++t)
        sums_[t] += Eigen::numext::abs(kick_re_[j + t]) + Eigen::numext::abs(kick_im_[j + t]);
    return *std::max_element(sums_.begin(), sums_.end());
  }

  void set_phases(real_type tau) {
    const auto& energies = state_.modes().energies;
    if (tau == tau_ && &state_.modes() == phases_of_) return;
    const std::size_t n = energies.size();
    for (auto* v : {&phase_angles_, &half_cosine_, &half_sine_, &full_cosine_, &full_sine_}) v->resize(n);
    for (std::size_t a = 0; a < n; ++a) phase_angles_[a] = -energies[a] * tau / 2;
    detail::sincos(phase_angles_.data(), half_sine_.data(), half_cosine_.data(), static_cast<index_t>(n));
    for (std::size_t a = 0; a < n; ++a) phase_angles_[a] = -energies[a] * tau;
    detail::sincos(phase_angles_.data(), full_sine_.data(), full_cosine_.data(), static_cast<index_t>(n));
    tau_ = tau;
    phases_of_ = &state_.modes();
  }

  /// One noisy site: blocks of steps. Several: half a flight, kicks, then (flight, kicks) ..., half a flight.
  void move_panel(index_t p, index_t steps) {
    auto& panels = state_.panels();
    const index_t* lane = panels.trajectory(p);
    auto* x = panels.panel(p);
    const index_t count = trajectories(), sites = std::ssize(state_.support());
    const bool shared = std::all_of(lane, lane + panels.width, [lane](index_t k) { return k == lane[0]; });
    const auto kick = [&](index_t j) {
      const real_type *re = kick_re_.data() + j * count, *im = kick_im_.data() + j * count;
      if (!shared) return detail::gather(re, im, lane);
      return complex_pack{pack::fill(re[lane[0]]), pack::fill(im[lane[0]])};
    };
    if (sites == 1) return block_.move(x, steps, kick);
    const index_t active = state_.active(), stride = state_.modes().modes();
    const scalar_type* v = state_.modes().amplitudes.data();
    const detail::flight_phases<real_type> half{half_cosine_.data(), half_sine_.data()},
        full{full_cosine_.data(), full_sine_.data()};
    gains_.assign(static_cast<std::size_t>(sites), complex_pack{});
    amplitudes_.resize(gains_.size());
    detail::kick_pass(x, active, half, v, stride, sites, gains_.data(), amplitudes_.data());
    for (index_t step = 0; step < steps; ++step) {
      for (index_t k = 0; k < sites; ++k) {
        const auto at = static_cast<std::size_t>(k);
        gains_[at] = kick(step * sites + k) * amplitudes_[at];
      }
      detail::kick_pass(x, active, step + 1 == steps ? half : full, v, stride, sites, gains_.data(),
                        amplitudes_.data());
    }
  }

  detail::mode_state<Realization> state_;
  real_t dt_;
  real_t time_ = 0;
  // workspace
  std::size_t kicks_ = 0;
  real_type tau_ = std::numeric_limits<real_type>::quiet_NaN();  // of the phases; none yet
  const void* phases_of_ = nullptr;
  detail::kick_block<real_type> block_;
  std::vector<real_t> increments_;
  std::vector<phase_type> angles_, cosines_;
  std::vector<real_type> kick_re_, kick_im_, sums_;
  std::vector<real_type> phase_angles_, half_cosine_, half_sine_, full_cosine_, full_sine_;
  std::vector<complex_pack> gains_, amplitudes_;
};

namespace detail {

/// What split_propagator prepares for one disorder realization.
template <class Realization>
class prepared_split {
public:
  using state_type = gaussian_state<typename Realization::real_type>;
  static constexpr bool moves_together = true;

  prepared_split(std::shared_ptr<const mode_windows<Realization>> windows, real_t dt, real_t active_tolerance)
      : windows_(std::move(windows)), dt_(dt), active_tolerance_(active_tolerance) {}

  /// `count` trajectories that start from one state and move together, each with its own noise; at least one.
  split_stepper<Realization> start(const state_type& state, index_t count = 1) const {
    require(count >= 1, "number of trajectories", count, "at least 1");
    return make(std::vector<const state_type*>(static_cast<std::size_t>(count), &state));
  }
  /// One trajectory from each state.
  split_stepper<Realization> start(std::span<const state_type> states) const {
    std::vector<const state_type*> each;
    for (const state_type& s : states) each.push_back(&s);
    return make(each);
  }

private:
  split_stepper<Realization> make(const std::vector<const state_type*>& states) const {
    require(!states.empty(), "number of trajectories", states.size(), "at least 1");
    return {windows_, dt_, active_tolerance_, states};
  }

  std::shared_ptr<const mode_windows<Realization>> windows_;
  real_t dt_, active_tolerance_;
};

}  // namespace detail

/// Strang splitting in the eigenbasis of h, the default: weak order 2, O(active modes x noisy sites) per orbital and
/// step, after one eigensystem per disorder realization. See split_stepper.
///
/// Modes that the noise has not reached are not moved, and on a long chain, while state and noise stay away from its
/// ends, only a window of it is diagonalized: then a particle on 10^5 sites costs what it costs on 10^3. The error that
/// this makes in an orbital is below `active_tolerance` plus rounding, for every noise path.
struct split_propagator {
  real_t dt = 0.1;                  ///< longest step, > 0
  real_t active_tolerance = 1e-10;  ///< on the orbitals, over the whole evolution, below 1; 0: all modes, whole lattice
  static constexpr int weak_order = 2;

  /// @throws std::invalid_argument  dt <= 0 or not finite; active_tolerance outside [0, 1).
  void check() const {
    detail::check_dt(dt);
    detail::check_active_tolerance(active_tolerance);
  }

  /// @throws std::invalid_argument  bad dt, active_tolerance or noisy sites.
  template <class Realization, increment_noise Noise>
  detail::prepared_split<Realization> prepare(const Realization& realization, const Noise& noise) const {
    check();
    const std::span<const index_t> support = noise.support();
    detail::check_support(support, realization.size());
    return {std::make_shared<const detail::mode_windows<Realization>>(realization, support, active_tolerance > 0), dt,
            active_tolerance};
  }
};

}  // namespace anderson
