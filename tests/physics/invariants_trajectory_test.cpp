// SPDX-License-Identifier: MIT
// Exact identities of single trajectories, invariants 1 .. 10 (8 with its reference data in reference_test.cpp).
#include "support.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

namespace invariants_trajectory_test {

using namespace support;

namespace {

constexpr index_t sites = 10, noisy = 4;
constexpr double strength = 1.0, dt = 0.1;
const double epsilon = Eigen::NumTraits<double>::epsilon();
const double ln2 = std::log(2.0);

sample chain() { return chain_sample(potential(sites, 1.5, 21)); }

/// C on sites [first, first + count).
matrix block(const matrix& c, index_t first, index_t count) { return c.block(first, first, count, count); }

/// sum_a s(n_a) from the eigenvalues of a block of C; the library takes other, smaller matrices.
double entropy_of(const matrix& c) {
  const an::vector_t<double> n = an::hermitian_eigenvalues<complex>(c);
  double s = 0;
  for (index_t a = 0; a < n.size(); ++a)
    if (n[a] > 1e-15 && n[a] < 1 - 1e-15) s -= n[a] * std::log(n[a]) + (1 - n[a]) * std::log1p(-n[a]);
  return s;
}

/// Particle-number variance Tr C_A (1 - C_A).
double fluctuations(const matrix& c) { return (c.trace() - c.cwiseProduct(c.transpose()).sum()).real(); }

/// A stepper in mid-life: 200 steps of noise behind it.
template <class P, class State>
auto shaken(const P& how, const State& state, std::uint64_t seed, index_t steps = 200) {
  const sample s = chain();
  auto stepper = how.prepare(s, an::white_noise({noisy}, strength)).start(prepared_state(state, s));
  stepper.advance(how.dt, phases(strength, how.dt, steps, seed));
  return stepper;
}

}  // namespace

// Rounding adds up at random, or at worst linearly: measured at most 5 eps a step, and a tenth of that for split.
TEST_CASE_TEMPLATE("invariant 1: U is unitary, C a projector of rank N; errors grow no faster than eps times steps", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const P how = with_step<P>(dt);
  double worst = 0;
  for (const index_t steps : {10, 100, 1000}) {
    const sample s = chain();
    const auto prepared = how.prepare(s, an::white_noise({noisy}, strength));
    const std::vector<double> phi = phases(strength, dt, steps, 1);
    auto propagator = prepared.start(an::gaussian_state<double>(an::orbitals_t<double>::Identity(sites, sites)));
    auto determinant = prepared.start(prepared_state(an::ground_state{3}, s));
    propagator.advance(dt, phi);
    determinant.advance(dt, phi);
    const an::orbitals_t<double>& u = propagator.orbitals();
    const matrix one = matrix::Identity(sites, sites), c = look(determinant.snapshot()).c;
    const an::vector_t<double> n = an::hermitian_eigenvalues<complex>(c);
    const double defect =
        std::max({distance(times_adjoint(u, u), one), distance(times(c, c), c), std::abs(c.trace() - 3.0),
                  n.head(sites - 3).cwiseAbs().maxCoeff(), (n.tail(3).array() - 1).abs().maxCoeff()});
    worst = std::max(worst, defect / (epsilon * static_cast<double>(steps)));
    CHECK(defect < epsilon * (100 + 10 * static_cast<double>(steps)));
  }
  MESSAGE("largest defect: " << worst << " eps per step");
}

TEST_CASE("invariant 2: both sides of a cut have the same entropy and fluctuations, none at the ends") {
  for (const index_t particles : {1, 3, 5, 8}) {
    const picture now = look(shaken(an::split_propagator{.dt = dt}, an::random_product_state{particles}, 2).snapshot());
    CAPTURE(particles);
    CHECK(now.entropy.front() == 0);
    CHECK(now.entropy.back() == 0);
    for (index_t cut = 1; cut < sites; ++cut) {
      const matrix a = block(now.c, 0, cut), b = block(now.c, cut, sites - cut);
      CHECK(now.entropy[at(cut)] > 0.01);                             // there is something to compare
      CHECK(std::abs(now.entropy[at(cut)] - entropy_of(a)) < 1e-11);  // eps ln eps for each eigenvalue near 0 or 1
      CHECK(std::abs(now.entropy[at(cut)] - entropy_of(b)) < 1e-11);
      CHECK(std::abs(fluctuations(a) - fluctuations(b)) < 1e-12);
    }
  }
}

TEST_CASE("invariant 3: entropies and fluctuations obey their bounds, which a bond between two sites attains") {
  for (const index_t particles : {1, 3, 5, 8})
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const picture now =
          look(shaken(an::split_propagator{.dt = dt}, an::random_product_state{particles}, seed).snapshot());
      for (index_t cut = 0; cut <= sites; ++cut) {
        const auto most = static_cast<double>(std::min({cut, sites - cut, particles, sites - particles}));
        CHECK(now.entropy[at(cut)] >= 0);
        CHECK(now.entropy[at(cut)] <= most * ln2 + 1e-12);
        if (cut > 0) CHECK(std::abs(now.entropy[at(cut)] - now.entropy[at(cut - 1)]) <= ln2 + 1e-12);
        if (cut > 0 && cut < sites) CHECK(fluctuations(block(now.c, 0, cut)) <= most / 4 + 1e-12);
      }
    }
  const picture bond = look(an::split_propagator{}
                                .prepare(chain_sample({0, 0}), an::white_noise({0}, strength))
                                .start(prepared_state(an::ground_state{1}, chain_sample({0, 0})))
                                .snapshot());
  CHECK(std::abs(bond.entropy[1] - ln2) < 1e-14);
  CHECK(std::abs(fluctuations(block(bond.c, 0, 1)) - 0.25) < 1e-14);
}

