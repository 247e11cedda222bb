// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/tolerance.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/bessel.hpp>
#include <anderson/linalg/detail/block_operator.hpp>
#include <anderson/linalg/detail/phase.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/linalg/detail/tridiagonal_product.hpp>
#include <anderson/linalg/detail/tridiagonal_series.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson {

struct chebyshev_options {
  real_t tolerance = 1e-10;  ///< bound on |error| / |x| of every column, for the whole interval; in (0, 1)
};

/// What a Chebyshev exponential did.
struct chebyshev_report {
  index_t degree = 0;      ///< of the series: applications of A per sub-step
  index_t sub_steps = 0;   ///< pieces the interval was cut into
  real_t error_bound = 0;  ///< rigorous up to rounding, relative to |x|; <= tolerance
};

/// x <- exp(-i tau A) x for a block of vectors and a Hermitian A whose spectrum lies in a known interval, by
/// Chebyshev's series. Usable alone, with any operator:
///
///     anderson::chebyshev_exponential<double> exponential({.tolerance = 1e-12});
///     const auto report = exponential([&](const auto& in, auto& out) { out = a * in; }, low, high, tau, x);
///
/// With A = center + half_width A', the spectrum of A' in [-1, 1] and z = tau half_width   (Tal-Ezer and Kosloff,
/// J. Chem. Phys. 81, 3967 (1984)):
///
///     exp(-i tau A) = exp(-i tau center) sum_k (2 - delta_k0) (-i)^k J_k(z) T_k(A')
///
/// Every |T_k| <= 1, so what is left out beyond the degree N is at most 2 sum_{k > N} |J_k(z)|: known before anything
/// is applied, the same for all columns, and falling faster than exponentially once N > |z|. No inner products, no
/// basis.
///
/// Rounding comes on top, tau times a rounding error of A. A constant in A, A + c, costs nothing but the rounding of c.
///
/// Cost: about |z| + 5 |z|^{1/3} + a dozen applications of A, |z| at most 1e5; at |z| = 0.4 and tolerance 1e-10 eight.
/// Memory: four blocks like x, kept between calls, so a second call of the same shape and length allocates nothing. A
/// tridiagonal A given by its diagonals (anderson::tridiagonal) is several times faster than one given by its action.
template <real_scalar Real>
class chebyshev_exponential {
public:
  /// @throws std::invalid_argument  tolerance outside (0, 1).
  explicit chebyshev_exponential(chebyshev_options options = {}) : options_(options) {
    detail::check_tolerance(options.tolerance);
  }

  /// @param a          a(in, out): out = A in for L x M blocks, out has the right shape; or an anderson::tridiagonal.
  /// @param low, high  low <= every eigenvalue of A <= high. Trusted: outside, the series grows exponentially.
  /// @param tau        any sign, finite.
  /// @param x          L x M, replaced by the result.
  /// @param constant   for A + constant, low and high those of A: a large one is better kept out of A, where it rounds.
  /// @throws std::invalid_argument  low > high, not finite; tau not finite, or |z| > 1e5, before any work; a
  /// tridiagonal
  ///         of another length than x.
  template <class Operator>
  chebyshev_report operator()(Operator&& a, Real low, Real high, Real tau, orbitals_t<Real>& x, Real constant = 0) {
    if constexpr (detail::three_diagonals<Operator>)
      return exponential(&a.diagonal, &a.subdiagonal, std::nullopt, low, high, tau, x, constant);
    else
      return exponential(nullptr, nullptr, detail::block_operator<Real>(a), low, high, tau, x, constant);
  }

private:
  /// @param diagonal, subdiagonal  of A, or null: then `apply` is A.
  chebyshev_report exponential(const vector_t<Real>* diagonal, const vector_t<Real>* subdiagonal,
                               std::optional<detail::block_operator<Real>> apply, Real low, Real high, Real tau,
                               orbitals_t<Real>& x, Real constant) {
    detail::require((Eigen::numext::isfinite)(tau), "tau", tau, "finite");
    detail::require((Eigen::numext::isfinite)(constant), "constant", constant, "finite");
    detail::require((Eigen::numext::isfinite)(low), "low", low, "finite");
    detail::require((Eigen::numext::isfinite)(high) && low <= high, "high", high, "finite, not below low");
    if (diagonal)
      detail::require(diagonal->size() == x.rows() && subdiagonal->size() == std::max<index_t>(0, x.rows() - 1),
                      "length of the diagonal", diagonal->size(), "rows of x, and a subdiagonal shorter by one");
    if (x.size() == 0 || tau == 0) return {};
    const Real center = low + (high - low) / 2;
    Real half_width = (high - low) / 2;
    if (half_width > 0)  // the center is rounded, and what is subtracted of it
      half_width += 4 * Eigen::NumTraits<Real>::epsilon() * (Eigen::numext::abs(center) + Eigen::numext::abs(constant));
    const Real reach = Eigen::numext::abs(tau) * half_width;
    detail::require(reach <= most_applications, "tau (high - low) / 2", reach,
                    "at most 1e5, about the number of applications of A; take a shorter tau (dt)");
    const Real pieces = std::max(Real(1), Eigen::numext::ceil(reach / longest));
    const Real step = tau / pieces;
    const auto count = static_cast<index_t>(pieces);
    chebyshev_report report = expand(step * half_width, options_.tolerance / static_cast<real_t>(pieces));
    report.sub_steps = count;
    report.error_bound *= static_cast<real_t>(pieces);
    // The tolerance is one of the norm, too, which a large constant would multiply in an energy; but the norm is known.
    const bool far = Eigen::numext::abs(center + constant) > 8 * half_width;
    if (far) column_norms(x, before_);
    const std::complex<Real> all = far ? detail::times(detail::phase(center, tau), detail::phase(constant, tau))
                                       : detail::phase(center + constant, tau);
    for (index_t piece = 0; piece < count; ++piece) {
      std::optional<detail::stage> part;
      if (count > 1)
        part.emplace(static_cast<double>(piece), static_cast<double>(piece + 1), static_cast<double>(count));
      const std::complex<Real> turn = piece + 1 < count ? std::complex<Real>(1) : all;
      if (diagonal)
        tridiagonal_(*diagonal, *subdiagonal, center, half_width, c_, turn, x);
      else
        clenshaw(*apply, center, half_width, turn, x);
    }
    if (far) {
      column_norms(x, after_);
      for (index_t j = 0; j < x.cols(); ++j) after_[j] = after_[j] > 0 ? before_[j] / after_[j] : Real(1);
      for (index_t i = 0; i < x.rows(); ++i)
        for (index_t j = 0; j < x.cols(); ++j) x(i, j) *= after_[j];
    }
    return report;
  }

