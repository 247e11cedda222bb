// SPDX-License-Identifier: MIT
#include <anderson/core/concepts.hpp>
#include <anderson/ensemble/executor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace an = anderson;

namespace executor_test {

static_assert(an::executor<an::serial_executor>);
static_assert(an::executor<an::thread_executor>);

namespace {

/// What has been consumed: indices and values.
struct record {
  std::vector<an::index_t> indices;
  std::vector<std::string> values;
  bool operator()(an::index_t i, std::string value) {
    indices.push_back(i);
    values.push_back(std::move(value));
    return true;
  }
  bool all(an::index_t count) const {
    bool right = std::ssize(indices) == count;
    for (an::index_t i = 0; right && i < count; ++i)
      right = indices[static_cast<std::size_t>(i)] == i && values[static_cast<std::size_t>(i)] == std::to_string(i);
    return right;
  }
};

const auto name = [](an::index_t i) { return std::to_string(i); };

}  // namespace

TEST_CASE("serial_executor: every value once, in order, on this thread") {
  record seen;
  bool here = true;
  const auto caller = std::this_thread::get_id();
  an::serial_executor{}.run(
      5,
      [&](an::index_t i) {
        here = here && std::this_thread::get_id() == caller;
        return name(i);
      },
      std::ref(seen));
  CHECK(seen.all(5));
  CHECK(here);
  CHECK(an::serial_executor{}.threads() == 1);
}

TEST_CASE("serial_executor: the first exception ends it, and so does a consumer that has enough") {
  int started = 0;
  record seen;
  CHECK_THROWS_WITH_AS(an::serial_executor{}.run(
                           5,
                           [&](an::index_t i) {
                             ++started;
                             if (i == 2) throw std::runtime_error("block 2");
                             return name(i);
                           },
                           std::ref(seen)),
                       "block 2", std::runtime_error);
  CHECK(started == 3);
  CHECK(seen.all(2));
  int consumed = 0;
  an::serial_executor{}.run(5, name, [&](an::index_t i, const std::string&) { return ++consumed, i < 2; });
  CHECK(consumed == 3);
}

TEST_CASE("thread_executor: every value once and in order, for any number of threads and values") {
  for (const int threads : {1, 2, 3, 8})
    for (const an::index_t count : {0, 1, 2, 7, 1000}) {
      CAPTURE(threads);
      CAPTURE(count);
      record seen;
      an::thread_executor(threads).run(count, name, std::ref(seen));
      CHECK(seen.all(count));
      CHECK(an::thread_executor(threads).threads() == threads);
    }
}

TEST_CASE("thread_executor: so many values are produced at once as there are threads") {
  std::atomic<int> inside = 0;
  record seen;
  an::thread_executor(3).run(
      3,
      [&](an::index_t i) {
        ++inside;
        while (inside < 3) std::this_thread::yield();  // returns only if all three are here
        return name(i);
      },
      std::ref(seen));
  CHECK(seen.all(3));
}

TEST_CASE("thread_executor: values are begun in the order of their index [contract of executor]") {
  // With two threads a value waits for the one before: with another order it would wait for ever for one not begun.
  std::atomic<an::index_t> done = 0;
  record seen;
  an::thread_executor(2).run(
      50,
      [&](an::index_t i) {
        while (done < i) std::this_thread::yield();
        done = i + 1;
        return name(i);
      },
      std::ref(seen));
  CHECK(seen.all(50));
}

TEST_CASE("thread_executor: one slow value holds up no other, and all are consumed in order") {
  std::atomic<int> produced = 0;
  record seen;
  an::thread_executor(2).run(
      100,
      [&](an::index_t i) {
        if (i == 0)
          while (produced < 99) std::this_thread::yield();  // returns only if the other thread does all the rest
        ++produced;
        return name(i);
      },
      std::ref(seen));
  CHECK(seen.all(100));
}

TEST_CASE("thread_executor: a slow consumer holds up nobody, and is called once at a time") {
  std::atomic<int> produced = 0, inside = 0, together = 0;
  an::thread_executor(3).run(
      50, [&](an::index_t i) { return ++produced, i; },
      [&](an::index_t i, an::index_t value) {
        if (++inside > 1 || i != value) ++together;
        if (i == 0)
          while (produced < 50) std::this_thread::yield();  // returns only if the others go on
        --inside;
        return true;
      });
  CHECK(together == 0);
}

TEST_CASE("thread_executor: after a false nothing is consumed, and nothing beyond it is thrown on") {
  for (const int threads : {1, 2, 8})
    for (int repetition = 0; repetition < 20; ++repetition) {
      an::index_t consumed = 0;
      std::atomic<an::index_t> begun = 0;
      an::thread_executor(threads).run(
          1000000,
          [&](an::index_t i) {
            begun = std::max<an::index_t>(begun, i);
            if (i > 5) throw std::runtime_error("beyond");
            return i;
          },
          [&](an::index_t i, an::index_t) { return ++consumed, i < 5; });
      CHECK(consumed == 6);
      CHECK(begun < 1000);
    }
}

TEST_CASE("thread_executor: what fails after the consumer had enough is not thrown on") {
  std::atomic<bool> enough = false;
  std::atomic<an::index_t> begun = 0;
  an::index_t consumed = 0;
  CHECK_NOTHROW(an::thread_executor(2).run(
      1000,
      [&](an::index_t i) {
        ++begun;
        while (begun < 2) std::this_thread::yield();  // both are under way
        if (i == 1) {
          while (!enough) std::this_thread::yield();
          std::this_thread::sleep_for(std::chrono::milliseconds(20));  // the other thread has left its loop
          throw std::runtime_error("too late");
        }
        return i;
      },
      [&](an::index_t, an::index_t) {
        ++consumed;
        enough = true;
        return false;
      }));
  CHECK(consumed == 1);
  CHECK(begun == 2);
}

TEST_CASE("thread_executor: an exception is thrown on, and no further value is begun") {
  for (const int threads : {1, 2, 8}) {
    std::atomic<int> started = 0;
    std::atomic<bool> throwing = false;
    record seen;
    const auto produce = [&](an::index_t i) {
      ++started;
      if (i == 3) {
        throwing = true;
        throw std::runtime_error("block 3");
      }
      if (i > 3) {  // leaves the other thread all the time it needs
        while (!throwing) std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
      return name(i);
    };
    CHECK_THROWS_WITH_AS(an::thread_executor(threads).run(100000, produce, std::ref(seen)), "block 3",
                         std::runtime_error);
    CHECK(started < 100000);
    CHECK(seen.all(3));  // those before it have come
  }
}

TEST_CASE("thread_executor: an exception of the consumer is thrown on") {
  for (const int threads : {1, 2, 8}) {
    an::index_t last = -1;
    CHECK_THROWS_WITH_AS(an::thread_executor(threads).run(100, name,
                                                          [&](an::index_t i, const std::string&) {
                                                            last = i;
                                                            if (i == 7) throw std::runtime_error("mine");
                                                            return true;
                                                          }),
                         "mine", std::runtime_error);
    CHECK(last == 7);
  }
}

TEST_CASE("thread_executor: of several exceptions that of the first value is thrown on") {
  for (int repetition = 0; repetition < 20; ++repetition) {
    std::atomic<bool> second_threw = false;
    const auto produce = [&](an::index_t i) -> int {
      if (i == 0)
        while (!second_threw) std::this_thread::yield();
      else
        second_threw = true;
      throw std::runtime_error("block " + std::to_string(i));
    };
    CHECK_THROWS_WITH_AS(an::thread_executor(2).run(2, produce, [](an::index_t, int) { return true; }), "block 0",
                         std::runtime_error);
  }
}

TEST_CASE("thread_executor: all cores unless told, less than one thread is rejected") {
  CHECK(an::thread_executor().threads() >= 1);
  CHECK_THROWS_WITH_AS(an::thread_executor(0), "anderson: threads = 0; allowed: at least 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(an::thread_executor(-2), doctest::Contains("threads = -2"), std::invalid_argument);
}

}  // namespace executor_test
