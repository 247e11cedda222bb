// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/types.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

namespace anderson {

/// A look at one trajectory, for observables. Nothing is computed before it is asked for, and then once: the split
/// stepper keeps its state in eigenmodes, and returns to sites only for an observable that needs sites.
///
/// Reads the stepper it came from, which may move several trajectories: valid until that moves on. One thread.
template <class Stepper>
class trajectory_snapshot {
public:
  using real_type = typename Stepper::real_type;

  explicit trajectory_snapshot(const Stepper& stepper, index_t trajectory = 0)
      : stepper_(&stepper), trajectory_(trajectory) {}

  index_t size() const { return stepper_->realization().size(); }
  real_t time() const { return stepper_->time(); }
  /// tr(C h)   (paper eq. 12)
  real_type energy() const {
    if (!energy_) energy_ = stepper_->energy(trajectory_);
    return *energy_;
  }
  real_type initial_energy() const { return stepper_->initial_energy(trajectory_); }  ///< the same at t = 0
  /// The difference of the two, where the stepper knows it with more digits.
  real_type absorbed_energy() const requires has_absorbed_energy_of<Stepper> {
    return stepper_->absorbed_energy(trajectory_);
  }
  const auto& hamiltonian() const { return stepper_->realization().hamiltonian(); }

  const orbitals_t<real_type>& orbitals() const { return stepper_->orbitals(trajectory_); }  ///< Phi in the site basis
  const vector_t<real_type>& occupations() const { return stepper_->occupations(trajectory_); }

  /// The sites that are not empty, ascending, and their n_i.
  struct local_densities_type {
    std::span<const index_t> sites;
    vector_t<real_type> values;
  };
  local_densities_type local_densities() && requires has_local_densities_of<Stepper> {
    return std::as_const(*this).local_densities();
  }
  const local_densities_type& local_densities() const& requires has_local_densities_of<Stepper> {
    if (!local_) {
      auto of = stepper_->local_densities(trajectory_);
      local_.emplace(local_densities_type{of.sites, std::move(of.values)});
    }
    return *local_;
  }

  /// n_i = C_ii, vector of L.
  vector_t<real_type> densities() && {
    return std::as_const(*this).densities();
  }  // of a snapshot that goes, as stepper.snapshot()
  const vector_t<real_type>& densities() const& {
    if constexpr (has_local_densities_of<Stepper>) {
      const auto& sites = local_densities().sites;
      const auto& values = local_densities().values;
      if (values.size() == size()) return values;
      if (!densities_) {
        densities_.emplace(size());
        std::fill_n(densities_->data(), size(), real_type(0));
        for (index_t r = 0; r < values.size(); ++r) (*densities_)[sites[static_cast<std::size_t>(r)]] = values[r];
      }
    } else if (!densities_) {
      densities_ = detail::densities(orbitals(), 0, occupations());
    }
    return *densities_;
  }

  /// C_ij = <c_j^dagger c_i> = sum_m occupation_m Phi_im conj(Phi_jm)
  std::complex<real_type> correlation(index_t i, index_t j) const {
    const auto& phi = orbitals();
    std::complex<real_type> c = 0;
    for (index_t m = 0; m < phi.cols(); ++m) c += occupations()[m] * phi(i, m) * std::conj(phi(j, m));
    return c;
  }

private:
  const Stepper* stepper_;
  index_t trajectory_;
  mutable std::optional<real_type> energy_;
  mutable std::optional<local_densities_type> local_;
  mutable std::optional<vector_t<real_type>> densities_;
};

}  // namespace anderson
