// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/random/philox.hpp>

#include <utility>

#include "support/lindblad.hpp"

namespace support {

/// A stepper of exact_noise_average and what it needs.
template <class Realization>
struct exact_run {
  rates_only noise;
  anderson::philox rng;
  anderson::exact_stepper<Realization> moving;

  exact_run(const anderson::exact_noise_average& how, const Realization& realization, rates_only shaken_by,
            const auto& state)
      : noise(std::move(shaken_by)), moving(how.prepare(realization, noise).start(state)) {}
  auto at(double t) {
    moving.evolve(t, noise, rng);
    return moving.snapshot();
  }
};
template <class Realization, class State>
exact_run(const anderson::exact_noise_average&, const Realization&, rates_only, const State&) -> exact_run<Realization>;

}  // namespace support
