// SPDX-License-Identifier: MIT
#include <anderson/ensemble/problem.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace an = anderson;

namespace problem_test {

namespace {

/// A noise of a user, who forgot to check his sites.
struct unchecked_noise {
  std::vector<an::index_t> sites;
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  void increments(double, double, auto& /*rng*/, std::span<double> /*phi*/) {}
};
static_assert(an::noise_process<unchecked_noise>);

auto with_noise_on(std::vector<an::index_t> sites) {
  return an::problem{an::anderson_model{an::chain{4}, {}}, unchecked_noise{std::move(sites)},
                     an::random_product_state{}};
}

auto with_state(const auto& state) {
  return an::problem{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0}, state};
}

}  // namespace

TEST_CASE("problem: keeps its three parts, and their types") {
  const an::problem physics{an::anderson_model{an::chain{4}, {.hopping = 2}}, an::white_noise{{1}, 1.5},
                            an::random_product_state{3}};
  static_assert(
      std::same_as<decltype(physics),
                   const an::problem<an::anderson_model<an::chain>, an::white_noise, an::random_product_state>>);
  CHECK(physics.model.hopping() == 2);
  CHECK(physics.noise.gamma() == 1.5);
  CHECK(physics.state.particles == 3);
}

TEST_CASE("problem: noisy sites outside the lattice, given twice or missing are rejected, also of a user's noise") {
  CHECK_NOTHROW(with_noise_on({0, 3}));
  CHECK_THROWS_WITH_AS(with_noise_on({1, 4}), "anderson: noisy site = 4; allowed: [0, 4)", std::invalid_argument);
  CHECK_THROWS_WITH_AS(with_noise_on({-1}), doctest::Contains("noisy site = -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with_noise_on({2, 0, 2}), doctest::Contains("noisy site = 2, given twice"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with_noise_on({}), doctest::Contains("number of noisy sites = 0"), std::invalid_argument);
}

TEST_CASE("problem: a state that does not fit the lattice is rejected") {
  CHECK_NOTHROW(with_state(an::localized_excitation{3}));
  CHECK_THROWS_WITH_AS(with_state(an::localized_excitation{4}), doctest::Contains("site of the excitation = 4"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with_state(an::random_product_state{5}), doctest::Contains("particles = 5"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with_state(an::product_state{{0.0, 1.0}}), doctest::Contains("number of occupations = 2"),
                       std::invalid_argument);
}

}  // namespace problem_test
