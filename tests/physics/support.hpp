// SPDX-License-Identifier: MIT
#pragma once

// What the tests of the physics compare with. Nothing above "The library, looked at" uses the library's physics: dense
// matrices built entry by entry, exponentials by Taylor series. C_ij = <c_j^dagger c_i>, the transpose of the paper's
// G.

#include <anderson/anderson.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <span>
#include <string>
#include <utility>
#include <vector>

// The parts that take seconds to compile are compiled once, in support_test.cpp.
namespace anderson {
extern template eigensystem<double> diagonalize<double>(const matrix_t<double>&);
extern template eigensystem<double> diagonalize<double>(const tridiagonal<double>&);
extern template class gaussian_state<double>;
extern template vector_t<double> hermitian_eigenvalues<std::complex<double>>(const matrix_t<std::complex<double>>&);
extern template double von_neumann_entropy<double>(const orbitals_t<double>&, const vector_t<double>&, index_t);
namespace detail {
extern template void multiply<double>(const matrix_t<double>&, const orbitals_t<double>&, orbitals_t<double>&);
extern template void multiply_adjoint<double>(const matrix_t<double>&, const orbitals_t<double>&, orbitals_t<double>&);
}  // namespace detail
}  // namespace anderson

namespace support {

namespace an = anderson;
using complex = std::complex<double>;
using matrix = an::matrix_t<complex>;
using vector = an::vector_t<complex>;
using an::index_t;

inline constexpr complex i_unit{0, 1};
inline const double pi = std::acos(-1.0);
inline std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

// ---- dense matrices ------------------------------------------------------------------------------------------------

/// Open chain: hopping -J between neighbors (h_{i+1,i} = -J, h_{i,i+1} = -conj J), potential w.
inline matrix chain_matrix(const std::vector<double>& w, complex hopping = 1) {
  const index_t n = std::ssize(w);
  matrix h = matrix::Zero(n, n);
  for (index_t i = 0; i < n; ++i) h(i, i) = w[at(i)];
  for (index_t i = 0; i + 1 < n; ++i) h(i + 1, i) = -hopping, h(i, i + 1) = -std::conj(hopping);
  return h;
}

/// |site><site|
inline matrix projector(index_t sites, index_t site) {
  matrix p = matrix::Zero(sites, sites);
  p(site, site) = 1;
  return p;
}

/// diag(n)
inline matrix product(const std::vector<double>& n) {
  matrix c = matrix::Zero(std::ssize(n), std::ssize(n));
  for (index_t i = 0; i < c.rows(); ++i) c(i, i) = n[at(i)];
  return c;
}

inline double distance(const matrix& a, const matrix& b) { return (a - b).cwiseAbs().maxCoeff(); }

/// a b, a b^dagger
matrix times(const matrix& a, const matrix& b);
matrix times_adjoint(const matrix& a, const matrix& b);

/// exp(a): Taylor series of a / 2^s with norm below 1/2, squared s times. Error about 2^s rounding errors.
matrix exponential(const matrix& a);

/// x^n by squaring, n >= 0.
matrix power(matrix x, index_t n);

/// Columns stacked: entry (i, j) becomes i + L j.
inline vector stacked(const matrix& c) { return Eigen::Map<const vector>(c.data(), c.size()); }
inline matrix unstacked(const vector& v, index_t sites) { return Eigen::Map<const matrix>(v.data(), sites, sites); }

/// dC/dt = -i [h, C] + gamma sum_m (P_m C P_m - {P_m, C} / 2) as a matrix on stacked C.
inline matrix lindblad_generator(const matrix& h, const std::vector<index_t>& noisy, double gamma) {
  const index_t n = h.rows();
  matrix g = matrix::Zero(n * n, n * n);
  const auto is_noisy = [&](index_t i) { return std::ranges::count(noisy, i) > 0 ? 1.0 : 0.0; };
  for (index_t i = 0; i < n; ++i)
    for (index_t j = 0; j < n; ++j) {
      for (index_t k = 0; k < n; ++k) {
        g(i + n * j, k + n * j) -= i_unit * h(i, k);
        g(i + n * j, i + n * k) += i_unit * h(k, j);
      }
      if (i != j) g(i + n * j, i + n * j) -= gamma * (is_noisy(i) + is_noisy(j)) / 2;
    }
  return g;
}

/// C(t), exactly.
inline matrix evolved(const matrix& generator, const matrix& c, double t) {
  return unstacked(exponential(generator * t) * stacked(c), c.rows());
}

/// sum_i h_ji C_ij
inline double energy(const matrix& h, const matrix& c) { return c.cwiseProduct(h.transpose()).sum().real(); }

// ---- The library, looked at ----------------------------------------------------------------------------------------

using sample = an::disorder_realization<an::tight_binding<>>;

/// w_i uniform on [-strength, strength].
inline std::vector<double> potential(index_t sites, double strength, std::uint64_t seed) {
  std::vector<double> w(at(sites));
  an::philox rng(seed, {an::purpose::disorder, 0, 0});
  an::uniform_disorder(strength).draw(rng, w);
  return w;
}

inline sample chain_sample(const std::vector<double>& w, double hopping = 1) {
  const Eigen::Map<const an::vector_t<double>> onsite(w.data(), std::ssize(w));
  return sample(an::tight_binding<>(an::chain(std::ssize(w)), hopping, onsite));
}

/// Increments of white noise on a number of sites.
inline std::vector<double> phases(double gamma, double dt, index_t count, std::uint64_t seed) {
  std::vector<double> phi(at(count));
  an::philox rng(seed, {an::purpose::noise, 0, 0});
  an::white_noise({0}, gamma).increments(0, dt, rng, phi);
  return phi;
}

inline std::vector<double> scaled(std::vector<double> x, double factor) {
  for (double& value : x) value *= factor;
  return x;
}

/// A propagator with this step; Krylov to rounding, so that only the step's own error is left.
template <class P>
P with_step(double dt) {
  if constexpr (requires(P p) { p.tolerance; })
    return P{.dt = dt, .tolerance = 1e-14};
  else
    return P{.dt = dt};
}

template <class State, class Realization>
auto prepared_state(const State& state, const Realization& realization) {
  an::philox rng;
  state.check(realization.size());
  return state.prepare(realization, rng);
}

/// Everything the library measures on one trajectory, by its observables.
struct picture {
  matrix c;
  std::vector<double> density, entropy;  // entropy of the cuts 0 .. L
  double energy, absorbed;
};

template <class Snapshot>
picture look(const Snapshot& now) {
  const auto values = [&](const auto& observable) {
    std::vector<typename Snapshot::real_type> out(at(observable.extent(now.size())));
    observable.measure(now, out);
    return std::vector<double>(out.begin(), out.end());
  };
  picture p{matrix(now.size(), now.size()), values(an::density_profile{}), values(an::entropy_profile{}),
            values(an::energy{})[0], values(an::absorbed_energy{})[0]};
  for (index_t i = 0; i < now.size(); ++i)
    for (index_t j = 0; j < now.size(); ++j) p.c(i, j) = complex(now.correlation(i, j));
  return p;
}

/// One trajectory on a recorded noise path, to its end.
template <class P, class Realization, class State>
picture trajectory(const P& how, const Realization& realization, const State& state, std::vector<index_t> noisy,
                   const std::vector<double>& phi) {
  const double until = how.dt * static_cast<double>(std::ssize(phi) / std::ssize(noisy));
  an::recorded_noise noise(std::move(noisy), how.dt, phi);
  an::noise_path path(noise, an::philox());
  auto stepper = how.prepare(realization, noise).start(prepared_state(state, realization));
  stepper.evolve(until, path);
  return look(stepper.snapshot());
}

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

/// Largest deviation of matrices, densities, entropies and energies.
inline double distance(const picture& a, const picture& b) {
  return std::max({distance(a.c, b.c), distance(a.density, b.density), distance(a.entropy, b.entropy),
                   std::abs(a.energy - b.energy), std::abs(a.absorbed - b.absorbed)});
}

/// The exact average over phi ~ Normal(0, gamma dt) of one step of a library propagator,
///
///     C -> sum_q weight_q U(phi_q) C U(phi_q)^dagger,
///
/// by Gauss-Hermite quadrature (Golub and Welsch, Math. Comput. 23, 221 (1969)). U is analytic in phi: 24 nodes are
/// exact to rounding for gamma dt <= 1.
struct averaged_step {
  std::vector<double> weight;
  std::vector<matrix> unitary;

