// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/statistics/nested_moments.hpp>

#include <span>
#include <utility>

namespace anderson::detail {

/// A function of the mean, its errors by the slope (delta method).
template <class Observable, real_scalar Real>
void carry_over(const Observable& observable, series<Real>& s) {
  for (index_t t = 0; t < s.mean.rows(); ++t)
    for (index_t j = 0; j < s.mean.cols(); ++j) {
      const Real slope = observable.finish_slope(s.mean(t, j));
      s.mean(t, j) = observable.finish(s.mean(t, j));
      s.error(t, j) *= Eigen::numext::abs(slope);
      s.variance_within(t, j) *= slope * slope;
      s.variance_between(t, j) *= slope * slope;
    }
}

/// The statistics of all observables at all times, one after the other, as a series for each observable.
template <real_scalar Real, real_scalar Sum, class Observables>
[[gnu::cold]] result_table<Real> tabulate(const nested_moments<Sum>& all, std::span<const real_t> times, const Observables& which,
                            index_t sites) {
  result_table<Real> out;
  out.times.assign(times.begin(), times.end());
  const index_t extent = which.extent(sites);
  which.for_each(sites, [&](const auto& o, index_t offset) {
    const index_t count = o.extent(sites);
    const auto columns = [&](const auto& flat) {
      typename series<Real>::array block(std::ssize(times), count);
      for (index_t t = 0; t < block.rows(); ++t)
        for (index_t j = 0; j < count; ++j) block(t, j) = static_cast<Real>(flat[t * extent + offset + j]);
      return block;
    };
    series<Real> s{o.name(), columns(all.mean()), columns(all.standard_error()), columns(all.variance_within()),
                   columns(all.variance_between())};
    if constexpr (requires { o.finish(Real{}); }) carry_over(o, s);
    out.columns.push_back(std::move(s));
  });
  return out;
}

}  // namespace anderson::detail
