// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/statistics/detail/archive.hpp>

#include <algorithm>
#include <concepts>
#include <istream>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// What can be reduced: the default value is neutral, a.merge(b) appends b to a.
template <class T>
concept mergeable = std::default_initializable<T> && std::copyable<T> && requires(T& a, const T& b) {
  a.merge(b);
};

/// What can be kept in a file: c.save(out) writes it, T::load(in) gives it back, bit for bit.
template <class T>
concept storable = requires(const T& c, std::ostream& out, std::istream& in) {
  c.save(out);
  { T::load(in) } -> std::same_as<T>;
};

/// Merges values by their index alone, in a fixed tree, so that the result has the same bits however the indices were
/// cut into ranges, in whatever order the values and the ranges arrived.
///
///     reduction_tree<moments<double>> sum, rest;
///     sum.insert(1, b);  sum.insert(0, a);  rest.insert(2, c);      // in any order, each index once
///     sum.merge(rest);
///     sum.result();                                                 // (a + b) + c
///
/// The tree is that of pairwise summation: a block of 2^k values begins at a multiple of 2^k; what fills no larger
/// block is merged from the left. Ranges may begin anywhere. Memory: O(log n) values for n indices without gap. Cost:
/// O(1) merges and O(log n) per value. Not thread-safe.
template <mergeable T>
class reduction_tree {
public:
  /// @throws std::invalid_argument  index negative or there before.
  void insert(index_t index, T value) { add(index, 1, std::move(value)); }

  /// The values of both.   @throws std::invalid_argument  an index in both; whatever the values throw. Nothing is
  /// merged then.
  void merge(const reduction_tree& other) {
    reduction_tree both = *this;
    for (const auto& [first, b] : other.blocks_) both.add(first, b.size, b.value);
    *this = std::move(both);
  }

  /// Number of values.
  index_t size() const noexcept { return size_; }

  /// One past the last index; 0 if there is none.
  index_t end() const { return blocks_.empty() ? 0 : blocks_.rbegin()->first + blocks_.rbegin()->second.size; }

  /// Whether all of first .. end - 1 are here; true if there are none.
  bool covers(index_t first, index_t end) const {
    auto b = blocks_.upper_bound(first);
    if (b != blocks_.begin()) --b;
    for (; first < end && b != blocks_.end() && b->first <= first; ++b)
      first = std::max(first, b->first + b->second.size);
    return first >= end;
  }

  /// The first index without a value that lies between those with one.
  std::optional<index_t> gap() const {
    std::optional<index_t> next;
    for (const auto& [first, b] : blocks_) {
      if (next && *next != first) return next;
      next = first + b.size;
    }
    return std::nullopt;
  }

  /// All values, merged; T{} if there are none.   @throws std::invalid_argument  there is a gap between them.
  T result() const {
    if (const std::optional<index_t> missing = gap())
      detail::reject("index without a value", *missing, "none between the first and the last");
    T total;
    for (const auto& [first, b] : blocks_) total.merge(b.value);
    return total;
  }

  /// Writes all that is here, as text.   @throws std::runtime_error  the stream fails.
  void save(std::ostream& out) const requires storable<T> {
    detail::save_word(out, "reduction_tree");
    detail::save_number(out, std::ssize(blocks_));
    for (const auto& [first, b] : blocks_) {
      detail::save_number(out, first);
      detail::save_number(out, b.size);
      b.value.save(out);
    }
    detail::save_end(out);
  }

  /// @throws std::runtime_error  not what save() has written.
  static reduction_tree load(std::istream& in) requires storable<T> {
    return load(in, [](index_t /*first*/, index_t /*size*/, const T& /*value*/) { return true; });
  }
  /// The same; belongs(first, size, value) says whether the value can be that of `size` indices from `first` on.
  static reduction_tree load(std::istream& in, auto&& belongs) requires storable<T> {
    detail::expect_word(in, "reduction_tree");
    reduction_tree out;
    for (index_t n = detail::load_count(in, std::numeric_limits<index_t>::max()); n > 0; --n) {
      const index_t first = detail::load_count(in, most), size = detail::load_count(in, most + 1);
      if (size < 1 || (size & (size - 1)) != 0 || first % size != 0)
        throw std::runtime_error("anderson: saved statistics have a block of " + std::to_string(size) + " values at " +
                                 std::to_string(first) + "; allowed: powers of two, aligned");
      try {
        T value = T::load(in);
        detail::require(belongs(first, size, std::as_const(value)), "statistic of a block at", first,
                        "one of all its values");
        out.add(first, size, std::move(value));
      } catch (const std::invalid_argument& twice) {
        throw std::runtime_error(std::string("anderson: saved statistics: ") + twice.what());
      }
    }
    detail::expect_word(in, "end");
    return out;
  }

private:
  struct block {
    index_t size;  // a power of two; begins at a multiple of it
    T value;
  };
  static constexpr index_t most = std::numeric_limits<index_t>::max() / 2;

  void check_free(index_t first, index_t size) const {
    const auto after = blocks_.lower_bound(first);
    const bool free = (after == blocks_.end() || first + size <= after->first) &&
                      (after == blocks_.begin() || std::prev(after)->first + std::prev(after)->second.size <= first);
    detail::require(free && first >= 0 && first <= most, "index", first,
                    free ? "from 0 on" : "one that has no value yet");
  }

  /// As in adding 1 to a binary number, from any side: every carry merges two blocks of equal size. Changes nothing if
  /// values do not merge.
  void add(index_t first, index_t size, T value) {
    check_free(first, size);
    const index_t added = size;
    std::vector<index_t> merged;
    for (auto other = blocks_.find(first ^ size); other != blocks_.end() && other->second.size == size;
         other = blocks_.find(first ^ size)) {
      T left = other->first < first ? other->second.value : std::move(value);
      left.merge(other->first < first ? value : other->second.value);
      value = std::move(left);
      merged.push_back(other->first);
      first &= ~size;
      size *= 2;
    }
    for (const index_t gone : merged) blocks_.erase(gone);
    blocks_.emplace(first, block{size, std::move(value)});
    size_ += added;
  }

  index_t size_ = 0;
  std::map<index_t, block> blocks_;  // by their first index
};

}  // namespace anderson
