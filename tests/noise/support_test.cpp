// SPDX-License-Identifier: MIT
#include <anderson/noise/detail/support.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

namespace support_test_of_noise {

namespace {

void check(const std::vector<an::index_t>& sites) { an::detail::check_support(sites); }

struct rates {
  double second;
  std::vector<an::index_t> sites = {0, 1};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  an::noise_event next_event(double, auto& /*rng*/) { return {}; }
  double dephasing_rate(an::index_t k) const { return k == 0 ? 1.0 : second; }
};

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

TEST_CASE("check_event: waiting times from 0 to infinity, sites of the support and finite angles are accepted") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double wait : {0.0, 1e-300, 7.0, infinity}) CHECK_NOTHROW(an::detail::check_event({wait, 0, 0}, 1));
  for (const an::index_t site : {0, 1, 2}) CHECK_NOTHROW(an::detail::check_event({1, site, -1e9}, 3));
}

TEST_CASE("check_event: a member that is left out is rejected, not 0") {
  const auto message = [](const an::noise_event& e) {
    try {
      an::detail::check_event(e, 2);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(message({.wait = 1, .site = 0, .angle = 2}) == "accepted");
  CHECK(message({}).find("waiting time of a noise event = nan") != std::string::npos);
  CHECK(message({.site = 0, .angle = 2}).find("waiting time of a noise event = nan") != std::string::npos);
  CHECK(message({.wait = 1}).find("site of a noise event = -1") != std::string::npos);
  CHECK(message({.wait = 1, .angle = 2}).find("site of a noise event = -1") != std::string::npos);
  CHECK(message({.wait = 1, .site = 0}).find("angle of a noise event = nan") != std::string::npos);
  CHECK(message({1, 1}).find("angle of a noise event = nan") != std::string::npos);
}

TEST_CASE("dephasing_rates: a rate that is not written, or negative, is rejected with its site") {
  CHECK(an::detail::dephasing_rates(rates{.second = 2}, 3) == std::vector{1.0, 2.0});
  for (const double bad : {-0.5, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_WITH_AS(an::detail::dephasing_rates(rates{.second = bad}, 3), doctest::Contains("dephasing_rate(1)"),
                         std::invalid_argument);
}

TEST_CASE("check_event: everything else is rejected, with the value") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto check_one = [](double wait, an::index_t site, double angle) {
    an::detail::check_event({wait, site, angle}, 2);
  };
  CHECK_THROWS_WITH_AS(check_one(-0.5, 0, 1), "anderson: waiting time of a noise event = -0.5; allowed: >= 0",
                       std::invalid_argument);
  for (const double bad : {nan, -infinity})
    CHECK_THROWS_WITH_AS(check_one(bad, 0, 1), doctest::Contains("waiting time of a noise event = "),
                         std::invalid_argument);
  CHECK_THROWS_WITH_AS(check_one(1, 2, 1),
                       "anderson: site of a noise event = 2; allowed: [0, 2), an index into support()",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(check_one(1, -1, 1), doctest::Contains("site of a noise event = -1"), std::invalid_argument);
  for (const double bad : {nan, infinity, -infinity})
    CHECK_THROWS_WITH_AS(check_one(1, 0, bad), doctest::Contains("angle of a noise event = "), std::invalid_argument);
}

}  // namespace support_test_of_noise
