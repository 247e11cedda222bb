// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <concepts>
#include <map>
#include <utility>
#include <vector>

namespace anderson {

/// What can be reduced: the default value is neutral, a.merge(b) appends b to a.
template <class T>
concept mergeable = std::default_initializable<T> && std::copyable<T> && requires(T& a, const T& b) {
  a.merge(b);
};

/// Merges values 0, 1, 2, ... that arrive in any order, always in the same tree, so the result has the same bits for
/// every order of arrival.
///
///     ordered_reduction<moments<double>> sum;
///     sum.push(1, b);  sum.push(0, a);  sum.push(2, c);      // in any order, each index once
///     sum.result();                                          // (a + b) + c
///
/// The tree is that of pairwise summation: aligned blocks of 2, 4, 8, ... values, then what is left, from the left.
/// Memory: O(log n) values and those that arrived early. Cost: O(1) merges per value on average.
/// Not thread-safe: callers lock.
template <mergeable T>
class ordered_reduction {
public:
  /// @throws std::invalid_argument  index negative or pushed before.
  void push(index_t index, T value) {
    detail::require(index >= merged_ && !early_.contains(index), "index", index, "0, 1, 2, ..., each once");
    if (index != merged_) {
      early_.emplace(index, std::move(value));
      return;
    }
    append(std::move(value));
    while (!early_.empty() && early_.begin()->first == merged_)
      append(std::move(early_.extract(early_.begin()).mapped()));
  }

  /// Values pushed so far.
  index_t pushed() const noexcept { return merged_ + static_cast<index_t>(early_.size()); }

  /// Values in result(): 0 .. merged() - 1 have all arrived.
  index_t merged() const noexcept { return merged_; }

  /// The values 0 .. merged() - 1; those held back because an earlier one is missing are not in it. T{} if none.
  T result() const {
    T total;
    for (const T& block : blocks_) total.merge(block);
    return total;
  }

private:
  void append(T value) {
    blocks_.push_back(std::move(value));
    // As in adding 1 to a binary number: every carry merges two blocks of equal size.
    for (index_t n = ++merged_; n % 2 == 0; n /= 2) {
      const T last = std::move(blocks_.back());
      blocks_.pop_back();
      blocks_.back().merge(last);
    }
  }

  index_t merged_ = 0;
  std::vector<T> blocks_;  // sizes: the powers of two in merged_, largest first
  std::map<index_t, T> early_;
};

}  // namespace anderson
