// SPDX-License-Identifier: MIT
#include <anderson/linalg/detail/bessel.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace an = anderson;

namespace bessel_test {

namespace {

template <class Real>
std::vector<Real> bessel(Real z, double negligible = 1e-24) {
  std::vector<Real> j;
  an::detail::bessel_j(z, negligible, j);
  return j;
}

/// sum_m (-1)^m (z/2)^(2m + n) / (m! (m + n)!)   (DLMF 10.2.2), without cancellation for z <= 1.
long double power_series(int n, long double z) {
  long double term = 1, sum = 0;
  for (int k = 1; k <= n; ++k) term *= z / 2 / static_cast<long double>(k);
  for (int m = 0; m < 30; ++m) {
    sum += term;
    term *= -z * z / 4 / (static_cast<long double>(m + 1) * static_cast<long double>(m + 1 + n));
  }
  return sum;
}

}  // namespace

TEST_CASE("bessel_j: equals its power series to a relative error of rounding and the negligible, 1e-8 to 1") {
  for (const double z : {1e-8, 1e-5, 1e-3, 0.1, 0.25, 0.5, 1.0}) {
    const std::vector<double> j = bessel(z);
    REQUIRE(j.size() >= 2);
    for (int n = 0; n < static_cast<int>(j.size()); ++n) {
      CAPTURE(z);
      CAPTURE(n);
      const auto exact = static_cast<double>(power_series(n, z));
      CHECK(std::abs(j[static_cast<std::size_t>(n)] - exact) <= 2e-15 * exact + 1e-24);
    }
    const std::vector<long double> wide = bessel<long double>(z, 1e-28);
    for (std::size_t n = 0; n < wide.size(); ++n) {
      const long double exact = power_series(static_cast<int>(n), z);
      CHECK(std::abs(wide[n] - exact) <= 2e-18L * exact + 1e-28L);
    }
  }
}

TEST_CASE("bessel_j: printed values [Abramowitz and Stegun, tables 9.1 and 9.4]") {
  const std::vector<double> one = bessel(1.0), ten = bessel(10.0), hundred = bessel(100.0);
  CHECK(std::abs(one[0] - 0.765197686557966551) < 1e-15);
  CHECK(std::abs(one[1] - 0.440050585744933516) < 1e-15);
  CHECK(std::abs(ten[0] + 0.245935764451348335) < 1e-15);
  CHECK(std::abs(ten[1] - 0.043472746168861437) < 1e-15);
  CHECK(std::abs(ten[10] - 0.207486106633358857) < 1e-15);
  CHECK(std::abs(ten[20] / 1.151336924781339e-5 - 1) < 1e-14);
  CHECK(std::abs(hundred[0] - 0.019985850304223122) < 1e-15);
  CHECK(std::abs(hundred[100] - 0.096366673295861559) < 1e-15);
}

TEST_CASE("bessel_j: sums to 1 and equals the other recurrence, up to z = 1e4") {
  for (const double z : {3.0, 7.9, 8.1, 57.0, 1000.0, 1e4}) {
    CAPTURE(z);
    const std::vector<double> j = bessel(z);
    double sum = j[0];  // J_0 + 2 sum J_2k = 1 (DLMF 10.12.4), not what the values are normalized by
    for (std::size_t n = 2; n < j.size(); n += 2) sum += 2 * j[n];
    CHECK(std::abs(sum - 1) < 1e-13);
    const std::vector<long double> wide = bessel<long double>(z);
    for (std::size_t n = 0; n < std::min(j.size(), wide.size()); ++n)
      REQUIRE(std::abs(j[n] - static_cast<double>(wide[n])) < 4e-16 * (1 + std::sqrt(z) / 10));
  }
  const std::vector<double> j = bessel(1e4);
  CHECK(std::abs(j[0] - -0.0070961603533888015) < 1e-14);
}

TEST_CASE("bessel_j: what is left out is negligible, and little is computed in vain") {
  for (const double z : {0.0, 1e-300, 1e-8, 0.4, 7.0, 9.0, 300.0, 1e4})
    for (const double negligible : {1e-10, 1e-20}) {
      CAPTURE(z);
      const auto orders = static_cast<std::size_t>(an::detail::bessel_orders(z, negligible));
      const std::vector<double> more = bessel(z, 1e-60);
      double rest = 0;
      for (std::size_t n = orders + 1; n < more.size(); ++n) rest += std::abs(more[n]);
      CHECK(rest <= negligible);
      CHECK(static_cast<double>(orders) <= z + 16 * std::cbrt(z) + 25);
    }
  CHECK(bessel(0.0) == std::vector<double>{1.0});
}

}  // namespace bessel_test
