// SPDX-License-Identifier: MIT
// Figure 3: root-mean-square displacement of a particle from the noisy site,
// (a) for several disorder strengths, (b) for several chain lengths.
#include "support/command_line.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <cmath>

namespace an = anderson;

void draw(const support::options& given) {
  support::figure figure(given.output);
  const auto cost = [&](an::index_t sites) {  // relative: eigensystem, steps
    const auto size = static_cast<double>(sites);
    return size * (size * size / 300 + static_cast<double>(given.noise_realizations) * 4.5 * given.t_max / given.dt);
  };
  const an::index_t longest = given.largest();
  support::progress_line progress("figure3", given.total_cost(cost));

  const auto run = [&](an::index_t sites, double disorder) {
    const an::chain chain{sites};
    const an::problem physics{given.model(sites, disorder), an::white_noise{{chain.center()}, given.gamma},
                              an::localized_excitation{chain.center()}};
    // With and without the factor 1/4 of eq. (17) under the root of eq. (18).
    const an::observables which{an::rms_displacement{chain, chain.center(), an::displacement_of::correlation},
                                an::rms_displacement{chain, chain.center(), an::displacement_of::probability}};
    const auto on_progress =
        progress.stage("L = " + given.word(sites) + ", " + given.disorder_title(disorder), cost(sites));
    return given.with_propagator([&](const auto& method) {
      return an::average(physics, method, given.times(), which, given.plan(), given.workers(), on_progress);
    });
  };

  an::result_table<double> table, first;
  for (const double disorder : given.disorder) {
    const auto result = run(longest, disorder);
    if (first.columns.empty()) first = result;
    table.append(result, given.disorder_suffix(disorder));
  }
  for (const an::index_t sites : given.sites)
    table.append(sites == longest ? first : run(sites, given.disorder.front()), "_L" + given.word(sites));
  progress.clear();
  table.metadata = given.metadata(progress.seconds());

  const std::string name = "rms_displacement_of_correlation";
  auto& gnuplot = figure.commands();
  gnuplot << "set xrange [0.1:" << given.t_max << "]\nset ylabel 'R' offset 1,0\nset label '(a)' at graph 0.03,0.94\n";
  figure.place(0.06, 0.485, 0.14, 0.88);
  for (std::size_t k = 0; k < given.disorder.size(); ++k)
    figure.curve(table[name + given.disorder_suffix(given.disorder[k])], given.disorder_title(given.disorder[k]), k);
  figure.panel();

  const double top = figure.room_for(first[name]);
  gnuplot << "set yrange [0:" << top << "]\nset label '(b)' at graph 0.03,0.94\n";
  figure.place(0.555, 0.98, 0.14, 0.88);
  for (std::size_t k = 0; k < given.sites.size(); ++k) {
    const auto size = static_cast<double>(given.sites[k]);
    const double limit = 0.5 * std::sqrt((size * size + 2) / 12);  // all sites alike
    if (limit < top) figure.limit(limit, 0.1 * std::pow(10 * given.t_max, 0.7), given.t_max, k);
    figure.curve(table[name + "_L" + given.word(given.sites[k])], "L = " + given.word(given.sites[k]), k);
  }
  figure.clause("NaN with lines lw 2 dt (10,7) lc rgb 'black' title 't → ∞'");
  figure.panel();
  figure.write(table, 1500, 600);
}

int main(int argc, char** argv) {
  const std::vector<an::index_t> sites{100, 200, 500, 1000};
  support::command_line line("figure3", "Figure 3 of the paper: displacement of a particle at infinite temperature.",
                             {.sites = sites, .t_max = 1e4, .disorder_realizations = 20, .noise_realizations = 1},
                             {.sites = sites, .t_max = 1e4, .disorder_realizations = 100, .noise_realizations = 10});
  return line.run(argc, argv, draw);
}
