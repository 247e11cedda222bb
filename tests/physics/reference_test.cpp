// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <reference/lindblad_L4.hpp>
#include <reference/trajectory_L8.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace reference_test {

using namespace support;

namespace {

matrix from_tables(const reference::table& g_real, const reference::table& g_imag) {
  const index_t n = std::ssize(g_real);
  matrix c(n, n);  // C = G^T
  for (index_t i = 0; i < n; ++i)
    for (index_t j = 0; j < n; ++j) c(j, i) = {g_real[at(i)][at(j)], g_imag[at(i)][at(j)]};
  return c;
}

const reference::trajectory& trajectory_L8(const std::string& scheme, const std::string& initial) {
  for (const auto& t : reference::trajectories_L8)
    if (t.scheme == scheme && t.initial_state == initial) return t;
  throw std::runtime_error("no such reference");
}

/// Largest deviation of all that is printed.
double distance(const picture& p, const reference::trajectory& r) {
  std::vector<double> entropy = r.entropy;  // of the cuts 1 .. L-1
  entropy.insert(entropy.begin(), 0.0);
  entropy.push_back(0.0);
  return distance(p, picture{from_tables(r.g_real, r.g_imag), r.density, entropy, r.energy, p.absorbed});
}

constexpr double dt_L8 = 0.1;
const std::vector<index_t> noisy_L8{3};
const std::vector<double> phi_L8 = scaled(reference::eta_L8, std::sqrt(1.0 * dt_L8));  // gamma = 1

template <class P>
picture propagated_L8(const P& how, const std::string& initial) {
  const sample chain = chain_sample(reference::potential_L8);
  if (initial == "ground") return trajectory(how, chain, an::ground_state{4}, noisy_L8, phi_L8);
  return trajectory(how, chain, an::product_state{reference::product_L8}, noisy_L8, phi_L8);
}

// The tables have 14 digits; 1e-12 leaves room for the rounding of 30 steps, of Krylov's tolerance 1e-14 a step too.
constexpr double printed = 1e-12;

}  // namespace

TEST_CASE("trajectory: dense, Krylov and Chebyshev reproduce the combined step [reference trajectory_L8]") {
  for (const std::string initial : {"product", "ground"}) {
    CAPTURE(initial);
    const auto& expected = trajectory_L8("combined", initial);
    CHECK(distance(propagated_L8(an::dense_propagator{.dt = dt_L8}, initial), expected) < printed);
    CHECK(distance(propagated_L8(with_step<an::krylov_propagator>(dt_L8), initial), expected) < printed);
    CHECK(distance(propagated_L8(with_step<an::chebyshev_propagator>(dt_L8), initial), expected) < printed);
    CHECK(distance(propagated_L8(an::krylov_propagator{.dt = dt_L8, .tolerance = 1e-13}, initial), expected) < 1e-10);
    CHECK(distance(propagated_L8(an::split_propagator{.dt = dt_L8}, initial), expected) > 1e-3);  // another step
  }
}

TEST_CASE("trajectory: split reproduces the Strang step [reference trajectory_L8]") {
  for (const std::string initial : {"product", "ground"}) {
    CAPTURE(initial);
    CHECK(distance(propagated_L8(an::split_propagator{.dt = dt_L8}, initial), trajectory_L8("strang", initial)) <
          printed);
  }
}

TEST_CASE(
    "trajectory: split turned by exp(+-i h dt / 2) reproduces the Lie step [reference trajectory_L8, invariant 8]") {
  const sample chain = chain_sample(reference::potential_L8);
  const std::array no_kick{0.0};
  for (const std::string initial : {"product", "ground"}) {
    CAPTURE(initial);
    const an::split_propagator how{.dt = dt_L8};
    an::recorded_noise noise(noisy_L8, dt_L8, phi_L8);
    an::noise_path path(noise, an::philox());
    auto stepper = how.prepare(chain, noise)
                       .start(initial == "ground" ? prepared_state(an::ground_state{4}, chain)
                                                  : prepared_state(an::product_state{reference::product_L8}, chain));
    stepper.advance(dt_L8 / 2, no_kick);  // (K F)^n = F^{-1/2} (F^{1/2} K F^{1/2})^n F^{1/2}
    stepper.evolve(3.0, path);
    stepper.advance(-dt_L8 / 2, no_kick);
    CHECK(distance(look(stepper.snapshot()), trajectory_L8("lie", initial)) < printed);
  }
}

