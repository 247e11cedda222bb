// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <complex>
#include <utility>
#include <vector>

namespace anderson::detail {

/// x <- phase sum_k (-i)^k c_k T_k(A) x for a real symmetric tridiagonal A with spectrum in [-1, 1], by Clenshaw's
/// recurrence, DLMF 3.11.15:
///
///     b_k = 2 A b_{k+1} - b_{k+2} + (-i)^k c_k x,   result = A b_1 - b_2 + c_0 x
///
/// Everything real: of the columns, some at a time, real and imaginary parts are separate planes, and the factor -i
/// only swaps which plane of x is added. Columns are independent, so `lanes` of them are taken through all degrees
/// while they are in the cache; few columns are taken one at a time, vectorized over the sites.
///
/// Cost: four multiply-adds per real number and degree; memory 6 L lanes reals, kept between calls.
template <real_scalar Real>
class tridiagonal_series {
public:
  /// @param diagonal, subdiagonal  of A before x is mapped: A' = (A - center) / half_width is what the above calls A.
  /// @param c  c_0 ... c_degree.
  void operator()(const vector_t<Real>& diagonal, const vector_t<Real>& subdiagonal, Real center, Real half_width,
                  const std::vector<Real>& c, std::complex<Real> phase, orbitals_t<Real>& x) {
    rows_ = x.rows();
    const Real scale = c.size() > 1 ? 1 / half_width : Real(0);
    single_.set(diagonal, subdiagonal, center, scale);
    twice_.set(diagonal, subdiagonal, center, 2 * scale);
    index_t column = 0;
    for (; x.cols() - column > lanes / 4; column += lanes) chunk<lanes>(c, phase, x, column);
    for (; column < x.cols(); ++column) chunk<1>(c, phase, x, column);
  }

private:
  static constexpr index_t lanes = std::max<index_t>(4, 64 / static_cast<index_t>(sizeof(Real)));  // a cache line
  static constexpr index_t sweep = 16;                                                             // degrees

  /// Diagonal and off-diagonal of scale (A - center); off[i] joins i - 1 and i, off[0] = off[L] = 0.
  struct bands {
    vector_t<Real> diagonal, off;
    void set(const vector_t<Real>& d, const vector_t<Real>& sub, Real center, Real scale) {
      diagonal = (d.array() - center) * scale;
      if (off.size() != d.size() + 1) off.setZero(d.size() + 1);
      off.segment(1, sub.size()) = scale * sub;
    }
  };

  /// Complex entries of `width` columns as two real planes. Many columns: a row is the real parts, then the imaginary
  /// ones. One column: all real parts, then all imaginary ones. A row of zeros before the first site and after the
  /// last.
  template <index_t width>
  struct planes {
    static constexpr index_t row = width == 1 ? 1 : 2 * width;
    Real *re, *im;
  };

  template <index_t width>
  planes<width> block(index_t k) {
    Real* first = memory_.data() + k * 2 * (rows_ + 2) * width;
    Real* re = first + planes<width>::row;
    return {re, width == 1 ? re + rows_ + 2 : re + width};
  }

  /// (-i)^k c_k x as a multiple of the planes of x, possibly exchanged.
  struct term {
    const Real *re, *im;
    Real a, b;
  };

  template <index_t width>
  void chunk(const std::vector<Real>& c, std::complex<Real> phase, orbitals_t<Real>& x, index_t first) {
    const index_t columns = std::min(width, x.cols() - first), stride = 2 * x.cols(), size = 2 * (rows_ + 2) * width;
    if (memory_.size() < 3 * size) memory_.setZero(3 * size);
    const planes<width> start = block<width>(0);
    planes<width> now = block<width>(1), last = block<width>(2);
    constexpr index_t row = planes<width>::row;
    for (const planes<width>& p : {now, last})
      for (Real* part : {p.re, p.im})
        for (const index_t ghost : {index_t{-1}, rows_}) std::fill_n(part + ghost * row, width, Real(0));
    const Real* from = reinterpret_cast<const Real*>(x.data()) + 2 * first;
    for (index_t i = 0; i < rows_; ++i, from += stride)
      split<width>(from, columns, start.re + i * row, start.im + i * row);
    const auto source = [&](index_t k) {
      const Real factor = c[static_cast<std::size_t>(k)];
      const Real a = k % 4 < 2 ? factor : -factor;
      return k % 2 == 0 ? term{start.re, start.im, a, a} : term{start.im, start.re, a, -a};  // -i (re + i im)
    };
    const auto degree = static_cast<index_t>(c.size()) - 1;
    begin<width>(source(degree), now);
    for (index_t top = degree; top > 0; top -= std::min(sweep, top)) {
      const index_t steps = std::min(sweep, top);
      if (top < degree || first > 0)
        poll((static_cast<double>(first) +
              static_cast<double>(columns) * (1 - static_cast<double>(top) / static_cast<double>(degree))) /
             static_cast<double>(x.cols()));
      // Row i of order k needs rows up to i + 1 of order k + 1: tile by tile, each order one row behind the one above.
      const index_t tile = width == 1 ? 512 : 128;
      for (index_t end = tile; end - tile < rows_ + steps - 1; end += tile)
        for (index_t s = 0; s < steps; ++s) {
          const index_t first_row = std::max<index_t>(0, end - tile - s), last_row = std::min(rows_, end - s);
          if (first_row >= last_row) continue;
          const index_t k = top - 1 - s;
          const bands& a = k == 0 ? single_ : twice_;
          const planes<width>&in = s % 2 == 0 ? now : last, out = s % 2 == 0 ? last : now;
          if (k == degree - 1)
            step<width, true>(a, first_row, last_row, in, source(k), out);
          else
            step<width, false>(a, first_row, last_row, in, source(k), out);
        }
      if (steps % 2 == 1) std::swap(now, last);
    }
    Real* to = reinterpret_cast<Real*>(x.data()) + 2 * first;
    for (index_t i = 0; i < rows_; ++i, to += stride)
      join<width>(now.re + i * row, now.im + i * row, columns, phase, to);
  }

