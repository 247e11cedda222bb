// SPDX-License-Identifier: MIT
#include <anderson/averaged/exact_noise_average.hpp>
#include <anderson/ensemble/average.hpp>
#include <anderson/lattice/chain.hpp>
#include <anderson/model/anderson_model.hpp>
#include <anderson/model/disorder_realization.hpp>
#include <anderson/noise/white.hpp>
#include <anderson/observe/density.hpp>
#include <anderson/observe/displacement.hpp>
#include <anderson/observe/energy.hpp>
#include <anderson/observe/entropy.hpp>
#include <anderson/random/philox.hpp>
#include <anderson/state/ground.hpp>
#include <anderson/state/product.hpp>

#include <doctest/doctest.h>

#include "support/exact_run.hpp"
#include "support/lindblad.hpp"
#include "support/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

namespace an = anderson;

namespace exact_noise_average_test {

namespace {

using support::complex_matrix;
using support::exact_run;
using support::rates_only;

template <class Hamiltonian>
using stepper_of = an::exact_average_stepper<an::disorder_realization<Hamiltonian>>;
template <class Hamiltonian, class Noise>
constexpr bool fits =
    an::propagator<an::exact_noise_average, an::disorder_realization<Hamiltonian>,
                   an::gaussian_state<an::real_of_t<typename Hamiltonian::scalar_type>>, an::noise_path<Noise>>;
static_assert(fits<an::tight_binding<>, rates_only>);
static_assert(an::averaged_stepper<stepper_of<an::tight_binding<>>>);

// What is linear in C can be measured, entropies cannot.
using snapshot = an::exact_average_snapshot<an::disorder_realization<an::tight_binding<>>>;
static_assert(an::linear_snapshot<snapshot> && !an::orbital_snapshot<snapshot>);
static_assert(an::observable<an::absorbed_energy, snapshot> && an::observable<an::density_correlations, snapshot> &&
              an::observable<an::rms_displacement<an::chain>, snapshot>);
static_assert(!an::observable<an::entropy_profile, snapshot> && !an::observable<an::entanglement_entropy, snapshot>);

constexpr an::exact_noise_average in_time{}, at_random_times{.reading = an::averaged_at::exponential_times};

auto chain_realization(const std::vector<double>& w) {
  an::philox rng;
  return an::disorder_realization(an::anderson_model{an::chain(std::ssize(w)), 1.0, an::given_potential{w}}.draw(rng));
}

struct golden {
  double time, energy, first, middle, last;  // densities of sites 0, L/2 - 1, L - 1
  std::complex<double> bond;                 // C of sites L/2 - 1 and L/2
};

// The Lindblad equation of C by direct solution of s X - L X = s C and by repeated squaring of exp(L t), 70 digits
// (mpmath). Ten sites, gamma = 1 on the first, ground state: rates from 0.9 down to 4e-12. Eight sites, gamma = 0.5 and
// 1.25 on sites 0 and 3, product state.
const std::vector<double> potential_10{4.125, -1.75, 5.5, -3.25, 0.625, -5.125, 2.375, -0.5, 3.75, -4.5},
    potential_8{-2.25, 3.5, 0.75, -4.875, 5.25, -0.625, 1.875, -5.5};
const std::vector<golden> ten_random{{1e0,
                                      -16.503836304409414,
                                      0.046088438893611582,
                                      0.07238631689667552,
                                      0.98697921559423245,
                                      {0.14727472034791122, 8.643302459022602e-7}},
                                     {1e1,
                                      -15.585361816519208,
                                      0.17153085028564405,
                                      0.072303061033526416,
                                      0.98697921203664048,
                                      {0.14731229852081327, 9.6934032260133176e-7}},
                                     {1e2,
                                      -13.438887967122243,
                                      0.34073978007924892,
                                      0.072619555119359905,
                                      0.98697920422793563,
                                      {0.1473727461611203, 4.0678695501477733e-7}},
                                     {1e3,
                                      -11.936703821741158,
                                      0.35282460787993816,
                                      0.077068764088911506,
                                      0.98697915412467587,
                                      {0.14741774368814547, 2.4204669451069775e-7}},
                                     {1e4,
                                      -10.477358922607761,
                                      0.39736620612748534,
                                      0.12592002852454193,
                                      0.98697908352256129,
                                      {0.1437221644828178, 8.466868008402416e-8}},
                                     {1e5,
                                      -9.1368374039119688,
                                      0.41258238098377472,
                                      0.30994977339457559,
                                      0.98697797178545177,
                                      {0.12001567802769396, -5.9397553086090826e-9}},
                                     {1e6,
                                      -8.4649316427592775,
                                      0.4032720179085295,
                                      0.40308408723648562,
                                      0.9869512104451421,
                                      {0.10207421604724869, 1.289062414125274e-9}},
                                     {1e7,
                                      -6.3431179117764151,
                                      0.42667658251853566,
                                      0.43595774109023528,
                                      0.98702953100004139,
                                      {0.065793695553989188, 6.0922723972476525e-9}},
                                     {1e8,
                                      -3.2736602607998486,
                                      0.45058946249619037,
                                      0.45303957419384182,
                                      0.9885208470922254,
                                      {0.01531637454105857, 1.1598832191082593e-9}},
                                     {1e9,
                                      -2.1403711516998747,
                                      0.44667281545355213,
                                      0.446966507977829,
                                      0.98335306647237986,
                                      {1.8043778009746547e-3, 1.04816270714401e-10}},
                                     {1e10,
                                      -1.6739934153704871,
                                      0.45210614879186702,
                                      0.45213624498371986,
                                      0.92479668509106216,
                                      {1.8417811971671343e-4, 1.1823198505638277e-11}},
                                     {1e11,
                                      -0.40631934906292883,
                                      0.47833548439838743,
                                      0.4783385405016982,
                                      0.69170136342814672,
                                      {1.8554692679335804e-5, 1.8378807850970533e-12}},
                                     {1e12,
                                      0.4661235801944917,
                                      0.49665974659584083,
                                      0.49666005505511214,
                                      0.52954964354976961,
                                      {1.8628519799301461e-6, 2.2959694330490741e-13}},
                                     {1e13,
                                      0.60820390809001077,
                                      0.49964684557169581,
                                      0.49964687646364353,
                                      0.5031241159205626,
                                      {1.8640324387378569e-7, 2.3706450706090207e-14}},
                                     {1e14,
                                      0.62331073099451295,
                                      0.49996448115195164,
                                      0.49996448424163535,
                                      0.50031421023033181,
                                      {1.8641577322272603e-8, 2.3785857756780733e-15}},
                                     {1e15,
                                      0.62483097588920447,
                                      0.49999644606825403,
                                      0.49999644637722732,
                                      0.50003143912338818,
                                      {1.8641703386864744e-9, 2.3793848801338823e-16}},
                                     {1e16,
                                      0.62498309661620196,
                                      0.49999964458634302,
                                      0.4999996446172404,
                                      0.50000314409345707,
                                      {1.8641716001084294e-10, 2.3794648412408513e-17}}};
const std::vector<golden> ten_sharp{{0x1p-3,
                                     -16.631047567862565,
                                     0.025503808286611718,
                                     0.07239836168984762,
                                     0.98697921583895053,
                                     {0.14727058579530333, 1.3253900676587277e-12}},
                                    {0x1p0,
                                     -16.499520013940382,
                                     0.047539603220147978,
                                     0.072393497127403701,
                                     0.98697921583889315,
                                     {0.14727157589151073, 1.3451172493891431e-6}},
                                    {0x1p3,
                                     -15.617913691584584,
                                     0.173115311324752,
                                     0.072283968499774163,
                                     0.98697921236430308,
                                     {0.14731386958832603, -1.8365039023995537e-7}},
                                    {0x1p6,
                                     -13.199966027147382,
                                     0.40318685462363011,
                                     0.072372678727856786,
                                     0.98697920456401189,
                                     {0.14738654733021636, -2.2061114903115484e-7}},
                                    {0x1p10,
                                     -11.664355795830421,
                                     0.3477168719998852,
                                     0.077088053231100105,
                                     0.9869791475457298,
                                     {0.14747140862809182, 2.7162453733174379e-7}},
                                    {0x1p13,
                                     -10.275208814721139,
                                     0.40816218381988487,
                                     0.11651457991461077,
                                     0.9869789658286316,
                                     {0.14559350422947797, 3.1081894503524239e-7}},
                                    {0x1p16,
                                     -8.8778304215608343,
                                     0.41753055817585328,
                                     0.34331569629434371,
                                     0.9869795059480035,
                                     {0.11614504273985426, -1.3411720119497104e-8}},
                                    {0x1p20,
                                     -8.386941316009777,
                                     0.40071056972028578,
                                     0.41693305892691114,
                                     0.98694757680617907,
                                     {0.099701898833422623, 3.2300705732895179e-9}},
                                    {0x1p23,
                                     -6.0992809024656325,
                                     0.42802930148104533,
                                     0.43876189542346185,
                                     0.98686698832663371,
                                     {0.062881766837936154, 9.2961286434261322e-9}},
                                    {0x1p26,
                                     -2.6697236214311682,
                                     0.45978612484785603,
                                     0.46033596857024581,
                                     0.98897457324717823,
                                     {3.0038116935650506e-3, -5.815182128096255e-10}},
                                    {0x1p30,
                                     -1.9691441221552708,
                                     0.44537543668805688,
                                     0.44537556625723744,
                                     0.98302481203832806,
                                     {3.2681904810846606e-7, 2.1334233109408384e-12}},
                                    {0x1p33,
                                     -1.6817381871001145,
                                     0.45142730654179965,
                                     0.45142742175200255,
                                     0.92951036298484263,
                                     {2.9058988811411515e-7, 1.8970712385860535e-12}},
                                    {0x1p36,
                                     -0.27663748153190726,
                                     0.48101433389979581,
                                     0.48101437893214399,
                                     0.66788322321934201,
                                     {1.1358321301613678e-7, 7.4151047717974476e-13}},
                                    {0x1p40,
                                     0.62499990852063643,
                                     0.49999999807373064,
                                     0.49999999807373521,
                                     0.50000001703328747,
                                     {1.1524055124406048e-14, 7.5233015402813024e-20}},
                                    {0x1p43, 0.625, 0.5, 0.5, 0.5, {0, 0}},
                                    {0x1p46, 0.625, 0.5, 0.5, 0.5, {0, 0}},
                                    {0x1p50, 0.625, 0.5, 0.5, 0.5, {0, 0}},
                                    {0x1p53, 0.625, 0.5, 0.5, 0.5, {0, 0}}};
const std::vector<golden> eight_random{{1e0,
                                        0.23557573106442412,
                                        0.92800142632404053,
                                        0.92075477846688215,
                                        0.031335279844782325,
                                        {-3.6611408353322303e-3, 1.950187050211668e-4}},
                                       {1e2,
                                        3.0736045771370344,
                                        0.61352255418249486,
                                        0.63611279170354125,
                                        0.032641022376427362,
                                        {-0.013397849219723822, 6.2882422344449058e-4}},
                                       {1e4,
                                        1.9115512265222767,
                                        0.5490691167541106,
                                        0.55107446604269905,
                                        0.087232556906442768,
                                        {-3.3975149348904494e-4, 9.7455059159086442e-6}},
                                       {1e6,
                                        -0.73585437289057515,
                                        0.50439121792645906,
                                        0.50439659350911958,
                                        0.46862319323229452,
                                        {-4.8142301701144201e-6, 8.7633661899407772e-9}},
                                       {1e8,
                                        -0.93534360428352786,
                                        0.50004710964814833,
                                        0.50004714865286718,
                                        0.49966413251809494,
                                        {-4.9084828166450378e-8, 9.401635043195428e-13}},
                                       {1e10,
                                        -0.93747842105405616,
                                        0.50000047143902152,
                                        0.50000047182748463,
                                        0.49999663895802921,
                                        {-4.9094895753973053e-10, 9.4084726902189208e-17}},
                                       {1e12,
                                        -0.93749978420904062,
                                        0.50000000471442449,
                                        0.50000000471830897,
                                        0.49999996638934341,
                                        {-4.9094996498639947e-12, 9.4085411154220424e-21}},
                                       {1e14,
                                        -0.93749999784209026,
                                        0.50000000004714425,
                                        0.50000000004718309,
                                        0.49999999966389341,
                                        {-4.90949975060935e-14, 9.4085417996789504e-25}},
                                       {1e16,
                                        -0.9374999999784209,
                                        0.50000000000047144,
                                        0.50000000000047183,
                                        0.49999999999663893,
                                        {-4.9094997516168037e-16, 9.40854180652152e-29}}};
const std::vector<golden> eight_sharp{{0x1p-3,
                                       3.0274209700961639e-3,
                                       0.98528136665964737,
                                       0.98548993960381624,
                                       0.014396705782404788,
                                       {-4.0384039846405924e-6, -8.4514313459061559e-6}},
                                      {0x1p3,
                                       1.6134497865214668,
                                       0.84504882866455602,
                                       0.76684250677089779,
                                       5.8417008054658671e-3,
                                       {-0.01248780213323208, 9.7715430695818893e-4}},
                                      {0x1p10,
                                       2.6768456454026836,
                                       0.54341495054949995,
                                       0.53849443270208694,
                                       0.017111647909490467,
                                       {1.9015662697565578e-4, 3.1293562400975291e-5}},
                                      {0x1p16,
                                       0.25331945970095765,
                                       0.52728753263615649,
                                       0.52715680662020023,
                                       0.31181919440494166,
                                       {-7.6631872036075867e-6, -7.6208073880403093e-7}},
                                      {0x1p23, -0.9375, 0.5, 0.5, 0.5, {0, 0}},
                                      {0x1p30, -0.9375, 0.5, 0.5, 0.5, {0, 0}},
                                      {0x1p36, -0.9375, 0.5, 0.5, 0.5, {0, 0}},
                                      {0x1p43, -0.9375, 0.5, 0.5, 0.5, {0, 0}},
                                      {0x1p50, -0.9375, 0.5, 0.5, 0.5, {0, 0}}};
/// Largest error; each below 1e-7, and below what the stepper says itself.
double largest_error(const std::vector<golden>& expected, auto r) {
  double worst = 0;
  for (const golden& g : expected) {
    const auto now = r.at(g.time);
    const an::index_t sites = now.size();
    const double in_c = std::max(
        {std::abs(now.densities()[0] - g.first), std::abs(now.densities()[sites / 2 - 1] - g.middle),
         std::abs(now.densities()[sites - 1] - g.last), std::abs(now.correlation(sites / 2 - 1, sites / 2) - g.bond)});
    const double error = std::max(in_c, std::abs(now.energy() - g.energy));
    CAPTURE(g.time);
    CHECK(error < 1e-7);
    CHECK(in_c < r.moving.error_estimate() + 1e-11);
    worst = std::max(worst, error);
  }
  return worst;
}

}  // namespace

TEST_CASE("exact_noise_average: sixteen decades of time, exponential and sharp [mpmath, 70 digits] [slow]") {
  an::philox rng;
  const auto ten = chain_realization(potential_10), eight = chain_realization(potential_8);
  const auto ground = an::ground_state{}.prepare(ten, rng);
  const auto product = an::product_state{{1, 0, 0, 1, 1, 0, 1, 0}}.prepare(eight, rng);
  const rates_only one{{0}, {1.0}}, two{{0, 3}, {0.5, 1.25}};
  MESSAGE("largest errors: " << largest_error(ten_random, exact_run(at_random_times, ten, one, ground)) << ", "
                             << largest_error(ten_sharp, exact_run(in_time, ten, one, ground)) << ", "
                             << largest_error(eight_random, exact_run(at_random_times, eight, two, product)) << ", "
                             << largest_error(eight_sharp, exact_run(in_time, eight, two, product)));
}

TEST_CASE("exact_noise_average: a ring with complex hopping, pure and mixed states [slow twin]") {
  an::philox rng(7, {});
  const auto h = an::anderson_model{
      an::chain{4, an::boundary::periodic}, std::complex<double>(0.6, 0.8),
      an::uniform_disorder{
          2}}.draw(rng);
  const an::disorder_realization realization(h);
  const complex_matrix dense = h.dense();
  double worst = 0, current = 0;
  for (const rates_only& noise : {rates_only{{2}, {1.0}}, rates_only{{2}, {30.0}}, rates_only{{0, 3}, {1, 1}},
                                  rates_only{{3, 1, 2}, {0.2, 4, 1}}})
    for (const an::vector_t<double>& occupations : {an::vector_t<double>{{1, 1}}, an::vector_t<double>{{0.9, 0.2}}}) {
      const an::gaussian_state<double> start(support::random_orbitals(4, 2, 3), occupations);
      const complex_matrix c0 = an::averaged_state<double>(start).correlations();
      exact_run r(in_time, realization, noise, start);
      for (const double t : {0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 1e3}) {
        const complex_matrix c = support::noise_average(dense, noise, c0, t);
        const auto now = r.at(t);
        worst = std::max({worst, support::largest(now.state().correlations() - c),
                          support::largest(support::correlations_of(now) - c),
                          std::abs(now.energy() - dense.lazyProduct(c).eval().trace().real())});
        current = std::max(current, support::largest(c.imag()));
      }
    }
  MESSAGE("largest error " << worst);
  CHECK(worst < 1e-8);
  CHECK(current > 0.1);  // C is not real
}

TEST_CASE("exact_noise_average: an average goes on from its own state, and many steps are one") {
  const auto realization = chain_realization(potential_8);
  const rates_only noise{{1, 4}, {0.8, 1.7}};
  const an::gaussian_state<double> start(support::random_orbitals(8, 3, 9));
  exact_run whole(in_time, realization, noise, start), often(in_time, realization, noise, start);
  const an::averaged_state<double> halfway = whole.at(1.3).state();
  exact_run rest(in_time, realization, noise, halfway);
  for (int k = 1; k <= 30; ++k) often.at(0.1 * k);
  const complex_matrix c = whole.at(3.0).state().correlations();
  CHECK(support::largest(rest.at(1.7).state().correlations() - c) < 2e-8);
  CHECK(support::largest(often.at(3.0).state().correlations() - c) < 1e-13);
  CHECK(often.moving.time() == doctest::Approx(3.0));
}

TEST_CASE("exact_noise_average: at time 0 the state is the start, with any number of noisy sites and no noise at all") {
  const auto realization = chain_realization(potential_8);
  const an::gaussian_state<double> start(support::random_orbitals(8, 3, 9));
  const complex_matrix c0 = an::averaged_state<double>(start).correlations();
  for (const rates_only& noise : {rates_only{{1}, {0.8}}, rates_only{{1, 4}, {0.0, 0.0}}}) {
    exact_run r(in_time, realization, noise, start);
    CHECK(support::largest(r.at(0).state().correlations() - c0) < 1e-14);
    CHECK(r.moving.resolvents() == 0);
  }
  exact_run still(in_time, realization, {{3}, {0.0}}, start);  // energies and populations stay for ever
  for (const double t : {1.0, 1e6, 1e100}) CHECK(std::abs(still.at(t).energy() - still.at(t).initial_energy()) < 1e-13);
  CHECK(still.moving.resolvents() == 0);
}

TEST_CASE("exact_noise_average: a clean ring with noise on every site, and on two opposite ones [slow twin]") {
  an::philox rng;
  const auto h = an::anderson_model<an::chain>{an::chain{6, an::boundary::periodic}, {.hopping = 1.0}}.draw(rng);
  const an::disorder_realization realization(h);
  const an::gaussian_state<double> start(support::random_orbitals(6, 3, 9));
  const complex_matrix dense = h.dense().cast<std::complex<double>>(),
                       c0 = an::averaged_state<double>(start).correlations();
  for (const rates_only& noise : {rates_only{{0, 1, 2, 3, 4, 5}, std::vector<double>(6, 0.7)},
                                  rates_only{{1, 4}, {0.7, 0.7}}, rates_only{{1, 4}, {0.7, 2.0}}}) {
    exact_run r(in_time, realization, noise, start);
    for (const double t : {0.3, 4.0, 90.0})
      CHECK(support::largest(r.at(t).state().correlations() - support::noise_average(dense, noise, c0, t)) < 1e-8);
  }
}

TEST_CASE("exact_noise_average: average() is the mean over its realizations, without noise error") {
  const an::chain sites{6};
  const an::problem physics{an::anderson_model{sites, {.hopping = 1.0, .disorder = 1.5}}, an::white_noise{{2}, 1.0},
                            an::localized_excitation{2}};
  const std::vector<double> times{0.0, 0.5, 8.0, 1e6, 1e15};
  const auto result = an::average(
      physics, in_time, times,
      an::observables{an::energy{}, an::absorbed_energy{}, an::density_profile{}, an::rms_displacement{sites, 2}},
      {.disorder_realizations = 3, .noise_realizations = 2, .seed = 17});
  for (std::size_t k = 0; k < times.size(); ++k) {
    double energy = 0, absorbed = 0, square = 0;
    an::vector_t<double> density = an::vector_t<double>::Zero(6);
    for (an::index_t d = 0; d < 3; ++d) {
      an::philox rng(17, {an::purpose::disorder, d, 0});
      const an::disorder_realization realization(physics.model.draw(rng));
      exact_run r(in_time, realization, {{2}, {1.0}}, physics.state.prepare(realization, rng));
      const auto now = r.at(times[k]);
      energy += now.energy() / 3;
      absorbed += (now.energy() - now.initial_energy()) / 3;
      density += now.densities() / 3;
      for (an::index_t i = 0; i < 6; ++i) square += sites.squared_distance(i, 2) * now.densities()[i] / 3;
    }
    const auto row = static_cast<an::index_t>(k);
    CHECK(std::abs(result["energy"].mean(row, 0) - energy) < 1e-12);
    CHECK(std::abs(result["absorbed_energy"].mean(row, 0) - absorbed) < 1e-12);
    for (an::index_t i = 0; i < 6; ++i) CHECK(std::abs(result["density"].mean(row, i) - density[i]) < 1e-12);
    // forms of the weights here, densities there
    CHECK(std::abs(std::pow(result["rms_displacement"].mean(row, 0), 2) - std::max(square, 0.0)) < 1e-12);
    CHECK(result["energy"].variance_within(row, 0) == 0);
  }
  CHECK(result["rms_displacement"].mean(4, 0) == doctest::Approx(std::sqrt(38.0 / 12)).epsilon(1e-9));  // invariant 17
}

TEST_CASE("exact_noise_average: bad options, rates, sites, states and times are rejected, with the value") {
  const auto realization = chain_realization({0.3, -0.7, 1.1});
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto check = [](const an::exact_noise_average& how) { how.check(); };
  CHECK_NOTHROW(check({}));
  CHECK_THROWS_WITH_AS(check({.tolerance = 0}), doctest::Contains("tolerance = 0; allowed: 0 < tolerance < 1"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(check({.max_work = -2}), doctest::Contains("max_work = -2; allowed: 0 <= max_work <= 1e11"),
                       std::invalid_argument);
  for (const double bad : {nan, infinity, -1.0}) {
    CHECK_THROWS_AS(check({.tolerance = bad}), std::invalid_argument);
    CHECK_THROWS_AS(check({.tolerance = std::abs(bad)}), std::invalid_argument);  // 1 too
    CHECK_THROWS_AS(check({.max_work = bad}), std::invalid_argument);
    CHECK_THROWS_AS(in_time.prepare(realization, rates_only{{0}, {bad}}), std::invalid_argument);
  }
  CHECK_THROWS_AS((an::exact_noise_average{.tolerance = -1}.prepare(realization, rates_only{{0}, {1}})),
                  std::invalid_argument);
  CHECK_THROWS_WITH_AS(in_time.prepare(realization, rates_only{{0, 1}, {1, -0.5}}),
                       doctest::Contains("dephasing rate of the noise = -0.5; allowed: >= 0 and finite"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(in_time.prepare(realization, an::white_noise({3}, 1)),
                       doctest::Contains("noisy site = 3; allowed: [0, 3)"), std::invalid_argument);
  const auto start = [&](an::index_t sites) {
    return exact_run(in_time, realization, {{0}, {1}},
                     an::gaussian_state<double>(support::random_orbitals(sites, 2, 9)));
  };
  CHECK_THROWS_WITH_AS(start(4),
                       doctest::Contains("number of sites of the state = 4; allowed: that of the Hamiltonian, 3"),
                       std::invalid_argument);
  auto r = start(3);
  r.at(2);
  CHECK_THROWS_WITH_AS(r.at(1.5),
                       doctest::Contains("time to evolve to = 1.5; allowed: finite and not before the present time, 2"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(r.at(1e139), doctest::Contains("time to evolve to = 1"), std::invalid_argument);
  for (const double bad : {nan, infinity, -1.0}) CHECK_THROWS_AS(r.at(bad), std::invalid_argument);
  CHECK(r.moving.time() == 2);
  CHECK_NOTHROW(r.at(1e138));
  an::philox rng;
  const an::disorder_realization clean(an::anderson_model<an::chain>{an::chain{100}, {.hopping = 1.0}}.draw(rng));
  CHECK_THROWS_WITH_AS(in_time.prepare(clean, an::white_noise({49}, 4.0)), doctest::Contains("an exceptional point"),
                       std::runtime_error);
}

}  // namespace exact_noise_average_test
