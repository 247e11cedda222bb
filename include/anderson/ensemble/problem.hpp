// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/missing.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>

#include <utility>

namespace anderson {

/// The physics, the first argument of average(): a model, the noise that shakes it, and the state at t = 0.
///
///     const problem physics{anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}},
///                           white_noise{{chain.center()}, 1.0}, ground_state{}};
template <class Model, class Noise, class State>
struct problem {
  static_assert(detail::check_model<Model>() && detail::check_noise<Noise>() && detail::check_state_type<State>());

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
