// SPDX-License-Identifier: MIT
#include <anderson/core/capabilities.hpp>
#include <anderson/core/detail/unfit.hpp>
#include <anderson/core/memory_limit.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace an = anderson;

namespace capabilities_test {

namespace {

template <class Scalar = double>
struct action {
  using scalar_type = Scalar;
  an::index_t size() const { return 2; }
  void apply(const an::orbitals_t<an::real_of_t<Scalar>>& in, an::orbitals_t<an::real_of_t<Scalar>>& out) const {
    out = in;
  }
};
static_assert(an::hamiltonian<action<>> && !an::has_dense<action<>> && !an::has_tridiagonal_form<action<>> &&
              !an::has_gershgorin<action<>> && !an::applies_everywhere<action<>>);

struct offers_all : action<> {
  static constexpr bool applies_everywhere = true;
  const an::matrix_t<double>& dense() const;
  an::tridiagonal<double> tridiagonal_form() const;
  std::pair<an::vector_t<double>, an::vector_t<double>> gershgorin() const;
};
static_assert(an::has_dense<offers_all> && an::has_tridiagonal_form<offers_all> && an::has_gershgorin<offers_all> &&
              an::applies_everywhere<offers_all> && an::detail::check_fit_of_hamiltonian<offers_all>());

// What does not fit is no capability, and named: not const, of another type, with arguments, one of several.
struct dense_not_const : action<> {
  an::matrix_t<double> dense();
};
struct dense_of_other_scalar : action<> {
  an::matrix_t<std::complex<double>> dense() const;
};
struct dense_with_argument : action<> {
  an::matrix_t<double> dense(int) const;
};
struct dense_member : action<> {
  an::matrix_t<double> dense;
};
struct dense_of_two : action<> {
  an::matrix_t<double> dense();
  an::matrix_t<double> dense(int);
};
template <class H>
constexpr bool unfit_dense = an::detail::names_dense<H> && !an::has_dense<H>;
static_assert(unfit_dense<dense_not_const> && unfit_dense<dense_of_other_scalar> && unfit_dense<dense_with_argument> &&
              unfit_dense<dense_member> && unfit_dense<dense_of_two>);
static_assert(!an::detail::names_dense<action<>>);
class dense_private : public action<> {
  an::matrix_t<double> dense();  // of its own affairs
};
static_assert(!an::detail::names_dense<dense_private> && !an::has_dense<dense_private>);

struct one_vector : action<> {
  an::vector_t<double> gershgorin() const;
};
static_assert(an::detail::names_gershgorin<one_vector> && !an::has_gershgorin<one_vector>);
template <class Scalar>
struct may_be_tridiagonal : action<Scalar> {
  std::optional<an::tridiagonal<an::real_of_t<Scalar>>> tridiagonal_form() const;
};
static_assert(an::has_tridiagonal_form<may_be_tridiagonal<float>>);
static_assert(!an::has_tridiagonal_form<may_be_tridiagonal<std::complex<float>>>);  // the library would not know how
static_assert(an::detail::check_fit_of_hamiltonian<may_be_tridiagonal<std::complex<float>>>());
struct says_no : action<> {
  static constexpr bool applies_everywhere = false;
};
static_assert(!an::applies_everywhere<says_no> && an::detail::check_fit_of_hamiltonian<says_no>());

struct law {
  void draw(auto&, std::span<double>) const {}
  void check(an::index_t) const {}
};
struct law_without_check {
  void draw(auto&, std::span<double>) const {}
  void check(std::string) const;
};
static_assert(an::has_check<law> && !an::has_check<law_without_check> && an::detail::names_check<law_without_check>);

struct function_of_average {
  double finish(double) const;
  double finish_slope(double) const;
};
struct without_slope {
  double finish(double) const;
};
struct of_any_type {
  auto finish(auto x) const { return x; }
  auto finish_slope(auto x) const { return x; }
};
static_assert(an::has_finish<function_of_average, double> && an::has_finish<of_any_type, float>);
static_assert(!an::has_finish<without_slope, double> && an::detail::names_finish<without_slope, double>);

struct quick {
  static constexpr bool reaches_any_time = true, moves_together = true;
  double error_estimate() const;
};
static_assert(an::reaches_any_time<quick> && an::moves_together<quick> && an::has_error_estimate<quick>);
static_assert(!an::reaches_any_time<action<>> && !an::moves_together<action<>> && !an::has_error_estimate<action<>>);
static_assert(an::detail::check_fit_of_stepper<quick>() && an::detail::check_fit_of_prepared<quick>());

}  // namespace

TEST_CASE("memory_limit: what takes more is refused, with size, limit and what to do") {
  const double bytes = an::detail::matrix_bytes<double>(10000);
  CHECK(bytes == 8e8);
  CHECK_NOTHROW(an::detail::check_memory({}, bytes, "a matrix", 10000, "this"));
  CHECK_THROWS_WITH_AS(an::detail::check_memory({}, 4 * bytes, "a matrix", 10000, "this"),
                       "anderson: memory for a matrix of 10000 sites = 2.98 GiB; allowed: at most the memory_limit, "
                       "1 GiB (of plan, or of disorder_realization: raise it); or this",
                       std::invalid_argument);
  CHECK_NOTHROW(an::detail::check_memory({3}, 4 * bytes, "a matrix", 10000, "this"));
  CHECK_NOTHROW(an::detail::check_memory({std::numeric_limits<double>::infinity()}, 1e300, "a matrix", 1, ""));
  CHECK(an::detail::matrix_bytes<std::complex<double>>(an::index_t{1} << 40) == std::ldexp(1.0, 84));  // no overflow
}

}  // namespace capabilities_test
