// SPDX-License-Identifier: MIT
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/reduction.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/statistics/moments.hpp>
#include <anderson/statistics/nested_moments.hpp>
#include <anderson/statistics/samples.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace reduction_test {

namespace {

using reduction = an::ensemble_reduction<an::nested_moments<double>>;
static_assert(an::nested_statistic<an::nested_moments<double>> && an::nested_statistic<an::nested_samples<double>>);
static_assert(!an::nested_statistic<an::moments<double>>);

/// The number of trajectory k of realization d.
double value(an::index_t d, an::index_t k) {
  an::philox rng(5, {an::purpose::noise, d, k});
  return an::normal(rng) / an::uniform01(rng);
}

template <class Statistic>
Statistic of(const an::block& b) {
  Statistic all;
  for (an::index_t k = b.first; k < b.end; ++k) all.add(std::array{value(b.realization, k)});
  return all;
}

void insert(reduction& to, const an::plan& p, an::index_t i) {
  to.insert(p.block_at(i), of<an::moments<double>>(p.block_at(i)));
}

reduction whole(const an::plan& p) {
  reduction all(p);
  for (an::index_t i = 0; i < p.blocks(); ++i) insert(all, p, i);
  return all;
}

/// nan, of one trajectory or realization, counts as equal to nan.
bool same_bits(const an::nested_moments<double>& a, const an::nested_moments<double>& b) {
  const auto same = [](const auto& x, const auto& y) { return ((x == y) || (x.isNaN() && y.isNaN())).all(); };
  return a.realizations() == b.realizations() && same(a.mean(), b.mean()) &&
         same(a.standard_error(), b.standard_error()) && same(a.variance_within(), b.variance_within());
}

reduction through_a_file(const reduction& r) {
  std::stringstream file;
  r.save(file);
  return reduction::load(file);
}

template <class Container>
void shuffle(Container& c, an::philox& rng) {
  for (std::size_t i = c.size(); i > 1; --i)
    std::swap(c[i - 1], c[static_cast<std::size_t>(an::uniform_index(rng, static_cast<an::index_t>(i)))]);
}

}  // namespace

TEST_CASE("ensemble_reduction: means and variances are those of the realizations") {
  const an::plan p{.disorder_realizations = 3, .noise_realizations = 19};
  const auto result = whole(p).result();
  an::nested_moments<double> expected;
  for (an::index_t d = 0; d < 3; ++d) expected.add(of<an::moments<double>>({d, 0, 19}));
  CHECK(result.realizations() == 3);
  CHECK(result.mean()[0] == doctest::Approx(expected.mean()[0]).epsilon(1e-14));
  CHECK(result.standard_error()[0] == doctest::Approx(expected.standard_error()[0]).epsilon(1e-13));
}

TEST_CASE("ensemble_reduction: broken off, saved, split into ranges, merged in any order: the bits of one run") {
  an::philox rng(31);
  for (int attempt = 0; attempt < 200; ++attempt) {
    const an::plan p{.disorder_realizations = 1 + an::uniform_index(rng, 9),
                     .noise_realizations = 1 + an::uniform_index(rng, 40),
                     .first_realization = an::uniform_index(rng, 5)};
    const auto expected = whole(p).result();
    // a run broken off after some blocks, that goes on from its file
    reduction resumed(p);
    const an::index_t stop = an::uniform_index(rng, p.blocks() + 1);
    for (an::index_t i = 0; i < stop; ++i) insert(resumed, p, i);
    resumed = through_a_file(resumed);
    for (an::index_t i = stop; i < p.blocks(); ++i) insert(resumed, p, i);
    CHECK(same_bits(resumed.result(), expected));
    CHECK(resumed.open_realizations() == 0);
    // blocks dealt out to three runs, in any order
    std::vector<an::index_t> order;
    for (an::index_t i = 0; i < p.blocks(); ++i) order.push_back(i);
    shuffle(order, rng);
    std::vector<reduction> runs(3, reduction(p));
    for (const an::index_t i : order) insert(runs[static_cast<std::size_t>(an::uniform_index(rng, 3))], p, i);
    reduction merged(p);
    shuffle(runs, rng);
    for (const auto& r : runs) merged.merge(through_a_file(r));
    CHECK(merged.realizations() == p.disorder_realizations);
    CHECK(same_bits(merged.result(), expected));
  }
}

TEST_CASE("ensemble_reduction: raw samples come back trajectory by trajectory") {
  const an::plan p{.disorder_realizations = 3, .noise_realizations = 11};
  an::ensemble_reduction<an::nested_samples<double>> all(p);
  for (an::index_t i = p.blocks(); i-- > 0;) all.insert(p.block_at(i), of<an::samples<double>>(p.block_at(i)));
  const auto result = all.result();
  REQUIRE(result.realizations() == 3);
  for (an::index_t d = 0; d < 3; ++d) {
    REQUIRE(result[d].count() == 11);
    for (an::index_t k = 0; k < 11; ++k) CHECK(result[d][k][0] == value(d, k));
  }
}

