// SPDX-License-Identifier: MIT
#include <anderson/ensemble/plan.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace an = anderson;

namespace plan_test {

TEST_CASE("plan: one trajectory of one realization, seed 1, unless said otherwise") {
  const an::plan once;
  CHECK(once.disorder_realizations == 1);
  CHECK(once.noise_realizations == 1);
  CHECK(once.seed == 1);
  CHECK(once.first_realization == 0);
  CHECK(once == an::plan{});
  CHECK_NOTHROW(once.check());
}

TEST_CASE("plan: fewer than one realization is rejected, with the value") {
  CHECK_THROWS_WITH_AS((an::plan{.disorder_realizations = 0}.check()), doctest::Contains("disorder_realizations = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::plan{.noise_realizations = -2}.check()), doctest::Contains("noise_realizations = -2"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::plan{.first_realization = -1}.check()), doctest::Contains("first_realization = -1"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::plan{.noise_realizations = an::index_t{1} << 62}.check()),
                       doctest::Contains("allowed: 2^62 trajectories in all"), std::invalid_argument);
  CHECK_THROWS_AS((an::plan{.first_realization = std::numeric_limits<an::index_t>::max()}.check()),
                  std::invalid_argument);
}

TEST_CASE("plan: its blocks hold every trajectory of the range once, in order") {
  for (const an::index_t k : {1, 7, 8, 9, 16, 17}) {
    CAPTURE(k);
    const an::plan p{.disorder_realizations = 3, .noise_realizations = k, .first_realization = 5};
    an::index_t d = 5, next = 0;
    for (an::index_t i = 0; i < p.blocks(); ++i) {
      const an::block b = p.block_at(i);
      CHECK(b.realization == d);
      CHECK(b.first == next);
      CHECK(b.first % an::block::size == 0);
      CHECK(b.end - b.first >= 1);
      CHECK(b.end - b.first <= an::block::size);
      next = b.end;
      if (next == k) next = 0, ++d;
    }
    CHECK(d == 8);
    CHECK(next == 0);
    CHECK(p.blocks() == 3 * p.blocks_of_realization());
  }
}

}  // namespace plan_test
