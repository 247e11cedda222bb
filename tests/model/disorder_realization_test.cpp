// SPDX-License-Identifier: MIT
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>

#include <doctest/doctest.h>

#include "support/matrices.hpp"

#include <atomic>
#include <complex>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace an = anderson;

namespace disorder_realization_test {

using support::largest;

namespace {

using complex = std::complex<double>;

/// A Hamiltonian of a user that is known only by its action, and counts how often it acts.
template <class Scalar>
struct acting_only {
  using scalar_type = Scalar;
  an::matrix_t<Scalar> h;
  std::shared_ptr<std::atomic<int>> applied = std::make_shared<std::atomic<int>>(0);

  an::index_t size() const { return h.rows(); }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const {
    ++*applied;
    out = h.lazyProduct(in);
  }
};
static_assert(an::hamiltonian<acting_only<double>>);

/// One whose matrix is not that of its action, nor finite.
struct two_faced {
  using scalar_type = double;
  an::index_t size() const { return 4; }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const { out = in; }
  an::matrix_t<double> dense() const {
    return an::matrix_t<double>::Constant(4, 4, std::numeric_limits<double>::quiet_NaN());
  }
};

/// One that leaves a row of the result out, or writes what is not finite.
struct incomplete {
  using scalar_type = complex;
  an::index_t sites, left_out;
  double value = 1;
  an::index_t size() const { return sites; }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const {
    for (an::index_t i = 0; i < sites; ++i)
      if (i != left_out) out.row(i) = value * in.row(i);
  }
};

}  // namespace

TEST_CASE(
    "disorder_realization: rows that apply() leaves out, or that are not finite, are refused, not what was there") {
  CHECK_NOTHROW(an::disorder_realization{incomplete{4, -1}});
  for (const an::index_t row : {0, 2, 3}) {
    const std::string said = "row " + std::to_string(row) + " of out after apply(in, out) of the Hamiltonian";
    CHECK_THROWS_WITH_AS((an::disorder_realization{incomplete{4, row}}), doctest::Contains(said.c_str()),
                         std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS((an::disorder_realization{incomplete{4, -1, std::numeric_limits<double>::infinity()}}),
                       doctest::Contains("row 0 of out"), std::invalid_argument);
  CHECK(!an::dense_matrix(incomplete{4, 2}).allFinite());
}

TEST_CASE_TEMPLATE("dense_matrix: is found from the action alone", Scalar, double, complex) {
  const an::matrix_t<Scalar> h = support::random_hermitian<Scalar>(6, 1);
  CHECK(an::dense_matrix(acting_only<Scalar>{h}) == h);  // products with 0 and 1 do not round
}

TEST_CASE("dense_matrix: is h.dense() where offered") {
  const an::tight_binding<> h(an::chain{4}, 1.0, support::random_matrix<double>(4, 1, 2));
  CHECK(an::dense_matrix(h) == h.dense());
}

TEST_CASE("disorder_realization: the eigensystem is computed at the first call, once, and shared by copies") {
  const acting_only<double> h{support::random_hermitian<double>(8, 3)};
  const an::disorder_realization realization(h);
  const auto copy = realization;
  CHECK(*h.applied == 1);  // to see what it writes
  const auto* first = &realization.eigensystem();
  CHECK(*h.applied == 2);
  CHECK(&realization.eigensystem() == first);
  CHECK(&copy.eigensystem() == first);
  CHECK(&copy.hamiltonian() == &realization.hamiltonian());
  CHECK(*h.applied == 2);
  CHECK(largest(h.h.lazyProduct(first->vectors) - first->vectors * first->values.asDiagonal()) < 1e-13);
}

TEST_CASE("disorder_realization: threads that ask at once get the same eigensystem, computed once") {
  for (int repetition = 0; repetition < 20; ++repetition) {
    const acting_only<double> h{support::random_hermitian<double>(20, 4)};
    const an::disorder_realization realization(h);
    std::vector<const an::eigensystem<double>*> seen(8);
    std::vector<double> lowest(8);
    std::atomic<int> waiting = 8;
    {
      std::vector<std::jthread> threads;
      for (std::size_t k = 0; k < 8; ++k)
        threads.emplace_back([&, mine = realization, k] {
          --waiting;
          while (waiting > 0) std::this_thread::yield();
          seen[k] = &mine.eigensystem();
          lowest[k] = seen[k]->values[0];
        });
    }
    CHECK(*h.applied == 2);
    CHECK(seen == std::vector(8, &realization.eigensystem()));
    CHECK(lowest == std::vector(8, realization.eigensystem().values[0]));
  }
}

TEST_CASE("disorder_realization: open chain (tridiagonal) and ring (dense) are both diagonalized") {
  for (const an::boundary ends : {an::boundary::open, an::boundary::periodic}) {
    an::philox rng(1, {});
    const an::disorder_realization realization(
        an::anderson_model{an::chain{9, ends}, {.hopping = 1, .disorder = 2}}.draw(rng));
    const an::matrix_t<double> h = realization.hamiltonian().dense();
    const auto& e = realization.eigensystem();
    CHECK(realization.size() == 9);
    CHECK(largest(h.lazyProduct(e.vectors) - e.vectors * e.values.asDiagonal()) < 1e-13);
    CHECK(largest(e.vectors.transpose().lazyProduct(e.vectors) - an::matrix_t<double>::Identity(9, 9)) < 1e-13);
  }
}

TEST_CASE("disorder_realization: a failing eigensolver is reported at every call") {
  const an::disorder_realization realization(two_faced{});
  CHECK_THROWS_AS(realization.eigensystem(), std::runtime_error);
  CHECK_THROWS_AS(realization.eigensystem(), std::runtime_error);
}

namespace {

/// A chain of 40 sites whose bond 17-18 may be forgotten in one direction.
template <class Real>
struct one_way {
  using scalar_type = Real;
  bool both;
  Real unit = 1, constant = 0;
  an::index_t size() const { return 40; }
  void apply(const an::orbitals_t<Real>& in, an::orbitals_t<Real>& out) const {
    for (an::index_t i = 0; i < 40; ++i) {
      out.row(i) = constant * in.row(i);
      if (i > 0 && (both || i != 18)) out.row(i) -= unit * in.row(i - 1);
      if (i < 39) out.row(i) -= unit * in.row(i + 1);
    }
  }
};

}  // namespace

TEST_CASE("disorder_realization: one bond that acts in one direction only is noticed, in any unit") {
  for (const double unit : {0x1p-300, 1.0, 0x1p300}) {
    CHECK_NOTHROW(an::disorder_realization{one_way<double>{true, unit, 1e6 * unit}});
    CHECK_THROWS_WITH_AS(an::disorder_realization{(one_way<double>{false, unit})},
                         doctest::Contains("h is Hermitian, both ways of every bond"), std::invalid_argument);
  }
  CHECK_NOTHROW(an::disorder_realization{one_way<float>{true, 1, 1000}});
  CHECK_THROWS_AS(an::disorder_realization{one_way<float>{false}}, std::invalid_argument);
}

}  // namespace disorder_realization_test
