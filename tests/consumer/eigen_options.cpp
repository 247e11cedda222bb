// SPDX-License-Identifier: MIT
// eigen_options <file>: a few numbers of the methods and observables, compared with those in the file; without a file
// they are printed. Compiled with the macros by which users choose the defaults of Eigen, which must not change them.
#include <anderson/anderson.hpp>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <vector>
namespace an = anderson;

std::vector<double> numbers;

/// Moves and measures; without average(), whose instances are expensive.
template <class Model>
void run(const Model& model, const auto& state, const auto& noise, const auto& method, const auto&... observable) {
  an::philox rng(1, {an::purpose::disorder, 0, 0});
  const an::disorder_realization realization{model.draw(rng)};
  auto stepper = method.prepare(realization, noise).start(state.prepare(realization, rng));
  an::noise_path path(noise, rng);
  if constexpr (an::averaged_stepper<decltype(stepper)>)
    stepper.evolve(3.0);
  else
    stepper.evolve(3.0, path);
  const auto now = stepper.snapshot();
  const auto measure = [&](const auto& o) {
    std::vector<typename decltype(realization)::real_type> values(static_cast<std::size_t>(o.extent(now.size())));
    o.measure(now, std::span(values));
    numbers.insert(numbers.end(), values.begin(), values.end());
  };
  (measure(observable), ...);
}

int main(int argc, char** argv) {
  const an::chain open{7}, ring{6, an::boundary::periodic};
  const an::white_noise white{{1, 4}, 1.0};
  const an::anderson_model on_chain{open, {.disorder = 2.0}};
  run(on_chain, an::ground_state{}, white, an::split_propagator{}, an::energy{}, an::entropy_profile{});
  run(on_chain, an::ground_state{}, white, an::krylov_propagator{.dt = 0.1, .tolerance = 1e-13}, an::absorbed_energy{});
  run(on_chain, an::ground_state{}, white, an::chebyshev_propagator{.dt = 0.1, .tolerance = 1e-13}, an::energy{});
  run(on_chain, an::localized_excitation{3}, white, an::exact_noise_average{.tolerance = 1e-12},
      an::density_correlations{}, an::rms_displacement{open, 3});
  run(on_chain, an::localized_excitation{3}, an::white_noise{{3}, 1.0}, an::rate_equation{}, an::density_profile{});
  const an::anderson_model in_float{ring, an::anderson_parameters<float>{1.0f, 2.0}};
  run(in_float, an::thermal_state{1.0}, an::reflections{{1, 4}, 1.0}, an::event_propagator{}, an::density_profile{},
      an::entanglement_entropy{3});

  if (argc < 2) {
    std::cout << std::setprecision(std::numeric_limits<double>::max_digits10);
    for (const double x : numbers) std::cout << x << '\n';
    return 0;
  }
  std::ifstream in(argv[1]);
  const auto in_double = numbers.size() - 7;  // the last seven are of floats
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    double expected = std::nan("");
    in >> expected;
    if (std::abs(numbers[i] - expected) <= (i < in_double ? 1e-9 : 1e-4) * std::abs(expected)) continue;
    std::cerr << "number " << i << " is " << numbers[i] << ", with the defaults of Eigen " << expected << '\n';
    return 1;
  }
  std::cout << numbers.size() << " numbers agree\n";
}
