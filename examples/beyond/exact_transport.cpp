// SPDX-License-Identifier: MIT
// Figure 3(a) of the paper to the end: root-mean-square displacement of a particle from the noisy site.
// (a) In units of xi, the exact average over the noise at exponentially distributed times of mean t (lines; for a
// logarithm that is R at 0.56 t) and at t itself (crosses), and sampled trajectories (circles) on the same realizations
// of the disorder. (b) Sampled over exact, at time t, with the errors of the noise.
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

/// The series, known at every `stride`-th of all times up to its last.
an::series<double> spread_out(const an::series<double>& s, const std::string& name, std::size_t stride,
                              std::size_t times) {
  an::series<double> out{name, {}, {}, {}, {}};
  for (auto part : {&an::series<double>::mean, &an::series<double>::error, &an::series<double>::variance_within,
                    &an::series<double>::variance_between}) {
    (out.*part).setConstant(static_cast<an::index_t>(times), 1, std::numeric_limits<double>::quiet_NaN());
    for (an::index_t k = 0; k < s.mean.rows(); ++k)
      (out.*part)(k * static_cast<an::index_t>(stride), 0) = (s.*part)(k, 0);
  }
  return out;
}

void draw(const support::options& given, double sampled_until) {
  support::figure figure(given.output);
  support::progress_line progress("exact_transport", 3 * static_cast<double>(given.disorder.size()));
  const an::chain chain{given.largest()};
  const std::vector<double> times = given.times();
  const auto stride = static_cast<std::size_t>(std::max<an::index_t>(given.per_decade / 2, 1));
  std::vector<double> early;  // two per decade
  for (std::size_t k = 0; k < times.size() && times[k] <= sampled_until * (1 + 1e-9); k += stride)
    early.push_back(times[k]);
  an::plan plan = given.plan(), once = plan;
  once.noise_realizations = 1;  // nothing to sample

  std::vector<double> xi;
  for (const double disorder : given.disorder)
    xi.push_back(support::fit_eigenstates(given, chain.length, disorder).length);
  an::result_table<double> table;
  table.times = times;
  for (const double disorder : given.disorder) {
    const an::problem physics{given.model(chain.length, disorder), an::white_noise{{chain.center()}, given.gamma},
                              an::localized_excitation{chain.center()}};
    const auto run = [&](const auto& method, const std::vector<double>& at, const an::plan& how_often,
                         const std::string& what) {
      return average(physics, method, at, an::observables{an::rms_displacement{chain, chain.center()}}, how_often,
                     given.workers(), progress.stage(what + ", " + given.disorder_title(disorder), 1))
          .columns.front();
    };
    const std::string suffix = given.disorder_suffix(disorder);
    const auto add = [&](const an::series<double>& s, const std::string& name, std::size_t every) {
      table.columns.push_back(spread_out(s, name + suffix, every, times.size()));
    };
    add(run(an::exact_noise_average{.reading = an::averaged_at::exponential_times}, times, once, "exact"), "R", 1);
    // R moves by 1e-3 and less if the contour follows all coherences, which takes minutes.
    const auto exact = run(an::exact_noise_average{.tolerance = 1e-4, .max_work = 7e7}, early, once, "at time t");
    auto sampled = given.with_propagator([&](const auto& method) { return run(method, early, plan, "trajectories"); });
    // The realizations are those of the exact average: only the noise makes a difference.
    sampled.error =
        (sampled.variance_within / static_cast<double>(given.disorder_realizations * given.noise_realizations)).sqrt();
    an::series<double> deviation = sampled;
    deviation.mean = 100 * (sampled.mean / exact.mean - 1);
    deviation.error = 100 * sampled.error / exact.mean;
    add(exact, "R_at_time", stride);
    add(sampled, "R_sampled", stride);
    add(deviation, "percent", stride);
  }
  progress.clear();
  table.metadata = given.metadata(progress.seconds());
  table.metadata.emplace_back("xi", given.words(xi));
  table.metadata.emplace_back("sampled_until", given.word(sampled_until));

  auto& gnuplot = figure.commands();
  figure.time_axis(given.first_time, given.t_max);
  gnuplot << "set yrange [0:*]\nset ylabel 'R / ξ' offset 1,0\nset label '(a)' at graph 0.03,0.94\n";
  figure.place(0.06, 0.485, 0.14, 0.88);
  for (std::size_t k = 0; k < given.disorder.size(); ++k) {
    const std::string in_xi = "v/" + given.word(xi[k]);
    figure.curve(table.columns[4 * k], given.disorder_title(given.disorder[k]), k, in_xi);
    an::series<double> crosses = table.columns[4 * k + 1];
    crosses.error.setZero();
    figure.curve(crosses, "", k, in_xi, "t", "points lw 1.5 pt 1 ps 1.1");
    figure.points(table.columns[4 * k + 2], "", k, in_xi);
  }
  figure.panel();

  gnuplot << "set yrange [*:*]\nset ylabel 'R sampled / R exact − 1  (%)' offset 1,0\n"
          << "set label '(b)' at graph 0.03,0.94\nset xtics autofreq\nset mxtics 10\nset xrange ["
          << given.first_time / 1.3 << ':' << 1.5 * early.back() << "]\n";
  figure.place(0.565, 0.98, 0.14, 0.88);
  figure.limit(0, given.first_time / 1.3, 1.5 * early.back(), 6);
  for (std::size_t k = 0; k < given.disorder.size(); ++k)
    figure.points(table.columns[4 * k + 3], given.disorder_title(given.disorder[k]), k, "v",
                  "t*" + given.word(1 + 0.08 * static_cast<double>(k)));  // side by side
  figure.panel();
  figure.write(table, 1500, 600);
}

int main(int argc, char** argv) {
  support::command_line line("exact_transport",
                             "Displacement of a particle to t = 1e16, exact, against sampled trajectories.",
                             {.sites = {1000},
                              .first_time = 1,
                              .t_max = 1e16,
                              .per_decade = 4,
                              .disorder_realizations = 4,
                              .noise_realizations = 10});
  line.single("--sites", "chain length L (1000)");
  line.describe("--disorder", "strengths W (1 2 3 4)");
  double sampled_until = 1e3;
  line.number<double>("--sampled-until", sampled_until, line.numbers(1, 1e18), "last time of the trajectories (1000)");
  line.steps_until(sampled_until);
  line.always([&](const support::options& given) {
    if (!line.is_given("--sampled-until")) sampled_until = std::min(sampled_until, given.t_max);
    if (sampled_until > given.t_max)
      line.reject("--sampled-until", given.word(sampled_until), "up to --t-max " + given.word(given.t_max));
  });
  return line.run(argc, argv, [&](const support::options& given) { draw(given, sampled_until); });
}
