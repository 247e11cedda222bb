// SPDX-License-Identifier: MIT
// How good is the classical picture of section IV? Root-mean-square displacement from the noisy site by the exact
// average over the noise, the rate equation between the true eigenstates (eqs. 19, 20), and the model of eq. (21) as
// printed and with normalized weights and rates linear in gamma. (a) Mean over disorder, (b) single samples, (c) other
// strengths of the noise, (d) ratios to the exact R.
//
// The xi of eq. (21) is fitted to what it stands for: see support::fit_eigenstates.
#include "support/command_line.hpp"
#include "support/derived.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace an = anderson;

constexpr std::size_t samples = 3;  // shown one by one

/// Both averages for one strength of the noise: R_exact, R_eigenstates.
an::result_table<double> run(const support::options& given, double gamma, support::progress_line& progress) {
  const an::chain chain{given.largest()};
  const an::problem physics{given.model(chain.length, given.disorder.front()), an::white_noise{{chain.center()}, gamma},
                            an::localized_excitation{chain.center()}};
  const an::observables which{an::rms_displacement{chain, chain.center()}};
  auto table =
      average(physics, an::exact_noise_average{.tolerance = 1e-4, .max_work = 2e6}, given.times(), which, given.plan(),
              given.workers(),
              progress.stage("gamma = " + given.word(gamma), static_cast<double>(given.disorder_realizations)));
  table.columns.front().name = "R_exact";
  auto classical = average(physics, an::rate_equation{}, given.times(), which, given.plan(), given.workers());
  classical.columns.front().name = "R_eigenstates";
  table.append(classical, "");
  return table;
}

void draw(const support::options& given, const std::vector<double>& gammas) {
  support::figure figure(given.output);
  support::progress_line progress(
      "rate_equation_against_exact",
      static_cast<double>(given.disorder_realizations) * static_cast<double>(gammas.size()) + samples);
  const an::index_t sites = given.largest(), center = an::chain{sites}.center();
  const std::vector<double> times = given.times();
  const support::exponential_decay decay = support::fit_eigenstates(given, sites, given.disorder.front());
  const an::vector_t<double> weights = an::exponential_weights(sites, center, decay.length);

  an::result_table<double> table;
  for (const double gamma : gammas) {
    auto result = run(given, gamma, progress);
    result.columns.push_back(support::hopping_displacement({weights, gamma, 2}, center, times, "R_eq21"));
    result.columns.push_back(
        support::hopping_displacement({an::normalized(weights), gamma, 1}, center, times, "R_normalized"));
    table.append(result, "_gamma" + given.word(gamma));
  }
  for (std::size_t d = 0; d < samples; ++d) {  // of other seeds
    support::options one = given;
    one.seed += d;
    one.disorder_realizations = 1;
    table.append(run(one, gammas.front(), progress), "_seed" + given.word(one.seed));
  }
  progress.clear();
  table.metadata = given.metadata(progress.seconds());
  table.metadata.insert(table.metadata.end(),
                        {{"gamma", given.words(gammas)},
                         {"xi", given.word(decay.length)},
                         {"xi_is", "of the straight line through ln |<a|c>|^2 against |x_a - c|, all eigenstates a"},
                         {"prefactor_fitted", given.word(decay.prefactor)},
                         {"prefactor_normalized", given.word(1 / weights.sum())}});

  const auto column = [&](std::size_t gamma, std::size_t which) -> auto& { return table.columns[4 * gamma + which]; };
  const auto single = [&](std::size_t d, std::size_t which) -> auto& {
    return table.columns[4 * gammas.size() + 2 * d + which];
  };
  const std::string dashed = "lines lw 2 dt (8,5)", dotted = "lines lw 2 dt (2,3)";
  // Without error band.
  const auto line = [&](an::series<double> s, const std::string& title, std::size_t color, const std::string& style,
                        const std::string& y = "v") {
    s.error.setZero();
    figure.curve(s, title, color, y, "t", style);
  };
  const auto strength = [&](std::size_t g) { return "γ = " + given.word(gammas[g]); };
  auto& gnuplot = figure.commands();
  figure.time_axis(given.first_time, given.t_max);
  gnuplot << "set key inside bottom right vertical maxrows 8\nset yrange [0:*]\nset ylabel 'R' offset 1,0\n"
          << "set label '(a)' at graph 0.03,0.92\n";
  figure.place(0.06, 0.485, 0.57, 0.98);
  figure.curve(column(0, 0), "exact, " + strength(0), 0);
  line(column(0, 1), "eigenstates", 1, dashed);
  line(column(0, 2), "eq. (21)", 2, dotted);
  line(column(0, 3), "eq. (21), normalized", 3, dotted);
  figure.panel();

  gnuplot << "set label '(b)' at graph 0.03,0.92\n";
  figure.place(0.555, 0.98, 0.57, 0.98);
  for (std::size_t d = 0; d < samples; ++d) {
    figure.curve(single(d, 0), "sample " + given.word(d + 1), d);
    figure.curve(single(d, 1), "", d, "v", "t", dashed);
  }
  figure.clause("NaN with " + dashed + " lc rgb 'black' title 'eigenstates'");
  figure.panel();

  gnuplot << "set label '(c)' at graph 0.03,0.92\n";
  figure.place(0.06, 0.485, 0.075, 0.485);
  for (std::size_t g = 0; g < gammas.size(); ++g) {
    line(column(g, 0), strength(g), g, "lines lw 2.5");
    line(column(g, 1), "", g, dashed);
    line(column(g, 2), "", g, dotted);
  }
  figure.clause("NaN with " + dashed + " lc rgb 'black' title 'eigenstates'");
  figure.clause("NaN with " + dotted + " lc rgb 'black' title 'eq. (21)'");
  figure.panel();

  gnuplot << "set yrange [0:2]\nset ylabel 'R / R exact' offset 1,0\nset label '(d)' at graph 0.92,0.08\n"
          << "set key top right\n";
  figure.place(0.555, 0.98, 0.075, 0.485);
  figure.limit(1, given.first_time, given.t_max, 6);
  for (std::size_t g = 0; g < gammas.size(); ++g) {
    const std::string over_exact = "v/column('" + column(g, 0).name + "')";
    line(column(g, 1), "eigenstates, " + strength(g), g, dashed, over_exact);
    line(column(g, 2), "eq. (21), " + strength(g), g, dotted, over_exact);
  }
  figure.panel();
  figure.write(table, 1500, 1100);
}

int main(int argc, char** argv) {
  support::command_line line("rate_equation_against_exact",
                             "The classical rate equation of section IV against the exact average over the noise.",
                             {.sites = {150},
                              .disorder = {3},
                              .first_time = 1,
                              .t_max = 1e16,
                              .per_decade = 4,
                              .disorder_realizations = 20,
                              .noise_realizations = 1});
  line.without({"--dt", "--noise-realizations", "--propagator", "--potential", "--gamma"});
  line.single("--sites", "chain length L (150)");
  line.single("--disorder", "strength W (3)");
  std::vector<double> gammas{1, 0.1, 10};
  line.list<double>("--gamma", gammas, {[](double x) { return 0 < x && x <= 1e6; }, "numbers > 0, up to 10^6"},
                    "strengths of the noise; panels at one strength take the first (1 0.1 10)");
  return line.run(argc, argv, [&](const support::options& given) { draw(given, gammas); });
}
