// SPDX-License-Identifier: MIT
#pragma once

// Maps from random bits to distributions. Unlike those of <random> they are the same in every standard library, keep
// no state between calls, and take one draw of 64 bits per number (uniform_index: more with probability < n / 2^64).

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/random/detail/normal_quantile.hpp>
#include <anderson/random/detail/wide_multiply.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace anderson {

/// Uniform on (0, 1]: the multiples of 2^-53. 1 occurs; 0 never does, so log(u) is finite.
real_t uniform01(random_source auto& rng) { return static_cast<real_t>((rng() >> 11) + 1) * 0x1p-53; }

/// Uniform on [low, high]: low + (high - low) uniform01. `high` occurs; `low` only by rounding.
/// @throws std::invalid_argument  low > high, or one of them NaN.
real_t uniform(random_source auto& rng, real_t low, real_t high) {
  detail::require(low <= high, "lower bound of uniform", low, "low <= high");
  return std::min(low + (high - low) * uniform01(rng), high);  // the sum may round to above high
}

/// Standard normal, by inversion of 64 bits: |z| < 9.16, never infinite, accurate to about 1e-15 in both tails.
/// Exactly symmetric: complementing the bits changes the sign. Never 0.
real_t normal(random_source auto& rng) {
  const std::uint64_t bits = rng();
  const bool negative = (bits >> 63) != 0;
  const std::uint64_t m = negative ? ~bits : bits;  // < 2^63
  // |Phi(z) - 1/2| = (m + 1/2) / 2^64. The tail 1/2 - that is formed from the integers: nothing cancels.
  const real_t center = (static_cast<real_t>(m) + 0.5) * 0x1p-64;
  const real_t tail = (static_cast<real_t>(0x7FFFFFFFFFFFFFFF - m) + 0.5) * 0x1p-64;
  const real_t z = detail::normal_quantile(center, tail);
  return negative ? -z : z;
}

/// Exponential of mean 1: -ln uniform01, in [0, 53 ln 2 = 36.7]. 0 occurs, with probability 2^-53.
real_t exponential(random_source auto& rng) {
  return 0.0 - std::log(uniform01(rng));  // 0 - x: no negative zero
}

/// Uniform on 0 .. n-1, without bias.
/// @throws std::invalid_argument  n < 1.
/// @see Lemire, ACM Trans. Model. Comput. Simul. 29, 3 (2019).
index_t uniform_index(random_source auto& rng, index_t n) {
  detail::require(n >= 1, "number of choices", n, "at least 1");
  const auto range = static_cast<std::uint64_t>(n);
  detail::wide product = detail::multiply_wide(rng(), range);
  if (product.low < range) {  // else certainly not among the 2^64 mod n products that would bias
    const std::uint64_t excess = (0 - range) % range;
    while (product.low < excess) product = detail::multiply_wide(rng(), range);
  }
  return static_cast<index_t>(product.high);
}

/// k distinct numbers out of 0 .. n-1, ascending; every subset is equally likely.
/// Cost: at most n draws. @throws std::invalid_argument  k outside [0, n].
/// @see Knuth, The Art of Computer Programming, vol. 2, sec. 3.4.2, algorithm S.
std::vector<index_t> sample_without_replacement(random_source auto& rng, index_t n, index_t k) {
  detail::require(0 <= k && k <= n, "size of the sample", k, "between 0 and the number of choices");
  std::vector<index_t> chosen;
  chosen.reserve(static_cast<std::size_t>(k));
  for (index_t i = 0; k > 0; ++i) {
    if (uniform_index(rng, n - i) >= k) continue;  // i is taken with probability (still wanted) / (still left)
    chosen.push_back(i);
    --k;
  }
  return chosen;
}

}  // namespace anderson
