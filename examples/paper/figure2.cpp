// SPDX-License-Identifier: MIT
// Figure 2: entanglement entropy of single trajectories, averaged, starting from random product states.
// Half cut (a) for several disorder strengths, (b) for several chain lengths, (c) per site, on its way to saturation;
// all cuts of the longest chain (d) as a map, (e) as lines.
#include "support/command_line.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <cmath>
#include <numbers>
#include <utility>

namespace an = anderson;

/// Half-cut entropy of L sites at infinite time, exact: the mean over all Slater determinants of N = L/2 particles,
///
///     S = int_0^1 s(x) rho(x) dx,    s(x) = -x ln x - (1 - x) ln(1 - x),    rho(x) = sum_{k < L/2} (2k + 1) P_k(2x -
///     1)^2
///
/// with Legendre polynomials P_k. Equals (ln 2 - 1/2) L for large L. Midpoint rule in y, x = sin(y)^2.
double saturation_entropy(an::index_t sites) {
  const an::index_t points = 100 * sites;
  double entropy = 0;
  for (an::index_t j = 0; j < points; ++j) {
    const double y = std::numbers::pi / 2 * (static_cast<double>(j) + 0.5) / static_cast<double>(points);
    const double x = std::sin(y) * std::sin(y), rest = std::cos(y) * std::cos(y);
    double density = 0, p = 1, before = 0;
    for (an::index_t k = 0; k < sites / 2; ++k) {
      const auto n = static_cast<double>(k);
      density += (2 * n + 1) * p * p;
      before = std::exchange(p, ((2 * n + 1) * (x - rest) * p - n * before) / (n + 1));
    }
    entropy -= (x * std::log(x) + rest * std::log(rest)) * density * std::sin(2 * y);
  }
  return entropy * std::numbers::pi / 2 / static_cast<double>(points);
}

