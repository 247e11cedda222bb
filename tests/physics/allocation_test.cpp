// SPDX-License-Identifier: MIT
// The time loop does not touch the heap. Eigen calls malloc or aligned_alloc, the standard library operator new, which
// calls malloc: so malloc itself is replaced, for this program, by one that counts. It needs glibc's names of the real
// one; sanitizers bring a malloc of their own, under which the count cannot be made.
#include "support.hpp"
#include "support/square.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ANDERSON_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define ANDERSON_TEST_SANITIZED
#endif
#endif

#if defined(__GLIBC__) && !defined(ANDERSON_TEST_SANITIZED)
#include <malloc.h>

namespace {
thread_local long allocations = 0;
thread_local std::size_t live = 0, peak = 0, largest_piece = 0;  // bytes: now, at most, in one piece

void* counted(void* block) {
  if (!block) return block;
  const std::size_t size = malloc_usable_size(block);
  ++allocations;
  live += size;
  peak = std::max(peak, live);
  largest_piece = std::max(largest_piece, size);
  return block;
}
void gone(void* block) {
  if (block) live -= malloc_usable_size(block);
}
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) noexcept { return counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept { return counted(__libc_calloc(count, size)); }
void* realloc(void* old, std::size_t size) noexcept {
  gone(old);
  return counted(__libc_realloc(old, size));
}
void* memalign(std::size_t alignment, std::size_t size) noexcept { return counted(__libc_memalign(alignment, size)); }
void free(void* block) noexcept {
  gone(block);
  __libc_free(block);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  *out = memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}
}

using namespace support;

namespace {

template <class Work>
long allocations_in(Work&& work) {
  const long before = allocations;
  work();
  return allocations - before;
}

/// Allocations in 400 steps, after 200 that get all buffers; in one call of advance() and in one of evolve().
struct counts {
  long advance, evolve;
};

template <class P>
counts in_time_loop(const P& how, const sample& s, std::vector<index_t> noisy) {
  const std::vector<double> phi = phases(1.0, how.dt, 400 * std::ssize(noisy), 81);
  std::vector<double> largest(noisy.size(), 3.0);  // 9.5 standard deviations: the largest Krylov space
  an::white_noise noise(std::move(noisy), 1.0);
  an::noise_path path(noise, an::philox(81, {}));
  auto stepper = how.prepare(s, noise).start(prepared_state(an::ground_state{}, s));
  stepper.evolve(20, path);
  stepper.advance(how.dt, largest);
  stepper.advance(how.dt, phi);
  return {allocations_in([&] { stepper.advance(how.dt, phi); }), allocations_in([&] { stepper.evolve(60, path); })};
}

/// Allocations in some 300 kicks, after those that get all buffers.
long in_event_loop(const sample& s, const auto& noise) {
  an::noise_path path(noise, an::philox(83, {}));
  auto stepper = an::event_propagator{}.prepare(s, noise).start(prepared_state(an::ground_state{}, s));
  stepper.evolve(300, path);
  const index_t before = stepper.events();
  const long n = allocations_in([&] {
    for (int t = 301; t < 400; t += 7) stepper.evolve(t, path);
  });
  CHECK(stepper.events() - before > 15);
  return n;
}

an::vector_t<double> levels(index_t sites) {
  const std::vector<double> w = potential(sites, 1.0, 82);
  return Eigen::Map<const an::vector_t<double>>(w.data(), sites);
}

struct memory {
  std::size_t peak, largest;  // bytes, above what there was
};

template <class Work>
memory memory_in(Work&& work) {
  const std::size_t before = live;
  peak = live;
  largest_piece = 0;
  work();
  return {peak - before, largest_piece};
}

/// What moves one orbital and looks at it.
template <class P>
void run_once(const P& how, const auto& s, const std::vector<index_t>& noisy) {
  an::white_noise noise(noisy, 1.0);
  an::philox rng(86, {});
  auto stepper = how.prepare(s, noise).start(an::localized_excitation{3}.prepare(s, rng));
  an::noise_path path(noise, rng);
  if constexpr (an::averaged_stepper<decltype(stepper)>)
    stepper.evolve(0.3);
  else
    stepper.evolve(0.3, path);
  const auto now = stepper.snapshot();
  CHECK(std::isfinite(now.energy() + now.densities().sum()));
  if constexpr (an::has_absorbed_energy<std::decay_t<decltype(now)>>) CHECK(std::isfinite(now.absorbed_energy()));
  if constexpr (an::has_weighted_density<std::decay_t<decltype(now)>>)
    for (int k = 0; k < 5; ++k)
      CHECK(std::isfinite(now.weighted_density(an::vector_t<double>::Constant(now.size(), 1.0 + k))));
}

/// The memory that a method takes is refused where the limit is less, and allowed where there is some more.
template <class P>
void check_count(const P& how, const auto& h, const std::vector<index_t>& noisy = {3}) {
  constexpr double gib = 1024.0 * 1024.0 * 1024.0;
  const auto limited = [&](double bytes) { return an::disorder_realization{h, {bytes / gib}}; };
  const auto taken = static_cast<double>(memory_in([&] { run_once(how, an::disorder_realization{h}, noisy); }).peak);
  MESSAGE("L x L doubles: " << taken / an::detail::matrix_bytes<double>(h.size()));
  CHECK_THROWS_WITH_AS(run_once(how, limited(0.85 * taken), noisy), doctest::Contains("memory for "),
                       std::invalid_argument);
  CHECK_NOTHROW(run_once(how, limited(1.5 * taken), noisy));
}

template <class T>
void keep(T& value) {
  asm volatile("" : : "g"(&value) : "memory");  // the compiler may otherwise leave out an unused allocation
}

}  // namespace

