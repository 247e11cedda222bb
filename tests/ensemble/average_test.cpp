// SPDX-License-Identifier: MIT
// The machinery of average() on a method without physics: what it averages is the sum of the noise, so every number can
// be computed again with a plain loop. See average_twin_test.cpp for the propagators.
#include <anderson/core/version.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include "support/comma_locale.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace an = anderson;

namespace average_test {

namespace {

using vector = an::vector_t<double>;

// ---- a method that adds the noise up
// ---------------------------------------------------------------------------------

/// The state never moves; the "energy" is tr(C w) at the start plus all increments so far.
struct adding_stepper {
  using real_type = double;
  vector density;
  double start, sum = 0, now = 0;

  double time() const { return now; }
  void evolve(double until, auto& path) {
    std::vector<double> phi(path.support().size());
    if (until > now) path.increments(now, until - now, phi);
    sum = std::accumulate(phi.begin(), phi.end(), sum);
    now = until;
  }

  struct picture {
    using real_type = double;
    const adding_stepper* of;
    an::index_t size() const { return of->density.size(); }
    double time() const { return of->now; }
    double energy() const { return of->start + of->sum; }
    double initial_energy() const { return of->start; }
    const vector& densities() const { return of->density; }
    std::complex<double> correlation(an::index_t, an::index_t) const { return 0; }
  };
  picture snapshot() const { return {this}; }
};

struct counts {
  std::atomic<int> checked = 0, prepared = 0, started = 0;
};

struct adding_method {
  std::shared_ptr<counts> count = std::make_shared<counts>();
  bool good = true;

  void check() const {
    ++count->checked;
    if (!good) throw std::invalid_argument("bad option");
  }

