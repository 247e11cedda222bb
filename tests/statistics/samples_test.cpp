// SPDX-License-Identifier: MIT
#include <anderson/statistics/reduction_tree.hpp>
#include <anderson/statistics/samples.hpp>

#include <doctest/doctest.h>

#include <array>
#include <sstream>
#include <stdexcept>

namespace an = anderson;

namespace samples_test {

static_assert(an::mergeable<an::samples<double>> && an::storable<an::samples<float>>);
static_assert(an::mergeable<an::nested_samples<double>> && an::storable<an::nested_samples<double>>);

TEST_CASE("samples: keeps every vector, in order, through merging and a file") {
  an::samples<double> a, b;
  a.add(std::array{1.0, 2.0});
  a.add(std::array{3.0, 4.0});
  b.add(std::array{0.1, -0.0});
  a.merge(b);
  a.merge(an::samples<double>());
  std::stringstream file;
  a.save(file);
  const auto back = an::samples<double>::load(file);
  REQUIRE(back.count() == 3);
  CHECK(back.length() == 2);
  CHECK(back[1][0] == 3.0);
  CHECK(back[2][0] == 0.1);
  an::samples<double> same = a;
  same.merge(same);
  CHECK(same.count() == 6);
  CHECK(same[5][0] == 0.1);
}

TEST_CASE("samples: vectors of another length are refused") {
  an::samples<double> a, b;
  a.add(std::array{1.0, 2.0});
  CHECK_THROWS_AS(a.add(std::array{1.0}), std::invalid_argument);
  b.add(std::array{1.0});
  CHECK_THROWS_AS(a.merge(b), std::invalid_argument);
  CHECK(a.count() == 1);
  std::istringstream uneven("samples 2 3 0x1p+0 0x1p+0 0x1p+0");
  CHECK_THROWS_AS(an::samples<double>::load(uneven), std::runtime_error);
}

TEST_CASE("nested_samples: realization after realization") {
  an::samples<double> one, two;
  one.add(std::array{1.0});
  two.add(std::array{2.0});
  two.add(std::array{3.0});
  an::nested_samples<double> a, b;
  a.add(one);
  b.add(two);
  a.merge(b);
  std::stringstream file;
  a.save(file);
  const auto back = an::nested_samples<double>::load(file);
  REQUIRE(back.realizations() == 2);
  CHECK(back[0].count() == 1);
  CHECK(back[1][1][0] == 3.0);
}

}  // namespace samples_test
