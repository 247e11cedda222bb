// SPDX-License-Identifier: MIT
#include <anderson/propagate/kick_panels.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <complex>
#include <vector>

namespace an = anderson;
using support::largest;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;
using panels = an::detail::kick_panels<double>;

constexpr an::index_t modes = 9;

std::vector<complex> unit_phases(std::uint64_t seed) {
  an::philox rng(seed, {});
  std::vector<complex> d(modes);
  for (complex& x : d) x = std::polar(1.0, 3 * an::normal(rng));
  return d;
}

/// One panel pass as the comment of kick_pass says, in matrices.
template <class Scalar>
void check_pass(an::index_t sites, bool general) {
  constexpr an::index_t lanes = panels::lanes;
  const orbitals start = support::random_matrix<complex>(modes, lanes, 1);
  const an::matrix_t<Scalar> v = support::random_matrix<Scalar>(sites, modes, 2);  // v_ka
  const orbitals gains = support::random_matrix<complex>(sites, lanes, 3);
  const std::vector<complex> d = unit_phases(4);

  panels x(start);
  std::vector<double> gain, amplitude(static_cast<std::size_t>(sites * 2 * lanes), 99.0);
  for (an::index_t k = 0; k < sites; ++k) {
    for (an::index_t l = 0; l < lanes; ++l) gain.push_back(gains(k, l).real());
    for (an::index_t l = 0; l < lanes; ++l) gain.push_back(gains(k, l).imag());
  }
  const std::span<const complex> phases(d);
  if (general)
    an::detail::kick_pass(x.panel(0), phases, v.data(), sites, gain.data(), amplitude.data());  // v[a * K + k]
  else
    an::detail::kick_pass_one_site(x.panel(0), phases, v.data(), gain.data(), amplitude.data());

  orbitals expected = start + v.adjoint().template cast<complex>().lazyProduct(gains);
  for (an::index_t a = 0; a < modes; ++a) expected.row(a) *= d[static_cast<std::size_t>(a)];
  const orbitals sums = v.template cast<complex>().lazyProduct(expected);
  orbitals out;
  x.write(out);
  CHECK(largest(out - expected) < 1e-14);  // sums of a few products of order 1
  for (an::index_t k = 0; k < sites; ++k)
    for (an::index_t l = 0; l < lanes; ++l) {
      const auto at = static_cast<std::size_t>(k * 2 * lanes + l);
      CHECK(std::abs(complex(amplitude[at], amplitude[at + lanes]) - sums(k, l)) < 1e-13);
    }
}

}  // namespace

TEST_CASE("kick_panels: write gives back what was put in, for any number of orbitals") {
  for (const an::index_t columns : {0, 1, 15, 16, 17, 32, 40}) {
    CAPTURE(columns);
    const orbitals start = support::random_matrix<complex>(modes, columns, 5);
    const panels x(start);
    CHECK(x.modes() == modes);
    CHECK(x.orbitals() == columns);
    CHECK(x.panels() == (columns + 15) / 16);
    orbitals out;
    x.write(out);
    CHECK(out == start);
  }
}

TEST_CASE("kick_panels: populations are sum_m occupation_m |x_am|^2") {
  for (const an::index_t columns : {0, 1, 16, 21}) {
    const orbitals start = support::random_matrix<complex>(modes, columns, 6);
    const an::vector_t<double> n = support::random_matrix<double>(columns, 1, 7).cwiseAbs();
    const an::vector_t<double> expected = start.cwiseAbs2().lazyProduct(n);
    CHECK(largest(panels(start).populations(n) - expected) < 1e-13);
  }
}

TEST_CASE("kick_pass: kick, flight and amplitude in one pass, one real or complex site") {
  check_pass<double>(1, false);
  check_pass<complex>(1, false);
  check_pass<double>(1, true);
  check_pass<complex>(1, true);
}

TEST_CASE("kick_pass: the same for several sites") {
  check_pass<double>(2, true);
  check_pass<complex>(3, true);
}
