// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/model/bond_table.hpp>
#include <anderson/model/tight_binding.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <algorithm>
#include <complex>
#include <concepts>
#include <limits>
#include <stdexcept>
#include <vector>

namespace an = anderson;

namespace bond_table_test {

namespace {

using complex = std::complex<double>;

const an::bond_list ladder{6, {{0, 1}, {3, 2}, {4, 5}, {0, 2}, {2, 4}, {1, 3}, {5, 3}}};
const std::vector<double> rungs{1, -2, 0, 0.5, 0.25, 3, 1.5};

/// h from the definition: h_ji = -J_b, h_ij = -conj(J_b).
template <class Scalar>
an::matrix_t<Scalar> matrix_of(const an::bond_table<Scalar>& table) {
  an::matrix_t<Scalar> h = an::matrix_t<Scalar>::Zero(table.size(), table.size());
  std::size_t b = 0;
  table.bonds().for_each_bond([&](an::index_t i, an::index_t j) {
    h(j, i) = -table.amplitudes()[b];
    h(i, j) = -Eigen::numext::conj(table.amplitudes()[b++]);
  });
  return h;
}

/// apply, dense and Gershgorin's discs of h on this table.
template <class Scalar>
void check_matrix(const an::bond_table<Scalar>& table) {
  const an::index_t n = table.size();
  an::matrix_t<Scalar> expected = matrix_of(table);
  CHECK(support::largest(table.radii() - an::vector_t<double>(expected.cwiseAbs().rowwise().sum())) < 1e-14);
  const an::vector_t<double> onsite = support::random_matrix<double>(n, 1, 1);
  const an::tight_binding<Scalar> h(table, onsite);
  expected.diagonal() += onsite.template cast<Scalar>();
  CHECK(h.dense() == expected);
  for (const an::index_t columns : {0, 1, 2, 3, 8, 11, 17}) {  // tiles of 8, 2 and 1 orbitals, and all of them
    const an::orbitals_t<double> in = support::random_matrix<complex>(n, columns, 2);
    an::orbitals_t<double> out = an::orbitals_t<double>::Constant(n, columns, 99.0);  // must be overwritten
    h.apply(in, out);
    CHECK(support::largest(out - expected.lazyProduct(in)) < 1e-14);  // sums of a few products of order 1
  }
}

}  // namespace

TEST_CASE("bond_table: amplitudes stand in h as they are given, real and complex") {
  check_matrix(an::bond_table{ladder, rungs});
  check_matrix(an::bond_table{ladder, 0.7});
  std::vector<complex> phases;
  for (const double j : rungs) phases.push_back(std::polar(0.3, j));
  check_matrix(an::bond_table{ladder, phases});
  check_matrix(an::bond_table{an::chain{4}, std::vector<complex>{{0, 1}, {1, 0}, {0.5, -0.5}}});
  check_matrix(an::bond_table{an::chain{1}, 1.0});
}

TEST_CASE("bond_table: consecutive bonds with amplitudes of their own, in any order, are tridiagonal") {
  const an::bond_table table{an::bond_list{5, {{3, 2}, {0, 1}, {3, 4}}}, std::vector{2.0, -1.0, 0.5}};
  check_matrix(table);
  REQUIRE(table.tridiagonal());
  const auto form = an::tight_binding{table, an::vector_t<double>::Zero(5)}.tridiagonal_form();
  REQUIRE(form.has_value());
  CHECK(form->subdiagonal == an::vector_t<double>{{1.0, 0.0, -2.0, -0.5}});
  CHECK_FALSE(an::bond_table{ladder, rungs}.tridiagonal());
  CHECK_FALSE(an::bond_table{an::chain{3}, complex(0, 1)}.tridiagonal());
}

TEST_CASE("bond_table: copies and the Hamiltonians made of it share one table") {
  const an::bond_table table{an::chain{50}, 1.0}, copy = table;
  const an::tight_binding a{table, an::vector_t<double>::Zero(50)}, b{copy, an::vector_t<double>::Ones(50)};
  CHECK(a.bonds().amplitudes().data() == table.amplitudes().data());
  CHECK(b.bonds().amplitudes().data() == table.amplitudes().data());
  CHECK(b.bonds().bonds().bonds().data() == table.bonds().bonds().data());
  const an::bond_table other{table.bonds(), std::vector<double>(49, 2.0)};  // other amplitudes of the same bonds
  CHECK(other.bonds().bonds().data() == table.bonds().bonds().data());
}

TEST_CASE("bond_table: the amplitudes choose the type") {
  static_assert(std::same_as<decltype(an::bond_table{ladder, 1.0}), an::bond_table<double>>);
  static_assert(std::same_as<decltype(an::bond_table{ladder, complex(1)}), an::bond_table<complex>>);
  static_assert(std::same_as<decltype(an::bond_table{ladder, std::vector<float>(7)}), an::bond_table<float>>);
}

TEST_CASE("bond_table: bad amplitudes are rejected, with the bond and the value") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const an::chain sites{3};
  CHECK_THROWS_WITH_AS((an::bond_table{sites, nan}), "anderson: hopping = nan; allowed: finite", std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::bond_table{sites, std::vector{1.0, nan}}),
                       "anderson: hopping of bond 1-2 = nan; allowed: finite", std::invalid_argument);
  CHECK_THROWS_WITH_AS((an::bond_table{sites, std::vector{1.0}}),
                       "anderson: number of hopping amplitudes = 1; allowed: one for each bond, 2",
                       std::invalid_argument);
}

}  // namespace bond_table_test
