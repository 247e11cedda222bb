// expect: static assertion failed|static_assert failed
// expect: l\.for_each_bond
// SPDX-License-Identifier: MIT
// The line that users copy under their type names the missing member.
#include <anderson/core/concepts.hpp>

struct dimer {
  anderson::index_t size() const { return 2; }
#ifdef FAIL
  void for_each_edge(auto&& visit) const { visit(0, 1); }
#else
  void for_each_bond(auto&& visit) const { visit(0, 1); }
#endif
};

static_assert(anderson::lattice<dimer>);
