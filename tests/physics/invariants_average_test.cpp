// SPDX-License-Identifier: MIT
// Exact identities of noise averages, invariants 11 .. 20 and 29. The average over one step of a library propagator is
// done exactly (averaged_step) where the identity is exact for steps, or where the step's bias can be bounded;
// otherwise average() is compared within its errors.
#include "support.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

namespace invariants_average_test {

using namespace support;

namespace {

matrix start_of(const auto& state, const sample& s) {
  const an::gaussian_state<double> start = prepared_state(state, s);
  return start.orbitals() * start.occupations().asDiagonal() * start.orbitals().adjoint();
}

/// d/dt of the averaged C at t = 0, from library steps of dt and dt / 2. Error O(dt^2), here about 1e-6.
template <class P>
matrix slope(const sample& s, index_t noisy, double gamma, const matrix& c) {
  constexpr double dt = 1e-3;
  const auto difference = [&](double step) {
    return matrix((average_of(with_step<P>(step), s, noisy, gamma)(c) - c) / step);
  };
  return 2 * difference(dt / 2) - difference(dt);
}

an::vector_t<double> spectrum(const matrix& c) { return an::hermitian_eigenvalues<complex>(c); }

/// sum_{j != c} |C_cj|^2
double coherence(const matrix& c, index_t noisy) { return c.row(noisy).squaredNorm() - std::norm(c(noisy, noisy)); }

/// -gamma sum_{j != c} h_cj Re C_cj
double heating(const matrix& h, const matrix& c, index_t noisy, double gamma) {
  double sum = 0;
  for (index_t j = 0; j < h.rows(); ++j)
    if (j != noisy) sum -= gamma * h(noisy, j).real() * c(noisy, j).real();
  return sum;
}

}  // namespace

TEST_CASE_TEMPLATE("invariant 11: dG/dt = i [h, G] - (gamma / 2) {P, G} + gamma P G P", P, an::dense_propagator,
                   an::krylov_propagator, an::split_propagator) {
  const std::vector<double> w = potential(6, 2.0, 31);
  const sample s = chain_sample(w);
  const matrix h = chain_matrix(w), p = projector(6, 2);
  const double gamma = 0.8;
  // A state in mid-life: complex coherences everywhere.
  const matrix c = average_of(with_step<P>(0.1), s, 2, gamma).repeated(product({1, 0, 1, 1, 0, 0}), 7);
  const matrix g = c.transpose();
  const matrix expected =
      i_unit * (times(h, g) - times(g, h)) - gamma / 2 * (times(p, g) + times(g, p)) + gamma * times(times(p, g), p);
  CHECK(distance(slope<P>(s, 2, gamma, c), expected.transpose()) < 1e-5);
  CHECK(distance(expected, expected.transpose()) > 0.1);  // the transpose matters
}

TEST_CASE_TEMPLATE("invariant 11: trace and Hermiticity stay, 0 <= C <= 1, for any dt", P, an::dense_propagator,
                   an::krylov_propagator, an::split_propagator) {
  const sample s = chain_sample(potential(6, 2.0, 32));
  matrix c = product({1, 0, 1, 1, 0, 0});
  const averaged_step step = average_of(with_step<P>(0.4), s, 2, 1.0);
  for (int k = 0; k < 100; ++k) {
    c = step(c);
    CHECK(std::abs(c.trace() - 3.0) < 1e-12);
    CHECK(distance(c, c.adjoint()) < 1e-14);
    CHECK(spectrum(c).minCoeff() > -1e-13);
    CHECK(spectrum(c).maxCoeff() < 1 + 1e-13);
  }
}

TEST_CASE("invariant 12: the heating rate is -gamma sum_j h_cj Re C_cj, bounded by gamma J / sqrt 2") {
  for (const std::uint64_t seed : {1U, 2U, 3U})
    for (const double gamma : {0.3, 1.0, 4.0}) {
      const std::vector<double> w = potential(6, 1.0, seed);
      const sample s = chain_sample(w);
      const matrix h = chain_matrix(w);
      matrix c = start_of(an::ground_state{}, s);
      CHECK(heating(h, c, 2, gamma) > 0.05 * gamma);  // the ground state can only gain
      const averaged_step step = average_of(an::split_propagator{.dt = 0.25}, s, 2, gamma);
      for (int k = 0; k < 20; ++k) {
        const double rate = heating(h, c, 2, gamma);
        CHECK(std::abs(energy(h, slope<an::split_propagator>(s, 2, gamma, c)) - rate) < 1e-5 * gamma * (1 + gamma));
        CHECK(std::abs(rate) <= gamma / std::sqrt(2.0));
        const double n = c(2, 2).real();
        CHECK(coherence(c, 2) <= n * (1 - n) + 1e-13);
        c = step(c);
      }
    }
}

TEST_CASE("invariant 12: average() heats the ground state at this rate") {
  const std::vector<double> w = potential(6, 1.0, 4);
  const sample s = chain_sample(w);
  const matrix h = chain_matrix(w), c0 = start_of(an::ground_state{}, s);
  const double t = 0.02;  // second order in t by the exact equation
  const double exact = energy(h, evolved(lindblad_generator(h, {2}, 1.0), c0, t)) - energy(h, c0);
  CHECK(std::abs(exact / t - heating(h, c0, 2, 1.0)) < 0.02);
  const auto result = an::average(an::problem{an::anderson_model{an::chain{6}, 1.0, an::given_potential{w}},
                                              an::white_noise{{2}, 1.0}, an::ground_state{}},
                                  an::split_propagator{.dt = t}, {t}, an::observables{an::absorbed_energy{}},
                                  {.noise_realizations = 20000});
  const double mean = result["absorbed_energy"].mean(0, 0), error = result["absorbed_energy"].error(0, 0);
  MESSAGE("z = " << (mean - exact) / error << ", rate " << mean / t << " +- " << error / t);
  CHECK(std::abs(mean - exact) < 5.5 * error);
  CHECK(mean > 20 * error);
}

TEST_CASE("invariant 13: d Tr C^2 / dt = -2 gamma sum_j |C_cj|^2; later spectra are majorized, the entropy grows") {
  const double gamma = 0.8;
  const sample s = chain_sample(potential(6, 1.0, 33));
  const auto entropy = [](const matrix& c) {
    double sum = 0;
    for (const double n : spectrum(c)) sum += an::detail::binary_entropy(n);
    return sum;
  };
  matrix c = start_of(an::ground_state{}, s);
  const averaged_step step = average_of(an::split_propagator{.dt = 0.2}, s, 2, gamma);
  for (int k = 0; k < 30; ++k) {
    const double rate = 2 * slope<an::split_propagator>(s, 2, gamma, c).cwiseProduct(c.transpose()).sum().real();
    CHECK(std::abs(rate + 2 * gamma * coherence(c, 2)) < 1e-5);
    CHECK(coherence(c, 2) > 1e-4);
    const matrix later = step(c);
    CHECK(entropy(later) > entropy(c));
    const an::vector_t<double> before = spectrum(c), after = spectrum(later);  // ascending
    for (index_t m = 1; m <= 6; ++m) CHECK(after.tail(m).sum() <= before.tail(m).sum() + 1e-13);
    c = later;
  }
}

TEST_CASE_TEMPLATE("invariant 14: multiples of 1 are stationary, for any dt", P, an::dense_propagator,
                   an::krylov_propagator, an::split_propagator) {
  const sample s = chain_sample(potential(6, 2.0, 34));
  const matrix c = 0.37 * matrix::Identity(6, 6);
  CHECK(distance(average_of(with_step<P>(0.5), s, 2, 1.0).repeated(c, 100), c) < 1e-12);
}

TEST_CASE("invariant 14: C -> N / L for every disorder and start; not if a mode has no weight on the noisy site") {
  const auto at_late_times = [](const std::vector<double>& w, index_t noisy, const matrix& c) {
    const sample s = chain_sample(w);
    const matrix map = average_of(an::split_propagator{.dt = 0.1}, s, noisy, 1.0).superoperator();
    return unstacked(power(map, index_t{1} << 20) * stacked(c), c.rows());  // t = 1e5; rounding 2^20 eps = 2e-10
  };
  for (const double strength : {0.0, 1.0, 2.0})  // W = 0 with even L and c = L/2 - 1 is no exception
    for (const std::uint64_t seed : {1U, 2U}) {
      const std::vector<double> w = potential(4, strength, seed);
      const sample s = chain_sample(w);
      for (const matrix& c :
           {start_of(an::ground_state{}, s), start_of(an::ground_state{1}, s), product({1, 1, 0, 1})}) {
        const double filling = c.trace().real() / 4, half = std::accumulate(w.begin(), w.end(), 0.0);
        const matrix late = at_late_times(w, 1, c);
        CHECK(distance(late, filling * matrix::Identity(4, 4)) < 1e-8);
        CHECK(std::abs(energy(chain_matrix(w), late) - filling * half) < 1e-8);
      }
    }
  // W = 0, five sites, noise in the middle: antisymmetric modes vanish there.
  CHECK(an::chain(5).center() == 2);
  CHECK(distance(at_late_times({0, 0, 0, 0, 0}, 2, product({1, 0, 0, 0, 1})), 0.4 * matrix::Identity(5, 5)) > 0.05);
}

TEST_CASE_TEMPLATE("invariant 15: P_ij = avg |U_ij|^2 has row and column sums 1, P_ij = P_ji, P_ij(w) = P_ij(-w)", P,
                   an::dense_propagator, an::krylov_propagator, an::split_propagator) {
  const auto probabilities = [](const std::vector<double>& w) {
    const averaged_step step = average_of(with_step<P>(0.3), chain_sample(w), 2, 1.0);
    an::matrix_t<double> p(6, 6);
    for (index_t j = 0; j < 6; ++j) p.col(j) = step.repeated(projector(6, j), 10).diagonal().real();
    return p;
  };
  const std::vector<double> w = potential(6, 2.0, 35);
  const an::matrix_t<double> p = probabilities(w);
  CHECK((p.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-13);
  CHECK((p.colwise().sum().array() - 1).abs().maxCoeff() < 1e-13);
  CHECK((p - p.transpose()).cwiseAbs().maxCoeff() < 1e-13);
  CHECK((p - probabilities(scaled(w, -1))).cwiseAbs().maxCoeff() < 1e-13);
  CHECK((p - probabilities({w.rbegin(), w.rend()})).cwiseAbs().maxCoeff() > 1e-2);  // not any sample will do
}

namespace {

/// average() over the same noise paths for any start.
an::result_table<double> transport(const auto& state) {
  const an::problem physics{an::anderson_model{an::chain{6}, {.hopping = 1.0, .disorder = 2.0}},
                            an::white_noise{{2}, 1.0}, state};
  return an::average(physics, an::split_propagator{.dt = 0.1}, {0.5, 3.0, 20.0},
                     an::observables{an::density_profile{}, an::density_correlations{}},
                     {.disorder_realizations = 10, .noise_realizations = 10, .seed = 36});
}

}  // namespace

TEST_CASE("invariant 15: sum_i C_ij = 1/4 for density correlations (eq. 17)") {
  for (const index_t j : {0, 2, 5}) {
    const auto result = transport(an::localized_excitation{j});
    for (index_t k = 0; k < 3; ++k) {
      CHECK(std::abs(result["density_correlation"].mean.row(k).sum() - 0.25) < 1e-13);
      CHECK(std::abs(result["density_correlation"].mean(k, j) - result["density"].mean(k, j) / 4) < 1e-15);
    }
  }
}

TEST_CASE("invariant 16: from a product state the averaged density is sum_j P_ij n_j(0)") {
  const std::vector<double> n0{1, 0, 0.25, 1, 0, 0.5};
  an::series<double>::array expected = an::series<double>::array::Zero(3, 6);
  for (index_t j = 0; j < 6; ++j) expected += n0[at(j)] * transport(an::localized_excitation{j})["density"].mean;
  const auto result = transport(an::product_state{n0});
  CHECK((result["density"].mean - expected).abs().maxCoeff() < 1e-13);  // the same paths: exact
  CHECK((result["density"].mean.row(0) - result["density"].mean.row(2)).abs().maxCoeff() > 0.01);
}

TEST_CASE("invariant 17: R -> sqrt((L^2 + 2) / 12) from the center, half of it with the factor 1/4") {
  for (const index_t length : {4, 12, 100}) {
    const an::chain chain{length};
    const sample s = chain_sample(potential(length, 1.0, 37));
    const an::given_orbitals<double> uniform(an::orbitals_t<double>::Identity(length, length),
                                             an::vector_t<double>::Constant(length, 1.0 / static_cast<double>(length)));
    auto stepper =
        an::split_propagator{}.prepare(s, an::white_noise({chain.center()}, 1.0)).start(prepared_state(uniform, s));
    stepper.advance(0.1, phases(1.0, 0.1, 10, 37));  // C = 1 / L stays so
    const auto displacement = [&](an::displacement_of of) {
      const an::rms_displacement observable{chain, chain.center(), of};
      double square = 0;
      observable.measure(stepper.snapshot(), std::span(&square, 1));
      return observable.finish(square);
    };
    const auto l = static_cast<double>(length);
    const double limit = std::sqrt((l * l + 2) / 12);
    if (length == 100) CHECK(std::abs(limit - 28.870) < 1e-3);
    CHECK(std::abs(displacement(an::displacement_of::probability) - limit) < 1e-12 * l);
    CHECK(std::abs(displacement(an::displacement_of::correlation) - limit / 2) < 1e-12 * l);
  }
}

TEST_CASE("invariant 18: the return probability obeys the renewal equation f = K + gamma K * f") {
  const std::vector<double> w = potential(4, 1.0, 38);
  const index_t c = 1;
  const double gamma = 0.8, h = 0.025;  // steps of the time grid
  constexpr index_t steps = 240;
  const sample s = chain_sample(w);
  const auto returning = [&](double dt) {  // library
    const averaged_step step = average_of(an::split_propagator{.dt = dt}, s, c, gamma);
    const auto repeats = static_cast<index_t>(std::lround(h / dt));
    matrix state = projector(4, c);
    std::vector<double> f{1.0};
    for (index_t k = 0; k < steps; ++k) {
      state = step.repeated(state, repeats);
      f.push_back(state(c, c).real());
    }
    return f;
  };
  const std::vector<double> coarse = returning(h), fine = returning(h / 2);
  const matrix damped = exponential(-i_unit * h * (chain_matrix(w) - i_unit * gamma / 2.0 * projector(4, c)));
  std::vector<double> survival, f;
  matrix u = matrix::Identity(4, 4);
  for (index_t k = 0; k <= steps; ++k) {
    survival.push_back(std::norm(u(c, c)));
    u = times(damped, u);
    f.push_back((4 * fine[at(k)] - coarse[at(k)]) / 3);  // Richardson: error O(dt^4)
  }
  double worst = 0;
  for (index_t n = 2; n <= steps; n += 2) {  // Simpson's rule
    double sum = 0;
    for (index_t k = 0; k <= n; ++k)
      sum += (k == 0 || k == n ? 1 : k % 2 == 1 ? 4 : 2) * f[at(k)] * survival[at(n - k)];
    worst = std::max(worst, std::abs(f[at(n)] - survival[at(n)] - gamma * sum * h / 3));
  }
  MESSAGE("largest violation " << worst << ", largest term " << 1 - survival[steps]);
  CHECK(worst < 1e-6);  // h^4 of Simpson and Richardson
  // gamma int_0^infinity K = 1: every particle is caught in the end. Integral over [0, T] by doubling,
  // I(2 T) = I(T) + V(T) I(T) V(T)^dagger with I = int V |c><c| V^dagger, from a short Simpson piece.
  matrix integral = matrix::Zero(4, 4), v = matrix::Identity(4, 4);
  const matrix half = exponential(-i_unit * (h / 2) * (chain_matrix(w) - i_unit * gamma / 2.0 * projector(4, c)));
  for (const double weight : {1.0, 4.0, 1.0}) {
    integral += weight * h / 6 * times_adjoint(times(v, projector(4, c)), v);
    v = times(half, v);
  }
  v = damped;
  for (int k = 0; k < 20; ++k) {
    integral += times_adjoint(times(v, integral), v);
    v = times(v, v);
  }
  CHECK(std::abs(gamma * integral(c, c) - 1.0) < 1e-6);
}

namespace {

/// <n_i n_j> for i < j of one Slater determinant, by Wick's theorem.
struct pair_densities {
  std::string name() const { return "pairs"; }
  index_t extent(index_t n) const { return n * (n - 1) / 2; }
  template <an::linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    std::size_t k = 0;
    for (index_t i = 0; i < now.size(); ++i)
      for (index_t j = i + 1; j < now.size(); ++j)
        out[k++] = now.densities()[i] * now.densities()[j] - std::norm(now.correlation(i, j));
  }
};

}  // namespace

TEST_CASE("invariant 19: <n_i n_j> of the averaged state is the same for white noise and kicks; it is not Gaussian") {
  const std::vector<double> w = potential(4, 1.0, 39);
  const double gamma = 1.0, t = 4.0;
  const matrix h = chain_matrix(w);
  // Two particles on the six pairs i < j. Hopping between neighbors never exchanges them: no signs.
  std::vector<std::pair<index_t, index_t>> pairs;
  for (index_t i = 0; i < 4; ++i)
    for (index_t j = i + 1; j < 4; ++j) pairs.emplace_back(i, j);
  matrix two = matrix::Zero(6, 6);
  for (index_t a = 0; a < 6; ++a)
    for (index_t b = 0; b < 6; ++b) {
      const auto [i, j] = pairs[at(a)];
      const auto [k, l] = pairs[at(b)];
      if (j == l) two(a, b) += h(i, k);
      if (i == k) two(a, b) += h(j, l);
    }
  matrix generator = lindblad_generator(two, {}, 0);
  const auto kicked = [&](index_t a) { return pairs[at(a)].first == 1 || pairs[at(a)].second == 1; };
  for (index_t a = 0; a < 6; ++a)
    for (index_t b = 0; b < 6; ++b)
      if (kicked(a) != kicked(b)) generator(a + 6 * b, a + 6 * b) -= gamma / 2;
  const matrix rho = evolved(generator, projector(6, 3), t);  // from sites 1 and 2

  const an::product_state start{{0, 1, 1, 0}};
  const auto average = [&](const auto& noise, const auto& how) {
    return an::average(an::problem{an::anderson_model{an::chain{4}, 1.0, an::given_potential{w}}, noise, start}, how,
                       {t}, an::observables{pair_densities{}}, {.noise_realizations = 20000, .seed = 39});
  };
  const auto white = average(an::white_noise{{1}, gamma}, an::split_propagator{.dt = 0.05});
  const auto reflected = average(an::reflections{{1}, gamma}, an::event_propagator{});
  const auto turned = average(an::kicks{{1}, gamma, 1.0}, an::event_propagator{});

  const matrix c = evolved(lindblad_generator(h, {1}, gamma), product({0, 1, 1, 0}), t);
  double z_white = 0, z_reflected = 0, z_turned = 0, not_gaussian = 0;
  for (index_t a = 0; a < 6; ++a) {
    const auto [i, j] = pairs[at(a)];
    const double exact = rho(a, a).real(), wick = (c(i, i) * c(j, j)).real() - std::norm(c(i, j));
    const auto z = [a](const auto& result, double expected) {
      return std::abs(result["pairs"].mean(0, a) - expected) / result["pairs"].error(0, a);
    };
    z_white = std::max(z_white, z(white, exact));
    z_reflected = std::max(z_reflected, z(reflected, exact));
    z_turned = std::max(z_turned, z(turned, exact));
    not_gaussian = std::max(not_gaussian, z(white, wick));
  }
  MESSAGE("max z = " << z_white << " (white noise), " << z_reflected << " (reflections), " << z_turned
                     << " (kicks of angle 1), " << not_gaussian << " (from the averaged C by Wick's theorem)");
  CHECK(z_white < 5.5);
  CHECK(z_reflected < 5.5);
  CHECK(z_turned < 5.5);
  CHECK(not_gaussian > 15);
}

TEST_CASE("invariant 20: at short times the noise is felt only inside a light cone, gamma t (2 J t)^{2 d} / (2 d)!") {
  const std::vector<double> w = potential(12, 1.0, 40);
  const sample s = chain_sample(w);
  const index_t c = 5;
  const double gamma = 1.0;
  const matrix start = product({1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1});
  double largest = 0;
  for (const double t : {0.25, 0.5, 1.0}) {
    const auto densities = [&](double strength) {
      return an::vector_t<double>(
          average_of(an::split_propagator{.dt = t / 20}, s, c, strength).repeated(start, 20).diagonal().real());
    };
    const an::vector_t<double> change = densities(gamma) - densities(0);
    for (index_t i = 0; i < 12; ++i) {
      const auto d = static_cast<double>(std::abs(i - c));
      const double bound = gamma * t * std::pow(2 * t, 2 * d) / std::tgamma(2 * d + 1);
      largest = std::max(largest, std::abs(change[i]) / bound);
      CHECK(std::abs(change[i]) < bound + 1e-15);
    }
    CHECK(std::abs(change[c - 1]) > 1e-4);
  }
  MESSAGE("largest change / bound: " << largest);
}

namespace {

/// Kicks of angle +theta only, at the rate gamma / (2 (1 - cos theta)).
struct one_way_kicks {
  std::vector<index_t> sites;
  double gamma, theta;

