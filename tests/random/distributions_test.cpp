// SPDX-License-Identifier: MIT
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace distributions_test {

namespace {

/// Gives the bits it was told to.
struct scripted {
  using result_type = std::uint64_t;
  std::vector<std::uint64_t> values;
  std::size_t used = 0;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return values.at(used++); }
};
static_assert(an::random_source<scripted>);

double normal_of(std::uint64_t bits) {
  scripted rng{{bits}};
  return an::normal(rng);
}

/// sqrt(n) times the Kolmogorov-Smirnov distance. Above x with probability 2 exp(-2 x^2): 2.7 is once in two million.
double distance_from(auto cdf, std::vector<double> sample) {
  std::ranges::sort(sample);
  const auto n = static_cast<double>(sample.size());
  double largest = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double p = cdf(sample[i]), below = static_cast<double>(i) / n;
    largest = std::max({largest, p - below, below + 1 / n - p});
  }
  return largest * std::sqrt(n);
}
constexpr double ks_bound = 2.7;

std::vector<double> draw(int count, auto law) {
  an::philox rng{7, {}};
  std::vector<double> sample;
  for (int i = 0; i < count; ++i) sample.push_back(law(rng));
  return sample;
}

double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

}  // namespace

TEST_CASE("distributions: golden values of the default engine [python integers, mpmath]") {
  const std::array<double, 5> uniforms{0.26316717637520781, 0.59763650629618481, 0.35190347066255212,
                                       0.96146883292691510, 0.74955266878000970};
  const std::array<double, 5> normals{0.71652757450006892, -1.2951368854109113, 1.0446320546794375,
                                      -0.096733965356080957, -0.67589811036311258};
  const std::array<double, 5> exponentials{1.3349657971285302, 0.51477255884964291, 1.0443983720645513,
                                           0.039293129531292206, 0.28827869202049988};
  const std::array<an::index_t, 5> indices{263, 597, 351, 961, 749};
  an::philox a, b, c, d, e;
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(an::uniform01(a) == uniforms[i]);
    CHECK(an::uniform(b, -3.0, 3.0) == doctest::Approx(-3 + 6 * uniforms[i]).epsilon(1e-15));
    CHECK(std::abs(an::normal(c) / normals[i] - 1) < 2e-15);
    CHECK(std::abs(an::exponential(d) / exponentials[i] - 1) < 2e-15);
    CHECK(an::uniform_index(e, 1000) == indices[i]);
  }
  an::philox f;
  CHECK(an::sample_without_replacement(f, 20, 6) == std::vector<an::index_t>{0, 7, 8, 14, 15, 17});
}

TEST_CASE("uniform01: lies in (0, 1], the logarithm is finite") {
  scripted ends{{0, ~0ull}};
  CHECK(an::uniform01(ends) == 0x1p-53);
  CHECK(an::uniform01(ends) == 1.0);
  scripted one{{~0ull}};
  const double zero = an::exponential(one);
  CHECK(zero == 0.0);
  CHECK_FALSE(std::signbit(zero));
  scripted far{{0}};
  CHECK(an::exponential(far) == doctest::Approx(53 * std::log(2.0)));
}

TEST_CASE("uniform: stays within its bounds, which are checked") {
  scripted top{{~0ull, ~0ull}};
  CHECK(an::uniform(top, -1.0, 0.1) == 0.1);
  CHECK(an::uniform(top, 1.0 / 3, 1.0 / 3 + 1e-17) == 1.0 / 3);
  an::philox rng;
  CHECK_THROWS_AS(an::uniform(rng, 1.0, 0.0), std::invalid_argument);
  CHECK_THROWS_AS(an::uniform(rng, 0.0, std::nan("")), std::invalid_argument);
}

TEST_CASE("normal: quantiles from center to the outermost tail [mpmath, 50 digits]") {
  // (m, z): Phi(z) = 1/2 + (m + 1/2) / 2^64
  const std::map<std::uint64_t, double> known{{0, 6.7942295524213059625e-20},
                                              {0x4000000000000000, 0.67448975019608174329},
                                              {0x6000000000000000, 1.1503493803760081784},
                                              {0x6ccccccccccccc00, 1.4395314709384558371},
                                              {0x6cccce7a4bf67800, 1.4395321773759004886},
                                              {0x7000000000000000, 1.5341205443525463119},
                                              {0x7fdfffffffffffff, 3.2971933456919633262},
                                              {0x7ffffeffffffffff, 5.2947040848545149533},
                                              {0x7fffffff00000000, 6.2302601380072803656},
                                              {0x7fffffffffffffff, 9.155293772686072546}};
  for (const auto& [m, z] : known) {
    CHECK(std::abs(normal_of(m) / z - 1) < 2e-15);
    CHECK(normal_of(~m) == -normal_of(m));  // same bits
  }
}