TEST_CASE("allocations: the counter sees new, vectors and Eigen") {
  CHECK(allocations_in([] {
          auto x = std::make_unique<int>(1);
          keep(x);
        }) == 1);
  CHECK(allocations_in([] {
          std::vector<double> x(100);
          keep(x);
        }) == 1);
  CHECK(allocations_in([] {
          matrix x(20, 20);
          keep(x);
        }) == 1);
  CHECK(allocations_in([] {
          std::array<double, 100> x{};
          keep(x);
        }) == 0);
}

TEST_CASE_TEMPLATE("allocations: none in the time loop, after the first steps", P, an::split_propagator,
                   an::krylov_propagator, an::chebyshev_propagator) {
  const sample s = chain_sample(potential(40, 1.0, 82));
  for (const std::vector<index_t>& noisy : {std::vector<index_t>{19}, std::vector<index_t>{19, 3, 30}}) {
    const counts n = in_time_loop(P{.dt = 0.1}, s, noisy);
    CHECK(n.advance == 0);
    CHECK(n.evolve == 0);
  }
}

TEST_CASE("allocations: none in a million steps at L = 100, which leave the orbitals orthonormal") {
  const sample s = chain_sample(potential(100, 1.0, 82));
  an::white_noise noise({50}, 1.0);
  an::noise_path path(noise, an::philox(85, {}));
  auto stepper = an::split_propagator{.dt = 0.1}.prepare(s, noise).start(prepared_state(an::ground_state{}, s));
  stepper.evolve(1000, path);  // gets the buffers of a long batch
  CHECK(allocations_in([&] { stepper.evolve(101000, path); }) == 0);
  const an::orbitals_t<double> x = stepper.snapshot().orbitals();
  const matrix overlap = times_adjoint(x.transpose(), x.transpose());
  const double defect = distance(overlap, matrix::Identity(x.cols(), x.cols()));
  MESSAGE("defect " << defect);
  CHECK(defect < 1e-9);  // eps times steps is 2e-10
}

TEST_CASE("allocations: none in the time loop of events, after the first ones") {
  const sample s = chain_sample(potential(40, 1.0, 82));
  for (const std::vector<index_t>& noisy : {std::vector<index_t>{19}, std::vector<index_t>{19, 3, 30}}) {
    CHECK(in_event_loop(s, an::reflections(noisy, 1.0)) == 0);
    CHECK(in_event_loop(s, an::kicks(noisy, 1.0, 1.0)) == 0);
    CHECK(in_event_loop(s, an::recorded_kicks(noisy, std::vector<an::noise_event>(1000, {0.4, 0, 2.0}))) == 0);
  }
}

