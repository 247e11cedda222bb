// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/averaged/averaged_state.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/detail/support.hpp>

#include <cmath>
#include <complex>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

namespace detail {

/// A Hermitian matrix as L^2 real numbers, in columns: the real parts of its lower triangle on and below the diagonal,
/// the imaginary parts of its lower triangle, transposed, above.
template <real_scalar Real>
vector_t<Real> packed(const matrix_t<std::complex<Real>>& c) {
  const index_t n = c.rows();
  vector_t<Real> x(n * n);
  for (index_t j = 0; j < n; ++j)
    for (index_t i = 0; i < n; ++i) x[i + n * j] = i >= j ? c(i, j).real() : c(j, i).imag();
  return x;
}

template <real_scalar Real>
matrix_t<std::complex<Real>> unpacked(const vector_t<Real>& x, index_t n) {
  matrix_t<std::complex<Real>> c(n, n);
  for (index_t j = 0; j < n; ++j) {
    c(j, j) = x[j + n * j];
    for (index_t i = j + 1; i < n; ++i) {
      c(i, j) = {x[i + n * j], x[j + n * i]};
      c(j, i) = std::conj(c(i, j));
    }
  }
  return c;
}

/// The generator of the Lindblad equation of C,
///
///     dC/dt = -i [h, C] + sum_m gamma_m ( P_m C P_m - {P_m, C} / 2 ),
///
/// as a real L^2 x L^2 matrix on packed C. In the sum, diagonal entries cancel and C_ij decays with
/// (gamma_i + gamma_j) / 2.
template <real_scalar Real>
matrix_t<Real> dephasing_generator(const matrix_t<std::complex<Real>>& h, const vector_t<Real>& gamma) {
  const index_t n = h.rows();
  matrix_t<Real> generator(n * n, n * n);
  vector_t<Real> unit = vector_t<Real>::Zero(n * n);
  for (index_t q = 0; q < n * n; ++q) {
    unit[q] = 1;
    const matrix_t<std::complex<Real>> c = unpacked(unit, n), hc = h.lazyProduct(c);
    matrix_t<std::complex<Real>> rate = std::complex<Real>(0, -1) * (hc - hc.adjoint());
    for (index_t j = 0; j < n; ++j)
      for (index_t i = 0; i < n; ++i)
        if (i != j) rate(i, j) -= (gamma[i] + gamma[j]) / 2 * c(i, j);
    generator.col(q) = packed(rate);
    unit[q] = 0;
  }
  return generator;
}

/// exp(G t) for the generator G of the Lindblad equation on packed C and any t >= 0, in powers of two of a time tau
/// with |G| tau < 1/2: exp(G tau) by its Taylor series, exp(G 2^k tau) by repeated squaring. A time is the sum of its
/// binary digits and of a rest below tau, whose series is applied to C.
///
/// Each power is computed when a time first needs it, then shared by all. Thread-safe.
///
/// Each squaring doubles relative errors, so that rounding grows like |G| t. It would do so in the trace and in the
/// equilibrium too, which never decay; there it is removed after every squaring: with the packed identity matrix e,
/// e^T e = L,
///
///     e^T exp(G t) = e^T  (particle number),   exp(G t) e = e  (infinite temperature is stationary).
template <real_scalar Real>
class lindblad_exponentials {
public:
  lindblad_exponentials(matrix_t<Real> generator, index_t sites)
      : generator_(std::move(generator)),
        identity_(packed<Real>(matrix_t<std::complex<Real>>::Identity(sites, sites))) {
    int exponent = 0;
    std::frexp(static_cast<real_t>(generator_.cwiseAbs().colwise().sum().maxCoeff()), &exponent);  // norm < 2^exponent
    tau_ = std::ldexp(real_t(1), -1 - exponent);
  }

  /// x = exp(G t) x
  void apply(real_t t, vector_t<Real>& x) const {
    vector_t<Real> y;
    for (int k = std::ilogb(t > 0 ? t : tau_) - std::ilogb(tau_); k >= 0; --k) {
      const real_t digit = std::ldexp(tau_, k);
      if (digit > t) continue;
      y.noalias() = power(k) * x;
      x.swap(y);
      t -= digit;  // exact
    }
    if (t > 0) x = taylor(static_cast<Real>(t), x);
  }

private:
  /// exp(G 2^k tau)
  const matrix_t<Real>& power(int k) const {
    const std::scoped_lock lock(mutex_);
    if (powers_.empty())
      powers_.push_back(conserving(taylor<matrix_t<Real>>(
          static_cast<Real>(tau_), matrix_t<Real>::Identity(generator_.rows(), generator_.cols()))));
    while (std::ssize(powers_) <= k) {
      poll();
      powers_.push_back(conserving(powers_.back() * powers_.back()));
    }
    return powers_[static_cast<std::size_t>(k)];  // a deque: it stays where it is
  }

