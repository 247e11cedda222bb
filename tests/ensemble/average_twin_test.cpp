// SPDX-License-Identifier: MIT
// average() with a propagator, against a plain loop over its steppers with the same addresses. The machinery is tested
// in average_test.cpp.
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace an = anderson;

namespace average_twin_test {

namespace {

const an::chain chain{8};
const std::vector<double> times{0, 0.35, 2};
const an::plan how_often{.disorder_realizations = 4, .noise_realizations = 18, .seed = 9};
const an::split_propagator how{.dt = 0.1};

auto physics() {
  return an::problem{an::anderson_model{chain, {.hopping = 1, .disorder = 2}}, an::white_noise{{chain.center()}, 1.0},
                     an::random_product_state{.number = an::particle_number::fluctuating}};
}

enum quantity { absorbed, entropy, density_3, density_7, second_moment, quantities };

/// All quantities of every trajectory: [quantity][d][k] at times[t].
std::vector<std::vector<std::vector<double>>> loop(std::size_t t) {
  std::vector<std::vector<std::vector<double>>> all(quantities);
  const auto what = physics();
  for (an::index_t d = 0; d < how_often.disorder_realizations; ++d) {
    an::philox disorder(how_often.seed, {an::purpose::disorder, d, 0});
    const an::disorder_realization realization(what.model.draw(disorder));
    const auto prepared = how.prepare(realization, what.noise);
    for (auto& q : all) q.emplace_back();
    for (an::index_t k = 0; k < how_often.noise_realizations; ++k) {
      an::philox state_rng(how_often.seed, {an::purpose::state, d, k});
      an::noise_path path(what.noise, an::philox(how_often.seed, {an::purpose::noise, d, k}));
      auto stepper = prepared.start(what.state.prepare(realization, state_rng));
      for (std::size_t s = 0; s <= t; ++s) stepper.evolve(times[s], path);
      const auto now = stepper.snapshot();
      all[absorbed].back().push_back(now.energy() - now.initial_energy());
      all[entropy].back().push_back(an::von_neumann_entropy(now.orbitals(), now.occupations(), 4));
      all[density_3].back().push_back(now.densities()[3]);
      all[density_7].back().push_back(now.densities()[7]);
      double sum = 0;
      for (an::index_t i = 0; i < 8; ++i) sum += chain.squared_distance(i, chain.center()) * now.densities()[i];
      all[second_moment].back().push_back(sum);
    }
  }
  return all;
}

struct mean_error {
  double mean = 0, error = 0;
};
mean_error of_means(const std::vector<std::vector<double>>& samples) {
  const double count = static_cast<double>(samples.size());
  std::vector<double> means;
  mean_error result;
  for (const auto& trajectories : samples) {
    means.push_back(0);
    for (const double x : trajectories) means.back() += x / static_cast<double>(trajectories.size());
    result.mean += means.back() / count;
  }
  for (const double m : means) result.error += (m - result.mean) * (m - result.mean);
  result.error = std::sqrt(result.error / (count - 1) / count);
  return result;
}

}  // namespace

TEST_CASE("average: energy, entropy, densities and displacement are those of a loop over split steppers") {
  const auto result = an::average(physics(), how, times,
                                  an::observables{an::absorbed_energy{}, an::entanglement_entropy{4},
                                                  an::density_profile{}, an::rms_displacement{chain, chain.center()}},
                                  how_often, an::thread_executor(2));
  for (std::size_t t = 0; t < times.size(); ++t) {
    CAPTURE(times[t]);
    const auto samples = loop(t);
    const auto row = static_cast<an::index_t>(t);
    const auto check = [&](const an::series<double>& s, an::index_t column, quantity q) {
      CHECK(s.mean(row, column) == doctest::Approx(of_means(samples[q]).mean).epsilon(1e-12));
      CHECK(s.error(row, column) == doctest::Approx(of_means(samples[q]).error).epsilon(1e-12));
    };
    check(result["absorbed_energy"], 0, absorbed);
    check(result["entropy_cut4"], 0, entropy);
    check(result["density"], 3, density_3);
    check(result["density"], 7, density_7);
    const mean_error moment = of_means(samples[second_moment]);  // the average is inside the root (eq. 18)
    const auto& r = result["rms_displacement"];
    CHECK(r.mean(row, 0) == doctest::Approx(std::sqrt(moment.mean)).epsilon(1e-12));
    CHECK(r.error(row, 0) == doctest::Approx(moment.error / (2 * std::sqrt(moment.mean))).epsilon(1e-12));
  }
  CHECK(result["entropy_cut4"].mean(0, 0) == 0);  // exactly, for product states, also through the eigenmodes
  CHECK(result["entropy_cut4"].error(0, 0) == 0);
  CHECK(result["entropy_cut4"].mean(2, 0) > 0.1);
}

}  // namespace average_twin_test
