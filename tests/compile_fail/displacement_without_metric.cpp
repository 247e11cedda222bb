// expect: metric_lattice
// expect: l\.squared_distance
// SPDX-License-Identifier: MIT
#include <anderson/observe/displacement.hpp>

namespace an = anderson;

struct dimer {
  an::index_t size() const { return 2; }
  void for_each_bond(auto&& visit) const { visit(0, 1); }
#ifdef FAIL
  double distance(an::index_t i, an::index_t j) const { return i == j ? 0.0 : 1.0; }
#else
  double squared_distance(an::index_t i, an::index_t j) const { return i == j ? 0.0 : 1.0; }
#endif
};

// With the type named, since without it clang 14 only says "constraints not satisfied".
int main() { const an::rms_displacement r{dimer{}, 0}; }
