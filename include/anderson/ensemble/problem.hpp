// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/support.hpp>

#include <utility>

namespace anderson {

/// The physics, the first argument of average(): a model, the noise that shakes it, and the state at t = 0.
///
///     const problem physics{anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}},
///                           white_noise{{chain.center()}, 1.0}, ground_state{}};
template <class Model, class Noise, class State>
struct problem {
  static_assert(anderson::model<Model>, "the first part of a problem is a model: size() and draw(rng)");
  static_assert(noise_process<Noise>,
                "the second part of a problem is a noise_process: support(), restart(rng) and "
                "increments(t, dt, rng, phi) or next_event(t, rng)");

  Model model;
  Noise noise;
  State state;

  /// @throws std::invalid_argument  a noisy site outside the lattice or given twice; a state that does not fit.
  problem(Model what, Noise shaken_by, State initially)
      : model(std::move(what)), noise(std::move(shaken_by)), state(std::move(initially)) {
    detail::check_support(noise.support(), model.size());
    state.check(model.size());
  }
};

}  // namespace anderson
