// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/observe/displacement.hpp>

#include <doctest/doctest.h>

#include "support/snapshots.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace displacement_test {

namespace {

using displacement = an::rms_displacement<an::chain>;

static_assert(an::observable<displacement, support::linear_picture>);
static_assert(an::observable<displacement, support::orbital_picture<float>>);

support::linear_picture with_densities(const an::vector_t<double>& n) {
  return {.c = n.cast<std::complex<double>>().asDiagonal()};
}

double second_moment(const displacement& r, const an::vector_t<double>& n) {
  std::array<double, 1> out{99};
  r.measure(with_densities(n), out);
  return out[0];
}

}  // namespace

TEST_CASE("rms_displacement: measures the second moment about the origin (eq. 18)") {
  const an::vector_t<double> n{{0.5, 0, 0.25, 0, 0.25}};
  CHECK(second_moment({an::chain{5}, 0}, n) == 0.25 * 4 + 0.25 * 16);
  CHECK(second_moment({an::chain{5}, 2}, n) == 0.5 * 4 + 0.25 * 4);
  CHECK(second_moment({an::chain{5}, 2}, an::vector_t<double>{{0, 0, 1, 0, 0}}) == 0);
}

TEST_CASE("rms_displacement: on a ring the shorter way counts") {
  const an::chain ring{5, an::boundary::periodic};
  CHECK(second_moment({ring, 0}, an::vector_t<double>{{0.5, 0, 0.25, 0, 0.25}}) == 0.25 * 4 + 0.25 * 1);
}

TEST_CASE("rms_displacement: the correlation profile is a quarter, its root a half") {
  const an::vector_t<double> n{{0.5, 0, 0.25, 0, 0.25}};
  const displacement probability{an::chain{5}, 0, an::displacement_of::probability},
      correlation{an::chain{5}, 0, an::displacement_of::correlation};
  CHECK(second_moment(correlation, n) == second_moment(probability, n) / 4);
  CHECK(correlation.finish(second_moment(correlation, n)) == probability.finish(second_moment(probability, n)) / 2);
}

TEST_CASE("rms_displacement: spread evenly it is sqrt((L^2 + 2) / 12) from the center [invariant 17]") {
  for (const an::index_t length : {4, 10, 100}) {
    const an::chain chain{length};
    const displacement r{chain, chain.center()};
    const double l = static_cast<double>(length);
    CHECK(r.finish(second_moment(r, an::vector_t<double>::Constant(length, 1 / l))) ==
          doctest::Approx(std::sqrt((l * l + 2) / 12)).epsilon(1e-13));
  }
}

TEST_CASE("rms_displacement: finish is the root, finish_slope its derivative, 0 at 0") {
  const displacement r{an::chain{5}, 0};
  CHECK(r.finish(9.0) == 3);
  CHECK(r.finish(0.0) == 0);
  CHECK(r.finish(-1e-17) == 0);
  CHECK(std::isnan(r.finish(std::numeric_limits<double>::quiet_NaN())));
  CHECK(r.finish_slope(0.0) == 0);
  for (const double m : {0.01, 1.0, 400.0}) {
    const double step = 1e-4 * m;  // a central difference: its error is (step / m)^2 / 8 of the slope
    CHECK(r.finish_slope(m) == doctest::Approx((r.finish(m + step) - r.finish(m - step)) / (2 * step)).epsilon(1e-8));
  }
  CHECK(r.finish(9.0f) == 3.0f);
}

TEST_CASE("rms_displacement: the two profiles have different names") {
  CHECK(displacement(an::chain{5}, 0).name() == "rms_displacement");
  CHECK(displacement(an::chain{5}, 0, an::displacement_of::correlation).name() == "rms_displacement_of_correlation");
  CHECK(displacement(an::chain{5}, 0).extent(5) == 1);
}

TEST_CASE("rms_displacement: an origin or a size that does not fit is rejected, with the value") {
  CHECK_NOTHROW(displacement(an::chain{5}, 4));
  CHECK_THROWS_WITH_AS(displacement(an::chain{5}, 5), "anderson: origin = 5; allowed: [0, 5)", std::invalid_argument);
  CHECK_THROWS_WITH_AS(displacement(an::chain{5}, -1), doctest::Contains("origin = -1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(displacement(an::chain{5}, 0).extent(6),
                       doctest::Contains("size of the lattice of rms_displacement = 5"), std::invalid_argument);
}

}  // namespace displacement_test
