// SPDX-License-Identifier: MIT
#include <anderson/linalg/detail/sincos.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace an = anderson;

namespace sincos_test {

namespace {

template <class Real>
struct pair_of {
  std::vector<Real> sine, cosine;
};

template <class Real>
pair_of<Real> both(const std::vector<Real>& x) {
  pair_of<Real> out{std::vector<Real>(x.size(), 99), std::vector<Real>(x.size(), 99)};
  an::detail::sincos(x.data(), out.sine.data(), out.cosine.data(), std::ssize(x));
  return out;
}

/// Largest absolute error, in long double; infinite for a NaN.
template <class Real>
long double error(const std::vector<Real>& x) {
  const pair_of<Real> y = both(x);
  long double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double angle = x[i];
    for (const long double e : {std::sin(angle) - y.sine[i], std::cos(angle) - y.cosine[i]})
      worst = std::abs(e) <= worst ? worst : std::isnan(e) ? std::numeric_limits<long double>::infinity() : std::abs(e);
  }
  return worst;
}

/// Angles up to `reach`: uniform, and of all magnitudes.
std::vector<double> angles(double reach, std::size_t count) {
  an::philox rng(1, {});
  std::vector<double> x{
      0.0, -0.0, reach, -reach, std::numeric_limits<double>::min(), std::numeric_limits<double>::denorm_min()};
  while (x.size() < count) {
    x.push_back(an::uniform(rng, -reach, reach));
    x.push_back(std::copysign(reach * std::exp(-40 * an::uniform01(rng)), x.back()));
  }
  return x;
}

constexpr double reach = 0x1p26;  // of the vectors; beyond, the standard library

}  // namespace

TEST_CASE("sincos: error below 5e-16 for |x| <= 2^26, against long double") {
  for (const double up_to : {1.0, 10.0, 1e3, 1e5, reach}) {
    CAPTURE(up_to);
    const auto worst = static_cast<double>(error(angles(up_to, 200000)));
    MESSAGE("|x| <= " << up_to << ": " << worst);
    CHECK(worst < 5e-16);
  }
}

TEST_CASE("sincos: multiples of pi / 2 and their neighbors, where the reduction cancels most") {
  std::vector<double> x;
  const long double half_pi = std::acos(-1.0L) / 2;
  an::philox rng(2, {});
  for (int k = 0; k < 50000; ++k) {
    const an::index_t n = k < 1000 ? k : an::uniform_index(rng, static_cast<an::index_t>(reach / 1.5708));
    const auto center = static_cast<double>(half_pi * static_cast<long double>(n));
    for (const double y : {center, std::nextafter(center, 0.0), std::nextafter(center, reach), -center}) x.push_back(y);
  }
  CHECK(error(x) < 5e-16L);
}

TEST_CASE("sincos: sin^2 + cos^2 = 1 to rounding") {
  const std::vector<double> x = angles(1e4, 10000);
  const auto y = both(x);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    worst = std::max(worst, std::abs(y.sine[i] * y.sine[i] + y.cosine[i] * y.cosine[i] - 1));
  CHECK(worst < 2e-15);  // twice the error of both, 5e-16 each
}

TEST_CASE("sincos: beyond 2^26 the standard library takes over, for all of the array") {
  for (const double far : {std::nextafter(reach, 2 * reach), 1e12, -1e300}) {
    std::vector<double> x = angles(1.0, 20);
    x[13] = far;
    const auto y = both(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(y.sine[i] == std::sin(x[i]));
      CHECK(y.cosine[i] == std::cos(x[i]));
    }
  }
}

TEST_CASE("sincos: NaN and infinity give NaN, and only there") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity})
    for (const std::size_t at : {0U, 7U, 8U, 18U}) {
      std::vector<double> x = angles(1.0, 20);
      x.resize(19);
      x[at] = bad;
      const auto y = both(x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(std::isnan(y.sine[i]) == (i == at));
        CHECK(std::isnan(y.cosine[i]) == (i == at));
      }
    }
}

TEST_CASE("sincos: any count, nothing written beyond it; a number does not depend on its place") {
  const std::vector<double> x = angles(100, 40);
  const auto all = both(x);
  for (an::index_t count = 0; count <= 33; ++count) {
    std::vector<double> s(40, 7), c(40, 7);
    an::detail::sincos(x.data(), s.data(), c.data(), count);
    for (std::size_t i = 0; i < 40; ++i) {
      CHECK(s[i] == (i < static_cast<std::size_t>(count) ? all.sine[i] : 7));
      CHECK(c[i] == (i < static_cast<std::size_t>(count) ? all.cosine[i] : 7));
    }
  }
}

TEST_CASE("sincos: in place, sines or cosines over the angles") {
  for (const double up_to : {100.0, 2 * reach})
    for (const std::size_t count : {1U, 8U, 21U}) {
      std::vector<double> x = angles(up_to, 22);
      x.resize(count);
      const auto expected = both(x);
      std::vector<double> sine = x, cosine = x, other(count);
      an::detail::sincos(sine.data(), sine.data(), other.data(), std::ssize(x));
      CHECK(sine == expected.sine);
      CHECK(other == expected.cosine);
      an::detail::sincos(cosine.data(), other.data(), cosine.data(), std::ssize(x));
      CHECK(cosine == expected.cosine);
      CHECK(other == expected.sine);
    }
}

TEST_CASE("sincos: float and long double, to their rounding") {
  const std::vector<double> x = angles(1e4, 1001);
  CHECK(error(std::vector<float>(x.begin(), x.end())) < 1e-7L);  // half a unit in the last place is 3e-8
  const std::vector<long double> wide(x.begin(), x.end());
  const auto y = both(wide);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    CHECK(y.sine[i] == std::sin(wide[i]));
    CHECK(y.cosine[i] == std::cos(wide[i]));
  }
}

}  // namespace sincos_test
