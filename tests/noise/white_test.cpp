// SPDX-License-Identifier: MIT
#include <anderson/noise/white.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace white_test {

static_assert(an::noise_process<an::white_noise>);
static_assert(an::dephasing_noise<an::white_noise>);

namespace {

constexpr int steps = 20000;

/// Increments of two sites, phi[2 * step + site].
std::vector<double> path(double gamma, double dt) {
  const an::white_noise noise{{2, 5}, gamma};
  an::philox rng(3, {an::purpose::noise, 0, 0});
  std::vector<double> phi(2 * steps);
  for (std::size_t s = 0; s < steps; ++s)
    noise.increments(dt * static_cast<double>(s), dt, rng, std::span(phi).subspan(2 * s, 2));
  return phi;
}

/// How many standard deviations the mean of power(phi / sqrt(variance)) is off, for standard normal arguments.
double deviations(const std::vector<double>& phi, double variance, auto power, double mean, double deviation) {
  double sum = 0;
  for (const double x : phi) sum += power(x / std::sqrt(variance));
  const double n = static_cast<double>(phi.size());
  return (sum / n - mean) / (deviation / std::sqrt(n));
}
double first(const std::vector<double>& phi, double variance) {
  return deviations(
      phi, variance, [](double z) { return z; }, 0, 1);
}
double second(const std::vector<double>& phi, double variance) {
  return deviations(
      phi, variance, [](double z) { return z * z; }, 1, std::sqrt(2.0));
}
double fourth(const std::vector<double>& phi, double variance) {
  return deviations(
      phi, variance, [](double z) { return z * z * z * z; }, 3, std::sqrt(96.0));
}

/// Sample correlation of phi[i] and phi[i + lag], in standard deviations, for i a multiple of `stride`.
double correlation(const std::vector<double>& phi, double variance, std::size_t lag, std::size_t stride) {
  double sum = 0, n = 0;
  for (std::size_t i = 0; i + lag < phi.size(); i += stride, ++n) sum += phi[i] * phi[i + lag] / variance;
  return sum / std::sqrt(n);
}

constexpr double bound = 5.5;  // a normal variable is outside once in 26 million; z^4 has tails: outside once in 10^6

}  // namespace

TEST_CASE("white_noise: increments are normal of variance gamma dt (eq. 8), at every gamma and dt") {
  for (const double gamma : {0.3, 1.0, 4.0})
    for (const double dt : {0.01, 0.1}) {
      CAPTURE(gamma);
      CAPTURE(dt);
      const std::vector<double> phi = path(gamma, dt);
      CHECK(std::abs(first(phi, gamma * dt)) < bound);
      CHECK(std::abs(second(phi, gamma * dt)) < bound);
      CHECK(std::abs(fourth(phi, gamma * dt)) < bound);
    }
}

TEST_CASE("white_noise: the moments would notice a gamma that is 6 % off, or the root of eq. 5 as printed") {
  const std::vector<double> phi = path(1.06, 0.1);
  CHECK(std::abs(second(phi, 1.0 * 0.1)) > bound);
  CHECK(std::abs(fourth(phi, 1.0 * 0.1)) > bound);
  CHECK(std::abs(second(path(4.0, 0.1), std::sqrt(4.0) * 0.1)) > bound);
}

TEST_CASE("white_noise: sites and steps are independent of each other") {
  const std::vector<double> phi = path(1.0, 0.1);
  CHECK(std::abs(correlation(phi, 0.1, 1, 2)) < bound);  // the two sites, same step
  CHECK(std::abs(correlation(phi, 0.1, 2, 1)) < bound);  // the same site, next step
  CHECK(std::abs(correlation(phi, 0.1, 0, 1)) > bound);  // a number and itself
}

TEST_CASE("white_noise: another dt takes the same random numbers, scaled by its root") {
  const std::vector<double> coarse = path(1.0, 0.4), fine = path(1.0, 0.1);
  for (std::size_t i = 0; i < 100; ++i) CHECK(coarse[i] == doctest::Approx(2 * fine[i]).epsilon(1e-15));
}

TEST_CASE("white_noise: says its sites and rates; gamma = 0 is silence") {
  const an::white_noise noise{{2, 5}, 1.5};
  CHECK(std::vector<an::index_t>(noise.support().begin(), noise.support().end()) == std::vector<an::index_t>{2, 5});
  CHECK(noise.gamma() == 1.5);
  CHECK(noise.dephasing_rate(0) == 1.5);
  CHECK(noise.dephasing_rate(1) == 1.5);
  CHECK(path(0, 0.1) == std::vector<double>(2 * steps, 0.0));
}

TEST_CASE("white_noise: bad arguments are rejected, with the value") {
  using sites = std::vector<an::index_t>;
  for (const double bad : {-0.5, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_WITH_AS((an::white_noise{{3}, bad}), doctest::Contains("gamma = "), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::white_noise{sites{}, 1}), doctest::Contains("number of noisy sites = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::white_noise{{-1}, 1}), doctest::Contains("noisy site = -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::white_noise{{1, 2, 1}, 1}), doctest::Contains("noisy site = 1, given twice"),
                       std::invalid_argument);
}

}  // namespace white_test
