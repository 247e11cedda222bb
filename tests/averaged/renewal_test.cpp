// SPDX-License-Identifier: MIT
#include <anderson/averaged/detail/renewal.hpp>

#include <doctest/doctest.h>

#include "support/lindblad.hpp"
#include "support/matrices.hpp"
#include "support/realizations.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>

namespace an = anderson;

namespace renewal_test {

namespace {

using complex = std::complex<double>;
using support::complex_matrix;
using support::rates_only;

const std::vector<rates_only> noises{{{2}, {1.0}},
                                     {{2}, {30.0}},
                                     {{3, 1}, {0.7, 2.5}},
                                     {{0, 4, 2}, {1e-3, 1.1, 6.0}},
                                     {{0, 1, 2, 3, 4}, {1, 0.2, 3, 0.5, 2}}};

template <class Scalar>
struct laplace {
  support::with_levels<Scalar> h{an::vector_t<double>{{-2.1, -0.8, 0.1, 0.9, 1.6}}};
  complex_matrix hamiltonian = h.dense().template cast<complex>();
  rates_only noise;
  an::vector_t<double> gamma;
  std::shared_ptr<const an::detail::effective_modes<Scalar>> modes;
  an::detail::renewal<Scalar> renewal;

  laplace(const rates_only& n, const complex_matrix& c)
      : noise(n),
        gamma(Eigen::Map<const an::vector_t<double>>(n.rates.data(), std::ssize(n.rates))),
        modes(std::make_shared<const an::detail::effective_modes<Scalar>>(h.eigensystem(), n.sites, gamma)),
        renewal(modes, gamma / modes->unit, modes->to_modes(c)) {}

  /// In sites: t int_0^inf e^{-S t' / t} C(t') dt' / t ...
  complex_matrix state(complex s, double t, bool with_start = true) {
    complex_matrix x = complex_matrix::Zero(5, 5);
    const an::vector_t<complex> jumps = renewal.jumps(s, t * modes->unit);
    renewal.add_state(s, t * modes->unit, with_start, 1, jumps, x);
    return modes->right.lazyProduct(x.lazyProduct(modes->right.adjoint()).eval());
  }
};

complex_matrix some_state() {
  complex_matrix c = support::random_hermitian<complex>(5, 8);
  return c / c.trace().real();
}

}  // namespace

TEST_CASE_TEMPLATE("renewal: C(s) solves S C(s) - t L C(s) = C, at real and complex S, one to five noisy sites", Scalar,
                   double, complex) {
  const complex_matrix c = some_state();
  double worst = 0;
  for (const rates_only& noise : noises) {
    laplace<Scalar> all(noise, c);
    for (const double t : {1e-3, 1.0, 50.0})
      for (const complex s : {complex(1), complex(9, 4), complex(-3, 20), complex(1e-3, 1e-2)}) {
        const complex_matrix x = all.state(s, t);
        // L acts on real and imaginary parts of a matrix that is not Hermitian too: it is linear.
        const complex_matrix rest = s * x - t * support::lindblad(all.hamiltonian, noise, x) - c;
        worst = std::max(worst, support::largest(rest) / (1 + (std::abs(s) + t) * support::largest(x)));
      }
  }
  MESSAGE("largest relative residual " << worst);
  CHECK(worst < 1e-13);
}

TEST_CASE("renewal: jumps are gamma times the density, what does not jump is left out without the start") {
  const complex_matrix c = some_state();
  double worst = 0;
  for (const rates_only& noise : noises) {
    laplace<double> all(noise, c);
    const double t = 3;
    const complex s(2, 5);
    const complex_matrix x = all.state(s, t), jumped = all.state(s, t, false);
    const an::vector_t<complex> jumps = all.renewal.jumps(s, t * all.modes->unit);
    for (std::size_t m = 0; m < noise.sites.size(); ++m) {
      const an::index_t site = noise.sites[m];
      worst = std::max(worst, std::abs(jumps[static_cast<an::index_t>(m)] - t * noise.rates[m] * x(site, site)));
    }
    // (S - t L_0) (x - jumped) = C with L_0 the evolution without jumps back
    complex_matrix effective = all.hamiltonian;
    for (std::size_t m = 0; m < noise.sites.size(); ++m)
      effective(noise.sites[m], noise.sites[m]) -= complex(0, noise.rates[m] / 2);
    const complex_matrix free = x - jumped, decay = effective.lazyProduct(free),
                         adjoint = free.lazyProduct(effective.adjoint());
    worst = std::max(worst, support::largest(s * free + complex(0, t) * (decay - adjoint) - c));
  }
  MESSAGE("largest error " << worst);
  CHECK(worst < 1e-12);
}

// The particle number is a sum of positive terms that never cancels: it has all digits at any time.
TEST_CASE("renewal: s tr C(s) = tr C, and equilibrium at the end, up to times of 1e100") {
  const complex_matrix c = some_state();
  double number = 0, equilibrium = 0;
  for (const rates_only& noise : noises) {
    laplace<complex> all(noise, c);
    for (double t = 1; t < 1e101; t *= 1e4) {
      const complex_matrix x = all.state(1, t);
      number = std::max(number, std::abs(x.trace() - 1.0));
      if (t > 1e20) equilibrium = std::max(equilibrium, support::largest(x - 0.2 * complex_matrix::Identity(5, 5)));
    }
  }
  MESSAGE("largest error of the particle number " << number << ", of equilibrium " << equilibrium);
  CHECK(number < 1e-13);
  CHECK(equilibrium < 1e-13);
}

}  // namespace renewal_test
