// SPDX-License-Identifier: MIT
#pragma once

// The Lindblad equation of C in the site basis with dense matrices: the slow twin of methods that average over the
// noise.

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>

#include "support/matrices.hpp"

#include <complex>
#include <limits>
#include <span>
#include <vector>

namespace support {

using complex_matrix = an::matrix_t<std::complex<double>>;

/// A noise known by its rates, a different one for each site. Nobody may ask for its increments.
struct rates_only {
  std::vector<an::index_t> sites;
  std::vector<double> rates;

  std::span<const an::index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  void increments(double, double, auto& /*rng*/, std::span<double> phi) {
    for (double& x : phi) x = std::numeric_limits<double>::quiet_NaN();
  }
  double dephasing_rate(an::index_t k) const { return rates[static_cast<std::size_t>(k)]; }
};
static_assert(an::dephasing_noise<rates_only>);

/// dC/dt = -i [h, C] + sum_m gamma_m (P_m C P_m - {P_m, C} / 2)
inline complex_matrix lindblad(const complex_matrix& h, const rates_only& noise, const complex_matrix& c) {
  complex_matrix rate = std::complex<double>(0, -1) * (h.lazyProduct(c) - c.lazyProduct(h));
  for (std::size_t k = 0; k < noise.sites.size(); ++k) {
    complex_matrix p = complex_matrix::Zero(h.rows(), h.cols());
    p(noise.sites[k], noise.sites[k]) = 1;
    const complex_matrix pc = p.lazyProduct(c), cp = c.lazyProduct(p);
    rate += noise.rates[k] * (pc.lazyProduct(p) - 0.5 * (pc + cp));
  }
  return rate;
}

/// C(t), by the exponential of the generator on stacked C.
inline complex_matrix noise_average(const complex_matrix& h, const rates_only& noise, const complex_matrix& c,
                                    double t) {
  const an::index_t n = h.rows();
  complex_matrix generator(n * n, n * n), unit = complex_matrix::Zero(n, n);
  for (an::index_t q = 0; q < n * n; ++q) {
    unit.data()[q] = 1;
    const complex_matrix rate = lindblad(h, noise, unit);
    generator.col(q) = Eigen::Map<const an::vector_t<std::complex<double>>>(rate.data(), n * n);
    unit.data()[q] = 0;
  }
  const complex_matrix map = exponential(std::complex<double>(0, 1) * generator, t);
  complex_matrix result(n, n);
  Eigen::Map<an::vector_t<std::complex<double>>>(result.data(), n * n) =
      map.lazyProduct(Eigen::Map<const an::vector_t<std::complex<double>>>(c.data(), n * n));
  return result;
}

/// Strang steps of that equation: half a flight, C_ij times exp(-(gamma_i + gamma_j) tau / 2) for i != j, half a
/// flight.
inline complex_matrix strang_noise_average(const complex_matrix& h, const rates_only& noise, complex_matrix c,
                                           double tau, int steps) {
  const complex_matrix half = exponential(h, tau / 2);
  an::vector_t<double> gamma = an::vector_t<double>::Zero(h.rows());
  for (std::size_t k = 0; k < noise.sites.size(); ++k) gamma[noise.sites[k]] = noise.rates[k];
  for (int step = 0; step < steps; ++step) {
    c = half.lazyProduct(c.lazyProduct(half.adjoint()).eval()).eval();
    for (an::index_t j = 0; j < c.cols(); ++j)
      for (an::index_t i = 0; i < c.rows(); ++i)
        if (i != j) c(i, j) *= std::exp(-(gamma[i] + gamma[j]) * tau / 2);
    c = half.lazyProduct(c.lazyProduct(half.adjoint()).eval()).eval();
  }
  return c;
}

/// The matrix of a snapshot, by its correlations.
template <class Snapshot>
complex_matrix correlations_of(const Snapshot& now) {
  complex_matrix c(now.size(), now.size());
  for (an::index_t j = 0; j < c.cols(); ++j)
    for (an::index_t i = 0; i < c.rows(); ++i) c(i, j) = std::complex<double>(now.correlation(i, j));
  return c;
}

/// n_1 - n_2 of one particle on two sites without potential, J = 1, from site 1, noise on either:
///
///     e^{-gamma t / 4} (cos O t + gamma / (4 O) sin O t),   O^2 = 4 - gamma^2 / 16
template <class Real>
Real two_site_imbalance(Real gamma, Real t) {
  using std::abs, std::cos, std::cosh, std::exp, std::sin, std::sinh, std::sqrt;
  const Real square = 4 - gamma * gamma / 16, o = sqrt(abs(square)), damped = exp(-gamma * t / 4);
  if (square == 0) return damped * (1 + gamma * t / 4);
  if (square > 0) return damped * (cos(o * t) + gamma / (4 * o) * sin(o * t));
  return (exp((o - gamma / 4) * t) * (1 + gamma / (4 * o)) + exp(-(o + gamma / 4) * t) * (1 - gamma / (4 * o))) / 2;
}

}  // namespace support
