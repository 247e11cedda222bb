// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/model/disorder.hpp>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

namespace support {

/// The potential of one sample: w_i, one number per line; empty lines and lines that start with # are skipped.
/// @throws std::invalid_argument  naming file, line and what is wrong.
inline std::vector<double> read_potential(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::invalid_argument("--potential: " + file + ": " + std::generic_category().message(errno));
  std::vector<double> potential;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    const char *end = line.data() + line.find_last_not_of(" \t\r") + 1, *begin = line.data() + first;
    double w = 0;
    const std::from_chars_result read = std::from_chars(begin, end, w);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(w))
      throw std::invalid_argument("--potential: " + file + ", line " + std::to_string(number) + ": " +
                                  std::string(begin, end) + "; allowed: one finite number");
    potential.push_back(w);
  }
  if (potential.size() < 2 || in.bad())
    throw std::invalid_argument("--potential: " + file + ": " + std::to_string(potential.size()) +
                                " numbers; allowed: one for each site, at least 2");
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