  template <class Realization>
  struct prepared {
    Realization realization;
    std::shared_ptr<counts> count;
    adding_stepper start(const an::gaussian_state<double>& s) const {
      ++count->started;
      const vector n = s.orbitals().cwiseAbs2().lazyProduct(s.occupations());
      return {n, realization.hamiltonian().onsite().dot(n)};
    }
  };
  template <class Realization>
  prepared<Realization> prepare(const Realization& r, const auto& /*noise*/) const {
    ++count->prepared;
    return {r, count};
  }
};

/// A state of a user that is none: twice as long as it should be.
struct long_state {
  void check(an::index_t) const {}
  template <class Realization>
  an::gaussian_state<double> prepare(const Realization& r, auto& /*rng*/) const {
    return an::gaussian_state<double>(2 * an::orbitals_t<double>::Identity(r.size(), 1));
  }
};

// ---- observables
// -----------------------------------------------------------------------------------------------------

struct clock_time {
  std::string name() const { return "clock"; }
  an::index_t extent(an::index_t) const { return 1; }
  void measure(const an::linear_snapshot auto& now, std::span<double> out) const { out[0] = now.time(); }
};

struct column {
  std::string name_;
  std::string name() const { return name_; }
  an::index_t extent(an::index_t) const { return 1; }
  void measure(const an::linear_snapshot auto& now, std::span<double> out) const { out[0] = now.time(); }
};

/// Averages x^2, reports its root.
struct root_mean_square {
  std::string name() const { return "rms"; }
  an::index_t extent(an::index_t) const { return 1; }
  void measure(const an::linear_snapshot auto& now, std::span<double> out) const {
    out[0] = now.energy() * now.energy();
  }
  double finish(double mean) const { return std::sqrt(mean); }
  double finish_slope(double mean) const { return 1 / (2 * std::sqrt(mean)); }
};

// ---- the average, and the loop that it stands for ------------------------------------------------------------------

const std::vector<double> times{0, 0.5, 2};

auto physics() {
  return an::problem{an::anderson_model{an::chain{5}, {.hopping = 1, .disorder = 2}}, an::white_noise{{1, 3}, 1.5},
                     an::random_product_state{}};
}
auto measured() { return an::observables{an::energy{}, root_mean_square{}, an::density_profile{}}; }

auto run(const an::plan& how_often, auto workers, const an::progress_callback& on_progress = {}) {
  return an::average(physics(), adding_method{}, times, measured(), how_often, workers, on_progress);
}
auto run(const an::plan& how_often) { return run(how_often, an::serial_executor{}); }

/// Energies [d][k] at times[t], by hand: the record of a trajectory is (seed, d, k).
std::vector<std::vector<double>> energies(const an::plan& p, std::size_t t) {
  std::vector<std::vector<double>> all;
  const auto what = physics();
  for (an::index_t d = 0; d < p.disorder_realizations; ++d) {
    an::philox disorder(p.seed, {an::purpose::disorder, d, 0});
    std::vector<double> w(5);
    for (double& x : w) x = an::uniform(disorder, -2, 2);
    all.emplace_back();
    for (an::index_t k = 0; k < p.noise_realizations; ++k) {
      an::philox state(p.seed, {an::purpose::state, d, k}), noise(p.seed, {an::purpose::noise, d, k});
      double e = 0;
      for (const an::index_t i : an::sample_without_replacement(state, 5, 2)) e += w[static_cast<std::size_t>(i)];
      for (std::size_t s = 1; s <= t; ++s)
        for (int site = 0; site < 2; ++site) e += std::sqrt(1.5 * (times[s] - times[s - 1])) * an::normal(noise);
      all.back().push_back(e);
    }
  }
  return all;
}

struct mean_variance {
  double mean, variance;
};
mean_variance statistics(const std::vector<double>& x) {
  const double n = static_cast<double>(x.size());
  double mean = 0, squares = 0;
  for (const double v : x) mean += v / n;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return {mean, squares / (n - 1)};
}

bool same_bits(const an::series<double>::array& a, const an::series<double>::array& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}
bool same_bits(const an::result_table<double>& a, const an::result_table<double>& b) {
  bool same = a.times == b.times && a.columns.size() == b.columns.size();
  for (std::size_t c = 0; same && c < a.columns.size(); ++c) {
    const auto &x = a.columns[c], &y = b.columns[c];
    same = x.name == y.name && same_bits(x.mean, y.mean) && same_bits(x.error, y.error) &&
           same_bits(x.variance_within, y.variance_within) && same_bits(x.variance_between, y.variance_between);
  }
  return same;
}

/// Produces in a random order.
struct shuffling_executor {
  std::uint64_t seed;
  int threads() const { return 1; }
  void run(an::index_t count, auto&& produce, auto&& consume) const {
    std::vector<an::index_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    an::philox rng(seed);
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(an::uniform_index(rng, static_cast<an::index_t>(i)))]);
    std::map<an::index_t, decltype(produce(0))> made;
    for (const an::index_t i : order) made.emplace(i, produce(i));
    for (auto& [i, value] : made)
      if (!consume(i, std::move(value))) return;
  }
};
static_assert(an::executor<shuffling_executor>);

}  // namespace

TEST_CASE("average: means, errors and variances are those of a plain loop, for any number of trajectories") {
  for (const an::index_t d : {2, 3, 8})
    for (const an::index_t k : {2, 15, 16, 17, 33}) {  // a block holds 16
      CAPTURE(d);
      CAPTURE(k);
      const an::plan plan{.disorder_realizations = d, .noise_realizations = k, .seed = 7};
      const auto result = run(plan);
      for (std::size_t t = 0; t < times.size(); ++t) {
        std::vector<double> means;
        double within = 0;
        for (const auto& trajectories : energies(plan, t)) {
          const auto [mean, variance] = statistics(trajectories);
          means.push_back(mean);
          within += variance / static_cast<double>(d);
        }
        const auto [mean, variance] = statistics(means);
        const auto& e = result["energy"];
        const auto row = static_cast<an::index_t>(t);
        const auto near = [](double x) { return doctest::Approx(x).epsilon(1e-12); };
        CHECK(e.mean(row, 0) == near(mean));
        CHECK(e.error(row, 0) == near(std::sqrt(variance / static_cast<double>(d))));
        CHECK(e.variance_within(row, 0) == near(within));
        CHECK(e.variance_between(row, 0) == near(std::max(0.0, variance - within / static_cast<double>(k))));
      }
    }
}

