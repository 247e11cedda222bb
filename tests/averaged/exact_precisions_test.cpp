// SPDX-License-Identifier: MIT
// exact_noise_average in float and long double, for what rounding does to it.
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include "support/exact_run.hpp"
#include "support/lindblad.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace exact_precisions_test {

namespace {

using support::exact_run;
using support::rates_only;

constexpr an::exact_noise_average at_random_times{.reading = an::averaged_at::exponential_times};

}  // namespace

// The smallest rates of this sample are about 1e-16.
TEST_CASE(
    "exact_noise_average: double agrees with long double from 1 to 1e16, particle number is kept, 0 <= n <= 1 [slow]") {
  const auto realization_of = [](auto hopping) {
    an::philox rng(5, {});
    return an::disorder_realization(an::anderson_model<an::chain, an::uniform_disorder, decltype(hopping)>{
        an::chain{20}, {hopping, 6.0}}.draw(rng));
  };
  const auto narrow = realization_of(1.0);
  const auto wide = realization_of(1.0L);
  an::philox rng;
  const auto start = an::ground_state{}.prepare(narrow, rng);
  const auto wide_start = an::ground_state{}.prepare(wide, rng);
  // Short phases save long double arithmetic; what they leave out is the same in both.
  for (const an::exact_noise_average& how : {at_random_times, an::exact_noise_average{.max_work = 1e6}})
    for (const rates_only& noise : {rates_only{{9}, {1.0}}, rates_only{{9, 2}, {1.0, 0.3}}}) {
      exact_run r(how, narrow, noise, start);
      exact_run w(how, wide, noise, wide_start);
      double energy = 0, number = 0, outside = 0;
      for (double t = 1; t < 2e16; t *= 10) {
        const auto now = r.at(t);
        energy = std::max(energy, static_cast<double>(std::abs(now.energy() - w.at(t).energy())));
        number = std::max({number, std::abs(now.particles() - 10), std::abs(now.densities().sum() - 10)});
        outside = std::max({outside, -now.densities().minCoeff(), now.densities().maxCoeff() - 1});
      }
      MESSAGE(noise.sites.size() << " noisy sites, "
                                 << std::string(how.reading == an::averaged_at::time ? "sharp" : "random")
                                 << " times: largest difference of energies " << energy << ", of particle numbers "
                                 << number << ", densities beyond [0, 1] by " << outside);
      CHECK(energy < 1e-7);
      // A resolvent keeps the number to rounding; an echo beyond the longest phase, here of 1e-6 on each of 20 sites,
      // misses in the number too.
      CHECK(number < (how.reading == an::averaged_at::time ? 2e-5 : 1e-12));
      CHECK(outside < (how.reading == an::averaged_at::time ? 1e-9 : 1e-13));
    }
}

// The contour multiplies rounding errors by e^9.
TEST_CASE("exact_noise_average: float agrees with double as far as float goes") {
  const auto at_all_times = [](auto hopping, const an::exact_noise_average& how) {
    using real = decltype(hopping);
    an::philox rng(8, {});
    const an::disorder_realization realization(
        an::anderson_model<an::chain, an::uniform_disorder, real>{an::chain{6}, {hopping, 1.5}}.draw(rng));
    exact_run r(how, realization, {{2, 4}, {1.0, 0.5}}, an::localized_excitation{2}.prepare(realization, rng));
    std::vector<double> values;
    for (const double t : {0.5, 8.0, 1024.0, 0x1p40}) {
      const auto now = r.at(t);
      values.push_back(static_cast<double>(now.energy()));
      for (const real n : now.densities()) values.push_back(static_cast<double>(n));
    }
    // Which coherences are followed is decided by what float can resolve, not by a tolerance below that.
    if (how.reading == an::averaged_at::time && sizeof(real) == 4) CHECK(r.moving.resolvents() < 4 * 39 + 1024);
    return values;
  };
  for (const an::exact_noise_average& how : {at_random_times, an::exact_noise_average{}}) {
    const std::vector<double> narrow = at_all_times(1.0f, how), wide = at_all_times(1.0, how);
    double worst = 0;
    for (std::size_t k = 0; k < wide.size(); ++k) worst = std::max(worst, std::abs(narrow[k] - wide[k]));
    MESSAGE("largest difference " << worst);
    CHECK(worst < (how.reading == an::averaged_at::time ? 5e-3 : 2e-5));
  }
}

}  // namespace exact_precisions_test
