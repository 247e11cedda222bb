// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/propagate/detail/fixed_step.hpp>
#include <anderson/propagate/detail/mode_state.hpp>
#include <anderson/propagate/detail/mode_windows.hpp>
#include <anderson/propagate/detail/split_engine.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <memory>
#include <span>
#include <string>
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
/// Usually one trajectory; several, each along its own noise path, share the lanes of the processor.
template <class Realization>
class split_stepper {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using windows_type = detail::mode_windows<scalar_type>;

  split_stepper(Realization realization, std::shared_ptr<const windows_type> windows, real_t dt,
                real_t active_tolerance, std::span<const gaussian_state<real_type>* const> states)
      : realization_(std::move(realization)),
        engine_(detail::mode_state<scalar_type>(std::move(windows), static_cast<real_type>(active_tolerance), states)),
        dt_(dt) {}

  real_t time() const noexcept { return time_; }
  index_t trajectories() const noexcept { return state().trajectories(); }
  const Realization& realization() const noexcept { return realization_; }
  /// Modes that are moved; the noise has not reached the others.
  index_t active_modes() const noexcept { return state().active(); }

  trajectory_snapshot<split_stepper> snapshot(index_t trajectory = 0) const {
    return trajectory_snapshot(*this, trajectory);
  }
  const vector_t<real_type>& occupations(index_t trajectory = 0) const { return state().occupations(trajectory); }
  real_type initial_energy(index_t trajectory = 0) const { return state().initial_energy(trajectory); }
  /// tr(C h), without leaving the eigenbasis.
  real_type energy(index_t trajectory = 0) const { return state().energy(trajectory); }
  real_type absorbed_energy(index_t trajectory = 0) const { return state().absorbed_energy(trajectory); }
  /// Phi on sites. Cost: one L x L times L x M product, for all trajectories at the first look.
  const orbitals_t<real_type>& orbitals(index_t trajectory = 0) const { return state().orbitals(trajectory); }
  auto local_densities(index_t trajectory = 0) const { return state().local_densities(trajectory); }

  /// One trajectory to `until` in equal steps no longer than dt.
  template <increment_noise Noise, class Rng>
  void evolve(real_t until, noise_path<Noise, Rng>& path) {
    evolve(until, std::span(&path, 1));
  }

  /// All trajectories, each along its own path.
  /// @throws std::invalid_argument  not one path for each trajectory; phases E t not finite.
  template <increment_noise Noise, class Rng>
  void evolve(real_t until, std::span<noise_path<Noise, Rng>> paths) {
    if (std::ssize(paths) != trajectories())
      detail::reject("number of noise paths", paths.size(),
                     "one for each of " + std::to_string(trajectories()) + " trajectories");
    detail::fixed_steps(time_, until, dt_, state().support(), paths, increments_,
                        [this](real_t tau, std::span<const real_t> phi) { advance(tau, phi); });
    time_ = until;
  }

  /// Steps of length tau with increments phi[(step * K + k) * trajectories + j]; does not touch time().
  void advance(real_t tau, std::span<const real_t> phi) { engine_.advance(tau, phi); }

private:
  const detail::mode_state<scalar_type>& state() const noexcept { return engine_.state(); }

  Realization realization_;
  detail::split_engine<scalar_type> engine_;
  real_t dt_;
  real_t time_ = 0;
  std::vector<real_t> increments_;
};

namespace detail {

/// What split_propagator prepares for one disorder realization.
template <class Realization>
class prepared_split {
public:
  using state_type = gaussian_state<typename Realization::real_type>;
  static constexpr bool moves_together = true;

  prepared_split(Realization realization, std::span<const index_t> support, real_t dt, real_t active_tolerance)
      : realization_(std::move(realization)),
        windows_(windows_of(realization_, support, active_tolerance > 0)),
        dt_(dt),
        active_tolerance_(active_tolerance) {}

  /// `count` trajectories that start from one state and move together, each along its own noise path; at least one.
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
    return {realization_, windows_, dt_, active_tolerance_, states};
  }

  Realization realization_;
  std::shared_ptr<const mode_windows<typename Realization::scalar_type>> windows_;
  real_t dt_, active_tolerance_;
};

}  // namespace detail

/// Strang splitting in the eigenbasis of h, the default: weak order 2, O(active modes x noisy sites) per orbital and
/// step, after one eigensystem per disorder realization. See split_stepper.
///
/// Modes that the noise has not reached are not moved, and on a long chain, while state and noise stay away from its
/// ends, only a window of it is diagonalized: then a particle on 10^5 sites costs what it costs on 10^3. The error that
/// this makes in an orbital is below `active_tolerance` plus rounding, for every noise path. Windows grow with the
/// state: one beyond the memory_limit is refused when it is needed, in the middle of a run.
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
    return {realization, support, dt, active_tolerance};
  }
};

}  // namespace anderson
