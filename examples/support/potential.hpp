// SPDX-License-Identifier: MIT
#pragma once

#include "number.hpp"

#include <anderson/core/concepts.hpp>
#include <anderson/model/disorder.hpp>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

namespace support {

/// The beginning of a text that may be anything, for a message.
inline std::string printable(std::string_view text, std::size_t longest = 40) {
  std::string out(text.substr(0, longest));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return out.size() < text.size() ? out + "..." : out;
}

/// The potential of one sample: w_i, one number per line. Empty lines, spaces, what follows a #, a byte-order mark and
/// the line ends of any system do not matter.
/// @throws std::invalid_argument  naming file, line and what is wrong.
inline std::vector<double> read_potential(const std::string& file) {
  const auto fail = [&](const std::string& what) { throw std::invalid_argument("--potential: " + file + what); };
  constexpr std::size_t longest = 1 << 24;
  std::ifstream in(file, std::ios::binary);
  if (!in) fail(": " + std::generic_category().message(errno));
  std::string text(longest + 1, '\0');
  in.read(text.data(), std::ssize(text));
  if (in.bad()) fail(": " + std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > longest) fail(": longer than 16 megabytes; allowed: one number for each site");

  std::string_view rest = text;
  if (rest.starts_with("\xff\xfe") || rest.starts_with("\xfe\xff")) fail(": UTF-16; allowed: ASCII or UTF-8");
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  std::vector<double> potential;
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    std::string_view w = rest.substr(0, end);
    rest.remove_prefix(end);
    rest.remove_prefix(rest.starts_with("\r\n") ? 2 : rest.empty() ? 0 : 1);
    w = w.substr(0, w.find('#'));
    w = w.substr(std::min(w.find_first_not_of(" \t"), w.size()));
    w = w.substr(0, w.find_last_not_of(" \t") + 1);
    if (w.empty()) continue;
    const std::optional<double> x = number<double>(w);
    if (!x)
      fail(", line " + std::to_string(line) + ": " + printable(w) + "; allowed: one finite number, as -0.25 or 1e-3");
    potential.push_back(*x);
  }
  if (potential.size() < 2)
    fail(": " + std::to_string(potential.size()) + " numbers; allowed: one for each site, at least 2");
  return potential;
}

/// Uniform disorder, or always the one potential that was given. A disorder_law made of two.
class sample_disorder {
public:
  explicit sample_disorder(double strength) : law_(anderson::uniform_disorder(strength)) {}
  explicit sample_disorder(std::vector<double> potential) : law_(anderson::given_potential(std::move(potential))) {}

  void check(anderson::index_t sites) const {
    if (const auto* given = std::get_if<anderson::given_potential>(&law_)) given->check(sites);
  }
  void draw(anderson::random_source auto& rng, std::span<double> onsite) const {
    std::visit([&](const auto& law) { law.draw(rng, onsite); }, law_);
  }

private:
  std::variant<anderson::uniform_disorder, anderson::given_potential> law_;
};
static_assert(anderson::disorder_law<sample_disorder>);

}  // namespace support
