// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/tight_binding.hpp>
#include <anderson/propagate/trajectory_snapshot.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <complex>

namespace an = anderson;

namespace trajectory_snapshot_test {

using support::largest;

namespace {

using complex = std::complex<double>;
using block = an::orbitals_t<double>;
using vector = an::vector_t<double>;

/// Stands still, and counts what it is asked for.
struct counting_stepper {
  using real_type = double;
  an::disorder_realization<an::tight_binding<>> sample{
      an::tight_binding<>(an::chain{6}, 1.0, support::random_matrix<double>(6, 1, 2))};
  block phi = support::random_orbitals(6, 3, 1);
  vector n{{1, 0.5, 0.25}};
  mutable int energies = 0, looks = 0;

  const auto& realization() const { return sample; }
  double time() const { return 2.5; }
  double energy(an::index_t) const { return ++energies, -1.25; }
  double initial_energy(an::index_t) const { return -3; }
  const vector& occupations(an::index_t) const { return n; }
  const block& orbitals(an::index_t) const { return ++looks, phi; }
};

}  // namespace

static_assert(an::orbital_snapshot<an::trajectory_snapshot<counting_stepper>>);
static_assert(an::linear_snapshot<an::trajectory_snapshot<counting_stepper>>);

TEST_CASE("trajectory_snapshot: asks for the orbitals only if needed, computes energy and densities once") {
  const counting_stepper stepper;
  const an::trajectory_snapshot now(stepper);
  CHECK(now.size() == 6);
  CHECK(now.time() == 2.5);
  CHECK(now.energy() == -1.25);
  CHECK(now.energy() == -1.25);
  CHECK(now.initial_energy() == -3);
  CHECK(now.occupations() == stepper.n);
  CHECK(&now.hamiltonian() == &stepper.sample.hamiltonian());
  CHECK(stepper.energies == 1);
  CHECK(stepper.looks == 0);
  CHECK(&now.densities() == &now.densities());
  CHECK(stepper.looks == 1);
  CHECK(&now.orbitals() == &stepper.phi);  // no copy
}

TEST_CASE("trajectory_snapshot: C_ij = sum_m n_m Phi_im conj(Phi_jm), its diagonal are the densities") {
  const counting_stepper stepper;
  const an::trajectory_snapshot now(stepper);
  const an::matrix_t<complex> c =
      (stepper.phi * stepper.n.cast<complex>().asDiagonal()).eval().lazyProduct(stepper.phi.adjoint());
  for (an::index_t i = 0; i < 6; ++i) {
    for (an::index_t j = 0; j < 6; ++j) CHECK(std::abs(now.correlation(i, j) - c(i, j)) < 1e-15);
    CHECK(std::abs(now.densities()[i] - c(i, i).real()) < 1e-15);
  }
}

TEST_CASE("trajectory_snapshot: the vacuum has no density") {
  counting_stepper stepper;
  stepper.phi = block(6, 0);
  stepper.n = vector();
  const an::trajectory_snapshot now(stepper);
  CHECK(now.densities() == vector::Zero(6));
  CHECK(now.correlation(1, 2) == 0.0);
}

}  // namespace trajectory_snapshot_test
