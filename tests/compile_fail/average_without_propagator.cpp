// expect: the second argument of average\(\) is not a propagator
// SPDX-License-Identifier: MIT
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/state/product.hpp>

namespace an = anderson;

int main() {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0},
                            an::random_product_state{}};
#ifdef FAIL
  an::average(physics, 0.1, {1.0}, an::observables{an::energy{}}, {});
#else
  an::average(physics, an::krylov_propagator{0.1}, {1.0}, an::observables{an::energy{}}, {});
#endif
}
