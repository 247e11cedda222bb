// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace anderson {

/// The physics, the first argument of average(): a model, the noise that shakes it, and the state at t = 0.
///
///     const problem physics{anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}},
///                           white_noise{{chain.center()}, 1.0}, ground_state{}};
template <anderson::model Model, noise_process Noise, class State>
struct problem {
  Model model;
  Noise noise;
  State state;

  /// @throws std::invalid_argument  a noisy site outside the lattice or given twice; a state that does not fit.
  problem(Model what, Noise shaken_by, State initially)
      : model(std::move(what)), noise(std::move(shaken_by)), state(std::move(initially)) {
    const index_t sites = model.size();
    const std::span<const index_t> support = noise.support();
    for (auto s = support.begin(); s != support.end(); ++s) {
      detail::require(0 <= *s && *s < sites, "noisy site", *s, "[0, " + std::to_string(sites) + ")");
      if (std::find(support.begin(), s, *s) != s) detail::reject("noisy site", std::to_string(*s) + ", given twice", "each site once");
    }
    state.check(sites);
  }
};

}  // namespace anderson
