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
#include <string>
#include <vector>

namespace an = anderson;

/// Every l-th site, the center among them; from l = L on it alone.
std::vector<an::index_t> noisy_sites(const an::chain& chain, an::index_t l) {
  std::vector<an::index_t> sites;
  for (an::index_t i = chain.center() % l; i < chain.size(); i += l) sites.push_back(i);
  return sites;
}

/// When R first exceeds `factor` times the other R, or the number `factor` alone; NaN if never.
double exceeds(const an::series<double>& r, double factor, const an::series<double>* other,
               const std::vector<double>& times) {
  for (an::index_t k = 0; k < r.mean.rows(); ++k)
    if (r.mean(k, 0) > factor * (other ? other->mean(k, 0) : 1)) return times[static_cast<std::size_t>(k)];
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
    all.push_back(l);
    total += cost(l);
  }
  support::progress_line progress("noisy_fraction", total);
  const double xi = support::fit_eigenstates(given, chain.length, given.disorder.front()).length;

  an::result_table<double> table;
  std::vector<double> estimates, leaves, arrives;
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
                                given.plan(), given.workers(), progress.stage(titles.back(), cost(l)));
    const std::string suffix = "_l" + given.word(l);
    table.append(result, suffix);
    an::series<double> logarithm = result.columns.front();
    logarithm.mean = logarithm.mean.log();
    table.columns.push_back(support::slope(logarithm, table.times, "exponent" + suffix));
    if (one) continue;
    estimates.push_back(std::exp(static_cast<double>(l) / xi) / xi);
    leaves.push_back(exceeds(result.columns.front(), 1.5, &table.columns.front(), table.times));
    arrives.push_back(exceeds(result.columns.front(), static_cast<double>(l), nullptr, table.times));
    head.emplace_back("leaves_logarithm" + suffix, given.word(leaves.back()));
    head.emplace_back("reaches_next_noisy_site" + suffix, given.word(arrives.back()));
    head.emplace_back("estimate" + suffix, given.word(estimates.back()));
  }
  progress.clear();
  table.metadata = given.metadata(progress.seconds());
  table.metadata.insert(table.metadata.end(), head.begin(), head.end());

  const auto sites = static_cast<double>(chain.length);
  auto& gnuplot = figure.commands();
  figure.time_axis(given.first_time, given.t_max);
  const double limit = std::sqrt((sites * sites + 2) / 12);
  gnuplot << "set yrange [0:" << 1.2 * limit << "]\nset ylabel 'R' offset 1,0\nset label '(a)' at graph 0.03,0.79\n";
  figure.place(0.045, 0.33, 0.14, 0.84);
  figure.limit(limit, given.first_time, given.t_max, 6);
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
  for (std::size_t k = 0; k < leaves.size(); ++k)
    gnuplot << all[k + 1] << ',' << leaves[k] << ',' << arrives[k] << '\n';
  gnuplot << "END\nset key inside bottom right vertical maxrows 4 spacing 1.1\nunset logscale x\nset logscale y\n"
          << "set format x '%g'\nset format y '10^{%T}'\nset xtics autofreq\nset ytics 1e-2,100\nunset mytics\n"
          << "set xlabel 'l'\nset ylabel 't J' offset 1,0\nset yrange [1e-3:" << given.t_max
          << "]\nset xrange [0:" << 1.1 * static_cast<double>(*std::max_element(all.begin() + 1, all.end())) << "]\n"
          << "set label '(c)' at graph 0.03,0.92\n";
  figure.place(0.72, 0.985, 0.14, 0.84);
  const std::string x = given.word(xi), lines = " with lines lw 2 lc rgb '" + figure.rgb(6) + "' ";
  figure.clause("exp(x/" + x + ")/" + x + lines + "title 'exp(l/ξ)/ξ'");
  figure.clause("exp(x/2/" + x + ")/" + x + lines + "dt (8,5) title 'exp(l/2ξ)/ξ'");
  figure.clause("$crossover using 1:3 with points pt 7 ps 1.6 lc rgb '" + figure.rgb(0) + "' title 'R = l'");
  figure.clause("$crossover with points pt 4 ps 1.6 lw 2 lc rgb '" + figure.rgb(1) + "' title 'R = 1.5 R of one site'");
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
  line.list<an::index_t>("--distance", distances, line.integers<an::index_t>(1, 10'000),
                         "distances l < L between noisy sites, besides one noisy site (those of 20 10 5 2 1)");
  line.always([&](const support::options& given) {
    const an::index_t sites = given.largest();
    if (!line.is_given("--distance")) std::erase_if(distances, [=](an::index_t l) { return l >= sites; });
    for (const an::index_t l : distances)
      if (l >= sites) line.reject("--distance", given.word(l), "less than --sites " + given.word(sites));
  });
  return line.run(argc, argv, [&](const support::options& given) { draw(given, distances); });
}
