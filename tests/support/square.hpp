// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>

namespace support {

/// Open square lattice; site (x, y) has the number x + width y.
struct square {
  anderson::index_t width;
  anderson::index_t size() const { return width * width; }
  void for_each_bond(auto&& visit) const {
    for (anderson::index_t i = 0; i < size(); ++i) {
      if (i % width + 1 < width) visit(i, i + 1);
      if (i + width < size()) visit(i, i + width);
    }
  }
};
static_assert(anderson::lattice<square>);

}  // namespace support
