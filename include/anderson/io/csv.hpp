// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>
#include <anderson/ensemble/result_table.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <ostream>
#include <string>

namespace anderson {

namespace detail {

/// The shortest text that reads back as the same number.
template <class Real>
void write_number(std::ostream& out, const Real& x) {
  if constexpr (std::floating_point<Real>) {
    if (std::isnan(x)) {
      out << "nan";  // to_chars would write the sign bit, too
      return;
    }
    char text[64];
    out.write(text, std::to_chars(text, text + sizeof text, x).ptr - text);
  } else {
    out << x;
  }
}

}  // namespace detail

/// Writes a table: `# key = value` lines, a line of names, then a line for every time:
///
///     time,<name>,<name>_error,...            arrays: <name>[k],<name>[k]_error
///
/// Full precision: every number reads back as itself. Unknown errors are written as nan.
template <real_scalar Real>
void write_csv(std::ostream& out, const result_table<Real>& table) {
  for (const auto& [key, value] : table.metadata) out << "# " << key << " = " << value << '\n';
  out << "time";
  for (const auto& c : table.columns)
    for (index_t j = 0; j < c.mean.cols(); ++j) {
      const std::string name = c.mean.cols() == 1 ? c.name : c.name + '[' + std::to_string(j) + ']';
      out << ',' << name << ',' << name << "_error";
    }
  out << '\n';
  for (std::size_t t = 0; t < table.times.size(); ++t) {
    detail::write_number(out, table.times[t]);
    for (const auto& c : table.columns)
      for (index_t j = 0; j < c.mean.cols(); ++j) {
        out << ',';
        detail::write_number(out, c.mean(static_cast<index_t>(t), j));
        out << ',';
        detail::write_number(out, c.error(static_cast<index_t>(t), j));
      }
    out << '\n';
  }
}

}  // namespace anderson
