// SPDX-License-Identifier: MIT
#include <anderson/averaged/detail/effective_modes.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace effective_modes_test {

namespace {

using complex = std::complex<double>;
using matrix = an::matrix_t<complex>;
using vector = an::vector_t<double>;
using sites_type = std::vector<an::index_t>;

/// Eigensystem of a chain without disorder, in closed form.
an::eigensystem<double> clean_chain(an::index_t length) {
  an::eigensystem<double> e{vector(length), an::matrix_t<double>(length, length)};
  for (an::index_t k = 0; k < length; ++k) {
    const double q = static_cast<double>(k + 1) * std::numbers::pi / static_cast<double>(length + 1);
    e.values[k] = -2 * std::cos(q);
    for (an::index_t i = 0; i < length; ++i)
      e.vectors(i, k) = std::sqrt(2 / static_cast<double>(length + 1)) * std::sin(q * static_cast<double>(i + 1));
  }
  return e;
}

/// In the unit of h.
template <class Scalar>
vector rates_of(const an::detail::effective_modes<Scalar>& modes) {
  return modes.unit * modes.rates;
}
template <class Scalar>
vector levels_of(const an::detail::effective_modes<Scalar>& modes) {
  return (modes.unit * modes.energies).array() + modes.center;
}

struct errors {
  double residual = 0, biorthogonality = 0, rates = 0, overlap = 0, sum = 0;
};

template <class Scalar>
errors errors_of(const support::with_levels<Scalar>& h, const sites_type& sites, const vector& gamma) {
  const an::detail::effective_modes<Scalar> modes(h.eigensystem(), sites, gamma);
  const an::index_t n = h.size();
  matrix effective = h.dense().template cast<complex>();
  for (an::index_t m = 0; m < gamma.size(); ++m) {
    const an::index_t s = sites[static_cast<std::size_t>(m)];
    effective(s, s) -= complex(0, gamma[m] / 2);
  }
  const matrix moved = effective.lazyProduct(modes.right);
  matrix expected = modes.right;
  for (an::index_t k = 0; k < n; ++k) expected.col(k) *= complex(levels_of(modes)[k], -rates_of(modes)[k] / 2);
  const matrix in_modes = modes.left().transpose().lazyProduct(moved);
  errors e;
  e.residual = support::largest(moved - expected);
  e.biorthogonality =
      support::largest(modes.left().transpose().lazyProduct(modes.right).eval() - matrix::Identity(n, n));
  e.rates = support::largest(rates_of(modes) + 2 * in_modes.diagonal().imag());
  e.overlap = support::largest(modes.overlap - modes.right.adjoint().lazyProduct(modes.right).eval());
  e.sum = std::abs(rates_of(modes).sum() - gamma.sum());
  CHECK(rates_of(modes).minCoeff() >= 0);                               // invariant 25: no mode grows,
  CHECK(rates_of(modes).maxCoeff() <= gamma.maxCoeff() * (1 + 1e-14));  // none decays faster than the noise
  return e;
}

}  // namespace

TEST_CASE_TEMPLATE("effective_modes: modes of h - (i/2) sum gamma n, one to three noisy sites and all", Scalar, double,
                   complex) {
  errors worst;
  for (const an::index_t n : {3, 6, 20}) {
    const support::with_levels<Scalar> h(vector::LinSpaced(n, -2.3, 1.9));
    sites_type all;
    for (an::index_t i = 0; i < n; ++i) all.push_back((i + 2) % n);
    for (const sites_type& sites : {sites_type{1}, {2, 0}, {n - 1, 1, 0}, all})
      for (const double strength : {1e-3, 0.5, 8.0}) {
        vector gamma(std::ssize(sites));
        for (an::index_t m = 0; m < gamma.size(); ++m) gamma[m] = strength * (1 + 0.3 * static_cast<double>(m));
        const errors e = errors_of(h, sites, gamma);
        worst.residual = std::max(worst.residual, e.residual);
        worst.biorthogonality = std::max(worst.biorthogonality, e.biorthogonality);
        worst.rates = std::max(worst.rates, e.rates);
        worst.overlap = std::max(worst.overlap, e.overlap);
        worst.sum = std::max(worst.sum, e.sum / gamma.sum());
      }
  }
  MESSAGE("largest errors: residual " << worst.residual << ", biorthogonality " << worst.biorthogonality << ", rates "
                                      << worst.rates << ", overlap " << worst.overlap << ", sum of rates "
                                      << worst.sum);
  CHECK(worst.residual < 1e-12);  // energies up to 50, conditions up to some ten, up to 20 updates
  CHECK(worst.biorthogonality < 1e-12);
  CHECK(worst.rates < 1e-12);
  CHECK(worst.overlap < 1e-12);
  CHECK(worst.sum < 1e-13);
}

TEST_CASE("effective_modes: weak noise leaves rates gamma |<s|a>|^2, of all sizes, and energies") {
  const an::eigensystem<double> e = clean_chain(12);
  const sites_type sites{4};
  const an::detail::effective_modes<double> modes(e, sites, vector::Constant(1, 1e-9));
  for (an::index_t k = 0; k < 12; ++k) {
    CHECK(std::abs(rates_of(modes)[k] / (1e-9 * e.vectors(4, k) * e.vectors(4, k)) - 1) < 1e-8);
    CHECK(std::abs(levels_of(modes)[k] - e.values[k]) < 1e-15);
  }
}

