// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/tridiagonal_product.hpp>
#include <anderson/linalg/krylov.hpp>
#include <anderson/propagate/combined.hpp>
#include <anderson/propagate/detail/shaken.hpp>

#include <algorithm>
#include <span>

namespace anderson {

namespace detail {

template <scalar Scalar>
class krylov_step {
public:
  using real_type = real_of_t<Scalar>;

  krylov_step(const hamiltonian auto& h, krylov_options options) : shaken_(h), exponential_(options) {
    if (const auto& t = shaken_.resting()) {
      off_diagonal_.setZero(t->diagonal.size() + 1);
      off_diagonal_.segment(1, t->subdiagonal.size()) = t->subdiagonal;
    }
  }

  template <class Realization>
  void operator()(const Realization& realization, std::span<const index_t> support, real_t tau,
                  std::span<const real_t> phi, orbitals_t<real_type>& x) {
    const krylov_report step = shaken_(realization.hamiltonian(), support, tau, phi, [&](const auto& a) {
      const auto apply = [&](const orbitals_t<real_type>& in, orbitals_t<real_type>& out) {
        if constexpr (three_diagonals<decltype(a)>)
          apply_tridiagonal(a.diagonal, off_diagonal_, in, out);
        else
          a(in, out);
      };
      return exponential_(apply, static_cast<real_type>(tau), x, shaken_.constant());
    });
    report_.dimension = std::max(report_.dimension, step.dimension);
    report_.sub_steps += step.sub_steps;
    report_.error_bound = std::max(report_.error_bound, step.error_bound);
  }

  /// Over all steps so far: largest dimension, sum of the sub-steps, largest error bound of a step.
  const krylov_report& report() const noexcept { return report_; }

private:
  shaken_hamiltonian<Scalar> shaken_;
  vector_t<real_type> off_diagonal_;
  krylov_exponential<real_type> exponential_;
  krylov_report report_;
};

}  // namespace detail

/// The paper's combined step (eq. 8) by block Krylov, the paper's own method: matrix-free, O(L M dimension) per step.
/// See combined_stepper for the step and krylov_exponential for the error control.
struct krylov_propagator {
  real_t dt = 0.1;             ///< longest step, > 0
  real_t tolerance = 1e-10;    ///< on the orbitals, in every step, in (0, 1); rounding comes on top
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
    return detail::prepare_combined(
        realization, noise, dt,
        detail::krylov_step<typename Realization::scalar_type>(realization.hamiltonian(), {tolerance, max_dimension}));
  }
};

}  // namespace anderson
