// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/averaged_state.hpp>
#include <anderson/averaged/detail/echoes.hpp>
#include <anderson/averaged/detail/effective_modes.hpp>
#include <anderson/averaged/detail/renewal.hpp>
#include <anderson/averaged/exact_average_snapshot.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/detail/tolerance.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/laplace_contour.hpp>
#include <anderson/noise/detail/support.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace anderson {

/// When an averaged state is looked at.
enum class averaged_at {
  time,              ///< at time t
  exponential_times  ///< at a random time of mean t, exponentially distributed: on a logarithmic axis about one e-fold
};

/// One state under the exact average over the noise; every time is reached from the start, at a cost that does not grow
/// with it. See exact_noise_average.
template <class Realization>
class exact_average_stepper {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using complex = std::complex<real_type>;
  using matrix = matrix_t<complex>;
  using modes_type = detail::effective_modes<scalar_type>;
  static constexpr bool reaches_any_time = true;

  struct prepared_type {
    std::shared_ptr<const modes_type> modes;
    vector_t<real_type> gamma;  // of the noisy sites, in the unit of the modes
    averaged_at reading;
    real_t tolerance, max_work;
  };

  exact_average_stepper(std::shared_ptr<const prepared_type> prepared, const averaged_state<real_type>& start)
      : prepared_(std::move(prepared)),
        renewal_(prepared_->modes, prepared_->gamma,
                 modes().to_modes(detail::check_size(start, modes().size()).correlations())),
        x_(renewal_.start()),
        start_{modes().energy_from_center(x_), modes().particles(x_)},
        error_(rounding()) {}

  real_t time() const noexcept { return time_; }

  /// To any time, at once. The noise enters by its rates only.
  /// @throws std::invalid_argument  until before the present time, or so late that squares of phases overflow.
  void evolve(real_t until) {
    detail::check_until(until, time_);
    const auto t = static_cast<real_type>(until * static_cast<real_t>(modes().unit));
    const real_type last = std::pow(Eigen::NumTraits<real_type>::highest(), real_type(0.45));
    if (!(t <= last))
      detail::reject("time to evolve to", until,
                     "not beyond " + detail::text(last / modes().unit) + ", where squares of phases overflow");
    if (until == time_) return;
    if (prepared_->reading == averaged_at::time)
      move_to(t);
    else
      move_to_exponential(t);
    time_ = until;
  }
  exact_average_snapshot<Realization> snapshot() const { return {modes(), x_, forms_, time_, start_}; }
  /// Values of the Laplace transform that were computed so far.
  index_t resolvents() const noexcept { return resolvents_; }
  /// Of the largest entry of C after the last evolve(), from above in all but some 1e-4 of random problems
  /// (docs/exact-average.md): what was left out, and rounding as far as strong noise, levels and modes that nearly
  /// coincide, and phases E t make more of it; at most 2. Below the tolerance unless rounding or max_work forbid.
  real_t error_estimate() const noexcept { return std::min(error_, real_t(2)); }

private:
  const modes_type& modes() const { return *prepared_->modes; }

  /// C = s times its Laplace transform, s = 1 / t.
  void move_to_exponential(real_type t) {
    x_.setZero();
    error_ = rounding() + of_levels(t, 0);
    renewal_.add_state(complex(1), t, true, complex(1), jumps(t), x_);
    ++resolvents_;
  }

