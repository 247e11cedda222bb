// SPDX-License-Identifier: MIT
// What exact_noise_average promises of its error: held to closed forms, and to long double over random problems.
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include "support/exact_run.hpp"
#include "support/lindblad.hpp"
#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

namespace exact_bounds_test {

namespace {

using support::exact_run;
using support::rates_only;

constexpr an::exact_noise_average in_time{}, at_random_times{.reading = an::averaged_at::exponential_times};

auto chain_realization(const std::vector<double>& w, double hopping = 1) {
  an::philox rng;
  return an::disorder_realization(
      an::anderson_model{an::chain(std::ssize(w)), hopping, an::given_potential{w}}.draw(rng));
}

/// n_0 - n_1 of a clean dimer with a particle on site 0 at t = 0 and coherence that decays at the rate `decay`: gamma /
/// 2 with noise on one site, gamma with noise on both. y'' + decay y' + 4 J^2 y = 0.
long double imbalance(long double decay, long double t) {
  const long double root = std::sqrt(std::abs(decay * decay / 4 - 4)), envelope = std::exp(-decay * t / 2);
  if (decay < 4) return envelope * (std::cos(root * t) + decay / (2 * root) * std::sin(root * t));
  const long double fast = decay / 2 + root, slow = 4 / fast;
  return (fast * std::exp(-slow * t) - slow * std::exp(-fast * t)) / (fast - slow);
}

}  // namespace

TEST_CASE(
    "exact_noise_average: strong noise on both sites of a dimer is diffusion with the rate 8 J^2 / gamma [closed "
    "form]") {
  const auto dimer = chain_realization({0, 0});
  an::philox rng;
  const auto start = an::localized_excitation{0}.prepare(dimer, rng);
  for (double gamma = 1; gamma < 2e15; gamma *= 10) {
    CAPTURE(gamma);
    exact_run both(in_time, dimer, {{0, 1}, {gamma, gamma}}, start), one(in_time, dimer, {{1}, {gamma}}, start);
    for (const double t : {gamma / 100, gamma / 4, 3 * gamma}) {
      const auto n = both.at(t).densities(), m = one.at(t).densities();
      const double error = std::abs(n[0] - n[1] - static_cast<double>(imbalance(gamma, t))) / 2,
                   other = std::abs(m[0] - m[1] - static_cast<double>(imbalance(gamma / 2, t))) / 2;
      CHECK(error < 3 * both.moving.error_estimate());
      CHECK(other < 3 * one.moving.error_estimate());
      if (gamma < 1e7) CHECK(std::max(error, other) < 1e-8);
    }
  }
}

TEST_CASE(
    "exact_noise_average: next to an exceptional point the estimate knows, or the call refuses [closed form] [slow]") {
  const auto dimer = chain_realization({0, 0});
  an::philox rng;
  const auto start = an::localized_excitation{0}.prepare(dimer, rng);
  int refused = 0;
  for (double distance = 1e-1; distance > 1e-15; distance /= 10)
    for (const double side : {-1.0, 1.0}) {
      const double gamma = 8 * (1 + side * distance);  // where the decay is 4 J: of the density; h_eff meets at 4
      for (const double g : {gamma, gamma / 2}) {
        CAPTURE(g);
        try {
          exact_run r(in_time, dimer, {{1}, {g}}, start);
          for (const double t : {0.3, 1.0, 5.0, 20.0}) {
            const auto n = r.at(t).densities();
            CHECK(std::abs(n[0] - n[1] - static_cast<double>(imbalance(g / 2, t))) / 2 < 3 * r.moving.error_estimate());
          }
        } catch (const std::runtime_error&) {
          ++refused;
        }
      }
    }
  MESSAGE("refused " << refused << " of 60");
  CHECK(refused < 30);
}

TEST_CASE("exact_noise_average: the default keeps its tolerance on twelve sites at t = 1e4 [long double] [slow]") {
  an::philox rng(4, {});
  const an::disorder_realization realization(
      an::anderson_model<an::chain>{an::chain{12}, {.hopping = 1.0, .disorder = 3.0}}.draw(rng));
  const rates_only noise{{5}, {1.0}};
  const auto start = an::localized_excitation{5}.prepare(realization, rng);
  exact_run r(in_time, realization, noise, start);
  an::vector_t<long double> gamma = an::vector_t<long double>::Zero(12);
  gamma[5] = 1;
  const an::detail::lindblad_exponentials<long double> exact(
      an::detail::dephasing_generator<long double>(realization.hamiltonian().dense().cast<std::complex<long double>>(),
                                                   gamma),
      12);
  const an::vector_t<long double> c0 = an::detail::packed<long double>(
      an::averaged_state<double>(start).correlations().cast<std::complex<long double>>());
  exact_run cheap(an::exact_noise_average{.tolerance = 1e-4, .max_work = 1e5}, realization, noise, start);
  for (const double t : {1e1, 1e2, 1e3, 1e4}) {
    an::vector_t<long double> x = c0;
    exact.apply(t, x);
    const auto c = an::detail::unpacked<long double>(x, 12).cast<std::complex<double>>().eval();
    CAPTURE(t);
    CHECK(support::largest(r.at(t).state().correlations() - c) < 1e-8);
    CHECK(r.moving.error_estimate() < 1e-8);
    const double error = support::largest(cheap.at(t).state().correlations() - c);
    CHECK(error < 3 * cheap.moving.error_estimate());  // what cannot be followed is estimated
  }
}

TEST_CASE("exact_noise_average: energies under noise of any strength stay within those of h") {
  const auto realization = chain_realization({1.5, -0.7, 0.2, 2.1});
  an::philox rng;
  const auto start = an::product_state{{1, 0, 1, 0}}.prepare(realization, rng);
  for (const double gamma : {1e3, 1e9, 1e15, 1e30})
    for (const rates_only& noise : {rates_only{{1}, {gamma}}, rates_only{{0, 2}, {gamma, gamma}}})
      for (const an::exact_noise_average& how : {in_time, at_random_times})
        for (const double t : {1e-3, 1.0, 1e5}) {
          exact_run r(how, realization, noise, start);
          CHECK(std::abs(r.at(t).energy()) < 10);
          CHECK(std::abs(r.at(t).particles() - 2) < 1e-9);
        }
}

// 4 J / gamma instead of 1 rounding errors of degenerate levels would be seen here.
TEST_CASE("exact_noise_average: degenerate levels under strong noise [long double]") {
  an::philox rng;
  const an::disorder_realization realization(
      an::anderson_model<an::chain>{an::chain{6, an::boundary::periodic}, {.hopping = 1.0}}.draw(rng));
  const auto start = an::localized_excitation{1}.prepare(realization, rng);
  const an::matrix_t<std::complex<long double>> h = realization.hamiltonian().dense().cast<std::complex<long double>>();
  for (const double gamma : {1e2, 1e6, 1e10}) {
    an::vector_t<long double> rates = an::vector_t<long double>::Zero(6);
    rates[2] = gamma;
    const an::detail::lindblad_exponentials<long double> exact(an::detail::dephasing_generator(h, rates), 6);
    exact_run r(in_time, realization, {{2}, {gamma}}, start);
    for (const double t : {1.0, 100.0}) {
      an::vector_t<long double> x = an::detail::packed<long double>(
          an::averaged_state<double>(start).correlations().cast<std::complex<long double>>());
      exact.apply(t, x);
      const auto c = an::detail::unpacked<long double>(x, 6);
      double error = 0;
      for (an::index_t i = 0; i < 6; ++i)
        error = std::max(error, std::abs(r.at(t).densities()[i] - static_cast<double>(c(i, i).real())));
      // rounding of the reference: gamma t 1e-19
      CHECK(error < 1e-8 + 1e-18 * gamma * t);
      if (gamma < 1e7) CHECK(r.moving.error_estimate() < 1e-7);
    }
  }
}

// Small hopping and potentials that mirror each other, or nearly: slow exchange between places far apart.
TEST_CASE("exact_noise_average: the estimate is above the error over random problems [long double] [slow]") {
  double worst = 0, unsaid = 0;
  int refused = 0, checked = 0;
  for (int sample = 0; sample < 200; ++sample) {
    an::philox rng(23, {an::purpose::disorder, sample, 0});
    const an::index_t sites = 2 + an::uniform_index(rng, 3);
    const double w = an::uniform01(rng) < 0.2 ? 0.0 : std::pow(10, an::uniform(rng, -2, 1.3));
    std::vector<double> potential(static_cast<std::size_t>(sites));
    for (double& x : potential) x = an::uniform(rng, -w, w);
    if (an::uniform01(rng) < 0.15) potential.back() = potential.front();
    const double hopping = an::uniform01(rng) < 0.5 ? 1 : std::pow(10, an::uniform(rng, -5, 0));
    if (an::uniform01(rng) < 0.3) {
      const double apart = an::uniform01(rng) < 0.5 ? 0.0 : std::pow(10, an::uniform(rng, -16, -3));
      for (std::size_t i = 0; 2 * i < potential.size(); ++i)
        potential[potential.size() - 1 - i] = potential[i] + apart * an::uniform(rng, -1, 1);
    }
    const auto noisy = an::sample_without_replacement(rng, sites, 1 + an::uniform_index(rng, sites));
    const bool equal = an::uniform01(rng) < 0.7;
    rates_only noise{noisy, std::vector<double>(noisy.size(), std::pow(10, an::uniform(rng, -6, 6)))};
    if (!equal)
      for (double& rate : noise.rates) rate = std::pow(10, an::uniform(rng, -6, 6));
    const auto realization = chain_realization(potential, hopping);
    const auto start = an::localized_excitation{an::uniform_index(rng, sites)}.prepare(realization, rng);
    an::vector_t<long double> gamma = an::vector_t<long double>::Zero(sites);
    for (std::size_t k = 0; k < noisy.size(); ++k) gamma[noisy[k]] = noise.rates[k];
    const an::matrix_t<std::complex<long double>> h =
        realization.hamiltonian().dense().cast<std::complex<long double>>();
    const an::detail::lindblad_exponentials<long double> exact(an::detail::dephasing_generator(h, gamma), sites);
    try {
      exact_run r(in_time, realization, noise, start);
      const double norm = static_cast<double>(gamma.maxCoeff()) + w + 2;
      for (double t = std::pow(10, an::uniform(rng, -3, -1)); t * norm < 1e9; t *= 60) {  // reference: 1e-10
        an::vector_t<long double> x = an::detail::packed<long double>(
            an::averaged_state<double>(start).correlations().cast<std::complex<long double>>());
        exact.apply(t, x);
        const auto c = an::detail::unpacked<long double>(x, sites);
        const double error = support::largest(r.at(t).state().correlations() - c.cast<std::complex<double>>());
        const double allowed = r.moving.error_estimate();
        CAPTURE(sample);
        CAPTURE(t);
        const double of_reference = 1e-18 * t * norm;
        CHECK(error < allowed + of_reference);
        if (error > of_reference) worst = std::max(worst, error / allowed);
        if (allowed <= in_time.tolerance) unsaid = std::max(unsaid, error / in_time.tolerance);
        ++checked;
      }
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  MESSAGE("checked " << checked << ", refused " << refused << "; largest error over estimate " << worst
                     << ", over a tolerance that is said to be kept " << unsaid);
  CHECK(unsaid < 1);
  CHECK(refused < 4);
}

// Levels far apart that are nearly equal: rates are as small as their exchange is slow. References: 128-bit arithmetic.
TEST_CASE("exact_noise_average: the estimate knows slow exchange between far levels [128 bits]") {
  struct problem {
    std::vector<double> potential;
    double hopping;
    rates_only noise;
    double t;
    std::vector<double> densities, at_random_times;
  };
  const std::vector<problem> problems{
      {{47.49530411808643, -26.151668848636856, 47.49530411808643},
       0.00088058968289739541,
       {{0, 1, 2}, {228.51423397712256, 4.8657318846298189e-06, 228.51423397712256}},
       69157006.482814789,
       {0.61373308211358069, 0.28774659048466084, 0.098520327401758465},
       {0.68971328724468317, 0.2218329387709351, 0.088453773984381714}},
      {{-3.5345626125877305, 4.2290782348771341, 4.2290782348771341, -3.5345626125877305},
       0.00018280907386754639,
       {{0, 1, 2, 3}, {1.5715731709586935, 1.5715731709586935, 1.5715731709586935, 1.5715731709586935}},
       1661380850.095911,
       {0.28366632556318805, 0.24968390362295709, 0.24839693931805679, 0.21825283149579811},
       {0.42221249609895073, 0.21447696707843078, 0.20933513465653178, 0.15397540216608671}},
      {{-4.6190451159277943, 3.8456642755764161, 3.8456642755764161, -4.6190451159277943},
       0.0023717186322186495,
       {{0, 3}, {0.17833045399995204, 0.17833045202008949}},
       20770881.69218383,
       {0.76360953608822868, 0.11023699610054984, 0.11023902197322409, 0.015914445837997386},
       {0.79544442056734599, 0.091924272953271297, 0.091924212122124649, 0.020707094357258118}}};
  an::philox rng;
  for (const problem& p : problems) {
    const auto realization = chain_realization(p.potential, p.hopping);
    const auto start = an::localized_excitation{0}.prepare(realization, rng);
    const auto check = [&](const an::exact_noise_average& how, const std::vector<double>& right) {
      exact_run r(how, realization, p.noise, start);
      const auto n = r.at(p.t).densities();
      double error = 0;
      for (std::size_t i = 0; i < right.size(); ++i)
        error = std::max(error, std::abs(n[static_cast<an::index_t>(i)] - right[i]));
      CAPTURE(p.t);
      CHECK(error <= r.moving.error_estimate());
      CHECK(error < 1e-6);
    };
    check(in_time, p.densities);
    check(at_random_times, p.at_random_times);
  }
}

TEST_CASE("exact_noise_average: equal levels with hopping below their rounding, and without: nothing moves") {
  an::philox rng;
  for (const double level : {0.0, 3.0, 1e6})
    for (const double hopping : {1e-12, 1e-16, 1e-20, 1e-30, 0.0})
      for (const double gamma : {0.04, 0.040004, 0.7098}) {
        const auto dimer = chain_realization({level, level}, hopping);
        const auto start = an::localized_excitation{0}.prepare(dimer, rng);
        for (const rates_only& noise : {rates_only{{1}, {gamma}}, rates_only{{0, 1}, {gamma, 1.5 * gamma}}}) {
          exact_run r(in_time, dimer, noise, start);
          const double error = std::abs(r.at(10).densities()[0] - 1);
          CHECK(error < r.moving.error_estimate());
        }
      }
}

TEST_CASE("exact_noise_average: a noisy site with rate 0 changes no estimate, nor does t = 0 promise exactness") {
  std::vector<double> w(40);
  an::philox rng(5);
  for (double& x : w) x = an::uniform(rng, -6, 6);
  const auto chain = chain_realization(w);
  const auto start = an::localized_excitation{18}.prepare(chain, rng);
  for (const an::exact_noise_average& how : {in_time, at_random_times}) {
    exact_run one(how, chain, {{20}, {1}}, start), two(how, chain, {{20, 30}, {1, 0}}, start);
    CHECK(one.moving.error_estimate() > 0);
    for (const double t : {1.0, 1e8, 1e12, 1e16}) {
      const an::matrix_t<std::complex<double>> c = one.at(t).state().correlations();
      CHECK(support::largest(two.at(t).state().correlations() - c) < 1e-8);
      CHECK(two.moving.error_estimate() < 2 * one.moving.error_estimate());
      if (how.reading == an::averaged_at::exponential_times) CHECK(one.moving.error_estimate() < 1e-8);
    }
  }
}

TEST_CASE("exact_noise_average: in another unit C has the same bits, with a constant added nearly the same") {
  const std::vector<double> w{1.25, -0.5, 2.75, -1.5, 0.125};
  const rates_only noise{{1, 3}, {0.75, 2}};
  an::philox rng;
  for (const an::exact_noise_average& how : {in_time, at_random_times}) {
    const auto plain = chain_realization(w);
    const auto start = an::product_state{{1, 0, 0, 1, 0}}.prepare(plain, rng);
    exact_run r(how, plain, noise, start);
    for (const int k : {-300, -1, 300}) {
      std::vector<double> scaled = w;
      for (double& x : scaled) x = std::ldexp(x, k);
      exact_run s(how, chain_realization(scaled, std::ldexp(1, k)), {{1, 3}, {std::ldexp(0.75, k), std::ldexp(2.0, k)}},
                  start);
      for (const double t : {0.5, 30.0, 1e5}) {
        const auto now = r.at(t);
        const auto same = s.at(std::ldexp(t, -k));
        CHECK(same.state().correlations() == now.state().correlations());
        CHECK(same.energy() == std::ldexp(now.energy(), k));
        CHECK(same.absorbed_energy() == std::ldexp(now.absorbed_energy(), k));
      }
      r = exact_run(how, plain, noise, start);
    }
    for (const double constant : {-0x1p20, 0x1p20}) {  // added without rounding
      std::vector<double> moved = w;
      for (double& x : moved) x += constant;
      exact_run s(how, chain_realization(moved), noise, start);
      exact_run again(how, plain, noise, start);
      for (const double t : {0.5, 30.0}) {
        const auto now = again.at(t);
        const auto same = s.at(t);
        CHECK(support::largest(same.state().correlations() - now.state().correlations()) < 1e-8);  // energies: 1e-10
        CHECK(std::abs(same.energy() - now.energy() - 2 * constant) < 1e-8);
        CHECK(std::abs(same.absorbed_energy() - now.absorbed_energy()) < 1e-8);
        CHECK(s.moving.resolvents() == again.moving.resolvents());
      }
    }
  }
}

}  // namespace exact_bounds_test
