// expect: an observable cannot be measured with this method
// expect: entropies need the orbitals of single trajectories
// SPDX-License-Identifier: MIT
// A method that averages over the noise knows C, not the orbitals.
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/state/product.hpp>

namespace an = anderson;

int main() {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0},
                            an::random_product_state{}};
#ifdef FAIL
  an::average(physics, an::strang_noise_average{}, {1.0}, an::observables{an::entropy_profile{}}, {});
#else
  an::average(physics, an::strang_noise_average{}, {1.0}, an::observables{an::density_profile{}}, {});
#endif
}