  /// What has not jumped has its own phase, exactly; what has comes from the contour, each half of which has the
  /// adjoint of the other.
  void move_to(real_type t) {
    x_.setZero();
    error_ = rounding();
    if (prepared_->gamma.maxCoeff() > 0) {  // else nothing jumps
      const auto contour = detail::laplace_contour(find_reach(t));
      index_t done = 0;
      for (const auto& [s, weight] : contour) {
        detail::poll(static_cast<double>(done++) / static_cast<double>(contour.size()));
        renewal_.add_state(s, t, false, weight, renewal_.jumps(s, t), x_);
        ++resolvents_;
      }
    }
    vector_t<complex> turn(modes().size());
    for (index_t k = 0; k < turn.size(); ++k)
      turn[k] = std::polar(Eigen::numext::exp(-modes().rates[k] * t / 2), -modes().energies[k] * t);
    real_type coherences = 0;
    for (index_t l = 0; l < turn.size(); ++l) {
      for (index_t k = 0; k <= l; ++k) {
        const complex own = detail::times(renewal_.start()(k, l), detail::times(turn[k], std::conj(turn[l])));
        const complex x = x_(k, l) + std::conj(x_(l, k)) + own;
        x_(k, l) = x;
        x_(l, k) = std::conj(x);
        if (k != l) coherences += 2 * std::norm(own);
      }
    }
    error_ += of_levels(t, std::sqrt(coherences));
    jumps(t);  // for their errors
  }

  static real_t epsilon() { return static_cast<real_t>(Eigen::NumTraits<real_type>::epsilon()); }
  /// Relative, of everything: modes that nearly coincide are known as well as their condition allows, rates of slow
  /// modes under noise much stronger than h as well as their ratio.
  real_t rounding() const {
    const auto condition = static_cast<real_t>(modes().condition), band = static_cast<real_t>(modes().band),
               moved = static_cast<real_t>(modes().moved);
    return epsilon() * rounding_factor * condition * std::sqrt(condition) +
           (band > 0 ? std::max(8 * epsilon(), 4 * moved) / band : 0) +
           4 * (moved + static_cast<real_t>(modes().defect));
  }
  /// What the rounding dh of h, its constant included, makes of C: it turns coherences of the start, |dh| t of those
  /// that are left at time t, and mixes pairs of modes until they get out of step, |dh| min(t, 1 / |z_kl|).
  real_t of_levels(real_type t, real_type coherences) const {
    const auto in_step = static_cast<real_t>(std::min(t, 1 / modes().slowest));
    const real_t mixed = modes().tails ? static_cast<real_t>(modes().errors.equal_levels(modes().size())) : real_t(8);
    return std::min(real_t(2), static_cast<real_t>(modes().rounding) *
                                   (8 * static_cast<real_t>(t) * static_cast<real_t>(coherences) + mixed * in_step));
  }

  /// The jumps at s = 1 / t; adds to the error what the errors of amplitudes at noisy sites make of C: of the rates of
  /// modes, as long as those matter, and of the passage from site to site.
  const vector_t<complex>& jumps(real_type t) {
    const matrix_t<real_type> errors = modes().errors.at(t);
    real_type worst = 0;
    for (index_t k = 0; k < modes().size(); ++k) {
      real_type rate = 0;
      for (index_t m = 0; m < modes().seen.rows(); ++m) {
        const real_type d = errors(m, k);
        rate += prepared_->gamma[m] * d * (2 * Eigen::numext::sqrt(std::norm(modes().seen(m, k))) + d);
      }
      worst = std::max(worst, rate * std::min(t, 1 / modes().rates[k]));
    }
    auto error = static_cast<real_t>(worst);
    const vector_t<complex>& out = renewal_.jumps(t, errors, error);
    error_ += 32 * error;
    return out;
  }

  /// @returns  the largest phase that is followed.
  real_type find_reach(real_type t) {
    error_ += 4e-11 + 1e4 * epsilon();  // of the contour itself
    const real_t allowed = std::max(prepared_->tolerance, 2 * error_);
    const real_t points = prepared_->max_work / work_of_resolvent();
    if (!echoes_) echoes_.emplace(modes(), prepared_->gamma, renewal_.start());
    const real_t told_apart = 1e-2 / epsilon();  // points of the contour
    return echoes_->reach(t, allowed, static_cast<real_type>(std::min(told_apart, detail::laplace_reach(points))),
                          error_);
  }
  /// Elements of matrices that a resolvent goes through, and what it costs besides.
  real_t work_of_resolvent() const {
    const auto n = static_cast<real_t>(modes().size()), m = static_cast<real_t>(modes().seen.rows());
    return n * n * (m > 1 ? 1 + m * m : 1) + 1000;
  }

