// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <charconv>
#include <concepts>
#include <istream>
#include <iterator>
#include <limits>
#include <ostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

// Numbers as words of text: exact, whatever the machine and the locale, as far as its long double is not narrower.

namespace anderson::detail {

inline void save_word(std::ostream& out, std::string_view word) { out << word << '\n'; }

template <std::integral Integer>
void save_number(std::ostream& out, Integer value) {
  char text[32];
  save_word(out, {text, std::to_chars(text, text + sizeof text, value).ptr});
}

template <std::floating_point Real>
void save_number(std::ostream& out, Real value) {
  char text[64];
  save_word(out, {text, std::to_chars(text, text + sizeof text, value, std::chars_format::hex).ptr});
}

inline std::string load_word(std::istream& in) {
  std::string word;
  if (!(in >> word) || in.eof())  // every word is followed by a line break
    throw std::runtime_error("anderson: saved statistics cannot be read, or end before they are complete");
  return word;
}

/// The last word.   @throws std::runtime_error  not all has been written, as on a full disk.
inline void save_end(std::ostream& out) {
  save_word(out, "end");
  if (!out.flush()) throw std::runtime_error("anderson: saving statistics failed; is the disk full?");
}

/// The next word must be this one.
inline void expect_word(std::istream& in, std::string_view word) {
  if (const std::string found = load_word(in); found != word)
    throw std::runtime_error("anderson: saved statistics have '" + found.substr(0, 40) + "' where '" +
                             std::string(word) + "' should be");
}

template <class Number>
  requires std::integral<Number> || std::floating_point<Number> Number load_number(std::istream& in) {
    const std::string word = load_word(in);
    const char* const stop = word.data() + word.size();
    Number value{};
    std::from_chars_result got{};
    if constexpr (std::integral<Number>)
      got = std::from_chars(word.data(), stop, value);
    else
      got = std::from_chars(word.data(), stop, value, std::chars_format::hex);
    if (got.ec != std::errc{} || got.ptr != stop)
      throw std::runtime_error("anderson: saved statistics have '" + word.substr(0, 40) + "' where a number should be");
    return value;
  }

/// A number of things, 0 .. most.
inline index_t load_count(std::istream& in, index_t most) {
  const auto count = load_number<index_t>(in);
  if (count < 0 || count > most)
    throw std::runtime_error("anderson: saved statistics have the count " + std::to_string(count) + "; allowed: 0 to " +
                             std::to_string(most));
  return count;
}

template <std::floating_point Real>
void save_numbers(std::ostream& out, std::span<const Real> values) {
  save_number(out, std::ssize(values));
  for (const Real x : values) save_number(out, x);
}

template <std::floating_point Real>
std::vector<Real> load_numbers(std::istream& in) {
  std::vector<Real> values;  // grows: a damaged count must not ask for memory
  for (index_t n = load_count(in, std::numeric_limits<index_t>::max()); n > 0; --n)
    values.push_back(load_number<Real>(in));
  return values;
}

}  // namespace anderson::detail
