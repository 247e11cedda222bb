// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

namespace an = anderson;

namespace philox_test {

static_assert(an::random_source<an::philox>);

namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

std::vector<std::uint64_t> first(an::philox engine, int count) {
  std::vector<std::uint64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(engine());
  return values;
}

}  // namespace

TEST_CASE("multiply_wide: known products, and the portable form agrees") {
  CHECK(an::detail::multiply_wide(largest, largest) == an::detail::wide{largest - 1, 1});
  CHECK(an::detail::multiply_wide(1ull << 32, 1ull << 32) == an::detail::wide{1, 0});
  an::philox bits;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t a = bits(), b = bits();
    CHECK(an::detail::multiply_wide(a, b) == an::detail::multiply_wide_portable(a, b));
  }
  CHECK(an::detail::multiply_wide_portable(largest, largest) == an::detail::wide{largest - 1, 1});
}

TEST_CASE("philox: 10000th value of the default engine [C++26, std::philox4x64]") {
  an::philox engine;
  engine.discard(9999);
  CHECK(engine() == 3409172418970261260u);
  CHECK(an::philox{} == an::philox{20111115});
}

TEST_CASE("philox: counter 0, key 0 [Random123 kat_vectors, philox4x64-10]") {
  const std::vector<std::uint64_t> known{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
                                         0x7e68b68aec7ba23b};
  CHECK(first(an::philox{0}, 4) == known);
}

TEST_CASE("philox: an addressed stream is block({i, use, disorder, trajectory}, {seed, 0}) [python integers]") {
  const std::vector<std::uint64_t> known{552649288172821476u, 8008632538681074379u, 707165957212806139u,
                                         3367124405951955891u};
  CHECK(first(an::philox{42, {an::purpose::noise, 7, 11}}, 4) == known);
}

TEST_CASE("philox: usable at compile time") {
  constexpr std::uint64_t value = an::philox{0}();
  static_assert(value == 0x16554d9eca36314c);
}

TEST_CASE("philox: discard(n) equals n calls, from every place in a block") {
  for (int start = 0; start < 6; ++start)
    for (int n = 0; n < 14; ++n) {
      an::philox stepped, skipped;
      for (int i = 0; i < start; ++i) stepped(), skipped();
      for (int i = 0; i < n; ++i) stepped();
      skipped.discard(static_cast<std::uint64_t>(n));
      CHECK(skipped == stepped);
      CHECK(first(skipped, 9) == first(stepped, 9));
    }
}

TEST_CASE("philox: the counter carries, 2^66 values further the next word of the address has grown by 1") {
  an::philox engine{5};
  for (int i = 0; i < 4; ++i) {
    engine.discard(largest);
    engine.discard(1);
  }
  CHECK(engine == an::philox{5, {an::purpose{1}, 0, 0}});

  an::philox last{5, {an::purpose{largest}, 3, 0}};
  for (int i = 0; i < 4; ++i) {
    last.discard(largest);
    last();
  }
  CHECK(last == an::philox{5, {an::purpose{0}, 4, 0}});
}

TEST_CASE("philox: every word of seed and address selects another stream") {
  const std::vector<an::philox> engines{
      an::philox{1},
      an::philox{2},
      an::philox{1, {}},
      an::philox{1, {an::purpose::disorder, 0, 0}},
      an::philox{1, {an::purpose::state, 0, 0}},
      an::philox{1, {an::purpose::noise, 0, 0}},
      an::philox{1, {an::purpose::noise, 1, 0}},
      an::philox{1, {an::purpose::noise, 0, 1}},
  };
  for (std::size_t a = 0; a < engines.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      CHECK_FALSE(engines[a] == engines[b]);
      CHECK(first(engines[a], 4) != first(engines[b], 4));
    }
}

TEST_CASE("philox: neighboring streams are uncorrelated bit by bit") {
  // Each bit of the difference is a fair coin: |ones - n/2| < 5.7 sqrt(n)/2 for all 64, but once in a million.
  std::array<int, 64> ones{};
  constexpr int streams = 1 << 14;
  for (int k = 0; k < streams; ++k) {
    const auto value = [](int trajectory) { return an::philox{1, {an::purpose::noise, 0, trajectory}}(); };
    const std::uint64_t flips = value(k) ^ value(k + 1);
    for (std::size_t bit = 0; bit < 64; ++bit) ones[bit] += static_cast<int>((flips >> bit) & 1);
  }
  for (const int count : ones) CHECK(std::abs(count - streams / 2) < 5.7 * 64);
}

}  // namespace philox_test