TEST_CASE("invariant 4: a kick changes no density and no entropy, only coherences of the noisy site") {
  auto stepper = shaken(an::split_propagator{.dt = dt}, an::ground_state{}, 4);
  for (const double phi : {0.3, -2.0, 3.0, 40.0}) {
    const picture before = look(stepper.snapshot());
    stepper.advance(0, std::array{phi});  // no flight
    const picture after = look(stepper.snapshot());
    CHECK(distance(before.density, after.density) < 1e-13);
    CHECK(distance(before.entropy, after.entropy) < 1e-12);
    matrix expected = before.c;  // C_cj -> e^{-i phi} C_cj, exp(-i phi n_c)
    expected.row(noisy) *= std::exp(-i_unit * phi);
    expected.col(noisy) *= std::exp(i_unit * phi);
    CHECK(distance(after.c, expected) < 1e-13);
    CHECK(distance(after.c, before.c) > 0.01);
    stepper.advance(dt, std::array{0.0});  // free flight does change both
    const picture later = look(stepper.snapshot());
    CHECK(distance(after.density, later.density) > 1e-4);
    CHECK(distance(after.entropy, later.entropy) > 1e-4);
  }
}

TEST_CASE("invariant 5: a kick changes the energy by 2 Re sum_j h_cj (e^{-i phi} - 1) C_cj, a flight does not") {
  auto stepper = shaken(an::split_propagator{.dt = dt}, an::ground_state{}, 5);
  const matrix h = chain_matrix(potential(sites, 1.5, 21));
  for (const double phi : {0.3, -2.0, 3.0, 0.5}) {
    const picture before = look(stepper.snapshot());
    stepper.advance(0, std::array{phi});
    const picture after = look(stepper.snapshot());
    complex sum = 0;
    for (const index_t j : {noisy - 1, noisy + 1})
      sum += h(noisy, j) * (std::exp(-i_unit * phi) - 1.0) * before.c(noisy, j);
    CHECK(std::abs(after.energy - before.energy - 2 * sum.real()) < 1e-13);
    CHECK(std::abs(sum.real()) > 1e-3);
    stepper.advance(0.7, std::array{0.0});
    CHECK(std::abs(stepper.energy() - after.energy) < 1e-13);
    CHECK(std::abs(stepper.energy() - energy(h, look(stepper.snapshot()).c)) < 1e-13);
  }
}

TEST_CASE("invariant 6: kicks matter modulo 2 pi only, and two reflections without flight are nothing") {
  const std::vector<double> phi = phases(strength, dt, 100, 6);
  std::vector<double> turned = phi;
  for (std::size_t k = 0; k < turned.size(); ++k) turned[k] += 2 * pi * (static_cast<double>(k % 7) - 3);
  const sample s = chain();
  const auto run = [&](const auto& how, const std::vector<double>& path) {
    return trajectory(how, s, an::ground_state{}, {noisy}, path);
  };
  const an::split_propagator split{.dt = dt};
  CHECK(distance(run(split, phi), run(split, turned)) < 1e-12);
  // The combined step is no product of kick and flight: a turn by 2 pi during the flight does matter.
  const an::dense_propagator combined{.dt = dt};
  CHECK(distance(run(combined, phi), run(combined, turned)) > 1e-2);

  auto stepper = shaken(split, an::ground_state{}, 6);
  const picture before = look(stepper.snapshot());
  stepper.advance(0, std::array{pi});
  CHECK(distance(look(stepper.snapshot()), before) > 1e-2);
  stepper.advance(0, std::array{pi});
  CHECK(distance(look(stepper.snapshot()), before) < 1e-13);
}

