// SPDX-License-Identifier: MIT
// Figure 1(a) of the paper to the end: energy absorbed from the noise, starting from the ground state, by the exact
// average over the noise. (a) until the chain is at infinite temperature, (b) per unit of ln t.
#include "support/command_line.hpp"
#include "support/derived.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace an = anderson;

/// What a sample can absorb until C = N / L, from the state it is in.
struct energy_to_absorb {
  std::string name() const { return "energy_to_absorb"; }
  an::index_t extent(an::index_t /*sites*/) const { return 1; }
  template <an::orbital_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    const double filling = now.occupations().sum() / static_cast<double>(now.size());
    out[0] = filling * now.hamiltonian().onsite().sum() - now.energy();
  }
};

void draw(const support::options& given, const std::string& reading) {
  support::figure figure(given.output);
  support::progress_line progress("sixteen_decades", static_cast<double>(given.disorder.size()));
  const an::index_t sites = given.largest();
  const an::exact_noise_average exact{
      .reading = reading == "time" ? an::averaged_at::time : an::averaged_at::exponential_times,
      .tolerance = 1e-6,
      .max_work = 1e7};

  an::result_table<double> table;
  std::vector<double> limits;
  std::vector<std::pair<std::string, std::string>> head{{"reading", reading}};
  for (const double disorder : given.disorder) {
    const an::problem physics{given.model(sites, disorder), an::white_noise{{an::chain{sites}.center()}, given.gamma},
                              an::ground_state{}};
    const std::string suffix = given.disorder_suffix(disorder);
    table.append(average(physics, exact, given.times(), an::observables{an::absorbed_energy{}}, given.plan(),
                         given.workers(), progress.stage(given.disorder_title(disorder), 1)),
                 suffix);
    table.columns.push_back(support::slope(table.columns.back(), table.times, "slope" + suffix));
    const auto start = average(physics, an::split_propagator{}, {0.0}, an::observables{energy_to_absorb{}},
                               given.plan(), given.workers());
    limits.push_back(start.columns.front().mean(0, 0));
    head.emplace_back("absorbed_at_infinity" + suffix, given.word(limits.back()));
  }
  progress.clear();
  table.metadata = given.metadata(progress.seconds());
  table.metadata.insert(table.metadata.end(), head.begin(), head.end());

  auto& gnuplot = figure.commands();
  figure.time_axis(given.first_time, given.t_max);
  const double highest = *std::max_element(limits.begin(), limits.end()), top = 1.2 * highest;
  gnuplot << "set yrange [0:" << top << "]\nset ylabel 'Δε / J' offset 1,0\nset label '(a)' at graph 0.03,0.94\n";
  gnuplot << "set label 't → ∞' at graph 0.5, first " << 1.05 * highest << " center\n";
  figure.place(0.06, 0.485, 0.14, 0.88);
  for (std::size_t k = 0; k < given.disorder.size(); ++k) {
    figure.limit(limits[k], given.first_time, given.t_max, k);
    figure.curve(table.columns[2 * k], given.disorder_title(given.disorder[k]), k);
  }
  figure.panel();

  gnuplot << "set yrange [0:*]\nset ylabel 'dΔε / d ln t  (J)' offset 1,0\nset label '(b)' at graph 0.03,0.94\n";
  figure.place(0.565, 0.98, 0.14, 0.88);
  for (std::size_t k = 0; k < given.disorder.size(); ++k)
    figure.curve(table.columns[2 * k + 1], given.disorder_title(given.disorder[k]), k);
  figure.panel();
  figure.write(table, 1500, 600);
}

int main(int argc, char** argv) {
  support::command_line line("sixteen_decades",
                             "Energy absorbed from the noise, averaged over it exactly, to t = 1e16 and saturation.",
                             {.sites = {100},
                              .first_time = 1,
                              .t_max = 1e16,
                              .per_decade = 4,
                              .disorder_realizations = 100,
                              .noise_realizations = 1});
  line.without({"--dt", "--noise-realizations", "--propagator"});
  line.single("--sites", "chain length L (100)");
  line.describe("--disorder", "strengths W (1 2 3 4)");
  std::string reading = "exponential";
  line.choice(
      "--reading", [&](const std::string& name) { reading = name; }, {"exponential", "time"},
      "at exponentially distributed times of mean t: an average over about one e-fold, exact to rounding; or at time t "
      "itself, slower (exponential)");
  return line.run(argc, argv, [&](const support::options& given) { draw(given, reading); });
}
