// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/ensemble/result_table.hpp>
#include <anderson/io/csv.hpp>
#include <anderson/io/output_file.hpp>

#include <array>
#include <cctype>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// OUTPUT.csv and a gnuplot script over it, OUTPUT.gp, drawn to OUTPUT.png. All are opened at once and appear when they
/// are complete.
class figure {
public:
  /// @throws std::invalid_argument  a file cannot be written.
  explicit figure(const std::string& output) : csv_(output + ".csv"), script_(output + ".gp"), png_(output + ".png") {
    text_.imbue(std::locale::classic());  // as gnuplot reads numbers
  }

  /// gnuplot commands, written between the panels.
  std::ostream& commands() { return text_; }

  /// Where the next panels go, in fractions of the picture.
  void place(double left, double right, double bottom, double top) {
    text_ << "set lmargin at screen " << left << "; set rmargin at screen " << right << "; set bmargin at screen "
          << bottom << "; set tmargin at screen " << top << '\n';
  }

  /// A series with its error band. `y` and `x` are gnuplot expressions of a value v and the time t.
  void curve(const anderson::series<double>& s, const std::string& title, std::size_t color, const std::string& y = "v",
             const std::string& x = "t", const std::string& style = "lines lw 2.5") {
    const std::string t = expression(x, 't', "column('time')"), v = column(s.name), e = column(s.name + "_error");
    if (s.error.allFinite() && (s.error > 0).any())
      clauses_.push_back("csv using (" + t + "):(" + expression(y, 'v', "(" + v + "-" + e + ")") + "):(" +
                         expression(y, 'v', "(" + v + "+" + e + ")") +
                         ") with filledcurves fs transparent solid 0.25 noborder lc rgb '" + rgb(color) + "' notitle");
    clauses_.push_back("csv using (" + t + "):(" + expression(y, 'v', v) + ") with " + style + " lc rgb '" +
                       rgb(color) + "' " + (title.empty() ? "notitle" : "title " + quoted(title)));
  }

  /// A series as points with error bars; `y` and `x` as above.
  void points(const anderson::series<double>& s, const std::string& title, std::size_t color,
              const std::string& y = "v", const std::string& x = "t") {
    const std::string v = column(s.name), e = column(s.name + "_error");
    clauses_.push_back("csv using (" + expression(x, 't', "column('time')") + "):(" + expression(y, 'v', v) + "):(" +
                       expression(y, 'v', "(" + v + "-" + e + ")") + "):(" +
                       expression(y, 'v', "(" + v + "+" + e + ")") + ") with yerrorbars lw 1.5 ps 1.1 pt 6 lc rgb '" +
                       rgb(color) + "' " + (title.empty() ? "notitle" : "title " + quoted(title)));
  }

  /// A logarithmic axis of time, with labels every few decades if there are many.
  void time_axis(double first, double last) {
    const double decades = std::log10(last / first);
    text_ << "set xrange [" << first << ':' << last << "]\n";
    if (decades > 7) text_ << "set xtics 1," << (decades > 9 ? 100 : 10) << "\nunset mxtics\n";
  }

  /// A dashed line from x = `from` to `to`, an exact limit; drawn before the curves.
  void limit(double y, double from, double to, std::size_t color) {
    text_ << "set arrow from " << from << ',' << y << " to " << to << ',' << y << " nohead back lw 2 dt (10,7) lc rgb '"
          << rgb(color) << "'\n";
  }

  /// Any other clause of gnuplot's plot command.
  void clause(std::string text) { clauses_.push_back(std::move(text)); }

  /// Draws what has been collected as one panel.
  void panel(const std::string& command = "plot") {
    for (std::size_t k = 0; k < clauses_.size(); ++k) text_ << (k == 0 ? command + " " : ", \\\n  ") << clauses_[k];
    text_ << "\nunset arrow; unset label; unset object\n";
    clauses_.clear();
  }

  /// Upper end of an axis from 0 that has room for the series and its errors.
  static double room_for(const anderson::series<double>& s) {
    const double highest = (s.mean + (s.error == s.error).select(s.error, 0)).maxCoeff();  // an error may be NaN
    return highest > 1e-3 ? 1.08 * highest : 1;
  }

  static std::string rgb(std::size_t color) {  // distinct to color-blind eyes: Okabe and Ito
    static constexpr std::array colors{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};
    return colors[color % colors.size()];
  }

  /// Writes everything.
  void write(const anderson::result_table<double>& table, int width, int height) {
    anderson::write_csv(csv_.stream(), table);
    csv_.commit();
    script_.stream() << script(width, height, png_.path());
    script_.commit();
    std::cout << csv_.path().string();
    if (std::system("command -v gnuplot > /dev/null 2>&1") != 0) {
      std::cout << " (gnuplot not found, no plot: run gnuplot " << script_.path().string() << " where it is)\n";
      return;
    }
    std::signal(SIGPIPE, SIG_IGN);  // if it ends early, pclose says so
    FILE* gnuplot = popen("gnuplot", "w");
    if (gnuplot == nullptr) throw std::runtime_error("gnuplot could not be started");
    std::fputs(script(width, height, png_.part()).c_str(), gnuplot);
    if (pclose(gnuplot) != 0) throw std::runtime_error("gnuplot failed: see " + script_.path().string());
    png_.commit();
    std::cout << ", " << png_.path().string() << '\n';
  }

private:
  static std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
  }

  static std::string column(const std::string& name) { return "column(" + quoted(name) + ")"; }

  static std::string expression(std::string text, char variable, const std::string& value) {
    const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    for (std::size_t k = text.size(); k-- > 0;)
      if (text[k] == variable && (k == 0 || !letter(text[k - 1])) && (k + 1 == text.size() || !letter(text[k + 1])))
        text.replace(k, 1, value);
    return text;
  }

  std::string script(int width, int height, const std::filesystem::path& png) const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << "set terminal pngcairo size " << width << "," << height << " font 'DejaVu Sans,15'\n"
        << "set output " << quoted(png.string()) << "\ncsv = " << quoted(csv_.path().string()) << '\n'
        << "set datafile separator ','\nset multiplot\nset logscale x\nset format x '10^{%T}'\nset border lw 1.5\n"
        << "set tics scale 1,0.5\nset mxtics 10\nset key above horizontal center Left reverse samplen 1.2\nset xlabel "
           "'t J' offset 0,0.4\n"
        << text_.str() << "unset multiplot\n";
    return out.str();
  }

  anderson::output_file csv_, script_, png_;
  std::ostringstream text_;
  std::vector<std::string> clauses_;
};

}  // namespace support
