// SPDX-License-Identifier: MIT
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace an = anderson;

namespace eigensystem_test {

using support::largest;

namespace {

/// Open chain of L sites, W = 0.
template <class Real>
an::tridiagonal<Real> free_chain(an::index_t length) {
  return {an::vector_t<Real>::Zero(length), an::vector_t<Real>::Constant(length - 1, Real(-1))};
}

template <class Scalar>
an::matrix_t<Scalar> dense(const an::tridiagonal<Scalar>& t) {
  const an::index_t n = t.diagonal.size();
  an::matrix_t<Scalar> h = an::matrix_t<Scalar>::Zero(n, n);
  h.diagonal() = t.diagonal;
  if (n > 1) {
    h.diagonal(1) = t.subdiagonal;
    h.diagonal(-1) = t.subdiagonal;
  }
  return h;
}

/// Ascending values, orthonormal vectors and h V = V E, all to `rounding`. Lazy products: they compile much faster.
template <class Scalar>
void check_eigenpairs(const an::matrix_t<Scalar>& h, const an::eigensystem<Scalar>& e, double rounding) {
  const an::index_t n = h.rows();
  REQUIRE(e.values.size() == n);
  REQUIRE(e.vectors.rows() == n);
  REQUIRE(e.vectors.cols() == n);
  for (an::index_t a = 0; a + 1 < n; ++a) CHECK(e.values[a] <= e.values[a + 1]);
  CHECK(largest(e.vectors.adjoint().lazyProduct(e.vectors) - an::matrix_t<Scalar>::Identity(n, n)) < rounding);
  CHECK(largest(h.lazyProduct(e.vectors) - e.vectors * e.values.template cast<Scalar>().asDiagonal()) < rounding);
}

}  // namespace

TEST_CASE_TEMPLATE("diagonalize: the free open chain has E_k = -2 cos(k pi / (L + 1)) [invariant 27]", Real, float,
                   double, long double) {
  const Real eps = std::numeric_limits<Real>::epsilon();
  for (const an::index_t length : {1, 2, 7, 20}) {
    const an::tridiagonal<Real> t = free_chain<Real>(length);
    const an::eigensystem<Real> e = an::diagonalize(t);
    const Real rounding = 10 * eps * static_cast<Real>(length);
    check_eigenpairs(dense(t), e, static_cast<double>(rounding));
    const Real q = std::acos(Real(-1)) / static_cast<Real>(length + 1);
    for (an::index_t a = 0; a < length; ++a) {
      const Real k = q * static_cast<Real>(a + 1);
      CHECK(std::abs(e.values[a] + 2 * std::cos(k)) < rounding);
      // |<i|a>| = sqrt(2 / (L + 1)) |sin(k (i + 1))|; gaps of 0.02 at L = 20 cost a factor 100 in the vectors.
      for (an::index_t i = 0; i < length; ++i) {
        const Real exact = std::sqrt(Real(2) / static_cast<Real>(length + 1)) * std::sin(k * static_cast<Real>(i + 1));
        CHECK(std::abs(std::abs(e.vectors(i, a)) - std::abs(exact)) < 100 * rounding);
      }
    }
  }
}

TEST_CASE("diagonalize: tridiagonal and dense agree, up to the phases of the vectors") {
  for (const an::index_t length : {1, 2, 30}) {
    an::tridiagonal<double> t = free_chain<double>(length);
    t.diagonal = support::random_matrix<double>(length, 1, 1);
    const an::eigensystem<double> fast = an::diagonalize(t), slow = an::diagonalize(dense(t));
    check_eigenpairs(dense(t), fast, 1e-13);
    check_eigenpairs(dense(t), slow, 1e-13);
    CHECK(largest(fast.values - slow.values) < 1e-13);
    const an::matrix_t<double> overlap = fast.vectors.transpose().lazyProduct(slow.vectors).cwiseAbs();
    CHECK(largest(overlap - an::matrix_t<double>::Identity(length, length)) < 1e-11);
  }
}

TEST_CASE("diagonalize: degenerate levels still get orthonormal vectors") {
  an::matrix_t<double> ring = dense(free_chain<double>(12));
  ring(0, 11) = ring(11, 0) = -1;  // E = -2 cos(2 pi k / 12): five pairs
  const an::eigensystem<double> e = an::diagonalize(ring);
  check_eigenpairs(ring, e, 1e-13);
  CHECK(std::abs(e.values[1] - e.values[2]) < 1e-14);
  check_eigenpairs(an::matrix_t<double>(an::matrix_t<double>::Zero(4, 4)),
                   an::diagonalize(an::matrix_t<double>(an::matrix_t<double>::Zero(4, 4))), 1e-16);
}

TEST_CASE("diagonalize: complex Hermitian matrices, also those of a ring with flux [closed form]") {
  const an::matrix_t<std::complex<double>> h = support::random_hermitian<std::complex<double>>(15, 2);
  check_eigenpairs(h, an::diagonalize(h), 1e-13);

  constexpr int length = 5;
  const double flux = 0.7, pi = std::acos(-1.0);
  an::matrix_t<std::complex<double>> ring = an::matrix_t<std::complex<double>>::Zero(length, length);
  for (int i = 0; i < length; ++i) {
    ring((i + 1) % length, i) = -std::polar(1.0, flux / length);
    ring(i, (i + 1) % length) = -std::polar(1.0, -flux / length);
  }
  an::vector_t<double> exact(length);
  for (int k = 0; k < length; ++k) exact[k] = -2 * std::cos((2 * pi * k - flux) / length);
  std::sort(exact.begin(), exact.end());
  CHECK(largest(an::diagonalize(ring).values - exact) < 1e-14);
}

namespace {

void check_rejects_entry(double bad) {
  for (const an::index_t where : {0, 3, 5}) {
    CAPTURE(where);
    an::tridiagonal<double> t = free_chain<double>(6);
    t.diagonal[where] = bad;
    CHECK_THROWS_AS(an::diagonalize(t), std::runtime_error);
    CHECK_THROWS_AS(an::diagonalize(dense(t)), std::runtime_error);
  }
}

}  // namespace

TEST_CASE("diagonalize: NaN is reported, not returned") {
  check_rejects_entry(std::numeric_limits<double>::quiet_NaN());
}

TEST_CASE("diagonalize: infinity is reported, not returned") {
  check_rejects_entry(std::numeric_limits<double>::infinity());
}

TEST_CASE("diagonalize: tails: a bound state decays as sinh from the ends, down to 1e-52") {
  an::tridiagonal<double> h{an::vector_t<double>::Zero(201), an::vector_t<double>::Constant(200, -1)};
  h.diagonal[100] = -3;
  const auto eigen = an::diagonalize(h);
  const double kappa = std::acosh(-eigen.values[0] / 2);
  for (const an::index_t i : {0, 1, 10, 50, 90, 110, 150, 199, 200}) {
    CAPTURE(i);
    const double depth = static_cast<double>(std::min(i, 200 - i) + 1);
    const double expected = std::sinh(kappa * depth) / std::sinh(kappa * 101);
    CHECK(eigen.vectors(i, 0) / eigen.vectors(100, 0) ==
          doctest::Approx(expected).epsilon(1e-6));  // joined at 1e-8, known to 1e-8
  }
  CHECK(std::abs(eigen.vectors(0, 0)) < 1e-51);
}

TEST_CASE_TEMPLATE("diagonalize: tails: the eigensystem stays one, also of a chain in parts", Real, float, double) {
  auto h = free_chain<double>(200);
  h.diagonal = 3 * support::random_matrix<double>(200, 1, 3);
  h.subdiagonal[20] = 0;       // in three parts
  h.subdiagonal[150] = 1e-35;  // as good as
  const an::tridiagonal<Real> t{h.diagonal.cast<Real>(), h.subdiagonal.cast<Real>()};
  const auto eigen = an::diagonalize(t);
  REQUIRE(eigen.vectors.allFinite());
  const Real bound = 1000 * Eigen::NumTraits<Real>::epsilon();  // measured: 20 to 100
  for (an::index_t a = 0; a < 200; ++a) {
    for (an::index_t b = 0; b <= a; ++b)
      CHECK(std::abs(eigen.vectors.col(a).dot(eigen.vectors.col(b)) - (a == b ? 1 : 0)) < bound);
    for (an::index_t i = 0; i < 200; ++i) {
      Real residual = (t.diagonal[i] - eigen.values[a]) * eigen.vectors(i, a);
      if (i > 0) residual += t.subdiagonal[i - 1] * eigen.vectors(i - 1, a);
      if (i < 199) residual += t.subdiagonal[i] * eigen.vectors(i + 1, a);
      CHECK(std::abs(residual) < bound);
    }
  }
}

TEST_CASE("diagonalize: what rounding leaves at the node of a symmetric mode is 0") {
  const auto eigen = an::diagonalize(free_chain<double>(21));
  for (an::index_t a = 1; a < 21; a += 2) CHECK(eigen.vectors(10, a) == 0);
  for (an::index_t a = 0; a < 21; a += 2) CHECK(std::abs(eigen.vectors(10, a)) > 0.1);
}

namespace {

/// The families of chains on which eigensolvers are known to fail.
enum class family {
  uniform,
  mirror,
  halves,
  binary,
  wells,
  trap,
  aubry_andre,
  constant,
  graded,
  glued,
  weak_hopping,
  random_hopping,
  count
};

template <class Real>
an::tridiagonal<Real> sample(family f, an::index_t n, an::philox& rng) {
  const auto real = [&](double low, double high) { return static_cast<Real>(an::uniform(rng, low, high)); };
  const int largest = std::numeric_limits<Real>::max_exponent10 - 1;
  const Real w = std::pow(Real(10), real(-1, 1.5));
  an::vector_t<Real> d = an::vector_t<Real>::Zero(n), t = an::vector_t<Real>::Constant(n - 1, -1);
  for (an::index_t i = 0; i < n; ++i) {
    const Real from_center = static_cast<Real>(i) - static_cast<Real>(n - 1) / 2;
    switch (f) {
      case family::mirror:
        d[i] = 2 * i < n ? w * real(-1, 1) : d[n - 1 - i];
        break;
      case family::halves:
        d[i] = 2 * i < n + 1 ? w * real(-1, 1) : d[i - (n + 1) / 2];
        break;
      case family::binary:
        d[i] = real(0, 1) < Real(0.5) ? Real(30) : Real(-30);
        break;
      case family::wells:
        d[i] = i % 5 == 0 ? Real(0) : 2 * w;
        break;
      case family::trap:
        d[i] = from_center * from_center / 1000;
        break;
      case family::aubry_andre:
        d[i] = w * std::cos(Real(3.8832220774509332L) * std::abs(from_center));
        break;
      case family::constant:
        d[i] = w;
        break;
      case family::graded:
        d[i] = std::pow(Real(10), static_cast<Real>(largest) * (2 * static_cast<Real>(i) / static_cast<Real>(n) - 1));
        break;
      case family::glued:
        d[i] = std::abs(static_cast<Real>(i % 21) - 10);
        break;
      case family::random_hopping:
        break;
      default:
        d[i] = w * real(-1, 1);
    }
  }
  const Real weak = std::pow(Real(10), -real(1, largest));
  for (an::index_t i = 0; i + 1 < n; ++i) {
    if (f == family::graded) t[i] = std::sqrt(d[i]) * std::sqrt(d[i + 1]) * real(-1, 1);
    if (f == family::glued) t[i] = i % 21 == 20 ? std::pow(Real(10), real(-16, -1)) : Real(1);
    if (f == family::weak_hopping) t[i] = weak;
    if (f == family::random_hopping) t[i] = std::exp(-real(0, 30));
  }
  return {d, t};
}

/// Of |V^T V - 1| and |h V - V E| / |h|, in rounding errors.
template <class Real>
std::pair<double, double> defects(const an::tridiagonal<Real>& h) {
  const an::index_t n = h.diagonal.size();
  Real largest_entry = h.diagonal.cwiseAbs().maxCoeff();
  if (n > 1) largest_entry = std::max(largest_entry, h.subdiagonal.cwiseAbs().maxCoeff());
  const an::eigensystem<Real> e = an::diagonalize(h);
  const an::matrix_t<Real>& v = e.vectors;
  Real overlap = 0, residual = 0;
  for (an::index_t a = 0; a < n; ++a) {
    if (a > 0) CHECK(e.values[a - 1] <= e.values[a]);
    for (an::index_t b = 0; b <= a; ++b)
      overlap = std::max(overlap, std::abs(v.col(a).dot(v.col(b)) - (a == b ? 1 : 0)));
    for (an::index_t i = 0; i < n; ++i) {
      Real r = (h.diagonal[i] / largest_entry - e.values[a] / largest_entry) * v(i, a);
      if (i > 0) r += h.subdiagonal[i - 1] / largest_entry * v(i - 1, a);
      if (i + 1 < n) r += h.subdiagonal[i] / largest_entry * v(i + 1, a);
      residual = std::max(residual, std::abs(r));
    }
  }
  const Real epsilon = std::numeric_limits<Real>::epsilon();
  return {static_cast<double>(overlap / epsilon), static_cast<double>(residual / epsilon)};
}

}  // namespace

// 1e-13 in double is 450 rounding errors.
TEST_CASE_TEMPLATE("diagonalize: chains: orthonormal, and h V = V E, to 450 rounding errors in twelve families", Real,
                   float, double) {
  double overlap = 0, residual = 0;
  for (int f = 0; f < static_cast<int>(family::count); ++f)
    for (const an::index_t n : {1, 2, 3, 6, 17, 50, 51, 100, 130}) {
      an::philox rng(11, {an::purpose::disorder, f, n});
      const auto [o, r] = defects(sample<Real>(static_cast<family>(f), n, rng));
      CAPTURE(f);
      CAPTURE(n);
      CHECK(o < 450);
      CHECK(r < 450);
      overlap = std::max(overlap, o);
      residual = std::max(residual, r);
    }
  MESSAGE("largest overlap and residual, in rounding errors: " << overlap << ", " << residual);
}

TEST_CASE("diagonalize: tails of six sites that hop by 1e-8 are those of perturbation theory, at the ends too") {
  const an::vector_t<double> w{{0.3, -0.9, 1.7, 0.8, -1.3, 2.2}};
  const double hop = -1e-8;
  const auto e = an::diagonalize(an::tridiagonal<double>{w, an::vector_t<double>::Constant(5, hop)});
  for (an::index_t a = 0; a < 6; ++a) {
    an::index_t at = 0;
    e.vectors.col(a).cwiseAbs().maxCoeff(&at);
    for (const an::index_t step : {-1, 1}) {
      double tail = e.vectors(at, a);
      for (an::index_t i = at + step; i >= 0 && i < 6; i += step) {
        tail *= hop / (w[at] - w[i]);  // corrections: 1e-16
        CHECK(std::abs(e.vectors(i, a) / tail - 1) < 1e-12);
      }
    }
  }
}

TEST_CASE_TEMPLATE("diagonalize: chains in another unit have the same vectors, with a constant added nearly so", Real,
                   float, double) {
  an::philox rng(3, {});
  const auto h = sample<Real>(family::uniform, 60, rng);
  const auto e = an::diagonalize(h);
  const int most = std::is_same_v<Real, float> ? 60 : 300;
  for (const int k : {-most, -7, 1, most}) {
    const Real unit = std::ldexp(Real(1), k);
    const auto scaled = an::diagonalize(an::tridiagonal<Real>{h.diagonal * unit, h.subdiagonal * unit});
    CHECK(scaled.vectors == e.vectors);
    CHECK(scaled.values == an::vector_t<Real>(e.values * unit));
  }
  const Real constant = std::ldexp(Real(1), std::numeric_limits<Real>::digits / 2);
  const an::vector_t<Real> moved = h.diagonal.array() + constant, back = moved.array() - constant;  // rounded alike
  const auto shifted = an::diagonalize(an::tridiagonal<Real>{moved, h.subdiagonal}),
             rounded = an::diagonalize(an::tridiagonal<Real>{back, h.subdiagonal});
  // The vectors of levels 1e-4 apart: 1e4 rounding errors.
  CHECK(largest(shifted.vectors.cwiseAbs() - rounded.vectors.cwiseAbs()) <
        1e5 * static_cast<double>(std::numeric_limits<Real>::epsilon()));
}

// Amplitudes by recursion from the end at levels of long double. QR mixes modes of neighboring levels by 1e-13, and
// what undoes that must not stay in their tails.
TEST_CASE("eigensystem: binary disorder: tails are right where modes of the same wells are close in energy") {
  struct sample {
    std::string signs;
    double strength;
    an::index_t mode, site;
    double amplitude;
  };
  for (const sample& s : {sample{"+---++-++---+---+-+---+++++--+++--++---+", 12, 32, 39, 4.659e-14},
                          sample{"-+--+--+--+++--+----+-+-+----+-+-++--+-+", 30, 37, 0, 1.536e-16},
                          sample{"-+--++-++++++--+++--+--+-++-+-++-++-+++-+++-+-+-+-+-++-+--+-", 30, 5, 0, 5.53e-37}}) {
    const auto n = static_cast<an::index_t>(s.signs.size());
    an::tridiagonal<double> h{an::vector_t<double>(n), an::vector_t<double>::Constant(n - 1, -1)};
    for (an::index_t i = 0; i < n; ++i)
      h.diagonal[i] = s.signs[static_cast<std::size_t>(i)] == '+' ? s.strength : -s.strength;
    const double found = std::abs(an::diagonalize(h).vectors(s.site, s.mode));
    CHECK(found == doctest::Approx(s.amplitude).epsilon(2e-3));  // digits of the reference
  }
}

// Without the constant taken out, vectors would be off by its rounding over the distance of levels, 1e-8.
TEST_CASE("eigensystem: dense matrices with a large constant on the diagonal have the vectors of those without") {
  const an::index_t n = 12;
  an::matrix_t<double> h = support::random_hermitian<double>(n, 5);
  const an::vector_t<double> moved = h.diagonal().array() + 0x1p26, back = moved.array() - 0x1p26;  // rounded alike
  h.diagonal() = moved;
  const auto shifted = an::diagonalize(h);
  h.diagonal() = back;
  const auto plain = an::diagonalize(h);
  CHECK(largest(shifted.vectors.cwiseAbs() - plain.vectors.cwiseAbs()) < 1e-12);
}

// QR turns round and round at couplings below rounding between levels that are 0.
TEST_CASE("eigensystem: float, couplings far below rounding in binary disorder") {
  const std::string wells = "001110110111111101000001101110101110001111101";
  const auto n = static_cast<an::index_t>(wells.size());
  an::tridiagonal<float> h{an::vector_t<float>(n), an::vector_t<float>::Constant(n - 1, -1)};
  for (an::index_t i = 0; i < n; ++i) h.diagonal[i] = wells[static_cast<std::size_t>(i)] == '1' ? 4.87670183F : 0.0F;
  const std::pair<an::index_t, float> weak[] = {{12, 1.69062726e-15F}, {17, 2.55894498e-15F}, {18, 4.3053854e-29F},
                                                {19, 5.16141281e-29F}, {26, 1.28794929e-21F}, {27, 8.63128513e-10F},
                                                {34, 3.84346131e-11F}};
  for (const auto& [i, coupling] : weak) h.subdiagonal[i] = coupling;
  const auto eigen = an::diagonalize(h);
  const an::matrix_t<float> one = an::matrix_t<float>::Identity(n, n);
  CHECK(largest(eigen.vectors.transpose() * eigen.vectors - one) < 1e-4);
  CHECK(largest(dense(h) * eigen.vectors - eigen.vectors * eigen.values.asDiagonal()) < 1e-4 * 5);
}

}  // namespace eigensystem_test
