// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/averaged_state.hpp>
#include <anderson/averaged/detail/effective_modes.hpp>
#include <anderson/core/types.hpp>

#include <complex>
#include <deque>
#include <optional>

namespace anderson {

namespace detail {

/// Sums sum_i w_i n_i as forms of x, Q_lk = sum_i w_i conj(R_il) R_ik: O(L^3) for new weights, then O(L^2) each time.
/// The last few weights are remembered: a displacement asks with the same ones every time, others may always be new.
template <scalar Scalar>
class density_forms {
public:
  using real_type = real_of_t<Scalar>;
  using matrix = matrix_t<complex_of_t<Scalar>>;

  const matrix& operator()(const effective_modes<Scalar>& modes, const vector_t<real_type>& weights) {
    for (const form& f : known_)
      if (f.weights == weights) return f.matrix;
    if (known_.size() == most) known_.pop_front();
    known_.push_back({weights, modes.right.adjoint() * (weights.asDiagonal() * modes.right)});
    return known_.back().matrix;
  }

private:
  static constexpr std::size_t most = 4;  // L x L matrices of a trajectory
  struct form {
    vector_t<real_type> weights;
    density_forms::matrix matrix;
  };
  std::deque<form> known_;
};

}  // namespace detail

/// A look at an averaged state that is known in the modes of h_eff, C = sum_kl x_kl R_k R_l^dagger. Nothing is computed
/// before it is asked for, and then once. Reads the stepper it came from: valid until that moves on.
template <class Realization>
class exact_average_snapshot {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using complex = std::complex<real_type>;
  using modes_type = detail::effective_modes<scalar_type>;

  /// What is conserved, and known at the start.
  struct start_values {
    real_type energy_from_center, particles;
  };

  exact_average_snapshot(const modes_type& modes, const matrix_t<complex>& x, detail::density_forms<scalar_type>& forms,
                         real_t time, start_values start)
      : modes_(&modes), x_(&x), forms_(&forms), time_(time), start_(start) {}

  index_t size() const { return modes_->size(); }
  real_t time() const noexcept { return time_; }
  real_type initial_energy() const noexcept { return with_center(start_.energy_from_center); }

  /// tr(C h). Cost: O(L^2).
  real_type energy() const { return with_center(energy_from_center()); }
  /// energy() - initial_energy(), to which a constant in h adds nothing, not even rounding.
  real_type absorbed_energy() const { return energy_from_center() - start_.energy_from_center; }
  /// tr C. Cost: O(L^2).
  real_type particles() const { return modes_->particles(*x_); }

  /// n_i = C_ii. Cost: O(L^3) at the first call.
  vector_t<real_type> densities() && { return std::as_const(*this).densities(); }
  const vector_t<real_type>& densities() const& {
    if (!densities_)
      densities_.emplace((modes_->right * *x_).cwiseProduct(modes_->right.conjugate()).rowwise().sum().real());
    return *densities_;
  }

  /// sum_i weights_i n_i. Cost: O(L^2), but O(L^3) for weights that this trajectory has not seen yet.
  real_type weighted_density(const vector_t<real_type>& weights) const {
    return (*forms_)(*modes_, weights).transpose().cwiseProduct(*x_).sum().real();
  }

  /// C_ij. Cost: O(L^2).
  complex correlation(index_t i, index_t j) const {
    return ((modes_->right.row(i) * *x_).cwiseProduct(modes_->right.row(j).conjugate())).sum();
  }

  /// C in the site basis. Cost: O(L^3).
  averaged_state<real_type> state() const {
    const matrix_t<complex> half = modes_->right * *x_, c = half * modes_->right.adjoint();
    return averaged_state<real_type>(matrix_t<complex>((c + c.adjoint()) / real_type(2)));
  }

private:
  real_type energy_from_center() const {
    if (!energy_) energy_ = modes_->energy_from_center(*x_);
    return *energy_;
  }
  real_type with_center(real_type energy) const { return energy + modes_->center * start_.particles; }

  const modes_type* modes_;
  const matrix_t<complex>* x_;
  detail::density_forms<scalar_type>* forms_;
  real_t time_;
  start_values start_;
  mutable std::optional<real_type> energy_;  // from the center
  mutable std::optional<vector_t<real_type>> densities_;
};

}  // namespace anderson
