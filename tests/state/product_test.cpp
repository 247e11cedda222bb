// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace product_test {

using support::largest;

namespace {

using vector = an::vector_t<double>;

static_assert(an::initial_state<an::product_state, support::sites_only>);
static_assert(an::initial_state<an::random_product_state, support::sites_only>);
static_assert(an::initial_state<an::localized_excitation, support::sites_only>);

/// Densities of a state that must be diagonal in the sites, to the bit.
vector densities(const auto& state, an::index_t sites, an::philox& rng) {
  const an::gaussian_state<double> s = state.prepare(support::sites_only{sites}, rng);
  REQUIRE(s.size() == sites);
  REQUIRE_NOTHROW(an::gaussian_state<double>(s.orbitals(), s.occupations()));
  const auto c = support::correlations(s);
  REQUIRE(an::matrix_t<std::complex<double>>(c.diagonal().asDiagonal()) == c);
  return c.diagonal().real();
}
vector densities(const auto& state, an::index_t sites) {
  an::philox rng(1, {});
  return densities(state, sites, rng);
}

constexpr int draws = 20000;
constexpr double bound = 5.5;  // standard deviations: missed less than once in a million, also by a few dozen checks

an::philox stream(int k) { return {5, {an::purpose::state, 0, k}}; }

}  // namespace

TEST_CASE("product_state: C = diag(n), occupied sites only") {
  CHECK(densities(an::product_state{{0, 1, 1, 0, 1}}, 5) == vector{{0, 1, 1, 0, 1}});
  CHECK(densities(an::product_state{{0, 0}}, 2) == vector::Zero(2));
  an::philox rng(1, {}), untouched(1, {});
  const auto s = an::product_state{{0, 1, 1, 0, 1}}.prepare(support::sites_only{5}, rng);
  CHECK(s.orbitals().cols() == 3);
  CHECK(s.occupations() == vector::Ones(3));
  CHECK(rng == untouched);
}

TEST_CASE("product_state: fractional densities are occupations") {
  CHECK(densities(an::product_state{{0.25, 0, 1, 0.5}}, 4) == vector{{0.25, 0, 1, 0.5}});
}

TEST_CASE("product_state: bad densities and sizes are rejected, with the value") {
  for (const double bad : {-0.1, 1.0001, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_WITH_AS((an::product_state{{0.5, 1.0, bad}}), doctest::Contains("occupations[2] = "),
                         std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::product_state{{0.0, 1.0}}.check(3)),
                       "anderson: number of occupations = 2; allowed: the number of sites, 3", std::invalid_argument);
  CHECK_NOTHROW(an::product_state{{0.0, 1.0}}.check(2));
}

TEST_CASE("random_product_state: N fixed is exact, every site has density N / L") {
  for (const an::index_t n : {0, 3, 5, 10}) {
    CAPTURE(n);
    const an::random_product_state law{n == 5 ? std::optional<an::index_t>() : n};  // 5 of 10 is the default
    vector sum = vector::Zero(10);
    for (int k = 0; k < draws / 10; ++k) {
      auto rng = stream(k);
      const vector density = densities(law, 10, rng);
      REQUIRE(density.sum() == static_cast<double>(n));
      sum += density;
    }
    const double p = static_cast<double>(n) / 10, deviation = std::sqrt(p * (1 - p) * draws / 10);
    CHECK(largest(sum - vector::Constant(10, p * draws / 10)) <= bound * deviation);
  }
}

TEST_CASE("random_product_state: N fixed takes every set of sites equally often") {
  std::map<std::vector<double>, int> counts;
  for (int k = 0; k < draws; ++k) {
    auto rng = stream(k);
    const vector n = densities(an::random_product_state{2}, 4, rng);
    ++counts[{n.data(), n.data() + 4}];
  }
  REQUIRE(counts.size() == 6);
  for (const auto& [set, count] : counts) CHECK(std::abs(count - draws / 6.0) < bound * std::sqrt(draws * 5.0 / 36));
}

TEST_CASE("random_product_state: independent sites have a binomial particle number") {
  struct ensemble {
    std::optional<an::index_t> particles;
    an::index_t sites;
    double probability;
  };
  for (const ensemble& e :
       {ensemble{{}, 10, 0.5}, ensemble{{}, 7, 0.5}, ensemble{2, 8, 0.25}, ensemble{0, 6, 0}, ensemble{6, 6, 1}}) {
    CAPTURE(e.sites);
    CAPTURE(e.probability);
    const an::random_product_state law{e.particles, an::particle_number::fluctuating};
    vector sum = vector::Zero(e.sites);
    double number = 0, squares = 0;
    for (int k = 0; k < draws / 4; ++k) {
      auto rng = stream(k);
      const vector n = densities(law, e.sites, rng);
      sum += n;
      number += n.sum();
      squares += n.sum() * n.sum();
    }
    const double count = draws / 4, p = e.probability, length = static_cast<double>(e.sites);
    const double variance = length * p * (1 - p), mean = number / count;
    CHECK(std::abs(mean - length * p) <= bound * std::sqrt(variance / count));
    // The variance of a sample variance is at most 2 variance^2 / count for a binomial (its kurtosis is below 3).
    CHECK(std::abs(squares / count - mean * mean - variance) <= bound * variance * std::sqrt(2 / count));
    CHECK(largest(sum - vector::Constant(e.sites, p * count)) <= bound * std::sqrt(p * (1 - p) * count));
  }
}

TEST_CASE("random_product_state: the same stream gives the same state, another one another") {
  auto a = stream(0), b = stream(0), c = stream(1);
  const vector n = densities(an::random_product_state{}, 40, a);
  CHECK(densities(an::random_product_state{}, 40, b) == n);
  CHECK(densities(an::random_product_state{}, 40, c) != n);
}

TEST_CASE("random_product_state: a number of particles that does not fit is rejected, with the value") {
  CHECK_NOTHROW(an::random_product_state{}.check(1));
  CHECK_THROWS_WITH_AS(an::random_product_state{5}.check(4), doctest::Contains("particles = 5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::random_product_state{-1, an::particle_number::fluctuating}.check(4)),
                       doctest::Contains("particles = -1"), std::invalid_argument);
}

TEST_CASE("localized_excitation: one particle on one site; others are rejected, with the value") {
  CHECK(densities(an::localized_excitation{2}, 4) == vector{{0, 0, 1, 0}});
  CHECK_NOTHROW(an::localized_excitation{0}.check(4));
  CHECK_NOTHROW(an::localized_excitation{3}.check(4));
  CHECK_THROWS_WITH_AS(an::localized_excitation{4}.check(4), "anderson: site of the excitation = 4; allowed: [0, 4)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::localized_excitation{-1}.check(4), doctest::Contains("site of the excitation = -1"),
                       std::invalid_argument);
}

}  // namespace product_test
