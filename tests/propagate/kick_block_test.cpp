// SPDX-License-Identifier: MIT
#include <anderson/propagate/detail/kick_block.hpp>
#include <anderson/propagate/detail/mode_panels.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace an = anderson;

namespace kick_block_test {

using support::largest;

namespace {

template <class Real>
using block = an::detail::kick_block<Real>;

/// Modes of a Hamiltonian, and a panel of random orbitals in which every lane has kicks of its own.
template <class Real, class Scalar = Real>
struct problem {
  using complex = std::complex<Real>;
  using pack = an::detail::lanes<Real>;

  std::vector<Real> energies;
  std::vector<Scalar> v;
  Real tau = Real(0.1);
  an::orbitals_t<Real> x;
  std::vector<Real> kick_re, kick_im;  // e^{-i phi} - 1 at [step * lanes + lane]

  problem(an::index_t modes, an::index_t steps, Real phase = 1) {
    an::philox rng(3, {});
    for (an::index_t a = 0; a < modes; ++a) energies.push_back(2 * support::random_number<Real>(rng));
    Real norm = 0;
    for (an::index_t a = 0; a < modes; ++a) {
      v.push_back(support::random_number<Scalar>(rng));
      norm += std::norm(std::complex<Real>(v.back()));
    }
    for (Scalar& one : v) one /= std::sqrt(norm);
    x = support::random_matrix<complex>(modes, pack::width, 4);
    for (an::index_t j = 0; j < steps * static_cast<an::index_t>(pack::width); ++j) {
      const complex kick = std::polar(Real(1), -phase * support::random_number<Real>(rng)) - Real(1);
      kick_re.push_back(kick.real());
      kick_im.push_back(kick.imag());
    }
  }

  an::index_t modes() const { return std::ssize(energies); }

  /// Step by step, the first `active` modes.
  an::orbitals_t<Real> expected(an::index_t steps, an::index_t active) const {
    an::orbitals_t<Real> y = x;
    for (an::index_t l = 0; l < y.cols(); ++l)
      for (an::index_t step = 0; step < steps; ++step) {
        const auto kick = static_cast<std::size_t>(step * y.cols() + l);
        const auto fly = [&](an::index_t a) {
          y(a, l) *= std::polar(Real(1), -energies[static_cast<std::size_t>(a)] * tau / 2);
        };
        for (an::index_t a = 0; a < active; ++a) fly(a);
        complex amplitude = 0;
        for (an::index_t a = 0; a < active; ++a) amplitude += v[static_cast<std::size_t>(a)] * y(a, l);
        for (an::index_t a = 0; a < active; ++a) {
          y(a, l) +=
              std::conj(complex(v[static_cast<std::size_t>(a)])) * complex(kick_re[kick], kick_im[kick]) * amplitude;
          fly(a);
        }
      }
    return y;
  }

  an::orbitals_t<Real> moved(block<Real>& by, an::index_t steps, an::index_t active) const {
    an::detail::mode_panels<Real> panels(modes(), std::vector<an::index_t>{x.cols()});
    panels.read(0, x);
    by.prepare(std::span(energies), v.data(), active, tau, steps);
    by.move(panels.panel(0), steps, [&](an::index_t step) {
      const an::index_t first = step * x.cols();
      return an::detail::complex_lanes<Real>{pack::load(kick_re.data() + first), pack::load(kick_im.data() + first)};
    });
    an::orbitals_t<Real> out;
    panels.write(support::in_order(modes()), out);
    return out;
  }

