// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/lazy.hpp>
#include <anderson/core/detail/missing.hpp>
#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/detail/check_parts.hpp>
#include <anderson/ensemble/detail/progress_count.hpp>
#include <anderson/ensemble/detail/tabulate.hpp>
#include <anderson/ensemble/observables.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/problem.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/gaussian_state.hpp>
#include <anderson/statistics/moments.hpp>
#include <anderson/statistics/nested_moments.hpp>
#include <anderson/statistics/ordered_reduction.hpp>

#include <algorithm>
#include <concepts>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson::detail {

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
        progress_(how_often),
        extent_(which.extent(physics.model.size())) {}

  index_t tasks() const { return plan_.disorder_realizations * blocks(); }

  void task(index_t index) {
    try {
      move(index);
    } catch (...) {
      progress_.fail(std::current_exception());  // the other threads need not go on
      throw;
    }
  }

  double seconds() const { return progress_.seconds(); }

  result_table<real_type> table() const {
    require(reduction_.merged() == plan_.disorder_realizations, "disorder realizations finished by the executor",
            reduction_.merged(), "all " + std::to_string(plan_.disorder_realizations) + "; it must run every task");
    return tabulate<real_type>(reduction_.result(), times_, which_, physics_.model.size());
  }
  /// The largest error that a stepper has estimated, if steppers do.
  std::optional<real_t> error_estimate() const {
    if constexpr (requires(const stepper_type& s) { s.error_estimate(); })
      return largest_estimate_;
    else
      return std::nullopt;
  }

private:
  using prepared_type = decltype(std::declval<const Method&>().prepare(
      std::declval<const realization_type&>(), std::declval<const decltype(Problem::noise)&>()));

  using state_type = gaussian_state<real_type>;
  using stepper_type = decltype(std::declval<const prepared_type&>().start(std::declval<const state_type&>()));
  using path_type = noise_path<decltype(Problem::noise)>;
  static constexpr bool together = moves_together<prepared_type, state_type, path_type>();

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

  void move(index_t index) {
    progress_count::task under_way(progress_);
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
                                                 static_cast<std::size_t>(std::min(group, last - k))),
                      under_way);
    } else {
      for (index_t k = first; k < last; ++k) {
        under_way.begin(1);
        move_one(shared, d, k, samples[static_cast<std::size_t>(k - first)]);
        under_way.end();
      }
    }
    for (const auto& sample : samples) block_moments.add(std::vector<sum_type>(sample.begin(), sample.end()));
    finish(d, block, *mine, std::move(block_moments));
  }

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
    check_size(state, physics_.model.size());  // a method of the user's own need not check it
    out.numbers = state.orbitals().size();
    if (state_rng == unused) out.state = std::make_shared<const state_type>(std::move(state));
    return out;
  }

  state_type draw_state(const ready& shared, index_t d, index_t k) const {
    philox rng(plan_.seed, {purpose::state, d, k});
    return physics_.state.prepare(shared.realization, rng);
  }

  path_type path_of(index_t d, index_t k) const { return {physics_.noise, philox(plan_.seed, {purpose::noise, d, k})}; }

  void move_one(const ready& shared, index_t d, index_t k, std::span<real_type> sample) {
    auto stepper =
        shared.state ? shared.prepared.start(*shared.state) : shared.prepared.start(draw_state(shared, d, k));
    std::optional<path_type> path;
    if constexpr (!averaged_stepper<stepper_type>) path = path_of(d, k);
    const auto extent = static_cast<std::size_t>(extent_);
    for (std::size_t t = 0; t < times_.size(); ++t) {
      const stage part(work_before(t), work_before(t + 1));
      if constexpr (averaged_stepper<stepper_type>)
        stepper.evolve(times_[t]);
      else
        stepper.evolve(times_[t], *path);
      which_.measure(stepper.snapshot(), sample.subspan(t * extent, extent));
      note_error(stepper);
    }
  }

  auto start_together(const ready& shared, index_t d, index_t first, index_t count) const {
    if (shared.state) return shared.prepared.start(*shared.state, count);
    std::vector<state_type> states;
    for (index_t k = first; k < first + count; ++k) states.push_back(draw_state(shared, d, k));
    return shared.prepared.start(std::span<const state_type>(states));
  }

  void move_together(const ready& shared, index_t d, index_t first, std::span<std::vector<real_type>> samples,
                     progress_count::task& under_way) {
    under_way.begin(std::ssize(samples));
    std::vector<path_type> paths;
    for (index_t j = 0; j < std::ssize(samples); ++j) paths.push_back(path_of(d, first + j));
    auto stepper = start_together(shared, d, first, std::ssize(samples));
    const auto extent = static_cast<std::size_t>(extent_);
    for (std::size_t t = 0; t < times_.size(); ++t) {
      const stage part(work_before(t), work_before(t + 1));
      stepper.evolve(times_[t], std::span(paths));
      for (std::size_t j = 0; j < samples.size(); ++j)
        which_.measure(stepper.snapshot(static_cast<index_t>(j)),
                       std::span<real_type>(samples[j]).subspan(t * extent, extent));
      note_error(stepper);
    }
    under_way.end();
  }

  void note_error(const stepper_type& stepper) {
    if constexpr (requires { stepper.error_estimate(); }) {
      const std::scoped_lock lock(mutex_);
      largest_estimate_ = std::max(largest_estimate_, static_cast<real_t>(stepper.error_estimate()));
    }
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

  /// The part of a trajectory's work that the first `t` times take.
  real_t work_before(std::size_t t) const {
    constexpr bool at_once = requires { requires stepper_type::reaches_any_time; };
    if (t == 0 || at_once || !(times_.back() > 0)) return static_cast<real_t>(t) / static_cast<real_t>(times_.size());
    return times_[t - 1] / times_.back();
  }

  const Problem& physics_;
  const Method& how_;
  std::span<const real_t> times_;
  const Observables& which_;
  const plan& plan_;
  progress_count progress_;
  index_t extent_;
  std::mutex mutex_;  // all below
  std::map<index_t, std::shared_ptr<slot>> slots_;
  ordered_reduction<nested_moments<sum_type>> reduction_;
  real_t largest_estimate_ = 0;
};

}  // namespace anderson::detail
