// SPDX-License-Identifier: MIT
#pragma once

#include <anderson/core/types.hpp>

#include <concepts>
#include <memory>
#include <type_traits>

namespace anderson::detail {

/// Refers to a(in, out), out = A in for L x M blocks, of any type: what works on it is compiled once for a scalar.
template <real_scalar Real>
class block_operator {
public:
  /// @param a  outlives this.
  template <class Apply>
    requires(!std::same_as<std::remove_cv_t<Apply>, block_operator>)
  explicit block_operator(Apply& a) {
    if constexpr (std::is_function_v<Apply>) {
      function_ = reinterpret_cast<void (*)()>(&a);
      call_ = [](const block_operator& self, const orbitals_t<Real>& in, orbitals_t<Real>& out) {
        reinterpret_cast<Apply*>(self.function_)(in, out);
      };
    } else {
      object_ = std::addressof(a);
      call_ = [](const block_operator& self, const orbitals_t<Real>& in, orbitals_t<Real>& out) {
        (*const_cast<Apply*>(static_cast<const Apply*>(self.object_)))(in, out);
      };
    }
  }

  void operator()(const orbitals_t<Real>& in, orbitals_t<Real>& out) const { call_(*this, in, out); }

private:
  const void* object_ = nullptr;
  void (*function_)() = nullptr;
  void (*call_)(const block_operator&, const orbitals_t<Real>&, orbitals_t<Real>&);
};

}  // namespace anderson::detail
