// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/tolerance.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/krylov_panel.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace anderson {

struct krylov_options {
  real_t tolerance =
      1e-10;  ///< bound on |error| / |x| of every column, for the whole interval; in (0, 1); see rounding
  index_t max_dimension = 30;  ///< largest Krylov space before the interval is cut; >= 2
};

/// What a Krylov exponential did.
struct krylov_report {
  index_t dimension = 0;   ///< largest Krylov space used
  index_t sub_steps = 0;   ///< pieces the interval was cut into, at most, for a column
  real_t error_bound = 0;  ///< rigorous up to rounding, relative to |x|; <= tolerance
};

/// x <- exp(-i tau A) x for a block of vectors and a Hermitian A known by its action, by Lanczos: the columns share the
/// loops, each has its own Krylov space. Usable alone, with any operator:
///
///     anderson::krylov_exponential<double> exponential({.tolerance = 1e-12});
///     const auto report = exponential([&](const auto& in, auto& out) { out = a * in; }, tau, x);
///
/// With V_m the Lanczos basis and T_m its tridiagonal matrix (diagonal alpha, off-diagonal beta), |x| V_m exp(-i tau
/// T_m) e_1 approximates the result, and its error obeys
///
///     |error| <= |x| beta_m int_0^tau |(exp(-i s T_m))_m1| ds <= |x| (beta_1 ... beta_m) tau^m / m!
///
/// First bound: Saad, SIAM J. Numer. Anal. 29, 209 (1992). Second: reaching the last basis vector takes m - 1 passages
/// (Duhamel's formula m - 1 times, all factors between are contractions). The second needs no eigenproblem, so it is
/// watched while the space grows; for tau |A| >> 1 it asks for a third more vectors than needed.
///
/// A small beta (invariant subspace) ends a column exactly: the rest of its basis is zero.
///
/// Columns are taken in panels of eight, or alone if only one or two are left, each with the dimension and the
/// sub-steps that it needs: A is applied to L x 8 blocks, of which columns may be zero, or L x 1 blocks.
///
/// Rounding comes on top: tau times a rounding error of A, and about one of x per sub-step. A constant in A, A + c,
/// costs nothing but the rounding of c; A times a constant and tau divided by it give the same result.
///
/// Bounded work: what would take more than 1e5 applications of A for a column, or so many sub-steps that their rounding
/// exceeds the tolerance, is refused when the first sub-step has shown it.
///
/// Cost: per panel dimension applications of A and O(dimension L) more; memory 8 (dimension + 1) L, kept between calls,
/// so a second call of the same shape allocates nothing.
template <real_scalar Real>
class krylov_exponential {
public:
  /// @throws std::invalid_argument  tolerance outside (0, 1); max_dimension < 2.
  explicit krylov_exponential(krylov_options options = {}) : options_(options) {
    detail::check_tolerance(options.tolerance);
    detail::require(options.max_dimension >= 2, "max_dimension", options.max_dimension, "max_dimension >= 2");
  }

  /// @param apply  apply(in, out): out = A in for blocks of L rows; out has the right shape.
  /// @param tau    any sign, finite.
  /// @param x      L x M, replaced by the result; columns shorter than the root of the smallest number count as 0.
  /// @param constant  for A + constant: a large one is better kept out of A, where it rounds.
  /// @throws std::invalid_argument  tau not finite, or too long: too much work, see above, or within an invariant
  ///         subspace a phase of 1e6.   @throws std::runtime_error  A or x not finite.
  template <class Apply>
  krylov_report operator()(Apply&& apply, Real tau, orbitals_t<Real>& x, Real constant = 0) {
    return exponential(detail::block_operator<Real>(apply), tau, x, constant);
  }

private:
  static constexpr index_t panel_columns = 8;
  static constexpr real_t most_applications = 1e5;

