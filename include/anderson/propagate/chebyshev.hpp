// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/chebyshev.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/propagate/combined.hpp>
#include <anderson/propagate/detail/shaken.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

namespace anderson {

namespace detail {

template <real_scalar Real>
struct interval {
  Real low, high;
  void include(Real center, Real radius) {
    low = std::min(low, center - radius);
    high = std::max(high, center + radius);
  }
};

/// An interval that holds the spectrum of h + sum_k (phi_k / tau) P_k: Gershgorin's discs, |e - h_ii| <= sum_{j != i}
/// |h_ij| for some i. A kick moves the disc of its site, the others stay.
template <real_scalar Real>
class shaken_spectrum {
public:
  template <hamiltonian H>
  shaken_spectrum(const H& h, const shaken_hamiltonian<typename H::scalar_type>& shaken,
                  std::span<const index_t> support, memory_limit limit = {}) {
    vector_t<Real> center, radius;
    if (const auto& t = shaken.resting()) {
      const index_t bonds = t->subdiagonal.size();
      center = t->diagonal.array() + shaken.constant();
      radius.setZero(center.size());
      radius.head(bonds) += t->subdiagonal.cwiseAbs();
      radius.tail(bonds) += t->subdiagonal.cwiseAbs();
    } else if constexpr (has_gershgorin<H>) {
      std::tie(center, radius) = h.gershgorin();
    } else {
      check_memory(limit, matrix_bytes<typename H::scalar_type>(h.size()), "a matrix that bounds the spectrum",
                   h.size(), "gershgorin() of the Hamiltonian (core/capabilities.hpp), or krylov_propagator");
      const matrix_t<typename H::scalar_type> full = dense_matrix(h, limit);
      center = full.diagonal().real();
      radius = full.cwiseAbs().rowwise().sum() - full.diagonal().cwiseAbs();
    }
    std::vector<char> noisy(static_cast<std::size_t>(center.size()), 0);
    for (const index_t s : support) noisy[static_cast<std::size_t>(s)] = 1;
    for (index_t i = 0; i < center.size(); ++i)
      if (noisy[static_cast<std::size_t>(i)] == 0) quiet_.include(center[i], radius[i]);
    for (const index_t s : support) noisy_.push_back({center[s], radius[s]});
  }

  interval<Real> operator()(real_t tau, std::span<const real_t> phi) const {
    interval<Real> all = quiet_;
    for (std::size_t k = 0; k < phi.size(); ++k)
      all.include(noisy_[k].center + static_cast<Real>(phi[k] / tau), noisy_[k].radius);
    return all;
  }

private:
  struct disc {
    Real center, radius;
  };
  interval<Real> quiet_{std::numeric_limits<Real>::infinity(), -std::numeric_limits<Real>::infinity()};
  std::vector<disc> noisy_;
};

template <scalar Scalar>
class chebyshev_step {
public:
  using real_type = real_of_t<Scalar>;

  chebyshev_step(const hamiltonian auto& h, std::span<const index_t> support, chebyshev_options options,
                 memory_limit limit)
      : shaken_(h), spectrum_(h, shaken_, support, limit), exponential_(options) {}

  template <class Realization>
  void operator()(const Realization& realization, std::span<const index_t> support, real_t tau,
                  std::span<const real_t> phi, orbitals_t<real_type>& x) {
    const interval<real_type> bounds = spectrum_(tau, phi);
    const chebyshev_report step = shaken_(realization.hamiltonian(), support, tau, phi, [&](const auto& a) {
      const real_type constant = shaken_.constant();
      return exponential_(a, bounds.low - constant, bounds.high - constant, static_cast<real_type>(tau), x, constant);
    });
    report_.degree = std::max(report_.degree, step.degree);
    report_.sub_steps += step.sub_steps;
    report_.error_bound = std::max(report_.error_bound, step.error_bound);
  }

  /// Over all steps so far: largest degree, sum of the sub-steps, largest error bound of a step.
  const chebyshev_report& report() const noexcept { return report_; }

private:
  shaken_hamiltonian<Scalar> shaken_;
  shaken_spectrum<real_type> spectrum_;
  chebyshev_exponential<real_type> exponential_;
  chebyshev_report report_;
};

}  // namespace detail

/// The paper's combined step (eq. 8) by block Chebyshev, the fastest way to do it. Matrix-free, O(L M degree) per
/// step. See combined_stepper for the step and chebyshev_exponential for the error control.
///
/// The series needs an interval that holds the spectrum: Gershgorin's discs, exact row sums from h.tridiagonal_form()
/// or h.gershgorin(), or else of the dense matrix, built once in prepare() within the memory_limit. On each side the
/// interval exceeds the spectrum of the shaken h by at most the largest of these sums, the hopping to all neighbors.
struct chebyshev_propagator {
  real_t dt = 0.1;           ///< longest step, > 0
  real_t tolerance = 1e-10;  ///< on the orbitals, in every step, in (0, 1)
  static constexpr int weak_order = 1;

  /// @throws std::invalid_argument  dt <= 0 or not finite; tolerance outside (0, 1).
  void check() const {
    detail::check_dt(dt);
    chebyshev_exponential<real_t>({tolerance});
  }

  /// @throws std::invalid_argument  bad dt, tolerance or noisy sites.
  template <class Realization, increment_noise Noise>
  auto prepare(const Realization& realization, const Noise& noise) const {
    check();
    const std::span<const index_t> support = noise.support();
    detail::check_support(support, realization.size());
    return detail::prepare_combined(realization, noise, dt,
                                    detail::chebyshev_step<typename Realization::scalar_type>(
                                        realization.hamiltonian(), support, {tolerance}, realization.memory_limit()));
  }
};

}  // namespace anderson
