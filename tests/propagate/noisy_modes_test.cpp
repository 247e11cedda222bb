// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/linalg/eigensystem.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/propagate/detail/noisy_modes.hpp>
#include <anderson/random/philox.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <vector>

namespace an = anderson;

namespace noisy_modes_test {

using an::index_t;
using an::detail::noisy_modes;
using support::largest;

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

auto all_of(const auto& s) { return an::detail::consecutive_sites<double>(0, s.size()); }

}  // namespace

TEST_CASE_TEMPLATE("noisy_modes: come by descending weight on the noisy sites, each with its own energy and amplitudes",
                   Scalar, double, complex) {
  const auto s = sample<Scalar>(an::chain{40}, 4);
  const site_list support{19, 3};
  const noisy_modes<Scalar> modes = an::detail::order_modes(s.eigensystem(), all_of(s), support);
  REQUIRE(modes.modes() == 40);
  site_list columns = modes.column;
  std::ranges::sort(columns);
  for (index_t a = 0; a < 40; ++a) CHECK(columns[static_cast<std::size_t>(a)] == a);
  double previous = 2, beyond = 0;
  for (std::size_t a = 0; a < 40; ++a) {
    CHECK(modes.energies[a] == s.eigensystem().values[modes.column[a]]);
    double weight = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      // a row of the eigenvectors is made a unit vector again: some rounding errors
      CHECK(std::abs(modes.amplitudes[k * 40 + a] - s.eigensystem().vectors(support[k], modes.column[a])) < 1e-14);
      weight += std::norm(modes.amplitudes[k * 40 + a]);
    }
    CHECK(weight <= previous * (1 + 1e-12));  // the order is that of roots, which round
    previous = weight;
  }
  for (std::size_t a = 40; a-- > 0;) {
    beyond += std::norm(modes.amplitudes[a]) + std::norm(modes.amplitudes[40 + a]);
    CHECK(modes.weight[a] ==
          doctest::Approx(std::hypot(std::abs(modes.amplitudes[a]), std::abs(modes.amplitudes[40 + a]))));
    CHECK(modes.weight_beyond[a] == doctest::Approx(std::sqrt(beyond)).epsilon(1e-6));  // 16 rounding errors count as 0
  }
  CHECK(modes.weight_beyond[40] == 0);
  CHECK(modes.weight_beyond[0] == doctest::Approx(std::sqrt(2.0)));  // two sites
}

TEST_CASE("noisy_modes: active() is the least number that leaves no more than the reach, at least 1") {
  const auto s = sample(an::chain{60}, 6);
  const noisy_modes<double> modes = an::detail::order_modes(s.eigensystem(), all_of(s), site_list{29});
  for (const double reach : {0.5, 1e-3, 1e-9, 1e-14}) {
    CAPTURE(reach);
    const auto active = static_cast<std::size_t>(modes.active(reach));
    CHECK(modes.weight_beyond[active] <= reach);
    CHECK(modes.weight_beyond[active - 1] > reach);
  }
  CHECK(modes.active(2) == 1);
  CHECK(modes.active(1e-3) < 30);
  CHECK(modes.active(0) < 60);  // the farthest amplitudes are rounding errors
}

TEST_CASE("noisy_modes: what rounding leaves of an amplitude counts as 0") {
  CHECK(an::detail::size_beyond_rounding(3e-15) == 0);
  CHECK(an::detail::size_beyond_rounding(-4e-15) == 4e-15);
  CHECK(an::detail::size_beyond_rounding(complex(0, 1e-3)) == 1e-3);
  CHECK(an::detail::size_beyond_rounding(1e-6f) == 0);
}

TEST_CASE("noisy_modes: allowance() spends the tolerance and no more") {
  double spent = 0, total = 0;
  for (int k = 0; k < 200000; ++k) {
    const double batch = 0.1 + 1e-3 * k;
    total += batch;
    spent += batch * an::detail::allowance(1e-3, total);
  }
  CHECK(spent < 1e-3);        // total = 2e7: all but 1 / ln(2e7) = 6 percent could be spent,
  CHECK(spent > 0.8 * 1e-3);  // and steps at the end of a batch miss some more
}

TEST_CASE_TEMPLATE("noisy_modes: to_modes changes to the eigenbasis, modes in the order of their weight", Scalar,
                   double, complex) {
  const auto s = sample<Scalar>(an::chain{30}, 3);
  const noisy_modes<Scalar> modes = an::detail::order_modes(s.eigensystem(), all_of(s), site_list{7, 25});
  const auto phi = support::random_orbitals(30, 5, 1);
  an::orbitals_t<double> in_modes;
  modes.to_modes(phi, in_modes);
  for (index_t a = 0; a < 30; ++a) {
    const auto v = s.eigensystem().vectors.col(modes.column[static_cast<std::size_t>(a)]);
    for (index_t m = 0; m < 5; ++m) {
      complex overlap = 0;
      for (index_t i = 0; i < 30; ++i) overlap += std::conj(complex(v[i])) * phi(i, m);
      CHECK(std::abs(overlap - in_modes(a, m)) < 1e-13);
    }
  }
}

TEST_CASE("noisy_modes: edges hold what may leave through the cut bonds") {
  const auto s = sample(an::chain{20}, 1);
  auto window = all_of(s);
  window.cuts = {{0, 2.0}, {19, 3.0}};
  const auto& v = s.eigensystem().vectors;
  const noisy_modes<double> modes = an::detail::order_modes(s.eigensystem(), window, site_list{9});
  double left = 0, right = 0;
  for (std::size_t a = 0; a < 20; ++a) {
    CHECK(modes.edge_within[a] == doctest::Approx(2 * std::sqrt(left) + 3 * std::sqrt(right)));
    const double l = v(0, modes.column[a]), r = v(19, modes.column[a]);
    CHECK(modes.edge[a] == doctest::Approx(2 * std::abs(l) + 3 * std::abs(r)));
    left += l * l, right += r * r;
  }
  CHECK(modes.edge_within[20] == doctest::Approx(5));  // all modes: the edges themselves
}

TEST_CASE("noisy_modes: a window is any list of sites with any number of cut bonds, several at one site") {
  const auto s = sample(an::chain{5}, 1);
  const auto& v = s.eigensystem().vectors;
  const an::detail::site_window<double> window{{2, 3, 7, 11, 30}, {{1, 0.5}, {1, 2.0}, {4, 1.0}}};
  const noisy_modes<double> modes = an::detail::order_modes(s.eigensystem(), window, site_list{11});
  CHECK(modes.sites == window.sites);
  for (std::size_t a = 0; a < 5; ++a) {
    const index_t column = modes.column[a];
    CHECK(std::abs(modes.amplitudes[a] - v(3, column)) < 1e-15);
    CHECK(modes.edge[a] == doctest::Approx(2.5 * std::abs(v(1, column)) + std::abs(v(4, column))));
  }
  CHECK(modes.edge_within[5] == doctest::Approx(3.5));
}

}  // namespace noisy_modes_test
