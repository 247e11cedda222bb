// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/lazy.hpp>
#include <anderson/core/detail/unfit.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace anderson {

namespace detail {

/// All entries x; NaN in both parts.
template <real_scalar Real>
orbitals_t<Real> filled(index_t rows, index_t columns, Real x) {
  orbitals_t<Real> out(rows, columns);
  std::fill_n(out.data(), out.size(), std::complex<Real>(x, x == x ? Real(0) : x));
  return out;
}

}  // namespace detail

/// The matrix of any Hamiltonian: h.dense() where offered, otherwise h applied to the unit vectors, 64 at a time.
/// @throws std::invalid_argument  it takes more than the limit.
template <hamiltonian H>
matrix_t<typename H::scalar_type> dense_matrix(const H& h, memory_limit limit = {}) {
  using scalar_type = typename H::scalar_type;
  const index_t n = h.size();
  detail::check_memory(limit, detail::matrix_bytes<scalar_type>(n), "the dense matrix", n, detail::matrix_free);
  if constexpr (has_dense<H>) {
    return h.dense();
  } else {
    using real_type = real_of_t<scalar_type>;
    const auto nan = std::numeric_limits<real_type>::quiet_NaN();  // shows what h leaves out
    matrix_t<scalar_type> matrix(n, n);
    for (index_t first = 0; first < n; first += 64) {
      const index_t count = std::min<index_t>(64, n - first);
      auto unit = detail::filled<real_type>(n, count, 0), columns = detail::filled<real_type>(n, count, nan);
      for (index_t j = 0; j < count; ++j) unit(first + j, j) = 1;
      h.apply(unit, columns);
      for (index_t j = 0; j < count; ++j)
        for (index_t i = 0; i < n; ++i)
          if constexpr (real_scalar<scalar_type>)
            matrix(i, first + j) = columns(i, j).real();
          else
            matrix(i, first + j) = columns(i, j);
    }
    return matrix;
  }
}

namespace detail {

/// Applies h to two orbitals in an output of NaN: what h does not write shows, and whether it is Hermitian.
/// @throws std::invalid_argument  a row that is not written, or not finite; not Hermitian to the root of a rounding
/// error, seen from two vectors.
template <hamiltonian H>
const H& check_apply(const H& h) {
  using real_type = real_of_t<typename H::scalar_type>;
  if constexpr (applies_everywhere<H>) return h;
  const real_type nan = std::numeric_limits<real_type>::quiet_NaN();
  orbitals_t<real_type> in(h.size(), 2), out = filled<real_type>(h.size(), 2, nan);
  for (index_t i = 0; i < h.size(); ++i)  // without a pattern that a lattice may have
    for (index_t m = 0; m < 2; ++m) in(i, m) = std::polar(real_type(1), static_cast<real_type>((m + 1) * i * i % 1009));
  h.apply(std::as_const(in), out);
  require(out.rows() == h.size() && out.cols() == 2, "shape after apply(in, out) of the Hamiltonian",
          std::to_string(out.rows()) + " x " + std::to_string(out.cols()), std::to_string(h.size()) + " x 2, as given");
  for (index_t i = 0; i < h.size(); ++i)
    for (index_t m = 0; m < 2; ++m)
      if (!(Eigen::numext::isfinite)(out(i, m)))
        reject("row " + std::to_string(i) + " of out after apply(in, out) of the Hamiltonian", out(i, m),
               "finite; apply must write all of out");
  std::complex<real_type> defect = 0;  // <x|h y> - <h x|y>
  real_type terms = 0;
  for (index_t i = 0; i < h.size(); ++i) {
    defect += std::conj(in(i, 0)) * out(i, 1) - std::conj(out(i, 0)) * in(i, 1);
    terms += Eigen::numext::abs(out(i, 0)) + Eigen::numext::abs(out(i, 1));
  }
  if (!(Eigen::numext::abs(defect) <= Eigen::numext::sqrt(Eigen::NumTraits<real_type>::epsilon()) * terms))
    reject("|<x|h y> - <h x|y>| of the Hamiltonian, of its terms", Eigen::numext::abs(defect) / terms,
           "0 up to rounding: h is Hermitian, both ways of every bond belong into apply(in, out)");
  return h;
}

}  // namespace detail

/// One disorder realization: a Hamiltonian and, computed at the first call, its eigensystem, so that an initial state
/// and a propagator that both need it share one. A handle: copies are cheap and refer to the same sample.
///
/// Thread-safe: any number of threads may ask for the eigensystem.
template <class Hamiltonian>
class disorder_realization {
  static_assert(hamiltonian<Hamiltonian>,
                "disorder_realization needs a hamiltonian (core/concepts.hpp): scalar_type, size() and apply(in, out)");
  static_assert(detail::check_fit_of_hamiltonian<Hamiltonian>());

public:
  using scalar_type = typename Hamiltonian::scalar_type;
  using real_type = real_of_t<scalar_type>;

  /// @throws std::invalid_argument  h.apply() leaves rows of its result out, they are not finite, or h is not
  /// Hermitian.
  explicit disorder_realization(Hamiltonian h, anderson::memory_limit limit = {})
      : sample_(std::make_shared<sample>(std::move(h), limit)) {}

  index_t size() const { return sample_->h.size(); }
  const Hamiltonian& hamiltonian() const noexcept { return sample_->h; }
  /// Of all dense matrices that are made of this sample.
  anderson::memory_limit memory_limit() const noexcept { return sample_->limit; }

  /// Cost: O(L^3) at the first call; tridiagonal Hamiltonians are solved as tridiagonal. Memory, work space included:
  /// 6 L x L matrices, 2 if tridiagonal; one is kept.
  /// @throws std::invalid_argument  more than memory_limit(), at once.
  const anderson::eigensystem<scalar_type>& eigensystem() const& {
    return sample_->eigen.get([this] {
      check_eigensystem();
      return solve(sample_->h, sample_->limit);
    });
  }
  /// @throws std::invalid_argument  eigensystem() would take more than memory_limit(). Computes nothing.
  void check_eigensystem() const {
    const real_t matrices = is_tridiagonal(sample_->h) ? 2 : 6;
    detail::check_memory(sample_->limit, matrices * detail::matrix_bytes<scalar_type>(size()), "an eigensystem", size(),
                         detail::matrix_free);
  }

  const anderson::eigensystem<scalar_type>& eigensystem() const&& = delete;  // it would not outlive this handle

private:
  static bool is_tridiagonal(const Hamiltonian& h) {
    if constexpr (has_tridiagonal_form<Hamiltonian>) {
      const std::optional<tridiagonal<real_type>> t = h.tridiagonal_form();
      return t.has_value();
    }
    return false;
  }

  static anderson::eigensystem<scalar_type> solve(const Hamiltonian& h, anderson::memory_limit limit) {
    if constexpr (has_tridiagonal_form<Hamiltonian>) {
      const std::optional<tridiagonal<real_type>> t = h.tridiagonal_form();
      if (t) return diagonalize(*t);
    }
    return diagonalize(dense_matrix(h, limit));
  }

  struct sample {
    sample(Hamiltonian given, anderson::memory_limit most) : h(std::move(given)), limit(most) {
      detail::require(limit.gib > 0, "memory_limit", limit.gib, "above 0, in GiB");
      detail::check_apply(h);
    }
    Hamiltonian h;
    anderson::memory_limit limit;
    detail::lazy<anderson::eigensystem<scalar_type>> eigen;
  };
  std::shared_ptr<sample> sample_;
};

}  // namespace anderson
