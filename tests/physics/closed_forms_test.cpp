// SPDX-License-Identifier: MIT
// Results known in closed form, invariants 26 .. 29 (28 at larger size: saturation_test.cpp).
#include "support.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

namespace closed_forms_test {

using namespace support;

namespace {

/// n_1 - n_2 of one particle on two sites, from site 1.
double two_sites(double gamma, double t) {
  const complex o = std::sqrt(complex(4 - gamma * gamma / 16));
  return std::exp(-gamma * t / 4) * (std::cos(o * t) + gamma / (4.0 * o) * std::sin(o * t)).real();
}

const std::vector<double> checkpoints{0.2, 0.5, 1.0, 2.0, 4.0};

}  // namespace

TEST_CASE("invariant 26: two sites, averaged split steps, from underdamped to overdamped") {
  for (const index_t noisy : {0, 1})
    for (const double gamma : {0.5, 3.0, 12.0}) {
      CAPTURE(gamma);
      const sample s = chain_sample({0, 0});
      const double dt = 0.01;
      const averaged_step step = average_of(an::split_propagator{.dt = dt}, s, noisy, gamma);
      for (const double t : checkpoints) {
        const matrix c = step.repeated(projector(2, 0), std::lround(t / dt));
        CHECK(std::abs((c(0, 0) - c(1, 1)).real() - two_sites(gamma, t)) < gamma * dt * dt);  // the step's bias
      }
    }
}

TEST_CASE("invariant 26: two sites, by average()") {
  double worst = 0;
  for (const double gamma : {0.5, 12.0}) {
    const an::problem physics{an::anderson_model{an::chain{2}, {}}, an::white_noise{{1}, gamma},
                              an::localized_excitation{0}};
    const auto result = an::average(physics, an::split_propagator{.dt = 0.02}, checkpoints,
                                    an::observables{an::density_profile{}}, {.noise_realizations = 10000, .seed = 26});
    for (index_t k = 0; k < std::ssize(checkpoints); ++k)
      worst = std::max(worst, std::abs(2 * result["density"].mean(k, 0) - 1 - two_sites(gamma, checkpoints[at(k)])) /
                                  (2 * result["density"].error(k, 0)));
  }
  MESSAGE("max z = " << worst);
  CHECK(worst < 5.5);
}

TEST_CASE("invariant 27: without disorder E_k = -2 J cos(k pi / (L + 1)), sine waves") {
  for (const index_t length : {1, 2, 7, 100}) {
    const double hopping = 1.3, unit = pi / static_cast<double>(length + 1);
    const sample s = chain_sample(std::vector<double>(at(length), 0.0), hopping);
    const an::eigensystem<double>& eigen = s.eigensystem();
    for (index_t k = 1; k <= length; ++k) {
      CHECK(std::abs(eigen.values[k - 1] + 2 * hopping * std::cos(static_cast<double>(k) * unit)) < 1e-13);
      double overlap = 0;
      for (index_t i = 1; i <= length; ++i)
        overlap += eigen.vectors(i - 1, k - 1) * std::sqrt(2 / static_cast<double>(length + 1)) *
                   std::sin(static_cast<double>(k * i) * unit);
      CHECK(std::abs(std::abs(overlap) - 1) < 1e-11);  // rounding over the distance of levels, here above 1e-3
    }
  }
}

namespace {

/// Tr C_A (1 - C_A) of the left half.
struct half_fluctuations {
  std::string name() const { return "fluctuations"; }
  index_t extent(index_t) const { return 1; }
  template <an::linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    out[0] = 0;
    for (index_t i = 0; i < now.size() / 2; ++i) {
      out[0] += now.densities()[i];
      for (index_t j = 0; j < now.size() / 2; ++j) out[0] -= std::norm(now.correlation(i, j));
    }
  }
};

}  // namespace

// Large steps, since the stationary state does not depend on them; t = 2e4, since some samples relax slowly.
// Realizations are independent, one trajectory each.
TEST_CASE(
    "invariant 28: at late times states are Haar random: entropies 5/6 (L = 4), 6/5 (L = 6), fluctuations [slow]") {
  double worst = 0;
  for (const index_t length : {4, 6}) {
    const an::chain chain{length};
    const auto l = static_cast<double>(length);
    const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 1.0}},
                              an::white_noise{{chain.center()}, 1.0}, an::random_product_state{}};
    const auto result = an::average(physics, an::split_propagator{.dt = 5}, {2e4},
                                    an::observables{an::entanglement_entropy{length / 2}, half_fluctuations{}},
                                    {.disorder_realizations = 6000, .seed = 28});
    const auto z = [&](const std::string& name, double exact) {
      const double mean = result[name].mean(0, 0), error = result[name].error(0, 0);
      MESSAGE("L = " << length << ": " << name << " = " << mean << " +- " << error << ", exact " << exact);
      CHECK(std::abs(mean - 0.95 * exact) > 8 * error);  // a value wrong by 5 % would be noticed
      return std::abs(mean - exact) / error;
    };
    const double fluctuations = std::pow(l / 2, 4) / (l * (l * l - 1));  // l (L-l) N (L-N) / (L (L^2-1)), l = N = L/2
    worst = std::max({worst, z("entropy_cut" + std::to_string(length / 2), length == 4 ? 5.0 / 6 : 6.0 / 5),
                      z("fluctuations", fluctuations)});
  }
  MESSAGE("max z = " << worst);
  CHECK(worst < 5.5);
}

