// SPDX-License-Identifier: MIT
// A noise of your own: Ornstein-Uhlenbeck noise, which remembers itself for a time tau, on any sites.
#include <algorithm>
#include <anderson/anderson.hpp>
#include <cmath>
#include <iostream>
#include <utility>
#include <vector>
namespace an = anderson;

/// x - tanh x, without the cancellation at small x: there by Lambert's continued fraction for tanh, whose terms are
/// positive.
double beyond_tanh(double x) {
  if (x > 1) return x - std::tanh(x);
  double below = 19;
  for (int k = 17; k >= 3; k -= 2) below = k + x * x / below;  // tanh x = x / (1 + x^2 / below)
  const double q = x * x / below;
  return x * q / (1 + q);
}

/// <zeta_k(t) zeta_l(t')> = delta_kl gamma / (2 tau) exp(-|t - t'| / tau); white noise of strength gamma as tau -> 0.
struct ornstein_uhlenbeck {
  std::vector<an::index_t> sites;
  double gamma, tau;
  std::vector<double> zeta = std::vector<double>(sites.size());

  std::span<const an::index_t> support() const { return sites; }

  void restart(auto& rng) {
    for (double& z : zeta) z = std::sqrt(gamma / (2 * tau)) * an::normal(rng);  // stationary from the start
  }

  /// zeta(t + dt) and phi = int zeta dt are jointly Gaussian, given zeta(t): exact for any dt, and without loss of
  /// digits where dt is far below tau.
  void increments(double /*t*/, double dt, auto& rng, std::span<double> phi) {
    const double e = std::exp(-dt / tau), forgotten = -std::expm1(-dt / tau);              // 1 - e
    const double deviation = std::sqrt(gamma / (2 * tau) * forgotten * (1 + e));           // of zeta(t + dt)
    const double shared = std::sqrt(gamma * tau / (2 * (1 + e)) * forgotten) * forgotten;  // covariance / deviation
    const double own = std::sqrt(2 * gamma * tau * beyond_tanh(dt / (2 * tau)));           // of phi, given both ends
    for (std::size_t k = 0; k < phi.size(); ++k) {
      const double x = an::normal(rng), y = an::normal(rng);
      phi[k] = tau * forgotten * zeta[k] + shared * x + own * y;
      zeta[k] = e * zeta[k] + deviation * x;
    }
  }
};
static_assert(an::noise_process<ornstein_uhlenbeck>);

/// Absorbed energy at t = 20 and its error.
auto heating(const an::noise_process auto& noise) {
  const an::problem physics{an::anderson_model{an::chain{12}, {.disorder = 2.0}}, noise, an::ground_state{}};
  const auto result =
      an::average(physics, an::split_propagator{.dt = 0.1}, {20.0}, an::observables{an::absorbed_energy{}},
                  {.disorder_realizations = 50, .noise_realizations = 10});
  return std::pair(result["absorbed_energy"].mean(0, 0), result["absorbed_energy"].error(0, 0));
}

/// Largest relative error of beyond_tanh from the integral of tanh^2 by Simpson's rule, a sum of positive terms.
double lost_digits() {
  double worst = 0;
  for (double x = 1e-16; x < 2; x *= 1.7) {
    long double sum = 0;
    const int n = 2000;
    for (int i = 0; i <= n; ++i) {
      const long double tanh = std::tanh(static_cast<long double>(x) * i / n);
      sum += tanh * tanh * (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2);
    }
    worst = std::max(worst, std::abs(static_cast<double>(beyond_tanh(x) / (sum * x / (3 * n)) - 1)));
  }
  return worst;
}

int main() {
  if (lost_digits() > 1e-12) {
    std::cerr << "custom_noise: short steps lose digits, " << lost_digits() << '\n';
    return 1;
  }
  const std::vector<an::index_t> sites{3, 8};
  const auto [white, white_error] = heating(an::white_noise{sites, 1.0});
  std::cout << "white noise  " << white << " +- " << white_error << '\n';
  for (const double tau : {0.001, 1.0, 10.0}) {
    const auto [energy, error] = heating(ornstein_uhlenbeck{sites, 1.0, tau});
    std::cout << "tau = " << tau << "  " << energy << " +- " << error << '\n';
    const bool agrees = std::abs(energy - white) < 5 * std::hypot(error, white_error);
    if (agrees == (tau < 0.1)) continue;
    std::cerr << "custom_noise: tau = " << tau << " should " << (agrees ? "not " : "") << "heat like white noise\n";
    return 1;
  }

  // <(int_0^T zeta dt)^2> = gamma (T - tau (1 - exp(-T / tau))), however T is cut into steps.
  const ornstein_uhlenbeck noise{{0, 1}, 1.0, 2.0};
  double mean_square = 0;
  const int paths = 20000;
  for (int path = 0; path < paths; ++path) {
    double phi[2], total = 0;
    an::noise_path one(noise, an::philox(1, {an::purpose::noise, 0, path}));
    for (const double dt : {0.1, 0.9, 2.0}) one.increments(0, dt, phi), total += phi[1];
    mean_square += total * total / paths;
  }
  const double exact = 3 - 2 * (1 - std::exp(-1.5));
  std::cout << "variance of the phase " << mean_square << ", exact " << exact << '\n';
  if (std::abs(mean_square / exact - 1) < 5 * std::sqrt(2.0 / paths)) return 0;
  std::cerr << "custom_noise: variance " << mean_square << ", exact " << exact << '\n';
  return 1;
}
