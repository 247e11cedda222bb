// SPDX-License-Identifier: MIT
// Each concept accepts its archetype, and refuses it when one requirement is dropped. The work is done by the compiler.
#include <anderson/core/concepts.hpp>

#include <doctest/doctest.h>

#include <complex>
#include <random>
#include <span>
#include <vector>

namespace an = anderson;

namespace concepts_test {

namespace {

// ---- lattice, metric_lattice ---------------------------------------------------------------------------------------

namespace lattice_part {

enum class drop { nothing, copy, size, bonds, distance };

template <drop D>
struct archetype {
  archetype(const archetype&) requires(D != drop::copy) = default;
  an::index_t size() const requires(D != drop::size);
  template <class Visit>
  void for_each_bond(Visit&&) const requires(D != drop::bonds);
  an::real_t squared_distance(an::index_t, an::index_t) const requires(D != drop::distance);
};

template <drop D>
constexpr bool fits = an::lattice<archetype<D>>;

template <drop D>
constexpr bool has_metric = an::metric_lattice<archetype<D>>;

static_assert(fits<drop::nothing> && has_metric<drop::nothing>);
static_assert(fits<drop::distance> && !has_metric<drop::distance>);
static_assert(!fits<drop::copy> && !has_metric<drop::copy>);
static_assert(!fits<drop::size> && !has_metric<drop::size>);
static_assert(!fits<drop::bonds> && !has_metric<drop::bonds>);

}  // namespace lattice_part

// ---- disorder_law --------------------------------------------------------------------------------------------------

namespace disorder_part {

enum class drop { nothing, copy, draw, constness, fill };

template <drop D>
struct archetype {
  archetype(const archetype&) requires(D != drop::copy) = default;
  template <class Rng>
  void draw(Rng&, std::span<an::real_t>) const requires(D != drop::draw && D != drop::constness && D != drop::fill);
  template <class Rng>
  void draw(Rng&, std::span<an::real_t>) requires(D == drop::constness);
  template <class Rng>
  an::real_t draw(Rng&, std::span<an::real_t>) const requires(D == drop::fill);
};

static_assert(an::disorder_law<archetype<drop::nothing>>);
static_assert(!an::disorder_law<archetype<drop::copy>>);
static_assert(!an::disorder_law<archetype<drop::draw>>);
static_assert(!an::disorder_law<archetype<drop::constness>>);
static_assert(!an::disorder_law<archetype<drop::fill>>);

}  // namespace disorder_part

// ---- hamiltonian ---------------------------------------------------------------------------------------------------

namespace hamiltonian_part {

enum class drop { nothing, size, apply };

template <drop D, class Scalar>
struct archetype {
  using scalar_type = Scalar;
  using orbitals = an::orbitals_t<an::real_of_t<Scalar>>;
  an::index_t size() const requires(D != drop::size);
  void apply(const orbitals&, orbitals&) const requires(D != drop::apply);
};

struct without_scalar {
  an::index_t size() const;
  void apply(const an::orbitals_t<double>&, an::orbitals_t<double>&) const;
};

static_assert(an::hamiltonian<archetype<drop::nothing, double>>);
static_assert(an::hamiltonian<archetype<drop::nothing, float>>);
static_assert(an::hamiltonian<archetype<drop::nothing, long double>>);
static_assert(an::hamiltonian<archetype<drop::nothing, std::complex<double>>>);
static_assert(!an::hamiltonian<archetype<drop::size, double>>);
static_assert(!an::hamiltonian<archetype<drop::apply, double>>);
static_assert(!an::hamiltonian<without_scalar>);

}  // namespace hamiltonian_part

// ---- local_noise, increment_noise, event_noise, noise_process, dephasing_noise -------------------------------------

namespace noise_part {

enum class drop { nothing, copy, support, restart, increments, event, rate };

/// Offers increments and events.
template <drop D>
struct archetype {
  archetype(const archetype&) requires(D != drop::copy) = default;
  archetype& operator=(const archetype&) requires(D != drop::copy) = default;
  std::span<const an::index_t> support() const requires(D != drop::support);
  template <class Rng>
  void restart(Rng&) requires(D != drop::restart);
  template <class Rng>
  void increments(an::real_t, an::real_t, Rng&, std::span<an::real_t>) requires(D != drop::increments);
  template <class Rng>
  an::noise_event next_event(an::real_t, Rng&) requires(D != drop::event);
  an::real_t dephasing_rate(an::index_t) const requires(D != drop::rate);
};

/// Local, by steps, by events, any, of known rate.
template <class N>
constexpr bool is(bool local, bool steps, bool events, bool any, bool rate) {
  return an::local_noise<N> == local && an::increment_noise<N> == steps && an::event_noise<N> == events &&
         an::noise_process<N> == any && an::dephasing_noise<N> == rate;
}

static_assert(is<archetype<drop::nothing>>(true, true, true, true, true));
static_assert(is<archetype<drop::copy>>(false, false, false, false, false));
static_assert(is<archetype<drop::support>>(false, false, false, false, false));
static_assert(is<archetype<drop::restart>>(false, false, false, false, false));
static_assert(is<archetype<drop::increments>>(true, false, true, true, true));
static_assert(is<archetype<drop::event>>(true, true, false, true, true));
static_assert(is<archetype<drop::rate>>(true, true, true, true, false));

struct neither {
  std::span<const an::index_t> support() const;
  void restart(auto&);
  an::real_t dephasing_rate(an::index_t) const;
};
static_assert(is<neither>(true, false, false, false, false));

/// Its support would be gone when someone looks at it.
struct support_by_value : neither {
  std::vector<an::index_t> support() const;
  an::noise_event next_event(an::real_t, auto&);
};
static_assert(is<support_by_value>(false, false, false, false, false));

struct support_by_reference : neither {
  const std::vector<an::index_t>& support() const;
  an::noise_event next_event(an::real_t, auto&);
};
static_assert(is<support_by_reference>(true, false, true, true, true));

struct only_waits : neither {
  an::real_t next_event(an::real_t, auto&);
};
static_assert(is<only_waits>(true, false, false, false, false));

}  // namespace noise_part

// ---- executor ------------------------------------------------------------------------------------------------------

namespace executor_part {

enum class drop { nothing, threads, run };

template <drop D>
struct archetype {
  int threads() const requires(D != drop::threads);
  template <class Produce, class Consume>
  void run(an::index_t, Produce&&, Consume&&) requires(D != drop::run);
};

static_assert(an::executor<archetype<drop::nothing>>);
static_assert(!an::executor<archetype<drop::threads>>);
static_assert(!an::executor<archetype<drop::run>>);

}  // namespace executor_part

// ---- random_source -------------------------------------------------------------------------------------------------

static_assert(an::random_source<an::detail::any_rng>);
static_assert(!an::random_source<std::mt19937>);  // 32 bits per call
static_assert(an::random_source<std::mt19937_64>);

}  // namespace

TEST_CASE("concepts: archetypes are accepted, and refused when one requirement is missing") {
  CHECK(true);  // everything above is checked while compiling
}

}  // namespace concepts_test
