// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/core/version.hpp>
#include <anderson/ensemble/detail/check_parts.hpp>
#include <anderson/ensemble/detail/ensemble_run.hpp>
#include <anderson/ensemble/executor.hpp>
#include <anderson/ensemble/observables.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/problem.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/ensemble/times.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <span>
#include <string>
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
/// @param how     a propagator: split_propagator, event_propagator, krylov_propagator, chebyshev_propagator,
///                dense_propagator, exact_noise_average and its slow twins, rate_equation, or a user's own.
/// @param times   >= 0, strictly ascending; hit exactly.
/// @param workers who does the work: thread_executor (all cores unless told), serial_executor, or a user's own.
/// @throws std::invalid_argument  bad times, plan, method, or observables that do not fit; before any work.
/// @throws interrupted            the progress callback returned false.
/// Memory: accumulators of times x numbers for every running realization; no states are kept.
template <class Model, class Noise, class State, class Method, class... Observable, class Executor = thread_executor>
auto average(const problem<Model, Noise, State>& physics, const Method& how, const std::vector<real_t>& times,
             const observables<Observable...>& which, const plan& how_often = {}, Executor workers = {}) {
  using realization_type = detail::realization_of<Model>;
  using state_type = gaussian_state<typename realization_type::real_type>;
  static_assert(detail::check_initial_state<State, realization_type>() && detail::check_executor<Executor>());
  static_assert(detail::check_method<Method, realization_type, state_type, Noise>());
  static_assert(detail::check_observables<Method, realization_type, state_type, Noise, Observable...>());
  how.check();
  how_often.check();
  detail::check_times(times);
  detail::ensemble_run run(physics, how, std::span<const real_t>(times), which, how_often);
  workers.run(run.tasks(), [&run](index_t i) { run.task(i); });
  auto table = run.table();
  table.metadata = {{"version", version},
                    {"seed", std::to_string(how_often.seed)},
                    {"disorder_realizations", std::to_string(how_often.disorder_realizations)},
                    {"noise_realizations", std::to_string(how_often.noise_realizations)},
                    {"threads", std::to_string(workers.threads())},
                    {"wall_time_seconds", detail::text(run.seconds())}};
  if (const auto error = run.error_estimate()) table.metadata.emplace_back("error_estimate", detail::text(*error));
  return table;
}

}  // namespace anderson