TEST_CASE(
    "ensemble_reduction: a block twice, of another ensemble, or a range that overlaps is refused, and changes "
    "nothing") {
  const an::plan p{.disorder_realizations = 4, .noise_realizations = 20};
  reduction all = whole(p);
  CHECK_THROWS_WITH_AS(insert(all, p, 4), doctest::Contains("disorder realization = 1"), std::invalid_argument);
  reduction some(p);
  insert(some, p, 1);
  CHECK_THROWS_AS(insert(some, p, 1), std::invalid_argument);
  const auto one = of<an::moments<double>>({0, 0, 1});
  for (const an::block& bad : {an::block{0, 3, 8}, an::block{0, 0, 7}, an::block{0, 16, 24}, an::block{0, 24, 32},
                               an::block{-1, 0, 8}, an::block{0, -8, 0}}) {
    CAPTURE(bad.first);
    CHECK_THROWS_WITH_AS(some.insert(bad, one), doctest::Contains("first trajectory of a block = "),
                         std::invalid_argument);
  }
  CHECK_THROWS_AS(all.merge(some), std::invalid_argument);
  CHECK_THROWS_AS(some.merge(all), std::invalid_argument);
  CHECK_THROWS_AS(some.merge(some), std::invalid_argument);
  CHECK(some.realizations() == 0);
  CHECK(some.open_realizations() == 1);
  CHECK_THROWS_WITH_AS(all.merge(reduction(19)), doctest::Contains("noise_realizations = 19"), std::invalid_argument);
  CHECK(same_bits(all.result(), whole(p).result()));
}

TEST_CASE("ensemble_reduction: a block that does not fit the others changes nothing") {
  const auto block_of = [](an::index_t count, std::size_t length) {
    an::moments<double> m;
    for (an::index_t k = 0; k < count; ++k) m.add(std::vector<double>(length, 1.0));
    return m;
  };
  reduction r(8);
  r.insert({0, 0, 8}, block_of(8, 1));
  CHECK_THROWS_AS(r.insert({1, 0, 8}, block_of(8, 2)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(r.insert({1, 0, 8}, block_of(7, 1)),
                       doctest::Contains("trajectories in the statistic of a block = 7"), std::invalid_argument);
  CHECK(r.realizations() == 1);
  CHECK(r.open_realizations() == 0);
  r.insert({1, 0, 8}, block_of(8, 1));
  CHECK(r.result().realizations() == 2);
  r.insert({3, 0, 8}, block_of(8, 1));
  CHECK_THROWS_WITH_AS(r.result(), doctest::Contains("disorder realization that is missing or not complete = 2"),
                       std::invalid_argument);
}

TEST_CASE("ensemble_reduction: a damaged file is refused") {
  const an::plan p{.disorder_realizations = 3, .noise_realizations = 20};
  reduction some(p);
  for (const an::index_t i : {0, 1, 2, 4}) insert(some, p, i);
  std::stringstream file;
  some.save(file);
  const std::string text = file.str();
  int refused = 0, tried = 0;
  for (std::size_t end = 0; end < text.size(); end += 3, ++tried) {
    std::istringstream part(text.substr(0, end));
    try {
      reduction::load(part);
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  CHECK(refused == tried);
  const std::string m8 = "moments 8 1 1p+0 1 1p+0 ",
                    d4 = "nested_moments 8 moments 1 1 1p+0 1 0p+0 moments 1 1 1p+0 1 0p+0 ";
  const std::string none = "reduction_tree 0 end ";
  for (const std::string& bad :
       {std::string("ensemble_reduction 0 "), "ensemble_reduction 20 " + none + "1 0 " + none + "end ",
        "ensemble_reduction -3 " + none + "0 end ",
        "ensemble_reduction 8 reduction_tree 1 0 4 " + d4 + "end 0 end ",  // four realizations that are one
        "ensemble_reduction 5 reduction_tree 1 0 1 " + d4 + "end 0 end ",  // of other trajectories
        "ensemble_reduction 20 " + none + "1 0 reduction_tree 1 40 1 " + m8 + "end end ",  // no such block
        "ensemble_reduction 20 " + none + "1 0 reduction_tree 1 2 1 " + m8 + "end end ",   // the last has four
        "ensemble_reduction 20 " + none + "2 0 reduction_tree 1 0 1 " + m8 + "end 0 reduction_tree 1 1 1 " + m8 +
            "end end ",
        "ensemble_reduction 20 " + none + "1 9223372036854775807 reduction_tree 1 0 1 " + m8 + "end end "}) {
    CAPTURE(bad);
    std::istringstream in(bad);
    CHECK_THROWS_AS(reduction::load(in), std::runtime_error);
  }
  std::istringstream good("ensemble_reduction 20 " + none + "1 7 reduction_tree 1 0 1 " + m8 + "end end ");
  CHECK(reduction::load(good).open_realizations() == 1);
}

}  // namespace reduction_test
