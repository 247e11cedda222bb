// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/precompiled.hpp>
#include <anderson/core/types.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/observe/detail/column_names.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <iterator>
#include <limits>
#include <locale>
#include <ostream>
#include <sstream>
#include <stdexcept>
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
    std::ostringstream text;  // not as `out` is set up
    text.imbue(std::locale::classic());
    text.precision(std::max(17, std::numeric_limits<Real>::max_digits10));
    text << x;
    out << text.str();
  }
}

/// A field by RFC 4180: between quotes if it contains a comma or a quote, which is then doubled.
[[gnu::cold]] inline std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace detail

/// Writes a table: `# key = value` lines, a line of names, then a line for every time:
///
///     time,<name>,<name>_error,...            arrays: <name>[k],<name>[k]_error
///
/// Full precision: every number reads back as itself. Unknown errors are written as nan. Names with commas or quotes
/// stand between quotes (RFC 4180); in the lines of metadata a line break is \n, a backslash \\. Neither the locale nor
/// the state of the stream matters.
///
/// @throws std::runtime_error     the stream has failed already, as that of a file that could not be opened.
/// @throws std::invalid_argument  a column has no name, that of another or not a number for every time; nothing is
///                                written. Tables from average() and append() have been checked.
template <real_scalar Real>
[[gnu::cold]] void write_csv(std::ostream& out, const result_table<Real>& table) {
  detail::check_columns("name of a series", detail::names_of(table.columns));
  for (const auto& c : table.columns)
    detail::require(
        c.mean.rows() == std::ssize(table.times) && c.error.rows() == c.mean.rows() && c.error.cols() == c.mean.cols(),
        "shape of " + c.name, std::to_string(c.mean.rows()) + " x " + std::to_string(c.mean.cols()),
        "a row for each of " + std::to_string(table.times.size()) + " times, as many errors");
  if (!out) throw std::runtime_error("anderson: the stream that a table is written to has failed before");
  out.width(0);
  for (const auto& [key, value] : table.metadata)
    out << "# " << detail::one_line(key) << " = " << detail::one_line(value) << '\n';
  out << "time";
  for (const auto& c : table.columns)
    for (index_t j = 0; j < c.mean.cols(); ++j) {
      const std::string name = c.mean.cols() == 1 ? c.name : c.name + '[' + std::to_string(j) + ']';
      out << ',' << detail::csv_field(name) << ',' << detail::csv_field(name + "_error");
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

#if defined(ANDERSON_PRECOMPILED)
#define ANDERSON_LIST(where, Real) where template void write_csv(std::ostream&, const result_table<Real>&);
ANDERSON_EACH_REAL(ANDERSON_LIST)
#undef ANDERSON_LIST
#endif

}  // namespace anderson