TEST_CASE_TEMPLATE("invariant 7: without noise energy and occupations of eigenstates are constant, U = exp(-i h t)", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const sample s = chain();
  const P how = with_step<P>(0.25);
  an::white_noise silence({noisy}, 0.0);
  an::noise_path path(silence, an::philox());
  auto stepper = how.prepare(s, silence).start(prepared_state(an::random_product_state{}, s));
  const picture start = look(stepper.snapshot());
  const an::matrix_t<double>& v = s.eigensystem().vectors;
  const auto occupations = [&](const matrix& c) {
    return an::vector_t<double>((v.transpose() * c.real() * v).diagonal());  // the imaginary part of C drops out
  };
  for (const double t : {0.25, 1.0, 20.0}) {
    CAPTURE(t);
    stepper.evolve(t, path);
    const picture now = look(stepper.snapshot());
    CHECK(std::abs(now.absorbed) < 1e-12);
    CHECK(std::abs(now.energy - start.energy) < 1e-12);
    CHECK((occupations(now.c) - occupations(start.c)).cwiseAbs().maxCoeff() < 1e-12);
    const matrix u = exponential(-i_unit * t * chain_matrix(potential(sites, 1.5, 21)));
    CHECK(distance(now.c, times_adjoint(times(u, start.c), u)) < 1e-12);
    CHECK(distance(now.c, start.c) > 0.01);
  }
}

TEST_CASE("invariant 7: without noise a localized particle stays, however long and whatever the size") {
  // The middle 41 of 81 sites, W = 6: localization length below 1, so 20 sites are as good as infinite.
  const std::vector<double> wide = potential(81, 6.0, 7);
  const auto displacement = [](const std::vector<double>& w, index_t center, const std::vector<double>& times) {
    const sample s = chain_sample(w);
    an::white_noise silence({center}, 0.0);
    an::noise_path path(silence, an::philox());
    auto stepper =
        an::split_propagator{.dt = 1e9}.prepare(s, silence).start(prepared_state(an::localized_excitation{center}, s));
    std::vector<double> square;
    for (const double t : times) {
      stepper.evolve(t, path);
      square.push_back(0);
      an::rms_displacement{an::chain(s.size()), center}.measure(stepper.snapshot(), std::span(&square.back(), 1));
    }
    const an::matrix_t<double>& v = s.eigensystem().vectors;
    double bound = 0;  // every mode in phase
    for (index_t i = 0; i < s.size(); ++i) {
      const double d = static_cast<double>(i - center),
                   amplitude = v.row(i).cwiseProduct(v.row(center)).cwiseAbs().sum();
      bound += d * d * amplitude * amplitude;
    }
    for (const double x : square) CHECK(x <= bound);
    return square;
  };
  const std::vector<double> times = an::log_times(0.1, 1e6, 5);
  const std::vector<double> large = displacement(wide, 40, times);
  const std::vector<double> small = displacement({wide.begin() + 20, wide.end() - 20}, 20, times);
  CHECK(distance(large, small) < 1e-6);
  CHECK(*std::ranges::max_element(large) > 0.1);  // it does move
  CHECK(*std::ranges::max_element(large) < 10);   // and W = 0 would have reached the ends, 20^2
}

TEST_CASE("invariant 8: Lie and Strang steps are conjugate by exp(-i h dt / 2)") {
  // Lie steps by matrices of our own: free flight, then kick.
  const std::vector<double> w = potential(sites, 1.5, 21), phi = phases(strength, dt, 50, 8);
  const matrix h = chain_matrix(w), flight = exponential(-i_unit * dt * h), half = exponential(-i_unit * dt / 2.0 * h);
  const sample s = chain();
  const auto lie = [&](const auto& state) {
    const an::gaussian_state<double> start = prepared_state(state, s);
    matrix u = start.orbitals();
    for (const double x : phi) {
      u = times(flight, u);
      u.row(noisy) *= std::exp(-i_unit * x);
    }
    return u;
  };
  const auto strang = [&](const auto& state) {
    return trajectory(an::split_propagator{.dt = dt}, s, state, {noisy}, phi);
  };
  const matrix turned = times(half, lie(an::ground_state{}));
  const picture ground = strang(an::ground_state{});
  CHECK(distance(ground.c, times_adjoint(turned, turned)) < 1e-12);  // exp(-i h dt / 2) leaves the ground state alone
  const matrix of_lie = times_adjoint(lie(an::ground_state{}), lie(an::ground_state{}));
  CHECK(std::abs(energy(h, of_lie) - ground.energy) < 1e-12);
  CHECK(distance(of_lie, ground.c) > 1e-2);
  const matrix product_lie = times_adjoint(lie(an::random_product_state{}), lie(an::random_product_state{}));
  CHECK(std::abs(energy(h, product_lie) - strang(an::random_product_state{}).energy) > 1e-4);  // no eigenstate
}

