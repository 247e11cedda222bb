// SPDX-License-Identifier: MIT
#pragma once

// Propagators of the combined step (eq. 8) beside their slow twin.

#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/gaussian_state.hpp>

#include "support/slow_twin.hpp"

#include <type_traits>
#include <vector>

namespace support {

/// A disordered chain, W = 2.
template <class Scalar>
auto realization(an::index_t length, Scalar hopping, an::boundary ends) {
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  return an::disorder_realization(
      an::anderson_model{an::chain{length, ends}, hopping, an::uniform_disorder{2}}.draw(rng));
}

struct no_report {};

/// Largest difference to the twin after all steps, and what the exponential reports over them, if it does.
template <class Report>
struct outcome {
  double difference, time;
  Report report;
};

/// Evolves random orbitals by `steps` steps of length how.dt, with phases of order 1 on each of the sites.
template <class Realization, class Propagator>
auto run_combined(const Realization& sample, const std::vector<an::index_t>& sites, an::index_t columns, int steps,
                  const Propagator& how) {
  const std::vector<double> phi = phases(static_cast<std::size_t>(steps) * sites.size());
  const an::orbitals_t<double> start = random_orbitals(sample.size(), columns, 3);
  an::recorded_noise noise(sites, how.dt, phi);
  an::noise_path path(noise, an::philox(1, {}));
  auto stepper = how.prepare(sample, noise).start(an::gaussian_state<double>(start));
  stepper.evolve(how.dt * steps, path);
  const auto report = [&] {
    if constexpr (requires { stepper.exponential().report(); })
      return stepper.exponential().report();
    else
      return no_report{};
  }();
  return outcome<std::remove_const_t<decltype(report)>>{
      largest(stepper.snapshot().orbitals() -
              combined(an::dense_matrix(sample.hamiltonian()), sites, how.dt, phi, start)),
      stepper.time(), report};
}

}  // namespace support