  krylov_report exponential(detail::block_operator<Real> apply, Real tau, orbitals_t<Real>& x, Real constant) {
    detail::require((Eigen::numext::isfinite)(tau), "tau", tau, "finite");
    detail::require((Eigen::numext::isfinite)(constant), "constant", constant, "finite");
    krylov_report report;
    if (x.size() == 0 || tau == 0) return report;
    index_t column = 0;
    const auto columns = static_cast<double>(x.cols());
    for (; x.cols() - column > 2; column += panel_columns) {
      const detail::stage part(static_cast<double>(column), static_cast<double>(column + panel_columns), columns);
      advance(panel_, apply, tau, constant, x, column, report);
    }
    for (; column < x.cols(); ++column) {
      const detail::stage part(static_cast<double>(column), static_cast<double>(column + 1), columns);
      advance(single_, apply, tau, constant, x, column, report);
    }
    return report;
  }

  template <index_t columns>
  void advance(detail::krylov_panel<Real, columns>& panel, detail::block_operator<Real> apply, Real tau, Real constant,
               orbitals_t<Real>& x, index_t first, krylov_report& report) const {
    const index_t count = std::min(columns, x.cols() - first);
    orbitals_t<Real>& start = panel.first(x.rows());
    start.leftCols(count) = x.middleCols(first, count);
    start.rightCols(columns - count).setZero();
    const Real total = Eigen::numext::abs(tau);
    const Real direction = tau < 0 ? Real(-1) : Real(1);
    real_t bound = 0;
    index_t sub_steps = 0, applications = 0;
    for (Real left = total, attempt = total; left > 0; ++sub_steps) {
      detail::poll(static_cast<double>(1 - left / total));
      attempt = std::min(attempt, left);
      // what the tolerance leaves to the attempt: its share by time
      const real_t log_allowed = std::log(options_.tolerance) + std::log(static_cast<real_t>(attempt / total));
      const auto built = panel.grow(apply, attempt, log_allowed, options_.max_dimension);
      // Bound at a shorter time s: bound (s / attempt)^m <= tolerance s / total.
      const real_t excess = built.log_bound - log_allowed;
      Real step = attempt;
      if (excess > 0) {
        step *= static_cast<Real>(0.99 *
                                  std::exp(-excess / static_cast<real_t>(std::max<index_t>(1, built.dimension - 1))));
        const auto pieces = static_cast<real_t>(Eigen::numext::ceil(left / step));
        check_work(static_cast<real_t>(sub_steps) + pieces,
                   static_cast<real_t>(applications) + pieces * static_cast<real_t>(built.dimension));
        step = attempt = left / static_cast<Real>(pieces);
      }
      bound += std::exp(built.log_bound +
                        static_cast<real_t>(built.dimension) * std::log(static_cast<real_t>(step / built.tau)));
      panel.finish(built.dimension, direction * step, constant);
      left = step < left ? left - step : Real(0);
      applications += built.dimension;
      report.dimension = std::max(report.dimension, built.dimension);
    }
    report.sub_steps = std::max(report.sub_steps, sub_steps);
    report.error_bound = std::max(report.error_bound, bound);
    x.middleCols(first, count) = panel.first(x.rows()).leftCols(count);
  }

  /// Refuses before the work is done.
  void check_work(real_t sub_steps, real_t applications) const {
    const std::string ways = "; take a shorter tau (dt), a larger max_dimension (now " +
                             std::to_string(options_.max_dimension) + ") or a larger tolerance (now " +
                             detail::text(options_.tolerance) + ")";
    detail::require(applications <= most_applications, "applications of A for one step", applications,
                    "at most " + detail::text(most_applications) + ways);
    // Sub-steps round, each by about an epsilon, mostly at random.
    const real_t rounding = sub_steps * static_cast<real_t>(Eigen::NumTraits<Real>::epsilon()) / 4;
    detail::require(
        rounding <= std::max(options_.tolerance, 8 * static_cast<real_t>(Eigen::NumTraits<Real>::epsilon())),
        "rounding errors of " + detail::text(sub_steps) + " sub-steps", rounding, "at most the tolerance" + ways);
  }

  krylov_options options_;
  detail::krylov_panel<Real, panel_columns> panel_;
  detail::krylov_panel<Real, 1> single_;
};

}  // namespace anderson
