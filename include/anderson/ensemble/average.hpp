// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/core/version.hpp>
#include <anderson/ensemble/detail/check_parts.hpp>
#include <anderson/ensemble/detail/progress_count.hpp>
#include <anderson/ensemble/executor.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/problem.hpp>
#include <anderson/ensemble/progress.hpp>
#include <anderson/ensemble/reduction.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/ensemble/sampler.hpp>
#include <anderson/ensemble/tabulate.hpp>
#include <anderson/ensemble/times.hpp>
#include <anderson/observe/observables.hpp>
#include <anderson/statistics/nested_moments.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson {

/// The average of observables over noise and disorder, at given times: what, how, when, which, how often.
///
///     const auto result = average(physics, split_propagator{.dt = 0.1}, log_times(0.1, 1.0e2, 4),
///                                 observables{absorbed_energy{}}, {.disorder_realizations = 100});
///
/// Every disorder realization gets the same number of trajectories; means are over both, standard errors from the means
/// of the realizations, since trajectories of one realization share their disorder. The result has the same bits for
/// any executor and number of threads. Of methods that estimate their error, as exact_noise_average does, the largest
/// estimate of the run is in the metadata, "error_estimate".
///
/// The stages are public, to put together in another way: sampler, executor, ensemble_reduction, tabulate().
///
/// @param how     a propagator: split_propagator, event_propagator, krylov_propagator, chebyshev_propagator,
///                dense_propagator, exact_noise_average and its slow twins, rate_equation, or a user's own.
/// @param times   >= 0, strictly ascending; hit exactly.
/// @param workers who does the work: thread_executor (all cores unless told), serial_executor, or a user's own.
/// @throws std::invalid_argument  bad times, plan, method, or observables that do not fit; before any work.
/// @throws interrupted            on_progress returned false.
/// Memory, in numbers of times x observables: 8 for every thread, 2 for every block that waits for one before it that
/// is slower, some for every running realization; no states are kept.
template <class Model, class Noise, class State, class Method, class... Observable, class Executor = thread_executor>
auto average(const problem<Model, Noise, State>& physics, const Method& how, const std::vector<real_t>& times,
             const observables<Observable...>& which, const plan& how_often = {}, Executor workers = {},
             const progress_callback& on_progress = {}) {
  using realization_type = detail::realization_of<Model>;
  using real_type = typename realization_type::real_type;
  using sum_type =
      std::conditional_t<std::same_as<real_type, float>, real_t, real_type>;  // squares may not fit a float
  static_assert(detail::check_executor<Executor>());
  static_assert(detail::check_parts<realization_type, Noise, State, Method, Observable...>());

  how_often.check();
  const sampler sample(physics, how, times, which, how_often.seed, how_often.noise_realizations,
                       how_often.memory_limit);
  detail::progress_count progress(how_often.disorder_realizations * how_often.noise_realizations, on_progress);
  ensemble_reduction<nested_moments<sum_type>> all(how_often);
  std::optional<real_t> error;
  const auto produce = [&](index_t i) {
    return progress.watch_over([&](auto& under_way) {
      const auto block = sample(how_often.block_at(i), under_way);
      return std::pair(block.template to<moments<sum_type>>(), block.error_estimate);
    });
  };
  const auto consume = [&](index_t i, auto&& made) {
    all.insert(how_often.block_at(i), std::move(made.first));
    error = detail::worse(error, made.second);
    return true;
  };
  workers.run(how_often.blocks(), produce, consume);
  detail::require(
      all.realizations() == how_often.disorder_realizations, "disorder realizations finished by the executor",
      all.realizations(),
      "all " + std::to_string(how_often.disorder_realizations) + "; it must produce and consume every index");

  auto table = tabulate<real_type>(all.result(), times, which, physics.model.size());
  table.metadata = {{"version", version},
                    {"seed", std::to_string(how_often.seed)},
                    {"disorder_realizations", std::to_string(how_often.disorder_realizations)},
                    {"noise_realizations", std::to_string(how_often.noise_realizations)},
                    {"threads", std::to_string(workers.threads())},
                    {"wall_time_seconds", detail::text(progress.seconds())}};
  if (error) table.metadata.emplace_back("error_estimate", detail::text(*error));
  return table;
}

}  // namespace anderson
