// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/ensemble/progress.hpp>

#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <string>
#include <utility>

namespace support {

/// The signal that asked to stop, 0 if none has.
inline volatile std::sig_atomic_t stop_signal = 0;

/// From now on Ctrl-C stops the averages, so that open files are removed. A second one ends the program at once.
inline void catch_interrupts() {
  const auto remember = [](int signal) {
    stop_signal = signal;
    std::signal(signal, SIG_DFL);
  };
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

/// One line on the terminal for all averages of a program; silent if standard error is not a terminal.
class progress_line {
public:
  /// @param total_cost  sum of the costs of all stages, in any unit.
  progress_line(std::string program, double total_cost) : program_(std::move(program)), total_cost_(total_cost) {}
  ~progress_line() { clear(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  /// Of the next average.
  anderson::progress_callback stage(std::string what, double cost) {
    finished_cost_ += std::exchange(cost_, cost);
    what_ = std::move(what);
    return [this](const anderson::progress& p) {
      return step((static_cast<double>(p.done) + p.under_way) / static_cast<double>(p.total));
    };
  }

  /// Part of the present stage that is done; false if the program shall stop.
  bool step(double part) {
    if (isatty(STDERR_FILENO) != 0) show((finished_cost_ + part * cost_) / total_cost_);
    return stop_signal == 0;
  }

  void clear() {
    if (std::exchange(shown_, false)) std::fputs("\r\033[K", stderr);
  }

  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

private:
  using clock = std::chrono::steady_clock;

  void show(double part) {
    if (shown_ && clock::now() - last_ < std::chrono::milliseconds(100)) return;
    last_ = clock::now();
    shown_ = true;
    std::fprintf(stderr, "\r\033[K%s: %3.0f %%, %s left (%s)", program_.c_str(), 100 * part, left(part).c_str(),
                 what_.c_str());
    std::fflush(stderr);
  }

  /// Minutes and seconds; hours and days where those are many.
  std::string left(double part) const {
    const double time = seconds() * (1 / part - 1);
    if (!(time < 100 * 3600))
      return part > 0 ? std::to_string(std::lround(std::min(time / 86400, 1e9))) + " days" : "?";
    const long rounded = std::lround(time);
    char text[32];
    if (rounded < 3600)
      std::snprintf(text, sizeof text, "%ld:%02ld", rounded / 60, rounded % 60);
    else
      std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", rounded / 3600, rounded / 60 % 60, rounded % 60);
    return text;
  }

  std::string program_, what_;
  double total_cost_, finished_cost_ = 0, cost_ = 0;
  clock::time_point start_ = clock::now(), last_;
  bool shown_ = false;
};

}  // namespace support
