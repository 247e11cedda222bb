// clang-format off
// SPDX-License-Identifier: MIT
// Every concept and every member. With -DFAIL each type below has one name misspelled, as users misspell names, and each
// line that ends with `// says: <words>` is an error whose first lines contain all of the words. See check.cmake.
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/state/product.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

#ifdef FAIL
#define OR(right, wrong) wrong
#else
#define OR(right, wrong) right
#endif

const an::chain sites{4};
const an::white_noise shaken{{1}, 1.0};
const an::random_product_state start{};
const an::anderson_model on_chain{sites, {}};

// ---- random_source

#define RANDOM_SOURCE(NAME, MIN, MAX, CALL)                    \
  struct NAME {                                                \
    using result_type = std::uint64_t;                         \
    static constexpr result_type MIN() { return 0; }           \
    static constexpr result_type MAX() { return ~result_type{}; } \
    result_type CALL;                                          \
  };
RANDOM_SOURCE(source_min, OR(min, low), max, operator()())
RANDOM_SOURCE(source_max, min, OR(max, high), operator()())
RANDOM_SOURCE(source_call, min, max, OR(operator()(), next()))
static_assert(an::random_source<source_min>);   // says: random_source min
static_assert(an::random_source<source_max>);   // says: random_source max
static_assert(an::random_source<source_call>);  // says: random_source rng()
double random_number(source_min& rng) { return an::uniform01(rng); }   // says: random_source min
double random_number(source_max& rng) { return an::normal(rng); }      // says: random_source max
double random_number(source_call& rng) { return an::uniform01(rng); }  // says: random_source rng()

// ---- lattice, metric_lattice

#define LATTICE(NAME, SIZE, BONDS, DISTANCE)                                  \
  struct NAME {                                                               \
    an::index_t SIZE() const { return 2; }                                    \
    void BONDS(auto&& visit) const { visit(0, 1); }                           \
    double DISTANCE(an::index_t i, an::index_t j) const { return i == j ? 0 : 1; } \
  };
LATTICE(lattice_size, OR(size, length), for_each_bond, squared_distance)
LATTICE(lattice_bonds, size, OR(for_each_bond, for_each_edge), squared_distance)
LATTICE(lattice_distance, size, for_each_bond, OR(squared_distance, distance))
static_assert(an::lattice<lattice_size>);             // says: lattice l.size()
static_assert(an::lattice<lattice_bonds>);            // says: lattice l.for_each_bond(visit)
static_assert(an::metric_lattice<lattice_bonds>);     // says: lattice l.for_each_bond(visit)
static_assert(an::metric_lattice<lattice_distance>);  // says: metric_lattice l.squared_distance(i, i)
void sites_of_a_model() { (void)an::anderson_model{lattice_size{}, {.disorder = 1.0}}; }  // says: lattice l.size()
void bonds_of_a_model() { const an::anderson_model model{lattice_bonds{}, {}}; }          // says: lattice l.for_each_bond
void bonds_of_a_sample() { an::tight_binding<double>(lattice_bonds{}, 1.0, an::vector_t<double>(2)); }  // says: lattice l.for_each_bond
void distance() { (void)an::rms_displacement{lattice_distance{}, 0}; }  // says: metric_lattice l.squared_distance

// ---- disorder_law

struct law {
  void OR(draw, sample)(auto&, std::span<double> onsite) const { onsite[0] = 0; }
};
struct law_right {
  void draw(auto&, std::span<double> onsite) const { onsite[0] = 0; }
};
static_assert(an::disorder_law<law>);                            // says: disorder_law d.draw(rng, onsite)
void law_of_a_model() { (void)an::anderson_model{sites, 1.0, law{}}; }  // says: disorder_law d.draw(rng, onsite)

struct law_on_sites {
  void OR(draw, sample)(auto&, const an::chain&, std::span<double>) const {}
};
static_assert(an::positional_disorder_law<law_on_sites, an::chain>);  // says: positional_disorder_law d.draw(rng, l, onsite)
void law_on_sites_of_a_model() { (void)an::anderson_model{sites, 1.0, law_on_sites{}}; }  // says: d.draw(rng, lattice, onsite)

// ---- hopping_law

