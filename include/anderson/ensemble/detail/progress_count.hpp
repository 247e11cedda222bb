// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/plan.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Counts trajectories, and parts of those under way, for the callback of a plan; ends the work of all threads when it
/// returns false, or when anything has failed. Thread-safe.
class progress_count {
public:
  explicit progress_count(const plan& how_often) : plan_(how_often) {}

  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

  /// The task that this thread works on, while it lives.
  class task {
  public:
    explicit task(progress_count& all)
        : all_(all), watch_([this](double part, clock::time_point now) { all_.hear(*this, part, now); }) {
      const std::scoped_lock lock(all_.mutex_);
      all_.tasks_.push_back(this);
    }
    ~task() {
      const std::scoped_lock lock(all_.mutex_);
      std::erase(all_.tasks_, this);
    }
    task(const task&) = delete;
    task& operator=(const task&) = delete;

    /// So many trajectories start together.
    void begin(index_t trajectories) {
      trajectories_ = trajectories;
      watch_.restart();
    }
    /// They have ended.
    void end() { all_.ended(*this); }

  private:
    friend class progress_count;
    progress_count& all_;
    watch watch_;
    index_t trajectories_ = 0;
    std::atomic<double> under_way_ = 0;  // in trajectories
  };

  /// All tasks shall end with this exception, at the next opportunity; the first one counts.
  void fail(std::exception_ptr why) {
    const std::scoped_lock lock(mutex_);
    stop(std::move(why));
  }

private:
  using clock = watch::clock;
  static constexpr std::chrono::milliseconds pause{100};  // between two calls while nothing ends

  void hear(task& t, double part, clock::time_point now) {
    t.under_way_ = part * static_cast<double>(t.trajectories_);
    if (stopped_) {
      const std::scoped_lock lock(mutex_);
      std::rethrow_exception(why_);
    }
    if (!plan_.on_progress || now - last_call_.load() < pause) return;
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) call();  // else somebody else is calling
  }

  void ended(task& t) {
    const std::scoped_lock lock(mutex_);
    done_ += t.trajectories_;
    t.trajectories_ = 0;
    t.under_way_ = 0;
    call();
  }

  void call() {
    if (plan_.on_progress && !stopped_) {
      double sum = 0;
      for (const task* t : tasks_) sum += t->under_way_;
      const index_t total = plan_.disorder_realizations * plan_.noise_realizations;
      // a sum in another order may be smaller by a rounding error
      reached_ = std::clamp(static_cast<double>(done_) + sum, reached_, static_cast<double>(total));
      try {
        const double under_way = std::max(0.0, reached_ - static_cast<double>(done_));
        if (!plan_.on_progress({done_, total, seconds(), under_way})) stop(std::make_exception_ptr(interrupted()));
      } catch (...) {
        stop(std::current_exception());
      }
      last_call_ = clock::now();
    }
    if (stopped_) std::rethrow_exception(why_);
  }

  void stop(std::exception_ptr why) {
    if (stopped_) return;
    why_ = std::move(why);
    stopped_ = true;
  }

  const plan& plan_;
  clock::time_point start_ = clock::now();
  std::atomic<clock::time_point> last_call_{start_};
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;  // all below
  std::exception_ptr why_;
  std::vector<task*> tasks_;
  index_t done_ = 0;
  double reached_ = 0;
};

}  // namespace anderson::detail
