// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace anderson::detail {

inline bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// The text on one line: control characters as \n, \r, \t or \x1b, a backslash as \\.
[[gnu::cold]] inline std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || is_control(c)) out += '\\';
    if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    } else if (is_control(c)) {
      out += {'x', "01234567"[c >> 4], "0123456789abcdef"[c & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

/// The columns of a series in a file: <name> and <name>_error, or <name>[k] and <name>[k]_error for k < extent.
struct column_names {
  std::string name;
  index_t extent;

  [[gnu::cold]] bool contain(std::string_view column) const {
    if (!column.starts_with(name)) return false;
    column.remove_prefix(name.size());
    if (column.ends_with("_error")) column.remove_suffix(6);
    if (extent == 1) return column.empty();
    if (!column.starts_with('[') || !column.ends_with(']')) return false;
    column = column.substr(1, column.size() - 2);
    index_t k = -1;
    std::from_chars(column.data(), column.data() + column.size(), k);
    return 0 <= k && k < extent && column == std::to_string(k);
  }
  /// Two different names.
  [[gnu::cold]] bool overlap(const column_names& other) const {
    const auto some_of = [](const column_names& one, const column_names& in) {
      return one.extent == 1 && (in.contain(one.name) || in.contain(one.name + "_error"));
    };
    return some_of(*this, other) || some_of(other, *this);
  }
};

/// @throws std::invalid_argument  a name is empty, `time`, or not on one line; two series share a name or a column.
[[gnu::cold]] inline void check_columns(std::string_view argument, std::span<const column_names> all) {
  for (std::size_t k = 0; k < all.size(); ++k) {
    const std::string& name = all[k].name;
    require(!name.empty() && name != "time" && std::none_of(name.begin(), name.end(), is_control), argument,
            name.empty() ? "(empty)" : one_line(name), "any text on one line but \"time\"");
    for (const column_names& before : all.first(k)) {
      require(name != before.name, argument, name, "different from those before it");
      if (before.overlap(all[k])) reject(argument, name, "no column that belongs to " + before.name + ", too");
    }
  }
}

}  // namespace anderson::detail
