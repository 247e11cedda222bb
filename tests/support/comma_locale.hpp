// SPDX-License-Identifier: MIT
#pragma once

#include <clocale>
#include <locale>
#include <string>

namespace support {

/// While it lives, the locale of the program writes 1.234.567,5, as in Germany: that of C++, and that of C if the
/// system has such a one.
class comma_locale {
public:
  comma_locale() {
    std::locale::global(std::locale(std::locale::classic(), new comma));
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"})
      if (std::setlocale(LC_ALL, name) != nullptr) break;
  }
  ~comma_locale() {
    std::locale::global(before_);
    std::setlocale(LC_ALL, c_before_.c_str());
  }
  comma_locale(const comma_locale&) = delete;
  comma_locale& operator=(const comma_locale&) = delete;

private:
  struct comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };

  std::string c_before_ = std::setlocale(LC_ALL, nullptr);
  std::locale before_;
};

}  // namespace support
