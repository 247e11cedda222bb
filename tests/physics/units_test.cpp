// SPDX-License-Identifier: MIT
// Two laws for every method and observable: results do not depend on the unit of energy, nor on a constant added to h.
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/rate/rate_equation.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>
#include <anderson/state/thermal.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace an = anderson;

namespace units_test {

using support::largest;

namespace {

constexpr an::index_t length = 6;

/// Units of energy 2^power: J, W, gamma are multiplied, times divided. `shift` is added to h.
struct units {
  int power = 0;
  double shift = 0;
  double energy(double x) const { return std::ldexp(x, power); }
  double time(double x) const { return std::ldexp(x, -power); }
};

/// Every entry a multiple of 2^-6: exact with a shift of 1e6, and in float.
template <class Real>
auto hamiltonian(const units& u) {
  an::matrix_t<Real> h = an::matrix_t<Real>::Zero(length, length);
  for (an::index_t i = 0; i < length; ++i) {
    for (an::index_t j = 0; j < i; ++j) h(i, j) = h(j, i) = i == j + 1 ? -1 : static_cast<Real>((5 * i + j) % 7) / 64;
    h(i, i) = static_cast<Real>((29 * i + 11) % 41) / 16 + static_cast<Real>(u.shift);
  }
  return an::dense_hamiltonian<Real>(h * static_cast<Real>(u.energy(1)));
}

template <class Noise>
Noise noise(const units& u, std::vector<an::index_t> sites) {
  return {std::move(sites), u.energy(0.75)};
}

/// All observables of a method on noisy sites at some times: energies in units of 2^power first.
struct figures {
  std::vector<double> energies, absorbed, others;
};

template <class Real, class Noise, class Method, class State>
figures measured(const units& u, const std::vector<an::index_t>& noisy, const Method& how, const State& state) {
  an::philox rng(5, {});
  const an::disorder_realization sample{hamiltonian<Real>(u)};
  const Noise shaking = noise<Noise>(u, noisy);
  auto stepper = how.prepare(sample, shaking).start(state.prepare(sample, rng));
  an::noise_path path(shaking, rng);
  figures out;
  for (const double t : {0.5, 3.0, 40.0}) {
    if constexpr (an::averaged_stepper<decltype(stepper)>)
      stepper.evolve(u.time(t));
    else
      stepper.evolve(u.time(t), path);
    const auto now = stepper.snapshot();
    const auto add = [&](std::vector<double>& to, const auto& observable) {
      std::vector<Real> values(static_cast<std::size_t>(observable.extent(length)));
      observable.measure(now, values);
      for (const Real x : values) to.push_back(static_cast<double>(x));
    };
    add(out.energies, an::energy{});
    add(out.absorbed, an::absorbed_energy{});
    add(out.others, an::density_profile{});
    add(out.others, an::rms_displacement{an::chain{length}, 2});
    out.others.push_back(static_cast<double>(now.correlation(1, 4).imag()));
    if constexpr (an::orbital_snapshot<decltype(now)>) add(out.others, an::entanglement_entropy{length / 2});
  }
  for (auto* x : {&out.energies, &out.absorbed})
    for (double& e : *x) e = std::ldexp(e, -u.power);
  return out;
}

/// check(name, run) for every method, run(units) -> figures.
template <class Real>
void for_each_method(auto&& check) {
  using an::white_noise;
  const std::vector<an::index_t> one{2}, two{2, 4};
  const an::ground_state state{};
  check("split_propagator", [&](const units& u) {
    return measured<Real, white_noise>(u, one, an::split_propagator{.dt = u.time(0.1)}, state);
  });
  check("split_propagator, two sites", [&](const units& u) {
    return measured<Real, white_noise>(u, two, an::split_propagator{.dt = u.time(0.1)}, state);
  });
  check("event_propagator",
        [&](const units& u) { return measured<Real, an::reflections>(u, two, an::event_propagator{}, state); });
  check("strang_noise_average", [&](const units& u) {
    return measured<Real, white_noise>(u, two, an::strang_noise_average{.dt = u.time(0.1)}, state);
  });
  check("dense_noise_average",
        [&](const units& u) { return measured<Real, white_noise>(u, two, an::dense_noise_average{}, state); });
  check("rate_equation",
        [&](const units& u) { return measured<Real, white_noise>(u, one, an::rate_equation{}, state); });
}

double difference(const std::vector<double>& a, const std::vector<double>& b, double constant = 0) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double off = std::abs(b[i] - constant - a[i]);
    if (!(off <= most)) most = std::isnan(off) ? std::numeric_limits<double>::infinity() : off;
  }
  return most;
}

double difference(const figures& a, const figures& b) {
  return std::max(
      {difference(a.energies, b.energies), difference(a.absorbed, b.absorbed), difference(a.others, b.others)});
}

}  // namespace

TEST_CASE_TEMPLATE("units: all methods and observables give the same bits when energies are multiplied by 2^k", Real,
                   double, float) {
  for_each_method<Real>([&](const char* name, const auto& run) {
    CAPTURE(name);
    const figures plain = run(units{});
    for (const int power : std::is_same_v<Real, float> ? std::vector{-60, -1, 60} : std::vector{-300, -60, 1, 300}) {
      CAPTURE(power);
      CHECK(difference(plain, run(units{power})) == 0);
    }
  });
}

