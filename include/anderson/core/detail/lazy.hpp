// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

namespace anderson::detail {

/// A value computed at the first request, by one thread while the others wait. If that fails, the exception goes to its
/// caller and the next request tries again. (std::call_once does not survive an exception under the thread sanitizer.)
template <class T>
class lazy {
public:
  template <class Make>
  const T& get(Make&& make) {
    if (!ready_.load(std::memory_order_acquire)) {
      const std::scoped_lock lock(mutex_);
      if (!value_) {
        value_.emplace(make());
        ready_.store(true, std::memory_order_release);
      }
    }
    return *value_;
  }

private:
  std::atomic<bool> ready_ = false;
  std::mutex mutex_;
  std::optional<T> value_;
};

}  // namespace anderson::detail
