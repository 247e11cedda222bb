// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/random/detail/wide_multiply.hpp>

#include <array>
#include <cstdint>

namespace anderson {

/// What random numbers are for. Values from `user` on are the caller's own.
enum class purpose : std::uint64_t { disorder = 1, state = 2, noise = 3, user = 1u << 16 };

/// Names one stream among those of a seed: use, disorder realization, trajectory.
struct stream_address {
  purpose use = purpose::user;
  index_t disorder = 0;
  index_t trajectory = 0;
};

/// Philox 4x64-10: the random numbers are a keyed bijection of a counter, so any stream starts anywhere at no cost.
///
///     philox noise(seed, {purpose::noise, d, k});   // the numbers depend on these four words and on nothing else
///     philox same_as_std;                           // std::philox4x64 of C++26
///
/// Value 4 i + j is word j of block(counter, key), with key = {seed, 0} and counter = {i, use, disorder, trajectory}:
/// streams of one seed never overlap (each has 2^66 numbers), nor do they meet `philox(seed)`, whose use is 0.
/// A std::uniform_random_bit_generator. Cost: 40 multiplications per 4 values; 80 bytes of state.
///
/// @see Salmon, Moraes, Dror and Shaw, Proc. SC11, article 16 (2011); the C++26 draft, [rand.eng.philox].
class philox {
public:
  using result_type = std::uint64_t;
  static constexpr result_type default_seed = 20111115;

  /// The engine of C++26 with its default seed: the 10000th value is 3409172418970261260.
  constexpr philox() noexcept : philox(default_seed) {}

  /// The engine of C++26, seeded.
  explicit constexpr philox(result_type seed) noexcept : seed_(seed) {}

  /// The start of one addressed stream.
  constexpr philox(result_type seed, stream_address address) noexcept
      : seed_(seed),
        counter_{0, static_cast<result_type>(address.use), static_cast<result_type>(address.disorder),
                 static_cast<result_type>(address.trajectory)} {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~result_type{0}; }

  /// 64 random bits.
  constexpr result_type operator()() noexcept {
    if (used_ == 4) refill();
    return block_[used_++];
  }

  /// Skips n values in O(1).
  constexpr void discard(std::uint64_t n) noexcept {
    const std::uint64_t left = 4 - used_;
    if (n <= left) {
      used_ += static_cast<unsigned>(n);
      return;
    }
    skip_blocks((n - left) / 4);
    used_ = 4;
    if (const auto rest = static_cast<unsigned>((n - left) % 4); rest != 0) {
      refill();
      used_ = rest;
    }
  }

  /// True if all future values are the same. The block follows from the rest, so it is not compared.
  friend constexpr bool operator==(const philox& a, const philox& b) noexcept {
    return a.seed_ == b.seed_ && a.counter_ == b.counter_ && a.used_ == b.used_;
  }

private:
  using words = std::array<result_type, 4>;

  constexpr void skip_blocks(std::uint64_t n) noexcept {
    for (result_type& word : counter_) {
      word += n;
      if (word >= n) return;
      n = 1;  // carry
    }
  }

  constexpr void refill() noexcept {
    words x = counter_;
    result_type key0 = seed_, key1 = 0;
    for (int round = 0; round < 10; ++round) {
      const detail::wide a = detail::multiply_wide(0xD2E7470EE14C6C93, x[0]);
      const detail::wide b = detail::multiply_wide(0xCA5A826395121157, x[2]);
      x = {b.high ^ x[1] ^ key0, b.low, a.high ^ x[3] ^ key1, a.low};
      key0 += 0x9E3779B97F4A7C15;  // golden ratio
      key1 += 0xBB67AE8584CAA73B;  // sqrt(3) - 1
    }
    block_ = x;
    used_ = 0;
    skip_blocks(1);
  }

  result_type seed_;
  words counter_{};  // of the next block
  words block_{};
  unsigned used_ = 4;  // values of block_ already given out
};

}  // namespace anderson
