// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/detail/unfit.hpp>
#include <anderson/core/types.hpp>
#include <anderson/model/disorder.hpp>
#include <anderson/model/tight_binding.hpp>

#include <cmath>
#include <complex>
#include <concepts>
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
/// Hamiltonians.
///
///     anderson_model{chain{100}, {.hopping = 1.0, .disorder = 3.0}}              // uniform disorder
///     anderson_model{chain{100}, {.hopping = std::polar(1.0, 0.1)}}              // with a Peierls phase
///     anderson_model{chain{4}, 1.0, given_potential{{0.1, -0.3, 0.2, 0.7}}}      // any disorder_law
template <class Lattice, class Disorder = uniform_disorder, scalar Scalar = real_t>
class anderson_model {
  static_assert(lattice<Lattice>, "anderson_model needs a lattice: size() and for_each_bond(visit)");
  static_assert(disorder_law<Disorder>, "anderson_model needs a disorder_law: draw(rng, onsite)");
  static_assert(detail::check_fit_of_disorder<Disorder>());

public:
  /// @throws std::invalid_argument  hopping not finite; disorder negative or not finite.
  anderson_model(Lattice sites,
                 anderson_parameters<Scalar> parameters) requires std::same_as<Disorder, uniform_disorder>
      : anderson_model(std::move(sites), parameters.hopping, uniform_disorder(parameters.disorder)) {}

  /// @throws std::invalid_argument  hopping not finite; a law that does not fit the lattice.
  anderson_model(Lattice sites, Scalar hopping, Disorder law)
      : lattice_(std::move(sites)), hopping_(hopping), disorder_(std::move(law)) {
    detail::require((Eigen::numext::isfinite)(hopping_), "hopping", hopping_, "finite");
    detail::require(lattice_.size() >= 1, "number of sites", lattice_.size(), "at least 1");
    if constexpr (has_check<Disorder>) disorder_.check(lattice_.size());
  }

  index_t size() const { return lattice_.size(); }
  const Lattice& lattice() const noexcept { return lattice_; }
  Scalar hopping() const noexcept { return hopping_; }
  const Disorder& disorder() const noexcept { return disorder_; }

  /// One disorder realization.
  /// @throws std::invalid_argument  the law leaves a site out, or its value is not finite.
  tight_binding<Lattice, Scalar> draw(random_source auto& rng) const {
    std::vector<real_t> onsite(static_cast<std::size_t>(size()), std::numeric_limits<real_t>::quiet_NaN());
    disorder_.draw(rng, std::span<real_t>(onsite));
    for (std::size_t i = 0; i < onsite.size(); ++i)
      if (!std::isfinite(onsite[i]))
        detail::reject("potential[" + std::to_string(i) + "]", onsite[i],
                       "finite; draw(rng, onsite) of the disorder law must fill all of onsite");
    const Eigen::Map<const vector_t<real_t>> w(onsite.data(), size());
    return {lattice_, hopping_, w.template cast<real_of_t<Scalar>>()};
  }

private:
  Lattice lattice_;
  Scalar hopping_;
  Disorder disorder_;
};

namespace detail {

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

}  // namespace detail

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