  static constexpr real_t rounding_factor = 64;
  std::shared_ptr<const prepared_type> prepared_;
  detail::renewal<scalar_type> renewal_;
  std::optional<detail::echoes<scalar_type>> echoes_;  // if they are asked for
  matrix x_;
  mutable detail::density_forms<scalar_type> forms_;  // for snapshots
  typename exact_average_snapshot<Realization>::start_values start_;
  real_t time_ = 0, error_;
  index_t resolvents_ = 0;
};

/// The exact average over the noise, without sampling, of everything linear in C: at t = 0.1 as at 1e16, late
/// times at the cost of early ones. For every noise that declares the rates of its averaged generator, on one site or
/// any number, real and complex h, any initial state:
///
///     dC/dt = -i [h, C] + sum_m gamma_m ( P_m C P_m - {P_m, C} / 2 )        (paper eq. 4)
///
///     average(problem{model, white_noise{{c}, 1.0}, ground_state{}}, exact_noise_average{}, log_times(0.1, 1e16, 4),
///             observables{absorbed_energy{}}, {.disorder_realizations = 100, .noise_realizations = 1})
///
/// Entropies do not compile: the averaged state is not Gaussian. Use noise_realizations = 1 unless the initial state is
/// random.
///
/// Two readings of time. `averaged_at::exponential_times`: at times of exponential distribution, mean t; one resolvent,
/// exact to rounding at any t. `averaged_at::time`: at t itself, by a contour of 39 resolvents, more while the
/// coherences still matter; an error of `tolerance` in C, unless max_work forbids. Coherences between modes far
/// from the noise keep their exact phases at all times; see docs/exact-average.md for the little that is left out.
///
/// Cost: the eigensystem, O(M L^3) for M noisy sites; then O(L^2) per resolvent and site (M^2 L^2 above one), and
/// O(L^3) where densities are asked for. L = 100, one core: 3 ms per late time; up to 2 s where coherences turn long
/// and still matter (some 1e2 < t < 1e6), which a larger tolerance or a smaller max_work saves. Memory: 20 complex
/// L x L matrices.
struct exact_noise_average {
  averaged_at reading = averaged_at::time;
  real_t tolerance = 1e-8;  ///< on C at time t, in (0, 1); not below 1e-10 (float: 3e-3)
  /// Most work per time, in [0, 1e11], in elements of matrices: a resolvent takes (1 + M^2) L^2 + 1000 with M > 1 noisy
  /// sites, L^2 + 1000 with one. Bounds how long coherences are followed; 1e9 are some seconds.
  real_t max_work = 3e8;

  /// @throws std::invalid_argument  tolerance outside (0, 1); max_work outside [0, 1e11].
  void check() const {
    detail::check_tolerance(tolerance);
    detail::require(max_work >= 0 && max_work <= 1e11, "max_work", max_work, "0 <= max_work <= 1e11");
  }

  /// @throws std::invalid_argument  bad options, noisy sites or rates; more memory than the memory_limit.
  /// @throws std::runtime_error  two modes of h_eff coincide.
  template <class Realization, dephasing_noise Noise>
  auto prepare(const Realization& realization, const Noise& noise) const {
    check();
    using stepper = exact_average_stepper<Realization>;
    using real_type = typename Realization::real_type;
    const std::vector<real_t> rates = detail::dephasing_rates(noise, realization.size());
    const vector_t<real_type> gamma =
        Eigen::Map<const vector_t<real_t>>(rates.data(), std::ssize(rates)).template cast<real_type>();
    detail::check_memory_of_average(realization, reading == averaged_at::time ? 19 : 13, "exact_noise_average");
    const auto modes =
        std::make_shared<const typename stepper::modes_type>(realization.eigensystem(), noise.support(), gamma);
    return detail::prepared_average<stepper>{std::make_shared<const typename stepper::prepared_type>(
        typename stepper::prepared_type{modes, gamma / modes->unit, reading, tolerance, max_work})};
  }
};

}  // namespace anderson
