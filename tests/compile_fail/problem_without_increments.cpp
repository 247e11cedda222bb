// expect: noise_process
// expect: n\.increments
// SPDX-License-Identifier: MIT
#include <anderson/ensemble/problem.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/state/product.hpp>

#include <array>
#include <span>

namespace an = anderson;

struct silence {
  std::array<an::index_t, 1> sites{0};
  std::span<const an::index_t> support() const { return sites; }
  void restart(auto&) {}
#ifdef FAIL
  void increment(double, double, auto&, std::span<double> phi) { phi[0] = 0.0; }
#else
  void increments(double, double, auto&, std::span<double> phi) { phi[0] = 0.0; }
#endif
};

// With the types named, since without them clang 14 only says "constraints not satisfied".
int main() { const an::problem p{an::anderson_model{an::chain{4}, {}}, silence{}, an::random_product_state{}}; }
