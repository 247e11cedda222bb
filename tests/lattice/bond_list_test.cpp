// SPDX-License-Identifier: MIT
#include <anderson/lattice/bond_list.hpp>
#include <anderson/lattice/chain.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace bond_list_test {

static_assert(an::lattice<an::bond_list>);

TEST_CASE("bond_list: the bonds of a lattice, in its order and direction") {
  const an::bond_list ring(an::chain{4, an::boundary::periodic});
  const std::vector<an::bond> expected{{0, 1}, {1, 2}, {2, 3}, {3, 0}};
  CHECK(ring.size() == 4);
  CHECK(std::ranges::equal(ring.bonds(), expected));
  std::vector<an::bond> visited;
  ring.for_each_bond([&](an::index_t i, an::index_t j) { visited.push_back({i, j}); });
  CHECK(visited == expected);
}

TEST_CASE("bond_list: neighbors of every site, in the order of the bonds") {
  const an::bond_list graph{5, {{3, 1}, {0, 1}, {1, 4}, {3, 4}}};
  CHECK(std::ranges::equal(graph.row_begin(), std::vector<an::index_t>{0, 1, 4, 4, 6, 8}));
  CHECK(std::ranges::equal(graph.neighbors(), std::vector<an::index_t>{1, 3, 0, 4, 1, 4, 1, 3}));
}

TEST_CASE("bond_list: knows whether all bonds join consecutive sites") {
  CHECK(an::bond_list(an::chain{5}).consecutive());
  CHECK(an::bond_list{4, {{3, 2}, {0, 1}}}.consecutive());
  CHECK(an::bond_list{3, {}}.consecutive());
  CHECK_FALSE(an::bond_list(an::chain{5, an::boundary::periodic}).consecutive());
  CHECK_FALSE(an::bond_list{4, {{0, 1}, {2, 0}}}.consecutive());
}

TEST_CASE("bond_list: bad bonds are rejected, with the value") {
  const auto with = [](an::index_t sites, std::vector<an::bond> bonds) {
    return an::bond_list(sites, std::move(bonds));
  };
  CHECK_NOTHROW(with(3, {{0, 2}}));
  CHECK_THROWS_WITH_AS(with(3, {{0, 1}, {1, 3}}), "anderson: bond = 1-3; allowed: two different sites in [0, 3)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{-1, 0}}), doctest::Contains("bond = -1-0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{2, 2}}), doctest::Contains("bond = 2-2"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{0, 1}, {1, 2}, {1, 0}}), "anderson: bond = 0-1, given twice; allowed: each bond once",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(4, {{3, 2}, {0, 1}, {3, 2}}), doctest::Contains("bond = 2-3, given twice"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(0, {}), doctest::Contains("number of sites = 0"), std::invalid_argument);
}

}  // namespace bond_list_test
