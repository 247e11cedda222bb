// SPDX-License-Identifier: MIT
// Noise on a fraction p of the sites: from logarithmic spreading, one noisy site, to diffusion. The particle starts on
// a noisy site. (a) Root-mean-square displacement, (b) its exponent, 1/2 for diffusion, (c) when it leaves the
// logarithm.
//
// Every l-th site is noisy, p = 1 / l, rather than random ones: the paper's estimate of the crossover, t = exp(l / xi)
// / xi, knows one distance l only, and the largest gaps would rule random sites. The other line of (c), exp(l / 2 xi) /
// xi, says that a state halfway is enough: it is as far from the next noisy site as from the last.
#include "support/command_line.hpp"
#include "support/derived.hpp"
#include "support/gnuplot.hpp"
#include "support/options.hpp"
#include "support/progress.hpp"

#include <anderson/anderson.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace an = anderson;

/// Every l-th site, the center among them; from l = L on it alone.
std::vector<an::index_t> noisy_sites(const an::chain& chain, an::index_t l) {
  std::vector<an::index_t> sites;
  for (an::index_t i = chain.center() % l; i < chain.size(); i += l) sites.push_back(i);
  return sites;
}

/// When R is first half as large again as with one noisy site; NaN if never.
double leaves(const an::series<double>& r, const an::series<double>& one, const std::vector<double>& times) {
  for (std::size_t k = 0; k < times.size(); ++k)
    if (r.mean(static_cast<an::index_t>(k), 0) > 1.5 * one.mean(static_cast<an::index_t>(k), 0)) return times[k];
  return std::numeric_limits<double>::quiet_NaN();
}

void draw(const support::options& given, const std::vector<an::index_t>& distances) {
  support::figure figure(given.output);
  const an::chain chain{given.largest()};
  const auto cost = [&](an::index_t l) {
    const auto m = static_cast<double>(noisy_sites(chain, l).size());
    return 30 + m * m;
  };
  std::vector<an::index_t> all{chain.length};  // one noisy site
  double total = cost(chain.length);
  for (const an::index_t l : distances) {
    if (l >= chain.length) throw std::invalid_argument("--distance: " + given.word(l) + "; allowed: less than --sites");
    all.push_back(l);
    total += cost(l);
  }
  support::progress_line progress("noisy_fraction", total);
  const double xi = support::fit_eigenstates(given, chain.length, given.disorder.front()).length;

  an::result_table<double> table;
  std::vector<double> estimates, crossovers;
  std::vector<std::string> titles;
  std::vector<std::pair<std::string, std::string>> head{{"distances", given.words(all)}, {"xi", given.word(xi)}};
  for (const an::index_t l : all) {
    const bool one = l == chain.length;
    titles.push_back(one ? "one site" : "p = " + (l == 1 ? "1" : "1/" + given.word(l)));
    const an::problem physics{given.model(chain.length, given.disorder.front()),
                              an::white_noise{noisy_sites(chain, l), given.gamma},
                              an::localized_excitation{chain.center()}};
    const auto result = average(physics, an::exact_noise_average{.reading = an::averaged_at::exponential_times},
                                given.times(), an::observables{an::rms_displacement{chain, chain.center()}},
                                given.plan(progress.stage(titles.back(), cost(l))), an::thread_executor(given.threads));
    const std::string suffix = "_l" + given.word(l);
    table.append(result, suffix);
    an::series<double> logarithm = result.columns.front();
    logarithm.mean = logarithm.mean.log();
    table.columns.push_back(support::slope(logarithm, table.times, "exponent" + suffix));
    if (one) continue;
    estimates.push_back(std::exp(static_cast<double>(l) / xi) / xi);
    crossovers.push_back(leaves(result.columns.front(), table.columns.front(), table.times));
    head.emplace_back("crossover" + suffix, given.word(crossovers.back()));
    head.emplace_back("crossover_estimate" + suffix, given.word(estimates.back()));
  }
  progress.clear();
  table.metadata = given.metadata(progress.seconds());
  table.metadata.insert(table.metadata.end(), head.begin(), head.end());

  const auto sites = static_cast<double>(chain.length);
  auto& gnuplot = figure.commands();
  figure.time_axis(given.first_time, given.t_max);
  gnuplot << "set yrange [0:*]\nset ylabel 'R' offset 1,0\nset label '(a)' at graph 0.03,0.92\n";
  figure.place(0.045, 0.33, 0.14, 0.84);
  figure.limit(std::sqrt((sites * sites + 2) / 12), given.first_time, given.t_max, 6);
  for (std::size_t k = 0; k < estimates.size(); ++k)
    if (estimates[k] < given.t_max)
      gnuplot << "set arrow from " << estimates[k] << ", graph 1 rto 0, graph -0.08 back lw 2 lc rgb '"
              << figure.rgb(k + 1) << "'\n";
  for (std::size_t k = 0; k < all.size(); ++k) figure.curve(table.columns[2 * k], titles[k], k);
  figure.panel();

  gnuplot << "unset key\nset yrange [0:0.7]\nset ylabel 'd ln R / d ln t' offset 1,0\nset label '(b)' at graph "
             "0.03,0.92\n";
  figure.place(0.38, 0.665, 0.14, 0.84);
  figure.limit(0.5, given.first_time, given.t_max, 6);
  for (std::size_t k = 0; k < all.size(); ++k) figure.curve(table.columns[2 * k + 1], titles[k], k);
  figure.panel();

  gnuplot << "$crossover << END\n";
  for (std::size_t k = 0; k < crossovers.size(); ++k) gnuplot << all[k + 1] << ',' << crossovers[k] << '\n';
  gnuplot << "END\nset key above\nunset logscale x\nset logscale y\nset format x '%g'\nset format y '10^{%T}'\n"
          << "set xtics autofreq\nset xlabel 'l'\nset ylabel 't J of the crossover' offset 1,0\n"
          << "set xrange [0:" << 1.1 * static_cast<double>(*std::ranges::max_element(all.begin() + 1, all.end()))
          << "]\nset yrange [1:" << given.t_max << "]\nset label '(c)' at graph 0.03,0.92\n";
  figure.place(0.72, 0.985, 0.14, 0.84);
  figure.clause("exp(x/" + given.word(xi) + ")/" + given.word(xi) + " with lines lw 2 title 'e^{l/ξ}/ξ'");
  figure.clause("exp(x/2/" + given.word(xi) + ")/" + given.word(xi) + " with lines lw 2 dt (8,5) title 'e^{l/2ξ}/ξ'");
  figure.clause("$crossover with points pt 7 ps 1.5 lc rgb 'black' title 'R = 1.5 R of one site'");
  figure.panel();
  figure.write(table, 1900, 600);
}

int main(int argc, char** argv) {
  support::command_line line("noisy_fraction", "From one noisy site to all: from logarithmic spreading to diffusion.",
                             {.sites = {200},
                              .disorder = {4},
                              .first_time = 1,
                              .t_max = 1e12,
                              .per_decade = 4,
                              .disorder_realizations = 8,
                              .noise_realizations = 1});
  line.without({"--dt", "--noise-realizations", "--propagator", "--potential"});
  line.single("--sites", "chain length L (200)");
  line.single("--disorder", "strength W (4)");
  std::vector<an::index_t> distances{20, 10, 5, 2, 1};
  line.list<an::index_t>("--distance", distances, {[](an::index_t l) { return l >= 1; }, "integers >= 1"},
                         "distances l between noisy sites, besides one noisy site (20 10 5 2 1)");
  return line.run(argc, argv, [&](const support::options& given) { draw(given, distances); });
}
