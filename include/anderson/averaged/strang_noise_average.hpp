// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/averaged_state.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/detail/sincos.hpp>
#include <anderson/noise/detail/support.hpp>

#include <complex>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// One averaged state moved by Strang steps in the eigenbasis of h. See strang_noise_average.
///
/// With h = V diag(E) V^dagger and X = V^dagger C V, a flight is X_ab -> e^{-i (E_a - E_b) t} X_ab. It is left out of
/// the steps: X is the state flown back to the last output (the interaction picture), and what acts on it at the time t
/// after that is damping in the basis flown back. So a step costs what the damping costs.
///
/// Damping of site m, with v_a = <a|m>, P = v v^dagger and k = exp(-gamma tau / 2): C_mj and C_jm shrink by k, C_mm
/// does not. In any basis, with u = X v and n = v^dagger u = C_mm,
///
///     D(X) = (1 - (1 - k) P) X (1 - (1 - k) P) + (1 - k^2) P X P
///          = X - (1 - k) (u v^dagger + v u^dagger) + [ (1 - k)^2 + (1 - k^2) ] n v v^dagger
///          = X - y v^dagger - v y^dagger,    y = (1 - k) (u - n v),
///
/// as the bracket is 2 (1 - k). Trace and C_mm are conserved since v^dagger y = 0. Dampings of different sites commute,
/// so one after the other is their joint effect: C_mn of two noisy sites gets both factors.
template <class Realization>
class strang_average_stepper {
public:
  using real_type = typename Realization::real_type;
  using scalar_type = typename Realization::scalar_type;
  using complex_type = std::complex<real_type>;

  struct prepared_type {
    Realization realization;
    real_t dt;
    matrix_t<complex_type> amplitudes;  // <a|m>, a column for each noisy site
    std::vector<real_t> rates;
  };

  strang_average_stepper(std::shared_ptr<const prepared_type> prepared, const averaged_state<real_type>& start)
      : prepared_(std::move(prepared)) {
    const index_t n = prepared_->realization.size();
    orbitals_t<real_type> c = detail::check_size(start, n).correlations(), half(n, n);
    initial_energy_ = detail::energy_at_start<real_type>::of(prepared_->realization.hamiltonian(), start);
    energies_ = prepared_->realization.eigensystem().values;
    energies_.array() -= energies_[0] / 2 + energies_[n - 1] / 2;  // a constant in h has no effect on C
    detail::multiply_adjoint(vectors(), c, half);
    c = half.adjoint();
    detail::multiply_adjoint(vectors(), c, half);
    x_ = half;
    for (auto* buffer : {&u_, &v_}) buffer->resize(n);
    for (auto* buffer : {&angles_, &sines_, &cosines_}) buffer->resize(n);
    lost_.resize(prepared_->rates.size());
  }

  real_t time() const noexcept { return time_; }

  /// In equal steps no longer than dt. The noise enters by its rates only. Allocates nothing.
  /// @throws std::invalid_argument  until before the present time or not finite, or more than 1e15 steps away; phases
  ///                                E t that are not finite.
  void evolve(real_t until) {
    detail::check_until(until, time_);
    if (until == time_) return;
    const index_t steps = detail::step_count(time_, until, prepared_->dt);
    const real_type duration = static_cast<real_type>(until) - static_cast<real_type>(time_),
                    tau = duration / static_cast<real_type>(steps);
    detail::check_phases(2 * energies_[energies_.size() - 1], duration);
    for (std::size_t k = 0; k < lost_.size(); ++k)
      lost_[k] = -Eigen::numext::expm1(-static_cast<real_type>(prepared_->rates[k]) * tau / 2);
    for (index_t step = 0; step < steps; ++step) {
      if (step % 16 == 0) detail::poll(static_cast<double>(step) / static_cast<double>(steps));
      damp((static_cast<real_type>(step) + real_type(0.5)) * tau);
    }
    fly(duration);
    time_ = until;
  }

  /// Cost: O(L^3), back to sites.
  averaged_snapshot<Realization> snapshot() const {
    orbitals_t<real_type> c = x_.template selfadjointView<Eigen::Lower>(), half;
    detail::multiply(vectors(), c, half);
    c = half.adjoint();
    detail::multiply(vectors(), c, half);
    return {prepared_->realization, time_, initial_energy_, averaged_state<real_type>(half)};
  }

private:
  const matrix_t<scalar_type>& vectors() const { return prepared_->realization.eigensystem().vectors; }

