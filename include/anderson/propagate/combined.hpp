// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/propagate/detail/fixed_step.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// One trajectory moved by the paper's combined step   (eq. 8):
///
///     U = exp(-i h tau - i sum_k phi_k P_k),   P_k = |s_k><s_k|
///
/// whose exponential is done by `Exponential`, dense, Krylov or Chebyshev. Averaged over the noise it is of order 1: to
/// O(dt) it is the exact Lindblad evolution with the hopping to the noisy site multiplied by 1 + gamma dt / 12.
///
/// @tparam Exponential  exponential(realization, support, tau, phi, orbitals): orbitals <- U orbitals for one step.
template <class Realization, class Exponential>
class combined_stepper {
public:
  using real_type = typename Realization::real_type;

  combined_stepper(Realization realization, std::vector<index_t> support, real_t dt, Exponential exponential,
                   gaussian_state<real_type> start)
      : realization_(std::move(realization)),
        support_(std::move(support)),
        dt_(dt),
        exponential_(std::move(exponential)),
        occupations_(detail::check_size(start, realization_.size()).occupations()),
        orbitals_(std::move(start).orbitals()),
        initial_energy_(energy()) {}

  real_t time() const noexcept { return time_; }
  const Realization& realization() const noexcept { return realization_; }
  const vector_t<real_type>& occupations(index_t = 0) const noexcept { return occupations_; }
  real_type initial_energy(index_t = 0) const noexcept { return initial_energy_; }
  const Exponential& exponential() const noexcept { return exponential_; }  ///< Krylov, Chebyshev: its report
  const orbitals_t<real_type>& orbitals(index_t = 0) const noexcept { return orbitals_; }
  trajectory_snapshot<combined_stepper> snapshot() const { return trajectory_snapshot(*this); }

  /// To the time `until` in equal steps no longer than dt.
  template <increment_noise Noise, class Rng>
  void evolve(real_t until, noise_path<Noise, Rng>& path) {
    detail::fixed_steps(time_, until, dt_, support_, std::span(&path, 1), increments_,
                        [this](real_t tau, std::span<const real_t> phi) { advance(tau, phi); });
    time_ = until;
  }

  /// Steps of length tau != 0 with given increments, phi[step * K + k]; does not touch time().
  void advance(real_t tau, std::span<const real_t> phi) {
    detail::check_increments(phi.size(), support_.size());
    const auto steps = static_cast<double>(phi.size() / support_.size());
    for (double step = 0; !phi.empty(); phi = phi.subspan(support_.size()), ++step) {
      const detail::stage part(step, step + 1, steps);
      exponential_(realization_, support_, tau, phi.first(support_.size()), orbitals_);
    }
  }

  /// tr(C h). Cost: one application of h to the orbitals.
  real_type energy(index_t = 0) const {
    orbitals_t<real_type> h_phi(orbitals_.rows(), orbitals_.cols());
    realization_.hamiltonian().apply(orbitals_, h_phi);
    return (orbitals_.conjugate().cwiseProduct(h_phi).real() * occupations_).sum();
  }

private:
  Realization realization_;
  std::vector<index_t> support_;
  real_t dt_;
  Exponential exponential_;
  vector_t<real_type> occupations_;
  orbitals_t<real_type> orbitals_;
  real_type initial_energy_;
  real_t time_ = 0;
  std::vector<real_t> increments_;
};

namespace detail {

/// What a combined propagator prepares: copies of the options, and of h for the dense one.
template <class Realization, class Exponential>
struct prepared_combined {
  Realization realization;
  std::vector<index_t> support;
  real_t dt;
  Exponential exponential;

  auto start(gaussian_state<typename Realization::real_type> state) const {
    return combined_stepper<Realization, Exponential>(realization, support, dt, exponential, std::move(state));
  }
};

template <class Realization, class Exponential>
prepared_combined<Realization, Exponential> prepare_combined(const Realization& realization, const auto& noise,
                                                             real_t dt, Exponential exponential) {
  const std::span<const index_t> support = noise.support();
  check_support(support, realization.size());
  return {realization, {support.begin(), support.end()}, dt, std::move(exponential)};
}

}  // namespace detail
}  // namespace anderson
