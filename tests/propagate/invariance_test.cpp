// SPDX-License-Identifier: MIT
// No unit of energy, no zero of energy: the combined step by all three exponentials.
#include <anderson/lattice/chain.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/tight_binding.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/noise/recorded.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <doctest/doctest.h>

#include "support/invariance.hpp"
#include "support/slow_twin.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <utility>
#include <vector>

namespace an = anderson;

namespace invariance_test {

namespace {

constexpr an::index_t length = 12, particles = 9;  // a panel and a column by itself
constexpr double dt = 0.125;
constexpr int steps = 8;

/// Potentials that are exact multiples of 2^-10, in [-3, 3]: a large constant changes none of their digits.
template <class Real>
an::vector_t<Real> potential() {
  const std::vector<double> x = support::phases(length, 17);
  an::vector_t<Real> w(length);
  for (an::index_t i = 0; i < length; ++i)
    w[i] = static_cast<Real>(std::round(1024 * std::clamp(x[static_cast<std::size_t>(i)], -3.0, 3.0)) / 1024);
  return w;
}

/// A chain, by its three diagonals.
template <class Real>
auto chain(Real unit, Real c) {
  return an::tight_binding<Real>(an::chain{length}, unit, (potential<Real>().array() + c).matrix() * unit);
}

/// A ring with flux, by its action.
struct ring {
  using scalar_type = std::complex<double>;
  scalar_type hopping;
  an::vector_t<double> w;

