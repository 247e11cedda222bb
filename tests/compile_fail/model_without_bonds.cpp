// expect: l\.for_each_bond
// SPDX-License-Identifier: MIT
#include <anderson/model/anderson_model.hpp>

namespace an = anderson;

struct dimer {
  an::index_t size() const { return 2; }
#ifdef FAIL
  void for_each_edge(auto&& visit) const { visit(0, 1); }
#else
  void for_each_bond(auto&& visit) const { visit(0, 1); }
#endif
};

int main() { const an::anderson_model model{dimer{}, {.hopping = 1.0, .disorder = 3.0}}; }
