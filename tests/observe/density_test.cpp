// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/observe/density.hpp>

#include <doctest/doctest.h>

#include "support/snapshots.hpp"

#include <complex>
#include <numeric>
#include <vector>

namespace an = anderson;

namespace density_test {

static_assert(an::observable<an::density_profile, support::linear_picture>);
static_assert(an::observable<an::density_correlations, support::linear_picture>);

TEST_CASE("density_profile: the diagonal of C, site by site") {
  const support::linear_picture now{.c = an::vector_t<std::complex<double>>{{0.5, 1, 0.25}}.asDiagonal()};
  std::vector<double> out(3, 99.0);
  an::density_profile{}.measure(now, out);
  CHECK(out == std::vector{0.5, 1.0, 0.25});
  CHECK(an::density_profile{}.extent(7) == 7);
  CHECK(an::density_profile{}.name() == "density");
}

TEST_CASE("density_correlations: |U_ij|^2 / 4 of a localized particle, in all 1/4 (eq. 17) [invariant 15]") {
  const an::orbitals_t<double> phi = support::random_orbitals(5, 1, 1);
  std::vector<double> out(5, 99.0);
  an::density_correlations{}.measure(support::orbital_picture<double>(phi), out);
  for (an::index_t i = 0; i < 5; ++i)
    CHECK(out[static_cast<std::size_t>(i)] == doctest::Approx(std::norm(phi(i, 0)) / 4).epsilon(1e-15));
  CHECK(std::accumulate(out.begin(), out.end(), 0.0) == doctest::Approx(0.25).epsilon(1e-14));
  CHECK(an::density_correlations{}.extent(5) == 5);
  CHECK(an::density_correlations{}.name() == "density_correlation");
}

}  // namespace density_test
