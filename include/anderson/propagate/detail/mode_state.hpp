// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/steps.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>
#include <anderson/propagate/detail/mode_panels.hpp>
#include <anderson/propagate/detail/mode_windows.hpp>
#include <anderson/propagate/detail/noisy_modes.hpp>
#include <anderson/propagate/detail/window_rows.hpp>
#include <anderson/state/gaussian_state.hpp>

#include <algorithm>
#include <complex>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson::detail {

/// One or several trajectories of a disorder realization in eigenmodes of h, of which only those are moved that the
/// noise can have reached; the others rest, and turn by their phase when they are looked at. What that neglects is kept
/// below `tolerance`, in the norm of every orbital and for every noise path, up to rounding. Let x_exact be moved by
/// unitaries and x by operators that are nearly the same; the errors of all flights and kicks add up:
///
/// Resting modes. Let e be the length of the part of v = |s> on resting modes, and v' the rest. A kick 1 + k v
/// v^dagger, k = e^{-i phi} - 1, is done as the contraction 1 + k v' v'^dagger; the two differ by at most
///
///     |k| |v v^dagger - v' v'^dagger| = |k| e (e/2 + sqrt(1 - 3 e^2 / 4)) <= |k| e 2 / sqrt 3
///
/// Kicks of several sites at once are done between active modes, U -> 1 - Q + Q U Q with their projector Q: a
/// contraction again, and the bounds of the kicks add up. So modes wake as the sum of |k| grows: as its logarithm where
/// they are localized.
///
/// A kick that is due while modes wake or the window widens has its amplitude from the old active modes v', and is done
/// to the new ones v'': |v v^dagger - v'' v'^dagger| <= e' + e''. It must be counted twice, before and after. It is not
/// a contraction, but lengthens no orbital beyond 1 + (error so far); error <= b (1 + error) with the sum b of all
/// bounds, kept below tolerance / (1 + tolerance), gives error <= tolerance.
///
/// Windows. A state inside a window leaves it at the rate |J| |x_edge| (Duhamel's formula for a cut bond; the rates of
/// several add up). x_edge is bounded by what the modes can hold: all together 1 (Cauchy-Schwarz), a resting one what
/// it had at the start, an active one no more than that and |<s|a>| times the sum of |k|. When that is too much, the
/// window grows; the last window is the whole lattice.
///
/// Both sums share the tolerance by halves, each after the schedule of allowance(), which falls: taken at the end of a
/// batch of kicks it is below its average over the batch. Times there are in units of 1 / hopping.
///
/// "Up to rounding": amplitudes <s|a> below 16 rounding errors count as 0. At L = 190, W = 6, in 1e5 kicks, this
/// changes an orbital by 1e-13, rounding of energies by 1e-10.
template <scalar Scalar>
class mode_state {
public:
  using real_type = real_of_t<Scalar>;
  using modes_type = noisy_modes<Scalar>;
  using windows_type = mode_windows<Scalar>;
  using orbitals_type = orbitals_t<real_type>;
  using sum_type = std::common_type_t<real_t, real_type>;  // of many short times: floats would lose them

  using state_type = gaussian_state<real_type>;

  /// @param tolerance  0: all modes of the whole lattice.   @param states  of the trajectories, which may share one.
  mode_state(std::shared_ptr<const windows_type> windows, real_type tolerance,
             std::span<const state_type* const> states);

  index_t size() const noexcept { return windows_->size(); }
  std::span<const index_t> support() const noexcept { return windows_->support(); }
  index_t trajectories() const noexcept { return std::ssize(occupations_); }
  const vector_t<real_type>& occupations(index_t k) const { return occupations_[at(k)]; }
  real_type initial_energy(index_t k) const { return energy_at_center(k) + initial_excess_[at(k)]; }
  const modes_type& modes() const { return *modes_; }
  index_t active() const noexcept { return active_; }  ///< modes to be moved, the first ones
  mode_panels<real_type>& panels() noexcept { return x_; }

  /// To be called before flights of `duration` in all and kicks whose |e^{-i phi} - 1| sum up to `kicks` (in the
  /// trajectory that has most; a kick that is due counts again): wakes modes and widens the window as needed.
  /// @throws std::invalid_argument  the phases E t that were flown would not be finite.
  void expect(real_type duration, real_type kicks);

  /// tr(C h) = sum_a E_a n_a
  real_type energy(index_t k) const { return energy_at_center(k) + excess(k); }
  /// tr(C h) less its value at the start: a constant in h does not enter.
  real_type absorbed_energy(index_t k) const { return excess(k) - initial_excess_[at(k)]; }

  /// Phi on all sites, kept until the next flight.
  const orbitals_type& orbitals(index_t k) const;

  /// The sites of the window and their n_i. All other sites are empty.
  site_densities<real_type> local_densities(index_t k) const;

private:
  static std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

  std::complex<real_type> resting_phase(index_t a) const { return phase_of(modes().energies[at(a)], resting_); }

  static std::complex<real_type> phase_of(real_type energy, sum_type time) {
    return static_cast<std::complex<real_type>>(std::polar(sum_type(1), -static_cast<sum_type>(energy) * time));
  }

  real_type energy_at_center(index_t k) const;

  /// sum_a (E_a - center) n_a
  real_type excess(index_t k) const;

  /// Of orbitals on the sites of the window, present in all modes.
  void load(const std::vector<orbitals_type>& inside);

  /// Bound of sum |J| |x_edge| over the ends of the window: the first modes together hold 1, the others what they can
  /// each, and the best choice of first ones is taken.
  real_type leak_rate(index_t active) const;

  [[gnu::cold]] void widen();

  void forget_looks();

  /// Phi on the sites of the window, for all trajectories when the first one is looked at.
  void look() const;

  std::shared_ptr<const windows_type> windows_;
  real_type tolerance_;  // on the sum of all bounds
  index_t level_ = 0;
  const modes_type* modes_ = nullptr;  // of the level
  mode_panels<real_type> x_;
  real_type furthest_ = 0;          // mode from the center, |E_a|
  std::vector<real_type> content_;  // max_m |x_am| of mode a, as it was loaded
  index_t active_ = 0;
  sum_type resting_ = 0;            // time for which the other modes have not been turned
  sum_type flown_ = 0, kicks_ = 0;  // since the start: time, and sum of |e^{-i phi} - 1|
  sum_type kicks_since_load_ = 0;   // the latter since load()
  std::vector<vector_t<real_type>> occupations_;
  std::vector<real_type> initial_excess_;
  // What was looked at since the last flight. Memory is kept: to give it back and ask again costs more than to measure.
  mutable bool inside_known_ = false;
  mutable orbitals_type in_modes_, inside_;
  mutable std::vector<char> outside_known_;
  mutable std::vector<orbitals_type> outside_;
  mutable std::vector<std::optional<real_type>> excess_;
};

}  // namespace anderson::detail

#include <anderson/propagate/detail/mode_state_members.hpp>
