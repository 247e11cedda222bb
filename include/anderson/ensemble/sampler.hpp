// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/lazy.hpp>
#include <anderson/core/memory_limit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/block_samples.hpp>
#include <anderson/ensemble/detail/check_parts.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/problem.hpp>
#include <anderson/ensemble/times.hpp>
#include <anderson/ensemble/trajectory.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/path.hpp>
#include <anderson/observe/observables.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace anderson {

namespace detail {

template <class Model>
using realization_of = disorder_realization<decltype(std::declval<const Model&>().draw(std::declval<philox&>()))>;

/// The larger error; one that is not known is the worst.
inline std::optional<real_t> worse(std::optional<real_t> a, std::optional<real_t> b) {
  if (!a || !b) return a ? a : b;
  return std::isnan(*a) || *b <= *a ? a : b;
}

/// Told of trajectories by a sampler; this one tells nobody.
struct unreported {
  void begin(index_t /*trajectories*/) {}
  void end() {}
};

}  // namespace detail

/// Indices -> samples, a pure function: sample(block) gives the same numbers wherever and whenever it is called, for
/// the problem, method, times, observables and seed that it was made with.
///
///     const sampler sample(physics, split_propagator{.dt = 0.1}, times, observables{energy{}}, seed, 8);
///     sample({.realization = 3, .first = 0, .end = 8})[0]       // the numbers of trajectory 0 of realization 3
///
/// Thread-safe. A disorder realization is prepared at the first of its blocks and kept until `noise_realizations` of
/// its trajectories are done, or sixteen others wait.
template <class Problem, class Method, class Observables>
class sampler {
public:
  using realization_type = detail::realization_of<decltype(Problem::model)>;
  using real_type = typename realization_type::real_type;

  /// @param noise_realizations  trajectories per disorder realization that will be asked for, >= 1: when so many are
  ///                            done, the realization is let go; it can be asked for again, and is prepared again.
  /// @param limit               of the dense matrices of a realization.
  /// @throws std::invalid_argument  a bad method, times, or observables that do not fit.
  sampler(Problem physics, Method how, std::vector<real_t> times, Observables which, std::uint64_t seed,
          index_t noise_realizations, anderson::memory_limit limit = {})
      : physics_(std::move(physics)),
        how_(std::move(how)),
        times_(std::move(times)),
        which_(std::move(which)),
        seed_(seed),
        noise_realizations_(noise_realizations),
        limit_(limit),
        layout_(which_.layout_on(physics_.model.size())) {
    how_.check();
    detail::check_times(times_);
    detail::require(noise_realizations >= 1, "noise_realizations", noise_realizations, "at least 1");
    detail::require(limit.gib > 0, "memory_limit", limit.gib, "above 0, in GiB");
  }

  /// @throws whatever the method throws; interrupted.
  block_samples<real_type> operator()(const block& where) const {
    detail::unreported nobody;
    return (*this)(where, nobody);
  }

  /// The same; `under_way.begin(n)` when n trajectories begin together, `under_way.end()` when they have ended.
  block_samples<real_type> operator()(const block& where, auto& under_way) const {
    const index_t length = std::ssize(times_) * layout_.size;
    const bool indices = where.realization >= 0 && 0 <= where.first && where.first < where.end;
    const index_t count = indices ? where.end - where.first : 0;
    detail::require(indices && count <= most_numbers / std::max<index_t>(1, length), "number of trajectories", count,
                    "at least 1, of indices from 0 on, with at most 2^40 numbers in all");
    const clock::time_point start = clock::now();
    const std::shared_ptr<slot> mine = slot_of(where.realization);
    bool prepared_here = false;
    const ready& shared = mine->shared.get([&] {
      prepared_here = true;
      return prepare(where.realization);
    });
    const clock::time_point moving = clock::now();
    block_samples<real_type> out{count, length, {}, {}, prepared_here ? seconds(start, moving) : 0, 0};
    out.values.assign(static_cast<std::size_t>(count * length), std::numeric_limits<real_type>::quiet_NaN());
    const index_t group =
        together ? std::clamp<index_t>(most_together / std::max<index_t>(1, shared.numbers), 1, block::size) : 1;
    try {
      for (index_t k = where.first; k < where.end; k += group) {
        const index_t several = std::min(group, where.end - k);
        under_way.begin(several);
        move(shared, where.realization, k, several,
             std::span(out.values)
                 .subspan(static_cast<std::size_t>((k - where.first) * length),
                          static_cast<std::size_t>(several * length)),
             out.error_estimate);
        under_way.end();
      }
    } catch (...) {
      release(where.realization, count);  // nobody may ask again
      throw;
    }
    out.move_seconds = seconds(moving, clock::now());
    release(where.realization, count);
    return out;
  }

private:
  using noise_type = decltype(Problem::noise);
  using state_type = gaussian_state<real_type>;
  using path_type = noise_path<noise_type, philox>;
  using prepared_type = decltype(std::declval<const Method&>().prepare(std::declval<const realization_type&>(),
                                                                       std::declval<const noise_type&>()));
  using stepper_type = decltype(std::declval<const prepared_type&>().start(std::declval<const state_type&>()));
  using clock = std::chrono::steady_clock;
  static constexpr bool together = detail::together<prepared_type, state_type, path_type>();
  static constexpr index_t most_numbers = index_t{1} << 40;
  static constexpr index_t most_kept = 16;           // realizations that nobody works on
  static constexpr index_t most_together = 1 << 18;  // numbers of their orbitals: bounds the memory of a thread

