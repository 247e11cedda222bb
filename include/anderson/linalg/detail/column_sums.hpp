// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/lanes.hpp>

#include <algorithm>

namespace anderson::detail {

/// Of all lanes.
template <real_scalar Real>
Real sum(const lanes<Real>& x) {
  Real parts[lanes<Real>::width], total = 0;
  x.store(parts);
  for (const Real part : parts) total += part;
  return total;
}

/// v . v, v . r and r . r of r = (h - E) v
template <real_scalar Real>
struct tridiagonal_forms {
  Real norm, value, square;
};
template <real_scalar Real>
tridiagonal_forms<Real> forms_of(const vector_t<Real>& diagonal, const vector_t<Real>& subdiagonal, const Real* v,
                                 Real e) {
  using pack = lanes<Real>;
  const auto width = static_cast<index_t>(pack::width);
  const index_t n = diagonal.size();
  const Real *d = diagonal.data(), *t = subdiagonal.data();
  pack norm = pack::fill(0), value = norm, square = norm;
  index_t i = 1;
  for (const pack energy = pack::fill(e); i + width < n; i += width) {
    const pack x = pack::load(v + i);
    pack r = (pack::load(d + i) - energy) * x;
    r = multiply_add(pack::load(t + i - 1), pack::load(v + i - 1), r);
    r = multiply_add(pack::load(t + i), pack::load(v + i + 1), r);
    norm = multiply_add(x, x, norm);
    value = multiply_add(x, r, value);
    square = multiply_add(r, r, square);
  }
  tridiagonal_forms<Real> out{sum(norm), sum(value), sum(square)};
  const auto add = [&](index_t j) {
    const Real r =
        (d[j] - e) * v[j] + (j > 0 ? t[j - 1] * v[j - 1] : Real(0)) + (j + 1 < n ? t[j] * v[j + 1] : Real(0));
    out.norm += v[j] * v[j];
    out.value += v[j] * r;
    out.square += r * r;
  };
  for (add(0); i < n; ++i) add(i);
  return out;
}

/// Columns first ... first + count - 1 of v times its column b; count <= columns.
template <index_t columns, real_scalar Real>
void overlap(const matrix_t<Real>& v, index_t first, index_t count, index_t b, Real* out) {
  using pack = lanes<Real>;
  const auto width = static_cast<index_t>(pack::width);
  constexpr auto count_of_sums = static_cast<std::size_t>(columns);
  const Real *y = v.col(b).data(), *x[count_of_sums];
  pack sums[count_of_sums];
  for (index_t j = 0; j < columns; ++j) {
    x[j] = v.col(first + std::min(j, count - 1)).data();
    sums[j] = pack::fill(0);
  }
  index_t i = 0;
  for (; i + width <= v.rows(); i += width) {
    const pack other = pack::load(y + i);
    for (index_t j = 0; j < columns; ++j) sums[j] = multiply_add(pack::load(x[j] + i), other, sums[j]);
  }
  for (index_t j = 0; j < columns; ++j) {
    out[j] = sum(sums[j]);
    for (index_t k = i; k < v.rows(); ++k) out[j] += x[j][k] * y[k];
  }
}

}  // namespace anderson::detail
