// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/lazy.hpp>
#include <anderson/core/missing.hpp>
#include <anderson/core/types.hpp>
#include <anderson/core/version.hpp>
#include <anderson/ensemble/check_parts.hpp>
#include <anderson/ensemble/executor.hpp>
#include <anderson/ensemble/observables.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/problem.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/ensemble/times.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/gaussian_state.hpp>
#include <anderson/statistics/moments.hpp>
#include <anderson/statistics/nested_moments.hpp>
#include <anderson/statistics/ordered_reduction.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson {

namespace detail {

template <class Model>
using realization_of = disorder_realization<decltype(std::declval<const Model&>().draw(std::declval<philox&>()))>;

/// One run of average(). A task is a block of trajectories of one disorder realization; blocks have a fixed size and
/// are reduced in the order of their index, so the result does not depend on who ran them when.
template <class Problem, class Method, class Observables>
class ensemble_run {
public:
  using realization_type = realization_of<decltype(Problem::model)>;
  using real_type = typename realization_type::real_type;
  /// Of sums and squares: those of floats may not fit into a float.
  using sum_type = std::conditional_t<std::same_as<real_type, float>, real_t, real_type>;
  static constexpr index_t block_size = 8;           // fills the lanes of a propagator that moves trajectories together
  static constexpr index_t most_together = 1 << 18;  // numbers of their orbitals: bounds the memory of a thread

  ensemble_run(const Problem& physics, const Method& how, std::span<const real_t> times, const Observables& which,
               const plan& how_often)
      : physics_(physics),
        how_(how),
        times_(times),
        which_(which),
        plan_(how_often),
        extent_(which.extent(physics.model.size())) {}

  index_t tasks() const { return plan_.disorder_realizations * blocks(); }

  void task(index_t index) {
    const index_t d = index / blocks(), block = index % blocks();
    const std::shared_ptr<slot> mine = slot_of(d);
    const ready& shared = mine->shared.get([&] { return prepare(d); });
    const index_t first = block * block_size, last = std::min(first + block_size, plan_.noise_realizations);
    moments<sum_type> block_moments;
    std::vector<std::vector<real_type>> samples(
        static_cast<std::size_t>(last - first),
        std::vector<real_type>(times_.size() * static_cast<std::size_t>(extent_),
                               std::numeric_limits<real_type>::quiet_NaN()));  // shows what no observable has written
    if constexpr (together) {
      const index_t group = std::clamp<index_t>(most_together / std::max<index_t>(1, shared.numbers), 1, block_size);
      for (index_t k = first; k < last; k += group)
        move_together(shared, d, k,
                      std::span(samples).subspan(static_cast<std::size_t>(k - first),
                                                 static_cast<std::size_t>(std::min(group, last - k))));
    } else {
      for (index_t k = first; k < last; ++k) {
        move_one(shared, d, k, samples[static_cast<std::size_t>(k - first)]);
        count(1);
      }
    }
    for (const auto& sample : samples) block_moments.add(std::vector<sum_type>(sample.begin(), sample.end()));
    finish(d, block, *mine, std::move(block_moments));
  }

  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

  result_table<real_type> table() const {
    require(reduction_.merged() == plan_.disorder_realizations, "disorder realizations finished by the executor",
            reduction_.merged(), "all " + std::to_string(plan_.disorder_realizations) + "; it must run every task");
    const nested_moments<sum_type> all = reduction_.result();
    result_table<real_type> out;
    out.times.assign(times_.begin(), times_.end());
    which_.for_each(physics_.model.size(), [&](const auto& o, index_t offset) {
      const index_t count = o.extent(physics_.model.size());
      series<real_type> s{o.name(), columns(all.mean(), offset, count), columns(all.standard_error(), offset, count),
                          columns(all.variance_within(), offset, count),
                          columns(all.variance_between(), offset, count)};
      if constexpr (requires { o.finish(real_type{}); }) carry_over(o, s);
      out.columns.push_back(std::move(s));
    });
    return out;
  }

private:
  using clock = std::chrono::steady_clock;
  using prepared_type = decltype(std::declval<const Method&>().prepare(
      std::declval<const realization_type&>(), std::declval<const decltype(Problem::noise)&>()));

  using state_type = gaussian_state<real_type>;
  static constexpr bool together = moves_together<prepared_type, state_type, decltype(Problem::noise), philox>();

  struct ready {
    realization_type realization;
    prepared_type prepared;
    index_t numbers;                          // in the orbitals of a trajectory
    std::shared_ptr<const state_type> state;  // of all trajectories, if it draws no random numbers; else null
  };
  struct slot {
    lazy<ready> shared;
    ordered_reduction<moments<sum_type>> blocks;
  };

  index_t blocks() const { return (plan_.noise_realizations + block_size - 1) / block_size; }

  std::shared_ptr<slot> slot_of(index_t d) {
    const std::scoped_lock lock(mutex_);
    std::shared_ptr<slot>& s = slots_[d];
    if (!s) s = std::make_shared<slot>();
    return s;
  }