  struct ready {
    realization_type realization;
    prepared_type prepared;
    index_t numbers;                          // in the orbitals of a trajectory
    std::shared_ptr<const state_type> state;  // of all trajectories, if it draws no random numbers; else null
  };
  struct slot {
    detail::lazy<ready> shared;
    index_t done = 0;  // trajectories
  };

  static double seconds(clock::time_point from, clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
  }

  std::shared_ptr<slot> slot_of(index_t d) const {
    const std::scoped_lock lock(mutex_);
    std::shared_ptr<slot>& s = slots_[d];
    if (!s) s = std::make_shared<slot>();
    const std::shared_ptr<slot> mine = s;
    for (auto idle = slots_.begin(); std::ssize(slots_) > most_kept && idle != slots_.end();)  // parts of realizations
      idle = idle->second.use_count() == 1 ? slots_.erase(idle) : std::next(idle);
    return mine;
  }
  void release(index_t d, index_t trajectories) const {
    const std::scoped_lock lock(mutex_);
    if (const auto s = slots_.find(d); s != slots_.end() && (s->second->done += trajectories) >= noise_realizations_)
      slots_.erase(s);
  }

  ready prepare(index_t d) const {
    philox rng(seed_, {purpose::disorder, d, 0});
    const realization_type realization{physics_.model.draw(rng), limit_};
    ready out{realization, how_.prepare(realization, physics_.noise), 0, nullptr};
    const philox unused(seed_, {purpose::state, d, 0});
    philox state_rng = unused;
    state_type state = physics_.state.prepare(realization, state_rng);
    detail::check_size(state, physics_.model.size());  // a method of the user's own need not check it
    out.numbers = state.orbitals().size();
    if (state_rng == unused) out.state = std::make_shared<const state_type>(std::move(state));
    return out;
  }

  state_type draw_state(const ready& shared, index_t d, index_t k) const {
    philox rng(seed_, {purpose::state, d, k});
    return physics_.state.prepare(shared.realization, rng);
  }
  path_type draw_path(index_t d, index_t k) const { return {physics_.noise, philox(seed_, {purpose::noise, d, k})}; }

  /// Trajectories first .. first + count - 1 of realization d.
  void move(const ready& shared, index_t d, index_t first, index_t count, std::span<real_type> out,
            std::optional<real_t>& error) const {
    const auto numbers = static_cast<std::size_t>(layout_.size);
    const auto measure = [&](auto& stepper, const auto& now, std::size_t k, index_t j) {
      const std::size_t row = static_cast<std::size_t>(j) * times_.size() + k;
      which_.measure(now, layout_, out.subspan(row * numbers, numbers));
      if constexpr (has_error_estimate<stepper_type>)
        error = detail::worse(error, static_cast<real_t>(stepper.error_estimate()));
    };
    if constexpr (together) {
      std::vector<path_type> paths;
      for (index_t k = first; k < first + count; ++k) paths.push_back(draw_path(d, k));
      auto stepper = start_together(shared, d, first, count);
      trajectory(stepper, times_, std::span(paths),
                 [&](const auto& now, std::size_t k, index_t j) { measure(stepper, now, k, j); });
    } else {
      auto stepper =
          shared.state ? shared.prepared.start(*shared.state) : shared.prepared.start(draw_state(shared, d, first));
      const auto visit = [&](const auto& now, std::size_t k) { measure(stepper, now, k, 0); };
      if constexpr (averaged_stepper<stepper_type>) {
        trajectory(stepper, times_, visit);
      } else {
        path_type path = draw_path(d, first);
        trajectory(stepper, times_, path, visit);
      }
    }
  }

  auto start_together(const ready& shared, index_t d, index_t first, index_t count) const {
    if (shared.state) return shared.prepared.start(*shared.state, count);
    std::vector<state_type> states;
    for (index_t k = first; k < first + count; ++k) states.push_back(draw_state(shared, d, k));
    return shared.prepared.start(std::span<const state_type>(states));
  }

  Problem physics_;
  Method how_;
  std::vector<real_t> times_;
  Observables which_;
  std::uint64_t seed_;
  index_t noise_realizations_;
  anderson::memory_limit limit_;
  typename Observables::layout layout_;
  mutable std::mutex mutex_;  // all below
  mutable std::map<index_t, std::shared_ptr<slot>> slots_;
};

}  // namespace anderson
