// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/precompiled.hpp>

#include <cstddef>
#include <limits>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace anderson::detail {

/// A number with all its digits, for a message; whatever the locale.
template <class T>
[[gnu::cold, gnu::noinline]] std::string text(const T& value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out.precision(std::numeric_limits<double>::max_digits10);
  if constexpr (std::is_same_v<T, long double>) out.precision(std::numeric_limits<long double>::max_digits10);
  out << value;
  return out.str();
}

/// @throws std::invalid_argument  "anderson: <argument> = <value>; allowed: <range>".
template <class T>
[[noreturn, gnu::cold, gnu::noinline]] void reject(std::string_view argument, const T& value,
                                                   std::string_view allowed) {
  throw std::invalid_argument("anderson: " + std::string(argument) + " = " + text(value) +
                              "; allowed: " + std::string(allowed));
}

/// Rejects the argument unless `ok`. Comparisons are written so that NaN fails them.
template <class T>
void require(bool ok, std::string_view argument, const T& value, std::string_view allowed) {
  if (!ok) reject(argument, value, allowed);
}

#if defined(ANDERSON_PRECOMPILED)
ANDERSON_DOUBLE template void reject(std::string_view, const double&, std::string_view);
ANDERSON_DOUBLE template void reject(std::string_view, const std::ptrdiff_t&, std::string_view);
ANDERSON_DOUBLE template void reject(std::string_view, const std::size_t&, std::string_view);
ANDERSON_DOUBLE template void reject(std::string_view, const std::string&, std::string_view);
#endif

}  // namespace anderson::detail