  ring(double unit, double c) : hopping(0.75 * unit, 0.5 * unit), w((potential<double>().array() + c) * unit) {}
  an::index_t size() const { return length; }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const {
    for (an::index_t i = 0; i < length; ++i)
      for (an::index_t j = 0; j < in.cols(); ++j)
        out(i, j) =
            w[i] * in(i, j) + hopping * in((i + 1) % length, j) + std::conj(hopping) * in((i + length - 1) % length, j);
  }
  std::pair<an::vector_t<double>, an::vector_t<double>> gershgorin() const {
    return {w, an::vector_t<double>::Constant(length, 2 * std::abs(hopping))};
  }
};

template <class Real>
struct outcome : support::compared<Real> {
  double work = 0;  // applications of h per column, at most
};

/// All energies times `unit`, all times divided by it; the kicks are what they are.
template <class Real, class Hamiltonian, class How>
outcome<Real> run(const Hamiltonian& h, How how, Real unit, double strength) {
  std::vector<double> phi = support::phases(2 * steps, 31);
  for (double& x : phi) x *= strength;
  how.dt = dt / static_cast<double>(unit);
  an::recorded_noise noise({4, 9}, how.dt, phi);
  an::noise_path path(noise, an::philox(1, {}));
  const an::disorder_realization sample(h);
  auto stepper =
      how.prepare(sample, noise).start(an::gaussian_state<Real>(support::random_orbitals<Real>(length, particles, 3)));
  stepper.evolve(how.dt * steps, path);
  outcome<Real> out{support::compare(stepper.snapshot(), unit)};
  if constexpr (requires { stepper.exponential().report().degree; })
    out.work = static_cast<double>(stepper.exponential().report().degree * stepper.exponential().report().sub_steps);
  if constexpr (requires { stepper.exponential().report().dimension; })
    out.work = static_cast<double>(stepper.exponential().report().dimension * stepper.exponential().report().sub_steps);
  return out;
}

constexpr double strengths[] = {1, 40};  // of the noise

template <class Real, class How>
void check_units(const How& how, int most, auto make) {
  for (const double strength : strengths) {
    CAPTURE(strength);
    CHECK(support::unit_defect<Real>([&](Real unit) { return run(make(unit), how, unit, strength); }, most) == 0);
  }
}

/// Rounding of c: the shifted h is exact, but every product with it rounds, for the time of the run; in the energy, c
/// times the rounding of the norms, in every step.
template <class Real, class How>
void check_shift(const How& how, Real c, Real tolerance, auto make) {
  const Real eps = std::numeric_limits<Real>::epsilon(), size = std::abs(c);
  CAPTURE(c);
  for (const double strength : strengths) {
    CAPTURE(strength);
    const auto defect = support::shift_defect<Real>(
        [&](Real shift) { return run(make(shift), how, Real(1), strength); }, c, Real(particles));
    const Real allowed = 4 * Real(steps * dt) * size * eps + 4 * steps * tolerance + 1000 * eps;
    CHECK(defect.c <= allowed);
    // norms are good to the tolerance, unless c is far beyond the spectrum: some 8 strength / dt
    const Real norms = 4 * steps * tolerance * std::min(size, 8 * Real(3 * strength / dt));
    CHECK(defect.energy <= 4 * allowed + Real(particles) * (4 * steps * size * eps + norms));
  }
}

constexpr auto chain_in_units = [](auto unit) { return chain(unit, decltype(unit)(0)); };
constexpr auto ring_in_units = [](double unit) { return ring(unit, 0); };
constexpr auto shifted_chain = [](auto c) { return chain(decltype(c)(1), c); };
constexpr auto shifted_ring = [](double c) { return ring(1, c); };

/// One step on one site, against the twin in double.
template <class Real, class How>
void check_precision(How how) {
  const auto h = chain(Real(1), Real(0));
  const Real eps = std::numeric_limits<Real>::epsilon();
  const an::orbitals_t<Real> start = support::random_orbitals<Real>(length, 3, 3);
  const std::vector<double> phi{0.7, -1.2};
  how.dt = dt;
  how.tolerance = static_cast<double>(eps);
  auto stepper = how.prepare(an::disorder_realization(h), an::recorded_noise({4, 9}, dt, phi))
                     .start(an::gaussian_state<Real>(start));
  stepper.advance(dt, phi);
  const an::orbitals_t<double> exact =
      support::combined(an::matrix_t<double>(h.dense().template cast<double>()), {4, 9}, dt, phi,
                        an::orbitals_t<double>(start.template cast<std::complex<double>>()));
  CHECK(support::largest(stepper.orbitals().template cast<std::complex<double>>() - exact) <
        std::max(50 * static_cast<double>(eps), 1e-14));
}

}  // namespace

TEST_CASE("combined step: float and long double are the twin, up to their rounding") {
  check_precision<float>(an::krylov_propagator{});
  check_precision<float>(an::chebyshev_propagator{});
  check_precision<long double>(an::krylov_propagator{});
  check_precision<long double>(an::chebyshev_propagator{});
}

TEST_CASE("units: the same bits for J, W and gamma times 2^k, times divided by it, k = -300 to 300 [combined step]") {
  check_units<double>(an::krylov_propagator{}, 300, chain_in_units);
  check_units<double>(an::krylov_propagator{.max_dimension = 6}, 300, chain_in_units);
  check_units<double>(an::krylov_propagator{}, 300, ring_in_units);
  check_units<double>(an::chebyshev_propagator{}, 300, chain_in_units);
  check_units<double>(an::chebyshev_propagator{}, 300, ring_in_units);
  check_units<double>(an::dense_propagator{}, 300, chain_in_units);
}

TEST_CASE("units: the same bits in float, k = -60 to 60, and in long double [combined step]") {
  check_units<float>(an::krylov_propagator{.tolerance = 1e-6}, 60, chain_in_units);
  check_units<float>(an::chebyshev_propagator{.tolerance = 1e-6}, 60, chain_in_units);
  check_units<long double>(an::krylov_propagator{.tolerance = 1e-16}, 300, chain_in_units);
  check_units<long double>(an::chebyshev_propagator{.tolerance = 1e-16}, 300, chain_in_units);
}

TEST_CASE("shift: h + c gives the same but for c N and the rounding of c [combined step] [slow]") {
  for (const double c : {0x1p10, -0x1p17, 0x1p20, -0x1p20, 0x1p27, 0x1p33, 0x1p40}) {  // up to 1e12
    check_shift(an::krylov_propagator{.tolerance = 1e-12}, c, 1e-12, shifted_chain);
    check_shift(an::krylov_propagator{.tolerance = 1e-12}, c, 1e-12, shifted_ring);
    check_shift(an::chebyshev_propagator{.tolerance = 1e-12}, c, 1e-12, shifted_chain);
    check_shift(an::chebyshev_propagator{.tolerance = 1e-12}, c, 1e-12, shifted_ring);
    check_shift(an::dense_propagator{}, c, 0.0, shifted_chain);
  }
  for (const float c : {0x1p6f, -0x1p10f, 0x1p13f}) {  // the potential keeps its digits
    check_shift(an::krylov_propagator{.tolerance = 1e-6}, c, 1e-6f, shifted_chain);
    check_shift(an::chebyshev_propagator{.tolerance = 1e-6}, c, 1e-6f, shifted_chain);
  }
  for (const long double c : {0x1p20L, -0x1p40L}) {
    check_shift(an::krylov_propagator{.tolerance = 1e-16}, c, 1e-16L, shifted_chain);
    check_shift(an::chebyshev_propagator{.tolerance = 1e-16}, c, 1e-16L, shifted_chain);
  }
}

TEST_CASE("shift: h + c costs the same, up to 1e12, for weak and strong noise [krylov, chebyshev] [slow]") {
  const an::krylov_propagator krylov;
  const an::chebyshev_propagator chebyshev;
  for (const double strength : {1.0, 40.0, 1e3}) {
    CAPTURE(strength);
    const double k = run(chain(1.0, 0.0), krylov, 1.0, strength).work,
                 p = run(chain(1.0, 0.0), chebyshev, 1.0, strength).work;
    for (const double c : {1e3, -1e6, 1e8, 1e12}) {
      CAPTURE(c);
      CHECK(run(chain(1.0, c), krylov, 1.0, strength).work <= 1.25 * k);
      CHECK(run(chain(1.0, c), chebyshev, 1.0, strength).work <= 1.25 * p);
    }
  }
}

}  // namespace invariance_test
