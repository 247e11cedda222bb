// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/statistics/detail/archive.hpp>
#include <anderson/statistics/nested_moments.hpp>
#include <anderson/statistics/nested_statistic.hpp>
#include <anderson/statistics/reduction_tree.hpp>

#include <algorithm>
#include <istream>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace anderson {

/// The blocks of an ensemble, reduced by their indices alone: trajectories of a realization in one tree, realizations
/// in another. The result has the same bits for every order of arrival, cut into ranges, or break in between.
///
///     ensemble_reduction<nested_moments<>> all(plan);
///     for (index_t i = 0; i < plan.blocks(); ++i)
///       all.insert(plan.block_at(i), sample(plan.block_at(i)).to<moments<>>());
///     all.result().standard_error();
///
/// Memory: that of O(log D + open realizations x log K) statistics for D realizations of K trajectories in order.
template <nested_statistic Statistic>
class ensemble_reduction {
public:
  using trajectories_type = typename Statistic::trajectories_type;

  /// @throws std::invalid_argument  noise_realizations < 1.
  explicit ensemble_reduction(index_t noise_realizations) : noise_realizations_(noise_realizations) {
    detail::require(noise_realizations >= 1, "noise_realizations", noise_realizations, "at least 1");
  }
  explicit ensemble_reduction(const plan& how_often) : ensemble_reduction(how_often.noise_realizations) {}

  /// @throws std::invalid_argument  a block that is no block of such an ensemble, or was there before.
  void insert(const block& where, trajectories_type value) {
    const index_t index = where.first / block::size;
    detail::require(where.realization >= 0 && where.realization <= last_realization && where.first >= 0 &&
                        where.first < noise_realizations_ && where == block_at(where.realization, index),
                    "first trajectory of a block", where.first, "that of a block of this ensemble");
    if constexpr (requires { value.count(); })
      detail::require(value.count() == where.end - where.first, "trajectories in the statistic of a block",
                      value.count(), std::to_string(where.end - where.first) + ", those of the block");
    check_not_closed(where.realization);
    const auto before = open_.find(where.realization);
    const index_t here = before == open_.end() ? 0 : before->second.size();
    if (0 < here && here + 1 < shape().blocks_of_realization()) return before->second.insert(index, std::move(value));
    auto blocks = here == 0 ? reduction_tree<trajectories_type>() : before->second;  // the last may not fit
    blocks.insert(index, std::move(value));
    keep(where.realization, std::move(blocks));
  }

  /// The blocks of both.   @throws std::invalid_argument  another number of trajectories per realization, or a block in
  ///                       both; the reduction is not changed then.
  void merge(const ensemble_reduction& other) {
    detail::require(other.noise_realizations_ == noise_realizations_, "noise_realizations", other.noise_realizations_,
                    "that of the other ensemble");
    ensemble_reduction both = *this;
    both.closed_.merge(other.closed_);
    for (const auto& [d, blocks] : open_) both.check_not_closed(d);
    for (const auto& [d, blocks] : other.open_) {
      both.check_not_closed(d);
      reduction_tree<trajectories_type> all = blocks;
      if (const auto mine = open_.find(d); mine != open_.end()) all.merge(mine->second);
      both.keep(d, std::move(all));
    }
    *this = std::move(both);
  }

  index_t noise_realizations() const noexcept { return noise_realizations_; }
  /// Disorder realizations of which all trajectories are here.
  index_t realizations() const noexcept { return closed_.size(); }
  /// Those of which some are.
  index_t open_realizations() const noexcept { return std::ssize(open_); }

  /// The statistic of all complete realizations, empty before there is one.
  /// @throws std::invalid_argument  one between them is missing or not complete.
  Statistic result() const {
    if (const std::optional<index_t> gap = closed_.gap())
      detail::reject("disorder realization that is missing or not complete", *gap, "none between those that are");
    return closed_.result();
  }

  /// Writes all that is here, as text: whoever loads it can go on.
  void save(std::ostream& out) const requires storable<Statistic> && storable<trajectories_type> {
    detail::save_word(out, "ensemble_reduction");
    detail::save_number(out, noise_realizations_);
    closed_.save(out);
    detail::save_number(out, std::ssize(open_));
    for (const auto& [d, blocks] : open_) {
      detail::save_number(out, d);
      blocks.save(out);
    }
    detail::save_end(out);
  }

  /// @throws std::runtime_error  not what save() has written.
  static ensemble_reduction load(std::istream& in) requires storable<Statistic> && storable<trajectories_type> {
    constexpr index_t most = std::numeric_limits<index_t>::max();
    detail::expect_word(in, "ensemble_reduction");
    try {
      ensemble_reduction out(detail::load_count(in, most));
      const index_t all = out.shape().blocks_of_realization();
      const auto realizations = [&out](index_t /*first*/, index_t size, const Statistic& s) {
        bool right = true;
        if constexpr (requires { s.realizations(); }) right = s.realizations() == size;
        if constexpr (requires { s.trajectories(); }) right = right && s.trajectories() == out.noise_realizations_;
        return right;
      };
      const auto trajectories = [&out, all](index_t first, index_t size, const trajectories_type& t) {
        if (first + size > all) return false;
        if constexpr (requires { t.count(); })
          return t.count() == std::min((first + size) * block::size, out.noise_realizations_) - first * block::size;
        else
          return true;
      };
      out.closed_ = reduction_tree<Statistic>::load(in, realizations);
      for (index_t n = detail::load_count(in, most); n > 0; --n) {
        const index_t d = detail::load_count(in, last_realization);
        out.check_not_closed(d);
        detail::require(!out.open_.contains(d), "disorder realization", d, "each once");
        auto& blocks = out.open_[d] = reduction_tree<trajectories_type>::load(in, trajectories);
        detail::require(0 < blocks.size() && blocks.size() < all, "blocks of an open realization", blocks.size(),
                        "some, but not all");
      }
      detail::expect_word(in, "end");
      return out;
    } catch (const std::invalid_argument& wrong) {
      throw std::runtime_error(std::string("anderson: saved statistics: ") + wrong.what());
    }
  }

private:
  static constexpr index_t last_realization = std::numeric_limits<index_t>::max() / 2;

  plan shape() const { return {.noise_realizations = noise_realizations_}; }
  block block_at(index_t realization, index_t index) const {
    block b = shape().block_at(index);
    b.realization = realization;
    return b;
  }
  void check_not_closed(index_t d) const {
    detail::require(!closed_.covers(d, d + 1), "disorder realization", d, "one that is not complete yet");
  }

  /// The blocks of a realization, complete or not; changes nothing if its statistic cannot be merged.
  void keep(index_t d, reduction_tree<trajectories_type> blocks) {
    if (blocks.size() != shape().blocks_of_realization()) {
      open_.insert_or_assign(d, std::move(blocks));
      return;
    }
    Statistic realization;
    realization.add(blocks.result());
    closed_.insert(d, std::move(realization));
    open_.erase(d);
  }

  index_t noise_realizations_;
  reduction_tree<Statistic> closed_;
  std::map<index_t, reduction_tree<trajectories_type>> open_;  // by disorder realization
};

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real)                    \
  where template class reduction_tree<moments<Real>>; \
  where template class reduction_tree<nested_moments<Real>>;
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
