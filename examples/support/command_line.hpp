// SPDX-License-Identifier: MIT
#pragma once

#include "number.hpp"
#include "options.hpp"
#include "potential.hpp"
#include "progress.hpp"

#include <anderson/ensemble/plan.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <iterator>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// The command line of a figure. An error is one line that names option, value and what is allowed.
class command_line {
public:
  /// Which numbers an option takes, and how to say so.
  template <class T>
  struct range {
    std::function<bool(T)> contains;
    std::string text;
  };

  command_line(const std::string& program, const std::string& about, const options& quick, const options& paper)
      : app_(about, program) {
    const auto use = [=, this](const std::string& name) {
      values_ = name == "quick" ? quick : paper;
      values_.scale = name;
      values_.output = program;
    };
    use("quick");
    // Callbacks come in this order: the scale before the options that replace single values of it.
    choice("--scale", use, {"quick", "paper"}, "values of all options that are not given (quick)");

    const auto both = [](const auto& q, const auto& p) {
      return " (" + options::word(q) + (q == p ? "" : "; paper " + options::word(p)) + ")";
    };
    const range<an::index_t> count = integers<an::index_t>(1, 1'000'000'000);
    list<an::index_t>("--sites", values_.sites, integers<an::index_t>(2, 10'000),
                      "chain lengths L; panels at one length take the largest (" + options::words(quick.sites) + ")");
    list<double>("--disorder", values_.disorder, numbers(0, 1e6),
                 "strengths W; panels at one strength take the first (" + options::words(quick.disorder) + ")");
    number<double>("--gamma", values_.gamma, numbers(0, 1e6), "noise strength (1)");
    number<double>("--dt", values_.dt, {[](double x) { return 0 < x && x <= longest_dt; }, "numbers > 0, up to 1"},
                   "longest time step, at most 1 / gamma (0.1)");
    number<double>("--t-max", values_.t_max,
                   {[first = quick.first_time](double t) { return first < t && t <= 1e18; },
                    "numbers > " + options::word(quick.first_time) + ", the first time, up to 10^18"},
                   "last time" + both(quick.t_max, paper.t_max));
    number<an::index_t>("--per-decade", values_.per_decade, integers<an::index_t>(1, 1000),
                        "times in a factor of ten" + both(quick.per_decade, paper.per_decade));
    number<an::index_t>("--disorder-realizations", values_.disorder_realizations, count,
                        "samples of the disorder" + both(quick.disorder_realizations, paper.disorder_realizations));
    number<an::index_t>("--noise-realizations", values_.noise_realizations, count,
                        "noise paths per sample" + both(quick.noise_realizations, paper.noise_realizations));
    number<std::uint64_t>("--seed", values_.seed, {[](std::uint64_t) { return true; }, "integers from 0 to 2^64 - 1"},
                          "seed of all random numbers (1)");
    number<int>("--threads", values_.threads, integers<int>(1, 1024),
                "threads; the results do not depend on it (all cores)");
    choice(
        "--propagator", [this](const std::string& name) { values_.propagator = name; }, {"split", "krylov"},
        "split, or the paper's own, slower method, krylov (split)");
    app_.add_option_function<std::string>(
            "--potential", [this](const std::string& file) { use_potential(file); },
            "w_i of one sample, one number per line, instead of the disorder")
        ->type_name("FILE")
        ->excludes("--disorder");
    app_.add_option_function<std::string>(
            "--output",
            [this](const std::string& text) {
              const std::string name = std::filesystem::path(text).filename().string();
              check("--output", printable(text),
                    !name.empty() && name != "." && name != ".." && printable(text, text.size()) == text,
                    "a path that ends with a name");
              values_.output = text;
            },
            "writes OUTPUT.csv, OUTPUT.gp, OUTPUT.png (" + program + ")")
        ->type_name("OUTPUT");
    app_.add_flag("--check", only_check_, "says whether the options are good, and ends");
    steps_until_ = &values_.t_max;
  }

  /// One set of values and no --scale.
  command_line(const std::string& program, const std::string& about, const options& values)
      : command_line(program, about, values, values) {
    without({"--scale"});
  }

  /// Takes away options that have no part in a program, so that they are rejected rather than ignored.
  void without(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      app_.remove_option(app_.get_option(name));
      std::string key = name.substr(2);
      std::replace(key.begin(), key.end(), '-', '_');
      unused_.push_back(key);
    }
    if (CLI::Option* potential = app_.get_option_no_throw("--potential"); potential && !uses("noise_realizations"))
      potential->excludes("--disorder-realizations")->excludes("--seed");  // nothing is left to chance
  }

  /// Options that have no part without a flag.
  void only_with(const std::string& flag, const std::vector<std::string>& names) {
    for (const std::string& name : names) app_.get_option(name)->needs(app_.get_option(flag));
  }

  /// What has to hold of all options together: good(options) throws what reject() makes.
  void always(std::function<void(options&)> good) { rules_.push_back(std::move(good)); }
  [[noreturn]] static void reject(const std::string& option, const std::string& value, const std::string& allowed) {
    throw CLI::ValidationError(option, value + "; allowed: " + allowed);
  }
  bool is_given(const std::string& option) const { return app_.count(option) > 0; }

  /// The last time that is reached by steps, if it is not --t-max.
  void steps_until(const double& time) { steps_until_ = &time; }

  /// What a list means in this program, and that it may have one number only.
  void describe(const std::string& name, const std::string& help) { app_.get_option(name)->description(help); }
  void single(const std::string& name, const std::string& help) {
    describe(name, help);
    app_.get_option(name)->expected(1);
  }

  /// One number, or several, each once.
  template <class T>
  void number(const std::string& name, T& target, range<T> allowed, const std::string& help) {
    const auto set = [=, &target](const std::string& text) { target = read(name, text, allowed); };
    app_.add_option_function<std::string>(name, set, help)->type_name("X");
  }
  template <class T>
  void list(const std::string& name, std::vector<T>& target, range<T> allowed, const std::string& help) {
    const auto set = [=, &target](const std::vector<std::string>& texts) {
      target.clear();
      for (const std::string& text : texts) {
        const T x = read(name, text, allowed);
        check(name, text, std::find(target.begin(), target.end(), x) == target.end(), allowed.text + ", each once");
        target.push_back(x);
      }
    };
    app_.add_option_function<std::vector<std::string>>(name, set, help)->type_name("X")->delimiter(',');
  }
  template <class T>
  static range<T> integers(T first, T last) {
    return {[=](T n) { return first <= n && n <= last; },
            "integers from " + options::word(first) + " to " + options::word(last)};
  }
  static range<double> numbers(double first, double last) {
    return {[=](double x) { return first <= x && x <= last; },
            "numbers from " + options::word(first) + " to " + options::word(last)};
  }
  /// One of several words.
  void choice(const std::string& name, const std::function<void(std::string)>& set,
              const std::vector<std::string>& allowed, const std::string& help) {
    const auto checked = [=](const std::string& text) {
      check(name, text, std::find(allowed.begin(), allowed.end(), text) != allowed.end(),
            allowed.front() + " or " + allowed.back());
      set(text);
    };
    app_.add_option_function<std::string>(name, checked, help)->type_name("NAME");
  }
  void flag(const std::string& name, bool& target, const std::string& help) { app_.add_flag(name, target, help); }

  /// Reads the command line, calls draw(options) and returns the exit code of the program.
  template <class Draw>
  int run(int argc, char** argv, Draw&& draw) {
    try {
      app_.parse(argc, argv);
      values_.unused = unused_;
      for (const auto& rule : rules_) rule(values_);
      if (uses("dt")) fit_steps();
      if (only_check_) return 0;
      catch_interrupts();
      draw(std::as_const(values_));
      return 0;
    } catch (const CLI::CallForHelp&) {
      std::cout << app_.help();
      return 0;
    } catch (const CLI::ParseError& e) {
      return fail(e.what(), 2);
    } catch (const an::interrupted&) {
      return fail("interrupted", 128 + stop_signal);
    } catch (const std::invalid_argument& e) {
      return fail(e.what(), 2);
    } catch (const std::bad_alloc&) {
      return fail("not enough memory: less is needed for fewer --sites, --per-decade or --threads", 1);
    } catch (const std::exception& e) {
      return fail(e.what(), 1);
    }
  }

private:
  /// In units of 1 / J, and of 1 / gamma: there the energy absorbed is off by some percent, beyond by any amount, since
  /// neither hopping nor noise are resolved.
  static constexpr double longest_dt = 1, most_steps = 1e9;

  static void check(const std::string& option, const std::string& value, bool good, const std::string& allowed) {
    if (!good) reject(option, value, allowed);
  }

  bool uses(const std::string& key) const { return std::find(unused_.begin(), unused_.end(), key) == unused_.end(); }

  void fit_steps() {
    const double longest = values_.gamma > longest_dt ? longest_dt / values_.gamma : longest_dt;
    if (!is_given("--dt")) values_.dt = std::min(values_.dt, longest);
    check("--dt", options::word(values_.dt), values_.dt <= longest,
          "numbers > 0, up to " + options::word(longest) + ", 1 / gamma");
    check("--dt", options::word(values_.dt), *steps_until_ / values_.dt <= most_steps,
          "at most 10^9 steps to time " + options::word(*steps_until_));
  }

  template <class T>
  static T read(const std::string& option, const std::string& text, const range<T>& allowed) {
    const std::optional<T> x = support::number<T>(text);
    check(option, text.empty() ? "(empty)" : printable(text), x && allowed.contains(*x), allowed.text);
    return *x;
  }

  void use_potential(const std::string& file) {
    values_.potential = read_potential(file);
    values_.potential_file = file;
    values_.disorder = {0};
    if (!uses("noise_realizations")) values_.disorder_realizations = 1;
    const an::index_t length = std::ssize(values_.potential);
    check("--potential", file + " has " + std::to_string(length) + " numbers", length <= 10'000, "at most 10000");
    if (app_.count("--sites") == 0) values_.sites = {length};
    for (const an::index_t sites : values_.sites)
      check("--potential", file + " has " + std::to_string(length) + " numbers", sites == length,
            "one for each site, --sites " + std::to_string(sites));
  }

  int fail(std::string message, int code) const {
    std::replace(message.begin(), message.end(), '\n', ' ');
    if (message.starts_with("anderson: ")) message.erase(0, 10);
    std::cerr << app_.get_name() << ": " << message << '\n';
    return code;
  }

  CLI::App app_;
  options values_;
  std::vector<std::string> unused_;
  std::vector<std::function<void(options&)>> rules_;
  const double* steps_until_;
  bool only_check_ = false;
};

}  // namespace support
