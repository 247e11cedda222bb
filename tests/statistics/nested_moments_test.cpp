// SPDX-License-Identifier: MIT
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/statistics/nested_moments.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace nested_moments_test {

namespace {

using table = std::vector<std::vector<double>>;  // [realization][trajectory]

an::moments<double> of(const std::vector<double>& trajectories) {
  an::moments<double> m;
  for (const double x : trajectories) m.add(std::array{x});
  return m;
}

an::nested_moments<double> of(const table& all) {
  an::nested_moments<double> n;
  for (const auto& one : all) n.add(of(one));
  return n;
}

double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double variance(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += (v - mean(x)) * (v - mean(x));
  return sum / static_cast<double>(x.size() - 1);
}

table random_table(int realizations, int trajectories, double between, double within) {
  an::philox rng{5, {}};
  table all(static_cast<std::size_t>(realizations));
  for (auto& one : all) {
    const double center = std::sqrt(between) * an::normal(rng);
    for (int k = 0; k < trajectories; ++k) one.push_back(center + std::sqrt(within) * an::normal(rng));
  }
  return all;
}

}  // namespace

TEST_CASE("nested_moments: exact on two realizations of two trajectories") {
  const auto n = of(table{{1, 3}, {6, 10}});  // means 2 and 8, variances 2 and 8
  CHECK(n.realizations() == 2);
  CHECK(n.trajectories() == 2);
  CHECK(n.mean()[0] == 5.0);
  CHECK(n.standard_error()[0] == 3.0);  // sqrt(18 / 2)
  CHECK(n.variance_within()[0] == 5.0);
  CHECK(n.variance_between()[0] == 15.5);  // 18 - 5 / 2
}

TEST_CASE("nested_moments: the formulas, against two plain passes") {
  const table all = random_table(30, 7, 2.0, 5.0);
  std::vector<double> means, variances;
  for (const auto& one : all) {
    means.push_back(mean(one));
    variances.push_back(variance(one));
  }
  const auto n = of(all);
  CHECK(n.mean()[0] == doctest::Approx(mean(means)).epsilon(1e-13));
  CHECK(n.standard_error()[0] == doctest::Approx(std::sqrt(variance(means) / 30)).epsilon(1e-13));
  CHECK(n.variance_within()[0] == doctest::Approx(mean(variances)).epsilon(1e-13));
  CHECK(n.variance_between()[0] == doctest::Approx(variance(means) - mean(variances) / 7).epsilon(1e-13));
}

TEST_CASE("nested_moments: estimates the two variances without bias") {
  // 20000 realizations: relative errors sqrt(2 / D) of Var(means) = 2 + 3/4 and sqrt(2 / (3 D)) of the other; 6 sigma.
  const auto n = of(random_table(20000, 4, 2.0, 3.0));
  CHECK(std::abs(n.variance_within()[0] - 3.0) < 6 * 3.0 * std::sqrt(2.0 / 60000));
  CHECK(std::abs(n.variance_between()[0] - 2.0) < 6 * 2.75 * std::sqrt(2.0 / 20000));
  const double of_means = 20000 * n.standard_error()[0] * n.standard_error()[0];
  CHECK(n.variance_between()[0] + n.variance_within()[0] / 4 == doctest::Approx(of_means));
}

TEST_CASE("nested_moments: a negative estimate of the variance between realizations is returned as 0") {
  CHECK(of(table{{-1, 1}, {-2, 2}}).variance_between()[0] == 0.0);
}

TEST_CASE("nested_moments: one realization has the error of its trajectories only") {
  const auto n = of(table{{1, 2, 3, 6}});
  CHECK(n.mean()[0] == 3.0);
  CHECK(n.standard_error()[0] == doctest::Approx(std::sqrt(14.0 / 3 / 4)));
  CHECK(n.variance_within()[0] == doctest::Approx(14.0 / 3));
  CHECK(std::isnan(n.variance_between()[0]));
  const auto single = of(table{{4}});
  CHECK(single.mean()[0] == 4.0);
  CHECK(std::isnan(single.standard_error()[0]));
}

TEST_CASE("nested_moments: with one trajectory each, only the total variance is known") {
  const auto n = of(table{{1}, {2}, {3}, {6}});
  CHECK(n.standard_error()[0] == doctest::Approx(std::sqrt(14.0 / 3 / 4)));
  CHECK(std::isnan(n.variance_within()[0]));
  CHECK(n.variance_between()[0] == doctest::Approx(14.0 / 3));
}

TEST_CASE("nested_moments: merged parts equal the whole; an empty one changes no bit") {
  const table all = random_table(12, 3, 1.0, 1.0);
  const auto whole = of(all);
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(cut);
    auto left = of(table(all.begin(), middle));
    left.merge(of(table(middle, all.end())));
    CHECK(left.realizations() == 12);
    const double tolerance = cut == 0 || cut == all.size() ? 0.0 : 1e-13;
    const auto close = [&](double a, double b) { return std::abs(a - b) <= tolerance * std::abs(b); };
    CHECK(close(left.mean()[0], whole.mean()[0]));
    CHECK(close(left.standard_error()[0], whole.standard_error()[0]));
    CHECK(close(left.variance_within()[0], whole.variance_within()[0]));
    CHECK(close(left.variance_between()[0], whole.variance_between()[0]));
  }
}

TEST_CASE("nested_moments: rejects realizations of another shape") {
  auto n = of(table{{1, 2}});
  CHECK_THROWS_AS(n.add(of(std::vector<double>{1})), std::invalid_argument);
  CHECK_THROWS_AS(n.add({}), std::invalid_argument);
  CHECK_THROWS_AS(n.merge(of(table{{1, 2, 3}})), std::invalid_argument);
  an::moments<double> longer;
  for (int i = 0; i < 2; ++i) longer.add(std::array{1.0, 2.0});
  CHECK_THROWS_AS(n.add(longer), std::invalid_argument);
  CHECK(n.realizations() == 1);
  CHECK(an::nested_moments<double>{}.standard_error().size() == 0);
}

TEST_CASE("suggested_trajectories: minimizes error times cost") {
  for (const double within : {0.1, 3.0, 40.0})
    for (const double ratio : {0.5, 2.0, 30.0}) {
      const auto product = [&](double k) { return (1 + within / k) * (ratio + k); };
      const auto best = static_cast<double>(an::suggested_trajectories(within, 1.0, ratio));
      CHECK(best >= 1);
      for (double k = 1; k < 60; ++k) CHECK(product(best) <= product(k) * 1.02);  // rounding costs less
    }
  CHECK(an::suggested_trajectories(4.0, 1.0, 25.0) == 10);
  CHECK(an::suggested_trajectories(0.0, 1.0, 25.0) == 1);
  CHECK(an::suggested_trajectories(0.0, 0.0, 1.0) == 1);
  CHECK(an::suggested_trajectories(1.0, 0.0, 1.0) == std::numeric_limits<an::index_t>::max());
  CHECK_THROWS_AS(an::suggested_trajectories(-1.0, 1.0, 1.0), std::invalid_argument);
  CHECK_THROWS_AS(an::suggested_trajectories(1.0, std::nan(""), 1.0), std::invalid_argument);
}

}  // namespace nested_moments_test
