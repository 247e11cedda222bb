// SPDX-License-Identifier: MIT
// One step of each propagator, dt = 0.1, and one kick of events: a half-filled chain (L = 100, N = 50) and one particle
// (L = 1000). Counters: steps/s (kicks/s), and orbitals x modes x steps/s, the number that a kernel's speed is.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <benchmark/benchmark.h>

namespace an = anderson;

namespace {

constexpr double gamma = 1.0;

/// @param duration  of one call of evolve(), in which there are `count` things to be timed.
void run(benchmark::State& state, const auto& how, const auto& noise, an::index_t sites, an::index_t orbitals,
         double duration, double count) {
  const an::chain chain{sites};
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  const an::disorder_realization sample{an::anderson_model{chain, {.hopping = 1.0, .disorder = 1.0}}.draw(rng)};
  auto stepper = how.prepare(sample, noise).start(an::random_product_state{.particles = orbitals}.prepare(sample, rng));
  an::noise_path path(noise, an::philox(1, {an::purpose::noise, 0, 0}));
  stepper.evolve(duration, path);  // what is prepared at the first look
  for (auto _ : state) stepper.evolve(stepper.time() + duration, path);
  state.counters["steps"] = benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["orbitals*modes*steps"] =
      benchmark::Counter(count * static_cast<double>(orbitals * sites), benchmark::Counter::kIsIterationInvariantRate);
}

void steps(benchmark::State& state, const auto& how, an::index_t sites, an::index_t orbitals,
           an::index_t steps_per_call) {
  const auto count = static_cast<double>(steps_per_call);
  run(state, how, an::white_noise{{an::chain{sites}.center()}, gamma}, sites, orbitals, how.dt * count, count);
}

/// Reflections at random times; the number of kicks is that on average.
void events(benchmark::State& state, an::index_t sites, an::index_t orbitals, an::index_t kicks_per_call) {
  const an::reflections noise{{an::chain{sites}.center()}, gamma};
  const auto count = static_cast<double>(kicks_per_call);
  run(state, an::event_propagator{}, noise, sites, orbitals, count / noise.rate(), count);
}

BENCHMARK_CAPTURE(steps, split_L100_N50, an::split_propagator{.dt = 0.1}, 100, 50, 1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, chebyshev_L100_N50, an::chebyshev_propagator{.dt = 0.1}, 100, 50, 100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, krylov_L100_N50, an::krylov_propagator{.dt = 0.1}, 100, 50, 10)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, dense_L100_N50, an::dense_propagator{.dt = 0.1}, 100, 50, 10)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, split_L1000_N1, an::split_propagator{.dt = 0.1}, 1000, 1, 1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, chebyshev_L1000_N1, an::chebyshev_propagator{.dt = 0.1}, 1000, 1, 100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(steps, krylov_L1000_N1, an::krylov_propagator{.dt = 0.1}, 1000, 1, 10)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(events, events_L100_N50, 100, 50, 1000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(events, events_L1000_N1, 1000, 1, 1000)->Unit(benchmark::kMillisecond);

}  // namespace