  matrix operator()(const matrix& c) const;

  /// The step n times.
  matrix repeated(matrix c, index_t n) const {
    for (index_t k = 0; k < n; ++k) c = (*this)(c);
    return c;
  }

  /// The same as a matrix on stacked C.
  matrix superoperator() const;
};

template <class P, class Realization>
averaged_step average_of(const P& how, const Realization& realization, index_t noisy, double gamma) {
  constexpr index_t nodes = 24;
  an::tridiagonal<double> jacobi{an::vector_t<double>::Zero(nodes), an::vector_t<double>(nodes - 1)};
  for (index_t k = 0; k + 1 < nodes; ++k) jacobi.subdiagonal[k] = std::sqrt(static_cast<double>(k + 1));
  const an::eigensystem<double> rule = an::diagonalize(jacobi);
  const auto prepared = how.prepare(realization, an::white_noise({noisy}, gamma));
  const an::orbitals_t<double> identity = an::orbitals_t<double>::Identity(realization.size(), realization.size());
  averaged_step step;
  for (index_t q = 0; q < nodes; ++q) {
    auto stepper = prepared.start(an::gaussian_state<double>(identity));
    const std::array phi{rule.values[q] * std::sqrt(gamma * how.dt)};
    stepper.advance(how.dt, phi);
    step.weight.push_back(rule.vectors(0, q) * rule.vectors(0, q));
    step.unitary.push_back(stepper.orbitals());
  }
  return step;
}

}  // namespace support
