// SPDX-License-Identifier: MIT
// The exact average over the noise: one disorder realization from the draw to the energies at 64 times from 1 to 6e15,
// at exponential times and at time t (smooth times only: no echo of coherences is followed). And its slow twin, one
// step.
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/state/ground.hpp>

#include <benchmark/benchmark.h>

namespace an = anderson;

namespace {

void sixteen_decades(benchmark::State& state, const an::exact_noise_average& how, an::index_t noisy_sites) {
  const an::chain chain{state.range(0)};
  std::vector<an::index_t> noisy;
  for (an::index_t m = 0; m < noisy_sites; ++m) noisy.push_back((2 * m + 1) * chain.length / (2 * noisy_sites));
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}}, an::white_noise{noisy, 1.0},
                            an::ground_state{}};
  auto times = an::log_times(1, 1e16, 4);
  times.pop_back();
  an::plan how_often{.disorder_realizations = 1, .noise_realizations = 1, .seed = 0};
  for (auto _ : state) {
    ++how_often.seed;
    const auto result =
        an::average(physics, how, times, an::observables{an::energy{}}, how_often, an::serial_executor{});
    benchmark::DoNotOptimize(result.columns.data());
  }
  state.counters["per_time"] = benchmark::Counter(
      static_cast<double>(times.size()), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr an::exact_noise_average exponential{.reading = an::averaged_at::exponential_times}, late{.max_work = 0};

BENCHMARK_CAPTURE(sixteen_decades, exponential_times, exponential, 1)
    ->ArgName("sites")
    ->Arg(100)
    ->Arg(1000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sixteen_decades, at_time, late, 1)->ArgName("sites")->Arg(100)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sixteen_decades, exponential_times_10_noisy, exponential, 10)
    ->ArgName("sites")
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);

void strang_step(benchmark::State& state) {
  const an::chain chain{state.range(0)};
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  const an::disorder_realization sample{an::anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}}.draw(rng)};
  const an::white_noise noise{{chain.center()}, 1.0};
  auto stepper =
      an::strang_noise_average{.dt = 0.1}.prepare(sample, noise).start(an::ground_state{}.prepare(sample, rng));
  for (auto _ : state) stepper.evolve(stepper.time() + 0.1);
}
BENCHMARK(strang_step)->ArgName("sites")->Arg(100)->Unit(benchmark::kMicrosecond);

}  // namespace
