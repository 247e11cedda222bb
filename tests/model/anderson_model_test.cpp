// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <complex>
#include <concepts>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

namespace anderson_model_test {

namespace {

using complex = std::complex<double>;

/// A disorder law of a user: a staircase; no check().
struct staircase {
  void draw(auto& /*rng*/, std::span<double> onsite) const {
    for (std::size_t i = 0; i < onsite.size(); ++i) onsite[i] = static_cast<double>(i);
  }
};

/// One that forgets all sites from `written` on.
struct forgetful {
  std::size_t written;
  void draw(auto& /*rng*/, std::span<double> onsite) const {
    for (std::size_t i = 0; i < std::min(written, onsite.size()); ++i) onsite[i] = 0.5;
  }
};

an::philox stream(an::index_t realization) { return {7, {an::purpose::disorder, realization, 0}}; }

}  // namespace

static_assert(an::model<an::anderson_model<an::chain>>);
static_assert(an::model<an::anderson_model<an::chain, staircase, complex>>);
static_assert(an::model<an::anderson_model<an::chain, an::uniform_disorder, float>>);

TEST_CASE("anderson_model: a site that the disorder law leaves out is refused, not 0") {
  auto rng = stream(0);
  CHECK_NOTHROW(an::anderson_model{an::chain{5}, 1.0, forgetful{5}}.draw(rng));
  for (const std::size_t written : {0u, 2u, 4u}) {
    const std::string said = "anderson: potential[" + std::to_string(written) +
                             "] = nan; allowed: finite; draw(rng, onsite) of the disorder law must fill all of onsite";
    CHECK_THROWS_WITH_AS((an::anderson_model{an::chain{5}, 1.0, forgetful{written}}.draw(rng)), said.c_str(),
                         std::invalid_argument);
    CHECK_THROWS_AS((an::anderson_model{an::chain{5}, 1.0f, forgetful{written}}.draw(rng)), std::invalid_argument);
  }
}

TEST_CASE("anderson_model: the arguments choose the type") {
  const an::anderson_model standard{an::chain{5}, {.hopping = 1.5, .disorder = 3.0}};
  const an::anderson_model given{an::chain{2}, 1.0, an::given_potential{{0.1, -0.3}}};
  const an::anderson_model flux{an::chain{5, an::boundary::periodic}, complex(0, 1), an::uniform_disorder{1}};
  static_assert(std::same_as<decltype(standard), const an::anderson_model<an::chain, an::uniform_disorder, double>>);
  static_assert(std::same_as<decltype(given), const an::anderson_model<an::chain, an::given_potential, double>>);
  static_assert(std::same_as<decltype(flux), const an::anderson_model<an::chain, an::uniform_disorder, complex>>);
  CHECK(standard.size() == 5);
  CHECK(standard.hopping() == 1.5);
  CHECK(standard.disorder().strength() == 3);
  CHECK(flux.lattice().ends == an::boundary::periodic);
  CHECK(an::anderson_model{an::chain{5}, {}}.hopping() == 1);  // J = 1 sets the unit, no disorder
  CHECK(an::anderson_model{an::chain{5}, {}}.disorder().strength() == 0);
}

TEST_CASE("anderson_model: draws h with its lattice, hopping and a potential from the stream") {
  const an::anderson_model model{an::chain{6}, {.hopping = 1.5, .disorder = 3.0}};
  auto rng = stream(2), same = stream(2), other = stream(3);
  const auto h = model.draw(rng);
  CHECK(h.size() == 6);
  CHECK(h.dense()(3, 2) == -1.5);
  CHECK(h.dense()(3, 1) == 0);
  std::vector<double> expected(6);
  model.disorder().draw(same, expected);
  for (an::index_t i = 0; i < 6; ++i) CHECK(h.dense()(i, i) == expected[static_cast<std::size_t>(i)]);
  CHECK(model.draw(other).onsite() != h.onsite());
}

TEST_CASE("anderson_model: takes a law of the user") {
  auto rng = stream(0);
  const auto h = an::anderson_model{an::chain{3}, 1.0, staircase{}}.draw(rng);
  CHECK(h.onsite() == an::vector_t<double>::LinSpaced(3, 0, 2));
}

TEST_CASE("anderson_model: float has the potential of double, rounded") {
  auto rng = stream(0), same = stream(0);
  const auto h = an::anderson_model<an::chain>{an::chain{8}, {.disorder = 2}}.draw(rng);
  const auto narrow =
      an::anderson_model<an::chain, an::uniform_disorder, float>{an::chain{8}, {.hopping = 1, .disorder = 2}}.draw(
          same);
  CHECK(narrow.onsite() == h.onsite().cast<float>());
}

TEST_CASE("anderson_model: the hopping in the list of parameters says whether the model is complex") {
  const an::chain chain{4};
  const an::anderson_model peierls{chain, {.hopping = complex(0.6, 0.8), .disorder = 2.0}};
  const an::anderson_model narrow{chain, {.hopping = std::complex<float>(1, 2)}};
  const an::anderson_model wide{chain, {std::complex<long double>(1, 2), 3.0}};
  const an::anderson_model real{chain, {.hopping = 1.0f}}, integer{chain, {.hopping = 1}}, neither{chain, {}};
  using uniform = an::uniform_disorder;
  static_assert(std::same_as<decltype(peierls), const an::anderson_model<an::chain, uniform, complex>>);
  static_assert(std::same_as<decltype(narrow), const an::anderson_model<an::chain, uniform, std::complex<float>>>);
  static_assert(std::same_as<decltype(wide), const an::anderson_model<an::chain, uniform, std::complex<long double>>>);
  static_assert(std::same_as<decltype(real), const an::anderson_model<an::chain>>);
  static_assert(std::same_as<decltype(integer), decltype(real)> && std::same_as<decltype(neither), decltype(real)>);
  CHECK(peierls.hopping() == complex(0.6, 0.8));
  CHECK(peierls.disorder().strength() == 2);
}

TEST_CASE("anderson_model: bad arguments are rejected, with the value") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const an::chain chain{3};
  for (const double bad : {nan, infinity}) {
    CHECK_THROWS_WITH_AS((an::anderson_model{chain, {.hopping = bad}}), doctest::Contains("hopping = "),
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS((an::anderson_model{chain, complex(0, bad), staircase{}}), doctest::Contains("hopping = "),
                         std::invalid_argument);
  }
  for (const double bad : {-1.0, nan, infinity})
    CHECK_THROWS_WITH_AS((an::anderson_model{chain, {.disorder = bad}}), doctest::Contains("disorder = "),
                         std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::anderson_model{chain, 1.0, an::given_potential{{1, 2}}}),
                       "anderson: length of the potential = 2; allowed: the number of sites, 3", std::invalid_argument);
}

}  // namespace anderson_model_test
