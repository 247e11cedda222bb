// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/propagate/detail/mode_windows.hpp>
#include <anderson/propagate/detail/window_rows.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace an = anderson;

namespace mode_windows_test {

using an::index_t;

namespace {

using complex = std::complex<double>;
using site_list = std::vector<index_t>;

template <class Scalar = double>
using realization = an::disorder_realization<an::tight_binding<Scalar>>;
template <class Scalar = double>
realization<Scalar> sample(an::chain sites, double disorder, index_t index = 0, Scalar hopping = 1) {
  an::philox rng(3, {an::purpose::disorder, index, 0});
  return realization<Scalar>(an::anderson_model<an::chain, an::uniform_disorder, Scalar>{
      sites,
      {.hopping = hopping,
       .disorder = disorder}}.draw(rng));
}

template <class Scalar = double>
auto windows(an::chain sites, const site_list& support, bool wanted = true) {
  return an::detail::windows_of(sample<Scalar>(sites, 4), support, wanted);
}

site_list sizes(const auto& of) {
  site_list out;
  for (index_t level = 0; level <= of->last(); ++level) out.push_back(std::ssize(of->window(level).sites));
  return out;
}

/// First site of a level, and one past the last; all between are in it.
std::pair<index_t, index_t> ends(const auto& of, index_t level) {
  const site_list sites = of->window(level).sites;
  for (std::size_t r = 1; r < sites.size(); ++r) REQUIRE(sites[r] == sites[r - 1] + 1);
  return {sites.front(), sites.back() + 1};
}

}  // namespace

TEST_CASE("mode_windows: grow around the noisy sites while they are below two thirds of the chain") {
  CHECK(sizes(windows(an::chain{1000}, {499})) == site_list{129, 179, 249, 347, 485, 1000});
  CHECK(ends(windows(an::chain{1000}, {499}), 0) == std::pair<index_t, index_t>(435, 564));
  CHECK(ends(windows(an::chain{1000}, {499}), 5) == std::pair<index_t, index_t>(0, 1000));
  CHECK(sizes(windows(an::chain{190}, {94})) == site_list{190});
  CHECK(sizes(windows(an::chain{194}, {96})) == site_list{129, 194});
}

TEST_CASE("mode_windows: end with the chain, and span all noisy sites") {
  CHECK(ends(windows(an::chain{1000}, {2}), 0) == std::pair<index_t, index_t>(0, 67));
  CHECK(ends(windows(an::chain{1000}, {999}), 1) == std::pair<index_t, index_t>(910, 1000));
  CHECK(ends(windows(an::chain{1000}, {600, 400}), 0) == std::pair<index_t, index_t>(336, 665));
  CHECK(sizes(windows(an::chain{1000}, {0, 999})) == site_list{1000});
}

TEST_CASE("mode_windows: rings, complex hopping, and whoever does not want windows have the lattice alone") {
  CHECK(sizes(windows(an::chain{1000, an::boundary::periodic}, {499})) == site_list{1000});
  CHECK(sizes(windows<complex>(an::chain{1000}, {499})) == site_list{1000});
  CHECK(sizes(windows(an::chain{1000}, {499}, false)) == site_list{1000});
}

TEST_CASE("mode_windows: a window is the eigensystem of its sites; the last is the realization's own") {
  const auto s = sample(an::chain{300}, 4);
  const site_list noisy{149};
  const auto pointer = an::detail::windows_of(s, noisy, true);
  const auto& w = *pointer;
  const auto& modes = w.modes(0);
  const auto [first, end] = ends(pointer, 0);
  REQUIRE(modes.sites == w.window(0).sites);
  const auto h = s.hamiltonian().dense();
  const auto& v = *modes.vectors;
  for (std::size_t a = 0; a < 129; ++a)
    for (index_t i = 0; i < 129; ++i) {
      double hv = 0;
      for (index_t j = std::max<index_t>(0, i - 1); j < std::min<index_t>(129, i + 2); ++j)
        hv += h(first + i, first + j) * v(j, modes.column[a]);
      CHECK(std::abs(hv - (modes.center + modes.energies[a]) * v(i, modes.column[a])) < 1e-13);  // measured 1e-14
    }
  CHECK(modes.edge_within.back() == doctest::Approx(2));         // both ends are cut
  CHECK(w.modes(w.last()).vectors == &s.eigensystem().vectors);  // shared
  CHECK(w.modes(w.last()).edge_within.back() == 0);
  CHECK(windows(an::chain{300}, {2})->modes(0).edge_within.back() == doctest::Approx(1));
}

TEST_CASE("mode_windows: no rounding errors at the edges, which would widen windows without end [slow]") {
  // W = 6: amplitudes fall by e per site or faster. An eigensolver leaves 1e-16 to 1e-13 at a distance of 242 sites.
  for (index_t d = 0; d < 10; ++d) {
    const site_list support{499};
    const auto w = an::detail::windows_of(sample(an::chain{1000}, 6, d), support, true);
    const auto& modes = w->modes(4);
    CHECK(modes.edge_within[static_cast<std::size_t>(modes.active(1e-16))] < 1e-30);
  }
}

TEST_CASE("mode_windows: the bonds that a window cuts, with their hopping") {
  std::vector<double> hopping(999);
  for (std::size_t b = 0; b < hopping.size(); ++b) hopping[b] = b % 2 == 0 ? 1.0 + static_cast<double>(b) : -0.5;
  const an::disorder_realization s(
      an::tight_binding{an::bond_table{an::chain{1000}, hopping}, an::vector_t<double>::LinSpaced(1000, -1, 1)});
  const auto cuts = [&s](const site_list& support, index_t level) {
    const auto w = an::detail::windows_of(s, support, true);
    std::vector<std::pair<index_t, double>> out;
    for (const auto& [row, amplitude] : w->window(level).cuts) out.emplace_back(row, amplitude);
    return out;
  };
  using list = std::vector<std::pair<index_t, double>>;
  CHECK(cuts({499}, 0) == list{{0, 435}, {128, 0.5}});  // bonds 434-435 and 563-564
  CHECK(cuts({2}, 0) == list{{66, 67}});
  CHECK(cuts({999}, 0) == list{{0, 935}});
  CHECK(cuts({499}, 5).empty());
  CHECK(an::detail::windows_of(s, site_list{499}, true)->hopping() == 999);
}

TEST_CASE("mode_windows: a state is in the first window that has all of its sites") {
  const auto w = windows(an::chain{1000}, {499});
  const auto level = [&w](const site_list& filled) {
    std::vector<char> flags(1000, 0);
    for (const index_t i : filled) flags[static_cast<std::size_t>(i)] = 1;
    return w->level_of(flags);
  };
  CHECK(level({}) == 0);
  CHECK(level({435, 563}) == 0);
  CHECK(level({434}) == 1);
  CHECK(level({500, 564}) == 1);
  CHECK(level({0}) == 5);
}

TEST_CASE("mode_windows: rows of a window, taken out and put into a wider one, are those of the sites") {
  const an::orbitals_t<double> phi = an::orbitals_t<double>::Random(9, 2);
  const site_list narrow{2, 3, 7}, wide{0, 2, 3, 6, 7, 8};
  const auto inside = an::detail::rows_of(phi, narrow);
  const auto out = an::detail::widened<double>(inside, narrow, wide);
  REQUIRE(out.rows() == 6);
  for (std::size_t r = 0; r < wide.size(); ++r) {
    const bool had = std::ranges::find(narrow, wide[r]) != narrow.end();
    for (index_t m = 0; m < 2; ++m) CHECK(out(static_cast<index_t>(r), m) == (had ? phi(wide[r], m) : complex(0)));
  }
  std::vector<char> filled(6, 0);
  an::detail::mark_filled(out, filled);
  CHECK(filled == std::vector<char>{0, 1, 1, 0, 1, 0});
}

TEST_CASE("mode_windows: threads that ask for a level at once get the same one") {
  const auto pointer = windows(an::chain{300}, {149});
  const auto& w = *pointer;
  std::vector<std::vector<const void*>> seen(8);
  std::vector<std::thread> threads;
  for (auto& mine : seen)
    threads.emplace_back([&w, &mine] {
      for (index_t level = 0; level <= w.last(); ++level) mine.push_back(&w.modes(level));
    });
  for (std::thread& t : threads) t.join();
  REQUIRE(seen[0].size() == 3);
  for (const auto& other : seen) CHECK(other == seen[0]);
}

}  // namespace mode_windows_test
