// SPDX-License-Identifier: MIT
#pragma once

#include "potential.hpp"

#include <anderson/core/version.hpp>
#include <anderson/ensemble/executor.hpp>
#include <anderson/ensemble/plan.hpp>
#include <anderson/ensemble/times.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace support {

namespace an = anderson;

/// What a figure needs to know. A scale sets these; single options replace its values.
struct options {
  std::vector<an::index_t> sites;
  std::vector<double> disorder = {1, 2, 3, 4};
  double gamma = 1;
  double dt = 0.1;
  double first_time = 0.1;
  double t_max = 1e3;
  an::index_t per_decade = 10;
  an::index_t disorder_realizations = 16;
  an::index_t noise_realizations = 4;
  std::uint64_t seed = 1;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::string propagator = "split";
  std::string potential_file = {};
  std::vector<double> potential = {};  // from the file; empty: uniform disorder
  std::string scale = {}, output = {};
  std::vector<std::string> unused = {};  // keys of metadata() that have no part in the program

  an::index_t largest() const { return *std::max_element(sites.begin(), sites.end()); }
  std::vector<double> times() const { return an::log_times(first_time, t_max, per_decade); }
  an::plan plan() const {
    return {.disorder_realizations = disorder_realizations, .noise_realizations = noise_realizations, .seed = seed};
  }
  an::thread_executor workers() const { return an::thread_executor(threads); }
  an::anderson_model<an::chain, sample_disorder> model(an::index_t size, double strength) const {
    return {an::chain{size}, 1.0, potential.empty() ? sample_disorder(strength) : sample_disorder(potential)};
  }

  /// Calls work(method) with the propagator that was chosen.
  template <class Work>
  auto with_propagator(Work&& work) const {
    if (propagator == "krylov") return work(an::krylov_propagator{.dt = dt});
    return work(an::split_propagator{.dt = dt});
  }

  /// Of the runs of a figure: every strength at the largest size, every other size at the first strength.
  double total_cost(const std::function<double(an::index_t)>& cost) const {
    double total = cost(largest()) * static_cast<double>(disorder.size());
    for (const an::index_t size : sites)
      if (size != largest()) total += cost(size);
    return total;
  }

  /// Header lines of the CSV file.
  std::vector<std::pair<std::string, std::string>> metadata(double seconds) const {
    std::vector<std::pair<std::string, std::string>> lines{
        {"version", an::version},
        {"scale", scale},
        {"sites", words(sites)},
        {"disorder", potential.empty() ? words(disorder) : "given by " + potential_file},
        {"hopping", "1"},
        {"gamma", word(gamma)},
        {"dt", word(dt)},
        {"t_max", word(t_max)},
        {"per_decade", word(per_decade)},
        {"disorder_realizations", word(disorder_realizations)},
        {"noise_realizations", word(noise_realizations)},
        {"propagator", propagator},
        {"seed", word(seed)},
        {"threads", word(threads)},
        {"wall_time_seconds", word(seconds)}};
    std::erase_if(lines, [this](const auto& line) { return std::ranges::find(unused, line.first) != unused.end(); });
    return lines;
  }

  /// The shortest text that reads back as the same number: 1, 0.5, 1e+12.
  template <class T>
  static std::string word(T x) {
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, x).ptr};
  }
  template <class T>
  static std::string words(const std::vector<T>& list) {
    std::string all;
    for (const T& x : list) {
      if (!all.empty()) all += ' ';
      all += word(x);
    }
    return all;
  }
  std::string disorder_suffix(double strength) const { return potential.empty() ? "_W" + word(strength) : "_given"; }
  std::string disorder_title(double strength) const {
    return potential.empty() ? "W = " + word(strength) : "given w_i";
  }
};

}  // namespace support