  /// exp(G t) x for t <= tau, up to terms below rounding.
  template <class Matrix>
  Matrix taylor(Real t, const Matrix& x) const {
    Matrix sum = x, term = x, next = x;
    Real bound = 1;
    for (int k = 1; bound > Eigen::NumTraits<Real>::epsilon() / 8; ++k) {
      next.noalias() = generator_ * term;
      term = next * (t / static_cast<Real>(k));
      sum += term;
      bound /= static_cast<Real>(2 * k);
    }
    return sum;
  }

  matrix_t<Real> conserving(matrix_t<Real> e) const {
    const auto sites = static_cast<Real>(identity_.sum());
    const Eigen::Matrix<Real, 1, Eigen::Dynamic> excess = identity_.transpose() * e - identity_.transpose();
    e.noalias() -= identity_ * (excess / sites);
    const vector_t<Real> drift = e * identity_ - identity_;
    e.noalias() -= drift * (identity_ / sites).transpose();
    return e;
  }

  matrix_t<Real> generator_;
  vector_t<Real> identity_;
  real_t tau_;  // a power of two
  mutable std::mutex mutex_;
  mutable std::deque<matrix_t<Real>> powers_;
};

}  // namespace detail

/// One averaged state moved by matrix exponentials. See dense_noise_average.
template <class Realization>
class dense_average_stepper {
public:
  using real_type = typename Realization::real_type;
  static constexpr bool reaches_any_time = true;

  struct prepared_type {
    prepared_type(const Realization& r, matrix_t<real_type> generator)
        : realization(r), exponentials(std::move(generator), r.size()) {}
    Realization realization;
    detail::lindblad_exponentials<real_type> exponentials;
  };

  dense_average_stepper(std::shared_ptr<const prepared_type> prepared, const averaged_state<real_type>& start)
      : prepared_(std::move(prepared)),
        c_(detail::packed(detail::check_size(start, sites()).correlations())),
        initial_energy_(detail::energy_at_start<real_type>::of(prepared_->realization.hamiltonian(), start)) {}

  real_t time() const noexcept { return time_; }

  /// In one step of any length. The noise enters by its rates only.
  /// @throws std::invalid_argument  until before the present time or not finite.
  void evolve(real_t until) {
    detail::check_until(until, time_);
    prepared_->exponentials.apply(until - time_, c_);
    time_ = until;
  }

  averaged_snapshot<Realization> snapshot() const {
    return {prepared_->realization, time_, initial_energy_,
            averaged_state<real_type>(detail::unpacked<real_type>(c_, sites()))};
  }

private:
  index_t sites() const { return prepared_->realization.size(); }

  std::shared_ptr<const prepared_type> prepared_;
  vector_t<real_type> c_;  // packed
  detail::energy_at_start<real_type> initial_energy_;
  real_t time_ = 0;
};

/// The exact average over the noise by exponentials of the L^2 x L^2 generator of the Lindblad equation (paper eq. 4
/// for one particle), on any number of noisy sites with any rates gamma_m:
///
///     dC/dt = -i [h, C] + sum_m gamma_m ( P_m C P_m - {P_m, C} / 2 )
///
///     average(problem{model, white_noise{{site}, gamma}, state}, dense_noise_average{}, times,
///             observables{energy{}, density_profile{}}, {.disorder_realizations = 10, .noise_realizations = 1})
///
/// The slow reference for small systems: no time step, any times. The error is rounding times |G| t, |G| of the order
/// of the bandwidth and the rates; particle number and equilibrium do not drift at all. Memory: L^4 numbers for every
/// doubling of the longest time. Cost: O(L^6) for each of these, once per realization, then O(L^4) for each binary
/// digit of a step.
struct dense_noise_average {
  static constexpr index_t max_sites = 24;  // L^4 numbers: 2.7 MB of doubles

  void check() const {}

  /// @throws std::invalid_argument  more than max_sites sites; bad noisy sites or rates.
  template <class Realization, dephasing_noise Noise>
  detail::prepared_average<dense_average_stepper<Realization>> prepare(const Realization& realization,
                                                                       const Noise& noise) const {
    using real_type = typename Realization::real_type;
    using stepper = dense_average_stepper<Realization>;
    const index_t sites = realization.size();
    detail::require(sites <= max_sites, "number of sites of dense_noise_average", sites,
                    "at most " + std::to_string(max_sites));
    const std::vector<real_t> rates = detail::dephasing_rates(noise, sites);
    constexpr real_t matrices = 6 + 64;  // at work, and doublings of the time
    detail::check_memory(realization.memory_limit(), matrices * detail::matrix_bytes<real_type>(sites * sites),
                         "dense_noise_average", sites, "strang_noise_average or exact_noise_average");
    const std::span<const index_t> support = noise.support();
    vector_t<real_type> gamma = vector_t<real_type>::Zero(sites);
    for (std::size_t k = 0; k < rates.size(); ++k) gamma[support[k]] = static_cast<real_type>(rates[k]);
    const matrix_t<std::complex<real_type>> h =
        dense_matrix(realization.hamiltonian(), realization.memory_limit()).template cast<std::complex<real_type>>();
    return {
        std::make_shared<const typename stepper::prepared_type>(realization, detail::dephasing_generator(h, gamma))};
  }
};

}  // namespace anderson
