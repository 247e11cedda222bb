// SPDX-License-Identifier: MIT
// One step of each propagator, dt = 0.1: a half-filled chain (L = 100, N = 50) and one particle (L = 1000).
// Counters: steps/s, and orbitals x modes x steps/s, the number that a kernel's speed is.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <benchmark/benchmark.h>

namespace an = anderson;

namespace {

template <class Propagator>
void steps(benchmark::State& state, Propagator how, an::index_t sites, an::index_t orbitals,
           an::index_t steps_per_call) {
  const an::chain chain{sites};
  an::philox rng(1, {an::purpose::disorder, 0, 0}), noise_rng(1, {an::purpose::noise, 0, 0});
  const an::disorder_realization sample{an::anderson_model{chain, {.hopping = 1.0, .disorder = 1.0}}.draw(rng)};
  an::white_noise noise{{chain.center()}, 1.0};
  auto stepper = how.prepare(sample, noise).start(an::random_product_state{.particles = orbitals}.prepare(sample, rng));
  const double duration = how.dt * static_cast<double>(steps_per_call);
  for (auto _ : state) stepper.evolve(stepper.time() + duration, noise, noise_rng);
  const double count = static_cast<double>(steps_per_call);
  state.counters["steps"] = benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["orbitals*modes*steps"] =
      benchmark::Counter(count * static_cast<double>(orbitals * sites), benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(steps, split_L100_N50, an::split_propagator{.dt = 0.1}, 100, 50, 1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, krylov_L100_N50, an::krylov_propagator{.dt = 0.1}, 100, 50, 10)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, dense_L100_N50, an::dense_propagator{.dt = 0.1}, 100, 50, 10)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, split_L1000_N1, an::split_propagator{.dt = 0.1}, 1000, 1, 1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, krylov_L1000_N1, an::krylov_propagator{.dt = 0.1}, 1000, 1, 10)->Unit(benchmark::kMillisecond);

}  // namespace
