// SPDX-License-Identifier: MIT
// What functions return by value must not hand out references into itself when it goes:
//
//     const auto& e = average(...)["energy"];     const auto& n = stepper.snapshot().densities();
#include <anderson/averaged/averaged_state.hpp>
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/rate/rate_equation.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/statistics/samples.hpp>

#include <doctest/doctest.h>

#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace an = anderson;

namespace values_test {

namespace {

/// Neither a reference nor a view.
template <class T>
constexpr bool owns = !std::is_reference_v<T> && !std::ranges::view<std::remove_cvref_t<T>>;
template <class T>
T gone();

using moments = an::moments<double>;
using nested = an::nested_moments<double>;
static_assert(owns<decltype(gone<moments>().mean())> && owns<decltype(gone<moments>().m2())>);
static_assert(owns<decltype(gone<nested>().mean())> && owns<decltype(gone<nested>().variance_within())>);
static_assert(owns<decltype(gone<an::samples<double>>()[0])> && owns<decltype(gone<an::nested_samples<double>>()[0])>);
static_assert(owns<decltype(gone<an::block_samples<double>>()[0])>);
static_assert(owns<decltype(gone<an::result_table<double>>()["e"])>);
static_assert(owns<decltype(gone<an::gaussian_state<double>>().orbitals())>);
static_assert(owns<decltype(gone<an::gaussian_state<double>>().occupations())>);
static_assert(owns<decltype(gone<an::averaged_state<double>>().correlations())>);
static_assert(owns<decltype(gone<an::tight_binding<>>().onsite())> &&
              owns<decltype(gone<an::dense_hamiltonian<>>().dense())>);
static_assert(owns<decltype(gone<an::rate_generator<double>>().weights())>);

using sample = an::disorder_realization<an::tight_binding<>>;
template <class Method>
using snapshot_of = decltype(std::declval<const Method&>()
                                 .prepare(std::declval<const sample&>(), std::declval<const an::white_noise&>())
                                 .start(std::declval<const an::gaussian_state<double>&>())
                                 .snapshot());
static_assert(owns<decltype(gone<snapshot_of<an::split_propagator>>().densities())>);
static_assert(owns<decltype(gone<snapshot_of<an::split_propagator>>().local_densities())>);
static_assert(owns<decltype(gone<snapshot_of<an::exact_noise_average>>().densities())>);
static_assert(owns<decltype(gone<snapshot_of<an::rate_equation>>().densities())>);

}  // namespace

TEST_CASE("values: what average(), a sampler and a snapshot give can be bound and kept") {
  const an::problem physics{an::anderson_model{an::chain{4}, {}}, an::white_noise{{1}, 1.0}, an::ground_state{}};
  const an::observables which{an::energy{}};
  const auto& energy = an::average(physics, an::split_propagator{}, {0.0, 1.0}, which)["energy"];
  const auto& first = an::sampler(physics, an::split_propagator{}, {0.0, 1.0}, which, 1, 1)({0, 0, 1})[0];
  an::philox rng(1);
  const sample here{physics.model.draw(rng)};
  const auto stepper = an::split_propagator{}.prepare(here, physics.noise).start(physics.state.prepare(here, rng));
  const auto& n = stepper.snapshot().densities();
  CHECK(first[0] == energy.mean(0, 0));
  CHECK(n.sum() == doctest::Approx(2).epsilon(1e-14));
}

}  // namespace values_test
