// SPDX-License-Identifier: MIT
#include <anderson/observe/density.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/observe/observables.hpp>

#include <doctest/doctest.h>

#include "support/snapshots.hpp"

#include <complex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace an = anderson;

namespace observables_test {

namespace {

template <class... Observable>
constexpr bool on_average(const an::observables<Observable...>&) {
  return an::observables<Observable...>::template measurable_on<support::linear_picture>;
}
template <class... Observable>
constexpr bool on_orbitals(const an::observables<Observable...>&) {
  return an::observables<Observable...>::template measurable_on<support::orbital_picture<double>>;
}

}  // namespace

TEST_CASE("observables: numbers stand one after another, in the order given") {
  const an::observables which{an::energy{}, an::density_profile{}, an::absorbed_energy{}};
  const auto layout = which.layout_on(3);
  CHECK(layout.sites == 3);
  CHECK(layout.size == 5);
  const std::vector<std::pair<std::string, an::index_t>> expected{
      {"energy", 0}, {"density", 1}, {"absorbed_energy", 4}};
  which.for_each([&](std::size_t k, const auto& o) {
    CHECK(o.name() == expected[k].first);
    CHECK(layout.parts[k].name == expected[k].first);
    CHECK(layout.parts[k].offset == expected[k].second);
    CHECK(layout.parts[k].extent == o.extent(3));
  });

  const support::linear_picture now{
      .c = an::vector_t<std::complex<double>>{{0.5, 1, 0.25}}.asDiagonal(), .now_energy = -1, .first_energy = -3};
  std::vector<double> out(5, 99.0);
  which.measure(now, layout, out);
  CHECK(out == std::vector{-1.0, 0.5, 1.0, 0.25, 2.0});
}

TEST_CASE("observables: none is allowed and measures nothing") { CHECK(an::observables<>().layout_on(3).size == 0); }

TEST_CASE("observables: two of one name are rejected, two cuts are not") {
  CHECK_THROWS_WITH_AS((an::observables{an::energy{}, an::density_profile{}, an::energy{}}.layout_on(3)),
                       doctest::Contains("name of an observable = energy"), std::invalid_argument);
  CHECK((an::observables{an::entanglement_entropy{1}, an::entanglement_entropy{2}}.layout_on(3).size) == 2);
}

TEST_CASE("observables: one that does not fit the lattice says so") {
  CHECK_THROWS_WITH_AS((an::observables{an::energy{}, an::entanglement_entropy{4}}.layout_on(3)),
                       doctest::Contains("cut = 4"), std::invalid_argument);
}

TEST_CASE("observables: know what they can be measured on") {
  CHECK(on_average(an::observables{an::energy{}, an::density_profile{}}));
  CHECK(on_orbitals(an::observables{an::energy{}, an::entanglement_entropy{1}}));
  CHECK_FALSE(on_average(an::observables{an::energy{}, an::entanglement_entropy{1}}));
}

namespace {

/// As many numbers as given, under any name.
struct named {
  std::string name_;
  an::index_t extent_ = 1;
  std::string name() const { return name_; }
  an::index_t extent(an::index_t /*sites*/) const { return extent_; }
  void measure(const auto& /*now*/, auto out) const {
    for (auto& x : out) x = 0;
  }
};

}  // namespace

TEST_CASE("observables: a name that no column can have is rejected") {
  for (const std::string& name : {std::string(), std::string("time"), std::string("two\nlines"), std::string("a\rb"),
                                  std::string("tab\t"), std::string("zero\0", 5)}) {
    CAPTURE(name);
    CHECK_THROWS_AS(an::observables{named{name}}.layout_on(3), std::invalid_argument);
    CHECK_THROWS_AS((an::observables{named{name, 2}}.layout_on(3)), std::invalid_argument);
  }
  CHECK_THROWS_WITH(an::observables{named{"two\nlines"}}.layout_on(3),
                    doctest::Contains("name of an observable = two\\nlines; allowed: any text on one line"));
  for (const char* name : {"n, all", "the \"best\"", "Time", "time_error", "times", "_error", "[0]", "ε/J"})
    CHECK_NOTHROW(an::observables{named{name}}.layout_on(3));
}

TEST_CASE("observables: two that share a column are rejected, in either order") {
  const auto clash = [](const named& a, const named& b) {
    int refused = 0;
    for (const auto& which : {an::observables{a, b}, an::observables{b, a}}) {
      try {
        which.layout_on(3);
      } catch (const std::invalid_argument&) {
        ++refused;
      }
    }
    REQUIRE(refused != 1);
    return refused == 2;
  };
  CHECK(clash({"x"}, {"x_error"}));
  CHECK(clash({"x"}, {"x", 2}));
  CHECK(clash({"a[0]"}, {"a", 3}));
  CHECK(clash({"a[2]"}, {"a", 3}));
  CHECK(clash({"a[1]_error"}, {"a", 3}));
  CHECK(clash({"x_error_error"}, {"x_error"}));
  CHECK_FALSE(clash({"a[3]"}, {"a", 3}));
  CHECK_FALSE(clash({"a[00]"}, {"a", 3}));
  CHECK_FALSE(clash({"a[-1]"}, {"a", 3}));
  CHECK_FALSE(clash({"a[ 0]"}, {"a", 3}));
  CHECK_FALSE(clash({"a[0"}, {"a", 3}));
  CHECK_FALSE(clash({"x"}, {"x_error", 2}));
  CHECK_FALSE(clash({"x"}, {"x_error_error"}));
  CHECK_FALSE(clash({"a[0]", 2}, {"a", 3}));
  CHECK_FALSE(clash({"a[0]"}, {"a", 0}));
  CHECK_THROWS_WITH((an::observables{named{"a", 2}, named{"a[1]"}}.layout_on(3)),
                    "anderson: name of an observable = a[1]; allowed: no column that belongs to a, too");
}

}  // namespace observables_test
