// SPDX-License-Identifier: MIT
#include <anderson/core/interruption.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace an = anderson;

namespace interruption_test {

namespace {

using an::detail::poll;
using an::detail::stage;
using an::detail::watch;

/// What a watch has heard; the polls wait long enough for every one of them to be heard.
struct heard {
  std::vector<double> parts;
  watch on{[this](double part, watch::clock::time_point) { parts.push_back(part); }};
};

void slow_poll(double part) {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  poll(part);
}

}  // namespace

TEST_CASE("interruption: without a watch nothing happens") {
  CHECK(watch::current == nullptr);
  const stage part(0, 1, 2);
  poll(0.5);
}

TEST_CASE("interruption: stages nest as loops do, and a poll is a part of the innermost") {
  heard by;
  {
    const stage half(1, 2, 2);
    slow_poll(0.5);
    {
      const stage quarter(0.5, 1);
      slow_poll(0.5);
    }
    slow_poll(1);
  }
  slow_poll(0.25);  // less than before: it does not go back
  REQUIRE(by.parts.size() >= 4);
  CHECK(by.parts.front() == 0.5);
  CHECK(std::vector<double>(by.parts.end() - 4, by.parts.end()) == std::vector<double>{0.75, 0.875, 1, 1});
}

TEST_CASE("interruption: an exception of the watch comes out, and leaves the stages as they were") {
  int calls = 0;
  const watch on([&](double part, watch::clock::time_point) {
    ++calls;
    if (part > 0.6) throw an::interrupted();
  });
  CHECK_THROWS_AS(
      {
        for (int k = 0; k < 10; ++k) {
          const stage part(k, k + 1, 10);
          slow_poll(0.5);
        }
      },
      an::interrupted);
  const int before = calls;
  CHECK_THROWS_AS(slow_poll(0.1), an::interrupted);  // it keeps what was reached
  CHECK(calls == before + 1);
}

TEST_CASE("interruption: a watch belongs to its thread, and gives way to one inside") {
  heard outer;
  const std::size_t before = outer.parts.size();
  std::thread([] { slow_poll(1); }).join();
  CHECK(outer.parts.size() == before);
  {
    heard inner;
    slow_poll(0.5);
    CHECK(inner.parts.back() == 0.5);
    CHECK(outer.parts.back() == 0);  // asked whether to go on, but no further
  }
  slow_poll(0.25);
  CHECK(outer.parts.back() == 0.25);
}

TEST_CASE("interruption: a million polls cost next to nothing") {
  const auto start = std::chrono::steady_clock::now();
  heard by;
  for (int k = 0; k < 1000000; ++k) poll(k * 1e-6);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
  CHECK(by.parts.size() < 100000);  // the others only count down
}

}  // namespace interruption_test