void draw(const support::options& given) {
  support::figure figure(given.output);
  const auto cost = [](an::index_t sites) { return static_cast<double>(sites * (sites / 32 + 1)); };
  const an::index_t longest = given.largest();
  support::progress_line progress("figure2", given.total_cost(cost));

  const auto run = [&](an::index_t sites, double disorder, const auto&... observable) {
    const an::problem physics{given.model(sites, disorder), an::white_noise{{an::chain{sites}.center()}, given.gamma},
                              an::random_product_state{}};
    const an::observables which{an::entanglement_entropy{sites / 2}, observable...};
    const auto on_progress =
        progress.stage("L = " + given.word(sites) + ", " + given.disorder_title(disorder), cost(sites));
    return given.with_propagator([&](const auto& method) {
      return an::average(physics, method, given.times(), which, given.plan(), given.workers(), on_progress);
    });
  };

  // The first strength is measured at all cuts, too.
  an::result_table<double> table;
  const auto first = run(longest, given.disorder.front(), an::entropy_profile{});
  an::result_table<double> half = first, all_cuts = first;
  half.columns.erase(half.columns.begin() + 1);
  all_cuts.columns.erase(all_cuts.columns.begin());
  for (const double disorder : given.disorder)
    table.append(disorder == given.disorder.front() ? half : run(longest, disorder), given.disorder_suffix(disorder));
  for (const an::index_t sites : given.sites)
    table.append(sites == longest ? half : run(sites, given.disorder.front()), "_L" + given.word(sites));
  table.append(all_cuts, "");
  progress.clear();
  table.metadata = given.metadata(progress.seconds());
  for (const an::index_t sites : given.sites)
    table.metadata.emplace_back("saturation_L" + given.word(sites), given.word(saturation_entropy(sites)));

  auto& gnuplot = figure.commands();
  const auto half_cut = [&](an::index_t sites, const std::string& suffix) -> const an::series<double>& {
    return table["entropy_cut" + given.word(sites / 2) + suffix];
  };
  gnuplot << "set xrange [0.1:" << given.t_max << "]\nset ylabel 'S' offset 1,0\nset label '(a)' at graph 0.03,0.94\n";
  figure.place(0.06, 0.485, 0.58, 0.94);
  for (std::size_t k = 0; k < given.disorder.size(); ++k)
    figure.curve(half_cut(longest, given.disorder_suffix(given.disorder[k])), given.disorder_title(given.disorder[k]),
                 k);
  figure.panel();

  const double top = figure.room_for(half.columns.front());
  gnuplot << "set yrange [0:" << top << "]\nset label '(b)' at graph 0.03,0.94\n";
  figure.place(0.555, 0.98, 0.58, 0.94);
  for (std::size_t k = 0; k < given.sites.size(); ++k) {
    const double limit = saturation_entropy(given.sites[k]);
    if (limit < top) figure.limit(limit, 0.1 * std::pow(10 * given.t_max, 0.7), given.t_max, k);
    figure.curve(half_cut(given.sites[k], "_L" + given.word(given.sites[k])), "L = " + given.word(given.sites[k]), k);
  }
  figure.clause("NaN with lines lw 2 dt (10,7) lc rgb 'black' title 't → ∞'");
  figure.panel();

  gnuplot << "set yrange [0:0.22]\nset label '(c)' at graph 0.78,0.14\nunset key\nset xlabel 't J' offset 0,0.7\n"
          << "set ylabel 'S / L' offset 2,0\nset tics font ',12' scale 0.6,0.3\nset ytics 0.1\nset xtics 100 offset "
             "0,0.3\n";
  figure.place(0.635, 0.765, 0.76, 0.92);
  for (std::size_t k = 0; k + 1 < std::max<std::size_t>(given.sites.size(), 2); ++k) {
    const an::index_t sites = given.sites[k];
    figure.limit(saturation_entropy(sites) / static_cast<double>(sites), 0.1, given.t_max, k);
    figure.curve(half_cut(sites, "_L" + given.word(sites)), "", k, "v/" + given.word(sites));
  }
  figure.panel();

  // (d): triples t, cut, S; pm3d draws the quadrangles between them.
  const an::series<double>& profile = table["entropy"];
  gnuplot << "$profile << EOD\n";
  for (std::size_t k = 0; k < table.times.size(); ++k) {
    for (an::index_t cut = 0; cut <= longest; ++cut)
      gnuplot << table.times[k] << ',' << cut << ',' << profile.mean(static_cast<an::index_t>(k), cut) << '\n';
    gnuplot << '\n';
  }
  gnuplot << "EOD\nset tics font ',15' scale 1,0.5\nset xtics 10 offset 0,0\nset ytics autofreq\nset xlabel 't J' "
             "offset 0,0.4\n"
          << "set ylabel 'cut ℓ_A' offset 1,0\nset yrange [0:" << longest
          << "]\nset label '(d)' at screen 0.073,0.447 front tc rgb 'white'\n"
          << "set pm3d map interpolate 2,2\nset palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 "
             "'#fde725')\n"
          << "set cblabel 'S'\nset tics front\n";
  figure.place(0.06, 0.42, 0.08, 0.47);
  figure.clause("$profile using 1:2:3 with pm3d notitle");
  figure.panel("splot");

  gnuplot << "unset pm3d\nset ylabel 'S' offset 1,0\nset yrange [0:" << top << "]\nset label '(e)' at graph 0.03,0.93\n"
          << "set cbrange [1:" << longest / 2 << "]\nset cblabel 'cut ℓ_A'\n";
  figure.place(0.555, 0.90, 0.08, 0.47);
  for (an::index_t cut = 1; cut <= longest / 2; ++cut)
    figure.clause("csv using 'time':'entropy[" + given.word(cut) + "]':(" + given.word(cut) +
                  ") with lines lw 1.5 lc palette notitle");
  figure.panel();
  figure.write(table, 1500, 1100);
}

int main(int argc, char** argv) {
  const std::vector<an::index_t> sites{12, 20, 50, 100};
  support::command_line line("figure2",
                             "Figure 2 of the paper: entanglement entropy, starting from random product states.",
                             {.sites = sites, .t_max = 1e4, .per_decade = 6, .noise_realizations = 2},
                             {.sites = sites, .t_max = 1e4, .disorder_realizations = 100, .noise_realizations = 10});
  return line.run(argc, argv, draw);
}
