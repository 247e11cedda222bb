// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/krylov.hpp>
#include <anderson/propagate/combined.hpp>

#include <algorithm>
#include <span>

namespace anderson {

namespace detail {

template <real_scalar Real>
class krylov_step {
public:
  explicit krylov_step(krylov_options options) : exponential_(options) {}

  template <class Realization>
  void operator()(const Realization& realization, std::span<const index_t> support, real_t tau,
                  std::span<const real_t> phi, orbitals_t<Real>& x) {
    const auto shaken = [&](const orbitals_t<Real>& in, orbitals_t<Real>& out) {
      realization.hamiltonian().apply(in, out);
      for (std::size_t k = 0; k < support.size(); ++k)
        out.row(support[k]) += static_cast<Real>(phi[k] / tau) * in.row(support[k]);
    };
    const krylov_report step = exponential_(shaken, static_cast<Real>(tau), x);
    report_.dimension = std::max(report_.dimension, step.dimension);
    report_.sub_steps += step.sub_steps;
    report_.error_bound = std::max(report_.error_bound, step.error_bound);
  }

  /// Over all steps so far: largest dimension, sum of the sub-steps, largest error bound of a step.
  const krylov_report& report() const noexcept { return report_; }

private:
  krylov_exponential<Real> exponential_;
  krylov_report report_;
};

}  // namespace detail

/// The paper's combined step (eq. 8) by block Krylov, the paper's own method: matrix-free, O(L M dimension) per step.
/// See combined_stepper for the step and krylov_exponential for the error control.
struct krylov_propagator {
  real_t dt = 0.1;             ///< longest step, > 0
  real_t tolerance = 1e-10;    ///< on the orbitals, in every step, in (0, 1)
  index_t max_dimension = 30;  ///< largest Krylov space before a step is cut, >= 2
  static constexpr int weak_order = 1;

  /// @throws std::invalid_argument  dt <= 0 or not finite; tolerance outside (0, 1); max_dimension < 2.
  void check() const {
    detail::check_dt(dt);
    krylov_exponential<real_t>({tolerance, max_dimension});
  }

  template <class Realization, increment_noise Noise>
  auto prepare(const Realization& realization, const Noise& noise) const {
    check();
    using real_type = typename Realization::real_type;
    return detail::prepare_combined(realization, noise, dt, detail::krylov_step<real_type>({tolerance, max_dimension}));
  }
};

}  // namespace anderson
