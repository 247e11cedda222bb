// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/exact_noise_average.hpp>

#include "support/lindblad.hpp"

namespace support {

/// A stepper of exact_noise_average.
template <class Realization>
struct exact_run {
  anderson::exact_average_stepper<Realization> moving;

  exact_run(const anderson::exact_noise_average& how, const Realization& realization, const rates_only& noise,
            const auto& state)
      : moving(how.prepare(realization, noise).start(state)) {}
  auto at(double t) {
    moving.evolve(t);
    return moving.snapshot();
  }
};
template <class Realization, class State>
exact_run(const anderson::exact_noise_average&, const Realization&, const rates_only&, const State&)
    -> exact_run<Realization>;

}  // namespace support
