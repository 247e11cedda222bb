// SPDX-License-Identifier: MIT
#pragma once

// Trajectories in the site basis with dense matrices: the slow twins of the propagators.

#include "support/matrices.hpp"

#include <complex>
#include <span>
#include <vector>

namespace support {

using dense_matrix_type = an::matrix_t<std::complex<double>>;

/// Strang steps: exp(-i h tau / 2), the phase e^{-i phi} on the row of each noisy site, exp(-i h tau / 2).
template <class Scalar>
an::orbitals_t<double> strang(const an::matrix_t<Scalar>& h, const std::vector<an::index_t>& sites, double tau,
                              std::span<const double> phi, an::orbitals_t<double> x) {
  const dense_matrix_type half = exponential(h, tau / 2);
  for (; !phi.empty(); phi = phi.subspan(sites.size())) {
    x = half.lazyProduct(x).eval();
    for (std::size_t k = 0; k < sites.size(); ++k) x.row(sites[k]) *= std::polar(1.0, -phi[k]);
    x = half.lazyProduct(x).eval();
  }
  return x;
}

/// The paper's combined steps: exp(-i h tau - i sum_k phi_k P_k)   (eq. 8).
template <class Scalar>
an::orbitals_t<double> combined(const an::matrix_t<Scalar>& h, const std::vector<an::index_t>& sites, double tau,
                                std::span<const double> phi, an::orbitals_t<double> x) {
  for (; !phi.empty(); phi = phi.subspan(sites.size())) {
    an::matrix_t<Scalar> shaken = h * tau;
    for (std::size_t k = 0; k < sites.size(); ++k) shaken(sites[k], sites[k]) += phi[k];
    x = exponential(shaken, 1.0).lazyProduct(x).eval();
  }
  return x;
}

/// `count` phases of order 1, large enough for a wrong kick to be seen.
inline std::vector<double> phases(std::size_t count, std::uint64_t seed = 31) {
  an::philox rng(seed, {});
  std::vector<double> phi(count);
  for (double& x : phi) x = an::normal(rng);
  return phi;
}

}  // namespace support
