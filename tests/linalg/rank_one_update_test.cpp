// SPDX-License-Identifier: MIT
#include <anderson/linalg/detail/rank_one_update.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <complex>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace an = anderson;

namespace rank_one_update_test {

namespace {

using complex = std::complex<double>;
using vector = an::vector_t<complex>;
using matrix = an::matrix_t<complex>;
using update = an::detail::rank_one_update<double>;

matrix sum_of(const vector& d, const vector& u, const vector& w, complex kappa) {
  matrix a = kappa * u.lazyProduct(w.transpose());
  a.diagonal() += d;
  return a;
}

/// Largest errors, relative to the matrix and to the condition of the modes |x| |y|.
struct errors {
  double residual, biorthogonality, trace;
};

errors errors_of(const vector& d, const vector& u, const vector& w, complex kappa) {
  const update modes(d, u, w, kappa);
  const vector lambda = modes.values();
  const matrix x = modes.right(), y = modes.left();
  const matrix ax = d.asDiagonal() * x + (kappa * u).lazyProduct(w.transpose().lazyProduct(x));
  const double size = d.cwiseAbs().maxCoeff() + std::abs(kappa) * u.norm() * w.norm();
  errors e{0, 0, 0};
  for (an::index_t k = 0; k < d.size(); ++k)
    e.residual = std::max(e.residual, (ax.col(k) - lambda[k] * x.col(k)).norm() / (size * x.col(k).norm()));
  const matrix defect = y.transpose().lazyProduct(x).eval() - matrix::Identity(d.size(), d.size());
  for (an::index_t k = 0; k < d.size(); ++k)
    for (an::index_t l = 0; l < d.size(); ++l) {
      const double error = std::abs(defect(k, l)) / (1 + y.col(k).norm() * x.col(l).norm());
      if (!(error <= e.biorthogonality)) e.biorthogonality = error;  // NaN too
    }
  e.trace = std::abs(lambda.sum() - d.sum() - kappa * (u.array() * w.array()).sum()) / size;
  return e;
}

vector random_vector(an::index_t n, std::uint64_t seed, bool real) {
  vector x = support::random_matrix<complex>(n, 1, seed);
  if (real) x = x.real().cast<complex>().eval();
  return x;
}

}  // namespace

namespace {

/// Checks n poles, weak to strong, real and complex.
void check_random_updates(std::initializer_list<an::index_t> sizes) {
  errors worst{0, 0, 0};
  for (const an::index_t n : sizes)
    for (const bool real_poles : {true, false})
      for (const bool real_weights : {true, false})
        for (const complex kappa :
             {complex(1e-3), complex(0, -1e-3), complex(0, -0.5), complex(2, 1), complex(0, -1e3)}) {
          const vector d = random_vector(n, 1, real_poles), u = random_vector(n, 2, real_weights),
                       w = random_vector(n, 3, real_weights);
          for (const errors& e :
               {errors_of(d, u, w, kappa), errors_of(d, u, u, kappa), errors_of(d, u, u.conjugate(), kappa)}) {
            CAPTURE(n);
            CAPTURE(kappa);
            CAPTURE(real_poles);
            CAPTURE(real_weights);
            CHECK(e.residual < 1e-13 * std::sqrt(static_cast<double>(n)));
            CHECK(e.biorthogonality < 1e-14 * std::sqrt(static_cast<double>(n)));
            CHECK(e.trace < 1e-14 * static_cast<double>(n));
            worst.residual = std::max(worst.residual, e.residual);
            worst.biorthogonality = std::max(worst.biorthogonality, e.biorthogonality);
            worst.trace = std::max(worst.trace, e.trace);
          }
        }
  MESSAGE("largest errors: residual " << worst.residual << ", biorthogonality " << worst.biorthogonality << ", trace "
                                      << worst.trace);
}

}  // namespace

TEST_CASE("rank_one_update: residual, biorthogonality and trace, up to 31 poles, weak to strong, real and complex") {
  check_random_updates({1, 2, 3, 8, 31});
}

TEST_CASE("rank_one_update: residual, biorthogonality and trace, 200 poles [slow]") { check_random_updates({200}); }

// Roots next to a pole that is known only as well as |kappa|: two strongly shaken sites, one after the other.
TEST_CASE("rank_one_update: biorthogonal within rounding also where poles or roots are closer than rounding") {
  for (const double weight : {1e-3, 1e-6, 1e-9, 1e-13, 1e-18, 1e-40})
    for (const double apart : {1e-24, 1e-17, 1e-12, 1e-6}) {
      const vector d{{complex(apart, -0.8), complex(0, -0.8), complex(1e-9, 0), complex(-1e-9, 0)}},
          u{{weight, complex(0.6, 0.3) * weight, std::sqrt(0.5), std::sqrt(0.5)}};
      CAPTURE(weight);
      CAPTURE(apart);
      const errors e = errors_of(d, u, u, complex(0, -0.8));
      CHECK(e.residual < 1e-14);
      CHECK(e.biorthogonality < 1e-14);
      CHECK(e.trace < 1e-14);
      CHECK(update(d, u, u, complex(0, -0.8)).backward_error() < 1e-14);
    }
}

TEST_CASE("rank_one_update: eigenvalues are those of a general eigensolver") {
  double worst = 0;
  for (const an::index_t n : {2, 7, 24})
    for (const complex kappa : {complex(0, -0.5), complex(0.3, -2), complex(0, -40)}) {
      const vector d = random_vector(n, 4, true), u = random_vector(n, 5, false), w = random_vector(n, 6, false);
      const vector lambda = update(d, u, w, kappa).values();
      const vector expected = Eigen::ComplexEigenSolver<matrix>(sum_of(d, u, w, kappa), false).eigenvalues();
      for (const complex& e : expected)
        worst = std::max(worst, (lambda.array() - e).abs().minCoeff() / expected.cwiseAbs().maxCoeff());
      for (const complex& e : lambda)
        worst = std::max(worst, (expected.array() - e).abs().minCoeff() / expected.cwiseAbs().maxCoeff());
    }
  MESSAGE("largest relative difference " << worst);
  CHECK(worst < 1e-13);  // the eigensolver's own, not normal
}

// The pole at 0 shows its shift: kappa q / (1 + kappa sum of the others q_a / d_a) up to terms of order q^2.
TEST_CASE("rank_one_update: tiny shifts and amplitudes have all digits, down to weights of 1e-60") {
  double worst = 0;
  for (const double size : {1e-5, 1e-8, 1e-15, 1e-30})
    for (const complex kappa : {complex(0, -0.5), complex(0, -50), complex(1e-3)}) {
      vector d{{-1.5, -0.2, 0, 0.7, 1.1}}, u{{0.3, -0.5, size, 0.8, 0.1}};
      const update modes(d, u, u, kappa);
      complex others = 1;
      for (const an::index_t a : {0, 1, 3, 4}) others += kappa * u[a] * u[a] / d[a];
      const complex first_order = kappa * (size * size) / others;
      an::index_t k = 0;
      modes.values().cwiseAbs().minCoeff(&k);
      CHECK(k == 2);
      const double error = std::abs(modes.values()[k] / first_order - 1.0);
      CHECK(error < 1e-14 + 100 * size * size * std::max(1.0, std::abs(kappa)));
      if (size < 1e-9) worst = std::max(worst, error);
      const complex tail = modes.right()(0, 2), expected = kappa * size * u[0] / (others * (0.0 - d[0]));
      CHECK(std::abs(tail) / std::abs(expected) == doctest::Approx(1).epsilon(1e-13 + 1e3 * size * size * 50));
    }
  MESSAGE("largest relative error of a shift " << worst);
}

// A strong update screens modes that hardly feel it; in float, too.
TEST_CASE("rank_one_update: float: tiny amplitudes are screened as in double") {
  const vector d{{-1.5, -0.2, 0.0, 0.7, 1.1}}, u{{0.3, -0.5, 2e-6, 0.8, 0.1}};
  const an::vector_t<std::complex<float>> df = d.cast<std::complex<float>>(), uf = u.cast<std::complex<float>>();
  const update exact(d, u, u, complex(0, -1e3));
  const an::detail::rank_one_update<float> modes(df, uf, uf, std::complex<float>(0, -1e3F));
  CHECK(std::abs(exact.seen()[2]) < 1e-8);
  CHECK(std::abs(static_cast<complex>(modes.seen()[2]) / exact.seen()[2] - 1.0) < 1e-3);  // measured below 1e-5
}

TEST_CASE("rank_one_update: modes without weight stay exactly as they are") {
  const vector d{{-1.0, 0.25, complex(0.5, -0.1), 2.0}};
  vector u{{0.6, 0.0, 0.8, 1e-200}}, w{{0.6, 0.7, 0.8, 1.0}};
  const update modes(d, u, w, {0, -1});
  for (const an::index_t k : {1, 3}) {
    CHECK(modes.values()[k] == d[k]);
    CHECK(modes.right().col(k) == vector(vector::Unit(4, k)));
    CHECK(modes.left().col(k) == vector(vector::Unit(4, k)));
  }
  CHECK(std::abs(modes.values()[0] - d[0]) > 0.1);
  const update nothing(d, w, w, 0);
  CHECK(nothing.values() == d);
  CHECK(nothing.right() == matrix(matrix::Identity(4, 4)));
}

TEST_CASE("rank_one_update: nearly equal poles") {
  errors worst{0, 0, 0};
  for (const double gap : {1e-3, 1e-7, 1e-11, 3e-16}) {
    const vector d{{-0.5, 0.3, 0.3 * (1 + gap), 0.3 * (1 + 2 * gap), 1.0}}, u{{0.4, 0.3, -0.6, 0.5, 0.2}};
    for (const complex kappa : {complex(0, -0.5), complex(0, -0.01), complex(0, -30)}) {
      const errors e = errors_of(d, u, u, kappa);
      worst.residual = std::max(worst.residual, e.residual);
      worst.biorthogonality = std::max(worst.biorthogonality, e.biorthogonality);
      worst.trace = std::max(worst.trace, e.trace);
    }
  }
  MESSAGE("largest errors: residual " << worst.residual << ", biorthogonality " << worst.biorthogonality << ", trace "
                                      << worst.trace);
  CHECK(worst.residual < 1e-15 * 5);
  CHECK(worst.biorthogonality < 1e-14);
  CHECK(worst.trace < 1e-15 * 5);
}

// At gamma = 4 two modes coincide at the middle of the band.
TEST_CASE("rank_one_update: a chain without disorder on either side of its exceptional point [invariant 27]") {
  const an::index_t length = 100, site = 49;
  vector d(length), u(length);
  for (an::index_t k = 0; k < length; ++k) {
    const double q = static_cast<double>(k + 1) * std::numbers::pi / (length + 1);
    d[k] = -2 * std::cos(q);
    u[k] = std::sqrt(2.0 / (length + 1)) * std::sin(q * (site + 1));
  }
  for (const double gamma : {0.1, 1.0, 3.99, 4.01, 50.0}) {
    const errors e = errors_of(d, u, u, {0, -gamma / 2});
    MESSAGE("gamma = " << gamma << ": residual " << e.residual << ", biorthogonality " << e.biorthogonality
                       << ", trace " << e.trace);
    CHECK(e.residual < 1e-13);
    CHECK(e.biorthogonality < 1e-10);
    CHECK(e.trace < 1e-13);
  }
}

TEST_CASE("rank_one_update: what is not finite is rejected, not waited for") {
  const vector good{{-1.0, 0.5, 2.0}};
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    vector broken = good;
    broken[1] = bad;
    CHECK_THROWS_WITH_AS(update(broken, good, good, 1), doctest::Contains("not finite"), std::runtime_error);
    CHECK_THROWS_AS(update(good, broken, good, 1), std::runtime_error);
    CHECK_THROWS_AS(update(good, good, good, bad), std::runtime_error);
  }
}

}  // namespace rank_one_update_test
