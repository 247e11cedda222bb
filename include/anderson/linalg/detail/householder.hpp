// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/column_sums.hpp>
#include <anderson/linalg/detail/lanes.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <vector>

namespace anderson::detail {

/// A complex or real matrix by columns, in lines of a vector register each; imaginary parts apart, if there are any.
template <scalar Scalar>
class column_lines {
public:
  using real_type = real_of_t<Scalar>;
  using pack = lanes<real_type>;
  static constexpr auto width = static_cast<index_t>(pack::width);
  static constexpr bool is_complex = !real_scalar<Scalar>;

  column_lines(index_t rows, index_t columns)
      : lines_((rows + width - 1) / width),
        re_(size(lines_ * columns), pack::fill(0)),
        im_(is_complex ? re_ : re_type()) {}

  index_t lines() const noexcept { return lines_; }
  pack* re(index_t column) { return re_.data() + column * lines_; }
  pack* im(index_t column) { return im_.data() + column * lines_; }

  void set(index_t i, index_t column, const Scalar& x) {
    reinterpret_cast<real_type*>(re(column))[i] = Eigen::numext::real(x);
    if constexpr (is_complex) reinterpret_cast<real_type*>(im(column))[i] = Eigen::numext::imag(x);
  }
  Scalar get(index_t i, index_t column) {
    const real_type x = reinterpret_cast<const real_type*>(re(column))[i];
    if constexpr (is_complex)
      return {x, reinterpret_cast<const real_type*>(im(column))[i]};
    else
      return x;
  }

private:
  using re_type = std::vector<pack>;
  static std::size_t size(index_t n) { return static_cast<std::size_t>(n); }

  index_t lines_;
  re_type re_, im_;
};

/// Columns that are reflected together: as many sums as registers hold.
template <scalar Scalar>
inline constexpr index_t reflected_together = (lanes<real_of_t<Scalar>>::parts == 1   ? 8
                                               : lanes<real_of_t<Scalar>>::parts == 2 ? 4
                                                                                      : 2) /
                                              (real_scalar<Scalar> ? 1 : 2);

/// Columns x -> (1 - conj(h) v v^dagger) x, all of x; v is 0 before line `first`.
template <scalar Scalar>
void reflect(column_lines<Scalar>& reflectors, index_t k, index_t first, const Scalar& h, column_lines<Scalar>& x) {
  using real = real_of_t<Scalar>;
  using pack = lanes<real>;
  constexpr index_t columns = reflected_together<Scalar>;
  const index_t lines = x.lines();
  const pack* v = reflectors.re(k);
  pack* re = x.re(0);
  if constexpr (real_scalar<Scalar>) {
    pack sums[static_cast<std::size_t>(columns)];
    for (pack& s : sums) s = pack::fill(0);
    for (index_t t = first; t < lines; ++t)
      for (index_t j = 0; j < columns; ++j) sums[j] = multiply_add(v[t], re[j * lines + t], sums[j]);
    real g[static_cast<std::size_t>(columns)];
    for (index_t j = 0; j < columns; ++j) g[j] = h * sum(sums[j]);
    for (index_t t = first; t < lines; ++t)
      for (index_t j = 0; j < columns; ++j) re[j * lines + t] = subtract_product(re[j * lines + t], g[j], v[t]);
  } else {
    const pack* w = reflectors.im(k);
    pack* im = x.im(0);
    pack sums[static_cast<std::size_t>(columns)][2];
    for (auto& s : sums) s[0] = s[1] = pack::fill(0);
    for (index_t t = first; t < lines; ++t)
      for (index_t j = 0; j < columns; ++j) {
        const pack a = re[j * lines + t], b = im[j * lines + t];
        sums[j][0] = multiply_add(v[t], a, multiply_add(w[t], b, sums[j][0]));
        sums[j][1] = subtract_product(multiply_add(v[t], b, sums[j][1]), w[t], a);
      }
    real g[static_cast<std::size_t>(columns)][2];
    for (index_t j = 0; j < columns; ++j) {
      const real a = sum(sums[j][0]), b = sum(sums[j][1]);
      g[j][0] = h.real() * a + h.imag() * b;
      g[j][1] = h.real() * b - h.imag() * a;
    }
    for (index_t t = first; t < lines; ++t)
      for (index_t j = 0; j < columns; ++j) {
        pack &a = re[j * lines + t], &b = im[j * lines + t];
        a = multiply_add(g[j][1], w[t], subtract_product(a, g[j][0], v[t]));
        b = subtract_product(subtract_product(b, g[j][1], v[t]), g[j][0], w[t]);
      }
  }
}

/// Q times the eigenvectors of the tridiagonal matrix; Q = H_0 H_1 ... , H_k = 1 - conj(h_k) v_k v_k^dagger, as
/// Eigen::Tridiagonalization leaves it: v_k is 1 at k + 1, below as in column k of `packed`, and 0 above.
/// Cost: 2 L^3 operations; four times as many for complex h.
template <scalar Scalar, class Coefficients>
matrix_t<Scalar> turned_back(const matrix_t<Scalar>& packed, const Coefficients& coefficients,
                             const matrix_t<real_of_t<Scalar>>& vectors) {
  const index_t n = packed.rows();
  column_lines<Scalar> reflectors(n, std::max<index_t>(1, n - 1));
  for (index_t k = 0; k + 1 < n; ++k) {
    reflectors.set(k + 1, k, Scalar(1));
    for (index_t i = k + 2; i < n; ++i) reflectors.set(i, k, packed(i, k));
  }
  matrix_t<Scalar> out(n, n);
  constexpr index_t columns = reflected_together<Scalar>;
  column_lines<Scalar> x(n, columns);
  for (index_t first = 0; first < n; first += columns) {
    const index_t count = std::min(columns, n - first);
    for (index_t j = 0; j < count; ++j)
      for (index_t i = 0; i < n; ++i) x.set(i, j, Scalar(vectors(i, first + j)));
    for (index_t k = n - 1; k-- > 0;)
      reflect<Scalar>(reflectors, k, (k + 1) / column_lines<Scalar>::width, coefficients[k], x);
    for (index_t j = 0; j < count; ++j)
      for (index_t i = 0; i < n; ++i) out(i, first + j) = x.get(i, j);
  }
  return out;
}

}  // namespace anderson::detail
