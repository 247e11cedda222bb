// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/detail/steps.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/propagate/detail/mode_state.hpp>
#include <anderson/propagate/detail/window_rows.hpp>

#include <algorithm>
#include <complex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace anderson::detail {

template <scalar Scalar>
mode_state<Scalar>::mode_state(std::shared_ptr<const windows_type> windows, real_type tolerance,
                               std::span<const state_type* const> states)
    : windows_(std::move(windows)), tolerance_(tolerance / (1 + tolerance)), x_(0, {}) {
  std::vector<char> filled(at(size()), 0);
  for (const state_type* last = nullptr; const state_type* s : states) {
    occupations_.push_back(s->occupations());
    if (s == std::exchange(last, s)) continue;
    check_size(*s, size());
    mark_filled(s->orbitals(), filled);
  }
  level_ = tolerance_ > 0 ? windows_->level_of(filled) : windows_->last();
  modes_ = &windows_->modes(level_);
  outside_.resize(states.size());
  outside_known_.resize(states.size());
  excess_.resize(states.size());
  std::vector<orbitals_type> inside;
  for (const state_type* s : states) inside.push_back(rows_of(s->orbitals(), modes().sites));
  load(inside);
  for (index_t k = 0; k < trajectories(); ++k) initial_excess_.push_back(excess(k));
}

template <scalar Scalar>
void mode_state<Scalar>::expect(real_type duration, real_type kicks) {
  // with room for the multiples in tables of several steps
  check_phases(128 * furthest_ + Eigen::numext::abs(modes().center), static_cast<real_type>(flown_ + duration));
  kicks_ += kicks;
  kicks_since_load_ += kicks;
  flown_ += duration;
  index_t wanted = modes().modes();
  if (tolerance_ > 0) {
    constexpr real_type two_over_root_three = real_type(1.1547005383792515);
    const real_type neglected = allowance(tolerance_ / 2, static_cast<real_type>(kicks_)) / two_over_root_three;
    const real_type unit = windows_->hopping(),
                    leaked = unit * allowance(tolerance_ / 2, unit * static_cast<real_type>(flown_));
    wanted = std::max(active_, modes().active(neglected));
    while (level_ < windows_->last() && leak_rate(wanted) > leaked) {
      widen();
      kicks_since_load_ = kicks;
      wanted = modes().active(neglected);
    }
  }
  for (; active_ < wanted; ++active_) x_.turn(active_, resting_phase(active_));
  resting_ += duration;
  forget_looks();
}

template <scalar Scalar>
auto mode_state<Scalar>::orbitals(index_t k) const -> const orbitals_type& {
  orbitals_type& out = outside_[at(k)];
  if (char& known = outside_known_[at(k)]; known == 0) {
    look();
    const index_t columns = occupations(k).size();
    out.resize(size(), columns);
    std::fill_n(out.data(), out.size(), std::complex<real_type>(0));
    const std::complex<real_type> phase = phase_of(modes().center, flown_);
    for (index_t i = 0; i < inside_.rows(); ++i)
      for (index_t m = 0; m < columns; ++m) out(modes().sites[at(i)], m) = times(phase, inside_(i, x_.begin(k) + m));
    known = 1;
  }
  return out;
}

template <scalar Scalar>
auto mode_state<Scalar>::local_densities(index_t k) const -> site_densities<real_type> {
  look();
  return {modes().sites, densities(inside_, x_.begin(k), occupations(k))};
}

template <scalar Scalar>
auto mode_state<Scalar>::energy_at_center(index_t k) const -> real_type {
  real_type particles = 0;
  for (const real_type n : occupations(k)) particles += n;
  return modes().center * particles;
}

template <scalar Scalar>
auto mode_state<Scalar>::excess(index_t k) const -> real_type {
  std::optional<real_type>& known = excess_[at(k)];
  if (!known) {
    real_type sum = 0;
    for (index_t a = 0; a < modes().modes(); ++a) sum += modes().energies[at(a)] * x_.population(k, a, occupations(k));
    known = sum;
  }
  return *known;
}

template <scalar Scalar>
void mode_state<Scalar>::load(const std::vector<orbitals_type>& inside) {
  std::vector<index_t> columns;
  for (const orbitals_type& phi : inside) columns.push_back(phi.cols());
  x_ = mode_panels<real_type>(modes().modes(), columns);
  content_.assign(at(modes().modes()), real_type(0));
  furthest_ = 0;
  for (const real_type e : modes().energies) furthest_ = std::max(furthest_, Eigen::numext::abs(e));
  orbitals_type in_modes;
  for (index_t k = 0; k < trajectories(); ++k) {
    modes().to_modes(inside[at(k)], in_modes);
    for (index_t a = 0; a < in_modes.rows(); ++a)
      for (index_t m = 0; m < in_modes.cols(); ++m)
        content_[at(a)] = std::max(content_[at(a)], Eigen::numext::abs(in_modes(a, m)));
    x_.read(k, in_modes);
  }
  active_ = 0;
  resting_ = kicks_since_load_ = 0;
  forget_looks();
}

template <scalar Scalar>
auto mode_state<Scalar>::leak_rate(index_t active) const -> real_type {
  real_type others = 0, least = modes().edge_within.back();
  for (std::size_t a = content_.size(); a-- > 0;) {
    const real_type kicked =
        static_cast<index_t>(a) < active ? modes().weight[a] * static_cast<real_type>(kicks_since_load_) : real_type(0);
    others += modes().edge[a] * (content_[a] + kicked);
    least = std::min(least, modes().edge_within[a] + others);
  }
  return least;
}

template <scalar Scalar>
void mode_state<Scalar>::widen() {
  std::vector<orbitals_type> inside;
  look();
  const std::vector<index_t>& old = modes().sites;
  modes_ = &windows_->modes(++level_);
  for (index_t k = 0; k < trajectories(); ++k) {
    orbitals_type& phi = inside.emplace_back(inside_.rows(), occupations(k).size());
    for (index_t i = 0; i < phi.rows(); ++i)
      std::copy_n(inside_.data() + i * inside_.cols() + x_.begin(k), phi.cols(), phi.data() + i * phi.cols());
    phi = widened(phi, old, modes().sites);
  }
  load(inside);
}

template <scalar Scalar>
void mode_state<Scalar>::forget_looks() {
  inside_known_ = false;
  std::ranges::fill(outside_known_, char(0));
  std::ranges::fill(excess_, std::nullopt);
}

template <scalar Scalar>
void mode_state<Scalar>::look() const {
  if (inside_known_) return;
  const auto& column = modes().column;
  x_.write(column, in_modes_);
  for (index_t a = active_; a < modes().modes(); ++a) {
    const std::complex<real_type> phase = resting_phase(a);
    std::complex<real_type>* row = in_modes_.data() + column[at(a)] * in_modes_.cols();
    for (index_t m = 0; m < in_modes_.cols(); ++m) row[m] = times(phase, row[m]);
  }
  multiply(*modes().vectors, in_modes_, inside_);
  inside_known_ = true;
}

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Scalar) where template class mode_state<Scalar>;
ANDERSON_EACH_SCALAR(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson::detail