TEST_CASE("invariant 8: Lie and Strang have the same energy from an eigenstate, in every trajectory") {
  const auto &lie = trajectory_L8("lie", "ground"), &strang = trajectory_L8("strang", "ground");
  CHECK(std::abs(propagated_L8(an::split_propagator{.dt = dt_L8}, "ground").energy - lie.energy) < printed);
  CHECK(support::distance(lie.density, strang.density) > 1e-3);  // though the states differ
}

// Seven reflections. Both sides round, the reference in dense exponentials: 1e-10 is asked for, 14 digits are printed.
TEST_CASE("trajectory: events reproduce reflections at given times [reference trajectory_L8]") {
  const sample chain = chain_sample(reference::potential_L8);
  for (const std::string initial : {"product", "ground"}) {
    const auto& expected = trajectory_L8("poisson_pi", initial);
    const auto look_at = [&](const std::vector<double>& times, double angle) {
      std::vector<an::noise_event> events;
      double last = 0;
      for (const double t : times) events.push_back({t - last, 0, angle}), last = t;
      an::recorded_kicks noise(noisy_L8, events);
      an::noise_path path(noise, an::philox());
      auto stepper = an::event_propagator{}
                         .prepare(chain, noise)
                         .start(initial == "ground" ? prepared_state(an::ground_state{4}, chain)
                                                    : prepared_state(an::product_state{reference::product_L8}, chain));
      stepper.evolve(expected.time, path);
      CHECK(stepper.events() == std::ssize(times));
      return look(stepper.snapshot());
    };
    const double difference = distance(look_at(expected.kick_times, pi), expected);
    MESSAGE(initial << ": largest difference " << difference);
    CHECK(difference < printed);
    CHECK(distance(look_at(expected.kick_times, -pi), expected) < printed);  // the same reflection
    CHECK(distance(look_at(expected.kick_times, 3.0), expected) > 1e-3);
    std::vector<double> late = expected.kick_times;
    late[3] += 1e-3;
    CHECK(distance(look_at(late, pi), expected) > 1e-5);
  }
}

TEST_CASE("lindblad_generator: the single-particle equation is the many-body one [reference lindblad_L4]") {
  for (const auto& r : reference::lindblad_L4) {
    const matrix h = chain_matrix(r.potential), generator = lindblad_generator(h, {1}, r.gamma);
    const sample chain = chain_sample(r.potential);
    const picture start = r.initial_state == "ground"
                              ? trajectory(an::split_propagator{}, chain, an::ground_state{2}, {1}, {0.0})
                              : trajectory(an::split_propagator{}, chain, an::product_state{r.occupations}, {1}, {0.0});
    CHECK(std::abs(start.energy - r.initial_energy) < 1e-11);  // 13 digits printed
    const an::gaussian_state<double> state = r.initial_state == "ground"
                                                 ? prepared_state(an::ground_state{2}, chain)
                                                 : prepared_state(an::product_state{r.occupations}, chain);
    const matrix c0 = state.orbitals() * state.orbitals().adjoint();
    for (const auto& point : r.points) {
      CAPTURE(point.time);
      const matrix c = evolved(generator, c0, point.time);
      CHECK(support::distance(c, from_tables(point.g_real, point.g_imag)) < 1e-9);  // mesolve's rtol 1e-12
      CHECK(std::abs(energy(h, c) - point.energy) < 1e-9);
    }
  }
}

