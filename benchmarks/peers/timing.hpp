// SPDX-License-Identifier: MIT
// What the programs of this folder share: a clock that repeats, and trajectories of a disordered chain.
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <algorithm>
#include <ctime>
#include <vector>

namespace peers {

namespace an = anderson;

/// Median of `batches` timings of work(), each of enough calls to last `batch_seconds`. Processor time: what else runs
/// on this core meanwhile does not count.
template <class Work>
double seconds_per_call(Work&& work, int batches = 5, double batch_seconds = 0.02) {
  const auto timed = [&](int calls) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < calls; ++i) work();
    return static_cast<double>(std::max<std::clock_t>(1, std::clock() - start)) / CLOCKS_PER_SEC;
  };
  timed(1);  // caches, buffers
  const int calls = std::max(1, static_cast<int>(batch_seconds / timed(1)));
  std::vector<double> seconds;
  for (int b = 0; b < batches; ++b) seconds.push_back(timed(calls) / calls);
  std::ranges::nth_element(seconds, seconds.begin() + batches / 2);
  return seconds[static_cast<std::size_t>(batches / 2)];
}

/// W = 1; the eigensystem is computed when it is asked for.
template <class Real = double>
auto sample(an::index_t sites) {
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  return an::disorder_realization{an::anderson_model{an::chain{sites}, Real(1), an::uniform_disorder{1.0}}.draw(rng)};
}

/// Seconds per unit of physical time of one trajectory.
template <class Realization, class Propagator, class Noise>
double seconds_per_time(const Realization& realization, an::index_t orbitals, const Propagator& how, const Noise& noise,
                        double duration) {
  an::philox rng(1, {an::purpose::state, 0, 0});
  const auto start = an::random_product_state{.particles = orbitals}.prepare(realization, rng);
  auto stepper = how.prepare(realization, noise).start(start);
  an::noise_path path(noise, an::philox(1, {an::purpose::noise, 0, 0}));
  return seconds_per_call([&] { stepper.evolve(stepper.time() + duration, path); }) / duration;
}

}  // namespace peers
