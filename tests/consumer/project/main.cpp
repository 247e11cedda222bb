// SPDX-License-Identifier: MIT
// The first program of the documentation, with few realizations: all that a project needs is the target.
#include <anderson/anderson.hpp>
#include <iostream>
namespace an = anderson;

int main() {
  const an::chain chain{20};
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}},
                            an::white_noise{{chain.center()}, 1.0}, an::ground_state{}};
  const auto result = an::average(physics, an::split_propagator{.dt = 0.1}, an::log_times(0.1, 10.0, 2),
                                  an::observables{an::absorbed_energy{}, an::entanglement_entropy{chain.length / 2}},
                                  {.disorder_realizations = 4, .noise_realizations = 2, .seed = 1});
  an::write_csv(std::cout, result);
}
