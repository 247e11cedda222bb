// SPDX-License-Identifier: MIT
#include <anderson/random/distributions.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/rate/rate_generator.hpp>
#include <anderson/rate/weights.hpp>

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

namespace an = anderson;

namespace rate_generator_test {

namespace {

using vector = an::vector_t<double>;
using long_vector = an::vector_t<long double>;

vector unit(an::index_t sites, an::index_t site) { return vector::Unit(sites, site); }

double relative(double a, double b) { return std::abs(a / b - 1); }

/// Weights spread evenly over exp(-range) .. 1 in the logarithm, in random order, the largest on site 0.
vector spread_weights(an::index_t sites, double range) {
  an::philox rng{2, {}};
  vector g(sites);
  for (double& x : g) x = std::exp(-range * an::uniform01(rng));
  g[0] = 1;
  return g;
}

/// Populations from a dense eigensystem in long double: the slow twin, good while S t L eps is small.
long_vector dense_populations(const vector& weights, long double t, an::index_t start) {
  const long_vector g = weights.cast<long double>();
  const an::matrix_t<long double> m = an::rate_generator<long double>(g, 1.0L).matrix();
  const Eigen::SelfAdjointEigenSolver<an::matrix_t<long double>> es(m);
  const long_vector decay = (t * es.eigenvalues().array()).exp();
  return es.eigenvectors() * decay.cwiseProduct(es.eigenvectors().row(start).transpose());
}

struct golden {
  double xi, time, r, center, first, last;  // R(t) and populations of sites 19, 0 and 39
};

// L = 40, eq. (21), gamma = 1, started on site 19: dense eigensystem with 60 digits (mpmath).
const std::vector<golden> known{
    {1, 1e0, 1.5852566688353678, 0.37807138432041382, 4.0119899601991129e-09, 1.4759286307959163e-09},
    {1, 1e1, 2.6562833821518788, 0.12079319337679817, 1.9985022812371324e-08, 7.3520793541676502e-09},
    {1, 1e2, 3.8130292686867264, 0.079558880909869081, 1.1843643842456092e-07, 4.3570349386811308e-08},
    {1, 1e3, 5.046168213405859, 0.05889305544457249, 8.2416274390495225e-07, 3.0319378184651224e-07},
    {1, 1e4, 6.3172302326090257, 0.046568244451725332, 6.2937983850193574e-06, 2.3154528799505522e-06},
    {1, 1e5, 7.6072697228753281, 0.038449055306890967, 5.0829132455507402e-05, 1.8706486292887333e-05},
    {1, 1e6, 8.9035010223295448, 0.032726669242156302, 0.00042395046009809854, 0.0001565832460126694},
    {1, 1e7, 10.171281306430043, 0.028545802731058199, 0.0034571081616982524, 0.0013223697919833312},
    {1, 1e8, 11.215492460456161, 0.02577987665365369, 0.018664562834483492, 0.0096366308768396549},
    {1, 1e9, 11.551381805605601, 0.025006098968047358, 0.025009711198932829, 0.024751924530458463},
    {1, 1e10, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {1, 1e11, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {1, 1e12, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e0, 3.774837882183625, 0.12219346288151949, 4.2185695447539275e-05, 2.5588703209022645e-05},
    {2, 1e1, 5.9084685928651925, 0.052915186759047238, 0.00021322830381304849, 0.00012941941742893737},
    {2, 1e2, 8.2095517946555141, 0.036440655205170279, 0.001314314451478909, 0.00080244650566885147},
    {2, 1e3, 10.367650887577161, 0.028157020381992959, 0.0082740099172858659, 0.0053369965973731363},
    {2, 1e4, 11.498645051398766, 0.025123049593519638, 0.024270040542691527, 0.021675589476966003},
    {2, 1e5, 11.554220006923138, 0.025000000002851873, 0.025000000007505446, 0.02499999987215136},
    {2, 1e6, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e7, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e8, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e9, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e10, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e11, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {2, 1e12, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e0, 9.4709568918980107, 0.032458967560644217, 0.0085351117610355017, 0.0071481063533086172},
    {5, 1e1, 11.465858426533892, 0.025190870227821398, 0.023392607109712579, 0.02215812227809514},
    {5, 1e2, 11.554220006684828, 0.025000000002878268, 0.025000000014370614, 0.024999999827593336},
    {5, 1e3, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e4, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e5, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e6, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e7, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e8, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e9, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e10, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e11, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001},
    {5, 1e12, 11.554220008291344, 0.025000000000000001, 0.025000000000000001, 0.025000000000000001}};

}  // namespace

TEST_CASE("rate_generator: R and populations for thirteen decades of time [mpmath, 60 digits]") {
  for (const golden& k : known) {
    CAPTURE(k.xi);
    CAPTURE(k.time);
    const an::rate_generator hopping{an::exponential_weights(40, 19, k.xi), 1.0};
    const vector p = hopping.populations(k.time, unit(40, 19));
    CHECK(relative(an::rms_distance(p, 19), k.r) < 1e-14);
    CHECK(relative(p[19], k.center) < 2e-14);
    CHECK(relative(p[0], k.first) < 2e-14);  // 4e-9 at the start
    CHECK(relative(p[39], k.last) < 2e-14);
  }
}

TEST_CASE("rate_generator: all populations, against a dense eigensystem in long double as long as that is accurate") {
  // Measured: the dense reference loses its tenth digit at t = 1e9 (xi = 1, 2) and 1e7 (xi = 5), its error being about
  // S t eps; at populations of 1e-9 it is accurate to 2e-11. In double it would be 2e-6, 9e-5, 5e-4 wrong in R at 1e12.
  constexpr long double eps = std::numeric_limits<long double>::epsilon();
  int compared = 0;
  for (const double xi : {1.0, 2.0, 5.0}) {
    const vector g = an::exponential_weights(40, 19, xi);
    const an::rate_generator hopping{g, 1.0};
    for (double t = 1; t <= 1e12 && t * 40 * g.sum() * static_cast<double>(eps) < 1e-10; t *= 10) {
      const vector p = hopping.populations(t, unit(40, 19));
      const long_vector reference = dense_populations(g, t, 19);
      for (an::index_t a = 0; a < 40; ++a) CHECK(std::abs(p[a] - reference[a]) < 1e-10L * reference[a] + 10 * eps);
      ++compared;
    }
  }
  CHECK(compared >= 6);
}

TEST_CASE_TEMPLATE("rate_generator: other scalars agree with long double", Real, float, double) {
  const an::vector_t<Real> g = an::exponential_weights(30, 14, Real(1));
  const an::rate_generator hopping{g, 1};
  const an::rate_generator reference{g.template cast<long double>().eval(), 1.0L};
  for (const double t : {0.1, 1e2, 1e5, 1e8}) {
    const long_vector expected = reference.populations(t, long_vector::Unit(30, 14));
    const an::vector_t<Real> p = hopping.populations(static_cast<Real>(t), an::vector_t<Real>::Unit(30, 14));
    const long_vector error = (p.template cast<long double>().array() / expected.array() - 1).abs();
    CHECK(error.maxCoeff() < 200 * std::numeric_limits<Real>::epsilon());
  }
}

TEST_CASE("rate_generator: decay rates over 200 binary decades, with neighbors 2^-53 apart [mpmath, 150 digits]") {
  vector g{{1.0, 0.5, 0.125, 0.125, 0x1p-10, 0x1p-40, 0x1p-41, 0x1p-100, 0x1p-200}};
  g[2] *= 1 + 0x1p-50;
  const vector rates = an::rate_generator{g, 1.0}.decay_rates();
  const std::vector<double> expected{0,
                                     1.2258398137075622e-60,
                                     1.5786022355606879e-30,
                                     9.0507972235218512e-13,
                                     1.9614273092875081e-12,
                                     0.002134939909572506,
                                     0.21887207031267064,
                                     0.36589091724207895,
                                     1.1977700412875893};
  CHECK(rates[0] == 0.0);
  for (an::index_t k = 1; k < 9; ++k) CHECK(relative(rates[k], expected[static_cast<std::size_t>(k)]) < 1e-15);
}

TEST_CASE("rate_generator: two sites, p = (1 +- exp(-2 gamma g_0 g_1 t)) / 2") {
  const double g0 = 0.9, g1 = 1e-5, gamma = 0.3;
  const an::rate_generator hopping{vector{{g0, g1}}, gamma};
  for (const double t : {1e-6, 1.0, 1e5, 1e9}) {
    const vector p = hopping.populations(t, unit(2, 0));
    const double arrived = -std::expm1(-2 * gamma * g0 * g1 * t) / 2;
    CHECK(relative(p[0], 1 - arrived) < 1e-14);
    CHECK(relative(p[1], arrived) < 1e-14);  // also 1e-12
  }
}

TEST_CASE("rate_generator: equal weights, p_0 = (1 + (L - 1) exp(-L g^2 t)) / L") {
  const an::rate_generator hopping{vector::Constant(7, 0.5).eval(), 1.0};
  const vector p = hopping.populations(0.8, unit(7, 0));
  CHECK(p[0] == doctest::Approx((1 + 6 * std::exp(-7 * 0.25 * 0.8)) / 7).epsilon(1e-14));
  CHECK(p[6] == doctest::Approx((1 - std::exp(-7 * 0.25 * 0.8)) / 7).epsilon(1e-14));
  CHECK(hopping.decay_rates()[0] == 0.0);
  CHECK((hopping.decay_rates().tail(6).array() == 3.5 * 0.5).all());
}

TEST_CASE("rate_generator: short times give the transition rates Gamma_ab, over 25 decades (eq. 20)") {
  const vector g = spread_weights(24, 60.0);
  const double t = 1e-9;
  const vector p = an::rate_generator{g, 1.0}.populations(t, unit(24, 0));
  for (an::index_t a = 1; a < 24; ++a) CHECK(relative(p[a], g[a] * t) < 1e-7);  // next order: S t
}

TEST_CASE("rate_generator: p(s + t) = evolution by t of p(s)") {
  const an::rate_generator hopping{spread_weights(24, 20.0), 0.7};
  for (const double t : {0.1, 10.0, 1e4}) {
    const vector once = hopping.populations(3 * t, unit(24, 5));
    const vector twice = hopping.populations(2 * t, hopping.populations(t, unit(24, 5)));
    CHECK((once - twice).cwiseAbs().maxCoeff() < 1e-14);
  }
}

TEST_CASE("rate_generator: sites of weight 0 never move") {
  const vector g{{1.0, 0.0, 0.5, 1e-300}};  // the last underflows
  const an::rate_generator hopping{g, 1.0};
  const vector start{{0.5, 0.25, 0.0, 0.25}};
  const vector p = hopping.populations(1e250, start);
  CHECK(p[1] == 0.25);
  CHECK(p[3] == 0.25);
  CHECK(p[0] == doctest::Approx(0.25));
  CHECK(p[2] == doctest::Approx(0.25));
  CHECK((hopping.decay_rates().head(3).array() == 0.0).all());
  const an::rate_generator still{vector::Zero(3).eval(), 1.0};
  CHECK(still.populations(5.0, unit(3, 1)) == unit(3, 1));
  const an::rate_generator silent{g, 0.0};
  CHECK(silent.populations(5.0, start) == start);
}

TEST_CASE("rate_generator: arguments are checked") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS((an::rate_generator{vector(0), 1.0}), std::invalid_argument);
  CHECK_THROWS_AS((an::rate_generator{vector{{1.0, -1.0}}, 1.0}), std::invalid_argument);
  CHECK_THROWS_AS((an::rate_generator{vector{{1.0, std::nan("")}}, 1.0}), std::invalid_argument);
  CHECK_THROWS_AS((an::rate_generator{vector{{1.0, infinity}}, 1.0}), std::invalid_argument);
  CHECK_THROWS_AS((an::rate_generator{vector{{1.0, 2.0}}, -1.0}), std::invalid_argument);
  CHECK_THROWS_AS((an::rate_generator{vector{{1.0, 2.0}}, 0.0, -1}), std::invalid_argument);
  const an::rate_generator hopping{vector{{1.0, 2.0}}, 1.0};
  CHECK_THROWS_AS(hopping.populations(-1.0, unit(2, 0)), std::invalid_argument);
  CHECK_THROWS_AS(hopping.populations(infinity, unit(2, 0)), std::invalid_argument);
  CHECK_THROWS_AS(hopping.populations(1.0, unit(3, 0)), std::invalid_argument);
  CHECK_THROWS_AS(hopping.populations(1.0, vector{{2.0, -1.0}}), std::invalid_argument);
}

TEST_CASE("rate_generator: weights of true eigenstates, from 1 down to 1e-60, conserve and equilibrate") {
  // L = 60, W = 10: <c|a> of an Anderson chain by its own eigenvectors.
  const an::index_t sites = 60, center = 29;
  an::philox rng{4, {}};
  an::matrix_t<double> h = an::matrix_t<double>::Zero(sites, sites);
  for (an::index_t i = 0; i < sites; ++i) {
    h(i, i) = an::uniform(rng, -10.0, 10.0);
    if (i > 0) h(i, i - 1) = h(i - 1, i) = -1;
  }
  const Eigen::SelfAdjointEigenSolver<an::matrix_t<double>> es(h);
  const vector g = an::eigenstate_weights(es.eigenvectors(), center);
  CHECK(g.sum() == doctest::Approx(1.0).epsilon(1e-13));
  CHECK(g.minCoeff() < 1e-20);
  const an::rate_generator hopping{g, 1.0};
  CHECK(hopping.decay_rates()[1] > 0);
  for (double t = 1; t < 1e40; t *= 1e3) {
    const vector p = hopping.populations(t, g);  // a particle on the noisy site
    CHECK(p.sum() == doctest::Approx(1.0).epsilon(1e-13));
    CHECK(p.minCoeff() >= g.minCoeff() * (1 - 1e-13));
  }
  const double slowest = hopping.decay_rates()[1];
  CHECK((hopping.populations(50 / slowest, g).array() * 60 - 1).abs().maxCoeff() < 1e-13);
}

TEST_CASE("rate_generator: L = 1000, weights down to exp(-500), R grows by xi ln(10) / sqrt(3) per decade") {
  const an::rate_generator hopping{an::exponential_weights(1000, 499, 1.0), 1.0};
  double before = an::rms_distance(hopping.populations(1e20, unit(1000, 499)), 499);
  for (double t = 1e40; t <= 1e140; t *= 1e20) {
    const double now = an::rms_distance(hopping.populations(t, unit(1000, 499)), 499);
    CHECK((now - before) / 20 == doctest::Approx(std::log(10.0) / std::sqrt(3.0)).epsilon(1e-2));
    before = now;
  }
}

TEST_CASE("rate_generator: R / xi as function of xi t falls on one curve [rate equation: scaling]") {
  // Not exactly: 1.6 % apart at xi t = 1, 0.3 % at 1e12.
  for (const auto& [scaled, spread] : {std::pair{1.0, 0.0165}, {1e3, 0.009}, {1e6, 0.0055}, {1e12, 0.003}}) {
    std::vector<double> curve;
    for (const double xi : {1.0, 2.0, 5.0, 10.0}) {
      const an::rate_generator hopping{an::exponential_weights(1000, 499, xi), 1.0};
      curve.push_back(an::rms_distance(hopping.populations(scaled / xi, unit(1000, 499)), 499) / xi);
    }
    const auto [low, high] = std::ranges::minmax(curve);
    CHECK(high / low - 1 < spread);
  }
}

TEST_CASE("invariant 30: symmetric generator, columns sum to 0, one zero rate, 0 <= p <= 1, detailed balance") {
  const an::index_t sites = 24;
  const vector g = spread_weights(sites, 30.0);
  const an::rate_generator hopping{g, 0.8};
  const an::matrix_t<double> m = hopping.matrix();
  CHECK((m - m.transpose()).cwiseAbs().maxCoeff() == 0.0);
  CHECK(m.colwise().sum().cwiseAbs().maxCoeff() < 1e-15);
  CHECK(hopping.decay_rates()[0] == 0.0);
  CHECK(hopping.decay_rates()[1] > 0.0);
  const vector uniform = vector::Constant(sites, 1.0 / sites);
  for (const double t : {1e-3, 1.0, 1e5, 1e15}) {
    CHECK((hopping.populations(t, uniform) - uniform).cwiseAbs().maxCoeff() < 1e-16);
    an::matrix_t<double> transition(sites, sites);  // column b: started on b
    for (an::index_t b = 0; b < sites; ++b) transition.col(b) = hopping.populations(t, unit(sites, b));
    CHECK(transition.minCoeff() >= 0.0);
    CHECK(transition.maxCoeff() <= 1.0 + 1e-15);
    CHECK((transition.colwise().sum().array() - 1).abs().maxCoeff() < 1e-14);
    CHECK((transition - transition.transpose()).cwiseAbs().maxCoeff() < 1e-15);  // p_a = p_b in equilibrium
  }
  // dp/dt = m p, from a central difference.
  const vector start = hopping.populations(0.5, unit(sites, 0));
  const vector before = hopping.populations(0.499, unit(sites, 0)), after = hopping.populations(0.501, unit(sites, 0));
  CHECK(((after - before) / 0.002 - m * start).cwiseAbs().maxCoeff() < 1e-6);
}

TEST_CASE("invariant 31: one decay rate in every gap of the sorted S g_a; pairs give S g exactly") {
  const vector g = spread_weights(24, 30.0);
  vector sorted = g;
  std::ranges::sort(sorted);
  const vector rates = an::rate_generator{g, 1.0}.decay_rates();
  for (an::index_t k = 0; k + 1 < 24; ++k) {
    CHECK(rates[k + 1] > g.sum() * sorted[k] * (1 - 1e-15));
    CHECK(rates[k + 1] < g.sum() * sorted[k + 1] * (1 + 1e-15));
  }

  const an::index_t sites = 12, center = 5;
  const vector pairs = an::exponential_weights(sites, center, 2.0);
  const an::rate_generator hopping{pairs, 1.0};
  for (an::index_t k = 1; k <= 5; ++k) {
    const double rate = pairs.sum() * pairs[center + k];
    CHECK((hopping.decay_rates().array() / rate - 1).abs().minCoeff() < 4e-16);
    // The odd mode: the difference of the pair decays at this rate alone.
    const vector p = hopping.populations(3.0, unit(sites, center + k));
    CHECK(std::abs(p[center + k] - p[center - k] - std::exp(-3 * rate)) < 1e-15);
  }
}

TEST_CASE("invariant 32: R(0) = 0, R grows, R -> sqrt((L^2 + 2) / 12), no L before xi ln(2 xi t) = L / 2") {
  const double xi = 2.0;
  for (const an::index_t sites : {12, 40, 100}) {
    const an::index_t center = sites / 2 - 1;
    const auto n = static_cast<double>(sites);
    const an::rate_generator hopping{an::exponential_weights(sites, center, xi), 1.0};
    const auto r = [&](double t) { return an::rms_distance(hopping.populations(t, unit(sites, center)), center); };
    CHECK(r(0.0) == 0.0);
    double before = 0;
    for (double t = 1e-3; t < 1e15; t *= 2) {
      const double now = r(t);
      CHECK(now >= before * (1 - 1e-14));
      before = now;
    }
    CHECK(relative(r(1e15), std::sqrt((n * n + 2) / 12)) < 1e-13);
  }

  const auto r = [&](an::index_t sites, double t) {
    const an::index_t center = sites / 2 - 1;
    const an::rate_generator hopping{an::exponential_weights(sites, center, xi), 1.0};
    return an::rms_distance(hopping.populations(t, unit(sites, center)), center);
  };
  const double boundary = std::exp(100 / 2.0 / xi) / (2 * xi);  // L = 100 is felt from here on
  CHECK(relative(r(100, boundary * 1e-6), r(200, boundary * 1e-6)) < 1e-3);
  CHECK(relative(r(100, boundary), r(200, boundary)) > 1e-2);
}

TEST_CASE("invariant 33: populations depend on gamma t, first power of gamma; the paper prints gamma^2") {
  const vector g = an::normalized(an::exponential_weights(20, 9, 1.5));
  const vector p = an::rate_generator{g, 1.0}.populations(6.0, unit(20, 9));
  const double gamma = 0.25;
  CHECK((an::rate_generator{g, gamma}.populations(6.0 / gamma, unit(20, 9)) - p).cwiseAbs().maxCoeff() < 1e-15);
  const an::rate_generator printed{g, gamma, 2};
  CHECK((printed.populations(6.0 / (gamma * gamma), unit(20, 9)) - p).cwiseAbs().maxCoeff() < 1e-15);
  CHECK((printed.populations(6.0 / gamma, unit(20, 9)) - p).cwiseAbs().maxCoeff() > 1e-2);
}

TEST_CASE("rate_generator: populations do not depend on the units of weights, gamma and time, to the bit") {
  const vector g = spread_weights(12, 200), start = unit(12, 0);  // rates down to 1e-87
  for (const double t : {1.0, 1e60}) {
    const vector plain = an::rate_generator<double>(g, 0.5).populations(t, start);
    for (const int k : {-800, -300, 300, 800}) {
      CAPTURE(k);
      CHECK(an::rate_generator<double>(g, std::ldexp(0.5, k)).populations(std::ldexp(t, -k), start) == plain);
    }
    for (const int k : {-400, 400}) {
      CAPTURE(k);
      const vector scaled = g * std::ldexp(1.0, k);
      CHECK(an::rate_generator<double>(scaled, std::ldexp(0.5, -2 * k)).populations(t, start) == plain);
    }
  }
}

}  // namespace rate_generator_test
