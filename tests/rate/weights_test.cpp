// SPDX-License-Identifier: MIT
#include <anderson/rate/weights.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace weights_test {

TEST_CASE_TEMPLATE("exponential_weights: exp(-|a - c| / xi), equal distances give equal bits (eq. 21)", Real, float,
                   double, long double) {
  const an::vector_t<Real> g = an::exponential_weights(10, 4, Real(2));
  CHECK(g.size() == 10);
  CHECK(g[4] == 1);
  for (an::index_t k = 0; k <= 4; ++k) {
    CHECK(g[4 + k] == g[4 - k]);
    CHECK(g[4 + k] == doctest::Approx(std::exp(-static_cast<double>(k) / 2)));
  }
}

TEST_CASE("exponential_weights: arguments are checked") {
  CHECK_THROWS_AS(an::exponential_weights(0, 0, 1.0), std::invalid_argument);
  CHECK_THROWS_AS(an::exponential_weights(5, 5, 1.0), std::invalid_argument);
  CHECK_THROWS_AS(an::exponential_weights(5, -1, 1.0), std::invalid_argument);
  CHECK_THROWS_AS(an::exponential_weights(5, 2, 0.0), std::invalid_argument);
  CHECK_THROWS_AS(an::exponential_weights(5, 2, std::nan("")), std::invalid_argument);
}

TEST_CASE("normalized: sums to 1 and keeps the ratios; nothing else can be normalized") {
  const an::vector_t<double> g = an::normalized(an::exponential_weights(101, 50, 3.0));
  CHECK(g.sum() == doctest::Approx(1.0).epsilon(1e-15));
  CHECK(g[50] / g[53] == doctest::Approx(std::exp(1.0)).epsilon(1e-14));
  CHECK_THROWS_AS(an::normalized(an::vector_t<double>::Zero(3).eval()), std::invalid_argument);
  CHECK_THROWS_AS(an::normalized(an::vector_t<double>{{1.0, -0.5}}), std::invalid_argument);
  CHECK_THROWS_AS(an::normalized(an::vector_t<double>{{1.0, std::numeric_limits<double>::infinity()}}),
                  std::invalid_argument);
}

TEST_CASE("eigenstate_weights: |<site|a>|^2 from columns, real or complex, matrix or block (eq. 20)") {
  const double c = 0.6, s = 0.8;
  const an::matrix_t<double> real{{c, -s}, {s, c}};
  CHECK(an::eigenstate_weights(real, 0)[1] == doctest::Approx(0.64));
  CHECK(an::eigenstate_weights(real, 1)[1] == doctest::Approx(0.36));
  CHECK(an::eigenstate_weights(real.leftCols(1), 0).size() == 1);
  const an::matrix_t<std::complex<double>> complex = real * std::complex<double>(0, 1);
  const an::vector_t<double> g = an::eigenstate_weights(complex, 1);
  CHECK(g[0] == doctest::Approx(0.64));
  CHECK(g.sum() == doctest::Approx(1.0));
  CHECK_THROWS_AS(an::eigenstate_weights(real, 2), std::invalid_argument);
  CHECK_THROWS_AS(an::eigenstate_weights(real, -1), std::invalid_argument);
}

TEST_CASE("rms_distance: 0 on the center, sqrt((L^2 + 2) / 12) for equal populations") {
  for (const an::index_t sites : {2, 12, 100}) {
    const an::index_t center = sites / 2 - 1;
    const auto n = static_cast<double>(sites);
    CHECK(an::rms_distance(an::vector_t<double>::Unit(sites, center), center) == 0.0);
    const double uniform = an::rms_distance(an::vector_t<double>::Constant(sites, 1 / n), center);
    CHECK(uniform == doctest::Approx(std::sqrt((n * n + 2) / 12)).epsilon(1e-14));
  }
  CHECK_THROWS_AS(an::rms_distance(an::vector_t<double>::Zero(3), 3), std::invalid_argument);
}

}  // namespace weights_test
