// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/lazy.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <algorithm>
#include <complex>
#include <limits>
#include <memory>
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

/// The matrix of any Hamiltonian: h.dense() where offered, otherwise h applied to the unit vectors, O(L) applications.
template <hamiltonian H>
matrix_t<typename H::scalar_type> dense_matrix(const H& h) {
  using scalar_type = typename H::scalar_type;
  if constexpr (requires { h.dense(); }) {
    return h.dense();
  } else {
    using real_type = real_of_t<scalar_type>;
    const index_t n = h.size();
    auto unit = detail::filled<real_type>(n, n, 0);
    for (index_t i = 0; i < n; ++i) unit(i, i) = 1;
    auto columns = detail::filled<real_type>(n, n, std::numeric_limits<real_type>::quiet_NaN());  // shows what h leaves out
    h.apply(unit, columns);
    if constexpr (real_scalar<scalar_type>)
      return columns.real();
    else
      return columns;
  }
}

namespace detail {

/// Applies h to a block of ones in an output of NaN: what h does not write shows. Cost: one application to two
/// orbitals.
/// @throws std::invalid_argument  a row that is not written, or not finite.
template <hamiltonian H>
const H& check_apply(const H& h) {
  using real_type = real_of_t<typename H::scalar_type>;
  if constexpr (requires { requires H::applies_everywhere; }) return h;
  const real_type nan = std::numeric_limits<real_type>::quiet_NaN();
  orbitals_t<real_type> out = filled<real_type>(h.size(), 2, nan);
  h.apply(filled<real_type>(h.size(), 2, 1), out);
  require(out.rows() == h.size() && out.cols() == 2, "shape after apply(in, out) of the Hamiltonian",
          std::to_string(out.rows()) + " x " + std::to_string(out.cols()), std::to_string(h.size()) + " x 2, as given");
  for (index_t i = 0; i < h.size(); ++i)
    for (index_t m = 0; m < 2; ++m)
      if (!(Eigen::numext::isfinite)(out(i, m)))
        reject("row " + std::to_string(i) + " of out after apply(in, out) of the Hamiltonian", out(i, m),
               "finite; apply must write all of out");
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

public:
  using scalar_type = typename Hamiltonian::scalar_type;
  using real_type = real_of_t<scalar_type>;

  /// @throws std::invalid_argument  h.apply() leaves rows of its result out, or they are not finite.
  explicit disorder_realization(Hamiltonian h) : sample_(std::make_shared<sample>(std::move(h))) {}

  index_t size() const { return sample_->h.size(); }
  const Hamiltonian& hamiltonian() const noexcept { return sample_->h; }

  /// Cost: O(L^3) at the first call; tridiagonal Hamiltonians are solved as tridiagonal.
  const anderson::eigensystem<scalar_type>& eigensystem() const& {
    return sample_->eigen.get([this] { return solve(sample_->h); });
  }

  const anderson::eigensystem<scalar_type>& eigensystem() const&& = delete;  // it would not outlive this handle

private:
  static anderson::eigensystem<scalar_type> solve(const Hamiltonian& h) {
    if constexpr (requires { h.tridiagonal_form(); })
      if (const auto t = h.tridiagonal_form()) return diagonalize(*t);
    return diagonalize(dense_matrix(h));
  }

  struct sample {
    explicit sample(Hamiltonian given) : h(std::move(given)) { detail::check_apply(h); }
    Hamiltonian h;
    detail::lazy<anderson::eigensystem<scalar_type>> eigen;
  };
  std::shared_ptr<sample> sample_;
};

}  // namespace anderson
