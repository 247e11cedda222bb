// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/products.hpp>
#include <anderson/noise/support.hpp>
#include <anderson/propagate/fixed_step.hpp>
#include <anderson/propagate/kick_panels.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <complex>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// One trajectory moved by Strang steps in the eigenbasis of h:
///
///     U = exp(-i h tau / 2) prod_k exp(-i phi_k P_k) exp(-i h tau / 2),   P_k = |s_k><s_k|
///
/// A flight is a phase per mode. A kick is a rank-one update, exp(-i phi P) = 1 + (e^{-i phi} - 1) P exactly; with
/// v_a = <s|a> it adds (e^{-i phi} - 1) conj(v_a) (v . x) to mode a. O(L) per orbital and step; sites are computed only
/// when something is measured.
template <class Realization>
class split_stepper {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;

  /// What a disorder realization needs once.
  struct prepared_data {
    Realization realization;
    std::vector<index_t> support;  // K noisy sites
    real_t dt;
    std::vector<scalar_type> amplitudes;  // <s_k|a> at [a * K + k]
  };

  split_stepper(std::shared_ptr<const prepared_data> prepared, const gaussian_state<real_type>& start)
      : prepared_(std::move(prepared)),
        occupations_((detail::check_state(start, prepared_->realization.size()), start.occupations)),
        x_(modes_of(prepared_->realization, start.orbitals)),
        initial_energy_(energy()) {}

  real_t time() const noexcept { return time_; }
  const Realization& realization() const noexcept { return prepared_->realization; }
  const vector_t<real_type>& occupations() const noexcept { return occupations_; }
  real_type initial_energy() const noexcept { return initial_energy_; }
  trajectory_snapshot<split_stepper> snapshot() const { return trajectory_snapshot(*this); }

  /// To the time `until` in equal steps no longer than dt.
  void evolve(real_t until, auto& noise, auto& rng) {
    detail::fixed_steps(time_, until, prepared_->dt, prepared_->support, noise, rng, increments_,
                        [this](real_t tau, std::span<const real_t> phi) { advance(tau, phi); });
    time_ = until;
  }

  /// Steps of length tau with given increments, phi[step * K + k]; does not touch time().
  void advance(real_t tau, std::span<const real_t> phi) {
    detail::check_increments(phi.size(), prepared_->support.size());
    if (phi.empty()) return;
    set_phases(static_cast<real_type>(tau));
    kicks_.resize(phi.size());
    for (std::size_t j = 0; j < phi.size(); ++j)
      kicks_[j] = std::polar(real_type(1), -static_cast<real_type>(phi[j])) - real_type(1);
    for (index_t p = 0; p < x_.panels(); ++p)
      detail::strang_steps<real_type, scalar_type>(x_.panel(p), half_, full_, prepared_->amplitudes.data(),
                                                   std::ssize(prepared_->support), kicks_, workspace_);
  }

  /// tr(C h) = sum_a E_a n_a, without leaving the eigenbasis.
  real_type energy() const { return realization().eigensystem().values.dot(x_.populations(occupations_)); }

  void write_orbitals(orbitals_t<real_type>& out) const {
    orbitals_t<real_type> modes;
    x_.write(modes);
    detail::multiply(realization().eigensystem().vectors, modes, out);
  }

private:
  static detail::kick_panels<real_type> modes_of(const Realization& realization, const orbitals_t<real_type>& sites) {
    orbitals_t<real_type> modes;
    detail::multiply_adjoint(realization.eigensystem().vectors, sites, modes);
    return detail::kick_panels<real_type>(modes);
  }

  void set_phases(real_type tau) {
    if (tau == tau_) return;
    const vector_t<real_type>& e = realization().eigensystem().values;
    half_.resize(static_cast<std::size_t>(e.size()));
    full_.resize(half_.size());
    for (std::size_t a = 0; a < half_.size(); ++a) {
      const real_type angle = -e[static_cast<index_t>(a)] * tau;
      half_[a] = std::polar(real_type(1), angle / 2);
      full_[a] = std::polar(real_type(1), angle);
    }
    tau_ = tau;
  }

  std::shared_ptr<const prepared_data> prepared_;
  vector_t<real_type> occupations_;
  detail::kick_panels<real_type> x_;
  real_type initial_energy_;
  real_t time_ = 0;
  real_type tau_ = std::numeric_limits<real_type>::quiet_NaN();  // of the phases; none yet
  std::vector<std::complex<real_type>> half_, full_, kicks_;
  std::vector<real_t> increments_;
  std::vector<real_type> workspace_;
};

/// Strang splitting in the eigenbasis of h, the default: weak order 2, O(L) per orbital and step after one eigensystem
/// per disorder realization. See split_stepper.
struct split_propagator {
  real_t dt = 0.1;  ///< longest step, > 0
  static constexpr int weak_order = 2;

  /// @throws std::invalid_argument  dt <= 0 or not finite.
  void check() const { detail::check_dt(dt); }

  template <class Realization>
  class prepared {
  public:
    prepared(const Realization& realization, std::span<const index_t> support, real_t dt) {
      detail::check_support(support, realization.size());
      const auto& vectors = realization.eigensystem().vectors;
      std::vector<typename Realization::scalar_type> amplitudes;
      for (index_t a = 0; a < realization.size(); ++a)
        for (const index_t s : support) amplitudes.push_back(vectors(s, a));
      data_ =
          std::make_shared<const data>(data{realization, {support.begin(), support.end()}, dt, std::move(amplitudes)});
    }

    split_stepper<Realization> start(const gaussian_state<typename Realization::real_type>& state) const {
      return {data_, state};
    }

  private:
    using data = typename split_stepper<Realization>::prepared_data;
    std::shared_ptr<const data> data_;
  };

  template <class Realization, noise_process Noise>
  prepared<Realization> prepare(const Realization& realization, const Noise& noise) const {
    check();
    return {realization, noise.support(), dt};
  }
};

}  // namespace anderson
