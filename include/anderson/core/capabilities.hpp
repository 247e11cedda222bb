// SPDX-License-Identifier: MIT
#pragma once

// clang-format off
// What a type may offer beyond its concept on the contract page (core/concepts.hpp), one concept each: has_<member> for
// a function, the name itself for a flag, `static constexpr bool <name> = true`. None is needed; the library uses what
// it finds. A member of such a name that does not fit is an error, and a misspelled one is only missing: write the
// static_assert under your type, too.
//
//     static_assert(anderson::has_gershgorin<my_hamiltonian>);

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>

#include <concepts>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

namespace anderson {

// ---- model ----

/// A law that says whether it fits the lattice.
template <class D>
concept has_check = std::copyable<D> && requires(const D& d, index_t sites) {
  d.check(sites);  // throws if it does not fit that many sites; called when the model is made
};

/// A Hamiltonian that knows its matrix; of another one it is made by apply, L columns of L.
template <class H>
concept has_dense = hamiltonian<H> && requires(const H& h) {
  { h.dense() } -> std::convertible_to<matrix_t<typename H::scalar_type>>;
  requires std::same_as<typename std::decay_t<decltype(h.dense())>::Scalar, typename H::scalar_type>;
};

/// A real Hamiltonian that may be tridiagonal: then its eigensystem and Chebyshev steps are fast, and long chains are
/// diagonalized in windows. nullopt where it is not; of a complex h the member is not asked.
template <class H>
concept has_tridiagonal_form = hamiltonian<H> && real_scalar<typename H::scalar_type> && requires(const H& h) {
  { h.tridiagonal_form() } -> std::convertible_to<std::optional<tridiagonal<typename H::scalar_type>>>;
};

/// A Hamiltonian whose spectrum is bounded without its matrix: all h_ii and all sum_{j != i} |h_ij|. Chebyshev on
/// lattices needs it.
template <class H>
concept has_gershgorin = hamiltonian<H> && requires(const H& h) {
  { h.gershgorin() } -> std::convertible_to<std::pair<vector_t<real_of_t<typename H::scalar_type>>,
                                                      vector_t<real_of_t<typename H::scalar_type>>>>;
};

/// A Hamiltonian whose apply() is known to write all of its output: it is not tried for every realization.
template <class H>
concept applies_everywhere = hamiltonian<H> && requires {
  typename std::bool_constant<H::applies_everywhere>;
  requires H::applies_everywhere;
};

// ---- measuring ----

/// A snapshot that knows where its particles are, {sites, values}: n_i on a list of sites, ascending; all others are
/// empty. Spares a sum over 10^5 sites where a particle has reached 500.
template <class S>
concept has_local_densities = linear_snapshot<S> && requires(const S& now) {
  { now.local_densities().sites } -> std::convertible_to<std::span<const index_t>>;
  { now.local_densities().values[0] } -> std::convertible_to<typename S::real_type>;
  { std::ssize(now.local_densities().values) } -> std::convertible_to<index_t>;
};

/// A snapshot that gives sum_i weights_i n_i, for a vector of L, cheaper than all densities.
template <class S>
concept has_weighted_density =
    linear_snapshot<S> && requires(const S& now, const vector_t<typename S::real_type>& weights) {
  { now.weighted_density(weights) } -> std::convertible_to<typename S::real_type>;
};

/// A snapshot that gives energy() - initial_energy() with the digits that a constant in h costs the difference.
template <class S>
concept has_absorbed_energy = linear_snapshot<S> && requires(const S& now) {
  { now.absorbed_energy() } -> std::convertible_to<typename S::real_type>;
};

/// A stepper whose trajectory k has these two: then so has the trajectory_snapshot made from it.
template <class S>
concept has_local_densities_of = requires(const S& s, index_t k) {
  { s.local_densities(k).sites } -> std::convertible_to<std::span<const index_t>>;  // of the stepper: no copy, which
  requires std::ranges::borrowed_range<std::remove_cvref_t<decltype(s.local_densities(k).sites)>>;  // would be gone
  std::ssize(s.local_densities(k).values);                                                          // a vector_t
};
template <class S>
concept has_absorbed_energy_of = requires(const S& s, index_t k) {
  { s.absorbed_energy(k) } -> std::convertible_to<typename S::real_type>;
};

/// An observable that is a function of an average, with its derivative, by which the errors are carried over (delta
/// method).
template <class O, class Real>
concept has_finish = requires(const O& o, Real mean) {
  { o.finish(mean) } -> std::convertible_to<Real>;
  { o.finish_slope(mean) } -> std::convertible_to<Real>;
};

// ---- propagating ----

/// A stepper whose work does not grow with the time it evolves to, for progress.
template <class S>
concept reaches_any_time = requires {
  typename std::bool_constant<S::reaches_any_time>;
  requires S::reaches_any_time;
};

/// A stepper that estimates the error of what it last evolved to: the largest of a run stands in the table.
template <class S>
concept has_error_estimate = requires(const S& s) {
  { s.error_estimate() } -> std::convertible_to<real_t>;
};

/// What prepare() of a propagator returns, if several trajectories of one realization move together. Then start() also
/// takes a std::span<const gaussian_state>, or one state and a count; evolve() a span of paths, one for each trajectory;
/// and snapshot() an index.
template <class Prepared>
concept moves_together = requires {
  typename std::bool_constant<Prepared::moves_together>;
  requires Prepared::moves_together;
};

}  // namespace anderson