  static constexpr Real most_applications = 100000;
  static constexpr Real longest = 10000;  // of one series: bounds the memory of the coefficients
  // Rounding of the coefficients must not be what limits a float.
  using wide = std::conditional_t<std::is_same_v<Real, float>, double, Real>;

  static void column_norms(const orbitals_t<Real>& x, vector_t<Real>& norms) {
    norms.setZero(x.cols());
    for (index_t i = 0; i < x.rows(); ++i)
      for (index_t j = 0; j < x.cols(); ++j) norms[j] += Eigen::numext::abs2(x(i, j));
    norms = norms.cwiseSqrt();
  }

  /// c_k = (2 - delta_k0) J_k(z) for k up to the degree at which the rest is below the tolerance.
  chebyshev_report expand(Real z, real_t tolerance) {
    const auto epsilon = static_cast<real_t>(Eigen::NumTraits<wide>::epsilon());
    const real_t negligible = epsilon / 1000 * std::clamp(tolerance, 1e-100, 1.0);
    detail::bessel_j(static_cast<wide>(Eigen::numext::abs(z)), negligible, bessel_);
    chebyshev_report report;
    report.error_bound = 2 * negligible;
    for (std::size_t k = bessel_.size(); --k > 0;) {
      const auto next = report.error_bound + 2 * std::abs(static_cast<real_t>(bessel_[k]));
      if (next > tolerance) {
        report.degree = static_cast<index_t>(k);
        break;
      }
      report.error_bound = next;
    }
    c_.reserve(64);
    c_.resize(static_cast<std::size_t>(report.degree) + 1);
    for (std::size_t k = 0; k < c_.size(); ++k)
      c_[k] = static_cast<Real>((k == 0 ? 1 : 2) * (z < 0 && k % 2 == 1 ? -bessel_[k] : bessel_[k]));
    return report;
  }

  /// x <- phase sum_k (-i)^k c_k T_k(A') x by Clenshaw's recurrence, see detail::tridiagonal_series.
  void clenshaw(detail::block_operator<Real> apply, Real center, Real half_width, std::complex<Real> phase,
                orbitals_t<Real>& x) {
    for (orbitals_t<Real>* block : {&now_, &last_, &applied_, &turned_}) block->resize(x.rows(), x.cols());
    turned_ = x * std::complex<Real>(0, -1);
    const auto source = [&](index_t k) { return detail::as_real(std::as_const(k % 2 == 0 ? x : turned_)); };
    const auto factor = [&](index_t k) {  // the sign of (-i)^k, or of (-i)^(k-1)
      return k % 4 < 2 ? c_[static_cast<std::size_t>(k)] : -c_[static_cast<std::size_t>(k)];
    };
    const auto degree = static_cast<index_t>(c_.size()) - 1;
    detail::as_real(now_) = factor(degree) * source(degree);
    last_.setZero();
    for (index_t k = degree - 1; k >= 0; --k) {
      detail::poll(1 - static_cast<double>(k + 1) / static_cast<double>(degree));
      apply(std::as_const(now_), applied_);
      const Real scale = (k == 0 ? 1 : 2) / half_width, shift = scale * center;
      auto last = detail::as_real(last_);
      last = scale * detail::as_real(applied_) - (shift * detail::as_real(now_) + last) + factor(k) * source(k);
      now_.swap(last_);
    }
    x = phase * now_;
  }

  chebyshev_options options_;
  std::vector<wide> bessel_;
  std::vector<Real> c_;
  detail::tridiagonal_series<Real> tridiagonal_;
  orbitals_t<Real> now_, last_, applied_, turned_;
  vector_t<Real> before_, after_;  // norms
};

}  // namespace anderson
