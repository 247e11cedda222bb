// SPDX-License-Identifier: MIT
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>
#include <anderson/statistics/samples.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

namespace an = anderson;

namespace sampler_test {

namespace {

const std::vector<double> times{0.5, 2, 7};
const an::observables which{an::energy{}, an::density_profile{}};

auto physics(auto noise) {
  return an::problem{an::anderson_model{an::chain{6}, {.hopping = 1, .disorder = 2}}, noise,
                     an::random_product_state{}};
}

/// The numbers of one trajectory, by hand.
std::vector<double> by_hand(const auto& problem, const auto& how, std::uint64_t seed, an::index_t d, an::index_t k) {
  an::philox disorder(seed, {an::purpose::disorder, d, 0}), state(seed, {an::purpose::state, d, k});
  const an::disorder_realization sample{problem.model.draw(disorder)};
  auto stepper = how.prepare(sample, problem.noise).start(problem.state.prepare(sample, state));
  std::vector<double> out;
  an::noise_path path(problem.noise, an::philox(seed, {an::purpose::noise, d, k}));
  an::trajectory(stepper, times, path, [&](const auto& now, std::size_t at) {
    CHECK(now.time() == times[at]);
    out.push_back(now.energy());
    for (an::index_t i = 0; i < now.size(); ++i) out.push_back(now.densities()[i]);
  });
  return out;
}

}  // namespace

TEST_CASE("sampler: the numbers of a block are those of its trajectories, wherever the block begins and ends") {
  const auto check = [](const auto& noise, const auto& how) {
    const an::sampler sample(physics(noise), how, times, which, 9, 20);
    for (const an::block& b : {an::block{2, 0, 8}, an::block{2, 5, 6}, an::block{0, 16, 20}, an::block{2, 3, 7}}) {
      const auto got = sample(b);
      REQUIRE(got.trajectories == b.end - b.first);
      REQUIRE(got.length == 21);
      CHECK_FALSE(got.error_estimate.has_value());
      for (an::index_t k = b.first; k < b.end; ++k) {
        const auto expected = by_hand(physics(noise), how, 9, b.realization, k);
        for (std::size_t j = 0; j < expected.size(); ++j)
          CHECK(got[k - b.first][j] == doctest::Approx(expected[j]).epsilon(1e-12));
      }
    }
  };
  check(an::white_noise{{1, 3}, 1.5}, an::split_propagator{});
  check(an::reflections{{2}, 1.0}, an::event_propagator{});
}

TEST_CASE("sampler: a pure function: the same bits again, on any thread, beside any other block") {
  const an::sampler sample(physics(an::white_noise{{2}, 1.0}), an::split_propagator{}, times, which, 3, 16);
  const auto first = sample({1, 8, 16});
  std::vector<std::vector<double>> again(4);
  {
    std::vector<std::jthread> pool;
    for (std::size_t n = 0; n < again.size(); ++n)
      pool.emplace_back([&, n] {
        sample({static_cast<an::index_t>(n) % 2, 0, 8});
        again[n] = sample({1, 8, 16}).values;
      });
  }
  for (const auto& values : again) CHECK(values == first.values);
}

TEST_CASE("sampler: averages over the noise need no path, and say what they err, and what they cost") {
  const an::problem fixed{an::anderson_model{an::chain{6}, {.hopping = 1, .disorder = 2}}, an::white_noise{{2}, 1.0},
                          an::ground_state{}};
  const an::exact_noise_average how;
  const an::sampler sample(fixed, how, times, which, 3, 16);
  const auto got = sample({4, 0, 8}), again = sample({4, 8, 16});
  an::philox rng(3, {an::purpose::disorder, 4, 0});
  const an::disorder_realization here{fixed.model.draw(rng)};
  an::philox unused(3);
  auto stepper = how.prepare(here, fixed.noise).start(fixed.state.prepare(here, unused));
  double largest = 0;
  for (std::size_t k = 0; k < times.size(); ++k) {
    stepper.evolve(times[k]);
    largest = std::max(largest, stepper.error_estimate());
    CHECK(got[0][k * 7] == stepper.snapshot().energy());
  }
  REQUIRE(got.error_estimate.has_value());
  CHECK(*got.error_estimate == largest);
  CHECK(got.prepare_seconds > 0);
  CHECK(again.prepare_seconds == 0);  // was here already
  CHECK(again.move_seconds > 0);
}

TEST_CASE("sampler: bad arguments are refused when it is made, bad blocks when it is asked") {
  const auto make = [](std::vector<double> when, const auto& what) {
    an::sampler(physics(an::white_noise{{2}, 1.0}), an::split_propagator{}, std::move(when), what, 3, 8);
  };
  CHECK_THROWS_AS(make({2, 1}, which), std::invalid_argument);
  CHECK_THROWS_AS(make({1}, an::observables{an::energy{}, an::energy{}}), std::invalid_argument);
  const an::sampler sample(physics(an::white_noise{{2}, 1.0}), an::split_propagator{}, times, which, 3, 8);
  for (const an::block& bad : {an::block{0, 0, 0}, an::block{-1, 0, 1}, an::block{0, -1, 1},
                               an::block{0, std::numeric_limits<an::index_t>::min(), 3},
                               an::block{0, 0, std::numeric_limits<an::index_t>::max()}})
    CHECK_THROWS_AS(sample(bad), std::invalid_argument);
}

TEST_CASE("average: put together from its stages, broken off, saved and merged, it has the same bits") {
  const auto problem = physics(an::white_noise{{2}, 1.0});
  const an::split_propagator how;
  const an::plan p{.disorder_realizations = 5, .noise_realizations = 19, .seed = 4};
  const auto once = an::average(problem, how, times, which, p);

  using reduction = an::ensemble_reduction<an::nested_moments<double>>;
  const an::sampler sample(problem, how, times, which, p.seed, p.noise_realizations);
  const auto range = [&](an::index_t first, an::index_t end) {
    reduction part(p);
    for (an::index_t i = first; i < end; ++i)
      part.insert(p.block_at(i), sample(p.block_at(i)).to<an::moments<double>>());
    return part;
  };
  reduction all = range(10, p.blocks());
  all.merge(range(0, 4));
  all.merge(range(4, 10));
  const auto merged = an::tabulate<double>(all.result(), times, which, 6);
  for (std::size_t c = 0; c < once.columns.size(); ++c) {
    CHECK((merged.columns[c].mean == once.columns[c].mean).all());
    CHECK((merged.columns[c].error == once.columns[c].error).all());
  }

  // two ranges of realizations by two calls of average() have the realizations of one
  an::plan late = p;
  late.first_realization = 3;
  late.disorder_realizations = 2;
  const auto tail = an::average(problem, how, times, which, late);
  const auto expected = an::tabulate<double>(range(9, p.blocks()).result(), times, which, 6);
  CHECK((tail.columns[0].mean == expected.columns[0].mean).all());
  CHECK_THROWS_WITH_AS(an::tabulate<double>(all.result(), {1.0}, which, 6),
                       doctest::Contains("length of the statistic = 21"), std::invalid_argument);
}

}  // namespace sampler_test
