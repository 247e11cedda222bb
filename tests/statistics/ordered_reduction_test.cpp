// SPDX-License-Identifier: MIT
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/statistics/moments.hpp>
#include <anderson/statistics/ordered_reduction.hpp>

#include <doctest/doctest.h>

#include <array>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace ordered_reduction_test {

namespace {

/// Writes down how it was merged.
struct tree {
  std::string text;
  void merge(const tree& other) { text = text.empty() ? other.text : "(" + text + other.text + ")"; }
};

struct sum {
  double value = 0;
  void merge(const sum& other) { value += other.value; }
};

std::vector<an::index_t> shuffled(an::index_t n, an::philox& rng) {
  std::vector<an::index_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), an::index_t{0});
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(an::uniform_index(rng, static_cast<an::index_t>(i)))]);
  return order;
}

}  // namespace

static_assert(an::mergeable<an::moments<double>>);
static_assert(!an::mergeable<double>);

TEST_CASE("ordered_reduction: merges in index order, in a pairwise tree") {
  an::ordered_reduction<tree> r;
  CHECK(r.result().text.empty());
  const std::array<std::string, 7> trees{
      "a", "(ab)", "((ab)c)", "((ab)(cd))", "(((ab)(cd))e)", "(((ab)(cd))(ef))", "((((ab)(cd))(ef))g)"};
  for (std::size_t i = 0; i < trees.size(); ++i) {
    r.push(static_cast<an::index_t>(i), {std::string(1, static_cast<char>('a' + i))});
    CHECK(r.result().text == trees[i]);
  }
}

TEST_CASE("ordered_reduction: holds early values back") {
  an::ordered_reduction<tree> r;
  r.push(2, {"c"});
  r.push(1, {"b"});
  CHECK(r.pushed() == 2);
  CHECK(r.merged() == 0);
  CHECK(r.result().text.empty());
  r.push(0, {"a"});
  CHECK(r.merged() == 3);
  CHECK(r.pushed() == 3);
  CHECK(r.result().text == "((ab)c)");
}

TEST_CASE("ordered_reduction: the same bits for every order of arrival, unlike a running sum") {
  constexpr an::index_t n = 1000;
  an::philox rng{17, {}};
  std::vector<double> values;
  for (an::index_t i = 0; i < n; ++i) values.push_back(an::normal(rng) / an::uniform01(rng));

  const auto reduce = [&](const std::vector<an::index_t>& order) {
    an::ordered_reduction<an::moments<double>> r;
    for (const an::index_t i : order) {
      an::moments<double> one;
      one.add(std::array{values[static_cast<std::size_t>(i)]});
      r.push(i, std::move(one));
    }
    return r.result();
  };
  std::vector<an::index_t> order(n);
  std::iota(order.begin(), order.end(), an::index_t{0});
  const auto expected = reduce(order);
  bool running_sum_differs = false;
  const double running = std::accumulate(values.begin(), values.end(), 0.0);
  for (int attempt = 0; attempt < 20; ++attempt) {
    order = shuffled(n, rng);
    const auto result = reduce(order);
    CHECK(result.count() == n);
    CHECK(result.mean()[0] == expected.mean()[0]);
    CHECK(result.m2()[0] == expected.m2()[0]);
    double other = 0;
    for (const an::index_t i : order) other += values[static_cast<std::size_t>(i)];
    running_sum_differs = running_sum_differs || other != running;
  }
  CHECK(running_sum_differs);
}

TEST_CASE("ordered_reduction: pairwise summation does not collect rounding errors") {
  constexpr an::index_t n = 1 << 20;
  an::ordered_reduction<sum> r;
  double running = 0;
  for (an::index_t i = 0; i < n; ++i) {
    r.push(i, {0.1});
    running += 0.1;
  }
  CHECK(r.result().value == 0.1 * n);  // n is a power of two: no rounding at all
  CHECK(running != 0.1 * n);
}

TEST_CASE("ordered_reduction: each index once, none negative") {
  an::ordered_reduction<sum> r;
  r.push(0, {1});
  r.push(5, {1});
  CHECK_THROWS_AS(r.push(0, {1}), std::invalid_argument);
  CHECK_THROWS_AS(r.push(5, {1}), std::invalid_argument);
  CHECK_THROWS_AS(r.push(-1, {1}), std::invalid_argument);
  CHECK(r.pushed() == 2);
}

}  // namespace ordered_reduction_test