  template <index_t width>
  static void split(const Real* __restrict x, index_t columns, Real* __restrict re, Real* __restrict im) {
    if (columns == width) {
      for (index_t j = 0; j < width; ++j) re[j] = x[2 * j], im[j] = x[2 * j + 1];
    } else {
      for (index_t j = 0; j < columns; ++j) re[j] = x[2 * j], im[j] = x[2 * j + 1];
    }
  }

  template <index_t width>
  static void join(const Real* __restrict re, const Real* __restrict im, index_t columns, std::complex<Real> phase,
                   Real* __restrict x) {
    const Real c = phase.real(), s = phase.imag();
    if (columns == width) {
      for (index_t j = 0; j < width; ++j) x[2 * j] = c * re[j] - s * im[j], x[2 * j + 1] = s * re[j] + c * im[j];
    } else {
      for (index_t j = 0; j < columns; ++j) x[2 * j] = c * re[j] - s * im[j], x[2 * j + 1] = s * re[j] + c * im[j];
    }
  }

  // Fixed-size arrays where rows are short, because compilers make less of a loop of that length.
  template <index_t width>
  using array = Eigen::Array<Real, width, 1>;
  template <index_t width>
  static Eigen::Map<const array<width>> at(const Real* p) {
    return Eigen::Map<const array<width>>(p);
  }

  /// out = t
  template <index_t width>
  void begin(const term& t, const planes<width>& out) const {
    if constexpr (width == 1) {
      using vector = vector_t<Real>;
      Eigen::Map<vector>(out.re, rows_) = t.a * Eigen::Map<const vector>(t.re, rows_);
      Eigen::Map<vector>(out.im, rows_) = t.b * Eigen::Map<const vector>(t.im, rows_);
    } else {
      for (index_t i = 0; i < rows_; ++i) {
        const index_t k = i * planes<width>::row;
        Eigen::Map<array<width>>(out.re + k) = t.a * at<width>(t.re + k);
        Eigen::Map<array<width>>(out.im + k) = t.b * at<width>(t.im + k);
      }
    }
  }

  /// out = A b + t - out on the rows first ... end - 1; out counts as zero if fresh.
  template <index_t width, bool fresh>
  static void step(const bands& a, index_t first, index_t end, const planes<width>& b, const term& t,
                   const planes<width>& out) {
    const Real *d = a.diagonal.data(), *e = a.off.data();
    if constexpr (width == 1) {
      flat_step<fresh>(d, e, first, end, b.re, t.re, t.a, out.re);
      flat_step<fresh>(d, e, first, end, b.im, t.im, t.b, out.im);
    } else {
      using real_row = array<width>;
      constexpr index_t row = planes<width>::row;
      real_row re_before = at<width>(b.re + (first - 1) * row), re_now = at<width>(b.re + first * row);
      real_row im_before = at<width>(b.im + (first - 1) * row), im_now = at<width>(b.im + first * row);
      for (index_t i = first; i < end; ++i) {
        const index_t k = i * row;
        const real_row re_after = at<width>(b.re + k + row), im_after = at<width>(b.im + k + row);
        real_row re = t.a * at<width>(t.re + k), im = t.b * at<width>(t.im + k);
        if constexpr (!fresh) re -= at<width>(out.re + k), im -= at<width>(out.im + k);
        Eigen::Map<real_row>(out.re + k) = d[i] * re_now + (e[i] * re_before + (e[i + 1] * re_after + re));
        Eigen::Map<real_row>(out.im + k) = d[i] * im_now + (e[i] * im_before + (e[i + 1] * im_after + im));
        re_before = re_now, re_now = re_after;
        im_before = im_now, im_now = im_after;
      }
    }
  }

  template <bool fresh>
  static void flat_step(const Real* __restrict d, const Real* __restrict e, index_t first, index_t end,
                        const Real* __restrict b, const Real* __restrict x, Real c, Real* __restrict out) {
    for (index_t i = first; i < end; ++i)
      out[i] = d[i] * b[i] + (e[i] * b[i - 1] + (e[i + 1] * b[i + 1] + (fresh ? c * x[i] : c * x[i] - out[i])));
  }

  index_t rows_ = 0;
  bands single_, twice_;
  vector_t<Real> memory_;
};

}  // namespace anderson::detail
