// SPDX-License-Identifier: MIT
#include <anderson/linalg/secular.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace secular_test {

namespace {

template <class Real>
Real eps = std::numeric_limits<Real>::epsilon();

}  // namespace

TEST_CASE_TEMPLATE("secular_roots: two poles have the closed form x = (w_0 v_1 + w_1 v_0) / (w_0 + w_1)", Real, float,
                   double, long double) {
  for (const Real ratio : {Real(1.5), Real(10), Real(1e6), Real(1e20)}) {
    const an::vector_t<Real> poles{{Real(1), ratio}};
    const auto roots = an::secular_roots<Real>(poles, poles);  // x = 2 v_0 v_1 / (v_0 + v_1): offset from v_0 = 1
    REQUIRE(roots.size() == 1);
    CHECK(roots[0].pole == 0);
    CHECK(std::abs(roots[0].offset / ((ratio - 1) / (ratio + 1)) - 1) < 8 * eps<Real>);
  }
}

TEST_CASE("secular_roots: the offset is relative to the nearer pole and keeps its digits however small") {
  for (const double small : {1e-3, 1e-20, 1e-200}) {
    // 1 / (1 - x) + small / (2 - x) = 0: x = 2 - small / (1 + small)
    const an::vector_t<double> poles{{1.0, 2.0}}, weights{{1.0, small}};
    const auto upper = an::secular_roots<double>(poles, weights);
    CHECK(upper.at(0).pole == 1);
    CHECK(std::abs(upper.at(0).offset * (1 + small) / -small - 1) < 8 * eps<double>);
    const auto lower = an::secular_roots<double>(poles, weights.reverse());
    CHECK(lower.at(0).pole == 0);
    CHECK(std::abs(lower.at(0).offset * (1 + small) / small - 1) < 8 * eps<double>);
  }
}

TEST_CASE("secular_roots: every gap has its root, where the sum vanishes to rounding") {
  const an::index_t n = 60;
  an::vector_t<double> poles(n);
  for (an::index_t a = 0; a < n; ++a) poles[a] = std::exp2(static_cast<double>(a * a) / 4 - 880);  // 2^-880 .. 2^-10
  const auto roots = an::secular_roots<double>(poles, poles);
  REQUIRE(std::ssize(roots) == n - 1);
  for (an::index_t k = 0; k + 1 < n; ++k) {
    const auto [pole, offset] = roots[static_cast<std::size_t>(k)];
    CHECK((pole == k ? offset > 0 : pole == k + 1 && offset < 0));
    CHECK(std::abs(offset) <= (poles[k + 1] - poles[k]) / 2);
    double sum = 0, size = 0;
    for (an::index_t a = 0; a < n; ++a) {
      const double term = poles[a] / ((poles[a] - poles[pole]) - offset);
      sum += term;
      size += std::abs(term);
    }
    CHECK(std::abs(sum) < 8 * eps<double> * size);
  }
}

TEST_CASE("secular_roots: neighboring numbers as poles") {
  const double next = std::nextafter(1.0, 2.0);
  const auto roots = an::secular_roots<double>(an::vector_t<double>{{1.0, next}}, an::vector_t<double>{{1.0, 3.0}});
  CHECK(roots.at(0).pole == 0);
  CHECK(std::abs(roots.at(0).offset / (0.25 * eps<double>)-1) < 8 * eps<double>);  // x = (v_1 + 3 v_0) / 4
}

TEST_CASE("secular_roots: one pole, or none, has no root; arguments are checked") {
  CHECK(an::secular_roots<double>(an::vector_t<double>{{1.0}}, an::vector_t<double>{{1.0}}).empty());
  CHECK(an::secular_roots<double>(an::vector_t<double>(0), an::vector_t<double>(0)).empty());
  const an::vector_t<double> ascending{{1.0, 2.0}}, equal{{1.0, 1.0}}, with_zero{{1.0, 0.0}}, longer{{1.0, 2.0, 3.0}};
  CHECK_THROWS_AS(an::secular_roots<double>(equal, ascending), std::invalid_argument);
  CHECK_THROWS_AS(an::secular_roots<double>(ascending, with_zero), std::invalid_argument);
  CHECK_THROWS_AS(an::secular_roots<double>(ascending, longer), std::invalid_argument);
}

}  // namespace secular_test
