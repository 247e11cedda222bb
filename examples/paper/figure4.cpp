// SPDX-License-Identifier: MIT
// Figure 4: classical hopping between localized states, section IV. Root-mean-square distance from the noisy site
// (a) for several localization lengths xi, (b) in units of xi against xi t.
#include "support/command_line.hpp"
#include "support/derived.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace an = anderson;

struct rate_options {
  std::vector<double> xi = {1, 2, 5, 10};
  int gamma_power = 2;
  bool normalized = false;
  bool eigenstates = false;
};

/// R(t) with the weights of eq. (21), for a particle that starts in the state at the center.
an::series<double> model_states(const support::options& given, const rate_options& rate, double xi) {
  const an::chain chain{given.largest()};
  an::vector_t<double> weights = an::exponential_weights(chain.length, chain.center(), xi);
  if (rate.normalized) weights = an::normalized(weights);
  return support::hopping_displacement({weights, given.gamma, rate.gamma_power}, chain.center(), given.times(),
                                       "R_xi" + given.word(xi));
}

/// R(t) with the true eigenstates of eq. (20), for a particle that starts on the noisy site, averaged over disorder.
an::result_table<double> true_states(const support::options& given, const rate_options& rate, double disorder,
                                     const an::progress_callback& on_progress) {
  const an::chain chain{given.largest()};
  const an::problem physics{given.model(chain.length, disorder), an::white_noise{{chain.center()}, given.gamma},
                            an::localized_excitation{chain.center()}};
  an::plan plan = given.plan();
  plan.noise_realizations = 1;  // there is nothing to sample
  return an::average(physics, an::rate_equation{.power_of_gamma = rate.gamma_power}, given.times(),
                     an::observables{an::rms_displacement{chain, chain.center()}}, plan, given.workers(), on_progress);
}

void draw(const support::options& given, const rate_options& rate) {
  support::figure figure(given.output);
  support::progress_line progress("figure4", static_cast<double>(given.disorder.size()));
  an::result_table<double> table;
  table.times = given.times();
  for (const double xi : rate.xi) table.columns.push_back(model_states(given, rate, xi));
  if (rate.eigenstates)
    for (const double disorder : given.disorder)
      table.append(true_states(given, rate, disorder, progress.stage(given.disorder_title(disorder), 1)),
                   "_eigenstates" + given.disorder_suffix(disorder));
  progress.clear();
  table.metadata = {{"version", an::version},
                    {"sites", given.word(given.largest())},
                    {"xi", given.words(rate.xi)},
                    {"weights", rate.normalized ? "exp(-|a - center| / xi), normalized" : "exp(-|a - center| / xi)"},
                    {"gamma", given.word(given.gamma)},
                    {"gamma_power", given.word(rate.gamma_power)},
                    {"t_max", given.word(given.t_max)},
                    {"per_decade", given.word(given.per_decade)}};
  for (const auto& line : given.metadata(progress.seconds()))
    if (line.first == "threads" || line.first == "wall_time_seconds" ||
        (rate.eigenstates &&
         (line.first == "disorder" || line.first == "disorder_realizations" || line.first == "seed")))
      table.metadata.push_back(line);

  double top = 0;
  for (const auto& s : table.columns) top = std::max(top, figure.room_for(s));
  const auto sites = static_cast<double>(given.largest());
  const double limit = std::sqrt((sites * sites + 2) / 12);
  auto& gnuplot = figure.commands();
  gnuplot << "set xrange [0.1:" << given.t_max << "]\nset yrange [0:" << top << "]\nset ylabel 'R' offset 1,0\n"
          << (given.t_max > 1e6 ? "set xtics 1,1000\nunset mxtics\n" : "") << "set label '(a)' at graph 0.03,0.94\n";
  figure.place(0.06, 0.485, 0.14, 0.88);
  if (limit < top) figure.limit(limit, 0.1 * std::pow(10 * given.t_max, 0.7), given.t_max, 6);
  for (std::size_t k = 0; k < rate.xi.size(); ++k) figure.curve(table.columns[k], "ξ = " + given.word(rate.xi[k]), k);
  for (std::size_t k = rate.xi.size(); k < table.columns.size(); ++k)
    figure.curve(table.columns[k], given.disorder_title(given.disorder[k - rate.xi.size()]), k);
  figure.panel();

  // Rates are proportional to g_a sum_b g_b: to xi, or to 1 / xi if the weights are normalized.
  gnuplot << "set xrange [*:*]\nset yrange [0:1<*]\nset ylabel 'R / ξ' offset 1,0\nset xlabel '"
          << (rate.normalized ? "t J / ξ" : "ξ t J") << "' offset 0,0.4\nset label '(b)' at graph 0.03,0.94\n";
  figure.place(0.555, 0.98, 0.14, 0.88);
  for (std::size_t k = 0; k < rate.xi.size(); ++k) {
    const std::string xi = given.word(rate.xi[k]);
    figure.curve(table.columns[k], "ξ = " + xi, k, "v/" + xi, (rate.normalized ? "t/" : "t*") + xi,
                 "linespoints lw 1.5 ps 1.7 pt " + std::to_string(4 + 2 * k) + " pi " +
                     given.word(given.per_decade * 6 / 5 + 1));
  }
  figure.panel();
  figure.write(table, 1500, 600);
}

int main(int argc, char** argv) {
  const support::options quick{.sites = {1000}, .disorder = {1, 2, 3, 4}, .t_max = 1e12};
  support::options paper = quick;
  paper.disorder_realizations = 100;
  support::command_line line(
      "figure4",
      "Figure 4 of the paper: the classical picture. --disorder, --potential, --disorder-realizations and --seed "
      "have a part in it with --eigenstates only.",
      quick, paper);
  line.without({"--dt", "--noise-realizations", "--propagator"});
  line.single("--sites", "chain length L (1000)");
  line.describe("--disorder", "strengths W (1 2 3 4)");
  rate_options rate;
  line.list<double>("--xi", rate.xi, line.numbers(0.01, 1e6), "localization lengths (1 2 5 10)");
  line.number<int>("--gamma-power", rate.gamma_power, line.integers(1, 2),
                   "n in the rates gamma^n g_a g_b: 2 as printed (default), 1 as it follows from eq. (4)");
  line.flag("--normalized", rate.normalized, "weights that sum to 1, as those of true states do");
  line.flag("--eigenstates", rate.eigenstates, "also with true eigenstates, for every strength of the disorder");
  line.only_with("--eigenstates", {"--disorder", "--potential", "--disorder-realizations", "--seed"});
  return line.run(argc, argv, [&](const support::options& given) { draw(given, rate); });
}
