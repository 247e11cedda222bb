// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/observe/detail/column_names.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anderson {

/// One observable at all times; every array is times x extent.
template <real_scalar Real>
struct series {
  using array = Eigen::Array<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;

  std::string name;
  array mean;
  array error;             ///< standard error of the mean; see nested_moments for one realization
  array variance_within;   ///< between trajectories of one disorder realization, averaged over realizations
  array variance_between;  ///< of the noise average between disorder realizations
};

namespace detail {

template <class Real>
std::vector<column_names> names_of(const std::vector<series<Real>>& columns) {
  std::vector<column_names> names;
  for (const auto& c : columns) names.push_back({c.name, c.mean.cols()});
  return names;
}

}  // namespace detail

/// What average() returns: a table of times and series, ready for write_csv.
///
///     result["absorbed_energy"].mean(k, 0)      // at result.times[k]
template <real_scalar Real>
struct result_table {
  std::vector<real_t> times;
  std::vector<anderson::series<Real>> columns;
  std::vector<std::pair<std::string, std::string>> metadata;  ///< in the order of writing

  /// @throws std::invalid_argument  no such series; the message lists those there are.
  const anderson::series<Real>& operator[](std::string_view name) const& {
    std::string names;
    for (const auto& c : columns) {
      if (c.name == name) return c;
      names += (names.empty() ? "" : ", ") + c.name;
    }
    detail::reject("name of a series", name, names);
  }
  anderson::series<Real> operator[](std::string_view name) && {
    return std::as_const(*this)[name];
  }  // of a value that goes

  /// Adds the series of another table at the same times, named <name><suffix>; metadata stay as they are.
  /// @throws std::invalid_argument  other times, or a column that is there already; the table is as it was.
  void append(const result_table& other, std::string_view suffix) {
    detail::require(columns.empty() || times == other.times, "times of the appended table",
                    std::to_string(other.times.size()) + " times", "the times of this table");
    std::vector<anderson::series<Real>> added = other.columns;  // a copy: other may be this table
    for (anderson::series<Real>& c : added) c.name += suffix;
    std::vector<detail::column_names> names = detail::names_of(columns), more = detail::names_of(added);
    names.insert(names.end(), more.begin(), more.end());
    detail::check_columns("name of a series", names);
    if (columns.empty()) times = other.times;
    for (anderson::series<Real>& c : added) columns.push_back(std::move(c));
  }
};

}  // namespace anderson
