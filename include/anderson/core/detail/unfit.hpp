// SPDX-License-Identifier: MIT
#pragma once

// Says that an optional member is there and does not fit: left unused in silence it would cost digits, or an L x L
// matrix.

#include <anderson/core/capabilities.hpp>
#include <anderson/core/types.hpp>

#include <type_traits>

namespace anderson::detail {

// A public member of that name: a function of any kind but a template or one of several, or one that can be called.
// clang-format off
template <class T> concept names_check = requires { &T::check; } || requires(T& t) { t.check(index_t{}); };
template <class T> concept names_dense = requires { &T::dense; } || requires(T& t) { t.dense(); };
template <class T> concept names_tridiagonal_form = real_scalar<typename T::scalar_type> &&
    (requires { &T::tridiagonal_form; } || requires(T& t) { t.tridiagonal_form(); });
template <class T> concept names_gershgorin = requires { &T::gershgorin; } || requires(T& t) { t.gershgorin(); };
template <class T> concept names_local_densities =
    requires { &T::local_densities; } || requires(T& t) { t.local_densities(); };
template <class T> concept names_weighted_density =
    requires { &T::weighted_density; } || requires(T& t) { t.weighted_density(); };
template <class T> concept names_absorbed_energy =
    requires { &T::absorbed_energy; } || requires(T& t) { t.absorbed_energy(); };
template <class T, class Real> concept names_finish =
    requires { &T::finish; } || requires(T& t, Real x) { t.finish(x); } ||
    requires { &T::finish_slope; } || requires(T& t, Real x) { t.finish_slope(x); };
template <class T> concept names_error_estimate =
    requires { &T::error_estimate; } || requires(T& t) { t.error_estimate(); };
template <class T> concept names_applies_everywhere = requires { &T::applies_everywhere; };
template <class T> concept names_reaches_any_time = requires { &T::reaches_any_time; };
template <class T> concept names_moves_together = requires { &T::moves_together; };
// clang-format on

template <class Disorder>
constexpr bool check_fit_of_disorder() {
  static_assert(!names_check<Disorder> || has_check<Disorder>,
                "check of a disorder_law does not fit (has_check): d.check(sites), const");
  return true;
}

template <class Hamiltonian>
constexpr bool check_fit_of_hamiltonian() {
  using H = Hamiltonian;
  static_assert(!names_dense<H> || has_dense<H>,
                "dense of a hamiltonian does not fit (has_dense): matrix_t<scalar_type> h.dense(), const; it would be "
                "made by apply");
  static_assert(!names_tridiagonal_form<H> || has_tridiagonal_form<H>,
                "tridiagonal_form of a hamiltonian does not fit (has_tridiagonal_form): "
                "std::optional<tridiagonal<scalar_type>> h.tridiagonal_form(), const; an L x L matrix would be made");
  static_assert(!names_gershgorin<H> || has_gershgorin<H>,
                "gershgorin of a hamiltonian does not fit (has_gershgorin): a std::pair of vector_t<real> from "
                "h.gershgorin(), const; an L x L matrix would be made");
  static_assert(
      !names_applies_everywhere<H> || requires { typename std::bool_constant<H::applies_everywhere>; },
      "applies_everywhere of a hamiltonian does not fit: static constexpr bool");
  return true;
}

template <class Snapshot>
constexpr bool check_fit_of_snapshot() {
  using S = Snapshot;
  static_assert(!names_local_densities<S> || has_local_densities<S>,
                "local_densities of a snapshot does not fit (has_local_densities): now.local_densities(), const, gives "
                "{sites, values}");
  static_assert(!names_weighted_density<S> || has_weighted_density<S>,
                "weighted_density of a snapshot does not fit (has_weighted_density): real "
                "now.weighted_density(weights), const, of a vector_t<real_type>");
  static_assert(!names_absorbed_energy<S> || has_absorbed_energy<S>,
                "absorbed_energy of a snapshot does not fit (has_absorbed_energy): real now.absorbed_energy(), const");
  return true;
}

template <class Observable, class Real>
constexpr bool check_fit_of_observable() {
  static_assert(!names_finish<Observable, Real> || has_finish<Observable, Real>,
                "finish of an observable does not fit (has_finish): real o.finish(mean) and real o.finish_slope(mean), "
                "both, const");
  return true;
}

template <class Stepper>
constexpr bool check_fit_of_stepper() {
  static_assert(
      !names_reaches_any_time<Stepper> || requires { typename std::bool_constant<Stepper::reaches_any_time>; },
      "reaches_any_time of a stepper does not fit: static constexpr bool");
  static_assert(!names_error_estimate<Stepper> || has_error_estimate<Stepper>,
                "error_estimate of a stepper does not fit (has_error_estimate): real s.error_estimate(), const");
  return true;
}

template <class Prepared>
constexpr bool check_fit_of_prepared() {
  static_assert(
      !names_moves_together<Prepared> || requires { typename std::bool_constant<Prepared::moves_together>; },
      "moves_together of what prepare() returns does not fit: static constexpr bool");
  return true;
}

}  // namespace anderson::detail
