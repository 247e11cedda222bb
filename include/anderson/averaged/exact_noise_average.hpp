// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/averaged_state.hpp>
#include <anderson/averaged/effective_modes.hpp>
#include <anderson/averaged/exact_snapshot.hpp>
#include <anderson/averaged/laplace_contour.hpp>
#include <anderson/averaged/renewal.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/noise/support.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
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
class exact_stepper {
public:
  using scalar_type = typename Realization::scalar_type;
  using real_type = typename Realization::real_type;
  using complex = std::complex<real_type>;
  using matrix = matrix_t<complex>;
  using modes_type = detail::effective_modes<scalar_type>;
  static constexpr bool reaches_any_time = true;

  struct prepared_data {
    std::shared_ptr<const modes_type> modes;
    vector_t<real_type> gamma;  // of the noisy sites
    averaged_at reading;
    real_t tolerance, longest_phase;
  };

  exact_stepper(std::shared_ptr<const prepared_data> prepared, const averaged_state<real_type>& start)
      : prepared_(std::move(prepared)),
        renewal_(prepared_->modes, prepared_->gamma,
                 modes().to_modes(detail::check_size(start, modes().size()).correlations())),
        x_(renewal_.start()),
        initial_energy_(modes().energy(x_)) {}

  real_t time() const noexcept { return time_; }

  /// To any time, at once. The noise enters by its rates only.
  /// @throws std::invalid_argument  until before the present time, or beyond 1e138 (double).
  void evolve(real_t until, auto& /*noise*/, auto& /*rng*/) {
    const real_t last = std::pow(static_cast<real_t>(std::min<long double>(Eigen::NumTraits<real_type>::highest(),
                                                                           Eigen::NumTraits<real_t>::highest())),
                                 0.45);  // squares of t times an energy are finite
    if (!(until >= time_ && until <= last))
      detail::reject("time to evolve to", until,
                     "not before the present time, " + detail::text(time_) + ", and not beyond " + detail::text(last));
    if (until == time_) return;
    time_ = until;
    const auto t = static_cast<real_type>(until);
    if (prepared_->reading == averaged_at::time)
      move_to(t);
    else
      move_to_exponential(t);
  }

  exact_snapshot<Realization> snapshot() const { return {modes(), x_, forms_, time_, initial_energy_}; }

  /// Values of the Laplace transform that were computed so far.
  index_t resolvents() const noexcept { return resolvents_; }
  /// What the last evolve() to a time left out, estimated, as an error of C: below the tolerance, unless longest_phase
  /// forbids. Exponential times: 0.
  real_t error_estimate() const noexcept { return error_; }

private:
  const modes_type& modes() const { return *prepared_->modes; }

  /// C = s times its Laplace transform, s = 1 / t.
  void move_to_exponential(real_type t) {
    x_.setZero();
    renewal_.add_state(complex(1), t, true, complex(1), renewal_.jumps(complex(1), t), x_);
    ++resolvents_;
  }

  /// What has not jumped has its own phase, exactly; what has comes from the contour, each half of which has the
  /// adjoint of the other.
  void move_to(real_type t) {
    x_.setZero();
    error_ = 0;
    if (prepared_->gamma.maxCoeff() > 0)  // else nothing jumps
      for (const auto& [s, weight] : detail::laplace_contour(find_reach(t))) {
        renewal_.add_state(s, t, false, weight, renewal_.jumps(s, t), x_);
        ++resolvents_;
      }
    vector_t<complex> turn(modes().size());
    for (index_t k = 0; k < turn.size(); ++k)
      turn[k] = std::polar(Eigen::numext::exp(-modes().rates[k] * t / 2), -modes().energies[k] * t);
    for (index_t l = 0; l < turn.size(); ++l) {
      for (index_t k = 0; k <= l; ++k) {
        const complex x = x_(k, l) + std::conj(x_(l, k)) +
                          detail::times(renewal_.start()(k, l), detail::times(turn[k], std::conj(turn[l])));
        x_(k, l) = x;
        x_(l, k) = std::conj(x);
      }
    }
  }

