// SPDX-License-Identifier: MIT
// The stepper without an exponential of its own: a dummy one shows what it is handed.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/tight_binding.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/propagate/combined.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <cmath>
#include <complex>
#include <span>
#include <vector>

namespace an = anderson;

namespace combined_test {

using support::largest;

namespace {

using complex = std::complex<double>;
using orbitals = an::orbitals_t<double>;

/// Multiplies the orbitals by exp(-i tau), and those of the noisy sites by exp(-i phi).
struct phases_only {
  int calls = 0;
  void operator()(const auto& /*realization*/, std::span<const an::index_t> support, double tau,
                  std::span<const double> phi, orbitals& x) {
    ++calls;
    x *= std::polar(1.0, -tau);
    for (std::size_t k = 0; k < support.size(); ++k) x.row(support[k]) *= std::polar(1.0, -phi[k]);
  }
};

an::disorder_realization<an::tight_binding<>> realization() {
  return an::disorder_realization(an::tight_binding<>(an::chain{6}, 1.0, support::random_matrix<double>(6, 1, 2)));
}

}  // namespace

TEST_CASE("combined_stepper: every step gets its length and the phases of its sites, in order") {
  const orbitals start = support::random_orbitals(6, 3, 1);
  const std::vector<double> phi{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
  an::recorded_noise noise({4, 1}, 0.25, phi);
  an::noise_path path(noise, an::philox(1, {}));
  an::combined_stepper stepper(realization(), {4, 1}, 0.25, phases_only{}, an::gaussian_state<double>(start));
  CHECK(stepper.time() == 0);
  stepper.evolve(0.25, path);
  CHECK(stepper.exponential().calls == 1);
  stepper.evolve(0.75, path);
  CHECK(stepper.exponential().calls == 3);
  CHECK(stepper.time() == 0.75);
  orbitals expected = start * std::polar(1.0, -0.75);
  expected.row(4) *= std::polar(1.0, -(0.1 + 0.3 + 0.5));
  expected.row(1) *= std::polar(1.0, -(0.2 + 0.4 + 0.6));
  CHECK(largest(stepper.orbitals() - expected) < 1e-15 * 10);
}

TEST_CASE("combined_stepper: the energy is tr(C h), with occupations; the initial one is kept") {
  const orbitals start = support::random_orbitals(6, 3, 1);
  const an::vector_t<double> n{{1, 0.5, 0.25}};
  an::recorded_noise noise({2}, 0.25, {1.5});
  an::noise_path path(noise, an::philox(1, {}));
  an::combined_stepper stepper(realization(), {2}, 0.25, phases_only{}, an::gaussian_state<double>(start, n));
  const an::matrix_t<double> h = realization().hamiltonian().dense();
  const auto energy_of = [&](const orbitals& phi) {
    return (phi * n.cast<complex>().asDiagonal())
        .eval()
        .lazyProduct(phi.adjoint())
        .eval()
        .lazyProduct(h)
        .trace()
        .real();
  };
  CHECK(std::abs(stepper.energy() - energy_of(start)) < 1e-14);
  CHECK(stepper.initial_energy() == stepper.energy());
  stepper.evolve(0.25, path);
  CHECK(std::abs(stepper.energy() - energy_of(stepper.orbitals())) < 1e-14);
  CHECK(std::abs(stepper.initial_energy() - energy_of(start)) < 1e-14);
  CHECK(std::abs(stepper.energy() - stepper.initial_energy()) > 1e-3);
}

}  // namespace combined_test
