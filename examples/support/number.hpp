// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace support {

/// The number that the whole text is, finite, with or without a sign; whatever the locale.
template <class T>
std::optional<T> number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);  // from_chars knows no plus
  T x{};
  const char* end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, x);
  if (read.ec != std::errc() || read.ptr != end) return {};
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(x)) return {};
  return x;
}

}  // namespace support
