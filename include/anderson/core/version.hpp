// SPDX-License-Identifier: MIT
#pragma once

/// Version of the headers, the only macros of the library. CMakeLists.txt reads the same three lines.
#define ANDERSON_VERSION_MAJOR 0
#define ANDERSON_VERSION_MINOR 1
#define ANDERSON_VERSION_PATCH 0

namespace anderson {

/// "major.minor.patch" of the headers this program was compiled with; a test holds it to the macros.
inline constexpr const char* version = "0.1.0";

}  // namespace anderson
