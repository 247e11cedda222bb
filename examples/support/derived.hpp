// SPDX-License-Identifier: MIT
#pragma once

#include "options.hpp"

#include <anderson/core/types.hpp>
#include <anderson/ensemble/result_table.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/rate/rate_generator.hpp>
#include <anderson/rate/weights.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

/// d s / d ln t, from the neighbors of every time. Its error is not known: the values of a sample at two times are not
/// independent.
inline an::series<double> slope(const an::series<double>& s, const std::vector<double>& times,
                                const std::string& name) {
  an::series<double> out = s;
  out.name = name;
  out.error = out.variance_within = out.variance_between = s.mean * std::numeric_limits<double>::quiet_NaN();
  const an::index_t last = s.mean.rows() - 1;
  for (an::index_t k = 0; k <= last; ++k) {
    const an::index_t before = std::max<an::index_t>(k - 1, 0), after = std::min(k + 1, last);
    out.mean.row(k) = (s.mean.row(after) - s.mean.row(before)) /
                      std::log(times[static_cast<std::size_t>(after)] / times[static_cast<std::size_t>(before)]);
  }
  return out;
}

/// R(t) of classical hopping (paper, section IV) for a particle that starts in the state at the center.
inline an::series<double> hopping_displacement(const an::rate_generator<double>& hopping, an::index_t center,
                                               const std::vector<double>& times, const std::string& name) {
  const an::vector_t<double> start = an::vector_t<double>::Unit(hopping.size(), center);
  an::series<double> r{name, {}, {}, {}, {}};
  r.mean.resize(std::ssize(times), 1);
  for (std::size_t k = 0; k < times.size(); ++k)
    r.mean(static_cast<an::index_t>(k), 0) = an::rms_distance(hopping.populations(times[k], start), center);
  r.error = r.variance_within = r.variance_between = 0 * r.mean;
  return r;
}

/// How eigenstates decay: |<a|c>|^2 = prefactor exp(-|x_a - c| / length), x_a the mean position of state a.
struct exponential_decay {
  double length, prefactor;
};

/// The straight line through ln |<a|c>|^2 against |x_a - c|, least squares over the states of all samples: the
/// localization length xi of eq. (21), which replaces the one by the other. It belongs to probabilities, half that of
/// amplitudes, and averages over all energies.
/// @throws std::invalid_argument  they do not decay.
inline exponential_decay fit_eigenstates(const options& given, an::index_t sites, double disorder) {
  const auto model = given.model(sites, disorder);
  const an::index_t center = an::chain{sites}.center();
  const an::vector_t<double> position = an::vector_t<double>::LinSpaced(sites, 0, static_cast<double>(sites - 1));
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (an::index_t d = 0; d < given.disorder_realizations; ++d) {
    an::philox rng(given.seed, {an::purpose::disorder, d, 0});  // the samples of average()
    const an::disorder_realization sample{model.draw(rng)};
    const an::matrix_t<double> states = sample.eigensystem().vectors.cwiseAbs2();
    for (an::index_t a = 0; a < sites; ++a) {
      if (!(states(center, a) > 0)) continue;
      const double distance = std::abs(position.dot(states.col(a)) - static_cast<double>(center));
      const double logarithm = std::log(states(center, a));
      n += 1, x += distance, y += logarithm, xx += distance * distance, xy += distance * logarithm;
    }
  }
  const double decay = -(n * xy - x * y) / (n * xx - x * x);
  const bool ordered = given.potential.empty() && disorder == 0;
  if (ordered || !(decay > 0 && std::isfinite(decay)))
    throw std::invalid_argument((given.potential.empty() ? "--disorder: " + given.word(disorder) : "--potential") +
                                "; allowed: enough to localize the eigenstates of " + given.word(sites) + " sites");
  return {1 / decay, std::exp((y + decay * x) / n)};
}

}  // namespace support
