// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace an = anderson;

namespace chain_test {

static_assert(an::metric_lattice<an::chain>);

namespace {

using bond_list = std::vector<std::pair<an::index_t, an::index_t>>;

bond_list bonds(const an::chain& c) {
  bond_list all;
  c.for_each_bond([&](an::index_t i, an::index_t j) { all.emplace_back(i, j); });
  return all;
}

}  // namespace

TEST_CASE("chain: an open chain of L sites has the L - 1 bonds (i, i+1)") {
  CHECK(an::chain{1}.size() == 1);
  CHECK(bonds(an::chain{1}) == bond_list{});
  CHECK(bonds(an::chain{2}) == bond_list{{0, 1}});
  CHECK(bonds(an::chain{5}) == bond_list{{0, 1}, {1, 2}, {2, 3}, {3, 4}});
  CHECK(an::chain{5}.ends == an::boundary::open);
}

TEST_CASE("chain: a ring of L sites has L bonds, all in the same direction") {
  CHECK(bonds(an::chain{3, an::boundary::periodic}) == bond_list{{0, 1}, {1, 2}, {2, 0}});
  CHECK(bonds(an::chain{5, an::boundary::periodic}) == bond_list{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}});
}

TEST_CASE("chain: a ring of two sites has one bond, a ring of one site none") {
  CHECK(bonds(an::chain{2, an::boundary::periodic}) == bond_list{{0, 1}});
  CHECK(bonds(an::chain{1, an::boundary::periodic}) == bond_list{});
}

TEST_CASE("chain: the center is the paper's site L/2 counted from 1, the exact middle for odd L") {
  for (an::index_t length = 2; length <= 100; length += 2) CHECK(an::chain{length}.center() == length / 2 - 1);
  for (an::index_t length = 1; length <= 99; length += 2) {
    const an::chain c{length};
    CHECK(c.center() == length - 1 - c.center());  // as far from both ends
  }
}

TEST_CASE("chain: squared_distance is (i - j)^2, on a ring along the shorter way") {
  const an::chain open{6}, ring{6, an::boundary::periodic}, odd{7, an::boundary::periodic};
  for (an::index_t i = 0; i < 6; ++i)
    for (an::index_t j = 0; j < 6; ++j) CHECK(open.squared_distance(i, j) == static_cast<double>((i - j) * (i - j)));
  const std::vector<double> from_0{0, 1, 4, 9, 4, 1}, from_0_odd{0, 1, 4, 9, 9, 4, 1};
  for (an::index_t i = 0; i < 6; ++i)
    for (an::index_t j = 0; j < 6; ++j)
      CHECK(ring.squared_distance(i, j) == from_0[static_cast<std::size_t>((i - j + 6) % 6)]);
  for (an::index_t i = 0; i < 7; ++i)
    for (an::index_t j = 0; j < 7; ++j)
      CHECK(odd.squared_distance(i, j) == from_0_odd[static_cast<std::size_t>((i - j + 7) % 7)]);
  CHECK(an::chain{200000}.squared_distance(0, 199999) == 199999.0 * 199999.0);  // no 32-bit overflow
}

TEST_CASE("chain: no site is rejected, with the value") {
  CHECK_THROWS_WITH_AS(an::chain{0}, "anderson: chain length = 0; allowed: length >= 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::chain{-3, an::boundary::periodic}), doctest::Contains("chain length = -3"),
                       std::invalid_argument);
}

}  // namespace chain_test
