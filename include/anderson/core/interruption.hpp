// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <utility>

namespace anderson {

/// Thrown by average() when the progress callback asked to stop. Nothing is returned.
struct interrupted : std::runtime_error {
  interrupted() : std::runtime_error("anderson: interrupted") {}
};

namespace detail {

/// Hears how far the work of this thread has come, as long as it lives. Long loops tell by `stage` and `poll`, at no
/// cost worth mentioning: most calls count down, and the clock is looked at every 16 of them at most.
class watch {
public:
  using clock = std::chrono::steady_clock;
  /// hear(part, now): part in [0, 1], never less than before since restart(); an exception ends the work.
  using listener = std::function<void(double, clock::time_point)>;

  explicit watch(listener hear) : hear_(std::move(hear)), outer_(std::exchange(current, this)) {}
  ~watch() { current = outer_; }
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;

  /// The next piece of work, from its beginning.
  void restart() { part_ = 0; }

  static inline constinit thread_local watch* current = nullptr;

private:
  friend class stage;
  friend void poll(double);

  void look(double part) {
    if (--calls_left_ > 0) return;
    const clock::time_point now = clock::now();
    stride_ = now - last_ < std::chrono::milliseconds(1) ? std::min(2 * stride_, 16) : 1;
    last_ = now;
    calls_left_ = stride_;
    if (!(part >= 0)) part = 0;
    part_ = std::clamp(from_ + width_ * part, part_, 1.0);
    watch* const own = std::exchange(current, nullptr);  // who listens may work, too
    try {
      hear_(part_, now);
    } catch (...) {
      current = own;
      throw;
    }
    current = own;
    if (outer_) outer_->look(0);
  }

  listener hear_;
  watch* outer_;
  clock::time_point last_ = clock::now();
  int calls_left_ = 1, stride_ = 1;
  double from_ = 0, width_ = 1;  // what the innermost stage is of the whole
  double part_ = 0;
};

/// Inside a long loop: `part` of the innermost stage is done.
/// @throws interrupted  and whatever else the watch throws.
inline void poll(double part = 0) {
  if (watch* w = watch::current) w->look(part);
}

/// While it lives, the work that is done is the part [begin, end] / whole of the stage around it: stages nest as loops
/// do. Polls when it begins.
class stage {
public:
  stage(double begin, double end, double whole = 1) : watch_(watch::current) {
    if (!watch_) return;
    watch_->look(begin / whole);
    from_ = watch_->from_, width_ = watch_->width_;
    watch_->from_ += width_ * (begin / whole);
    watch_->width_ *= (end - begin) / whole;
  }
  ~stage() {
    if (watch_) watch_->from_ = from_, watch_->width_ = width_;
  }
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

private:
  watch* watch_;
  double from_ = 0, width_ = 1;
};

}  // namespace detail
}  // namespace anderson