namespace {

struct comparison {
  double worst = 0;  // largest |mean - exact| / error
  int count = 0;
};

/// Energies and densities of average() against the reference, on trajectories of one sample.
comparison compare(const reference::lindblad_case& r, const auto& noise, const auto& how, index_t trajectories,
                   double first = 0, double last = 100) {
  std::vector<double> times;
  for (const auto& p : r.points)
    if (first <= p.time && p.time <= last) times.push_back(p.time);
  const an::anderson_model model{an::chain{4}, 1.0, an::given_potential{r.potential}};
  const auto run = [&](const auto& state) {
    return an::average(an::problem{model, noise, state}, how, times,
                       an::observables{an::energy{}, an::density_profile{}},
                       {.noise_realizations = trajectories, .seed = 4});
  };
  const auto result = r.initial_state == "ground" ? run(an::ground_state{}) : run(an::product_state{r.occupations});
  comparison z;
  const auto add = [&](double mean, double error, double exact) {
    z.worst = std::max(z.worst, std::abs(mean - exact) / error);
    ++z.count;
  };
  std::size_t k = 0;
  for (const auto& p : r.points) {
    if (p.time < first || p.time > last) continue;
    const auto row = static_cast<index_t>(k++);
    add(result["energy"].mean(row, 0), result["energy"].error(row, 0), p.energy);
    for (index_t i = 0; i < 4; ++i)
      add(result["density"].mean(row, i), result["density"].error(row, i), p.density[at(i)]);
  }
  return z;
}

}  // namespace

// 120 comparisons: right code exceeds 5.5 standard errors in one of them with probability 5e-6, and the seed is fixed.
// Early times fluctuate so little that the bias of the step must be small as well, so dt = 0.01 there; later dt = 0.1,
// whose bias is below 1e-4 where the standard error is above 1e-3.
TEST_CASE("average: energies and densities obey the many-body Lindblad equation [reference lindblad_L4] [slow]") {
  comparison all;
  for (const auto& r : reference::lindblad_L4) {
    const an::white_noise noise({1}, r.gamma);
    const comparison early = compare(r, noise, an::split_propagator{.dt = 0.01}, 20000, 0, 1),
                     late = compare(r, noise, an::split_propagator{.dt = 0.1}, 20000, 2, 100);
    MESSAGE(r.initial_state << ", gamma = " << r.gamma << ": max z = " << early.worst << " (t <= 1), " << late.worst
                            << " (t >= 5)");
    all.worst = std::max({all.worst, early.worst, late.worst});
    all.count += early.count + late.count;
  }
  MESSAGE("max z of " << all.count << " comparisons: " << all.worst);
  CHECK(all.count == 120);
  CHECK(all.worst < 5.5);
}

TEST_CASE("average: the comparison with the Lindblad equation notices gamma wrong by a tenth") {
  CHECK(compare(reference::lindblad_L4[0], an::white_noise({1}, 1.1), an::split_propagator{.dt = 0.1}, 20000, 2, 20)
            .worst > 8);
}

// 120 comparisons each, 100000 trajectories, no step and no bias at any time: the bound is the one above, and with this
// seed all are within 4 standard errors, as the messages show.
TEST_CASE("average: reflections and other kicks obey the Lindblad equation [reference lindblad_L4] [slow]") {
  comparison reflected, kicked;
  for (const auto& r : reference::lindblad_L4) {
    const auto add = [](comparison& all, const comparison& one) {
      all.worst = std::max(all.worst, one.worst);
      all.count += one.count;
    };
    add(reflected, compare(r, an::reflections({1}, r.gamma), an::event_propagator{}, 100000));
    add(kicked, compare(r, an::kicks({1}, r.gamma, 1.0), an::event_propagator{}, 100000));
  }
  MESSAGE("max z of " << reflected.count << " comparisons: " << reflected.worst << " (reflections)");
  MESSAGE("max z of " << kicked.count << " comparisons: " << kicked.worst << " (kicks of angle 1)");
  CHECK(reflected.count == 120);
  CHECK(kicked.count == 120);
  CHECK(reflected.worst < 5.5);
  CHECK(kicked.worst < 5.5);
}

