// SPDX-License-Identifier: MIT
// Progress and interruption within trajectories.
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/random/distributions.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace an = anderson;

namespace progress_test {

namespace {

using clock = std::chrono::steady_clock;

auto physics(auto noise) {
  return an::problem{an::anderson_model{an::chain{6}, {.hopping = 1, .disorder = 2}}, noise,
                     an::product_state{{1, 0, 1, 0, 1, 0}}};
}
const an::white_noise white{{2}, 1.0};

/// Stops at the second call; how long that took. Long trajectories only.
double seconds_until_stopped(const auto& how, const auto& noise, const std::vector<double>& times, int threads,
                             an::index_t trajectories = 1) {
  const auto start = clock::now();
  int calls = 0;
  const auto on_progress = [&](const an::progress& p) {
    CHECK(p.done == 0);
    CHECK(p.under_way >= 0);
    CHECK(p.under_way <= static_cast<double>(p.total));
    return ++calls < 2;
  };
  CHECK_THROWS_AS(an::average(physics(noise), how, times, an::observables{an::energy{}},
                              {.noise_realizations = trajectories}, an::thread_executor(threads), on_progress),
                  an::interrupted);
  CHECK(calls == 2);
  return std::chrono::duration<double>(clock::now() - start).count();
}

/// A trajectory that takes `pieces` pieces of work of 1 ms each for every unit of time.
struct slow_method {
  void check() const {}
  struct stepper {
    using real_type = double;
    an::vector_t<double> n;
    double now = 0;
    double time() const { return now; }
    void evolve(double until, auto&) {
      const double pieces = 20 * (until - now);
      for (double k = 0; k < pieces; ++k) {
        const an::detail::stage part(k, k + 1, pieces);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      now = until;
    }
    struct picture {
      using real_type = double;
      const stepper* of;
      an::index_t size() const { return of->n.size(); }
      double time() const { return of->now; }
      double energy() const { return of->now; }
      double initial_energy() const { return 0; }
      const an::vector_t<double>& densities() const { return of->n; }
      double correlation(an::index_t, an::index_t) const { return 0; }
    };
    picture snapshot() const { return {this}; }
  };
  struct prepared {
    stepper start(const an::gaussian_state<double>& s) const { return {s.orbitals().cwiseAbs2() * s.occupations()}; }
  };
  prepared prepare(const auto&, const auto&) const { return {}; }
};

/// Every time takes as long as another, as with methods that reach any at once.
template <bool at_once>
struct equal_method : slow_method {
  struct stepper : slow_method::stepper {
    void evolve(double until, auto& path) {
      now = until - 15;
      slow_method::stepper::evolve(until, path);
    }
  };
  struct at_once_stepper : stepper {
    static constexpr bool reaches_any_time = true;
  };
  struct prepared {
    auto start(const an::gaussian_state<double>& s) const {
      std::conditional_t<at_once, at_once_stepper, stepper> made;
      made.n = s.orbitals().cwiseAbs2() * s.occupations();
      return made;
    }
  };
  prepared prepare(const auto&, const auto&) const { return {}; }
};

/// Throws in one trajectory; the others would take for ever.
struct failing_method : slow_method {
  struct stepper : slow_method::stepper {
    void evolve(double until, auto& path) {
      double phi = 0;
      path.increments(now, until - now, std::span(&phi, 1));
      if (phi < 0) throw std::domain_error("mine");
      slow_method::stepper::evolve(until, path);
    }
  };
  struct prepared {
    stepper start(const an::gaussian_state<double>& s) const {
      stepper made;
      made.n = s.orbitals().cwiseAbs2() * s.occupations();
      return made;
    }
  };
  prepared prepare(const auto&, const auto&) const { return {}; }
};

}  // namespace

// Two calls are 0.2 s apart; ten times that for a machine that does other things too.
TEST_CASE("progress: one trajectory of 1e9 steps, or of as many kicks, is stopped at once, by any method") {
  const std::vector<double> once{1e8};
  CHECK(seconds_until_stopped(an::split_propagator{.dt = 0.1}, white, once, 1) < 2);
  CHECK(seconds_until_stopped(an::split_propagator{.dt = 0.1}, white, once, 1, 8) < 2);
  CHECK(seconds_until_stopped(an::split_propagator{.dt = 0.1}, white, {1, 2, 1e8}, 2, 16) < 2);
  CHECK(seconds_until_stopped(an::krylov_propagator{.dt = 0.1}, white, once, 2, 16) < 2);
  CHECK(seconds_until_stopped(an::chebyshev_propagator{.dt = 0.1}, white, once, 1) < 2);
  CHECK(seconds_until_stopped(an::dense_propagator{.dt = 0.1}, white, once, 1) < 2);
  CHECK(seconds_until_stopped(an::event_propagator{}, an::reflections{{2}, 40.0}, once, 1) < 2);
  CHECK(seconds_until_stopped(an::strang_noise_average{.dt = 0.1}, white, once, 1) < 2);
}

TEST_CASE("progress: a single step that is cut into thousands is stopped, too") {
  CHECK(seconds_until_stopped(an::krylov_propagator{.dt = 1000, .max_dimension = 30}, white, {1e9}, 1) < 2);
  CHECK(seconds_until_stopped(an::chebyshev_propagator{.dt = 10000}, white, {1e9}, 1) < 2);
}

TEST_CASE("progress: done and under_way rise together, never beyond the total, for any number of threads") {
  for (const int threads : {1, 3}) {
    double reached = 0;
    int within = 0;
    bool rising = true, inside = true;
    const auto on_progress = [&](const an::progress& p) {
      const double now = static_cast<double>(p.done) + p.under_way;
      rising = rising && now >= reached;
      inside = inside && p.under_way >= 0 && now <= static_cast<double>(p.total);
      within += p.under_way > 0 && p.under_way < static_cast<double>(p.total - p.done) ? 1 : 0;
      reached = now;
      return true;
    };
    const auto e = an::average(physics(white), slow_method{}, {2, 15}, an::observables{an::energy{}},
                               {.disorder_realizations = 3}, an::thread_executor(threads), on_progress)["energy"];
    CHECK(rising);
    CHECK(inside);
    CHECK(within >= 2);  // calls from within a trajectory of 0.3 s
    CHECK(reached == 3);
    CHECK(e.mean(1, 0) == 15);
  }
}

TEST_CASE("progress: work goes with the duration, but with the number of times where any is reached at once") {
  const auto seen = [](const auto& how) {  // in the first of two equally long pieces of work, and in the second
    std::vector<double> parts;
    an::average(physics(white), how, {15, 15000}, an::observables{an::energy{}}, {}, an::serial_executor{},
                [&](const an::progress& p) {
                  parts.push_back(p.under_way);
                  return true;
                });
    REQUIRE(parts.size() >= 4);  // some before the first time, some after, and the end
    return std::pair{parts.front(), parts[parts.size() - 2]};
  };
  const auto by_time = seen(equal_method<false>{}), at_once = seen(equal_method<true>{});
  CHECK(by_time.first < 1e-3);
  CHECK(by_time.second > 1e-3);
  CHECK(at_once.first > 1e-3);
  CHECK(at_once.first < 0.5);
  CHECK(at_once.second > 0.5);
  using sample = an::disorder_realization<an::tight_binding<>>;
  CHECK(an::dense_average_stepper<sample>::reaches_any_time);
}

TEST_CASE("progress: the results have the same bits with a callback and without") {
  const auto run = [](const auto& how, const auto& noise, bool with) {
    an::progress_callback on_progress;
    if (with) on_progress = [](const an::progress&) { return true; };
    return an::average(physics(noise), how, {1, 5, 20}, an::observables{an::energy{}},
                       {.disorder_realizations = 2, .noise_realizations = 9}, an::thread_executor{},
                       on_progress)["energy"];
  };
  const auto check = [&](const auto& how, const auto& noise) {
    const auto a = run(how, noise, false), b = run(how, noise, true);
    CHECK((a.mean == b.mean).all());
    CHECK((a.error == b.error).all());
  };
  check(an::split_propagator{}, white);
  check(an::krylov_propagator{}, white);
  check(an::chebyshev_propagator{}, white);
  check(an::event_propagator{}, an::reflections{{2}, 1.0});
}

TEST_CASE("progress: a failure ends the trajectories of the other threads") {
  const auto start = clock::now();
  CHECK_THROWS_WITH_AS(an::average(physics(white), failing_method{}, {1e6}, an::observables{an::energy{}},
                                   {.disorder_realizations = 20}, an::thread_executor(3)),
                       "mine", std::domain_error);
  CHECK(std::chrono::duration<double>(clock::now() - start).count() < 2);
}

}  // namespace progress_test
