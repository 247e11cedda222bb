// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/unfit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/lattice/bond_list.hpp>
#include <anderson/model/bond_table.hpp>
#include <anderson/model/detail/hopping.hpp>
#include <anderson/model/disorder.hpp>
#include <anderson/model/tight_binding.hpp>

#include <cmath>
#include <complex>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anderson {

/// The two numbers of the paper's Hamiltonian, in units of energy.
template <scalar Scalar = real_t>
struct anderson_parameters {
  Scalar hopping = Scalar(1);  ///< J; complex for a Peierls phase
  real_t disorder = 0;         ///< W >= 0: w_i uniform on [-W, W]
};

/// Anderson model: a lattice, a hopping J and a law for the potential   (paper eqs. 1, 9). Draws tight_binding
/// Hamiltonians, which share the bonds: these are checked here, once.
///
///     anderson_model{chain{100}, {.hopping = 1.0, .disorder = 3.0}}              // uniform disorder
///     anderson_model{chain{100}, {.hopping = std::polar(1.0, 0.1)}}              // with a Peierls phase
///     anderson_model{chain{4}, 1.0, given_potential{{0.1, -0.3, 0.2, 0.7}}}      // any disorder_law
///     anderson_model{chain{100}, random_hopping{0.5, 1.5}, uniform_disorder{3}}  // any hopping_law
///
/// @tparam Hopping  a number, or a hopping_law.
template <class Lattice, class Disorder = uniform_disorder, class Hopping = real_t>
class anderson_model {
  static_assert(lattice<Lattice>, "anderson_model needs a lattice: size() and for_each_bond(visit)");
  static_assert(disorder_law<Disorder> || positional_disorder_law<Disorder, Lattice>,
                "anderson_model needs a disorder_law: d.draw(rng, onsite), or d.draw(rng, lattice, onsite)");
  static_assert(detail::number<Hopping> || hopping_law<Hopping>,
                "anderson_model needs a number or a hopping_law: scalar_type and law.fill(bonds, amplitudes) or "
                "law.draw(rng, bonds, amplitudes)");
  static_assert(detail::check_fit_of_disorder<Disorder>());

public:
  using scalar_type = detail::hopping_scalar_t<Hopping>;

  /// @throws std::invalid_argument  hopping not finite; disorder negative or not finite; bad bonds, see bond_list.
  anderson_model(Lattice sites, anderson_parameters<Hopping> parameters) requires(
      std::same_as<Disorder, uniform_disorder>&& detail::number<Hopping>)
      : anderson_model(std::move(sites), parameters.hopping, uniform_disorder(parameters.disorder)) {}

  /// @throws std::invalid_argument  the same; a law that does not fit the lattice.
  anderson_model(Lattice sites, Hopping hopping, Disorder law)
      : lattice_(std::move(sites)),
        hopping_(std::move(hopping)),
        disorder_(std::move(law)),
        bonds_(detail::bonds_with<scalar_type>(lattice_, hopping_)) {
    if constexpr (has_check<Disorder>) disorder_.check(lattice_.size());
  }

  index_t size() const { return lattice_.size(); }
  const Lattice& lattice() const noexcept { return lattice_; }
  const Hopping& hopping() const noexcept { return hopping_; }
  const Disorder& disorder() const noexcept { return disorder_; }

  /// One disorder realization: first the potential, then a random hopping, from one stream.
  /// @throws std::invalid_argument  a law leaves a site or a bond out, or its value is not finite.
  tight_binding<scalar_type> draw(random_source auto& rng) const {
    vector_t<real_of_t<scalar_type>> onsite = draw_potential(rng);
    if constexpr (random_hopping_law<Hopping>)
      return {detail::draw_hopping<scalar_type>(hopping_, bonds_, rng), std::move(onsite)};
    else
      return {bonds_, std::move(onsite)};
  }

private:
  vector_t<real_of_t<scalar_type>> draw_potential(random_source auto& rng) const {
    std::vector<real_t> onsite(static_cast<std::size_t>(size()), std::numeric_limits<real_t>::quiet_NaN());
    if constexpr (disorder_law<Disorder>)
      disorder_.draw(rng, std::span<real_t>(onsite));
    else
      disorder_.draw(rng, lattice_, std::span<real_t>(onsite));
    for (std::size_t i = 0; i < onsite.size(); ++i)
      if (!std::isfinite(onsite[i]))
        detail::reject("potential[" + std::to_string(i) + "]", onsite[i],
                       "finite; draw(rng, onsite) of the disorder law must fill all of onsite");
    vector_t<real_of_t<scalar_type>> w(size());
    for (index_t i = 0; i < w.size(); ++i)
      w[i] = static_cast<real_of_t<scalar_type>>(onsite[static_cast<std::size_t>(i)]);
    return w;
  }

  Lattice lattice_;
  Hopping hopping_;
  Disorder disorder_;
  detail::bonds_type<scalar_type, Hopping> bonds_;  // with their amplitudes, if these are the same in every realization
};

template <class Lattice>
anderson_model(Lattice, anderson_parameters<real_t>) -> anderson_model<Lattice>;
template <class Lattice>
anderson_model(Lattice, detail::complex_parameters<float>)
    -> anderson_model<Lattice, uniform_disorder, std::complex<float>>;
template <class Lattice>
anderson_model(Lattice, detail::complex_parameters<double>)
    -> anderson_model<Lattice, uniform_disorder, std::complex<double>>;
template <class Lattice>
anderson_model(Lattice, detail::complex_parameters<long double>)
    -> anderson_model<Lattice, uniform_disorder, std::complex<long double>>;
template <class Lattice, std::integral Integer, class Disorder>
anderson_model(Lattice, Integer, Disorder) -> anderson_model<Lattice, Disorder>;

}  // namespace anderson
