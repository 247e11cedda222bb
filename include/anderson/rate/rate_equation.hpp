// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/noise/detail/support.hpp>
#include <anderson/rate/rate_generator.hpp>
#include <anderson/rate/weights.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <complex>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

/// One state moved by the rate equation: populations p_a of the eigenstates, no coherences.
///
///     C = sum_a p_a |a><a|,    p_a(0) = <a|C(0)|a>
///
/// Coherences are dropped at the start: densities at t = 0 are those of the dephased state, the energy is unchanged.
template <class Realization>
class rate_stepper {
public:
  using real_type = typename Realization::real_type;
  static constexpr bool reaches_any_time = true;

  struct prepared_type {
    Realization realization;
    rate_generator<real_type> generator;
  };

  rate_stepper(std::shared_ptr<const prepared_type> prepared, const gaussian_state<real_type>& start)
      : prepared_(std::move(prepared)), start_(populations_of(prepared_->realization, start)) {}

  real_t time() const noexcept { return time_; }

  /// Any step costs the same. The noise enters by its rate only.
  /// @throws std::invalid_argument  until before the present time or not finite.
  void evolve(real_t until) {
    detail::check_until(until, time_);
    time_ = until;
  }

  /// Linear quantities only: the average over the noise has no orbitals.
  class rate_snapshot {
  public:
    using real_type = rate_stepper::real_type;

    explicit rate_snapshot(const rate_stepper& s)
        : realization_(&s.prepared_->realization),
          time_(s.time_),
          initial_energy_(energies().dot(s.start_)),
          populations_(s.prepared_->generator.populations(static_cast<real_type>(s.time_), s.start_)),
          absorbed_(((energies().array() - center()) * (populations_ - s.start_).array()).sum()),
          densities_(vectors().cwiseAbs2() * populations_) {}

    index_t size() const { return populations_.size(); }
    real_t time() const { return time_; }
    real_type energy() const { return energies().dot(populations_); }
    real_type initial_energy() const { return initial_energy_; }
    real_type absorbed_energy() const { return absorbed_; }  ///< the difference of the two
    const vector_t<real_type>& densities() const& { return densities_; }
    vector_t<real_type> densities() && { return std::move(densities_); }
    const vector_t<real_type>& populations() const& { return populations_; }  ///< p_a, by ascending energy
    vector_t<real_type> populations() && { return std::move(populations_); }
    std::complex<real_type> correlation(index_t i, index_t j) const {
      std::complex<real_type> c = 0;
      for (index_t a = 0; a < size(); ++a)
        c += populations_[a] * vectors()(i, a) * Eigen::numext::conj(vectors()(j, a));
      return c;
    }

  private:
    const vector_t<real_type>& energies() const { return realization_->eigensystem().values; }
    const auto& vectors() const { return realization_->eigensystem().vectors; }
    /// Energies from here on: a constant in h does not enter what is absorbed.
    real_type center() const { return energies()[0] / 2 + energies()[energies().size() - 1] / 2; }

    const Realization* realization_;
    real_t time_;
    real_type initial_energy_;
    vector_t<real_type> populations_;
    real_type absorbed_;
    vector_t<real_type> densities_;
  };

  rate_snapshot snapshot() const { return rate_snapshot(*this); }

private:
  static vector_t<real_type> populations_of(const Realization& realization, const gaussian_state<real_type>& state) {
    detail::check_size(state, realization.size());
    orbitals_t<real_type> modes;
    detail::multiply_adjoint(realization.eigensystem().vectors, state.orbitals(), modes);
    return modes.cwiseAbs2() * state.occupations();
  }

  std::shared_ptr<const prepared_type> prepared_;
  vector_t<real_type> start_;
  real_t time_ = 0;
};

/// The paper's classical rate equation between the true eigenstates (section IV, eqs. 19, 20) as a method of average():
///
///     dp_a/dt = gamma^n sum_b |<a|c>|^2 |<b|c>|^2 (p_b - p_a)
///
/// An approximation (no coherences) that needs neither noise sampling nor a time step: use noise_realizations = 1
/// unless the initial state is random, and any times, 1e12 as well as 1. The models of eq. (21) without disorder are
/// `rate_generator` with `exponential_weights`.
struct rate_equation {
  int power_of_gamma = 1;  ///< n: 1 follows from eq. (4); the paper prints 2

  /// @throws std::invalid_argument  power_of_gamma < 1.
  void check() const { detail::require(power_of_gamma >= 1, "power_of_gamma", power_of_gamma, "at least 1"); }

  /// @throws std::invalid_argument  noise on more than one site (the generator is diagonal plus rank one only for one);
  ///                                a bad rate.
  template <class Realization, dephasing_noise Noise>
  auto prepare(const Realization& realization, const Noise& noise) const {
    check();
    const std::span<const index_t> support = noise.support();
    const std::vector<real_t> rates = detail::dephasing_rates(noise, realization.size());
    detail::require(support.size() == 1, "number of noisy sites of rate_equation", support.size(), "1");
    using stepper = rate_stepper<Realization>;
    using real_type = typename Realization::real_type;
    const auto data = std::make_shared<const typename stepper::prepared_type>(typename stepper::prepared_type{
        realization, rate_generator<real_type>(eigenstate_weights(realization.eigensystem().vectors, support[0]),
                                               static_cast<real_type>(rates[0]), power_of_gamma)});
    return prepared_rate<stepper>{data};
  }

private:
  template <class Stepper>
  struct prepared_rate {
    std::shared_ptr<const typename Stepper::prepared_type> data;
    template <class State>
    Stepper start(const State& state) const {
      return {data, state};
    }
  };
};

}  // namespace anderson
