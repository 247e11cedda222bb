// SPDX-License-Identifier: MIT
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/statistics/moments.hpp>
#include <anderson/statistics/reduction_tree.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace reduction_tree_test {

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
static_assert(an::storable<an::moments<double>> && !an::storable<tree>);

TEST_CASE("reduction_tree: merges in index order, in a pairwise tree") {
  an::reduction_tree<tree> r;
  CHECK(r.result().text.empty());
  const std::array<std::string, 7> trees{
      "a", "(ab)", "((ab)c)", "((ab)(cd))", "(((ab)(cd))e)", "(((ab)(cd))(ef))", "((((ab)(cd))(ef))g)"};
  for (std::size_t i = 0; i < trees.size(); ++i) {
    r.insert(static_cast<an::index_t>(i), {std::string(1, static_cast<char>('a' + i))});
    CHECK(r.result().text == trees[i]);
  }
}

TEST_CASE("reduction_tree: values may come in any order; a gap is refused until it is filled") {
  an::reduction_tree<tree> r;
  r.insert(2, {"c"});
  r.insert(0, {"a"});
  CHECK(r.size() == 2);
  CHECK(r.covers(2, 3));
  CHECK_FALSE(r.covers(0, 3));
  CHECK(r.covers(1, 1));
  CHECK_THROWS_WITH_AS(r.result(), doctest::Contains("index without a value = 1"), std::invalid_argument);
  r.insert(1, {"b"});
  CHECK(r.covers(0, 3));
  CHECK_FALSE(r.covers(0, 4));
  CHECK(r.result().text == "((ab)c)");
}

TEST_CASE("reduction_tree: a range may begin anywhere, and is a part of the one tree") {
  an::reduction_tree<tree> late;
  for (const an::index_t i : {3, 4, 5, 6}) late.insert(i, {std::string(1, static_cast<char>('a' + i))});
  CHECK(late.result().text == "((d(ef))g)");
  an::reduction_tree<tree> early;
  for (const an::index_t i : {2, 0, 1}) early.insert(i, {std::string(1, static_cast<char>('a' + i))});
  early.merge(late);
  CHECK(early.size() == 7);
  CHECK(early.result().text == "((((ab)(cd))(ef))g)");
  CHECK(late.size() == 4);
  CHECK_THROWS_AS(early.merge(late), std::invalid_argument);
  CHECK(early.size() == 7);
}

TEST_CASE("reduction_tree: ranges that share an index are refused before anything is merged") {
  an::reduction_tree<tree> a, b;
  a.insert(0, {"a"});
  a.insert(4, {"e"});
  b.insert(1, {"b"});
  b.insert(4, {"x"});
  CHECK_THROWS_WITH_AS(a.merge(b), doctest::Contains("index = 4"), std::invalid_argument);
  CHECK(a.size() == 2);
  CHECK_FALSE(a.covers(1, 2));
}

