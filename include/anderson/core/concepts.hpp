// SPDX-License-Identifier: MIT
#pragma once

// clang-format off
// The contract page: everything that a user may replace by a type of his own, one concept each, a comment per clause.
// A type is a plain struct; nothing is inherited or registered. Write the static_assert under your type:
//
//     static_assert(anderson::lattice<my_lattice>);
//
// What no compiler checks is written as "Contract:". What a type may offer besides: core/capabilities.hpp.

#include <anderson/core/detail/placeholders.hpp>
#include <anderson/core/types.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <ranges>
#include <span>
#include <string>

namespace anderson {

/// A source of 64 random bits per call, as `philox`. The maps in random/distributions.hpp take any.
template <class R>
concept random_source = requires(R& rng) {
  { rng() } -> std::unsigned_integral;     // operator(): the next 64 bits
  requires R::min() == 0;                  // static constexpr, as those of <random>
  requires R::max() == ~std::uint64_t{0};
};

// ---- lattice ----

/// Sites 0 .. size()-1 and the bonds that carry the hopping.
template <class L>
concept lattice = std::copyable<L> && requires(const L& l, detail::any_bond_visitor visit) {
  { l.size() } -> std::convertible_to<index_t>;  // number of sites, >= 1, fixed for life
  l.for_each_bond(visit);                        // calls visit(i, j) once for every bond
  // Contract: i != j, both in [0, size()), each bond once, the same order at every call. The order of i and j is the
  // direction in which a complex hopping acts: h_ji = -J, h_ij = -conj(J).
};

/// A lattice on which a distance is defined; needed by displacements.
template <class L>
concept metric_lattice = lattice<L> && requires(const L& l, index_t i) {
  { l.squared_distance(i, i) } -> std::convertible_to<real_t>;  // >= 0, symmetric, in units of the lattice constant
};

// ---- model ----

/// A law for the on-site potential.
template <class D>
concept disorder_law = std::copyable<D> && requires(const D& d, detail::any_rng& rng, std::span<real_t> onsite) {
  { d.draw(rng, onsite) } -> std::same_as<void>;  // fills all of onsite
  // Contract: finite values, and the same rng state gives the same values.
};

/// A disorder_law that looks at where the sites are.
template <class D, class L>
concept positional_disorder_law =
    std::copyable<D> && requires(const D& d, detail::any_rng& rng, const L& l, std::span<real_t> onsite) {
      { d.draw(rng, l, onsite) } -> std::same_as<void>;  // the same on the lattice l
    };

/// A law for the hopping, the same in every realization: J_b of each bond b = (i, j), h_ji = -J_b.
template <class J>
concept fixed_hopping_law =
    std::copyable<J> && scalar<typename J::scalar_type> &&
    requires(const J& law, std::span<const bond> bonds, std::span<typename J::scalar_type> amplitudes) {
      { law.fill(bonds, amplitudes) } -> std::same_as<void>;  // all of amplitudes, finite, in the order of the bonds
    };

/// The same, drawn anew in every realization, after its potential.
template <class J>
concept random_hopping_law =
    std::copyable<J> && scalar<typename J::scalar_type> &&
    requires(const J& law, detail::any_rng& rng, std::span<const bond> bonds,
             std::span<typename J::scalar_type> amplitudes) {
      { law.draw(rng, bonds, amplitudes) } -> std::same_as<void>;
    };

/// Either.
template <class J>
concept hopping_law =
    fixed_hopping_law<J> || random_hopping_law<J>;  // law.fill(bonds, amplitudes) or law.draw(rng, bonds, amplitudes)

/// One single-particle Hamiltonian h (L x L, Hermitian), known by its action.
template <class H>
concept hamiltonian =
    requires(const H& h, const orbitals_t<real_of_t<typename H::scalar_type>>& in,
             orbitals_t<real_of_t<typename H::scalar_type>>& out) {
      requires scalar<typename H::scalar_type>;           // real symmetric, or complex Hermitian
      { h.size() } -> std::convertible_to<index_t>;       // L
      { h.apply(in, out) } -> std::same_as<void>;         // out = h in for L x M orbitals: all of it
      // Contract: out arrives with the shape of in, is another object, and no memory is allocated.
    };

/// A source of Hamiltonians: lattice, hopping and the law of the disorder.
template <class M>
concept model = std::copyable<M> && requires(const M& m, detail::any_rng& rng) {
  { m.size() } -> std::convertible_to<index_t>;  // L
  { m.draw(rng) } -> hamiltonian;                // one disorder realization
};

// ---- noise ----

/// A noise acting on the densities of a few sites: H(t) = H_A + sum_k zeta_k(t) n_{s_k}   (paper eqs. 2, 3).
template <class N>
concept local_noise =
    std::copyable<N> &&  // every trajectory works on its own copy
    requires(N& n, const N& c, detail::any_rng& rng) {
      { c.support() } -> std::convertible_to<std::span<const index_t>>;  // noisy sites s_k, distinct, fixed for life
      requires std::ranges::borrowed_range<decltype(c.support())>;       // a span or a reference, not a vector by value
      { n.restart(rng) } -> std::same_as<void>;               // forget the past, draw the initial value
      // Contract: the same rng state and arguments give the same noise.
    };

/// Noise by its integrals over time steps: for propagators with a time step.
template <class N>
concept increment_noise =
    local_noise<N> && requires(N& n, detail::any_rng& rng, real_t t, real_t dt, std::span<real_t> phi) {
      { n.increments(t, dt, rng, phi) } -> std::same_as<void>;  // phi[k] = int_t^{t+dt} zeta_k(s) ds, hbar = 1
      // Contract: phi.size() == support().size(); finite phases; calls follow each other without gap in t.
    };

/// One kick exp(-i angle n_s) of a site at an instant.
struct noise_event {
  // Defaults are refused, so that no member is left out.
  real_t wait = std::numeric_limits<real_t>::quiet_NaN();   // since the last event, or the start; >= 0, infinity: never
  index_t site = -1;                                        // k: the kicked site is support()[k]
  real_t angle = std::numeric_limits<real_t>::quiet_NaN();  // radians
};

/// Noise by kicks at random times: for propagators without a time step.
template <class N>
concept event_noise = local_noise<N> && requires(N& n, real_t t, detail::any_rng& rng) {
  { n.next_event(t, rng) } -> std::same_as<noise_event>;  // the first after time t, when the last one was
};

/// Any noise; it may offer both.
template <class N>
concept noise_process =
    local_noise<N> &&
    (increment_noise<N> || event_noise<N>);  // n.increments(t, dt, rng, phi) or n.next_event(t, rng)

/// A noise whose average over paths is dephasing at a known rate of every site, independent between sites and in time
/// (paper eq. 4): needed by methods that do not follow its paths, `rate_equation` and those of averaged/.
template <class N>
concept dephasing_noise = noise_process<N> && requires(const N& n, index_t k) {
  { n.dephasing_rate(k) } -> std::convertible_to<real_t>;  // gamma of site support()[k], >= 0
  // Contract: phases of different sites, and of times that do not overlap, are independent, and <e^{-i phi}> over a time
  // dt is e^{-gamma dt / 2}. One process shared by two sites has no such rates. check_dephasing (noise/laws.hpp) tells.
};

// ---- state ----

/// The state at t = 0. `Realization` is a disorder_realization; its Hamiltonian and eigensystem may be used.
template <class S, class Realization>
concept initial_state = std::copyable<S> && requires(const S& s, const Realization& r, detail::any_rng& rng, index_t n) {
  { s.check(n) } -> std::same_as<void>;  // throws if the state does not fit n sites; called before any long work
  s.prepare(r, rng).orbitals();          // gaussian_state: Phi, L x M, orthonormal columns ...
  s.prepare(r, rng).occupations();       // ... and M occupations in [0, 1]
};

// ---- measuring ----

/// What is linear in C = Phi diag(occupations) Phi^dagger; also known when only the average of C is.
template <class S>
concept linear_snapshot = requires(const S& now, index_t i) {
  requires real_scalar<typename S::real_type>;     // of all that follows
  { now.size() } -> std::convertible_to<index_t>;  // L
  now.time();                                      // time since the start
  now.energy();                                    // tr(C h)
  now.initial_energy();                            // the same at t = 0
  now.densities();                                 // n_i = C_ii, vector of L
  now.correlation(i, i);                           // C_ij = <c_j^dagger c_i>
};

/// One trajectory: the orbitals themselves. Entropies need this. trajectory_snapshot also offers hamiltonian().
template <class S>
concept orbital_snapshot = linear_snapshot<S> && requires(const S& now) {
  now.orbitals();     // Phi in the site basis, L x M
  now.occupations();  // M numbers in [0, 1]
};

/// Something measured at the output times and averaged.
template <class O, class Snapshot>
concept observable =
    std::copyable<O> && requires(const O& o, const Snapshot& now, std::span<typename Snapshot::real_type> out, index_t n) {
      { o.name() } -> std::convertible_to<std::string>;    // column name, one line, unique within one average
      { o.extent(n) } -> std::convertible_to<index_t>;     // how many numbers on n sites; may throw if it does not fit
      { o.measure(now, out) } -> std::same_as<void>;       // fills all of out
      // Contract: writes nothing but out, so that threads may share the observable. Take `const orbital_snapshot
      // auto& now` if the orbitals are needed and `const linear_snapshot auto& now` if not.
    };

// ---- propagating ----

/// One trajectory in motion, made by prepared.start(state). `Path` is a noise_path (noise/path.hpp).
template <class S, class Path>
concept path_stepper = requires(S& s, const S& c, Path& path, real_t until) {
  { c.time() } -> std::convertible_to<real_t>;      // 0 at the start
  { s.evolve(until, path) } -> std::same_as<void>;  // to the time `until` exactly; until >= time()
  { c.snapshot() } -> linear_snapshot;              // reads the stepper: valid until it moves on
};

/// An average over the noise in motion: the same, but it follows no path.
template <class S>
concept averaged_stepper = requires(S& s, const S& c, real_t until) {
  { c.time() } -> std::convertible_to<real_t>;
  { s.evolve(until) } -> std::same_as<void>;
  { c.snapshot() } -> linear_snapshot;
};

/// How the state is moved: an immutable option. prepare() does what one disorder realization needs once; the result is
/// shared read-only by all its trajectories and threads. start() gives the one object that changes.
template <class P, class Realization, class State, class Path>
concept propagator = std::copyable<P> && requires(const P& p, const Realization& r, const State& state, const Path& path) {
  { p.check() } -> std::same_as<void>;        // throws if an option is bad; called before any work
  p.prepare(r, path.noise()).start(state);    // a path_stepper or an averaged_stepper
  requires path_stepper<decltype(p.prepare(r, path.noise()).start(state)), Path> ||
      averaged_stepper<decltype(p.prepare(r, path.noise()).start(state))>;
};

// ---- executing ----

/// Produces values by their index, anywhere, and hands them over in order. The results of the library do not depend on
/// which executor does it.
template <class E>
concept executor = requires(E& e, index_t count, int (*produce)(index_t), bool (*consume)(index_t, int)) {
  { e.threads() } -> std::convertible_to<int>;  // for the record
  e.run(count, produce, consume);               // consume(i, produce(i)) once for each i = 0, 1, ... count - 1
  // Contract: produce may be called on any thread, in the order of i as far as anything is begun; its value can be moved.
  // consume is called in the order of i, one call at a time, on any thread; after it has returned false nothing more is consumed. Returns
  // when all calls have ended; of several exceptions the one of the smallest i is thrown on.
};

}  // namespace anderson