TEST_CASE("average: one trajectory per realization: the error needs no more, the variances are not told apart") {
  const an::plan plan{.disorder_realizations = 9, .noise_realizations = 1, .seed = 7};
  std::vector<double> all;
  for (const auto& trajectories : energies(plan, 2)) all.push_back(trajectories[0]);
  const auto [mean, variance] = statistics(all);
  const auto e = run(plan)["energy"];
  CHECK(e.mean(2, 0) == doctest::Approx(mean).epsilon(1e-12));
  CHECK(e.error(2, 0) == doctest::Approx(std::sqrt(variance / 9)).epsilon(1e-12));
  CHECK(e.variance_between(2, 0) == doctest::Approx(variance).epsilon(1e-12));
  CHECK(std::isnan(e.variance_within(2, 0)));
}

TEST_CASE("average: one realization: its own error, that knows nothing of the disorder; one trajectory: no error") {
  const an::plan plan{.disorder_realizations = 1, .noise_realizations = 20, .seed = 7};
  const auto [mean, variance] = statistics(energies(plan, 2)[0]);
  const auto e = run(plan)["energy"];
  CHECK(e.mean(2, 0) == doctest::Approx(mean).epsilon(1e-12));
  CHECK(e.error(2, 0) == doctest::Approx(std::sqrt(variance / 20)).epsilon(1e-12));
  CHECK(e.variance_within(2, 0) == doctest::Approx(variance).epsilon(1e-12));
  CHECK(std::isnan(e.variance_between(2, 0)));

  const auto single = run({})["energy"];
  CHECK(single.mean(2, 0) == doctest::Approx(energies({}, 2)[0][0]).epsilon(1e-14));
  CHECK(std::isnan(single.error(2, 0)));
}

TEST_CASE("average: a function of the mean, its error by the slope, agrees with the jackknife") {
  const an::plan plan{.disorder_realizations = 200, .noise_realizations = 3, .seed = 5};
  const auto result = run(plan);
  for (std::size_t t = 0; t < times.size(); ++t) {
    std::vector<double> squares;  // mean of x^2 in each realization
    for (const auto& trajectories : energies(plan, t)) {
      squares.push_back(0);
      for (const double x : trajectories) squares.back() += x * x / 3;
    }
    const double total = std::accumulate(squares.begin(), squares.end(), 0.0);
    std::vector<double> left_out;
    for (const double s : squares) left_out.push_back(std::sqrt((total - s) / 199));
    const double jackknife = std::sqrt(statistics(left_out).variance * 199 * 199 / 200);
    const auto row = static_cast<an::index_t>(t);
    CHECK(result["rms"].mean(row, 0) == doctest::Approx(std::sqrt(total / 200)).epsilon(1e-12));
    CHECK(result["rms"].error(row, 0) == doctest::Approx(jackknife).epsilon(0.02));  // they differ by O(1/200)
  }
}

TEST_CASE("average: the result has the same bits for any executor and number of threads") {
  const an::plan plan{.disorder_realizations = 7, .noise_realizations = 33, .seed = 3};
  const auto serial = run(plan);
  CHECK(same_bits(run(plan), serial));
  for (const int threads : {1, 2, 3, 8}) CHECK(same_bits(run(plan, an::thread_executor(threads)), serial));
  for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) CHECK(same_bits(run(plan, shuffling_executor{seed}), serial));
  an::plan other = plan;
  other.seed = 4;
  CHECK_FALSE(same_bits(run(other), serial));
}

TEST_CASE("average: columns, times and shapes as asked for") {
  const auto result = run({.disorder_realizations = 2, .noise_realizations = 3});
  CHECK(result.times == times);
  REQUIRE(result.columns.size() == 3);
  CHECK(result.columns[0].name == "energy");
  CHECK(result.columns[1].name == "rms");
  CHECK(result.columns[2].name == "density");
  for (const auto& c : result.columns)
    for (const auto* a : {&c.mean, &c.error, &c.variance_within, &c.variance_between}) {
      CHECK(a->rows() == 3);
      CHECK(a->cols() == (c.name == "density" ? 5 : 1));
    }
  for (an::index_t t = 0; t < 3; ++t) CHECK(result["density"].mean.row(t).sum() == doctest::Approx(2).epsilon(1e-14));
}

