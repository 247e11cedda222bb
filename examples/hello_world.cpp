// clang-format off
#include <anderson/anderson.hpp>
#include <iostream>
namespace an = anderson;

int main() {
  const an::chain chain{100};
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 3.0}},   // what
                            an::white_noise{{chain.center()}, 1.0}, an::ground_state{}};
  const auto result = an::average(physics, an::split_propagator{.dt = 0.1},                // how
      an::log_times(0.1, 1.0e2, 4),                                                          // when: first, last, per decade
      an::observables{an::absorbed_energy{}, an::entanglement_entropy{chain.length / 2}},     // which
      {.disorder_realizations = 100, .noise_realizations = 10, .seed = 1});                 // how often
  an::write_csv(std::cout, result);
}
