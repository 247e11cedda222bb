// SPDX-License-Identifier: MIT
#include <anderson/propagate/detail/mode_panels.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <complex>
#include <vector>

namespace an = anderson;

namespace mode_panels_test {

using support::largest;

namespace {

constexpr an::index_t modes = 9;
using column_list = std::vector<an::index_t>;

/// Trajectories with these numbers of orbitals, side by side.
template <class Real>
struct filled {
  column_list columns;
  std::vector<an::orbitals_t<Real>> x;
  an::detail::mode_panels<Real> panels;

  explicit filled(const column_list& of) : columns(of), panels(modes, of) {
    for (const an::index_t m : columns) {
      x.push_back(support::random_matrix<std::complex<Real>>(modes, m, 5 + x.size()));
      panels.read(std::ssize(x) - 1, x.back());
    }
  }
};

const std::vector<column_list> cases{{0}, {1}, {7}, {8}, {9}, {40}, {1, 1, 1}, {3, 0, 7, 16}, {5, 12}, {0, 0}};

}  // namespace

TEST_CASE_TEMPLATE("mode_panels: write gives back what was read, for any number of orbitals and trajectories", Real,
                   float, double, long double) {
  for (const column_list& columns : cases) {
    CAPTURE(columns.size());
    CAPTURE(columns.front());
    const filled<Real> f(columns);
    CHECK(f.panels.modes() == modes);
    CHECK(f.panels.trajectories() == std::ssize(columns));
    an::orbitals_t<Real> out;
    f.panels.write(support::in_order(modes), out);
    CHECK(out.cols() == f.panels.begin(std::ssize(columns)));
    CHECK(f.panels.panels() == (out.cols() + f.panels.width - 1) / f.panels.width);
    for (std::size_t k = 0; k < columns.size(); ++k)
      CHECK(out.middleCols(f.panels.begin(static_cast<an::index_t>(k)), columns[k]) == f.x[k]);

    auto rows = support::in_order(modes);
    std::ranges::reverse(rows);
    an::orbitals_t<Real> reversed;
    f.panels.write(rows, reversed);
    CHECK(reversed == out.colwise().reverse());
  }
}

TEST_CASE("mode_panels: every lane knows its trajectory, lanes without one have the first") {
  const filled<double> f({3, 0, 7, 5});
  const std::vector<an::index_t> expected{0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 0};
  CHECK(f.panels.panels() * f.panels.width == std::ssize(expected));
  for (an::index_t l = 0; l < std::ssize(expected); ++l)
    CHECK(f.panels.trajectory(l / f.panels.width)[l % f.panels.width] == expected[static_cast<std::size_t>(l)]);
}

TEST_CASE("mode_panels: mode a of a panel is a line of real and a line of imaginary parts") {
  filled<double> f({5, 12});
  for (an::index_t a = 0; a < modes; ++a) {
    CHECK(f.panels.panel(0)[2 * a].get(2) == f.x[0](a, 2).real());
    CHECK(f.panels.panel(1)[2 * a + 1].get(4) == f.x[1](a, 7).imag());
    CHECK(f.panels.panel(2)[2 * a].get(7) == 0);  // nobody
  }
}

TEST_CASE("mode_panels: populations are sum_m weight_m |x_am|^2 of one trajectory") {
  for (const column_list& columns : cases) {
    const filled<double> f(columns);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const an::vector_t<double> weight = support::random_matrix<double>(columns[k], 1, 7).cwiseAbs();
      const an::vector_t<double> expected = f.x[k].cwiseAbs2().lazyProduct(weight);
      for (an::index_t a = 0; a < modes; ++a)
        CHECK(std::abs(f.panels.population(static_cast<an::index_t>(k), a, weight) - expected[a]) < 1e-13);
    }
  }
}

TEST_CASE("mode_panels: turn multiplies one mode of all orbitals") {
  for (const column_list& columns : cases) {
    filled<double> f(columns);
    an::orbitals_t<double> expected, out;
    f.panels.write(support::in_order(modes), expected);
    const auto phase = std::polar(1.0, 0.7);
    expected.row(4) *= phase;
    f.panels.turn(4, phase);
    f.panels.write(support::in_order(modes), out);
    CHECK(largest(out - expected) < 1e-15);
    CHECK(out.topRows(4) == expected.topRows(4));
    CHECK(out.bottomRows(4) == expected.bottomRows(4));
  }
}

}  // namespace mode_panels_test