namespace {

/// An executor of a user that forgets one block.
struct forgetful {
  an::index_t forgotten;
  int threads() const { return 1; }
  void run(an::index_t count, auto&& produce, auto&& consume) const {
    for (an::index_t i = 0; i < count; ++i)
      if (i != forgotten) consume(i, produce(i));
  }
};

/// A state of a user that leaves orbitals or occupations out.
struct unwritten_state {
  double norm, occupation;  // of the second orbital
  void check(an::index_t) const {}
  template <class Realization>
  an::gaussian_state<double> prepare(const Realization& r, auto& /*rng*/) const {
    an::orbitals_t<double> phi = an::orbitals_t<double>::Identity(r.size(), 2);
    vector n = vector::Ones(2);
    phi(1, 1) = norm;
    n[1] = occupation;
    return {phi, n};
  }
};

}  // namespace

TEST_CASE("average: blocks that an executor leaves out are not averaged away") {
  const auto with = [](const forgetful& who) {
    return an::average(physics(), adding_method{}, times, measured(),
                       {.disorder_realizations = 3, .noise_realizations = 20}, who);
  };
  CHECK_NOTHROW(with({-1}));
  for (const an::index_t task : {0, 4, 8})
    CHECK_THROWS_WITH_AS(with({task}), doctest::Contains("disorder realizations finished by the executor = "),
                         std::invalid_argument);
}