struct hopping_fixed {
  using scalar_type = double;
  void OR(fill, amplitudes)(std::span<const an::bond>, std::span<double>) const {}
};
struct hopping_random {
  using scalar_type = double;
  void OR(draw, sample)(auto&, std::span<const an::bond>, std::span<double>) const {}
};
static_assert(an::fixed_hopping_law<hopping_fixed>);    // says: fixed_hopping_law law.fill(bonds, amplitudes)
static_assert(an::random_hopping_law<hopping_random>);  // says: random_hopping_law law.draw(rng, bonds, amplitudes)
static_assert(an::hopping_law<hopping_fixed>);          // says: hopping_law law.fill(bonds, amplitudes)
static_assert(an::hopping_law<hopping_random>);         // says: hopping_law law.draw(rng, bonds, amplitudes)
void hopping_of_a_model() { (void)an::anderson_model{sites, hopping_fixed{}, an::uniform_disorder{1}}; }  // says: hopping_law fill(bonds, amplitudes)

// ---- hamiltonian

#define HAMILTONIAN(NAME, SCALAR, SIZE, APPLY)                                                     \
  struct NAME {                                                                                    \
    using SCALAR = double;                                                                         \
    an::index_t SIZE() const { return 2; }                                                         \
    void APPLY(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const { out = in; }  \
  };
HAMILTONIAN(h_scalar, OR(scalar_type, Scalar), size, apply)
HAMILTONIAN(h_size, scalar_type, OR(size, rows), apply)
HAMILTONIAN(h_apply, scalar_type, size, OR(apply, multiply))
static_assert(an::hamiltonian<h_scalar>);  // says: hamiltonian scalar_type
static_assert(an::hamiltonian<h_size>);    // says: hamiltonian h.size()
static_assert(an::hamiltonian<h_apply>);   // says: hamiltonian h.apply(in, out)
void given_scalar() { (void)an::given_hamiltonian{h_scalar{}}; }             // says: hamiltonian scalar_type
void given_size() { (void)an::given_hamiltonian{h_size{}}; }                 // says: hamiltonian h.size()
void given_apply() { const an::given_hamiltonian model{h_apply{}}; }         // says: hamiltonian h.apply(in, out)
struct h_sample : h_apply {};  // a type of its own: g++ explains once what a type lacks
struct h_matrix : h_apply {};
void sample_apply() { (void)an::disorder_realization{h_sample{}}; }  // says: hamiltonian h.apply(in, out)
auto matrix_apply() { return an::dense_matrix(h_matrix{}); }  // says: hamiltonian h.apply(in, out)

// ---- model

#define MODEL(NAME, HAMILTONIAN_TYPE, SIZE, DRAW)                    \
  struct NAME {                                                      \
    an::index_t SIZE() const { return 2; }                           \
    HAMILTONIAN_TYPE DRAW(auto&) const { return {}; }                \
  };
HAMILTONIAN(h_right, scalar_type, size, apply)
MODEL(model_size, h_right, OR(size, sites), draw)
MODEL(model_draw, h_right, size, OR(draw, sample))
MODEL(model_of_size, h_size, size, draw)
MODEL(model_of_apply, h_apply, size, draw)
static_assert(an::model<model_size>);  // says: model m.size()
static_assert(an::model<model_draw>);  // says: model m.draw(rng)
void problem_size() { (void)an::problem{model_size{}, shaken, start}; }          // says: model m.size()
void problem_draw() { (void)an::problem{model_draw{}, shaken, start}; }          // says: model m.draw(rng)
void problem_of_size() { (void)an::problem{model_of_size{}, shaken, start}; }    // says: hamiltonian h.size()
void problem_of_apply() { (void)an::problem{model_of_apply{}, shaken, start}; }  // says: hamiltonian h.apply(in, out)

// ---- noise

#define NOISE(NAME, SUPPORT, RESTART, INCREMENTS, RATE)                                   \
  struct NAME {                                                                           \
    static constexpr std::array<an::index_t, 1> site{0};                                  \
    std::span<const an::index_t> SUPPORT() const { return site; }                         \
    void RESTART(auto&) {}                                                                \
    void INCREMENTS(double, double, auto&, std::span<double> phi) { phi[0] = 0; }         \
    double RATE(an::index_t) const { return 0; }                                          \
  };
NOISE(noise_support, OR(support, sites), restart, increments, dephasing_rate)
NOISE(noise_restart, support, OR(restart, start), increments, dephasing_rate)
NOISE(noise_increments, support, restart, OR(increments, increment), dephasing_rate)
NOISE(noise_rate, support, restart, increments, OR(dephasing_rate, rate))
struct noise_events {
  std::vector<an::index_t> site{0};
  const std::vector<an::index_t>& support() const { return site; }
  void restart(auto&) {}
  an::noise_event OR(next_event, next)(double, auto&) { return {}; }
};
struct noise_by_value {
  OR(std::span<const an::index_t>, std::vector<an::index_t>) support() const { return {}; }
  void restart(auto&) {}
  void increments(double, double, auto&, std::span<double>) {}
};
static_assert(an::local_noise<noise_support>);         // says: local_noise c.support()
static_assert(an::local_noise<noise_restart>);         // says: local_noise n.restart(rng)
static_assert(an::local_noise<noise_by_value>);        // says: local_noise borrowed_range c.support()
static_assert(an::increment_noise<noise_support>);     // says: local_noise c.support()
static_assert(an::increment_noise<noise_increments>);  // says: increment_noise n.increments(t, dt, rng, phi)
static_assert(an::event_noise<noise_events>);          // says: event_noise n.next_event(t, rng)
static_assert(an::noise_process<noise_support>);       // says: noise_process c.support()
static_assert(an::noise_process<noise_restart>);       // says: noise_process n.restart(rng)
static_assert(an::noise_process<noise_increments>);    // says: noise_process n.increments(t, dt, rng, phi)
static_assert(an::noise_process<noise_events>);        // says: noise_process n.next_event(t, rng)
static_assert(an::dephasing_noise<noise_rate>);        // says: dephasing_noise n.dephasing_rate(k)
void problem_support() { (void)an::problem{on_chain, noise_support{}, start}; }        // says: noise_process c.support()
void problem_restart() { (void)an::problem{on_chain, noise_restart{}, start}; }        // says: noise_process n.restart(rng)
void problem_increments() { (void)an::problem{on_chain, noise_increments{}, start}; }  // says: noise_process increments
void problem_events() { const an::problem p{on_chain, noise_events{}, start}; }        // says: noise_process next_event
void problem_by_value() { (void)an::problem{on_chain, noise_by_value{}, start}; }      // says: noise_process borrowed_range

// ---- snapshots, stepper, propagator

#define SNAPSHOT(NAME, REAL, SIZE, TIME, ENERGY, INITIAL, DENSITIES, CORRELATION, ORBITALS, OCCUPATIONS) \
  struct NAME {                                                                                          \
    using REAL = double;                                                                                 \
    an::index_t SIZE() const { return 4; }                                                               \
    double TIME() const { return 0; }                                                                    \
    double ENERGY() const { return 0; }                                                                  \
    double INITIAL() const { return 0; }                                                                 \
    an::vector_t<double> DENSITIES() const { return {}; }                                                \
    std::complex<double> CORRELATION(an::index_t, an::index_t) const { return {}; }                      \
    an::orbitals_t<double> ORBITALS() const { return {}; }                                               \
    an::vector_t<double> OCCUPATIONS() const { return {}; }                                              \
  };
#define BODY(NAME, REAL, SIZE, TIME, ENERGY, INITIAL, DENSITIES, CORRELATION) \
  SNAPSHOT(NAME, REAL, SIZE, TIME, ENERGY, INITIAL, DENSITIES, CORRELATION, orbitals, occupations)
BODY(now_right, real_type, size, time, energy, initial_energy, densities, correlation)
BODY(now_real, OR(real_type, real), size, time, energy, initial_energy, densities, correlation)
BODY(now_size, real_type, OR(size, sites), time, energy, initial_energy, densities, correlation)
BODY(now_time, real_type, size, OR(time, t), energy, initial_energy, densities, correlation)
BODY(now_energy, real_type, size, time, OR(energy, e), initial_energy, densities, correlation)
BODY(now_initial, real_type, size, time, energy, OR(initial_energy, e0), densities, correlation)
BODY(now_densities, real_type, size, time, energy, initial_energy, OR(densities, n), correlation)
BODY(now_correlation, real_type, size, time, energy, initial_energy, densities, OR(correlation, c))
SNAPSHOT(now_orbitals, real_type, size, time, energy, initial_energy, densities, correlation, OR(orbitals, phi), occupations)
SNAPSHOT(now_occupations, real_type, size, time, energy, initial_energy, densities, correlation, orbitals, OR(occupations, n))
static_assert(an::linear_snapshot<now_real>);          // says: linear_snapshot real_type
static_assert(an::linear_snapshot<now_size>);          // says: linear_snapshot now.size()
static_assert(an::linear_snapshot<now_time>);          // says: linear_snapshot now.time()
static_assert(an::linear_snapshot<now_energy>);        // says: linear_snapshot now.energy()
static_assert(an::linear_snapshot<now_initial>);       // says: linear_snapshot now.initial_energy()
static_assert(an::linear_snapshot<now_densities>);     // says: linear_snapshot now.densities()
static_assert(an::linear_snapshot<now_correlation>);   // says: linear_snapshot now.correlation(i, i)
static_assert(an::orbital_snapshot<now_orbitals>);     // says: orbital_snapshot now.orbitals()
static_assert(an::orbital_snapshot<now_occupations>);  // says: orbital_snapshot now.occupations()

#define STEPPER(NAME, SNAPSHOT_TYPE, TIME, EVOLVE, SNAPSHOT_OF)     \
  struct NAME {                                                     \
    double TIME() const { return 0; }                               \
    void EVOLVE(double, auto&) {}                                   \
    SNAPSHOT_TYPE SNAPSHOT_OF() const { return {}; }                \
  };
STEPPER(stepper_time, now_right, OR(time, t), evolve, snapshot)
STEPPER(stepper_evolve, now_right, time, OR(evolve, advance), snapshot)
STEPPER(stepper_snapshot, now_right, time, evolve, OR(snapshot, state))
#define AVERAGED(NAME, TIME, EVOLVE, SNAPSHOT_OF)                   \
  struct NAME {                                                     \
    double TIME() const { return 0; }                               \
    void EVOLVE(double) {}                                          \
    now_right SNAPSHOT_OF() const { return {}; }                    \
  };
AVERAGED(averaged_time, OR(time, t), evolve, snapshot)
AVERAGED(averaged_evolve, time, OR(evolve, advance), snapshot)
AVERAGED(averaged_snapshot, time, evolve, OR(snapshot, state))
using path = an::noise_path<an::white_noise>;
static_assert(an::path_stepper<stepper_time, path>);      // says: path_stepper c.time()
static_assert(an::path_stepper<stepper_evolve, path>);    // says: path_stepper s.evolve(until, path)
static_assert(an::path_stepper<stepper_snapshot, path>);  // says: path_stepper c.snapshot()
static_assert(an::averaged_stepper<averaged_time>);       // says: averaged_stepper c.time()
static_assert(an::averaged_stepper<averaged_evolve>);     // says: averaged_stepper s.evolve(until)
static_assert(an::averaged_stepper<averaged_snapshot>);   // says: averaged_stepper c.snapshot()

template <class Stepper>
struct prepares {
  Stepper start(const auto&) const { return {}; }
};
#define PROPAGATOR(NAME, PREPARED, CHECK, PREPARE)                                             \
  template <class Stepper>                                                                     \
  struct NAME {                                                                                \
    void CHECK() const {}                                                                      \
    PREPARED<Stepper> PREPARE(const auto&, const auto&) const { return {}; }                   \
  };
template <class Stepper>
struct prepares_badly {
  Stepper OR(start, begin)(const auto&) const { return {}; }
};
PROPAGATOR(moves, prepares, check, prepare)
PROPAGATOR(propagator_check, prepares, OR(check, validate), prepare)
PROPAGATOR(propagator_prepare, prepares, check, OR(prepare, set_up))
PROPAGATOR(propagator_start, prepares_badly, check, prepare)
STEPPER(stepper_right, now_right, time, evolve, snapshot)
using sample = an::disorder_realization<an::tight_binding<>>;
using state_type = an::gaussian_state<double>;
static_assert(an::propagator<propagator_check<stepper_right>, sample, state_type, path>);  // says: propagator p.check()
static_assert(an::propagator<propagator_prepare<stepper_right>, sample, state_type, path>);  // says: propagator p.prepare(r, path.noise())
static_assert(an::propagator<propagator_start<stepper_right>, sample, state_type, path>);  // says: propagator start(state)

// ---- initial_state, observable, executor

struct phi_and_n {
  const an::orbitals_t<double>& OR(orbitals, phi)() const;
  const an::vector_t<double>& occupations() const;
  operator state_type() const;
};
struct phi_only {
  const an::orbitals_t<double>& orbitals() const;
  const an::vector_t<double>& OR(occupations, n)() const;
  operator state_type() const;
};
#define STATE(NAME, GAUSSIAN, CHECK, PREPARE)                          \
  struct NAME {                                                        \
    void CHECK(an::index_t) const {}                                   \
    GAUSSIAN PREPARE(const auto&, auto&) const;                        \
  };
STATE(state_check, state_type, OR(check, validate), prepare)
STATE(state_prepare, state_type, check, OR(prepare, make))
STATE(state_orbitals, phi_and_n, check, prepare)
STATE(state_occupations, phi_only, check, prepare)
static_assert(an::initial_state<state_check, sample>);        // says: initial_state s.check(n)
static_assert(an::initial_state<state_prepare, sample>);      // says: initial_state s.prepare(r, rng)
static_assert(an::initial_state<state_orbitals, sample>);     // says: initial_state orbitals
static_assert(an::initial_state<state_occupations, sample>);  // says: initial_state occupations

#define OBSERVABLE(NAME, NAME_OF, EXTENT, MEASURE)                                        \
  struct NAME {                                                                           \
    std::string NAME_OF() const { return "x"; }                                           \
    an::index_t EXTENT(an::index_t) const { return 1; }                                   \
    void MEASURE(const auto&, std::span<double> out) const { out[0] = 0; }                \
  };
OBSERVABLE(observable_name, OR(name, label), extent, measure)
OBSERVABLE(observable_extent, name, OR(extent, size), measure)
OBSERVABLE(observable_measure, name, extent, OR(measure, observe))
static_assert(an::observable<observable_name, now_right>);     // says: observable o.name()
static_assert(an::observable<observable_extent, now_right>);   // says: observable o.extent(n)
static_assert(an::observable<observable_measure, now_right>);  // says: observable o.measure(now, out)

#define EXECUTOR(NAME, THREADS, RUN)                             \
  struct NAME {                                                  \
    int THREADS() const { return 1; }                            \
    void RUN(an::index_t count, auto&& produce, auto&& consume) {            \
      for (an::index_t i = 0; i < count && consume(i, produce(i)); ++i) {}   \
    }                                                                        \
  };
EXECUTOR(executor_threads, OR(threads, workers), run)
EXECUTOR(executor_run, threads, OR(run, start))
static_assert(an::executor<executor_threads>);  // says: executor e.threads()
static_assert(an::executor<executor_run>);      // says: executor e.run(count, produce, consume)

// ---- capabilities: misspelled they are missing ...

struct law_with_check : law_right {
  void OR(check, validate)(an::index_t) const;
};
struct h_base {
  using scalar_type = double;
  an::index_t size() const { return 2; }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const { out = in; }
};
struct h_with_all : h_base {
  an::matrix_t<double> OR(dense, matrix)() const;
  std::optional<an::tridiagonal<double>> OR(tridiagonal_form, tridiagonal)() const;
  std::pair<an::vector_t<double>, an::vector_t<double>> OR(gershgorin, discs)() const;
  static constexpr bool OR(applies_everywhere, complete) = true;
};
struct now_with_all : now_right {
  struct profile {
    std::span<const an::index_t> sites;
    an::vector_t<double> values;
  };
  profile OR(local_densities, profile_of)() const;
  double OR(weighted_density, weighted)(const an::vector_t<double>&) const;
  double OR(absorbed_energy, absorbed)() const;
};
struct stepper_with_all {
  using real_type = double;
  now_with_all::profile OR(local_densities, profile_of)(an::index_t) const;
  double OR(absorbed_energy, absorbed)(an::index_t) const;
  static constexpr bool OR(reaches_any_time, jumps) = true;
  double OR(error_estimate, error)() const;
  static constexpr bool OR(moves_together, together) = true;
};
struct with_finish {
  double OR(finish, end)(double) const;
  double finish_slope(double) const;
};
struct with_slope {
  double finish(double) const;
  double OR(finish_slope, slope)(double) const;
};
static_assert(an::has_check<law_with_check>);              // says: has_check d.check(sites)
static_assert(an::has_dense<h_with_all>);                  // says: has_dense h.dense()
static_assert(an::has_tridiagonal_form<h_with_all>);       // says: has_tridiagonal_form h.tridiagonal_form()
static_assert(an::has_gershgorin<h_with_all>);             // says: has_gershgorin h.gershgorin()
static_assert(an::applies_everywhere<h_with_all>);         // says: applies_everywhere
static_assert(an::has_local_densities<now_with_all>);      // says: has_local_densities now.local_densities()
static_assert(an::has_weighted_density<now_with_all>);     // says: has_weighted_density now.weighted_density(weights)
static_assert(an::has_absorbed_energy<now_with_all>);      // says: has_absorbed_energy now.absorbed_energy()
static_assert(an::has_local_densities_of<stepper_with_all>);  // says: has_local_densities_of s.local_densities(k)
static_assert(an::has_absorbed_energy_of<stepper_with_all>);  // says: has_absorbed_energy_of s.absorbed_energy(k)
static_assert(an::has_finish<with_finish, double>);        // says: has_finish o.finish(mean)
static_assert(an::has_finish<with_slope, double>);         // says: has_finish o.finish_slope(mean)
static_assert(an::reaches_any_time<stepper_with_all>);     // says: reaches_any_time
static_assert(an::has_error_estimate<stepper_with_all>);   // says: has_error_estimate s.error_estimate()
static_assert(an::moves_together<stepper_with_all>);       // says: moves_together stepper_with_all

// ---- ... and where they do not fit, the library says so

struct law_bad_check : law_right {
  void check(OR(an::index_t, std::string)) const;
};
struct h_dense : h_base {
  an::matrix_t<double> dense() OR(const, );
};
struct h_dense_type : h_base {
  an::matrix_t<OR(double, std::complex<double>)> dense() const;
};
struct h_tridiagonal : h_base {
  std::optional<an::tridiagonal<OR(double, float)>> tridiagonal_form() const;
};
template <class A, class B>
struct tuple_of {
  A first;
  B second;
};
struct h_gershgorin : h_base {
  OR(std::pair, tuple_of)<an::vector_t<double>, an::vector_t<double>> gershgorin() const;
};
struct h_applies : h_base {
  static OR(constexpr, const) bool applies_everywhere OR(= true, );
};
void unfit_check() { (void)an::anderson_model{sites, 1.0, law_bad_check{}}; }   // says: has_check d.check(sites)
void unfit_dense() { (void)an::disorder_realization{h_dense{}}; }              // says: has_dense h.dense() const
void unfit_dense_type() { (void)an::disorder_realization{h_dense_type{}}; }    // says: has_dense h.dense()
void unfit_tridiagonal() { (void)an::disorder_realization{h_tridiagonal{}}; }  // says: has_tridiagonal_form optional
void unfit_gershgorin() { (void)an::disorder_realization{h_gershgorin{}}; }    // says: has_gershgorin pair L x L matrix
void unfit_applies() { (void)an::disorder_realization{h_applies{}}; }          // says: applies_everywhere static constexpr

// ---- all of them in average(); where all is well, one call stands for the others

#ifdef FAIL
#define AVERAGE(STATE, METHOD, WHICH, WORKERS) \
  (void)an::average(an::problem{on_chain, shaken, STATE}, METHOD, {1.0}, an::observables{WHICH}, {}, WORKERS)
#else
#define AVERAGE(STATE, METHOD, WHICH, WORKERS) (void)an::observables{WHICH}
void all_is_well() {
  (void)an::average(an::problem{on_chain, shaken, state_check{}}, moves<stepper_right>{}, {1.0},
                    an::observables{an::energy{}, an::entanglement_entropy{2}}, {}, executor_run{});
}
#endif
#define OF_SNAPSHOT(NAME)                                \
  STEPPER(stepper_##NAME, NAME, time, evolve, snapshot)  \
  void average_##NAME() { AVERAGE(start, moves<stepper_##NAME>{}, an::energy{}, an::serial_executor{}); }
OF_SNAPSHOT(now_real)         // says: linear_snapshot real_type
OF_SNAPSHOT(now_size)         // says: linear_snapshot now.size()
OF_SNAPSHOT(now_time)         // says: linear_snapshot now.time()
OF_SNAPSHOT(now_energy)       // says: linear_snapshot now.energy()
OF_SNAPSHOT(now_initial)      // says: linear_snapshot now.initial_energy()
OF_SNAPSHOT(now_densities)    // says: linear_snapshot now.densities()
OF_SNAPSHOT(now_correlation)  // says: linear_snapshot now.correlation(i, i)
struct now_local : now_right {
  now_with_all::profile local_densities(OR(, double)) const;
};
struct now_weighted : now_right {
  double weighted_density(OR(const an::vector_t<double>&, std::string)) const;
};
struct now_absorbed : now_right {
  double absorbed_energy() OR(const, );
};
OF_SNAPSHOT(now_local)        // says: has_local_densities {sites, values}
OF_SNAPSHOT(now_weighted)     // says: has_weighted_density now.weighted_density(weights)
OF_SNAPSHOT(now_absorbed)     // says: has_absorbed_energy now.absorbed_energy() const
#define OF_ORBITALS(NAME)                                \
  STEPPER(stepper_##NAME, NAME, time, evolve, snapshot)  \
  void average_##NAME() { AVERAGE(start, moves<stepper_##NAME>{}, an::entanglement_entropy{2}, an::serial_executor{}); }
OF_ORBITALS(now_orbitals)     // says: orbital_snapshot orbitals()
OF_ORBITALS(now_occupations)  // says: orbital_snapshot occupations()
#define OF(NAME, METHOD) \
  void average_##NAME() { AVERAGE(start, METHOD, an::energy{}, an::serial_executor{}); }
OF(time, moves<stepper_time>{})                         // says: stepper c.time()
OF(evolve, moves<stepper_evolve>{})                     // says: stepper s.evolve(until, path)
OF(snapshot, moves<stepper_snapshot>{})                 // says: stepper c.snapshot()
OF(check, propagator_check<stepper_right>{})            // says: propagator check()
OF(prepare, propagator_prepare<stepper_right>{})        // says: propagator p.prepare(r, n)
OF(start, propagator_start<stepper_right>{})            // says: propagator start(state)
struct stepper_any_time : stepper_right {
  static OR(constexpr, const) bool reaches_any_time OR(= true, );
};
struct stepper_error : stepper_right {
  double error_estimate() OR(const, );
};
OF(any_time, moves<stepper_any_time>{})                 // says: reaches_any_time static constexpr
OF(error, moves<stepper_error>{})                       // says: has_error_estimate s.error_estimate() const
/// Needs what exact_noise_average and rate_equation need.
struct averages_noise : moves<stepper_right> {
  prepares<stepper_right> prepare(const auto&, const an::dephasing_noise auto&) const { return {}; }
};
#ifdef FAIL
void average_rate() { (void)an::average(an::problem{on_chain, noise_rate{}, start}, averages_noise{}, {1.0}, an::observables{an::energy{}}); }  // says: dephasing_noise n.dephasing_rate(k)
#else
static_assert(an::propagator<averages_noise, sample, state_type, an::noise_path<noise_rate>>);
#endif
#define WITH(NAME, STATE, WHICH, WORKERS) \
  void average_##NAME() { AVERAGE(STATE, moves<stepper_right>{}, WHICH, WORKERS); }
WITH(state_check, state_check{}, an::energy{}, an::serial_executor{})              // says: initial_state check
WITH(state_prepare, state_prepare{}, an::energy{}, an::serial_executor{})          // says: initial_state s.prepare(r, rng)
WITH(state_orbitals, state_orbitals{}, an::energy{}, an::serial_executor{})        // says: initial_state orbitals
WITH(state_occupations, state_occupations{}, an::energy{}, an::serial_executor{})  // says: initial_state occupations
WITH(name, start, observable_name{}, an::serial_executor{})                        // says: observable name()
WITH(extent, start, observable_extent{}, an::serial_executor{})                    // says: observable extent(
WITH(measure, start, observable_measure{}, an::serial_executor{})                  // says: observable o.measure(now, out)
WITH(threads, start, an::energy{}, executor_threads{})                             // says: executor e.threads()
WITH(run, start, an::energy{}, executor_run{})                                     // says: executor e.run(count, produce, consume)
