// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <complex>
#include <cstddef>

namespace anderson::detail {

/// A Hermitian matrix by its real diagonal and its other elements, row by row: row i has elements[k] in column
/// columns[k], row_begin[i] <= k < row_begin[i + 1].
template <scalar Scalar>
struct sparse_rows {
  const real_of_t<Scalar>* diagonal;
  const index_t* row_begin;
  const index_t* columns;
  const Scalar* elements;
};

/// `width` reals of every row of out = A in, in registers.
template <index_t width, real_scalar Real>
void rows_of_width(const sparse_rows<Real>& a, index_t rows, index_t stride, const Real* __restrict x,
                   Real* __restrict y) {
  using row = Eigen::Array<Real, width, 1>;  // compilers make less of a loop of this length
  for (index_t i = 0; i < rows; ++i) {
    row sum = a.diagonal[i] * Eigen::Map<const row>(x + i * stride);
    for (index_t k = a.row_begin[i]; k < a.row_begin[i + 1]; ++k)
      sum += a.elements[k] * Eigen::Map<const row>(x + a.columns[k] * stride);
    Eigen::Map<row>(y + i * stride) = sum;
  }
}

template <index_t width, real_scalar Real>
void rows_of_width(const sparse_rows<std::complex<Real>>& a, index_t rows, index_t stride, const Real* __restrict x,
                   Real* __restrict y) {
  for (index_t i = 0; i < rows; ++i) {
    Real sum[static_cast<std::size_t>(width)];
    for (index_t m = 0; m < width; ++m) sum[m] = a.diagonal[i] * x[i * stride + m];
    for (index_t k = a.row_begin[i]; k < a.row_begin[i + 1]; ++k) {
      const Real re = a.elements[k].real(), im = a.elements[k].imag();
      const Real* from = x + a.columns[k] * stride;
      for (index_t m = 0; m < width; m += 2) {
        sum[m] += re * from[m] - im * from[m + 1];
        sum[m + 1] += re * from[m + 1] + im * from[m];
      }
    }
    for (index_t m = 0; m < width; ++m) y[i * stride + m] = sum[m];
  }
}

/// out = A in for L x M blocks. Every row adds up in the order of its elements.
template <scalar Scalar>
void apply_rows(const sparse_rows<Scalar>& a, const orbitals_t<real_of_t<Scalar>>& in,
                orbitals_t<real_of_t<Scalar>>& out) {
  using real = real_of_t<Scalar>;
  const index_t rows = in.rows(), stride = 2 * in.cols();
  const auto* x = reinterpret_cast<const real*>(in.data());
  auto* y = reinterpret_cast<real*>(out.data());
  index_t first = 0;
  for (; first + 16 <= stride; first += 16) rows_of_width<16>(a, rows, stride, x + first, y + first);
  for (; first + 4 <= stride; first += 4) rows_of_width<4>(a, rows, stride, x + first, y + first);
  for (; first + 2 <= stride; first += 2) rows_of_width<2>(a, rows, stride, x + first, y + first);
}

}  // namespace anderson::detail
