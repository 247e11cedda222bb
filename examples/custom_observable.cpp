// SPDX-License-Identifier: MIT
// Observables of your own: the current through a bond and the particles to its left, tied by the continuity equation.
#include <algorithm>
#include <anderson/anderson.hpp>
#include <cmath>
#include <iostream>
namespace an = anderson;

/// Particles per time from site `from` to its neighbor `to`: 2 Im(J C_to,from), with h_to,from = -J.
struct bond_current {
  an::index_t from, to;
  double hopping = 1;

  std::string name() const { return "current"; }
  an::index_t extent(an::index_t /*sites*/) const { return 1; }  // how many numbers

  /// linear_snapshot: all that is linear in C. Take an orbital_snapshot to work on the orbitals themselves.
  template <an::linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    out[0] = 2 * hopping * now.correlation(to, from).imag();
  }
};

/// Particles on sites [0, cut).
struct particles_left {
  an::index_t cut;

  std::string name() const { return "particles_left"; }
  an::index_t extent(an::index_t /*sites*/) const { return 1; }

  template <an::linear_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    out[0] = now.densities().head(cut).sum();
  }
};

int main() {
  const an::chain chain{20};
  const an::index_t cut = chain.length / 2;
  std::vector<double> wall(20, 0.0);  // all particles start on the left
  std::fill_n(wall.begin(), cut, 1.0);
  const an::problem physics{an::anderson_model{chain, {.disorder = 1.0}}, an::white_noise{{chain.center()}, 1.0},
                            an::product_state{wall}};
  const double dt = 0.01;
  const auto result = an::average(physics, an::split_propagator{.dt = dt}, an::linear_times(0, 10, 1001),
                                  an::observables{bond_current{cut - 1, cut}, particles_left{cut}},
                                  {.disorder_realizations = 10, .noise_realizations = 4});

  // N_left(t) = N_left(0) - int_0^t current; trapezoidal rule.
  const auto& current = result["current"].mean;
  const auto& left = result["particles_left"].mean;
  double passed = 0, worst = 0;
  for (an::index_t k = 1; k < current.rows(); ++k) {
    passed += dt * (current(k - 1, 0) + current(k, 0)) / 2;
    worst = std::max(worst, std::abs(left(0, 0) - left(k, 0) - passed));
    if (k % 200 == 0)
      std::cout << "t = " << result.times[static_cast<std::size_t>(k)] << "  current " << current(k, 0) << "  passed "
                << passed << '\n';
  }
  std::cout << "continuity equation: largest error " << worst << '\n';
  if (worst < 1e-4) return 0;
  std::cerr << "custom_observable: the continuity equation is off by " << worst << '\n';
  return 1;
}
