// expect: disorder_law
// expect: d\.draw
// SPDX-License-Identifier: MIT
// A law that returns numbers, where it should fill those it is given.
#include <anderson/core/concepts.hpp>

#include <span>

struct no_disorder {
#ifdef FAIL
  double draw(auto&, std::span<double> onsite) const { return onsite[0] = 0.0; }
#else
  void draw(auto&, std::span<double> onsite) const { onsite[0] = 0.0; }
#endif
};

void takes(const anderson::disorder_law auto&) {}
void call() { takes(no_disorder{}); }
