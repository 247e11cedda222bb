// SPDX-License-Identifier: MIT
#pragma once

// Says what a type lacks. The notes in which compilers explain a concept come after those about where it was asked for,
// and not at all for a concept within a concept: from average() that is too late, so there one member is checked at a
// time, and the error itself names it. A test holds the list to core/concepts.hpp.

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/unfit.hpp>
#include <anderson/core/types.hpp>

#include <concepts>
#include <ranges>
#include <span>
#include <utility>

namespace anderson::detail {

template <class Model>
constexpr bool check_model() {
  if constexpr (requires(const Model& m, any_rng& rng) { m.draw(rng); })
    static_assert(hamiltonian<decltype(std::declval<const Model&>().draw(std::declval<any_rng&>()))>,
                  "m.draw(rng) of a model gives a hamiltonian: scalar_type, h.size() and h.apply(in, out)");
  static_assert(model<Model>, "the first part of a problem is a model: m.size() and m.draw(rng)");
  return true;
}

template <class Noise>
constexpr bool check_noise() {
  static_assert(
      requires(const Noise& c) { c.support(); }, "a noise_process needs c.support()");
  static_assert(
      requires(const Noise& c) {
        { c.support() } -> std::convertible_to<std::span<const index_t>>;
        requires std::ranges::borrowed_range<decltype(c.support())>;
      },
      "a noise_process needs c.support(), a span of index_t or a reference to them (a borrowed_range), no copy");
  static_assert(
      requires(Noise & n, any_rng & rng) {
        { n.restart(rng) } -> std::same_as<void>;
      },
      "a noise_process needs void n.restart(rng), for any random_source");
  static_assert(noise_process<Noise>,
                "the second part of a problem is a noise_process: support(), restart(rng) and "
                "n.increments(t, dt, rng, phi) or n.next_event(t, rng)");
  return true;
}

template <class State>
constexpr bool check_state_type() {
  static_assert(
      std::copyable<State> && requires(const State& s, index_t sites) { s.check(sites); },
      "the third part of a problem is an initial_state: copyable, s.check(n) and s.prepare(r, rng)");
  return true;
}

template <class State, class Realization>
constexpr bool check_initial_state() {
  static_assert(
      requires(const State& s, const Realization& r, any_rng& rng) { s.prepare(r, rng); },
      "an initial_state needs s.prepare(r, rng), for this realization and any random_source");
  static_assert(
      requires(const State& s, const Realization& r, any_rng& rng) {
        s.prepare(r, rng).orbitals();
        s.prepare(r, rng).occupations();
      },
      "s.prepare(r, rng) of an initial_state gives a gaussian_state: orbitals() and occupations()");
  static_assert(initial_state<State, Realization>,
                "the third part of the problem is not an initial_state (core/concepts.hpp) for this model");
  return true;
}

template <class S>
constexpr bool check_snapshot() {
  static_assert(
      requires { typename S::real_type; }, "a linear_snapshot needs the type real_type");
  static_assert(
      requires(const S& now) { now.size(); }, "a linear_snapshot needs now.size()");
  static_assert(
      requires(const S& now) { now.time(); }, "a linear_snapshot needs now.time()");
  static_assert(
      requires(const S& now) { now.energy(); }, "a linear_snapshot needs now.energy()");
  static_assert(
      requires(const S& now) { now.initial_energy(); }, "a linear_snapshot needs now.initial_energy()");
  static_assert(
      requires(const S& now) { now.densities(); }, "a linear_snapshot needs now.densities()");
  static_assert(
      requires(const S& now, index_t i) { now.correlation(i, i); }, "a linear_snapshot needs now.correlation(i, i)");
  static_assert(linear_snapshot<S>, "snapshot() of a stepper gives a linear_snapshot (core/concepts.hpp)");
  return check_fit_of_snapshot<S>();
}

template <class Stepper, class Path>
constexpr bool check_stepper() {
  static_assert(
      requires(const Stepper& c) {
        { c.time() } -> std::convertible_to<real_t>;
      },
      "a stepper needs c.time()");
  if constexpr (!requires(Stepper & s, real_t until) { s.evolve(until); })
    static_assert(
        requires(Stepper & s, Path & path, real_t until) {
          { s.evolve(until, path) } -> std::same_as<void>;
        },
        "a stepper needs void s.evolve(until, path), for a noise_path of this noise, or s.evolve(until) if it averages "
        "over the noise");
  static_assert(
      requires(const Stepper& c) { c.snapshot(); }, "a stepper needs c.snapshot()");
  if constexpr (requires(const Stepper& c) { c.snapshot(); })
    check_snapshot<decltype(std::declval<const Stepper&>().snapshot())>();
  return check_fit_of_stepper<Stepper>();
}

template <class Executor>
constexpr bool check_executor() {
  static_assert(
      requires(Executor & e) { e.threads(); }, "an executor needs int e.threads()");
  static_assert(executor<Executor>,
                "an argument of average() is an executor: e.threads() and e.run(count, produce, consume)");
  return true;
}

}  // namespace anderson::detail
