// SPDX-License-Identifier: MIT
#include <anderson/io/csv.hpp>

#include <doctest/doctest.h>

#include "support/comma_locale.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

namespace csv_test {

namespace {

template <class Real>
an::series<Real> column(const std::string& name, const typename an::series<Real>::array& mean,
                        const typename an::series<Real>::array& error) {
  return {name, mean, error, {}, {}};
}

template <class Real>
std::string text(const an::result_table<Real>& table) {
  std::ostringstream out;
  an::write_csv(out, table);
  return out.str();
}

template <class Real>
std::string text(Real x) {
  std::ostringstream out;
  an::detail::write_number(out, x);
  return out.str();
}

using array = an::series<double>::array;

}  // namespace

TEST_CASE("write_csv: parameters, names, a line for every time; arrays have an index") {
  array mean(2, 1), error(2, 1), means(2, 2), errors(2, 2);
  mean << 0.1, -2;
  error << 0.5, std::numeric_limits<double>::quiet_NaN();
  means << 1, 2, 3, 4;
  errors << 0.25, 0, 1e-7, 1e300;
  const an::result_table<double> table{
      {0, 1.5},
      {column<double>("energy", mean, error), column<double>("density", means, errors)},
      {{"seed", "7"}, {"threads", "2"}}};
  CHECK(text(table) ==
        "# seed = 7\n"
        "# threads = 2\n"
        "time,energy,energy_error,density[0],density[0]_error,density[1],density[1]_error\n"
        "0,0.1,0.5,1,0.25,2,0\n"
        "1.5,-2,nan,3,1e-07,4,1e+300\n");
}

TEST_CASE("write_csv: an empty table has a line of names") { CHECK(text(an::result_table<double>{}) == "time\n"); }

TEST_CASE("write_csv: the state of the stream does not matter") {
  const array one = array::Constant(1, 1, 1.0 / 3);
  std::ostringstream out;
  out.precision(2);
  out << std::fixed << std::showpos;
  an::write_csv(out, an::result_table<double>{{0.1}, {column<double>("x", one, one)}, {}});
  CHECK(out.str() == "time,x,x_error\n0.1,0.3333333333333333,0.3333333333333333\n");
}

TEST_CASE("write_number: the shortest text that reads back as the same number") {
  CHECK(text(0.1) == "0.1");
  CHECK(text(0.1f) == "0.1");
  CHECK(text(0.1 + 0.2) == "0.30000000000000004");
  for (const double x : {1.0 / 3, 1e-320, 5e-324, 1.7976931348623157e308, -0.0, 1e5, 123456789.125}) {
    const double back = std::strtod(text(x).c_str(), nullptr);
    CHECK(back == x);
    CHECK(std::signbit(back) == std::signbit(x));
  }
  const long double third = 1.0L / 3;
  CHECK(std::strtold(text(third).c_str(), nullptr) == third);
  CHECK(std::strtof(text(1.0f / 3).c_str(), nullptr) == 1.0f / 3);
}

TEST_CASE("write_number: not a number is nan, whatever its sign bit") {
  CHECK(text(std::copysign(std::numeric_limits<double>::quiet_NaN(), -1.0)) == "nan");  // what 0 / 0 gives on x86
}

TEST_CASE("write_number: not a number is nan, infinity inf") {
  CHECK(text(std::copysign(std::numeric_limits<double>::quiet_NaN(), 1.0)) == "nan");
  CHECK(text(-std::numeric_limits<double>::infinity()) == "-inf");
}

namespace {

/// The fields of a line, by RFC 4180.
std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> out(1);
  bool inside = false;
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (line[k] == '"' && inside && k + 1 < line.size() && line[k + 1] == '"') {
      out.back() += line[k++];
    } else if (line[k] == '"') {
      inside = !inside;
    } else if (line[k] == ',' && !inside) {
      out.emplace_back();
    } else {
      out.back() += line[k];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("write_csv: names with commas and quotes stand between quotes (RFC 4180)") {
  const array one = array::Ones(1, 1), two = array::Ones(1, 2);
  const std::string comma = "n(1, 2)", quote = "the \"best\"", both = "\",\"";
  const std::string csv = text(an::result_table<double>{
      {1}, {column<double>(comma, one, one), column<double>(quote, two, two), column<double>(both, one, one)}, {}});
  CHECK(csv.starts_with("time,\"n(1, 2)\",\"n(1, 2)_error\",\"the \"\"best\"\"[0]\","));
  CHECK(fields(csv.substr(0, csv.find('\n'))) ==
        std::vector<std::string>{"time", comma, comma + "_error", quote + "[0]", quote + "[0]_error", quote + "[1]",
                                 quote + "[1]_error", both, both + "_error"});
}

TEST_CASE("write_csv: metadata stay on their lines") {
  const an::result_table<double> table{
      {}, {}, {{"file", "a\nb.txt"}, {"two\r\nlines", "C:\\new"}, {"rest", "\t\x1b\x7f ε"}}};
  CHECK(text(table) ==
        "# file = a\\nb.txt\n"
        "# two\\r\\nlines = C:\\\\new\n"
        "# rest = \\t\\x1b\\x7f ε\n"
        "time\n");
}

TEST_CASE("write_csv: a table that no file can hold is refused before anything is written") {
  const array one = array::Ones(1, 1), two = array::Ones(1, 2), longer = array::Ones(2, 1);
  const auto refused = [&](const std::vector<an::series<double>>& columns) {
    std::ostringstream out;
    CHECK_THROWS_AS(an::write_csv(out, an::result_table<double>{{1}, columns, {}}), std::invalid_argument);
    CHECK(out.str().empty());
  };
  for (const char* name : {"", "time", "two\nlines"}) refused({column<double>(name, one, one)});
  refused({column<double>("x", one, one), column<double>("x", one, one)});
  refused({column<double>("x_error", one, one), column<double>("x", one, one)});
  refused({column<double>("a", two, two), column<double>("a[0]", one, one)});
  refused({column<double>("x", longer, longer)});
  refused({column<double>("x", two, one)});
  refused({column<double>("x", one, {})});
}

TEST_CASE("write_csv: neither locale nor width of the stream matter") {
  const support::comma_locale here;
  const array mean = array::Constant(1, 1, 1234567.5), error = array::Constant(1, 1, 0.5);
  std::ostringstream out;  // has the global locale
  out.width(20);
  an::write_csv(out, an::result_table<double>{{0.25}, {column<double>("x", mean, error)}, {{"seed", "7"}}});
  CHECK(out.str() == "# seed = 7\ntime,x,x_error\n0.25,1234567.5,0.5\n");
  CHECK(text(1234567.5f) == "1234567.5");
  CHECK(text(1234567.5L) == "1234567.5");
  CHECK(text(1e300L) == "1e+300");
  CHECK(text(1234567) == "1234567");  // what is no floating point number prints itself
}

TEST_CASE("write_csv: a stream that has failed is refused") {
  std::ostringstream out;
  out.setstate(std::ios::failbit);
  CHECK_THROWS_AS(an::write_csv(out, an::result_table<double>{}), std::runtime_error);
}

}  // namespace csv_test
