// SPDX-License-Identifier: MIT
// Figure 1: energy absorbed from the noise, starting from the ground state.
// (a) for several disorder strengths, (b) for several chain lengths, (c) energy density on its way to infinite
// temperature.
#include "support/command_line.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <cmath>

namespace an = anderson;

/// tr(C h) / L, measured from its value at infinite temperature, C = N / L. That value, tr(h) N / L^2, is 0 on average
/// over the disorder (paper eq. 13); measured in every sample it takes most of the scatter with it.
struct excess_energy_density {
  std::string name() const { return "excess_energy_density"; }
  an::index_t extent(an::index_t /*sites*/) const { return 1; }
  template <an::orbital_snapshot Snapshot>
  void measure(const Snapshot& now, std::span<typename Snapshot::real_type> out) const {
    const auto sites = static_cast<double>(now.size());
    const double at_infinity = now.occupations().sum() / sites * now.hamiltonian().onsite().sum();
    out[0] = (now.energy() - at_infinity) / sites;
  }
};

void draw(const support::options& given) {
  support::figure figure(given.output);
  const auto cost = [](an::index_t sites) { return static_cast<double>(sites * (sites / 32 + 1)); };
  support::progress_line progress("figure1", given.total_cost(cost));

  const auto run = [&](an::index_t sites, double disorder) {
    const an::problem physics{given.model(sites, disorder), an::white_noise{{an::chain{sites}.center()}, given.gamma},
                              an::ground_state{}};
    const an::observables which{an::absorbed_energy{}, an::energy{}, excess_energy_density{}};
    const auto on_progress =
        progress.stage("L = " + given.word(sites) + ", " + given.disorder_title(disorder), cost(sites));
    return given.with_propagator([&](const auto& method) {
      return an::average(physics, method, given.times(), which, given.plan(), given.workers(), on_progress);
    });
  };

  an::result_table<double> table, first;
  for (const double disorder : given.disorder) {
    const auto result = run(given.largest(), disorder);
    if (first.columns.empty()) first = result;
    table.append(result, given.disorder_suffix(disorder));
  }
  for (const an::index_t sites : given.sites)
    table.append(sites == given.largest() ? first : run(sites, given.disorder.front()), "_L" + given.word(sites));
  progress.clear();
  table.metadata = given.metadata(progress.seconds());

  auto& gnuplot = figure.commands();
  gnuplot << "set xrange [0.1:" << given.t_max << "]\nset ylabel 'Δε / J' offset 1,0\n"
          << "set label '(a)' at graph 0.03,0.94\n";
  figure.place(0.07, 0.485, 0.14, 0.88);
  for (std::size_t k = 0; k < given.disorder.size(); ++k)
    figure.curve(table["absorbed_energy" + given.disorder_suffix(given.disorder[k])],
                 given.disorder_title(given.disorder[k]), k);
  figure.panel();

  const double top = figure.room_for(first["absorbed_energy"]);
  gnuplot << "set yrange [0:" << top << "]\nset label '(b)' at graph 0.03,0.94\n";
  figure.place(0.565, 0.98, 0.14, 0.88);
  for (std::size_t k = 0; k < given.sites.size(); ++k) {
    const std::string suffix = "_L" + given.word(given.sites[k]);
    const auto& absorbed = table["absorbed_energy" + suffix];
    const double limit =
        absorbed.mean(0, 0) - static_cast<double>(given.sites[k]) * table["excess_energy_density" + suffix].mean(0, 0);
    if (limit < top) figure.limit(limit, 0.1 * std::pow(10 * given.t_max, 0.7), given.t_max, k);
    figure.curve(absorbed, "L = " + given.word(given.sites[k]), k);
  }
  figure.clause("NaN with lines lw 2 dt (10,7) lc rgb 'black' title 't → ∞'");
  figure.panel();

  gnuplot << "set yrange [*:0.06]\nset label '(c)' at graph 0.78,0.14\nunset key\nset xlabel 't J' offset 0,0.7\n"
          << "set ylabel '(ε − ε_∞) / L J' offset 2,0\nset tics font ',12' scale 0.6,0.3\nset ytics 0.2\nset xtics 100 "
             "offset 0,0.3\n";
  figure.place(0.665, 0.80, 0.53, 0.86);
  figure.limit(0, 0.1, given.t_max, 6);
  for (std::size_t k = 0; k + 1 < std::max<std::size_t>(given.sites.size(), 2); ++k)
    figure.curve(table["excess_energy_density_L" + given.word(given.sites[k])], "", k);
  figure.panel();
  figure.write(table, 1500, 600);
}

int main(int argc, char** argv) {
  const std::vector<an::index_t> sites{12, 20, 50, 100};
  support::command_line line("figure1", "Figure 1 of the paper: energy absorbed from the noise.",
                             {.sites = sites, .t_max = 1e4, .noise_realizations = 2},
                             {.sites = sites, .t_max = 1e4, .disorder_realizations = 100, .noise_realizations = 10});
  return line.run(argc, argv, draw);
}
