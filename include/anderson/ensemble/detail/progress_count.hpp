// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/interruption.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/progress.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Counts trajectories, and parts of those under way, for a callback; ends the work of all threads when it
/// returns false, or when anything has failed. Thread-safe.
class progress_count {
public:
  progress_count(index_t trajectories, const progress_callback& on_progress)
      : total_(trajectories), on_progress_(on_progress) {}

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

  /// work(task), on this thread. If it fails, the work of all threads ends with its exception at the next opportunity.
  auto watch_over(auto&& work) {
    try {
      task under_way(*this);
      return work(under_way);
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      stop(std::current_exception());
      throw;
    }
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
    if (!on_progress_ || now - last_call_.load() < pause) return;
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
    if (on_progress_ && !stopped_) {
      double sum = 0;
      for (const task* t : tasks_) sum += t->under_way_;
      // a sum in another order may be smaller by a rounding error
      reached_ = std::clamp(static_cast<double>(done_) + sum, reached_, static_cast<double>(total_));
      try {
        const double under_way = std::max(0.0, reached_ - static_cast<double>(done_));
        if (!on_progress_({done_, total_, seconds(), under_way})) stop(std::make_exception_ptr(interrupted()));
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

  index_t total_;
  const progress_callback& on_progress_;
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
