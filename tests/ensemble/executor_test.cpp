// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/ensemble/executor.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace an = anderson;

namespace executor_test {

static_assert(an::executor<an::serial_executor>);
static_assert(an::executor<an::thread_executor>);

TEST_CASE("serial_executor: every task once, in order, on this thread") {
  std::vector<an::index_t> seen;
  bool here = true;
  const auto caller = std::this_thread::get_id();
  an::serial_executor{}.run(5, [&](an::index_t i) {
    seen.push_back(i);
    here = here && std::this_thread::get_id() == caller;
  });
  CHECK(seen == std::vector<an::index_t>{0, 1, 2, 3, 4});
  CHECK(here);
  CHECK(an::serial_executor{}.threads() == 1);
}

TEST_CASE("serial_executor: the first exception ends it") {
  int started = 0;
  CHECK_THROWS_WITH_AS(an::serial_executor{}.run(5,
                                                 [&](an::index_t i) {
                                                   ++started;
                                                   if (i == 2) throw std::runtime_error("task 2");
                                                 }),
                       "task 2", std::runtime_error);
  CHECK(started == 3);
}

TEST_CASE("thread_executor: every task once, for any number of threads and tasks") {
  for (const int threads : {1, 2, 3, 8})
    for (const an::index_t count : {0, 1, 2, 7, 1000}) {
      CAPTURE(threads);
      CAPTURE(count);
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(count));
      an::thread_executor(threads).run(count, [&](an::index_t i) { ++runs[static_cast<std::size_t>(i)]; });
      int once = 0;
      for (const auto& n : runs) once += n == 1;
      CHECK(once == count);
      CHECK(an::thread_executor(threads).threads() == threads);
    }
}

TEST_CASE("thread_executor: so many tasks run at once as there are threads") {
  std::atomic<int> inside = 0;
  an::thread_executor(3).run(3, [&](an::index_t) {
    ++inside;
    while (inside < 3) std::this_thread::yield();  // returns only if all three are here
  });
  CHECK(inside == 3);
}

TEST_CASE("thread_executor: tasks are started in the order of their index [contract of executor]") {
  std::vector<an::index_t> order;
  an::thread_executor(1).run(50, [&](an::index_t i) { order.push_back(i); });
  for (std::size_t k = 0; k < order.size(); ++k) CHECK(order[k] == static_cast<an::index_t>(k));

  // With two threads a task waits for the one before: with another order it would wait for ever for a task not started.
  std::atomic<an::index_t> done = 0;
  an::thread_executor(2).run(50, [&](an::index_t i) {
    while (done < i) std::this_thread::yield();
    done = i + 1;
  });
  CHECK(done == 50);
}

TEST_CASE("thread_executor: an exception is thrown on, and no further task is started") {
  for (const int threads : {1, 2, 8}) {
    std::atomic<int> started = 0;
    std::atomic<bool> throwing = false;
    const auto task = [&](an::index_t i) {
      ++started;
      if (i == 3) {
        throwing = true;
        throw std::runtime_error("task 3");
      }
      if (i > 3) {  // leaves the other thread all the time it needs
        while (!throwing) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
    };
    CHECK_THROWS_WITH_AS(an::thread_executor(threads).run(100000, task), "task 3", std::runtime_error);
    CHECK(started < 100000);
  }
}

TEST_CASE("thread_executor: of several exceptions that of the first task is thrown on") {
  for (int repetition = 0; repetition < 20; ++repetition) {
    std::atomic<bool> second_threw = false;
    CHECK_THROWS_WITH_AS(an::thread_executor(2).run(2,
                                                    [&](an::index_t i) {
                                                      if (i == 0)
                                                        while (!second_threw) std::this_thread::yield();
                                                      else
                                                        second_threw = true;
                                                      throw std::runtime_error("task " + std::to_string(i));
                                                    }),
                         "task 0", std::runtime_error);
  }
}

TEST_CASE("thread_executor: all cores unless told, less than one thread is rejected") {
  CHECK(an::thread_executor().threads() >= 1);
  CHECK_THROWS_WITH_AS(an::thread_executor(0), "anderson: threads = 0; allowed: at least 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::thread_executor(-2), doctest::Contains("threads = -2"), std::invalid_argument);
}

}  // namespace executor_test
