// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/concepts.hpp>
#include <anderson/core/types.hpp>
#include <anderson/linalg/eigensystem.hpp>

#include <optional>
#include <span>

namespace anderson::detail {

/// The operator of the combined step, h + sum_k (phi_k / tau) P_k: as three diagonals where h has them, otherwise by
/// its action.
template <scalar Scalar>
class shaken_hamiltonian {
public:
  using real_type = real_of_t<Scalar>;

  explicit shaken_hamiltonian(const hamiltonian auto& h) {
    if constexpr (requires { h.tridiagonal_form(); }) resting_ = shaken_ = h.tridiagonal_form();
  }

  const std::optional<tridiagonal<real_type>>& resting() const noexcept { return resting_; }

  /// use(a) with a an anderson::tridiagonal, or a(in, out): out = A in.
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
};

}  // namespace anderson::detail
