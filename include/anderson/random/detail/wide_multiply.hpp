// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace anderson::detail {

/// The 128 bits of a product.
struct wide {
  std::uint64_t high;
  std::uint64_t low;
  friend constexpr bool operator==(const wide&, const wide&) = default;
};

/// 64 x 64 -> 128 bits from four 32-bit products, for compilers without a 128-bit integer.
constexpr wide multiply_wide_portable(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t mask = 0xFFFFFFFF;
  const std::uint64_t low = (a & mask) * (b & mask);
  const std::uint64_t cross = (a >> 32) * (b & mask) + (low >> 32);  // cannot overflow: (2^32-1)^2 + 2^32-1 < 2^64
  const std::uint64_t middle = (a & mask) * (b >> 32) + (cross & mask);
  return {(a >> 32) * (b >> 32) + (cross >> 32) + (middle >> 32), (middle << 32) | (low & mask)};
}

/// 64 x 64 -> 128 bits; one instruction where the compiler knows it.
constexpr wide multiply_wide(std::uint64_t a, std::uint64_t b) noexcept {
#ifdef __SIZEOF_INT128__
  __extension__ using uint128 = unsigned __int128;
  const uint128 product = static_cast<uint128>(a) * b;
  return {static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product)};
#else
  return multiply_wide_portable(a, b);
#endif
}

}  // namespace anderson::detail