  ready prepare(index_t d) const {
    philox rng(plan_.seed, {purpose::disorder, d, 0});
    const realization_type realization{physics_.model.draw(rng)};
    ready out{realization, how_.prepare(realization, physics_.noise), 0, nullptr};
    const philox unused(plan_.seed, {purpose::state, d, 0});
    philox state_rng = unused;
    state_type state = physics_.state.prepare(realization, state_rng);
    check_state(state, physics_.model.size());  // a method of the user's own need not check it
    out.numbers = state.orbitals.size();
    if (state_rng == unused) out.state = std::make_shared<const state_type>(std::move(state));
    return out;
  }

  state_type draw_state(const ready& shared, index_t d, index_t k) const {
    philox rng(plan_.seed, {purpose::state, d, k});
    return physics_.state.prepare(shared.realization, rng);
  }

  void move_one(const ready& shared, index_t d, index_t k, std::span<real_type> sample) {
    philox rng(plan_.seed, {purpose::noise, d, k});
    auto noise = physics_.noise;
    noise.restart(rng);
    auto stepper =
        shared.state ? shared.prepared.start(*shared.state) : shared.prepared.start(draw_state(shared, d, k));
    const auto extent = static_cast<std::size_t>(extent_);
    for (std::size_t t = 0; t < times_.size(); ++t) {
      stepper.evolve(times_[t], noise, rng);
      which_.measure(stepper.snapshot(), sample.subspan(t * extent, extent));
    }
  }

  auto start_together(const ready& shared, index_t d, index_t first, index_t count) const {
    if (shared.state) return shared.prepared.start(*shared.state, count);
    std::vector<state_type> states;
    for (index_t k = first; k < first + count; ++k) states.push_back(draw_state(shared, d, k));
    return shared.prepared.start(std::span<const state_type>(states));
  }

  void move_together(const ready& shared, index_t d, index_t first, std::span<std::vector<real_type>> samples) {
    std::vector<philox> rngs;
    std::vector<decltype(Problem::noise)> noises(samples.size(), physics_.noise);
    for (std::size_t j = 0; j < samples.size(); ++j) {
      rngs.emplace_back(plan_.seed, stream_address{purpose::noise, d, first + static_cast<index_t>(j)});
      noises[j].restart(rngs[j]);
    }
    auto stepper = start_together(shared, d, first, std::ssize(samples));
    const auto extent = static_cast<std::size_t>(extent_);
    for (std::size_t t = 0; t < times_.size(); ++t) {
      stepper.evolve(times_[t], std::span(noises), std::span(rngs));
      for (std::size_t j = 0; j < samples.size(); ++j)
        which_.measure(stepper.snapshot(static_cast<index_t>(j)),
                       std::span<real_type>(samples[j]).subspan(t * extent, extent));
      count(0);
    }
    count(std::ssize(samples));
  }

  void finish(index_t d, index_t block, slot& s, moments<sum_type> block_moments) {
    const std::scoped_lock lock(mutex_);
    s.blocks.push(block, std::move(block_moments));
    if (s.blocks.merged() == blocks()) {
      nested_moments<sum_type> nested;
      nested.add(s.blocks.result());
      reduction_.push(d, std::move(nested));
      slots_.erase(d);
    }
  }

  /// Progress; 0: only asks whether to go on.
  void count(index_t trajectories) {
    const std::scoped_lock lock(mutex_);
    done_ += trajectories;
    if (plan_.on_progress && !stopped_)
      stopped_ = !plan_.on_progress({done_, plan_.disorder_realizations * plan_.noise_realizations, seconds()});
    if (stopped_) throw interrupted();
  }

  typename series<real_type>::array columns(const auto& flat, index_t offset, index_t count) const {
    typename series<real_type>::array out(std::ssize(times_), count);
    for (index_t t = 0; t < out.rows(); ++t)
      for (index_t j = 0; j < count; ++j) out(t, j) = static_cast<real_type>(flat[t * extent_ + offset + j]);
    return out;
  }

  static void carry_over(const auto& observable, series<real_type>& s) {
    for (index_t t = 0; t < s.mean.rows(); ++t)
      for (index_t j = 0; j < s.mean.cols(); ++j) {
        const real_type slope = observable.finish_slope(s.mean(t, j));
        s.mean(t, j) = observable.finish(s.mean(t, j));
        s.error(t, j) *= Eigen::numext::abs(slope);
        s.variance_within(t, j) *= slope * slope;
        s.variance_between(t, j) *= slope * slope;
      }
  }

  const Problem& physics_;
  const Method& how_;
  std::span<const real_t> times_;
  const Observables& which_;
  const plan& plan_;
  index_t extent_;
  clock::time_point start_ = clock::now();
  std::mutex mutex_;  // all below
  std::map<index_t, std::shared_ptr<slot>> slots_;
  ordered_reduction<nested_moments<sum_type>> reduction_;
  index_t done_ = 0;
  bool stopped_ = false;
};

}  // namespace detail

/// The average of observables over noise and disorder, at given times: what, how, when, which, how often.
///
///     const auto result = average(physics, split_propagator{.dt = 0.1}, log_times(0.1, 1.0e2, 4),
///                                 observables{absorbed_energy{}}, {.disorder_realizations = 100});
///
/// Every disorder realization gets the same number of trajectories; means are over both, standard errors from the means
/// of the realizations, since trajectories of one realization share their disorder. The result has the same bits for
/// any executor and number of threads.
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
  return table;
}

}  // namespace anderson
