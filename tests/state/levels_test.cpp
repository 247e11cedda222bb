// SPDX-License-Identifier: MIT
#include <anderson/state/detail/levels.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace an = anderson;

namespace levels_test {

/// Equidistant levels from -7 to 7, and a constant: dense enough to be closer than rounding in float.
template <class Real>
Real largest_shift(an::index_t count, Real constant) {
  an::vector_t<Real> energies(count);
  for (an::index_t a = 0; a < count; ++a)
    energies[a] = constant + (14 * static_cast<Real>(a) / static_cast<Real>(count - 1) - 7);
  const an::vector_t<Real> merged = an::detail::merged_levels(energies);
  const Real rounding = an::detail::level_rounding(energies);
  return rounding > 0 ? Real((merged - energies).cwiseAbs().maxCoeff() / rounding) : Real(0);
}

TEST_CASE("merged_levels: no level moves by more than the rounding, however many are close") {
  CHECK(largest_shift<float>(4000, 0) <= 1.01F);
  CHECK(largest_shift<float>(1000, 1000) <= 1.01F);
  CHECK(largest_shift<double>(1000, 1e12) <= 1.01);
}

TEST_CASE("merged_levels: a constant adds a few of its own roundings and no more") {
  const an::vector_t<double> energies{{1e6 - 3, 1e6 - 1, 1e6 + 3}};
  CHECK(an::detail::level_rounding(energies) < 20 * 2.3e-16 * 1e6);
  CHECK(an::detail::merged_levels(energies) == energies);
  const an::vector_t<double> close{{1e6 - 3, 1e6, 1e6 + 1e-9, 1e6 + 3}};  // a few roundings of 1e6 apart
  CHECK(an::detail::merged_levels(close)[1] == an::detail::merged_levels(close)[2]);
  const an::vector_t<double> pair{{-1.0, 0.5, 0.5 + 1e-15, 2.0}};
  const an::vector_t<double> merged = an::detail::merged_levels(pair);
  CHECK(merged[1] == merged[2]);
}

}  // namespace levels_test
