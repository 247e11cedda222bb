// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/averaged_state.hpp>
#include <anderson/averaged/effective_modes.hpp>
#include <anderson/core/types.hpp>

#include <complex>
#include <optional>
#include <vector>

namespace anderson {

namespace detail {

/// Sums sum_i w_i n_i as forms of x, Q_lk = sum_i w_i conj(R_il) R_ik: O(L^3) for new weights, then O(L^2) each time.
template <scalar Scalar>
class density_forms {
public:
  using real_type = real_of_t<Scalar>;
  using matrix = matrix_t<complex_of_t<Scalar>>;

  const matrix& operator()(const effective_modes<Scalar>& modes, const vector_t<real_type>& weights) {
    for (const form& f : known_)
      if (f.weights == weights) return f.matrix;
    known_.push_back({weights, modes.right.adjoint() * (weights.asDiagonal() * modes.right)});
    return known_.back().matrix;
  }

private:
  struct form {
    vector_t<real_type> weights;
    density_forms::matrix matrix;
  };
  std::vector<form> known_;
};

}  // namespace detail

/// A look at an averaged state that is known in the modes of h_eff, C = sum_kl x_kl R_k R_l^dagger. Nothing is computed
/// before it is asked for, and then once. Reads the stepper it came from: valid until that moves on.
///
/// The energy needs no h, since <R_l| h |R_k> = <R_l|R_k> (lambda_k + conj(lambda_l)) / 2: the parts of h_eff that are
/// not h cancel.
template <class Realization>
class exact_snapshot {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using complex = std::complex<real_type>;
  using modes_type = detail::effective_modes<scalar_type>;

  exact_snapshot(const modes_type& modes, const matrix_t<complex>& x, detail::density_forms<scalar_type>& forms,
                 real_t time, real_type initial_energy)
      : modes_(&modes), x_(&x), forms_(&forms), time_(time), initial_energy_(initial_energy) {}

  index_t size() const { return modes_->size(); }
  real_t time() const noexcept { return time_; }
  real_type initial_energy() const noexcept { return initial_energy_; }

  /// tr(C h). Cost: O(L^2).
  real_type energy() const {
    if (!energy_) energy_ = modes_->energy(*x_);
    return *energy_;
  }
  /// tr C. Cost: O(L^2).
  real_type particles() const { return modes_->overlap.transpose().cwiseProduct(*x_).sum().real(); }

  /// n_i = C_ii. Cost: O(L^3) at the first call.
  const vector_t<real_type>& densities() const {
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
  const modes_type* modes_;
  const matrix_t<complex>* x_;
  detail::density_forms<scalar_type>* forms_;
  real_t time_;
  real_type initial_energy_;
  mutable std::optional<real_type> energy_;
  mutable std::optional<vector_t<real_type>> densities_;
};

}  // namespace anderson
