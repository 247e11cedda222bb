// expect: the second argument of average\(\) is not a propagator
// expect: event_propagator needs an event_noise, the propagators with a time step an increment_noise
// SPDX-License-Identifier: MIT
// Kicks at random times have no increments over a time step.
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/state/product.hpp>

namespace an = anderson;

int main() {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::reflections{{1}, 1.0},
                            an::random_product_state{}};
#ifdef FAIL
  an::average(physics, an::split_propagator{}, {1.0}, an::observables{an::energy{}}, {});
#else
  an::average(physics, an::event_propagator{}, {1.0}, an::observables{an::energy{}}, {});
#endif
}
