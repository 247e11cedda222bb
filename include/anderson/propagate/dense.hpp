// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/phase.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/propagate/combined.hpp>

#include <complex>
#include <span>
#include <utility>

namespace anderson {

namespace detail {

template <scalar Scalar>
class dense_exponential {
public:
  using real_type = real_of_t<Scalar>;

  /// The middle of the potential is the zero of energy of the eigenproblems: rounding is that of differences.
  explicit dense_exponential(matrix_t<Scalar> h) : h_(std::move(h)) {
    if (h_.size() == 0) return;
    const real_type low = h_.diagonal().real().minCoeff(), high = h_.diagonal().real().maxCoeff();
    center_ = low + (high - low) / 2;
    h_.diagonal().array() -= Scalar(center_);
  }

  template <class Realization>
  void operator()(const Realization& /*realization*/, std::span<const index_t> support, real_t tau,
                  std::span<const real_t> phi, orbitals_t<real_type>& x) {
    shaken_ = h_;
    for (std::size_t k = 0; k < support.size(); ++k)
      shaken_(support[k], support[k]) += Scalar(static_cast<real_type>(phi[k] / tau));
    const eigensystem<Scalar> eigen = diagonalize(shaken_);
    multiply_adjoint(eigen.vectors, x, modes_);
    const std::complex<real_type> turn = phase(center_, static_cast<real_type>(tau));
    for (index_t a = 0; a < modes_.rows(); ++a)
      modes_.row(a) *= times(turn, phase(eigen.values[a], static_cast<real_type>(tau)));
    multiply(eigen.vectors, modes_, x);
  }

private:
  real_type center_ = 0;
  matrix_t<Scalar> h_, shaken_;  // h - center
  orbitals_t<real_type> modes_;
};

}  // namespace detail

/// The paper's combined step (eq. 8) by dense diagonalization of h + sum_k (phi_k / dt) P_k at every step. The slow
/// reference: O(L^3) per step. See combined_stepper.
struct dense_propagator {
  real_t dt = 0.1;  ///< longest step, > 0
  static constexpr int weak_order = 1;

  /// @throws std::invalid_argument  dt <= 0 or not finite.
  void check() const { detail::check_dt(dt); }

  template <class Realization, increment_noise Noise>
  auto prepare(const Realization& realization, const Noise& noise) const {
    check();
    using scalar_type = typename Realization::scalar_type;
    const memory_limit limit = realization.memory_limit();
    detail::check_memory(limit, 8 * detail::matrix_bytes<scalar_type>(realization.size()), "dense_propagator",
                         realization.size(), detail::matrix_free);
    return detail::prepare_combined(
        realization, noise, dt, detail::dense_exponential<scalar_type>(dense_matrix(realization.hamiltonian(), limit)));
  }
};

}  // namespace anderson
