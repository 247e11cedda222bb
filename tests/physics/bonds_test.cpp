// SPDX-License-Identifier: MIT
// Amplitudes of bonds, long-range and random: every method, against the same Hamiltonian given as a matrix.
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/model/hopping.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/rate/rate_equation.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace an = anderson;

namespace bonds_test {

namespace {

using an::index_t;

/// Every two sites of a chain are joined.
struct all_pairs {
  index_t sites;
  index_t size() const { return sites; }
  void for_each_bond(auto&& visit) const {
    for (index_t i = 0; i < sites; ++i)
      for (index_t j = i + 1; j < sites; ++j) visit(i, j);
  }
};

/// Largest difference of energies and densities between h and its matrix, in units of what is compared. Takes one type
/// of Hamiltonian for all hopping laws: each method is compiled for it and for matrices, no more.
double difference(const an::tight_binding<double>& h, const auto& noise, const auto& how) {
  const auto run = [&](const auto& hamiltonian) {
    return an::average(an::problem{an::given_hamiltonian{hamiltonian}, noise, an::random_product_state{}}, how,
                       {0.0, 0.5, 4.0}, an::observables{an::energy{}, an::density_profile{}},
                       {.disorder_realizations = 2, .noise_realizations = 2, .seed = 5}, an::serial_executor{});
  };
  const auto table = run(h), matrices = run(an::dense_hamiltonian(h.dense()));
  double largest = 0;
  for (const char* name : {"energy", "density"}) {
    const auto &a = table[name].mean, &b = matrices[name].mean;
    REQUIRE(a.size() == b.size());
    largest = std::max(largest, (a - b).abs().maxCoeff() / std::max(1.0, b.abs().maxCoeff()));
    CHECK((a.row(0) - a.row(2)).abs().maxCoeff() > 1e-4);  // something has moved
  }
  return largest;
}

/// Every method on one realization.   @param small  another for dense_noise_average, which needs few sites.
void check_methods(const an::tight_binding<double>& h, const an::tight_binding<double>& small) {
  const an::white_noise noise{{h.size() / 2}, 1.0};
  constexpr double bound = 1e-12;
  CHECK(difference(h, noise, an::split_propagator{.dt = 0.1}) < bound);
  CHECK(difference(h, an::reflections{{h.size() / 2, 3}, 1.0}, an::event_propagator{}) < bound);
  CHECK(difference(h, noise, an::krylov_propagator{.dt = 0.1}) < bound);
  CHECK(difference(h, noise, an::chebyshev_propagator{.dt = 0.1}) < bound);
  CHECK(difference(h, noise, an::dense_propagator{.dt = 0.1}) < bound);
  CHECK(difference(h, noise, an::exact_noise_average{}) < bound);
  CHECK(difference(h, noise, an::strang_noise_average{.dt = 0.1}) < bound);
  CHECK(difference(h, noise, an::rate_equation{}) < bound);
  CHECK(difference(small, an::white_noise{{small.size() / 2}, 1.0}, an::dense_noise_average{}) < bound);
}

auto realization(const auto& model) {
  an::philox rng(5, {an::purpose::disorder, 0, 0});
  return model.draw(rng);
}

auto power_law(index_t sites) {
  const auto hopping = [](index_t i, index_t j) { return 1.0 / static_cast<double>((i - j) * (i - j)); };
  return an::anderson_model{all_pairs{sites}, an::hopping_function{hopping}, an::uniform_disorder{2}};
}

auto random_chain(index_t sites) {
  return an::anderson_model{an::chain{sites}, an::random_hopping{0.5, 1.5}, an::uniform_disorder{2}};
}

}  // namespace

TEST_CASE("bonds: amplitudes 1/r^2 between all pairs of 60 sites, every method against the matrix") {
  check_methods(realization(power_law(60)), realization(power_law(12)));
}

TEST_CASE("bonds: random hopping on a chain of 60 sites, every method against the matrix") {
  check_methods(realization(random_chain(60)), realization(random_chain(12)));
}

TEST_CASE("bonds: random hopping on a long chain has windows, which leave out less than is allowed") {
  const an::tight_binding<double> h = realization(random_chain(400));
  const an::problem physics{an::given_hamiltonian{h}, an::white_noise{{200}, 1.0}, an::localized_excitation{200}};
  const auto run = [&](double active) {
    return an::average(physics, an::split_propagator{.dt = 0.1, .active_tolerance = active}, {10.0, 40.0},
                       an::observables{an::density_profile{}}, {.disorder_realizations = 1, .noise_realizations = 4},
                       an::serial_executor{});
  };
  const auto windows = run(1e-10), whole = run(0);
  CHECK((windows["density"].mean - whole["density"].mean).abs().maxCoeff() < 3e-10);  // twice the error of an orbital
}

}  // namespace bonds_test