  /// The Laplace transform has its singularities near the frequencies E_k - E_l of pairs of modes. A jump may put a
  /// pair back where it left, at the rate d_kl = sum_m gamma_m |a^m_k a^m_l b^m_k b^m_l|, and moves its singularity by
  /// about as much: to a frequency of at most |E_k - E_l| + d_kl and a damping of at least Re z_kl - d_kl. The contour
  /// passes around those whose residues, about w_kl = sum_m |a^m_k a^m_l| (|g_kl| + sum_n |b^n_k b^n_l|) e^{-(Re z_kl -
  /// d_kl) t}, matter; the others, of pairs that see little of the noise or none of which is left, are not followed.
  /// Their own phases are exact all the same: what is missing is the echo of their oscillation in the jumps, of order
  /// 1/t.
  /// @returns  the largest phase that is followed.
  real_type find_reach(real_type t) {
    constexpr real_t largest_factor = 500;         // of residues over w; 200 seen in hundreds of small samples
    constexpr real_type inside = real_type(0.01);  // phases that every contour passes around
    constexpr index_t per_e_fold = 12;
    const index_t n = modes().size();
    std::vector<real_t> weight;  // by the logarithm of the phase
    const matrix_t<real_type> a = modes().seen.cwiseAbs(), b = modes().born.cwiseAbs(), ab = a.cwiseProduct(b);
    const matrix_t<real_type> bb = b.transpose() * b, aa = a.transpose() * a,
                              back = ab.transpose() * (prepared_->gamma.asDiagonal() * ab);
    for (index_t l = 0; l < n; ++l)
      for (index_t k = 0; k < n; ++k) {
        const real_type phase = t * (Eigen::numext::abs(modes().energies[k] - modes().energies[l]) + back(k, l));
        if (phase < inside) continue;
        const real_type damping = std::max(real_type(0), (modes().rates[k] + modes().rates[l]) / 2 - back(k, l));
        const auto bin = static_cast<std::size_t>(per_e_fold * Eigen::numext::log(phase / inside));
        if (weight.size() <= bin) weight.resize(bin + 1, 0);
        weight[bin] += static_cast<real_t>(aa(k, l) * (Eigen::numext::abs(renewal_.start()(k, l)) + bb(k, l)) *
                                           Eigen::numext::exp(-damping * t));
      }
    const auto epsilon = static_cast<real_t>(Eigen::NumTraits<real_type>::epsilon());
    error_ = 1e-11 + 1e4 * epsilon;  // of the contour itself
    const real_t allowed = std::max(prepared_->tolerance, 2 * error_);
    for (std::size_t bin = weight.size(); bin-- > 0;) {
      const real_t rest = error_ + largest_factor * weight[bin];
      const auto reach = inside * Eigen::numext::exp(static_cast<real_type>(bin + 1) / per_e_fold);
      if (rest > allowed && reach <= static_cast<real_type>(prepared_->longest_phase)) return reach;
      error_ = rest;
    }
    return 0;
  }

  std::shared_ptr<const prepared_data> prepared_;
  detail::renewal<scalar_type> renewal_;
  matrix x_;
  mutable detail::density_forms<scalar_type> forms_;  // for snapshots
  real_type initial_energy_;
  real_t time_ = 0, error_ = 0;
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
/// coherences still matter; an error of `tolerance` in C, unless longest_phase forbids. Coherences between modes far
/// from the noise keep their exact phases at all times; see docs/exact-average.md for the little that is left out.
///
/// Cost: the eigensystem, O(M L^3) for M noisy sites; then O(L^2) per resolvent and site (M^2 L^2 above one), and
/// O(L^3) where densities are asked for. L = 100, one core: 3 ms per late time; up to 2 s where coherences turn long
/// and still matter (some 1e2 < t < 1e6), which a larger tolerance or a smaller longest_phase saves. Memory: O(L^2).
struct exact_noise_average {
  averaged_at reading = averaged_at::time;
  real_t tolerance = 1e-8;     ///< on C at time t, > 0; not below 1e-11, nor below 1e4 rounding errors (float: 1e-3)
  real_t longest_phase = 3e4;  ///< >= 0; coherences that have turned by more radians have no echo in the jumps

  /// @throws std::invalid_argument  tolerance <= 0, longest_phase < 0, or not finite.
  void check() const {
    detail::require(tolerance > 0 && std::isfinite(tolerance), "tolerance", tolerance, "tolerance > 0 and finite");
    detail::require(longest_phase >= 0 && std::isfinite(longest_phase), "longest_phase", longest_phase,
                    "longest_phase >= 0 and finite");
  }

  /// @throws std::invalid_argument  bad options, noisy sites or rates.
  /// @throws std::runtime_error  two modes of h_eff coincide.
  template <class Realization, dephasing_noise Noise>
  auto prepare(const Realization& realization, const Noise& noise) const {
    check();
    using stepper = exact_stepper<Realization>;
    using real_type = typename Realization::real_type;
    const std::vector<real_t> rates = detail::dephasing_rates(noise, realization.size());
    const vector_t<real_type> gamma =
        Eigen::Map<const vector_t<real_t>>(rates.data(), std::ssize(rates)).template cast<real_type>();
    const auto modes =
        std::make_shared<const typename stepper::modes_type>(realization.eigensystem(), noise.support(), gamma);
    return detail::averaged_start<stepper>{std::make_shared<const typename stepper::prepared_data>(
        typename stepper::prepared_data{modes, gamma, reading, tolerance, longest_phase})};
  }
};

}  // namespace anderson
