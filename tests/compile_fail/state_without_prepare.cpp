// expect: the third part of the problem is not an initial_state
// clang-format off
// SPDX-License-Identifier: MIT
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/krylov.hpp>

namespace an = anderson;

struct vacuum {
  void check(an::index_t) const {}
#ifdef FAIL
  an::gaussian_state<double> make(const auto& r, auto&) const {
#else
  an::gaussian_state<double> prepare(const auto& r, auto&) const {
#endif
    return an::gaussian_state<double>(an::orbitals_t<double>(r.size(), 0));
  }
};

int main() {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0}, vacuum{}};
  an::average(physics, an::krylov_propagator{}, {1.0}, an::observables{an::energy{}}, {});
}
