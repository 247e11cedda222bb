// SPDX-License-Identifier: MIT
#include <anderson/linalg/detail/laplace_contour.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>

namespace an = anderson;

namespace laplace_contour_test {

namespace {

using complex = std::complex<double>;

/// e^{-p} from its transform 1 / (s + p) at t = 1.
complex inverted(complex p, double reach) {
  complex sum = 0;
  for (const auto& [s, weight] : an::detail::laplace_contour(reach))
    sum += weight / (s + p) + std::conj(weight) / (std::conj(s) + p);
  return sum;
}

/// Of e^{-p}, or of nothing.
double error_of(complex p, double reach, bool inside = true) {
  const double error = std::abs(inverted(p, reach) - (inside ? std::exp(-p) : 0.0));
  return std::isfinite(error) ? error : 1e300;
}

constexpr double measured = 2.5e-11;

}  // namespace

TEST_CASE("laplace_contour: 1 / (s + p) gives e^{-p}, p from 0 to 1e6") {
  double worst = 0;
  for (const double reach : {0.0, 0.5, 20.0, 1000.0}) {
    worst = std::max(worst, error_of(0, reach));
    for (double p = 1e-6; p < 1.1e6; p *= 1.2) worst = std::max(worst, error_of(p, reach));
  }
  MESSAGE("largest error " << worst);
  CHECK(worst < measured);
}

TEST_CASE("laplace_contour: oscillations within the reach, of any damping") {
  double worst = 0;
  for (const double reach : {0.5, 7.0, 100.0, 3000.0})
    for (const double part : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0})
      for (const double sign : {1.0, -1.0})
        for (const double damping : {0.0, 0.01, 0.5, 1.0, 2.0, 5.0, 8.0, 9.0, 12.0, 30.0, 100.0, 1e4}) {
          const complex p(damping, sign * part * reach);
          worst = std::max(worst, error_of(p, reach));
        }
  MESSAGE("largest error " << worst);
  CHECK(worst < measured);
}

TEST_CASE("laplace_contour: oscillations far beyond the reach are left out") {
  double worst = 0;
  for (const double reach : {0.0, 7.0, 100.0})
    for (const double beyond : {40.0, 300.0, 1e5})
      for (const double damping : {0.0, 0.1, 3.0})
        worst = std::max(worst, error_of({damping, reach + beyond}, reach, false));
  MESSAGE("largest remainder " << worst);
  CHECK(worst < measured);
}

TEST_CASE("laplace_contour: 39 points, and one for every 0.9 of the reach") {
  const auto points = [](double reach) { return std::ssize(an::detail::laplace_contour(reach)); };
  CHECK(points(0) == 39);
  CHECK(points(900) - points(0) == 1000);
  CHECK(std::ssize(an::detail::laplace_contour(2.7e5f)) - points(0) == 300000);  // sums of floats drift
}

TEST_CASE_TEMPLATE("laplace_contour: other precisions", Real, float, long double) {
  std::complex<Real> sum = 0;
  for (const auto& [s, weight] : an::detail::laplace_contour(Real(5)))
    sum += weight / (s + Real(1)) + std::conj(weight) / (std::conj(s) + Real(1));
  const Real error = std::abs(sum - std::exp(Real(-1)));
  CHECK(error < std::max(Real(measured), Real(1e4) * Eigen::NumTraits<Real>::epsilon()));  // e^9 rounding errors
}

}  // namespace laplace_contour_test