  /// Largest difference, in rounding errors.
  Real difference(block<Real>& by, an::index_t steps, an::index_t active) const {
    return largest(moved(by, steps, active) - expected(steps, active)) / std::numeric_limits<Real>::epsilon();
  }
  Real difference(an::index_t steps) const {
    block<Real> by;
    return difference(by, steps, modes());
  }
};

}  // namespace

// Numbers of order 1; every step adds a few rounding errors: 1000 of them after at most 100 steps leaves room, a wrong
// sign or time gives 1e14 of them in double, 1e6 in float.

TEST_CASE_TEMPLATE("kick_block: equals steps one by one, any number of steps and modes", Real, float, double,
                   long double) {
  for (const an::index_t modes : {1, 3, 8, 13, 70})  // whole and partial tiles, more than one chunk
    for (const an::index_t steps : {1, 2, 3, 8, 9, 10, 11, 15, 16, 17, 32, 40}) {
      CAPTURE(modes);
      CAPTURE(steps);
      CHECK(problem<Real>(modes, steps).difference(steps) < 1000);
      CHECK(problem<Real, std::complex<Real>>(modes, steps).difference(steps) < 1000);
    }
}

TEST_CASE("kick_block: no steps leave the state as it is") {
  const problem<double> p(9, 0);
  block<double> by;
  CHECK(p.moved(by, 0, 9) == p.x);
}

TEST_CASE("kick_block: kicks of zero are a free flight, kicks of pi a reflection") {
  problem<double> p(13, 40);
  std::fill(p.kick_im.begin(), p.kick_im.end(), 0.0);
  std::fill(p.kick_re.begin(), p.kick_re.end(), 0.0);
  CHECK(p.difference(40) < 1000);
  an::orbitals_t<double> flown = p.x;
  for (an::index_t a = 0; a < 13; ++a) flown.row(a) *= std::polar(1.0, -p.energies[static_cast<std::size_t>(a)] * 4);
  block<double> by;
  CHECK(largest(p.moved(by, 40, 13) - flown) < 1e-13);
  std::fill(p.kick_re.begin(), p.kick_re.end(), -2.0);
  CHECK(p.difference(40) < 1000);
}

TEST_CASE("kick_block: equal energies, long steps") {
  problem<double> p(13, 40);
  std::fill(p.energies.begin(), p.energies.end(), 0.7);
  CHECK(p.difference(40) < 1000);
  problem<double> q(13, 40);
  q.tau = 5;  // angles up to 500, good to 1e-14
  CHECK(q.difference(40) < 5000);
}

TEST_CASE("kick_block: tables follow the number of modes, the step and the set of modes") {
  const problem<double> p(30, 40);
  problem<double> q(21, 40);
  block<double> by;
  for (const an::index_t active : {5, 5, 12, 30, 7}) {  // modes beyond stay as they are
    CAPTURE(active);
    CHECK(p.difference(by, 40, active) < 1000);
  }
  for (const an::index_t steps : {3, 17, 19, 3, 40}) CHECK(p.difference(by, steps, 7) < 1000);
  CHECK(p.difference(by, 19, 9) < 1000);
  CHECK(p.difference(by, 16, 12) < 1000);  // more modes while no short block is needed
  CHECK(p.difference(by, 19, 12) < 1000);
  CHECK(q.difference(by, 40, 21) < 1000);
  q.tau = 0.25;
  CHECK(q.difference(by, 40, 21) < 1000);
}

TEST_CASE("kick_block: tables that grew are bit by bit those made at once") {
  const problem<double> p(30, 40);
  block<double> grown, at_once;
  p.moved(grown, 40, 4);
  p.moved(grown, 40, 17);
  CHECK(p.moved(grown, 40, 30) == p.moved(at_once, 40, 30));
}

TEST_CASE("kick_block: a lane does not depend on the others") {
  const problem<double> p(30, 40);
  problem<double> q = p;
  q.x.rightCols(q.x.cols() - 3).setZero();
  block<double> by;
  CHECK(p.moved(by, 40, 30).leftCols(3) == q.moved(by, 40, 30).leftCols(3));
}

TEST_CASE("kick_block: kicks with real phases keep the norm over many blocks") {
  const problem<double> p(20, 16 * 400);
  block<double> by;
  const an::orbitals_t<double> end = p.moved(by, 16 * 400, 20);
  // 400 blocks, each of which rounds to a few 1e-16 of a norm of 6
  CHECK(largest(end.colwise().norm() - p.x.colwise().norm()) < 1e-11);
}

}  // namespace kick_block_test