  std::span<const index_t> support() const { return sites; }
  void restart(auto& /*rng*/) {}
  an::noise_event next_event(double /*t*/, auto& rng) const {
    return {an::exponential(rng) * 2 * (1 - std::cos(theta)) / gamma, 0, theta};
  }
};
static_assert(an::event_noise<one_way_kicks>);

}  // namespace

TEST_CASE("invariant 29: kicks of fixed sign add the potential (gamma / 2) cot(theta / 2) n_c; random signs do not") {
  const std::vector<double> w = potential(5, 1.0, 41);
  const matrix h = chain_matrix(w);
  const double gamma = 1.0, t = 3.0;
  const index_t c = 2;
  const matrix c0 = start_of(an::ground_state{}, chain_sample(w));
  /// Largest deviation of densities and energy from the Lindblad equation with h + shift n_c, in standard errors.
  const auto deviation = [&](const auto& noise, double shift) {
    const auto result = an::average(
        an::problem{an::anderson_model{an::chain{5}, 1.0, an::given_potential{w}}, noise, an::ground_state{}},
        an::event_propagator{}, {t}, an::observables{an::energy{}, an::density_profile{}},
        {.noise_realizations = 20000, .seed = 41});
    const matrix expected = evolved(lindblad_generator(h + shift * projector(5, c), {c}, gamma), c0, t);
    double worst = std::abs(result["energy"].mean(0, 0) - energy(h, expected)) / result["energy"].error(0, 0);
    for (index_t i = 0; i < 5; ++i)
      worst = std::max(worst,
                       std::abs(result["density"].mean(0, i) - expected(i, i).real()) / result["density"].error(0, i));
    return worst;
  };
  for (const double theta : {1.0, 2.0}) {
    const double shift = gamma / 2 / std::tan(theta / 2);
    const one_way_kicks forth{{c}, gamma, theta}, back{{c}, gamma, -theta};
    const an::kicks both({c}, gamma, theta);
    const double z_forth = deviation(forth, shift), z_back = deviation(back, -shift), z_both = deviation(both, 0);
    MESSAGE("theta = " << theta << ": z = " << z_forth << " (forth), " << z_back << " (back), " << z_both
                       << " (random signs)");
    CHECK(z_forth < 5.5);
    CHECK(z_back < 5.5);
    CHECK(z_both < 5.5);
    CHECK(deviation(forth, 0) > 10);
    CHECK(deviation(forth, -shift) > 10);
  }
  CHECK(deviation(one_way_kicks{{c}, gamma, pi}, 0) < 5.5);  // cot(pi / 2) = 0
}

}  // namespace invariants_average_test
