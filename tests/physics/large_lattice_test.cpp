// SPDX-License-Identifier: MIT
// Lattices too large for a matrix: what needs none runs, the rest is refused at once and says what to do.
#include <anderson/averaged/dense_noise_average.hpp>
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/averaged/strang_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/model/given_hamiltonian.hpp>
#include <anderson/noise/kicks.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/propagate/chebyshev.hpp>
#include <anderson/propagate/dense.hpp>
#include <anderson/propagate/event.hpp>
#include <anderson/propagate/krylov.hpp>
#include <anderson/propagate/split.hpp>
#include <anderson/rate/rate_equation.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>
#include <anderson/state/thermal.hpp>

#include <doctest/doctest.h>

#include "support/square.hpp"

#include <chrono>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

namespace large_lattice_test {

namespace {

using an::index_t;

const support::square plane{100};
const index_t center = plane.size() / 2 + plane.width / 2;
const an::anderson_model model{plane, {.hopping = 1.0, .disorder = 1.5}};
const an::white_noise noise{{center}, 1.0};

auto realization(an::memory_limit limit = {}) {
  an::philox rng(3, {an::purpose::disorder, 0, 0});
  return an::disorder_realization{model.draw(rng), limit};
}

/// Refused within a second, and how.
template <class Work>
void check_refused(Work&& work, const std::string& what) {
  CAPTURE(what);
  const auto start = std::chrono::steady_clock::now();
  std::string said;
  try {
    work();
  } catch (const std::invalid_argument& e) {
    said = e.what();
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
  for (const std::string& words :
       {"memory for " + what + " of 10000 sites = ", std::string(" GiB; allowed: at most the memory_limit, 1 GiB"),
        std::string("chebyshev_propagator or krylov_propagator")}) {
    CAPTURE(said);
    CHECK(said.find(words) != std::string::npos);
  }
}

/// An action without bounds of its spectrum.
template <class H>
struct action_only {
  using scalar_type = typename H::scalar_type;
  H h;
  index_t size() const { return h.size(); }
  void apply(const an::orbitals_t<double>& in, an::orbitals_t<double>& out) const { h.apply(in, out); }
};

}  // namespace

TEST_CASE("large lattice: one orbital on 100 x 100 sites moves by Chebyshev and Krylov, with the same result") {
  const an::problem physics{model, noise, an::localized_excitation{center}};
  const an::observables which{an::energy{}, an::density_profile{}};
  const auto one = an::average(physics, an::chebyshev_propagator{.tolerance = 1e-12}, {1.0}, which);
  const auto two = an::average(physics, an::krylov_propagator{.tolerance = 1e-12}, {1.0}, which);
  CHECK((one["density"].mean - two["density"].mean).abs().maxCoeff() < 1e-10);  // 10 steps
  CHECK(std::abs(one["density"].mean.sum() - 1) < 1e-12);
  CHECK(one["density"].mean(0, center) < 0.9);
}

TEST_CASE("large lattice: what needs a matrix of 100 x 100 sites is refused at once, with what to do") {
  const auto sample = realization();
  const an::reflections events({center}, 1.0);
  an::philox rng;
  const std::string eigensystem = "an eigensystem";
  check_refused([&] { sample.eigensystem(); }, eigensystem);
  check_refused([&] { an::split_propagator{}.prepare(sample, noise); }, eigensystem);
  check_refused([&] { an::event_propagator{}.prepare(sample, events); }, eigensystem);
  check_refused([&] { an::exact_noise_average{}.prepare(sample, noise); }, "exact_noise_average");
  check_refused([&] { an::strang_noise_average{}.prepare(sample, noise); }, "strang_noise_average");
  check_refused([&] { an::rate_equation{}.prepare(sample, noise); }, eigensystem);
  check_refused([&] { an::dense_propagator{}.prepare(sample, noise); }, "dense_propagator");
  check_refused([&] { an::ground_state{}.prepare(sample, rng); }, eigensystem);
  check_refused([&] { an::thermal_state{1.0}.prepare(sample, rng); }, eigensystem);
  CHECK_THROWS_AS(an::dense_noise_average{}.prepare(sample, noise), std::invalid_argument);
  const an::observables energy{an::energy{}};
  check_refused(
      [&] {
        an::average(an::problem{model, noise, an::localized_excitation{center}}, an::split_propagator{}, {1.0}, energy);
      },
      eigensystem);
  check_refused(
      [&] {
        an::average(an::problem{model, noise, an::ground_state{1}}, an::chebyshev_propagator{}, {1.0}, energy);
      },
      eigensystem);
}

TEST_CASE("large lattice: a Hamiltonian without bounds of its spectrum is refused by Chebyshev where its matrix is") {
  const auto lattice = realization();
  const an::disorder_realization sample{action_only<an::tight_binding<double>>{lattice.hamiltonian()}, {0.5}};
  CHECK_THROWS_WITH_AS(an::chebyshev_propagator{}.prepare(sample, noise),
                       "anderson: memory for a matrix that bounds the spectrum of 10000 sites = 0.745 GiB; allowed: at "
                       "most the memory_limit, 0.5 GiB (of plan, or of disorder_realization: raise it); or "
                       "gershgorin() of the Hamiltonian (core/capabilities.hpp), or krylov_propagator",
                       std::invalid_argument);
  CHECK_NOTHROW(an::krylov_propagator{}.prepare(sample, noise));
}

TEST_CASE("large lattice: the limit is that of the realization, and in GiB") {
  CHECK_NOTHROW(realization({4.5}).check_eigensystem());  // six matrices of 0.745 GiB
  CHECK_THROWS_AS(realization({4.4}).check_eigensystem(), std::invalid_argument);
  CHECK(realization({3}).memory_limit().gib == 3);
  CHECK_NOTHROW(an::split_propagator{}.prepare(realization({4.5}), noise));
  CHECK_THROWS_WITH_AS(realization({0}), doctest::Contains("memory_limit = 0; allowed: above 0"),
                       std::invalid_argument);
  CHECK_THROWS_AS(an::dense_matrix(realization().hamiltonian(), {0.7}), std::invalid_argument);
}

TEST_CASE("large lattice: a particle on a chain of 1e5 sites needs a window only") {
  const an::problem physics{an::anderson_model{an::chain{100000}, {.disorder = 3.0}}, an::white_noise{{50000}, 1.0},
                            an::localized_excitation{50000}};
  const auto table = an::average(physics, an::split_propagator{}, {1.0}, an::observables{an::energy{}});
  CHECK(std::isfinite(table["energy"].mean(0, 0)));
  const an::problem everywhere{an::anderson_model{an::chain{100000}, {.disorder = 3.0}},
                               an::white_noise{{0, 99999}, 1.0}, an::localized_excitation{0}};
  CHECK_THROWS_WITH_AS(an::average(everywhere, an::split_propagator{}, {1.0}, an::observables{an::energy{}}),
                       doctest::Contains("an eigensystem of 100000 sites = 149 GiB"), std::invalid_argument);
}

}  // namespace large_lattice_test
