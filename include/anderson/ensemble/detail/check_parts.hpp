// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/missing.hpp>
#include <anderson/core/detail/unfit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <concepts>
#include <span>
#include <string>
#include <utility>

namespace anderson::detail {

template <class Method, class Realization, class State, class Noise>
constexpr bool check_method() {
  static_assert(
      requires(const Method& p) { p.check(); },
      "the second argument of average() is not a propagator (core/concepts.hpp): it lacks p.check()");
  if constexpr (requires(const Method& p, const Realization& r, const Noise& n) { p.prepare(r, n); }) {
    using prepared_type = decltype(std::declval<const Method&>().prepare(std::declval<const Realization&>(),
                                                                         std::declval<const Noise&>()));
    static_assert(
        requires(const prepared_type& prepared, const State& state) { prepared.start(state); },
        "what p.prepare(r, n) of a propagator gives needs start(state), const");
    if constexpr (requires(const prepared_type& prepared, const State& state) { prepared.start(state); })
      static_assert(check_stepper<decltype(std::declval<const prepared_type&>().start(std::declval<const State&>())),
                                  noise_path<Noise>>());
  }
  static_assert(
      propagator<Method, Realization, State, noise_path<Noise>>,
      "the second argument of average() is not a propagator (core/concepts.hpp) that can move this model with "
      "this noise, or lacks p.prepare(r, n): event_propagator needs an event_noise, the propagators with a time step "
      "an "
      "increment_noise, averages over the noise and rate_equation a dephasing_noise, with n.dephasing_rate(k)");
  return true;
}

template <class O, class Snapshot>
constexpr bool check_observable() {
  static_assert(
      requires(const O& o) {
        { o.name() } -> std::convertible_to<std::string>;
      },
      "an observable needs std::string o.name() const");
  static_assert(
      requires(const O& o, index_t n) {
        { o.extent(n) } -> std::convertible_to<index_t>;
      },
      "an observable needs index_t o.extent(n) const, n the number of sites");
  static_assert(
      observable<O, Snapshot>,
      "an observable cannot be measured with this method, or lacks o.measure(now, out): entropies need the orbitals of "
      "single trajectories (an orbital_snapshot, with now.orbitals() and now.occupations()), a method that averages "
      "over the noise only knows quantities linear in C; and measure() must take a std::span of the real type of the "
      "Hamiltonian");
  return true;
}

template <class Method, class Realization, class State, class Noise, class... Observable>
constexpr bool check_observables() {
  using snapshot_type = decltype(std::declval<const Method&>()
                                     .prepare(std::declval<const Realization&>(), std::declval<const Noise&>())
                                     .start(std::declval<const State&>())
                                     .snapshot());
  return check_fit_of_snapshot<snapshot_type>() &&
         (check_fit_of_observable<Observable, typename snapshot_type::real_type>() && ...) &&
         (check_observable<Observable, snapshot_type>() && ...);
}

/// What a method prepares moves several trajectories of a realization at once, if it says so. Not found out by calling
/// start() with several states: that would compile the body of a start() that takes anything.
template <class Prepared, class State, class Path>
constexpr bool together() {
  static_assert(check_fit_of_prepared<Prepared>());
  if constexpr (moves_together<Prepared>) {
    static_assert(
        requires(const Prepared& prepared, std::span<const State> states) {
          prepared.start(states);
          prepared.start(states[0], index_t{});
        },
        "moves_together of a propagator: start() takes a span of states, or one state and a count");
    using stepper_type = decltype(std::declval<const Prepared&>().start(std::declval<std::span<const State>>()));
    static_assert(
        requires(stepper_type s, std::span<Path> paths) {
          s.evolve(real_t{}, paths);
          s.snapshot(index_t{});
        },
        "moves_together of a propagator: evolve() takes a span of noise paths, snapshot() an index");
    return true;
  }
  return false;
}

/// All that average() is given, but the executor.
template <class Realization, class Noise, class State, class Method, class... Observable>
constexpr bool check_parts() {
  using state_type = gaussian_state<typename Realization::real_type>;
  return check_initial_state<State, Realization>() && check_method<Method, Realization, state_type, Noise>() &&
         check_observables<Method, Realization, state_type, Noise, Observable...>();
}

}  // namespace anderson::detail
