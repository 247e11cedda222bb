// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/observe/observables.hpp>
#include <anderson/statistics/nested_moments.hpp>

#include <cstddef>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson {

namespace detail {

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

}  // namespace detail

/// A table of what the observables have measured at the times: of every number its mean, standard error and variances,
/// and of observables that finish() a mean that function of it.
/// @param all  over the samples of a sampler for these times and observables.
/// @throws std::invalid_argument  a statistic of another length.
template <real_scalar Real, real_scalar Sum, class... Observable>
[[gnu::cold]] result_table<Real> tabulate(const nested_moments<Sum>& all, const std::vector<real_t>& times,
                                          const observables<Observable...>& which, index_t sites) {
  result_table<Real> out;
  out.times = times;
  const auto layout = which.layout_on(sites);
  const index_t length = std::ssize(times) * layout.size;
  detail::require(all.mean().size() == length, "length of the statistic", all.mean().size(),
                  std::to_string(length) + ", times x numbers of the observables");
  const auto mean = all.mean(), error = all.standard_error(), within = all.variance_within(),
             between = all.variance_between();
  which.for_each([&](std::size_t k, const auto& o) {
    const auto& part = layout.parts[k];
    const auto columns = [&](const auto& flat) {
      typename series<Real>::array block(std::ssize(times), part.extent);
      for (index_t t = 0; t < block.rows(); ++t)
        for (index_t j = 0; j < part.extent; ++j)
          block(t, j) = static_cast<Real>(flat[t * layout.size + part.offset + j]);
      return block;
    };
    series<Real> s{part.name, columns(mean), columns(error), columns(within), columns(between)};
    if constexpr (has_finish<std::remove_cvref_t<decltype(o)>, Real>) detail::carry_over(o, s);
    out.columns.push_back(std::move(s));
  });
  return out;
}

}  // namespace anderson