  /// Phases E_a t: their sines and cosines.
  void turn(real_type t) {
    angles_ = energies_ * t;
    detail::sincos(angles_.data(), sines_.data(), cosines_.data(), angles_.size());
  }

  /// All noisy sites, in the basis flown back by t.
  void damp(real_type t) {
    turn(t);
    const index_t n = v_.size();
    for (std::size_t k = 0; k < lost_.size(); ++k) {
      const auto site = static_cast<index_t>(k);
      for (index_t a = 0; a < n; ++a)
        v_[a] = detail::times(complex_type(cosines_[a], sines_[a]), prepared_->amplitudes(a, site));
      u_.noalias() = x_.template selfadjointView<Eigen::Lower>() * v_;
      const real_type density = v_.dot(u_).real() / v_.squaredNorm();
      u_ = lost_[k] * (u_ - density * v_);
      for (index_t b = 0; b < n; ++b)  // Eigen's rankUpdate copies both vectors to the heap
        x_.col(b).tail(n - b) -= std::conj(v_[b]) * u_.tail(n - b) + std::conj(u_[b]) * v_.tail(n - b);
    }
  }

  void fly(real_type t) {
    turn(t);
    for (index_t a = 0; a < v_.size(); ++a) v_[a] = {cosines_[a], -sines_[a]};
    for (index_t b = 0; b < v_.size(); ++b) {
      const complex_type back = std::conj(v_[b]);
      for (index_t a = b; a < v_.size(); ++a) x_(a, b) = detail::times(detail::times(v_[a], back), x_(a, b));
    }
  }

  std::shared_ptr<const prepared_type> prepared_;
  matrix_t<complex_type> x_;  // its lower triangle
  vector_t<complex_type> u_, v_;
  vector_t<real_type> energies_;  // from the center of the spectrum
  vector_t<real_type> angles_, sines_, cosines_;
  std::vector<real_type> lost_;  // 1 - exp(-gamma tau / 2) of each noisy site
  detail::energy_at_start<real_type> initial_energy_{};
  real_t time_ = 0;
};

/// The average over the noise by Strang steps of the Lindblad equation for C (paper eq. 4 for one particle),
///
///     dC/dt = -i [h, C] + sum_m gamma_m ( P_m C P_m - {P_m, C} / 2 ),
///
/// half a flight, the damping of all noisy sites, half a flight: the exact average of split_propagator's trajectories
/// with white noise, including its error O(dt^2), without sampling. Any number of noisy sites with any rates.
///
///     average(problem{model, white_noise{{site}, gamma}, state}, strang_noise_average{.dt = 0.05}, times,
///             observables{energy{}, density_profile{}}, {.disorder_realizations = 100, .noise_realizations = 1})
///
/// One trajectory per realization is enough unless the initial state is random. Cost: O(L^2) per step and noisy site,
/// one eigensystem per realization, O(L^3) per output time. Memory: 6 complex L x L matrices and the eigenvectors.
struct strang_noise_average {
  real_t dt = 0.1;  ///< longest step, > 0
  static constexpr int weak_order = 2;

  /// @throws std::invalid_argument  dt <= 0 or not finite.
  void check() const { detail::check_dt(dt); }

  /// @throws std::invalid_argument  bad noisy sites or rates; more memory than the memory_limit.
  template <class Realization, dephasing_noise Noise>
  detail::prepared_average<strang_average_stepper<Realization>> prepare(const Realization& realization,
                                                                        const Noise& noise) const {
    check();
    using stepper = strang_average_stepper<Realization>;
    std::vector<real_t> rates = detail::dephasing_rates(noise, realization.size());
    detail::check_memory_of_average(realization, 6, "strang_noise_average");
    const auto& vectors = realization.eigensystem().vectors;
    const std::span<const index_t> support = noise.support();
    matrix_t<typename stepper::complex_type> amplitudes(vectors.rows(), std::ssize(support));
    for (index_t k = 0; k < amplitudes.cols(); ++k)
      amplitudes.col(k) =
          vectors.row(support[static_cast<std::size_t>(k)]).adjoint().template cast<typename stepper::complex_type>();
    return {std::make_shared<const typename stepper::prepared_type>(
        typename stepper::prepared_type{realization, dt, std::move(amplitudes), std::move(rates)})};
  }
};

}  // namespace anderson
