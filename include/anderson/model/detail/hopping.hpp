// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/lattice/bond_list.hpp>
#include <anderson/model/bond_table.hpp>

#include <complex>
#include <concepts>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace anderson::detail {

template <class T>
concept number = scalar<T> && requires(const T& x) {
  -x* x;
};

/// A number as it is; the scalar_type of a law.
template <class Hopping>
struct hopping_scalar {
  using type = Hopping;
};
template <class Hopping>
  requires requires { typename Hopping::scalar_type; }
struct hopping_scalar<Hopping> {
  using type = typename Hopping::scalar_type;
};
template <class Hopping>
using hopping_scalar_t = typename hopping_scalar<Hopping>::type;

/// What all realizations share: bonds, with their amplitudes unless these are drawn.
template <scalar Scalar, class Hopping>
using bonds_type = std::conditional_t<random_hopping_law<Hopping>, bond_list, bond_table<Scalar>>;

template <scalar Scalar, lattice Lattice, class Hopping>
bonds_type<Scalar, Hopping> bonds_with(const Lattice& sites, const Hopping& hopping) {
  if constexpr (random_hopping_law<Hopping>) {
    return bond_list(sites);
  } else if constexpr (fixed_hopping_law<Hopping>) {
    const bond_list list(sites);
    std::vector<Scalar> amplitudes(list.bonds().size(), Scalar(std::numeric_limits<real_of_t<Scalar>>::quiet_NaN()));
    hopping.fill(list.bonds(), std::span<Scalar>(amplitudes));
    return {list, std::move(amplitudes)};
  } else {
    return {sites, hopping};
  }
}

template <scalar Scalar>
bond_table<Scalar> draw_hopping(const random_hopping_law auto& law, const bond_list& list, random_source auto& rng) {
  std::vector<Scalar> amplitudes(list.bonds().size(), Scalar(std::numeric_limits<real_of_t<Scalar>>::quiet_NaN()));
  law.draw(rng, list.bonds(), std::span<Scalar>(amplitudes));
  return {list, std::move(amplitudes)};
}

/// Taken from a std::complex and from nothing else: a list with a complex hopping fits this and no other deduction
/// guide.
template <class Real>
struct complex_hopping {
  template <std::same_as<std::complex<Real>> T>
  complex_hopping(T);
};
template <class Real>
struct complex_parameters {
  complex_hopping<Real> hopping;
  real_t disorder = 0;
};

}  // namespace anderson::detail
