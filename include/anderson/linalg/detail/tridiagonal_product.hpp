// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

namespace anderson::detail {

/// An operator given by its three real diagonals, as anderson::tridiagonal.
template <class T>
concept three_diagonals = requires(const T& t) {
  t.diagonal.size();
  t.subdiagonal.size();
};

/// The rows first ... end - 1 of out = T in, of `width` reals each.
template <index_t width, real_scalar Real>
void tridiagonal_rows(const Real* d, const Real* e, index_t first, index_t end, const Real* in, Real* out) {
  using row = Eigen::Array<Real, width, 1>;  // in registers; compilers make less of a loop of this length
  const auto at = [in](index_t i) { return Eigen::Map<const row>(in + i * width); };
  row before = at(first - 1), now = at(first);
  for (index_t i = first; i < end; ++i) {
    const row after = at(i + 1);
    Eigen::Map<row>(out + i * width) = d[i] * now + (e[i] * before + e[i + 1] * after);
    before = now;
    now = after;
  }
}

/// out = T in for L x M blocks and a real symmetric tridiagonal T.
/// @param off  L + 1 entries: off[i] joins rows i - 1 and i; 0 at both ends.
template <real_scalar Real>
void apply_tridiagonal(const vector_t<Real>& diagonal, const vector_t<Real>& off, const orbitals_t<Real>& in,
                       orbitals_t<Real>& out) {
  const index_t rows = in.rows(), width = 2 * in.cols();
  const Real* __restrict x = reinterpret_cast<const Real*>(in.data());
  const Real* __restrict d = diagonal.data(), * __restrict e = off.data();
  Real* __restrict y = reinterpret_cast<Real*>(out.data());
  const auto row = [=](index_t i, index_t before, index_t after) {  // by themselves where there is no neighbor
    for (index_t j = 0; j < width; ++j)
      y[i * width + j] = d[i] * x[i * width + j] + (e[i] * x[before * width + j] + e[i + 1] * x[after * width + j]);
  };
  if (in.size() == 0) return;
  if (rows == 1) return row(0, 0, 0);
  row(0, 0, 1);
  if (width == 2) {  // over the sites: a loop over a row would be too short
    for (index_t i = 1; i < rows - 1; ++i) {
      y[2 * i] = d[i] * x[2 * i] + (e[i] * x[2 * i - 2] + e[i + 1] * x[2 * i + 2]);
      y[2 * i + 1] = d[i] * x[2 * i + 1] + (e[i] * x[2 * i - 1] + e[i + 1] * x[2 * i + 3]);
    }
  } else if (width == 16) {  // what Krylov's panels have
    tridiagonal_rows<16>(d, e, index_t{1}, rows - 1, x, y);
  } else {
    for (index_t i = 1; i < rows - 1; ++i) row(i, i - 1, i + 1);
  }
  row(rows - 1, rows - 2, rows - 1);
}

}  // namespace anderson::detail
