// SPDX-License-Identifier: MIT
// The whole call on 1 and 2 threads: L = 100, N = 50, t = 100, energy and half-cut entropy at 13 times.
#include <anderson/anderson.hpp>

#include <benchmark/benchmark.h>

namespace an = anderson;

namespace {

void average(benchmark::State& state) {
  const an::chain chain{100};
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 1.0}},
                            an::white_noise{{chain.center()}, 1.0}, an::ground_state{}};
  const auto times = an::log_times(0.1, 100, 4);
  const an::observables which{an::absorbed_energy{}, an::entanglement_entropy{chain.length / 2}};
  const an::plan how_often{.disorder_realizations = 16, .noise_realizations = 4};
  const an::thread_executor workers{static_cast<int>(state.range(0))};
  for (auto _ : state) {
    const auto result = an::average(physics, an::split_propagator{.dt = 0.1}, times, which, how_often, workers);
    benchmark::DoNotOptimize(result.columns.data());
  }
  const double steps = 16.0 * 4 * 100 / 0.1;
  state.counters["orbitals*modes*steps"] =
      benchmark::Counter(steps * 50 * 100, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(average)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
