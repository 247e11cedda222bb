// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/capabilities.hpp>
#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <optional>
#include <span>

namespace anderson::detail {

/// The operator of the combined step, h + sum_k (phi_k / tau) P_k: as three diagonals where h has them, otherwise by
/// its action. The diagonals lack the middle of the potential, constant(): the kicks are not rounded as it is.
template <scalar Scalar>
class shaken_hamiltonian {
public:
  using real_type = real_of_t<Scalar>;

  template <hamiltonian H>
  explicit shaken_hamiltonian(const H& h) {
    if constexpr (has_tridiagonal_form<H>) resting_ = h.tridiagonal_form();
    if (resting_ && resting_->diagonal.size() > 0) {
      auto& diagonal = resting_->diagonal;
      const real_type low = diagonal.minCoeff();
      constant_ = low + (diagonal.maxCoeff() - low) / 2;
      diagonal.array() -= constant_;
    }
    shaken_ = resting_;
  }

  const std::optional<tridiagonal<real_type>>& resting() const noexcept { return resting_; }
  real_type constant() const noexcept { return constant_; }

  /// use(a) with a an anderson::tridiagonal, or a(in, out): out = A in; A + constant() is the operator.
  template <class Use>
  auto operator()(const hamiltonian auto& h, std::span<const index_t> support, real_t tau, std::span<const real_t> phi,
                  Use&& use) {
    const auto kick = [&](std::size_t k) { return static_cast<real_type>(phi[k] / tau); };
    if (shaken_) {
      for (std::size_t k = 0; k < support.size(); ++k)
        shaken_->diagonal[support[k]] = resting_->diagonal[support[k]] + kick(k);
      return use(*shaken_);
    }
    return use([&](const orbitals_t<real_type>& in, orbitals_t<real_type>& out) {
      h.apply(in, out);
      for (std::size_t k = 0; k < support.size(); ++k) out.row(support[k]) += kick(k) * in.row(support[k]);
    });
  }

private:
  std::optional<tridiagonal<real_type>> resting_, shaken_;
  real_type constant_ = 0;
};

}  // namespace anderson::detail
