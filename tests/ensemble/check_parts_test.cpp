// SPDX-License-Identifier: MIT
#include <anderson/ensemble/average.hpp>
#include <anderson/ensemble/detail/check_parts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include <complex>
#include <span>

namespace an = anderson;

namespace check_parts_test {

namespace {

using sample = an::disorder_realization<an::tight_binding<>>;
using state_type = an::gaussian_state<double>;

/// Measures the number of orbitals as the energy; moves nothing.
struct at_rest {
  struct look {
    using real_type = double;
    double orbitals;
    an::index_t size() const { return 4; }
    double time() const { return 0; }
    double energy() const { return orbitals; }
    double initial_energy() const { return 0; }
    an::vector_t<double> densities() const { return an::vector_t<double>::Zero(4); }
    std::complex<double> correlation(an::index_t, an::index_t) const { return 0; }
  };
  double orbitals;
  double time() const { return 0; }
  void evolve(double, auto&) {}
  look snapshot() const { return {orbitals}; }
};

/// Nothing but a call tells what start() returns, and a call with several states does not compile.
struct deduces {
  struct prepared {
    auto start(const auto& state) const { return at_rest{static_cast<double>(state.orbitals().cols())}; }
  };
  void check() const {}
  prepared prepare(const auto&, const auto&) const { return {}; }
};

template <class Method>
constexpr bool together = an::detail::together<decltype(Method{}.prepare(std::declval<const sample&>(),
                                                                         std::declval<const an::white_noise&>())),
                                               state_type, an::noise_path<an::white_noise>>();
static_assert(together<an::split_propagator> && !together<deduces>);

TEST_CASE("average: takes a propagator whose start() deduces its result from any argument") {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0},
                            an::random_product_state{}};
  const auto result = an::average(physics, deduces{}, {1.0}, an::observables{an::energy{}}, {.noise_realizations = 9},
                                  an::serial_executor{});
  CHECK(result["energy"].mean(0, 0) == 2);  // half filling
}

}  // namespace

}  // namespace check_parts_test
