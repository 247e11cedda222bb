// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/hopping.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <complex>
#include <concepts>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace hopping_law_test {

namespace {

using complex = std::complex<double>;
const an::chain chain{6};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

an::philox stream(an::index_t realization) { return {7, {an::purpose::disorder, realization, 0}}; }

/// A law of a user: random phases, which look at the bond.
struct random_phases {
  using scalar_type = complex;
  void draw(auto& rng, std::span<const an::bond> bonds, std::span<complex> amplitudes) const {
    for (std::size_t b = 0; b < bonds.size(); ++b)
      amplitudes[b] = std::polar(1.0 / static_cast<double>(bonds[b].i + 1), an::uniform01(rng));
  }
};

/// One that forgets its last bond.
struct forgetful {
  using scalar_type = double;
  void fill(std::span<const an::bond> bonds, std::span<double> amplitudes) const {
    for (std::size_t b = 0; b + 1 < bonds.size(); ++b) amplitudes[b] = 1;
  }
};

/// The potential of a trap, which looks at the positions.
struct trap {
  void draw(auto& /*rng*/, const an::metric_lattice auto& lattice, std::span<double> onsite) const {
    for (std::size_t i = 0; i < onsite.size(); ++i)
      onsite[i] = lattice.squared_distance(static_cast<an::index_t>(i), 2);
  }
};

/// Counts its visitors: how often are bonds looked at?
struct counted_chain : an::chain {
  int* visits;
  template <class Visit>
  void for_each_bond(Visit&& visit) const {
    ++*visits;
    an::chain::for_each_bond(visit);
  }
};

}  // namespace

static_assert(an::hopping_law<an::given_hopping<>> && an::hopping_law<an::given_hopping<complex>>);
static_assert(an::fixed_hopping_law<an::hopping_function<float>> && !an::random_hopping_law<an::hopping_function<>>);
static_assert(an::random_hopping_law<an::random_hopping<>> && an::random_hopping_law<random_phases>);
static_assert(!an::hopping_law<double>);
static_assert(an::model<an::anderson_model<an::chain, an::uniform_disorder, an::random_hopping<float>>>);
static_assert(an::model<an::anderson_model<an::chain, an::uniform_disorder, an::hopping_function<complex>>>);
static_assert(an::positional_disorder_law<trap, an::chain> && !an::disorder_law<trap>);

TEST_CASE("hopping: given for every bond, as a list or as a function of its sites") {
  auto rng = stream(0);
  const std::vector<double> list{1, 0.5, 1, 0.5, 2};
  const an::anderson_model listed{chain, an::given_hopping{list}, an::uniform_disorder{1}};
  const auto f = [&list](an::index_t i, an::index_t j) { return list[static_cast<std::size_t>(std::min(i, j))]; };
  const an::anderson_model computed{chain, an::hopping_function{f}, an::uniform_disorder{1}};
  static_assert(std::same_as<decltype(computed),
                             const an::anderson_model<an::chain, an::uniform_disorder, an::hopping_function<double>>>);
  CHECK(std::ranges::equal(listed.draw(rng).bonds().amplitudes(), list));
  const auto one = computed.draw(rng), two = computed.draw(rng);
  CHECK(std::ranges::equal(one.bonds().amplitudes(), list));
  CHECK(one.bonds().amplitudes().data() == two.bonds().amplitudes().data());  // shared
  CHECK(one.onsite() != two.onsite());
}

TEST_CASE("hopping: random amplitudes are new in every realization, and leave the potential alone") {
  const an::anderson_model random{chain, an::random_hopping{0.5, 1.5}, an::uniform_disorder{3}};
  const an::anderson_model uniform{chain, {.hopping = 1, .disorder = 3}};
  for (const an::index_t d : {0, 1, 2}) {
    auto rng = stream(d), same = stream(d), again = stream(d);
    const auto h = random.draw(rng);
    CHECK(h.onsite() == uniform.draw(same).onsite());
    for (const double j : h.bonds().amplitudes()) CHECK((0.5 <= j && j <= 1.5));
    CHECK(h.tridiagonal_form().has_value());
    CHECK(random.draw(again).dense() == h.dense());
    CHECK_FALSE(std::ranges::equal(h.bonds().amplitudes(), random.draw(rng).bonds().amplitudes()));
  }
  auto rng = stream(0), same = stream(0);
  const an::anderson_model wide{an::chain{4001}, an::random_hopping{-2, 4}, an::uniform_disorder{0}};
  const auto h = wide.draw(rng);
  double mean = 0, square = 0;
  for (const double j : h.bonds().amplitudes()) mean += j / 4000, square += (j - 1) * (j - 1) / 4000;
  CHECK(std::abs(mean - 1) < 5 * std::sqrt(3.0 / 4000));                          // variance 6^2 / 12; five errors
  CHECK(std::abs(square - 3) < 5 * std::sqrt(81 / 5.0 - 9) / std::sqrt(4000.0));  // fourth moment 3^4 / 5
  const an::anderson_model narrow{an::chain{4001}, an::random_hopping<float>{-2, 4}, an::uniform_disorder{0}};
  const auto f = narrow.draw(same);
  CHECK(std::ranges::equal(f.bonds().amplitudes(), h.bonds().amplitudes(), {}, {},
                           [](double j) { return static_cast<float>(j); }));
}

TEST_CASE("hopping: a law of the user may be complex and look at the bonds") {
  auto rng = stream(1);
  const an::anderson_model model{an::chain{6, an::boundary::periodic}, random_phases{}, an::uniform_disorder{1}};
  const auto h = model.draw(rng);
  static_assert(std::same_as<decltype(h), const an::tight_binding<complex>>);
  CHECK(std::abs(h.dense()(3, 2)) == doctest::Approx(1 / 3.0));
  CHECK(h.dense()(2, 3) == std::conj(h.dense()(3, 2)));
  CHECK(h.dense() == h.dense().adjoint());
}

TEST_CASE("hopping: bonds are looked at once for each model") {
  int visits = 0;
  const counted_chain counted{chain, &visits};
  const an::anderson_model fixed{counted, 1.0, an::uniform_disorder{1}};
  const an::anderson_model random{counted, an::random_hopping{0, 1}, an::uniform_disorder{1}};
  auto rng = stream(0);
  for (int d = 0; d < 5; ++d) {
    fixed.draw(rng);
    const auto h = random.draw(rng);
    CHECK(h.bonds().bonds().bonds().data() == random.draw(rng).bonds().bonds().bonds().data());
  }
  CHECK(visits == 2);
}

TEST_CASE("hopping: a disorder law may look at the positions") {
  auto rng = stream(0);
  const auto h = an::anderson_model{chain, 1.0, trap{}}.draw(rng);
  CHECK(h.onsite() == an::vector_t<double>{{4, 1, 0, 1, 4, 9}});
}

TEST_CASE("hopping: bad laws are rejected, with the value") {
  const an::uniform_disorder none{0};
  CHECK_THROWS_WITH_AS((an::anderson_model{chain, an::given_hopping{std::vector{1.0}}, none}),
                       "anderson: number of hopping amplitudes = 1; allowed: one for each bond, 5",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::anderson_model{chain, forgetful{}, none}),
                       "anderson: hopping of bond 4-5 = nan; allowed: finite", std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::random_hopping(1, 0.5), doctest::Contains("highest hopping = 0.5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::random_hopping(nan, 1), doctest::Contains("lowest hopping = nan"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::random_hopping(0, nan), doctest::Contains("highest hopping = nan"), std::invalid_argument);
}

}  // namespace hopping_law_test