TEST_CASE(
    "invariant 29: kicks exp(-i theta P) of one sign dephase like white noise, with the Hamiltonian + (gamma / 2) "
    "cot(theta / 2) P") {
  // The kick of the invariant's text is exp(+i theta P), whose Hamiltonian has the other sign.
  const std::vector<double> w = potential(4, 1.0, 29);
  const matrix h = chain_matrix(w);
  const double gamma = 0.9;
  const index_t c = 1;
  for (const double theta : {pi, 2.0, -2.0, 0.5}) {
    const double rate = gamma / (2 * (1 - std::cos(theta)));
    matrix kick = matrix::Identity(4, 4);
    kick(c, c) = std::exp(-i_unit * theta);
    // rate (K C K^dagger - C) and the free part, column by column
    matrix kicked = lindblad_generator(h, {}, 0), both = kicked;
    for (index_t k = 0; k < 16; ++k) {
      const matrix unit = unstacked(vector::Unit(16, k), 4), after = times_adjoint(times(kick, unit), kick);
      kicked.col(k) += rate * stacked(after - unit);
      both.col(k) += rate / 2 * stacked(after - unit);
      both.col(k) += rate / 2 * stacked(times(times(kick.adjoint(), unit), kick) - unit);
    }
    const matrix shifted = h + gamma / 2 / std::tan(theta / 2) * projector(4, c);
    CHECK(distance(kicked, lindblad_generator(shifted, {c}, gamma)) < 1e-13);
    CHECK(distance(both, lindblad_generator(h, {c}, gamma)) < 1e-13);  // random sign: no Hamiltonian
  }
}

TEST_CASE("invariant 29: library flights and kicks at random times average to it") {
  const std::vector<double> w = potential(4, 1.0, 29);
  const sample s = chain_sample(w);
  const double gamma = 0.9, theta = 1.2, rate = gamma / (2 * (1 - std::cos(theta))), t = 3;
  const auto prepared = an::split_propagator{}.prepare(s, an::white_noise({1}, gamma));
  const auto start = prepared_state(an::product_state{{0, 1, 1, 0}}, s);
  const matrix h = chain_matrix(w), shifted = h + gamma / 2 / std::tan(theta / 2) * projector(4, 1);
  const matrix c0 = product({0, 1, 1, 0});
  const matrix both = evolved(lindblad_generator(h, {1}, gamma), c0, t);
  const matrix single = evolved(lindblad_generator(shifted, {1}, gamma), c0, t);
  const auto largest_z = [&](bool random_sign, const matrix& expected) {
    an::moments<double> sum;
    an::philox rng(29, {});
    std::array<double, 4> n{};
    const std::array none{0.0};
    for (int run = 0; run < 10000; ++run) {
      auto stepper = prepared.start(start);
      double left = t;
      for (double wait; (wait = an::exponential(rng) / rate) < left; left -= wait) {
        stepper.advance(wait, none);
        stepper.advance(0, std::array{random_sign && an::uniform01(rng) < 0.5 ? -theta : theta});
      }
      stepper.advance(left, none);
      an::density_profile{}.measure(stepper.snapshot(), n);
      sum.add(n);
    }
    double z = 0;
    for (index_t i = 0; i < 4; ++i)
      z = std::max(z, std::abs(sum.mean()[i] - expected(i, i).real()) / std::sqrt(sum.variance()[i] / 10000));
    return z;
  };
  const double z_both = largest_z(true, both), z_single = largest_z(false, single), z_wrong = largest_z(false, both);
  MESSAGE("max z = " << z_both << " (random sign), " << z_single << " (one sign), " << z_wrong
                     << " (one sign, no Hamiltonian)");
  CHECK(z_both < 5.5);
  CHECK(z_single < 5.5);
  CHECK(z_wrong > 8);
}

}  // namespace closed_forms_test
