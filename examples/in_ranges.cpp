// SPDX-License-Identifier: MIT
// One ensemble in pieces: saved after a third, restored and finished; and three ranges, done apart and merged in the
// wrong order. Both have the bits of the one call. docs/ensembles.md explains the pieces.
#include <anderson/anderson.hpp>
#include <iostream>
#include <sstream>
namespace an = anderson;

using reduction = an::ensemble_reduction<an::nested_moments<>>;

int main() {
  const an::chain chain{12};
  const an::problem physics{an::anderson_model{chain, {.hopping = 1.0, .disorder = 2.0}},
                            an::white_noise{{chain.center()}, 1.0}, an::random_product_state{}};
  const an::split_propagator method{.dt = 0.1};
  const std::vector<double> times = an::log_times(0.1, 1e2, 4);
  const an::observables which{an::energy{}, an::entanglement_entropy{6}};
  const an::plan plan{.disorder_realizations = 9, .noise_realizations = 20};

  const an::sampler sample(physics, method, times, which, plan.seed, plan.noise_realizations);
  const auto add_range = [&](reduction& to, an::index_t first, an::index_t end) {
    const auto produce = [&](an::index_t i) { return sample(plan.block_at(first + i)).to<an::moments<>>(); };
    const auto consume = [&](an::index_t i, auto&& block) {
      to.insert(plan.block_at(first + i), block);
      return true;  // false would be a stop rule
    };
    an::thread_executor{}.run(end - first, produce, consume);
  };

  const an::index_t third = plan.blocks() / 3;
  reduction first(plan), second(plan), last(plan);
  add_range(first, 0, third);
  std::stringstream file;
  first.save(file);
  reduction resumed = reduction::load(file);
  add_range(resumed, third, plan.blocks());

  add_range(last, 2 * third + 1, plan.blocks());
  add_range(second, third, 2 * third + 1);  // the cuts go through realizations
  last.merge(first);
  last.merge(second);

  const auto once = an::average(physics, method, times, which, plan);
  for (const reduction* pieces : {&resumed, &last}) {
    const auto table = an::tabulate<double>(pieces->result(), times, which, chain.length);
    for (const char* name : {"energy", "entropy_cut6"})
      if ((table[name].mean != once[name].mean).any() || (table[name].error != once[name].error).any()) {
        std::cerr << "in_ranges: other bits\n";
        return 1;
      }
  }
  std::cout << "the same bits\n";
}
