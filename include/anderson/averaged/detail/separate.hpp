// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <algorithm>
#include <complex>
#include <numeric>
#include <vector>

namespace anderson::detail {

/// Moves levels that are equal up to rounding apart, by `least`, a rounding error of h: the secular equation needs
/// distinct poles.
template <real_scalar Real>
void separate(vector_t<std::complex<Real>>& lambda, Real least) {
  std::vector<index_t> order(static_cast<std::size_t>(lambda.size()));
  std::iota(order.begin(), order.end(), index_t(0));
  std::ranges::stable_sort(order, {}, [&](index_t k) { return lambda[k].real(); });
  for (std::size_t j = 1; j < order.size(); ++j) {
    const Real before = lambda[order[j - 1]].real();
    std::complex<Real>& next = lambda[order[j]];
    if (!(next.real() - before >= least)) next = {before + least, next.imag()};
  }
}

}  // namespace anderson::detail
