// SPDX-License-Identifier: MIT
#include <anderson/propagate/detail/kick_pass.hpp>
#include <anderson/propagate/detail/mode_panels.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

namespace an = anderson;

namespace kick_pass_test {

using support::largest;

namespace {

constexpr an::index_t modes = 9;

/// A panel of random numbers, phases of a flight, and K random sites in all modes.
template <class Scalar>
struct problem {
  using real = an::real_of_t<Scalar>;
  using complex = std::complex<real>;
  using orbitals = an::orbitals_t<real>;
  using panels = an::detail::mode_panels<real>;
  using pack = an::detail::complex_lanes<real>;

  orbitals start = support::random_matrix<complex>(modes, panels::width, 1);
  an::matrix_t<Scalar> v, after;  // <s_k|a>
  orbitals gains;
  std::vector<real> cosine, sine;
  orbitals end;   // computed
  orbitals sums;  // amplitudes

  explicit problem(an::index_t sites)
      : v(support::random_matrix<Scalar>(sites, modes, 2)),
        after(v),
        gains(support::random_matrix<complex>(sites, panels::width, 3)) {
    an::philox rng(4, {});
    for (an::index_t a = 0; a < modes; ++a) {
      const real angle = 3 * support::random_number<real>(rng);
      cosine.push_back(std::cos(angle));
      sine.push_back(std::sin(angle));
    }
  }

  pack gain(an::index_t k) const {
    const std::vector<an::index_t> lane = lanes();
    std::vector<real> re, im;
    for (an::index_t l = 0; l < panels::width; ++l) {
      re.push_back(gains(k, l).real());
      im.push_back(gains(k, l).imag());
    }
    return an::detail::gather(re.data(), im.data(), lane.data());
  }
  void set_sums(an::index_t k, const pack& s) {
    for (an::index_t l = 0; l < panels::width; ++l)
      sums(k, l) = {s.re.get(static_cast<std::size_t>(l)), s.im.get(static_cast<std::size_t>(l))};
  }

  /// The pass for one site, or that for any number, over the first `active` modes.
  void pass(an::index_t active, bool one_site) {
    panels x(modes, std::vector<an::index_t>{panels::width});
    x.read(0, start);
    sums.resize(v.rows(), panels::width);
    const an::detail::flight_phases<real> flight{cosine.data(), sine.data()};
    if (one_site) {
      set_sums(0, an::detail::kick_pass(x.panel(0), active, flight, v.data(), after.data(), gain(0)));
    } else {
      const an::matrix_t<Scalar> by_site = v;
      std::vector<Scalar> amplitudes;
      for (an::index_t k = 0; k < v.rows(); ++k)
        for (an::index_t a = 0; a < modes; ++a) amplitudes.push_back(by_site(k, a));
      std::vector<pack> in, out(static_cast<std::size_t>(v.rows()));
      for (an::index_t k = 0; k < v.rows(); ++k) in.push_back(gain(k));
      an::detail::kick_pass(x.panel(0), active, flight, amplitudes.data(), modes, v.rows(), in.data(), out.data());
      for (an::index_t k = 0; k < v.rows(); ++k) set_sums(k, out[static_cast<std::size_t>(k)]);
    }
    x.write(support::in_order(modes), end);
  }

  /// As the comment of kick_pass says, in matrices.
  void check(an::index_t active) const {
    const real rounding = std::numeric_limits<real>::epsilon();
    orbitals expected = start;
    expected.topRows(active) += v.leftCols(active).adjoint().template cast<complex>().lazyProduct(gains);
    for (an::index_t a = 0; a < active; ++a)
      expected.row(a) *= complex(cosine[static_cast<std::size_t>(a)], sine[static_cast<std::size_t>(a)]);
    const orbitals amplitudes = after.leftCols(active).template cast<complex>().lazyProduct(expected.topRows(active));
    CHECK(largest(end - expected) < 100 * rounding);  // sums of a few products of order 1
    CHECK(largest(sums - amplitudes) < 500 * rounding);
    CHECK(end.bottomRows(modes - active) == start.bottomRows(modes - active));
  }

  static std::vector<an::index_t> lanes() {
    std::vector<an::index_t> l;
    for (an::index_t k = 0; k < panels::width; ++k) l.push_back(k);
    return l;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("kick_pass: kick, flight and amplitude in one pass", Scalar, float, double, long double,
                   std::complex<double>) {
  for (const an::index_t active : {1, 6, 9}) {
    problem<Scalar> p(1);
    p.pass(active, true);
    p.check(active);
  }
}

TEST_CASE_TEMPLATE("kick_pass: the next kick may be on another site", Scalar, double, std::complex<double>) {
  problem<Scalar> p(1);
  p.after = support::random_matrix<Scalar>(1, modes, 8);
  p.pass(9, true);
  p.check(9);
}

TEST_CASE_TEMPLATE("kick_pass: one, two and three sites at once", Scalar, float, double, long double,
                   std::complex<double>) {
  for (const an::index_t sites : {1, 2, 3})
    for (const an::index_t active : {1, 6, 9}) {
      problem<Scalar> p(sites);
      p.pass(active, false);
      p.check(active);
    }
}

TEST_CASE("kick_pass: gather takes the number of its trajectory into every lane") {
  using pack = an::detail::lanes<double>;
  const std::vector<double> re{1, 2, 3}, im{-1, -2, -3};
  const std::vector<an::index_t> lane{0, 0, 2, 2, 1, 1, 0, 2};
  const auto z = an::detail::gather(re.data(), im.data(), lane.data());
  for (std::size_t l = 0; l < pack::width; ++l) {
    CHECK(z.re.get(l) == re[static_cast<std::size_t>(lane[l])]);
    CHECK(z.im.get(l) == im[static_cast<std::size_t>(lane[l])]);
  }
}

}  // namespace kick_pass_test
