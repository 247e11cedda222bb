// SPDX-License-Identifier: MIT
// The library's side of ./benchmarks/compare, on the systems of steps.py. Prints lines of five fields, tabs between:
// system, kind of step, method, seconds per kick, kicks per unit of time.
#include "timing.hpp"

#include <anderson/noise/kicks.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>

#include <cstdio>
#include <vector>

namespace {

namespace an = anderson;

constexpr double dt = 0.1;

class system_rows {
public:
  system_rows(const char* name, an::index_t sites, an::index_t orbitals)
      : name_(name), orbitals_(orbitals), realization_(peers::sample(sites)) {
    realization_.eigensystem();  // once per realization, not part of a step
  }

  /// @param duration  of one call of evolve(), long enough that its own cost does not count.
  void row(const char* kind, const char* method, const auto& how, const auto& noise, double duration,
           double kicks_per_time = 1 / dt) const {
    const double seconds = peers::seconds_per_time(realization_, orbitals_, how, noise, duration);
    std::printf("%s\t%s\tanderson: %s\t%.6e\t%g\n", name_, kind, method, seconds / kicks_per_time, kicks_per_time);
  }

private:
  const char* name_;
  an::index_t orbitals_;
  decltype(peers::sample(1)) realization_;
};

void rows(const char* name, an::index_t sites, an::index_t orbitals, bool dense) {
  const system_rows on(name, sites, orbitals);
  const std::vector<an::index_t> center{an::chain{sites}.center()};
  const an::white_noise white(center, 1.0);
  const an::reflections reflections(center, 1.0);
  on.row("split", "split", an::split_propagator{.dt = dt}, white, 100);
  on.row("combined", "krylov, 1e-10", an::krylov_propagator{.dt = dt, .tolerance = 1e-10}, white, 1);
  on.row("combined", "krylov, 1e-14", an::krylov_propagator{.dt = dt, .tolerance = 1e-14}, white, 1);
  on.row("combined", "chebyshev, 1e-10", an::chebyshev_propagator{.dt = dt, .tolerance = 1e-10}, white, 1);
  on.row("combined", "chebyshev, 1e-14", an::chebyshev_propagator{.dt = dt, .tolerance = 1e-14}, white, 1);
  on.row("events", "reflections", an::event_propagator{}, reflections, 1000, reflections.rate());
  if (dense) on.row("combined", "dense", an::dense_propagator{.dt = dt}, white, 0.2);
}

}  // namespace

int main() {
  rows("L100 N50", 100, 50, true);
  rows("L1000 N1", 1000, 1, false);
}