TEST_CASE("average: the comparison with the Lindblad equation notices a rate of kicks wrong by a tenth") {
  const auto& r = reference::lindblad_L4[0];
  CHECK(compare(r, an::reflections({1}, 1.1 * r.gamma), an::event_propagator{}, 20000).worst > 8);
  CHECK(compare(r, an::kicks({1}, 1.1 * r.gamma, 1.0), an::event_propagator{}, 20000).worst > 8);
}

TEST_CASE("average: kicks on two sites obey the Lindblad equation with both dissipators") {
  const std::vector<double> w = potential(6, 1.0, 71), times{0.5, 2.0, 8.0};
  const sample chain = chain_sample(w);
  const matrix h = chain_matrix(w);
  const an::gaussian_state<double> start = prepared_state(an::ground_state{}, chain);
  const matrix c0 = start.orbitals() * start.orbitals().adjoint();
  const auto largest_z = [&](const auto& noise, const matrix& generator) {
    const auto result = an::average(
        an::problem{an::anderson_model{an::chain{6}, 1.0, an::given_potential{w}}, noise, an::ground_state{}},
        an::event_propagator{}, times, an::observables{an::energy{}, an::density_profile{}},
        {.noise_realizations = 20000, .seed = 5});
    double worst = 0;
    for (index_t k = 0; k < 3; ++k) {
      const matrix c = evolved(generator, c0, times[at(k)]);
      const auto& e = result["energy"];
      const auto& n = result["density"];
      worst = std::max(worst, std::abs(e.mean(k, 0) - energy(h, c)) / e.error(k, 0));
      for (index_t i = 0; i < 6; ++i) worst = std::max(worst, std::abs(n.mean(k, i) - c(i, i).real()) / n.error(k, i));
    }
    return worst;
  };
  const matrix both = lindblad_generator(h, {1, 4}, 0.8), one = lindblad_generator(h, {1}, 0.8);
  const double reflected = largest_z(an::reflections({1, 4}, 0.8), both),
               kicked = largest_z(an::kicks({4, 1}, 0.8, 1.0), both);
  MESSAGE("max z of 21 comparisons: " << reflected << " (reflections), " << kicked << " (kicks of angle 1)");
  CHECK(reflected < 5.5);
  CHECK(kicked < 5.5);
  CHECK(largest_z(an::reflections({1, 4}, 0.8), one) > 8);
  CHECK(largest_z(an::reflections({1, 4}, 0.8 * 1.1), both) > 8);
}

// Averages of what is not linear in C depend on the noise, not only on its Lindblad equation; those of the energy do
// not. Here the entropies differ by 1.6 %, 14 standard errors.
TEST_CASE("average: white noise and reflections of the same gamma give the same energies, but other entropies") {
  const std::vector<double> w = potential(12, 1.0, 72);
  const auto run = [&](const auto& noise, const auto& how) {
    return an::average(an::problem{an::anderson_model{an::chain{12}, 1.0, an::given_potential{w}}, noise,
                                   an::product_state{{1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0}}},
                       how, {5.0}, an::observables{an::energy{}, an::entanglement_entropy{6}},
                       {.noise_realizations = 20000, .seed = 6});
  };
  const auto white = run(an::white_noise({5}, 1.0), an::split_propagator{.dt = 0.05});
  const auto reflected = run(an::reflections({5}, 1.0), an::event_propagator{});
  const auto z = [&](const std::string& name) {
    const auto &a = white[name], &b = reflected[name];
    MESSAGE(name << ": " << a.mean(0, 0) << " +- " << a.error(0, 0) << " (white noise), " << b.mean(0, 0) << " +- "
                 << b.error(0, 0) << " (reflections)");
    return (a.mean(0, 0) - b.mean(0, 0)) / std::hypot(a.error(0, 0), b.error(0, 0));
  };
  CHECK(std::abs(z("energy")) < 5.5);
  CHECK(z("entropy_cut6") > 5.5);
}

}  // namespace reference_test
