// SPDX-License-Identifier: MIT
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/statistics/moments.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace moments_test {

namespace {

template <class Real>
bool same_bits(const an::moments<Real>& a, const an::moments<Real>& b) {
  return a.count() == b.count() && a.mean().size() == b.mean().size() && (a.mean() == b.mean()).all() &&
         (a.m2() == b.m2()).all();
}

std::vector<std::array<double, 2>> sample(int count, double shift) {
  an::philox rng{1, {}};
  std::vector<std::array<double, 2>> values;
  for (int i = 0; i < count; ++i) {
    const double x = an::normal(rng), y = an::uniform01(rng);
    values.push_back({shift + x, shift + y});
  }
  return values;
}

}  // namespace

TEST_CASE_TEMPLATE("moments: exact on 1, 2, 3, 6", Real, float, double, long double) {
  an::moments<Real> m;
  for (const Real x : {Real(1), Real(2), Real(3), Real(6)}) m.add(std::array{x, -x});
  CHECK(m.count() == 4);
  CHECK(m.mean()[0] == 3);
  CHECK(m.mean()[1] == -3);
  CHECK(m.m2()[0] == 14);
  CHECK(m.m2()[1] == 14);
  CHECK(m.variance()[0] == doctest::Approx(14.0 / 3));
}

TEST_CASE("moments: no variance from fewer than two values") {
  an::moments<double> m;
  CHECK(m.count() == 0);
  CHECK(m.variance().size() == 0);
  m.add(std::array{5.0});
  CHECK(m.mean()[0] == 5.0);
  CHECK(m.m2()[0] == 0.0);
  CHECK(std::isnan(m.variance()[0]));
}

TEST_CASE("moments: a mean of 1e8 does not spoil the variance, as it does the sum of squares") {
  constexpr int n = 1000;
  an::moments<double> plain, shifted;
  double sum = 0, squares = 0;
  for (const auto& x : sample(n, 0)) plain.add(x);
  for (const auto& x : sample(n, 1e8)) {
    shifted.add(x);
    sum += x[0];
    squares += x[0] * x[0];
  }
  // x + 1e8 is rounded to 1.5e-8 at once, which bounds what can be asked for.
  CHECK(shifted.variance()[0] == doctest::Approx(plain.variance()[0]).epsilon(1e-7));
  CHECK(shifted.variance()[1] == doctest::Approx(plain.variance()[1]).epsilon(1e-7));
  const double naive = (squares - sum * sum / n) / (n - 1);
  CHECK(std::abs(naive / plain.variance()[0] - 1) > 1e-3);
}

TEST_CASE("moments: merged parts equal the whole, at every cut") {
  const auto values = sample(20, 3.0);
  an::moments<double> whole;
  for (const auto& x : values) whole.add(x);
  for (std::size_t cut = 0; cut <= values.size(); ++cut) {
    an::moments<double> left, right;
    for (std::size_t i = 0; i < values.size(); ++i) (i < cut ? left : right).add(values[i]);
    left.merge(right);
    CHECK(left.count() == 20);
    for (an::index_t k = 0; k < 2; ++k) {
      CHECK(left.mean()[k] == doctest::Approx(whole.mean()[k]).epsilon(1e-14));
      CHECK(left.m2()[k] == doctest::Approx(whole.m2()[k]).epsilon(1e-13));
    }
  }
}

TEST_CASE("moments: merging with an empty one gives the other, bit for bit") {
  an::moments<double> some, copy;
  for (const auto& x : sample(7, 0.1)) some.add(x);
  copy = some;
  copy.merge({});
  CHECK(same_bits(copy, some));
  an::moments<double> empty;
  empty.merge(some);
  CHECK(same_bits(empty, some));
  empty = {};
  empty.merge({});
  CHECK(empty.count() == 0);
}

TEST_CASE("moments: merging with itself doubles the sample") {
  an::moments<double> m;
  for (const double x : {1.0, 2.0, 3.0, 6.0}) m.add(std::array{x});
  m.merge(m);
  CHECK(m.count() == 8);
  CHECK(m.mean()[0] == 3.0);
  CHECK(m.m2()[0] == 28.0);
}

TEST_CASE("moments: restored from its numbers it goes on with the same bits") {
  const auto values = sample(9, 0.3);
  an::moments<double> through;
  for (const auto& x : values) through.add(x);
  an::moments<double> before;
  for (std::size_t i = 0; i < 5; ++i) before.add(values[i]);
  an::moments<double> after(before.count(), before.mean(), before.m2());
  for (std::size_t i = 5; i < 9; ++i) after.add(values[i]);
  CHECK(same_bits(after, through));
}

TEST_CASE("moments: rejects values of another length") {
  an::moments<double> m, other;
  m.add(std::array{1.0, 2.0});
  other.add(std::array{1.0});
  CHECK_THROWS_AS(m.add(std::array{1.0}), std::invalid_argument);
  CHECK_THROWS_AS(m.merge(other), std::invalid_argument);
  CHECK_THROWS_AS(an::moments<double>(1, m.mean(), other.m2()), std::invalid_argument);
  CHECK(m.count() == 1);
}

}  // namespace moments_test
