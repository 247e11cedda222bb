// SPDX-License-Identifier: MIT
// A time loop of your own: what average() does for one trajectory, piece by piece. Here it stops as soon as the
// entanglement entropy has reached half of its largest possible value, which no list of times could know beforehand.
#include <anderson/anderson.hpp>
#include <cmath>
#include <iostream>
namespace an = anderson;

int main() {
  const std::uint64_t seed = 7;
  const an::chain chain{16};
  const an::index_t cut = chain.length / 2;
  const an::anderson_model model{chain, {.hopping = 1.0, .disorder = 1.0}};
  const an::white_noise noise{{chain.center()}, 1.0};
  const an::random_product_state initially{};

  // One disorder realization. Random numbers are addressed by seed, use, realization and trajectory.
  an::philox disorder_rng(seed, {an::purpose::disorder, 0, 0});
  const an::disorder_realization sample{model.draw(disorder_rng)};
  const auto prepared = an::split_propagator{.dt = 0.1}.prepare(sample, noise);  // shared by all its trajectories

  // One trajectory.
  an::philox state_rng(seed, {an::purpose::state, 0, 0});
  auto stepper = prepared.start(initially.prepare(sample, state_rng));
  an::noise_path path(noise, an::philox(seed, {an::purpose::noise, 0, 0}));

  std::vector<double> times;
  double entropy = 0;
  while (entropy < 0.5 * static_cast<double>(cut) * std::log(2.0) && stepper.time() < 1e3) {
    times.push_back(stepper.time() + 1);
    stepper.evolve(times.back(), path);
    const auto now = stepper.snapshot();  // computes only what it is asked for
    entropy = an::von_neumann_entropy(now.orbitals(), now.occupations(), cut);
  }
  std::cout << "S = " << entropy << " at t = " << stepper.time() << '\n';

  // average() at the same times takes the same trajectory: seed, realization 0, trajectory 0.
  const an::problem physics{model, noise, initially};
  const auto result = an::average(physics, an::split_propagator{.dt = 0.1}, times,
                                  an::observables{an::entanglement_entropy{cut}}, {.seed = seed});
  const double same = result.columns.front().mean(std::ssize(times) - 1, 0);
  if (std::abs(entropy - same) <= 1e-9) return 0;
  std::cerr << "own_time_loop: S = " << entropy << ", but average() gives " << same << '\n';
  return 1;
}
