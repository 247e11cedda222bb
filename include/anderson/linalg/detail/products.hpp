// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Complex product without the NaN tests of std::complex, which cost a call per element.
template <class Real>
constexpr std::complex<Real> times(std::complex<Real> a, std::complex<Real> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
template <class Real>
constexpr std::complex<Real> times(Real a, std::complex<Real> b) {
  return {a * b.real(), a * b.imag()};
}

/// Magnitudes, without the care of std::abs, which costs ten times as much: squares below the smallest number are 0.
template <class Matrix>
auto magnitudes(const Matrix& z) {
  return z.cwiseAbs2().cwiseSqrt().eval();
}

/// A complex row-major L x M matrix is a real L x 2M one: real and imaginary parts alternate along a row.
template <class Real>
auto as_real(const orbitals_t<Real>& x) {
  using real_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const real_matrix>(reinterpret_cast<const Real*>(x.data()), x.rows(), 2 * x.cols());
}
template <class Real>
auto as_real(orbitals_t<Real>& x) {
  using real_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<real_matrix>(reinterpret_cast<Real*>(x.data()), x.rows(), 2 * x.cols());
}

/// Matrices for products: column-major without gaps, and row-major, perhaps some columns of a wider one.
template <real_scalar Real>
using columns_view = Eigen::Map<const matrix_t<Real>>;
template <real_scalar Real>
using row_major_t = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <real_scalar Real>
using rows_view = Eigen::Map<const row_major_t<Real>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <real_scalar Real>
using rows_out = Eigen::Map<row_major_t<Real>, Eigen::Unaligned, Eigen::OuterStride<>>;

/// out = v x and out = v^T x: where Eigen's real product is compiled. Complex products are real ones
/// of twice the size, see below.
template <real_scalar Real>
void product(const columns_view<Real>& v, const rows_view<Real>& x, rows_out<Real> out) {
  out.noalias() = v * x;
}
template <real_scalar Real>
void transposed_product(const columns_view<Real>& v, const rows_view<Real>& x, rows_out<Real> out) {
  out.noalias() = v.transpose() * x;
}

/// Memory of complex products, one for every thread.
template <real_scalar Real>
rows_out<Real> product_workspace(index_t rows, index_t columns) {
  static thread_local std::vector<Real> memory;
  const auto size = static_cast<std::size_t>(rows * columns);
  if (memory.size() < size) memory.resize(size);
  const auto width = static_cast<Eigen::Index>(columns);  // which users may choose
  return {memory.data(), static_cast<Eigen::Index>(rows), width, Eigen::OuterStride<>(width)};
}

/// Calls visit(first, count) for the columns of a complex matrix by pieces, which bound the memory.
template <class Visit>
void for_each_piece(index_t columns, Visit&& visit) {
  constexpr index_t most = 64;
  for (index_t first = 0; first < columns; first += most) visit(first, std::min(most, columns - first));
}

/// Columns first ... first + count - 1 of x, as a real matrix of twice as many.
template <real_scalar Real>
rows_view<Real> rows_of(const orbitals_t<Real>& x, index_t first, index_t count) {
  return {reinterpret_cast<const Real*>(x.data() + first), x.rows(), static_cast<Eigen::Index>(2 * count),
          Eigen::OuterStride<>(2 * x.cols())};
}
template <real_scalar Real>
rows_out<Real> rows_of(orbitals_t<Real>& x, index_t first, index_t count) {
  return {reinterpret_cast<Real*>(x.data() + first), x.rows(), static_cast<Eigen::Index>(2 * count),
          Eigen::OuterStride<>(2 * x.cols())};
}

/// out = V x, for real or complex V. A real V costs half of what Eigen's complex product does.
template <scalar Scalar>
void multiply(const matrix_t<Scalar>& v, const orbitals_t<real_of_t<Scalar>>& x, orbitals_t<real_of_t<Scalar>>& out) {
  using real = real_of_t<Scalar>;
  out.resize(v.rows(), x.cols());
  if constexpr (real_scalar<Scalar>)
    product<real>({v.data(), v.rows(), v.cols()}, rows_of(x, 0, x.cols()), rows_of(out, 0, x.cols()));
  else
    out.noalias() = v * x;
}

/// out = V^dagger x.
template <scalar Scalar>
void multiply_adjoint(const matrix_t<Scalar>& v, const orbitals_t<real_of_t<Scalar>>& x,
                      orbitals_t<real_of_t<Scalar>>& out) {
  using real = real_of_t<Scalar>;
  out.resize(v.cols(), x.cols());
  if constexpr (real_scalar<Scalar>)
    transposed_product<real>({v.data(), v.rows(), v.cols()}, rows_of(x, 0, x.cols()), rows_of(out, 0, x.cols()));
  else
    out.noalias() = v.adjoint() * x;
}

/// out = Q^dagger Q, the overlaps of the columns of Q.
template <real_scalar Real>
void overlaps(const orbitals_t<Real>& q, matrix_t<std::complex<Real>>& out) {
  const index_t columns = q.cols();
  out.resize(columns, columns);
  for_each_piece(columns, [&](index_t first, index_t count) {
    const auto parts = product_workspace<Real>(2 * columns, 2 * count);  // rows: of Re Q and Im Q in turn
    product<Real>({reinterpret_cast<const Real*>(q.data()), 2 * q.cols(), q.rows()}, rows_of(q, first, count), parts);
    for (index_t i = 0; i < columns; ++i) {
      const Real *re = parts.data() + 4 * i * count, *im = re + 2 * count;
      for (index_t m = 0; m < count; ++m) out(i, first + m) = {re[2 * m] + im[2 * m + 1], re[2 * m + 1] - im[2 * m]};
    }
  });
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar)                                                                  \
  where template void multiply(const matrix_t<Scalar>&, const orbitals_t<real_of_t<Scalar>>&,         \
                               orbitals_t<real_of_t<Scalar>>&);                                       \
  where template void multiply_adjoint(const matrix_t<Scalar>&, const orbitals_t<real_of_t<Scalar>>&, \
                                       orbitals_t<real_of_t<Scalar>>&);
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#define ANDERSON_LIST(where, Real) where template void overlaps(const orbitals_t<Real>&, matrix_t<std::complex<Real>>&);
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson::detail
