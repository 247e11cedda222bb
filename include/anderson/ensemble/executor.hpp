// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace anderson {

/// consume(i, produce(i)) for i = 0, 1, ... on the calling thread, until consume returns false.
struct serial_executor {
  int threads() const noexcept { return 1; }
  void run(index_t count, auto&& produce, auto&& consume) const {
    for (index_t i = 0; i < count; ++i)
      if (!consume(i, produce(i))) return;
  }
};

/// Produces on a number of threads, started for the call; a free thread takes the next index. Values are consumed in
/// the order of their index, one at a time, by the thread that completes the order; those that come early wait, and
/// hold nobody up.
class thread_executor {
public:
  /// As many threads as the machine has.
  thread_executor() : threads_(std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

  /// @throws std::invalid_argument  threads < 1.
  explicit thread_executor(int threads) : threads_(threads) {
    detail::require(threads >= 1, "threads", threads, "at least 1");
  }

  int threads() const noexcept { return threads_; }

  /// After an exception, or when consume has returned false, no further index is begun. Of several exceptions the one
  /// of the first index is thrown on, and values of later ones are not consumed; none is thrown on from beyond a false.
  template <class Produce, class Consume>
  void run(index_t count, Produce&& produce, Consume&& consume) const {
    std::mutex mutex;  // of all below
    index_t next = 0, turn = 0, end = count;
    bool consuming = false;
    std::map<index_t, decltype(produce(index_t{}))> early;
    std::exception_ptr failure;
    const auto fail = [&](index_t i) {  // in a handler
      if (i >= end) return;
      failure = std::current_exception();
      end = i;
    };
    const auto work = [&] {
      std::unique_lock lock(mutex);
      const auto unlocked = [&lock](index_t i, auto&& act, auto&& failed) {
        lock.unlock();
        try {
          act();
          lock.lock();
        } catch (...) {
          lock.lock();
          failed(i);
        }
      };
      while (next < end) {
        const index_t i = next++;
        unlocked(
            i,
            [&] {
              auto value = produce(i);
              const std::scoped_lock other(mutex);
              early.emplace(i, std::move(value));
            },
            fail);
        while (!consuming && turn < end && !early.empty() && early.begin()->first == turn) {
          consuming = true;
          auto first = early.extract(early.begin());
          bool more = true;
          unlocked(
              turn++, [&] { more = consume(first.key(), std::move(first.mapped())); }, fail);
          consuming = false;
          if (!more && first.key() < end) {
            end = first.key() + 1;
            failure = nullptr;  // of a later one
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
