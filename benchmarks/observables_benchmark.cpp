// SPDX-License-Identifier: MIT
// One measurement on a split trajectory (L = 100, N = 50), the way back from eigenmodes to sites included.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <benchmark/benchmark.h>

#include <vector>

namespace an = anderson;

namespace {

template <class Observable>
void measure(benchmark::State& state, Observable what) {
  const an::chain chain{100};
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  const an::disorder_realization sample{an::anderson_model{chain, {.hopping = 1.0, .disorder = 1.0}}.draw(rng)};
  an::noise_path path(an::white_noise{{chain.center()}, 1.0}, an::philox(1, {an::purpose::noise, 0, 0}));
  auto stepper = an::split_propagator{.dt = 0.1}
                     .prepare(sample, path.noise())
                     .start(an::random_product_state{}.prepare(sample, rng));
  stepper.evolve(100, path);
  std::vector<double> out(static_cast<std::size_t>(what.extent(chain.length)));
  for (auto _ : state) {
    what.measure(stepper.snapshot(), std::span<double>(out));
    benchmark::DoNotOptimize(out.data());
  }
}

BENCHMARK_CAPTURE(measure, energy, an::energy{})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(measure, absorbed_energy, an::absorbed_energy{})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(measure, density_profile, an::density_profile{})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(measure, density_correlations, an::density_correlations{})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(measure, rms_displacement, an::rms_displacement{an::chain{100}, 49})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(measure, entanglement_entropy, an::entanglement_entropy{50})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(measure, entropy_profile, an::entropy_profile{})->Unit(benchmark::kMicrosecond);

}  // namespace
