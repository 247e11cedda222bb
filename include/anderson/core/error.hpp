// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace anderson::detail {

/// A number with all its digits, for a message.
template <class T>
std::string text(const T& value) {
  std::ostringstream out;
  out.precision(std::numeric_limits<double>::max_digits10);
  out << value;
  return out.str();
}

/// @throws std::invalid_argument  "anderson: <argument> = <value>; allowed: <range>".
template <class T>
[[noreturn]] void reject(std::string_view argument, const T& value, std::string_view allowed) {
  std::ostringstream message;
  message << "anderson: " << argument << " = " << text(value) << "; allowed: " << allowed;
  throw std::invalid_argument(message.str());
}

/// Rejects the argument unless `ok`. Comparisons are written so that NaN fails them.
template <class T>
void require(bool ok, std::string_view argument, const T& value, std::string_view allowed) {
  if (!ok) reject(argument, value, allowed);
}

}  // namespace anderson::detail