TEST_CASE("allocations: none in the time loop of the noise average by Strang steps") {
  const sample s = chain_sample(potential(100, 1.0, 82));
  for (const std::vector<index_t>& noisy : {std::vector<index_t>{19}, std::vector<index_t>{19, 3, 30}}) {
    an::white_noise noise(noisy, 1.0);
    auto stepper = an::strang_noise_average{.dt = 0.1}.prepare(s, noise).start(prepared_state(an::ground_state{}, s));
    CHECK(allocations_in([&] { stepper.evolve(3); }) == 0);
    CHECK(allocations_in([&] { stepper.snapshot(); }) > 0);
  }
}

TEST_CASE("allocations: none in the time loop of several trajectories that move together") {
  const sample s = chain_sample(potential(40, 1.0, 82));
  for (const std::vector<index_t>& noisy : {std::vector<index_t>{19}, std::vector<index_t>{19, 3, 30}}) {
    constexpr index_t together = 5;
    const std::vector<an::gaussian_state<double>> states(together, prepared_state(an::ground_state{7}, s));
    const an::white_noise noise(noisy, 1.0);
    std::vector<an::noise_path<an::white_noise>> paths;
    for (index_t k = 0; k < together; ++k) paths.emplace_back(noise, an::philox(84, {an::purpose::noise, 0, k}));
    auto stepper = an::split_propagator{.dt = 0.1}.prepare(s, noise).start(std::span(states));
    stepper.evolve(60, std::span(paths));
    CHECK(allocations_in([&] { stepper.evolve(120, std::span(paths)); }) == 0);
  }
}

TEST_CASE("allocations: the counter sees those of the dense propagator, an eigenproblem per step") {
  const counts n = in_time_loop(an::dense_propagator{.dt = 0.1}, chain_sample(potential(6, 1.0, 82)), {2});
  CHECK(n.advance >= 400);
  CHECK(n.evolve >= 400);
}

TEST_CASE("allocations: a ring of 1e5 sites moves by Chebyshev in 20 vectors, far below 1 GB") {
  const memory m = memory_in([] {
    const index_t sites = 100000;
    const an::anderson_model ring{an::chain{sites, an::boundary::periodic}, {.disorder = 3.0}};
    const auto table = an::average(
        an::problem{ring, an::white_noise{{sites / 2}, 1.0}, an::localized_excitation{sites / 2}},
        an::chebyshev_propagator{}, {1.0}, an::observables{an::absorbed_energy{}}, {}, an::serial_executor{});
    CHECK(std::isfinite(table["absorbed_energy"].mean(0, 0)));
  });
  MESSAGE("peak " << m.peak << ", largest " << m.largest);
  CHECK(m.peak < 32000000);  // 20 complex vectors; 8 are seen
  CHECK(m.largest < 3200000);
}

TEST_CASE("allocations: the memory_limit counts what dense matrices and eigensystems take, by every method") {
  const auto on_square = [](auto hopping) {  // not tridiagonal
    return an::tight_binding{square{15}, hopping, levels(225)};
  };
  const auto real = on_square(1.0);
  const auto complex_h = on_square(complex(0.6, 0.8));
  const an::tight_binding tridiagonal{an::chain{225}, 1.0, levels(225)};
  check_count(an::split_propagator{}, real);
  check_count(an::split_propagator{}, complex_h);
  check_count(an::split_propagator{.active_tolerance = 0}, tridiagonal);
  check_count(an::strang_noise_average{}, real);
  check_count(an::strang_noise_average{}, complex_h);
  check_count(an::exact_noise_average{}, real);
  check_count(an::exact_noise_average{}, real, {3, 7, 9});
  check_count(an::exact_noise_average{}, complex_h);
  check_count(an::exact_noise_average{an::averaged_at::exponential_times}, real);
  check_count(an::rate_equation{}, real);
  check_count(an::dense_propagator{}, real);
}

#else

TEST_CASE("allocations: not counted, malloc belongs to a sanitizer or another C library") { MESSAGE("skipped"); }

#endif