TEST_CASE("distributions: Kolmogorov-Smirnov distance, n = 100000") {
  const auto identity = [](double x) { return x; };
  const auto exponential_cdf = [](double x) { return -std::expm1(-x); };
  const auto u = draw(100000, [](auto& rng) { return an::uniform01(rng); });
  const auto z = draw(100000, [](auto& rng) { return an::normal(rng); });
  const auto e = draw(100000, [](auto& rng) { return an::exponential(rng); });
  CHECK(distance_from(identity, u) < ks_bound);
  CHECK(distance_from(normal_cdf, z) < ks_bound);
  CHECK(distance_from(exponential_cdf, e) < ks_bound);

  // The test can fail: each sample with a scale that is wrong by 5 %.
  CHECK(distance_from([](double x) { return std::min(1.05 * x, 1.0); }, u) > ks_bound);
  CHECK(distance_from([](double x) { return normal_cdf(1.05 * x); }, z) > ks_bound);
  CHECK(distance_from([](double x) { return -std::expm1(-1.05 * x); }, e) > ks_bound);
}

TEST_CASE("invariant 10: E exp(-i eta sqrt(gamma dt)) = exp(-gamma dt / 2)") {
  constexpr double gamma = 0.7, dt = 0.3;
  constexpr int n = 200000;
  double real = 0, imaginary = 0;
  for (const double eta : draw(n, [](auto& rng) { return an::normal(rng); })) {
    real += std::cos(eta * std::sqrt(gamma * dt)) / n;
    imaginary -= std::sin(eta * std::sqrt(gamma * dt)) / n;
  }
  // Variances of cos and sin from E cos(2 x) = exp(-2 gamma dt).
  const double right = std::exp(-gamma * dt / 2), twice = std::exp(-2 * gamma * dt);
  const double error_real = std::sqrt(((1 + twice) / 2 - right * right) / n);
  const double error_imaginary = std::sqrt((1 - twice) / 2 / n);
  CHECK(std::abs(real - right) < 5 * error_real);
  CHECK(std::abs(imaginary) < 5 * error_imaginary);
  CHECK(std::abs(real - std::exp(-gamma * dt)) > 5 * error_real);           // without the 1/2
  CHECK(std::abs(real - std::exp(-gamma * dt * dt / 2)) > 5 * error_real);  // sqrt(gamma) dt
}

TEST_CASE("uniform_index: every value equally likely, chi squared") {
  an::philox rng{3, {}};
  std::array<int, 10> counts{};
  constexpr int n = 100000;
  for (int i = 0; i < n; ++i) ++counts.at(static_cast<std::size_t>(an::uniform_index(rng, 10)));
  double chi2 = 0;
  for (const int c : counts) chi2 += (c - n / 10.0) * (c - n / 10.0) / (n / 10.0);
  CHECK(chi2 < 45.1);  // 9 degrees of freedom: exceeded once in a million
}

TEST_CASE("uniform_index: redraws exactly the 2^64 mod n biased products; n = 1 and the largest n work") {
  scripted biased{{0, 1ull << 63}};  // 2^64 mod 3 = 1: only the product 0 is redrawn
  CHECK(an::uniform_index(biased, 3) == 1);
  CHECK(biased.used == 2);
  scripted fair{{0}};
  CHECK(an::uniform_index(fair, 4) == 0);
  an::philox rng;
  CHECK(an::uniform_index(rng, 1) == 0);
  CHECK(an::uniform_index(rng, std::numeric_limits<an::index_t>::max()) >= 0);
  CHECK_THROWS_AS(an::uniform_index(rng, 0), std::invalid_argument);
}

TEST_CASE("sample_without_replacement: sorted, distinct, in range; all or nothing") {
  an::philox rng{11, {}};
  for (an::index_t k = 0; k <= 12; ++k) {
    const std::vector<an::index_t> sample = an::sample_without_replacement(rng, 12, k);
    CHECK(std::ssize(sample) == k);
    CHECK(std::ranges::adjacent_find(sample, std::ranges::greater_equal{}) == sample.end());
    CHECK((sample.empty() || (sample.front() >= 0 && sample.back() < 12)));
  }
  CHECK(an::sample_without_replacement(rng, 0, 0).empty());
  CHECK_THROWS_AS(an::sample_without_replacement(rng, 3, 4), std::invalid_argument);
  CHECK_THROWS_AS(an::sample_without_replacement(rng, 3, -1), std::invalid_argument);
}

TEST_CASE("sample_without_replacement: the 10 subsets of 2 out of 5 are equally likely, chi squared") {
  an::philox rng{13, {}};
  std::map<std::vector<an::index_t>, int> counts;
  constexpr int n = 50000;
  for (int i = 0; i < n; ++i) ++counts[an::sample_without_replacement(rng, 5, 2)];
  CHECK(counts.size() == 10);
  double chi2 = 0;
  for (const auto& [subset, c] : counts) chi2 += (c - n / 10.0) * (c - n / 10.0) / (n / 10.0);
  CHECK(chi2 < 45.1);
}

}  // namespace distributions_test
