// SPDX-License-Identifier: MIT
#include <anderson/noise/support.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace {

void check(const std::vector<an::index_t>& sites) { an::detail::check_support(sites); }

}  // namespace

TEST_CASE("check_support: distinct sites from 0 on, in any order, are accepted") {
  CHECK_NOTHROW(check({0}));
  CHECK_NOTHROW(check({7, 0, 3}));
}

TEST_CASE("check_support: no site, a negative one and one given twice are rejected, with the value") {
  CHECK_THROWS_WITH_AS(check({}), "anderson: number of noisy sites = 0; allowed: at least 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(check({3, -2}), "anderson: noisy site = -2; allowed: site >= 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(check({4, 1, 4}), "anderson: noisy site = 4, given twice; allowed: each site once",
                       std::invalid_argument);
}

TEST_CASE("check_support: sites outside a known lattice are rejected, with its size") {
  const std::vector<an::index_t> sites{0, 4};
  CHECK_NOTHROW(an::detail::check_support(sites, 5));
  CHECK_THROWS_WITH_AS(an::detail::check_support(sites, 4), "anderson: noisy site = 4; allowed: [0, 4)",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::detail::check_support(std::vector<an::index_t>{-1}, 4),
                       "anderson: noisy site = -1; allowed: [0, 4)", std::invalid_argument);
}
