// SPDX-License-Identifier: MIT
// One particle at the noisy center of a chain, W = 3, t = 1e4 (dt = 0.1), displacement at 51 times: one disorder
// realization with 8 trajectories, from the draw of the disorder to the table. Counter: seconds per trajectory.
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/state/product.hpp>

#include <benchmark/benchmark.h>

namespace an = anderson;

namespace {

void one_particle(benchmark::State& state, double active_tolerance) {
  const an::chain chain{state.range(0)};
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}},
                            an::white_noise{{chain.center()}, 1.0}, an::localized_excitation{chain.center()}};
  const an::split_propagator how{.dt = 0.1, .active_tolerance = active_tolerance};
  const auto times = an::log_times(0.1, 1e4, 10);
  const an::observables which{an::rms_displacement{chain, chain.center()}};
  an::plan how_often{.disorder_realizations = 1, .noise_realizations = 8, .seed = 0};
  for (auto _ : state) {
    ++how_often.seed;
    const auto result = an::average(physics, how, times, which, how_often, an::serial_executor{});
    benchmark::DoNotOptimize(result.columns.data());
  }
  state.counters["per_trajectory"] =
      benchmark::Counter(8, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(one_particle, active_modes, 1e-10)
    ->ArgName("sites")
    ->Arg(1000)
    ->Arg(10000)
    ->Arg(100000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(one_particle, all_modes, 0)->ArgName("sites")->Arg(1000)->Unit(benchmark::kMillisecond);

/// What a realization costs before its first step: draw, and state.
void set_up(benchmark::State& state) {
  const an::chain chain{state.range(0)};
  const an::anderson_model model{chain, {.hopping = 1.0, .disorder = 3.0}};
  const an::white_noise noise{{chain.center()}, 1.0};
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  for (auto _ : state) {
    const an::disorder_realization sample{model.draw(rng)};
    const auto prepared = an::split_propagator{}.prepare(sample, noise);
    const auto start = an::localized_excitation{chain.center()}.prepare(sample, rng);
    benchmark::DoNotOptimize(start.orbitals().data());
    benchmark::DoNotOptimize(&prepared);
  }
}
BENCHMARK(set_up)->ArgName("sites")->Arg(1000)->Arg(10000)->Arg(100000)->Unit(benchmark::kMicrosecond);

}  // namespace