TEST_CASE("effective_modes: densities and energies of C in modes are those in sites") {
  const support::with_levels<complex> h(vector::LinSpaced(6, -2.3, 1.9));
  const sites_type sites{1, 4};
  const an::detail::effective_modes<complex> modes(h.eigensystem(), sites, vector{{0.8, 2.0}});
  const matrix c = support::random_hermitian<complex>(6, 3), x = modes.to_modes(c);
  CHECK(support::largest(modes.right.lazyProduct(x.lazyProduct(modes.right.adjoint()).eval()).eval() - c) < 1e-13);
  CHECK(std::abs(modes.energy_from_center(x) + modes.center * modes.particles(x) -
                 h.dense().lazyProduct(c).eval().trace().real()) < 1e-12);
}

TEST_CASE("effective_modes: two modes that coincide are reported, next to them all is well [exceptional point]") {
  const an::eigensystem<double> e = clean_chain(100);
  const sites_type sites{49};
  CHECK_THROWS_WITH_AS(
      an::detail::effective_modes<double>(e, sites, vector::Constant(1, 4.0)),
      doctest::Contains("coincide or cannot be told apart (an exceptional point, such as gamma = 4 J without disorder"),
      std::runtime_error);
  for (const double gamma : {3.99, 4 * (1 - 1e-4), 4 * (1 + 1e-4), 4.01}) {
    const an::detail::effective_modes<double> modes(e, sites, vector::Constant(1, gamma));
    CHECK(std::abs(rates_of(modes).sum() - gamma) < 1e-8);  // condition times rounding
  }
}

namespace {

/// R left^T = 1, h_eff R = R lambda, overlaps: of symmetric lattices, whose levels come in groups or whose modes have
/// equal weights.
void check_symmetric(const an::matrix_t<double>& h, const sites_type& sites, const vector& gamma) {
  CAPTURE(sites.size());
  CAPTURE(gamma);
  const an::detail::effective_modes<double> modes(an::diagonalize(h), sites, gamma);
  matrix one = modes.right.lazyProduct(modes.left().transpose());
  one.diagonal().array() -= 1;
  CHECK(support::largest(one) < 1e-10);
  matrix moved = h.cast<complex>().lazyProduct(modes.right);
  for (an::index_t m = 0; m < gamma.size(); ++m) {
    const an::index_t s = sites[static_cast<std::size_t>(m)];
    moved.row(s) -= complex(0, gamma[m] / 2) * modes.right.row(s);
  }
  for (an::index_t k = 0; k < h.rows(); ++k)
    moved.col(k) -= complex(levels_of(modes)[k], -rates_of(modes)[k] / 2) * modes.right.col(k);
  CHECK(support::largest(moved) < 1e-10);
  const matrix overlap = modes.right.adjoint().lazyProduct(modes.right);
  CHECK(support::largest(overlap - modes.overlap) < 1e-5);  // the root of rounding, where levels nearly coincide
}

}  // namespace

TEST_CASE("effective_modes: symmetric lattices lose no mode, with noise on one, several and all sites") {
  for (const an::index_t n : {4, 5, 6, 8, 9, 20}) {
    CAPTURE(n);
    an::matrix_t<double> ring = an::matrix_t<double>::Zero(n, n), star = ring, mirror = ring;
    const an::matrix_t<double> complete = an::matrix_t<double>::Identity(n, n) - an::matrix_t<double>::Ones(n, n);
    for (an::index_t i = 0; i < n; ++i) ring(i, (i + 1) % n) = ring((i + 1) % n, i) = -1;
    for (an::index_t i = 1; i < n; ++i) star(0, i) = star(i, 0) = -1;
    an::philox rng(2, {});
    for (an::index_t i = 0; i < (n + 1) / 2; ++i) mirror(i, i) = mirror(n - 1 - i, n - 1 - i) = an::uniform(rng, -6, 6);
    for (an::index_t i = 1; i < n; ++i) mirror(i - 1, i) = mirror(i, i - 1) = -1;
    sites_type all;
    for (an::index_t i = 0; i < n; ++i) all.push_back(i);
    vector other = vector::Constant(n, 1.0), mirrored = other;  // one site differs; two mirrored ones do
    other[n / 2] = 3;
    mirrored[1] = mirrored[n - 2] = 2;
    const std::vector<std::pair<std::string, an::matrix_t<double>>> lattices{
        {"ring", ring}, {"star", star}, {"mirror", mirror}, {"complete", complete}};
    for (const auto& lattice : lattices) {
      const std::string& name = lattice.first;
      const an::matrix_t<double>& h = lattice.second;
      CAPTURE(name);
      check_symmetric(h, {0}, vector::Constant(1, 1.0));
      check_symmetric(h, {1}, vector::Constant(1, 1.0));
      check_symmetric(h, {n / 2}, vector::Constant(1, 1.0));
      check_symmetric(h, {0, n - 1}, vector::Constant(2, 1.0));
      check_symmetric(h, {0, 1, 3}, vector::Constant(3, 1.0));
      check_symmetric(h, {0, 1, 3}, vector{{1.0, 0.2, 7.0}});
      check_symmetric(h, all, vector::Constant(n, 1.0));
      check_symmetric(h, all, other);
      check_symmetric(h, all, mirrored);
    }
  }
}

// Both ends of a long mirror-symmetric chain: pairs of levels split by tunneling, by less than rounding.
TEST_CASE("effective_modes: levels of a mirror-symmetric chain that only tunneling splits, noise on both ends") {
  an::matrix_t<double> mirror = an::matrix_t<double>::Zero(20, 20);
  an::philox rng(2, {});
  for (an::index_t i = 0; i < 10; ++i) mirror(i, i) = mirror(19 - i, 19 - i) = an::uniform(rng, -6, 6);
  for (an::index_t i = 1; i < 20; ++i) mirror(i - 1, i) = mirror(i, i - 1) = -1;
  check_symmetric(mirror, {0, 19}, vector::Constant(2, 1.0));
}

}  // namespace effective_modes_test
