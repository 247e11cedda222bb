// SPDX-License-Identifier: MIT
// A lattice of your own: the square lattice. Sites, bonds and a distance are all that the library needs.
#include <algorithm>
#include <anderson/anderson.hpp>
#include <cmath>
#include <iostream>
#include <numbers>
namespace an = anderson;

/// Open square lattice; site (x, y) has the number x + width y.
struct square_lattice {
  an::index_t width, height;

  an::index_t size() const { return width * height; }

  void for_each_bond(auto&& visit) const {
    for (an::index_t i = 0; i < size(); ++i) {
      if (i % width + 1 < width) visit(i, i + 1);
      if (i + width < size()) visit(i, i + width);
    }
  }

  double squared_distance(an::index_t i, an::index_t j) const {  // only for displacements
    const auto x = static_cast<double>(i % width - j % width), y = static_cast<double>(i / width - j / width);
    return x * x + y * y;
  }
};
static_assert(an::metric_lattice<square_lattice>);

int main() {
  // Without disorder the energies are sums of those of two chains: -2 cos(pi k / (width + 1)) - 2 cos(...).
  const square_lattice clean{7, 5};
  const auto chain_energy = [](an::index_t k, an::index_t length) {
    return -2 * std::cos(std::numbers::pi * static_cast<double>(k) / static_cast<double>(length + 1));
  };
  an::vector_t<double> exact(clean.size());
  for (an::index_t i = 0; i < clean.size(); ++i)
    exact[i] = chain_energy(i % clean.width + 1, clean.width) + chain_energy(i / clean.width + 1, clean.height);
  std::sort(exact.begin(), exact.end());
  const an::disorder_realization sample{an::tight_binding{clean, 1.0, an::vector_t<double>::Zero(clean.size())}};
  const double defect = (sample.eigensystem().values - exact).cwiseAbs().maxCoeff();
  std::cout << "clean spectrum: largest error " << defect << '\n';
  if (!(defect < 1e-12)) {
    std::cerr << "custom_lattice: the clean spectrum is wrong by " << defect << '\n';
    return 1;
  }

  // With disorder and noise, a particle ends anywhere with equal probability, here within the time shown.
  const square_lattice plane{5, 3};
  const an::index_t origin = plane.size() / 2;
  const an::problem physics{an::anderson_model{plane, {.disorder = 1.0}}, an::white_noise{{origin}, 1.0},
                            an::localized_excitation{origin}};
  const auto result = an::average(physics, an::split_propagator{.dt = 0.1}, an::log_times(1, 1e3, 1),
                                  an::observables{an::rms_displacement{plane, origin}},
                                  {.disorder_realizations = 50, .noise_realizations = 10});
  const auto& r = result["rms_displacement"];
  for (an::index_t k = 0; k < r.mean.rows(); ++k)
    std::cout << "t = " << result.times[static_cast<std::size_t>(k)] << "  R = " << r.mean(k, 0) << " +- "
              << r.error(k, 0) << '\n';

  double limit = 0;
  for (an::index_t i = 0; i < plane.size(); ++i)
    limit += plane.squared_distance(i, origin) / static_cast<double>(plane.size());
  std::cout << "infinite time: R = " << std::sqrt(limit) << '\n';
  if (std::abs(r.mean(3, 0) - std::sqrt(limit)) < 5 * r.error(3, 0)) return 0;
  std::cerr << "custom_lattice: R = " << r.mean(3, 0) << " at t = 1e3, expected " << std::sqrt(limit) << '\n';
  return 1;
}
