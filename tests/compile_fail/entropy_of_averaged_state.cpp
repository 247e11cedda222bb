// expect: an observable cannot be measured with this method
// expect: entropies need the orbitals of single trajectories
// SPDX-License-Identifier: MIT
// A method that averages over the noise knows C, not the orbitals.
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/state/product.hpp>

#include <complex>

namespace an = anderson;

struct averaged_method {
  struct stepper {
    struct picture {
      using real_type = double;
      an::index_t size() const { return 4; }
      double time() const { return 0; }
      double energy() const { return 0; }
      double initial_energy() const { return 0; }
      an::vector_t<double> densities() const { return an::vector_t<double>::Zero(4); }
      std::complex<double> correlation(an::index_t, an::index_t) const { return 0; }
    };
    double time() const { return 0; }
    void evolve(double, auto&, auto&) {}
    picture snapshot() const { return {}; }
  };
  struct prepared {
    stepper start(const auto&) const { return {}; }
  };
  void check() const {}
  prepared prepare(const auto&, const auto&) const { return {}; }
};

int main() {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0},
                            an::random_product_state{}};
#ifdef FAIL
  an::average(physics, averaged_method{}, {1.0}, an::observables{an::entropy_profile{}}, {});
#else
  an::average(physics, averaged_method{}, {1.0}, an::observables{an::density_profile{}}, {});
#endif
}