TEST_CASE("invariant 9: the number of kicks of angle theta in [0, t] is Poisson, mean gamma t / (2 (1 - cos theta))") {
  const sample dimer = chain_sample({0.3, -0.2});
  const an::gaussian_state<double> start = prepared_state(an::ground_state{1}, dimer);
  for (const double theta : {pi, pi / 2, 0.7}) {
    const double t = 20, mean = strength * t / (2 * (1 - std::cos(theta)));
    if (theta == pi) CHECK(std::abs(mean - strength * t / 4) < 1e-13);
    const auto noise_of = [&] {
      if (theta == pi) return an::kicks(an::reflections({1}, strength));
      return an::kicks({1}, strength, theta);
    };
    constexpr int runs = 20000;
    double sum = 0, squares = 0;
    const auto prepared = an::event_propagator{}.prepare(dimer, noise_of());
    for (int r = 0; r < runs; ++r) {
      an::noise_path path(noise_of(), an::philox(9, {an::purpose::noise, 0, r}));
      auto stepper = prepared.start(start);
      stepper.evolve(t / 3, path);
      stepper.evolve(t, path);
      const auto kicks = static_cast<double>(stepper.events());
      sum += kicks;
      squares += (kicks - mean) * (kicks - mean);
    }
    // Standard errors: sqrt(m / n) of the mean, sqrt((m + 2 m^2) / n) of the variance about the known mean.
    const double z_mean = (sum / runs - mean) / std::sqrt(mean / runs);
    const double z_variance = (squares / runs - mean) / std::sqrt((mean + 2 * mean * mean) / runs);
    MESSAGE("theta = " << theta << ": z = " << z_mean << " (mean), " << z_variance << " (variance)");
    CHECK(std::abs(z_mean) < 5.5);
    CHECK(std::abs(z_variance) < 5.5);
  }
}

TEST_CASE("invariant 10: white noise of strength gamma damps a coherence by exp(-gamma dt / 2)") {
  const double gamma = 0.7, step = 0.5;
  constexpr int draws = 100000;
  const std::vector<double> phi = phases(gamma, step, draws, 10);
  double cosine = 0, sine = 0;
  for (const double x : phi) cosine += std::cos(x) / draws, sine += std::sin(x) / draws;
  // Var cos(phi) = (1 - e^{-s})^2 / 2, Var sin(phi) = (1 - e^{-2 s}) / 2 with s = gamma dt.
  const double s = gamma * step;
  const double error = (1 - std::exp(-s)) / std::sqrt(2.0 * draws),
               sine_error = std::sqrt((1 - std::exp(-2 * s)) / (2.0 * draws));
  MESSAGE("z = " << (cosine - std::exp(-s / 2)) / error << " (real), " << sine / sine_error << " (imaginary)");
  CHECK(std::abs(cosine - std::exp(-s / 2)) < 5.5 * error);
  CHECK(std::abs(sine) < 5.5 * sine_error);
  CHECK(std::abs(cosine - std::exp(-s)) > 50 * error);                        // not exp(-gamma dt)
  CHECK(std::abs(cosine - std::exp(-gamma * step * step / 2)) > 50 * error);  // not sqrt(gamma) dt
}

TEST_CASE_TEMPLATE("invariant 10: without hopping every propagator damps by exp(-strength dt / 2), for any dt", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const sample atoms = chain_sample({0, 0, 0}, 0.0);
  for (const double step : {0.1, 1.0}) {
    const matrix c = average_of(with_step<P>(step), atoms, 1, 0.8)(matrix::Constant(3, 3, 1.0 / 3));
    for (index_t i = 0; i < 3; ++i)
      for (index_t j = 0; j < 3; ++j) {
        const bool damped = i != j && (i == 1 || j == 1);
        CHECK(std::abs(3.0 * c(i, j) - (damped ? std::exp(-0.4 * step) : 1.0)) < 1e-13);
      }
  }
}

}  // namespace invariants_trajectory_test
