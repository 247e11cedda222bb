// SPDX-License-Identifier: MIT
#include <anderson/averaged/averaged_state.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/observe/observables.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <doctest/doctest.h>

#include "support/lindblad.hpp"
#include "support/matrices.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace an = anderson;

namespace averaged_state_test {

namespace {

using support::complex_matrix;

/// A matrix known by what it does only.
template <class Scalar>
struct matrix_free {
  using scalar_type = Scalar;
  an::matrix_t<Scalar> h;
  an::index_t size() const { return h.rows(); }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const { out = h.lazyProduct(in); }
};

template <class Hamiltonian>
using snapshot_of = an::averaged_snapshot<an::disorder_realization<Hamiltonian>>;
using chain_snapshot = snapshot_of<an::tight_binding<>>;

static_assert(an::linear_snapshot<chain_snapshot>);
static_assert(!an::orbital_snapshot<chain_snapshot>);
static_assert(an::linear_snapshot<snapshot_of<an::dense_hamiltonian<std::complex<float>>>>);
static_assert(an::linear_snapshot<snapshot_of<an::dense_hamiltonian<long double>>>);

// What is linear in C can be measured, entropies cannot.
static_assert(an::observable<an::energy, chain_snapshot> && an::observable<an::absorbed_energy, chain_snapshot>);
static_assert(an::observable<an::density_profile, chain_snapshot> &&
              an::observable<an::density_correlations, chain_snapshot> &&
              an::observable<an::rms_displacement<an::chain>, chain_snapshot>);
static_assert(!an::observable<an::entropy_profile, chain_snapshot> &&
              !an::observable<an::entanglement_entropy, chain_snapshot>);

// Neither state is taken for the other.
static_assert(!std::is_convertible_v<an::gaussian_state<double>, an::averaged_state<double>>);
static_assert(!std::is_constructible_v<an::gaussian_state<double>, an::averaged_state<double>>);
template <class S>
constexpr bool looks_gaussian = requires(const S& s) {
  s.orbitals();
}
|| requires(const S& s) { s.occupations(); };
static_assert(looks_gaussian<an::gaussian_state<double>> && !looks_gaussian<an::averaged_state<double>>);

template <class Real>
an::gaussian_state<Real> mixed_state(an::index_t sites, an::index_t orbitals) {
  an::vector_t<Real> n(orbitals);
  for (an::index_t m = 0; m < orbitals; ++m) n[m] = Real(1) / static_cast<Real>(m + 1);
  return {support::random_orbitals<Real>(sites, orbitals, 6), n};
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE_TEMPLATE("averaged_state: of a Gaussian state is Phi diag(n) Phi^dagger, exactly Hermitian", Real, float,
                   double, long double) {
  for (const an::index_t orbitals : {0, 1, 3, 5}) {
    CAPTURE(orbitals);
    const an::gaussian_state<Real> start = mixed_state<Real>(5, orbitals);
    const an::averaged_state<Real> averaged(start);
    const an::matrix_t<std::complex<Real>>& c = averaged.correlations();
    REQUIRE(averaged.size() == 5);
    Real worst = 0;
    for (an::index_t i = 0; i < 5; ++i)
      for (an::index_t j = 0; j < 5; ++j) {
        std::complex<Real> expected = 0;
        for (an::index_t m = 0; m < orbitals; ++m)
          expected += start.occupations()[m] * start.orbitals()(i, m) * std::conj(start.orbitals()(j, m));
        worst = std::max(worst, std::abs(c(i, j) - expected));
      }
    CHECK(worst < 8 * Eigen::NumTraits<Real>::epsilon());
    CHECK((c - c.adjoint()).cwiseAbs().maxCoeff() == 0);
  }
}

TEST_CASE("averaged_state: a matrix is kept, Hermitian up to rounding made exactly so") {
  complex_matrix c = support::random_hermitian<std::complex<double>>(4, 5);
  CHECK(an::averaged_state<double>(c).correlations() == c);
  c(1, 2) += 1e-14;
  const complex_matrix kept = an::averaged_state<double>(c).correlations();
  CHECK(support::largest(kept - kept.adjoint()) == 0);
  CHECK(support::largest(kept - c) < 1e-14);
  CHECK(an::averaged_state<double>(complex_matrix(0, 0)).size() == 0);
}

TEST_CASE("averaged_state: what is no such matrix is rejected, with what is wrong") {
  const auto made_of = [](complex_matrix c) { return an::averaged_state<double>(std::move(c)); };
  CHECK_THROWS_WITH_AS(made_of(complex_matrix::Zero(2, 3)), doctest::Contains("shape of C = 2 x 3; allowed: square"),
                       std::invalid_argument);
  complex_matrix c = complex_matrix::Identity(3, 3);
  c(0, 2) = 0.25;
  CHECK_THROWS_WITH_AS(made_of(c), doctest::Contains("largest |C_ij - conj(C_ji)| = 0.25; allowed: 0 up to rounding"),
                       std::invalid_argument);
  c(0, 2) = 1e-9;  // too much for rounding
  CHECK_THROWS_AS(made_of(c), std::invalid_argument);
  c = complex_matrix::Identity(3, 3);
  c(1, 1) = {0, 0.5};
  CHECK_THROWS_WITH_AS(made_of(c), doctest::Contains("largest |C_ij - conj(C_ji)| = 1"), std::invalid_argument);
  c(1, 1) = not_a_number;
  CHECK_THROWS_WITH_AS(made_of(c), doctest::Contains("C = not finite; allowed: finite entries"), std::invalid_argument);
}

TEST_CASE_TEMPLATE("averaged_snapshot: energy is tr(C h), densities are the diagonal, C_ij = <c_j^dagger c_i>", Scalar,
                   double, std::complex<double>) {
  const an::matrix_t<Scalar> h = support::random_hermitian<Scalar>(5, 7);
  const complex_matrix c = support::random_hermitian<std::complex<double>>(5, 8);
  const double expected = complex_matrix(h.template cast<std::complex<double>>().lazyProduct(c)).trace().real();
  const auto check = [&](const auto& hamiltonian) {
    const an::disorder_realization realization(hamiltonian);
    const an::averaged_snapshot now(realization, 2.5, -0.75, an::averaged_state<double>(c));
    CHECK(now.size() == 5);
    CHECK(now.time() == 2.5);
    CHECK(now.initial_energy() == -0.75);
    CHECK(std::abs(now.energy() - expected) < 1e-13);
    CHECK(now.densities() == an::vector_t<double>(c.diagonal().real()));
    CHECK(support::correlations_of(now) == c);
    CHECK(now.state().correlations() == c);
  };
  check(an::dense_hamiltonian<Scalar>(h));
  check(matrix_free<Scalar>{h});
}

TEST_CASE("averaged_snapshot: energy of a chain with a Peierls phase") {
  an::philox rng(3, {});
  const auto h = an::anderson_model{
      an::chain{4, an::boundary::periodic}, std::complex<double>(0.6, 0.8),
      an::uniform_disorder{
          1}}.draw(rng);
  const complex_matrix c = support::random_hermitian<std::complex<double>>(4, 8);
  const double expected = complex_matrix(h.dense().lazyProduct(c)).trace().real();
  CHECK(std::abs(an::detail::energy_of(h, an::averaged_state<double>(c)) - expected) < 1e-13);
  const complex_matrix transposed = c.transpose();  // of the paper's convention
  CHECK(std::abs(an::detail::energy_of(h, an::averaged_state<double>(transposed)) - expected) > 0.1);
}

}  // namespace averaged_state_test