TEST_CASE("average: orbitals or occupations that a user's state does not write are refused") {
  const auto with = [](const unwritten_state& state) {
    const an::problem p{an::anderson_model{an::chain{5}, {}}, an::white_noise{{1}, 1.0}, state};
    return an::average(p, adding_method{}, times, measured());
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_NOTHROW(with({1, 1}));
  CHECK_THROWS_WITH_AS(with({nan, 1}), doctest::Contains("orbitals = not finite"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(with({0, 1}), doctest::Contains("largest entry of |Phi^dagger Phi - 1| = 1"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(with({1, nan}), doctest::Contains("occupations = not finite"), std::invalid_argument);
}

TEST_CASE("average: measures exactly at the times, also at 0") {
  const std::vector<double> odd{0, 1e-3, 0.1, 0.1 + 0.2, 1e5};
  const auto t = an::average(physics(), adding_method{}, odd, an::observables{clock_time{}},
                             {.disorder_realizations = 2, .noise_realizations = 4})["clock"];
  for (std::size_t k = 0; k < odd.size(); ++k) {
    CHECK(t.mean(static_cast<an::index_t>(k), 0) == odd[k]);
    CHECK(t.error(static_cast<an::index_t>(k), 0) == 0);
  }
}

TEST_CASE("average: prepares every realization once, starts every trajectory once, with any number of threads") {
  for (const int threads : {1, 8}) {
    const adding_method method;
    an::average(physics(), method, times, measured(), {.disorder_realizations = 5, .noise_realizations = 50},
                an::thread_executor(threads));
    CHECK(method.count->prepared == 5);
    CHECK(method.count->started == 250);
  }
}

TEST_CASE("average: more realizations keep those there were") {
  const auto one = run({.disorder_realizations = 1, .noise_realizations = 4})["energy"];
  const auto two = run({.disorder_realizations = 2, .noise_realizations = 4})["energy"];
  const auto all = energies({.disorder_realizations = 2, .noise_realizations = 4}, 2);
  CHECK(one.mean(2, 0) == doctest::Approx(statistics(all[0]).mean).epsilon(1e-13));
  CHECK(two.mean(2, 0) == doctest::Approx((statistics(all[0]).mean + statistics(all[1]).mean) / 2).epsilon(1e-13));
}

TEST_CASE("average: reports progress to the end, trajectory by trajectory") {
  std::vector<an::progress> seen;
  run({.disorder_realizations = 3, .noise_realizations = 33}, an::serial_executor{}, [&](const an::progress& p) {
    seen.push_back(p);
    return true;
  });
  REQUIRE(seen.size() == 99);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    CHECK(seen[i].done == static_cast<an::index_t>(i) + 1);
    CHECK(seen[i].total == 99);
    CHECK(seen[i].seconds >= (i == 0 ? 0 : seen[i - 1].seconds));
  }
}

TEST_CASE("average: progress comes one call at a time from any thread") {
  std::atomic<int> inside = 0, together = 0;
  an::index_t last = 0;
  const auto on_progress = [&](const an::progress& p) {
    if (++inside > 1) ++together;
    if (p.done <= last) ++together;
    last = p.done;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    --inside;
    return true;
  };
  run({.disorder_realizations = 20, .noise_realizations = 16}, an::thread_executor(4), on_progress);
  CHECK(together == 0);
  CHECK(last == 320);
}

TEST_CASE("average: a callback that returns false ends it with `interrupted`, and is not called again") {
  for (const int threads : {1, 4}) {
    CAPTURE(threads);
    int calls = 0;
    const an::plan plan{.disorder_realizations = 50, .noise_realizations = 16};
    const auto on_progress = [&](const an::progress& p) {
      ++calls;
      return p.done < 48;
    };
    CHECK_THROWS_WITH_AS(run(plan, an::thread_executor(threads), on_progress), "anderson: interrupted",
                         an::interrupted);
    CHECK(calls == 48);
  }
}

TEST_CASE("average: an exception of the callback comes out") {
  const auto on_progress = [](const an::progress&) -> bool { throw std::logic_error("mine"); };
  CHECK_THROWS_WITH_AS(run({.disorder_realizations = 5}, an::thread_executor(2), on_progress), "mine",
                       std::logic_error);
}

TEST_CASE("average: the record says how it was made") {
  const auto result =
      run({.disorder_realizations = 2, .noise_realizations = 3, .seed = 18446744073709551615u}, an::thread_executor(3));
  const std::vector<std::pair<std::string, std::string>> expected{{"version", an::version},
                                                                  {"seed", "18446744073709551615"},
                                                                  {"disorder_realizations", "2"},
                                                                  {"noise_realizations", "3"},
                                                                  {"threads", "3"}};
  REQUIRE(result.metadata.size() == 6);
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(result.metadata[i] == expected[i]);
  CHECK(result.metadata[5].first == "wall_time_seconds");
  CHECK(std::stod(result.metadata[5].second) >= 0);
}

TEST_CASE("average: the record does not depend on the locale") {
  const support::comma_locale here;
  const auto result = run({.disorder_realizations = 2000});
  CHECK(result.metadata[2].second == "2000");
  CHECK(result.metadata[5].second.find(',') == std::string::npos);  // the seconds
}

TEST_CASE("average: bad arguments are rejected before any work") {
  const adding_method method;
  const auto attempt = [&](const adding_method& how, std::vector<double> when, const an::plan& how_often) {
    an::average(physics(), how, when, measured(), how_often, an::serial_executor{});
  };
  CHECK_THROWS_WITH_AS(attempt(method, {1, 0.5}, {}), doctest::Contains("times[1] = 0.5"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(attempt(method, {}, {}), doctest::Contains("number of times = 0"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(attempt(method, {1}, {.noise_realizations = 0}), doctest::Contains("noise_realizations = 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(attempt({.count = method.count, .good = false}, {1}, {}), "bad option", std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::average(physics(), method, times, an::observables{an::energy{}, an::energy{}}, {}),
                       doctest::Contains("name of an observable = energy"), std::invalid_argument);
  const auto measure = [&](const auto& which) { an::average(physics(), method, times, which); };
  for (const char* name : {"", "time", "two\nlines", "density", "density[4]", "density[0]_error"})
    CHECK_THROWS_AS(measure(an::observables{an::density_profile{}, column{name}}), std::invalid_argument);
  CHECK_THROWS_AS(measure(an::observables{column{"energy_error"}, an::energy{}}), std::invalid_argument);
  CHECK(method.count->prepared == 0);
  CHECK(method.count->started == 0);
}

TEST_CASE("average: a user's state that is not orthonormal is rejected in the first trajectory") {
  const an::problem bad{an::anderson_model{an::chain{5}, {}}, an::white_noise{{1}, 1.0}, long_state{}};
  CHECK_THROWS_WITH_AS(
      an::average(bad, adding_method{}, times, an::observables{an::energy{}}, {}, an::serial_executor{}),
      doctest::Contains("largest entry of |Phi^dagger Phi - 1| = 3"), std::invalid_argument);
}

}  // namespace average_test