TEST_CASE("reduction_tree: the same bits for every order of arrival, unlike a running sum") {
  constexpr an::index_t n = 1000;
  an::philox rng{17, {}};
  std::vector<double> values;
  for (an::index_t i = 0; i < n; ++i) values.push_back(an::normal(rng) / an::uniform01(rng));

  const auto reduce = [&](const std::vector<an::index_t>& order) {
    an::reduction_tree<an::moments<double>> r;
    for (const an::index_t i : order) {
      an::moments<double> one;
      one.add(std::array{values[static_cast<std::size_t>(i)]});
      r.insert(i, std::move(one));
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

TEST_CASE("reduction_tree: pairwise summation does not collect rounding errors") {
  constexpr an::index_t n = 1 << 20;
  an::reduction_tree<sum> r;
  double running = 0;
  for (an::index_t i = 0; i < n; ++i) {
    r.insert(i, {0.1});
    running += 0.1;
  }
  CHECK(r.result().value == 0.1 * n);  // n is a power of two: no rounding at all
  CHECK(running != 0.1 * n);
}

TEST_CASE("reduction_tree: each index once, none negative") {
  an::reduction_tree<sum> r;
  r.insert(0, {1});
  r.insert(5, {1});
  CHECK_THROWS_AS(r.insert(0, {1}), std::invalid_argument);
  CHECK_THROWS_AS(r.insert(5, {1}), std::invalid_argument);
  CHECK_THROWS_AS(r.insert(-1, {1}), std::invalid_argument);
  CHECK(r.size() == 2);
}

TEST_CASE("reduction_tree: cut into ranges, saved and merged in any order, the bits are those of one run") {
  an::philox rng{23, {}};
  for (int attempt = 0; attempt < 200; ++attempt) {
    const an::index_t n = 1 + an::uniform_index(rng, 70), start = an::uniform_index(rng, 40);
    std::vector<an::moments<double>> values(static_cast<std::size_t>(n));
    for (auto& v : values) v.add(std::array{an::normal(rng) / an::uniform01(rng), an::normal(rng)});
    an::reduction_tree<an::moments<double>> whole;
    for (an::index_t i = 0; i < n; ++i) whole.insert(start + i, values[static_cast<std::size_t>(i)]);

    std::vector<an::reduction_tree<an::moments<double>>> parts(3);
    for (const an::index_t i : shuffled(n, rng))
      parts[static_cast<std::size_t>(an::uniform_index(rng, 3))].insert(start + i, values[static_cast<std::size_t>(i)]);
    an::reduction_tree<an::moments<double>> merged;
    for (const an::index_t p : shuffled(3, rng)) {
      std::stringstream file;
      parts[static_cast<std::size_t>(p)].save(file);
      merged.merge(an::reduction_tree<an::moments<double>>::load(file));
    }
    CHECK(merged.size() == n);
    CHECK(merged.result().count() == whole.result().count());
    CHECK((merged.result().mean() == whole.result().mean()).all());
    CHECK((merged.result().m2() == whole.result().m2()).all());
  }
}

TEST_CASE("reduction_tree: what does not merge changes nothing") {
  const auto of_length = [](std::size_t n) {
    an::moments<double> m;
    m.add(std::vector<double>(n, 1.0));
    return m;
  };
  an::reduction_tree<an::moments<double>> r;
  for (const an::index_t i : {1, 2, 3}) r.insert(i, of_length(1));
  CHECK_THROWS_AS(r.insert(0, of_length(2)), std::invalid_argument);
  CHECK(r.size() == 3);
  CHECK_FALSE(r.covers(0, 1));
  CHECK(r.result().count() == 3);
  an::reduction_tree<an::moments<double>> other;
  other.insert(5, of_length(1));
  other.insert(0, of_length(2));
  CHECK_THROWS_AS(r.merge(other), std::invalid_argument);
  CHECK(r.size() == 3);
  CHECK_FALSE(r.covers(5, 6));
  r.insert(0, of_length(1));
  CHECK(r.covers(0, 4));
}

TEST_CASE("reduction_tree: a stream that does not take all is noticed") {
  an::reduction_tree<an::moments<double>> r;
  std::ofstream nowhere("/nonexistent/file");
  CHECK_THROWS_WITH_AS(r.save(nowhere), doctest::Contains("saving statistics failed"), std::runtime_error);
}

TEST_CASE("reduction_tree: what is saved is exact, also nan, infinity, denormals and long double") {
  const long double tiny = std::numeric_limits<long double>::denorm_min();
  an::moments<long double> m;
  m.add(std::array{tiny, 1.0L / 3, -0.0L, std::numeric_limits<long double>::infinity(),
                   std::numeric_limits<long double>::quiet_NaN()});
  an::reduction_tree<an::moments<long double>> r;
  r.insert(7, m);
  std::stringstream file;
  r.save(file);
  const auto back = an::reduction_tree<an::moments<long double>>::load(file).result();
  CHECK(back.count() == 1);
  CHECK(back.mean()[0] == tiny);
  CHECK(back.mean()[1] == 1.0L / 3);
  CHECK(std::signbit(back.mean()[2]));
  CHECK(std::isinf(back.mean()[3]));
  CHECK(std::isnan(back.mean()[4]));
}

TEST_CASE("reduction_tree: a damaged file is refused, wherever it is cut or changed") {
  an::reduction_tree<an::moments<double>> r;
  for (const an::index_t i : {0, 1, 2, 5}) {
    an::moments<double> m;
    m.add(std::array{0.1 * static_cast<double>(i), 2.0});
    r.insert(i, m);
  }
  std::stringstream file;
  r.save(file);
  const std::string text = file.str();
  for (std::size_t end = 0; end < text.size(); ++end) {
    std::istringstream part(text.substr(0, end));
    try {
      const auto back = an::reduction_tree<an::moments<double>>::load(part);
      CAPTURE(end);
      CHECK(back.size() < 0);  // never here
    } catch (const std::runtime_error&) {
    }
  }
  for (const char* bad : {"", "moments", "reduction_tree -1", "reduction_tree 1 0 3 moments 1 0 0",
                          "reduction_tree 1 1 2 moments 1 0 0", "reduction_tree 2 0 1 moments 1 0 0 0 1 moments 1 0 0",
                          "reduction_tree 1 0 1 moments 1 9223372036854775807 0x0", "reduction_tree 1 0 1 moments x"}) {
    CAPTURE(bad);
    std::istringstream in(bad);
    CHECK_THROWS_AS(an::reduction_tree<an::moments<double>>::load(in), std::runtime_error);
  }
}

}  // namespace reduction_tree_test
