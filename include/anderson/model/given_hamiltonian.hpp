// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/detail/error.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/products.hpp>

#include <string>
#include <utility>

namespace anderson {

/// A Hamiltonian given as a matrix.
template <scalar Scalar = real_t>
class dense_hamiltonian {
public:
  using scalar_type = Scalar;
  using real_type = real_of_t<Scalar>;

  /// @throws std::invalid_argument  not square, empty, not finite, or not Hermitian (beyond rounding).
  explicit dense_hamiltonian(matrix_t<Scalar> h) : h_(std::move(h)) {
    detail::require(h_.rows() == h_.cols() && h_.rows() >= 1, "shape of the Hamiltonian",
                    std::to_string(h_.rows()) + " x " + std::to_string(h_.cols()), "square, at least 1 x 1");
    detail::require(h_.allFinite(), "Hamiltonian", "not finite", "finite entries");
    const real_type defect = (h_ - h_.adjoint()).cwiseAbs().maxCoeff();
    const real_type rounding = 16 * Eigen::NumTraits<real_type>::epsilon() * h_.cwiseAbs().maxCoeff();
    detail::require(defect <= rounding, "largest |h_ij - conj(h_ji)|", defect, "0 up to rounding");
  }

  index_t size() const { return h_.rows(); }
  void apply(const orbitals_t<real_type>& in, orbitals_t<real_type>& out) const { detail::multiply(h_, in, out); }
  const matrix_t<Scalar>& dense() const& noexcept { return h_; }
  matrix_t<Scalar> dense() && { return std::move(h_); }

private:
  matrix_t<Scalar> h_;
};

template <class Derived>
explicit dense_hamiltonian(const Eigen::MatrixBase<Derived>&) -> dense_hamiltonian<typename Derived::Scalar>;

/// A model without disorder: every realization is the one Hamiltonian given here, of any type.
///
///     problem{given_hamiltonian{my_hamiltonian}, white_noise{{3}, 1.0}, ground_state{}}
template <class Hamiltonian>
class given_hamiltonian {
  static_assert(hamiltonian<Hamiltonian>,
                "given_hamiltonian needs a hamiltonian (core/concepts.hpp); of a matrix make a "
                "dense_hamiltonian: scalar_type, size() and apply(in, out)");

public:
  explicit given_hamiltonian(Hamiltonian h) : h_(std::move(h)) {}
  index_t size() const { return h_.size(); }
  Hamiltonian draw(random_source auto& /*rng*/) const { return h_; }

private:
  Hamiltonian h_;
};

}  // namespace anderson