TEST_CASE("units: standard errors of floats, whose squares are no floats, are free of them") {
  const auto spread = [](const units& u) {
    const an::problem physics{an::given_hamiltonian{hamiltonian<float>(u)}, noise<an::white_noise>(u, {2}),
                              an::random_product_state{}};
    return an::average(physics, an::rate_equation{}, {u.time(3)}, an::observables{an::energy{}},
                       {.disorder_realizations = 2, .noise_realizations = 2}, an::serial_executor{});
  };
  const auto error = [&](const units& u) { return std::ldexp(spread(u)["energy"].error(0, 0), -u.power); };
  const float plain = error({});
  CHECK(plain > 0.01f);
  CHECK(error({-70}) == plain);
  CHECK(error({70}) == plain);
}

TEST_CASE("units: a thermal state is the same at beta / 2^k") {
  const auto run = [](const units& u) {
    return measured<double, an::white_noise>(u, {2}, an::split_propagator{.dt = u.time(0.1)},
                                             an::thermal_state{.inverse_temperature = u.time(0.8)});
  };
  const figures plain = run({});
  for (const int power : {-300, 1, 300}) {
    CAPTURE(power);
    CHECK(difference(plain, run(units{power})) < 1e-12);  // rounding of mu, which is searched for
  }
}

TEST_CASE("units: windows of a long chain open at the same times") {
  const auto moved = [](const auto& how, const auto& noise, const units& u) {
    an::philox rng(3, {});
    const an::anderson_model model{an::chain{400}, {.hopping = u.energy(1), .disorder = u.energy(1)}};
    const an::disorder_realization sample{model.draw(rng)};
    auto stepper = how.prepare(sample, noise).start(an::localized_excitation{200}.prepare(sample, rng));
    an::noise_path path(noise, rng);
    stepper.evolve(u.time(30), path);
    const auto now = stepper.snapshot().local_densities();
    return std::pair{std::vector<an::index_t>(now.sites.begin(), now.sites.end()), now.values};
  };
  const auto same = [&](const auto& how, const auto& make) {
    const auto plain = moved(how(units{}), make(units{}), {});
    CHECK(plain.second.size() > 129);  // of the first window
    for (const int power : {-300, 300}) {
      CAPTURE(power);
      const units u{power};
      const auto scaled = moved(how(u), make(u), u);
      CHECK(scaled.first == plain.first);
      REQUIRE(scaled.second.size() == plain.second.size());
      CHECK(largest(scaled.second - plain.second) < 1e-12);  // an eigensolver need not scale to the bit
    }
  };
  same([](const units& u) { return an::split_propagator{.dt = u.time(0.1)}; },
       [](const units& u) { return noise<an::white_noise>(u, {200}); });
  same([](const units&) { return an::event_propagator{}; },
       [](const units& u) { return noise<an::reflections>(u, {200}); });
}

// h is exact with the shift, but its eigenvalues are rounded to some eps c, which turns phases by eps c t; the constant
// adds c N to energies, and its rounding. What is absorbed feels the turned phases only.

TEST_CASE("units: a constant added to h changes nothing but the energy, for all methods and observables") {
  for_each_method<double>([&](const char* name, const auto& run) {
    CAPTURE(name);
    const figures plain = run(units{});
    for (const double shift : {-1e6, 1e6}) {
      CAPTURE(shift);
      const figures shifted = run(units{0, shift});
      const double rounding = 1e6 * std::numeric_limits<double>::epsilon();
      CHECK(difference(plain.energies, shifted.energies, shift * (length / 2)) < 100 * rounding);
      CHECK(difference(plain.absorbed, shifted.absorbed) < 100 * rounding);
      CHECK(difference(plain.others, shifted.others) < 400 * rounding);
    }
  });
}

TEST_CASE("units: orbitals of a shifted h carry the phase e^{-i c t}, and absorbed energies no digits of c") {
  constexpr double c = 1e6, eps = std::numeric_limits<double>::epsilon();
  const auto moved = [](const units& u, double t) {
    const an::disorder_realization sample{hamiltonian<double>(u)};
    an::noise_path path(an::white_noise({2}, 0.75), an::philox(3, {}));
    auto stepper = an::split_propagator{.dt = 0.125}
                       .prepare(sample, path.noise())
                       .start(an::gaussian_state<double>(an::orbitals_t<double>::Identity(length, length)));
    stepper.evolve(t, path);
    double absorbed = 0;
    an::absorbed_energy{}.measure(stepper.snapshot(), std::span(&absorbed, 1));
    return std::pair{an::orbitals_t<double>(stepper.snapshot().orbitals()), absorbed};
  };
  for (const double t : {0.0, 0.125, 8.0}) {
    const auto [plain, plain_energy] = moved({}, t);
    const auto [shifted, shifted_energy] = moved({0, c}, t);
    CHECK(largest(shifted - std::polar(1.0, -c * t) * plain) <= 20 * eps * c * t + 100 * eps);
    CHECK(std::abs(shifted_energy - plain_energy) < 20 * eps * c);  // M = L: tr h at all times
  }
}

}  // namespace units_test
