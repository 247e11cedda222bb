// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace anderson {

/// Runs the tasks one after another on the calling thread.
struct serial_executor {
  int threads() const noexcept { return 1; }
  template <class Task>
  void run(index_t count, Task&& task) const {
    for (index_t i = 0; i < count; ++i) task(i);
  }
};

/// Runs the tasks on a number of threads, started for the call; a free thread takes the next task.
class thread_executor {
public:
  /// As many threads as the machine has.
  thread_executor() : threads_(std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

  /// @throws std::invalid_argument  threads < 1.
  explicit thread_executor(int threads) : threads_(threads) {
    detail::require(threads >= 1, "threads", threads, "at least 1");
  }

  int threads() const noexcept { return threads_; }

  /// After an exception no further task is started; of several the one of the first task is thrown on.
  template <class Task>
  void run(index_t count, Task&& task) const {
    std::atomic<index_t> next = 0;
    std::mutex mutex;
    std::exception_ptr failure;
    index_t failed = std::numeric_limits<index_t>::max();
    const auto work = [&] {
      for (index_t i = next++; i < count; i = next++) {
        try {
          task(i);
        } catch (...) {
          next = count;
          const std::scoped_lock lock(mutex);
          if (i < failed) {
            failed = i;
            failure = std::current_exception();
          }
        }
      }
    };
    {
      std::vector<std::jthread> pool;
      try {
        for (index_t n = 1; n < std::min<index_t>(threads_, count); ++n) pool.emplace_back(work);
      } catch (const std::system_error&) {
        // the system gives no more threads: go on with those there are
      }
      work();
    }
    if (failure) std::rethrow_exception(failure);
  }

private:
  int threads_;
};

}  // namespace anderson
