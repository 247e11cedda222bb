// SPDX-License-Identifier: MIT
// What one disorder realization costs before the first step.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/random/philox.hpp>

#include <benchmark/benchmark.h>

namespace an = anderson;

namespace {

auto sample(an::index_t sites, an::index_t index) {
  an::philox rng(1, {an::purpose::disorder, index, 0});
  return an::anderson_model{an::chain{sites}, {.hopping = 1.0, .disorder = 1.0}}.draw(rng);
}

void chain_eigensystem(benchmark::State& state) {
  const auto h = sample(state.range(0), 0);
  for (auto _ : state) {
    const an::disorder_realization realization{h};
    benchmark::DoNotOptimize(realization.eigensystem().values.data());
  }
}
BENCHMARK(chain_eigensystem)->Arg(100)->Arg(300)->Arg(1000)->Unit(benchmark::kMillisecond);

void dense_eigensystem(benchmark::State& state) {
  const an::matrix_t<double> h = sample(state.range(0), 0).dense();
  for (auto _ : state) benchmark::DoNotOptimize(an::diagonalize(h).values.data());
}
BENCHMARK(dense_eigensystem)->Arg(100)->Arg(300)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
