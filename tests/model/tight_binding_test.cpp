// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/model/tight_binding.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <complex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace an = anderson;

namespace tight_binding_test {

using support::largest;

namespace {

using complex = std::complex<double>;

/// Any list of bonds.
struct graph {
  an::index_t sites;
  std::vector<std::pair<an::index_t, an::index_t>> bonds;
  an::index_t size() const { return sites; }
  void for_each_bond(auto&& visit) const {
    for (const auto& [i, j] : bonds) visit(i, j);
  }
};
static_assert(an::lattice<graph>);

an::vector_t<double> potential(an::index_t length) { return support::random_matrix<double>(length, 1, 1); }

/// apply, dense and the definition (paper eq. 9) say the same.
template <class Lattice, class Scalar>
void check_matrix(const Lattice& lattice, Scalar hopping) {
  const an::index_t n = lattice.size();
  const an::tight_binding<Scalar> h(lattice, hopping, potential(n));
  an::matrix_t<Scalar> expected = potential(n).template cast<Scalar>().asDiagonal();
  lattice.for_each_bond([&](an::index_t i, an::index_t j) {
    expected(j, i) = -hopping;
    expected(i, j) = -Eigen::numext::conj(hopping);
  });
  CHECK(h.dense() == expected);
  CHECK(h.dense() == h.dense().adjoint());
  for (const an::index_t columns : {0, 1, 3}) {
    const an::orbitals_t<double> in = support::random_matrix<complex>(n, columns, 2);
    an::orbitals_t<double> out = an::orbitals_t<double>::Constant(n, columns, 99.0);  // must be overwritten
    h.apply(in, out);
    CHECK(largest(out - expected.lazyProduct(in)) < 1e-14);  // sums of a few products of order 1
  }
  const auto [center, radius] = h.gershgorin();
  const an::vector_t<double> sums = expected.cwiseAbs().rowwise().sum();
  CHECK(center == potential(n));
  CHECK(largest(radius + center.cwiseAbs() - sums) < 1e-14);
}

}  // namespace

static_assert(an::hamiltonian<an::tight_binding<>>);
static_assert(an::hamiltonian<an::tight_binding<complex>>);
static_assert(an::hamiltonian<an::tight_binding<float>>);

TEST_CASE("tight_binding: apply, dense and the sum over bonds agree, real hopping (eq. 9)") {
  check_matrix(an::chain{1}, 1.5);
  check_matrix(an::chain{2}, 1.5);
  check_matrix(an::chain{7}, 1.5);
  check_matrix(an::chain{7, an::boundary::periodic}, -0.5);
  check_matrix(graph{6, {{0, 1}, {2, 3}, {4, 5}, {0, 2}, {2, 4}, {1, 3}, {3, 5}}}, 1.0);  // a ladder
}

TEST_CASE("tight_binding: consecutive bonds in any order, with gaps, take the fast path of apply to the same end") {
  check_matrix(graph{6, {{3, 2}, {0, 1}, {4, 5}, {2, 1}}}, 1.3);
  check_matrix(graph{3, {}}, 1.3);
  // The same bonds beside one that is not consecutive, on a site of its own.
  for (const an::index_t columns : {1, 2, 5}) {
    an::vector_t<double> w = potential(9);
    const an::tight_binding fast(an::chain{9}, 0.7, w);
    const an::tight_binding general(graph{9, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 8}}}, 0.7, w);
    const an::orbitals_t<double> in = support::random_matrix<complex>(9, columns, 2);
    an::orbitals_t<double> a(9, columns), b(9, columns);
    fast.apply(in, a);
    general.apply(in, b);
    CHECK(largest((a - b).topRows(6)) < 1e-14);
  }
}

TEST_CASE("tight_binding: a complex hopping acts from i to j, its conjugate back; h is Hermitian") {
  const complex hopping = std::polar(1.2, 0.7);
  check_matrix(an::chain{7}, hopping);
  check_matrix(an::chain{5, an::boundary::periodic}, hopping);
  check_matrix(graph{3, {{1, 0}, {1, 2}}}, hopping);
  const an::tight_binding<complex> h(an::chain{2}, hopping, potential(2));
  CHECK(h.dense()(1, 0) == -hopping);
  CHECK(h.dense()(0, 1) == -std::conj(hopping));
}

TEST_CASE("tight_binding: the tridiagonal form is h, and offered only where h has one") {
  using vector = an::vector_t<double>;
  for (const an::index_t length : {1, 2, 6}) {
    const an::tight_binding<> h(an::chain{length}, 1.5, potential(length));
    const auto t = h.tridiagonal_form();
    REQUIRE(t.has_value());
    CHECK(t->diagonal == potential(length));
    CHECK(t->subdiagonal == vector::Constant(length - 1, -1.5));
  }
  const auto form = [](const auto& lattice) {
    return an::tight_binding(lattice, 1.0, potential(lattice.size())).tridiagonal_form();
  };
  CHECK_FALSE(form(an::chain{3, an::boundary::periodic}));
  CHECK(form(an::chain{2, an::boundary::periodic}));  // one bond, no ring
  CHECK_FALSE(form(graph{4, {{0, 1}, {0, 2}, {2, 3}}}));

  const auto scattered = form(graph{4, {{3, 2}, {0, 1}}});  // any order and direction; 1-2 is missing
  REQUIRE(scattered.has_value());
  vector expected(3);
  expected << -1, 0, -1;
  CHECK(scattered->subdiagonal == expected);

  constexpr auto offers = [](const auto& h) {
    return requires { h.tridiagonal_form(); };
  };
  CHECK_FALSE(offers(an::tight_binding<complex>(an::chain{3}, complex(0, 1), potential(3))));
}

TEST_CASE("tight_binding: bad bonds and potentials are rejected, with the value") {
  const auto with = [](an::index_t sites, std::vector<std::pair<an::index_t, an::index_t>> bonds, an::index_t onsite) {
    return an::tight_binding<>(graph{sites, std::move(bonds)}, 1.0, potential(onsite));
  };
  CHECK_NOTHROW(with(3, {{0, 2}}, 3));
  CHECK_THROWS_WITH_AS(with(3, {{0, 1}, {1, 3}}, 3), doctest::Contains("bond = 1-3"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{-1, 0}}, 3), doctest::Contains("bond = -1-0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{2, 2}}, 3), doctest::Contains("bond = 2-2"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{0, 1}, {1, 2}, {1, 0}}, 3), doctest::Contains("bond = 0-1, given twice"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(3, {{0, 1}}, 2), doctest::Contains("length of the potential = 2"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with(0, {}, 0), doctest::Contains("number of sites = 0"), std::invalid_argument);
}

}  // namespace tight_binding_test
