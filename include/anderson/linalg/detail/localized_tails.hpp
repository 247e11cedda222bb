// SPDX-License-Identifier: MIT
#pragma once
#include <anderson/core/types.hpp>
#include <anderson/linalg/detail/column_sums.hpp>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace anderson::detail {

/// Gives the eigenvectors of a real symmetric tridiagonal matrix, as a QR iteration leaves them (orthonormal, errors of
/// the size of a rounding error over the distance of levels), the exponentially small amplitudes that localized modes
/// have far away, and keeps them orthonormal. Needs a matrix whose largest entry is of order 1.
///
///  1. `unmix`: levels closer than QR can tell are rotated within rounding; where position tells them apart and the
///     energy does not, localized modes are as good as any, and the only ones whose tails are small.
///  2. `restore`: from either end up to the first visible amplitude, the ratios of neighbors obey
///
///         v_i / v_{i+1} = t_i / p_i,   p_i = E - d_i - t_{i-1} (v_{i-1} / v_i),   d, t: diagonal, subdiagonal
///
///     which is stable where v grows: no digit is lost however small the amplitude. Its logarithmic derivative by E is
///     the sum of q / p, q_i = 1 + (v_{i-1} / v_i)^2 q_{i-1}: where it times the rounding of E is not small, another
///     mode at that energy lives there, and the amplitude is not defined. Then E is moved by roundings, 16 at first,
///     which in a tail costs nothing, and the mode passes the other one as if they were not resonant.
///  3. `reorthogonalize`: pairs that overlap by more than rounding are turned by half of that each (to first order
///     Loewdin's orthogonalization). With the residuals r = h v - E v, |v_a . v_b| <= (|r_a| + |r_b|) / |E_a - E_b|, so
///     only pairs close in energy are looked at, and of these the ones with a tail that has changed: others overlap as
///     QR leaves them, whatever the matrix, by 115 rounding errors at most for L up to 2000. What turns two modes
///     brings each into the tail of the other, so these are restored again.
///
/// Decay rates that are squares of such amplitudes need their truth, and so do bounds of what leaves a window.
/// Cost: O(L^2), L multiply-adds for each of those pairs, and L for each pair of levels closer than rounding and sweep.
template <real_scalar Real>
class localized_tails {
public:
  /// @param values, vectors  eigenpairs, ascending, changed in place.
  localized_tails(const vector_t<Real>& diagonal, const vector_t<Real>& subdiagonal, vector_t<Real>& values,
                  matrix_t<Real>& vectors)
      : d_(diagonal),
        t_(subdiagonal),
        e_(values),
        v_(vectors),
        tail_(values.size()),
        slope_(values.size()),
        spent_(numbers::Zero(values.size())),
        changed_(numbers::Zero(values.size())),
        residual_(values.size()),
        fresh_(static_cast<std::size_t>(values.size())) {
    if (size() < 2) return;
    improve();
    unmix();
    for (index_t a = 0; a < size(); ++a)
      for (const bool from_right : {false, true}) restore(a, from_right);
    reorthogonalize();
    sort();
  }

private:
  using numbers = vector_t<Real>;
  index_t size() const { return e_.size(); }
  static Real epsilon() { return Eigen::NumTraits<Real>::epsilon(); }
  static Real abs(Real x) { return Eigen::numext::abs(x); }
  static Real rounding() { return 16 * epsilon(); }  // of an eigenvalue
  /// Amplitudes above this are kept as they are.
  static Real visible() {
    static const Real root = Eigen::numext::sqrt(Eigen::numext::sqrt(epsilon()));
    return root;
  }

  /// Norms, which QR lets drift, and Rayleigh's quotients, whose errors are squares of those of the vectors.
  void improve() {
    for (index_t a = 0; a < size(); ++a) {
      const auto f = forms_of(d_, t_, v_.col(a).data(), e_[a]);
      const Real moved = f.value / f.norm;
      e_[a] += moved;
      v_.col(a) *= 1 / Eigen::numext::sqrt(f.norm);
      residual_[a] = Eigen::numext::sqrt(std::max(Real(0), f.square / f.norm - moved * moved)) + epsilon();
    }
    sort();
  }

  void sort() {
    for (index_t a = 1; a < size(); ++a)
      for (index_t b = a; b > 0 && e_[b] < e_[b - 1]; --b) {
        std::swap(e_[b], e_[b - 1]);
        std::swap(residual_[b], residual_[b - 1]);
        std::swap(changed_[b], changed_[b - 1]);
        v_.col(b).swap(v_.col(b - 1));
      }
  }

  void unmix() {
    const Real close = rounding() / visible();
    for (index_t first = 0, end = 0; first < size(); first = end) {
      for (end = first + 1; end < size() && e_[end] - e_[end - 1] <= close;) ++end;
      bool again = end - first > 1;
      for (int sweep = 0; again && sweep < 20; ++sweep) {
        again = false;
        for (index_t a = first; a < end; ++a)
          for (index_t b = a + 1; b < end; ++b) again |= localize(a, b);
      }
    }
  }

  /// Turns two modes to eigenvectors of position, if that moves no energy by more than rounding.
  bool localize(index_t a, index_t b) {
    auto va = v_.col(a), vb = v_.col(b);
    Real aa = 0, ab = 0, bb = 0;
    for (index_t i = 0; i < size(); ++i) {
      const auto x = static_cast<Real>(i);
      aa += x * va[i] * va[i];
      ab += x * va[i] * vb[i];
      bb += x * vb[i] * vb[i];
    }
    if (!(abs(ab) > visible() / 8 * abs(aa - bb))) return false;
    const Real half = (bb - aa) / (2 * ab);
    const Real tangent = (half < 0 ? -1 : 1) / (abs(half) + Eigen::numext::sqrt(1 + half * half));
    const Real c = 1 / Eigen::numext::sqrt(1 + tangent * tangent), s = tangent * c;
    const Real distance = e_[b] - e_[a];
    const Real spent = std::max(spent_[a], spent_[b]) + abs(distance * s * c);
    if (!(spent <= 2 * rounding())) return false;
    spent_[a] = spent_[b] = spent;
    for (index_t i = 0; i < size(); ++i) {
      const Real x = va[i], y = vb[i];
      va[i] = c * x - s * y;
      vb[i] = s * x + c * y;
    }
    e_[a] += s * s * distance;  // |tangent| <= 1: the order stays
    e_[b] -= s * s * distance;
    residual_[a] = residual_[b] = residual_[a] + residual_[b] + abs(distance);
    return true;
  }

  /// The tail of mode a from one end.
  void restore(index_t a, bool from_right) {
    const index_t n = size();
    auto v = v_.col(a);
    const auto at = [&](index_t i) { return from_right ? n - 1 - i : i; };
    index_t end = 0;  // of the tail
    while (end < n && !(abs(v[at(end)]) > visible())) ++end;
    if (end == 0 || end == n) return;
    const bool partner_above = a + 1 < n && (a == 0 || e_[a + 1] - e_[a] < e_[a] - e_[a - 1]);
    bool found = set_tail(e_[a], v[at(end)], end, from_right);
    for (Real away = 16 * rounding(); !found && away * visible() < 2 * rounding(); away *= 4)
      found = set_tail(e_[a] + (partner_above ? -away : away), v[at(end)], end, from_right);
    if (!found) return;
    for (index_t i = 0; i < end; ++i) {
      const Real change = tail_[i] - v[at(i)];
      changed_[a] += change * change;
      v[at(i)] = tail_[i];
    }
  }

  /// Amplitudes i < end that belong to `last` at `end`. False if two neighbors are not defined at this energy (a single
  /// one is a node), or one would be visible.
  bool set_tail(Real energy, Real last, index_t end, bool from_right) {
    const index_t n = size();
    Real ratio = 0, q = 0, before = 0;
    for (index_t i = 0; i < end; ++i) {
      const Real t = t_[from_right ? n - 2 - i : i], offset = energy - d_[from_right ? n - 1 - i : i];
      const Real back = before * ratio, least = epsilon() * (abs(offset) + abs(back) + epsilon() * abs(t));
      Real p = offset - back;
      if (!(abs(p) > least)) p = p < 0 ? -least : least;
      q = 1 + ratio * ratio * q;
      const Real inverse = p == 0 ? Real(0) : 1 / p;
      tail_[i] = ratio = t * inverse;
      slope_[i] = q * inverse;
      before = t;
    }
    static const Real smallest = Eigen::numext::sqrt((std::numeric_limits<Real>::min)());
    Real sum = 0;
    bool defined = true;
    for (index_t i = end - 1; i >= 0; --i) {
      sum += slope_[i];
      const bool now = abs(sum) * rounding() < Real(0.125);
      last *= tail_[i];
      if (!(now || defined) || !(abs(last) <= 2 * visible())) return false;
      defined = now;
      tail_[i] = abs(last) > smallest ? last : Real(0);
    }
    return true;
  }

  /// Until no pair overlaps by more than `allowed`, below which a correction would spoil tails.
  void reorthogonalize() {
    for (index_t a = 0; a < size(); ++a) fresh(a) = changed_[a] > 60 * epsilon() * (60 * epsilon());
    for (int sweep = 0; sweep < 10; ++sweep) {
      bool done = true;
      std::vector<char> turned(fresh_.size(), 0);
      for (index_t a = 0; a < size(); ++a)
        if (fresh(a)) residual_[a] = Eigen::numext::sqrt(forms_of(d_, t_, v_.col(a).data(), e_[a]).square) + epsilon();
      const Real most = 2 * residual_.maxCoeff() / allowed();
      for (index_t first = 0; first < size(); first += columns) {
        const index_t end = std::min(first + columns, size());
        for (index_t b = first; b < size() && e_[b] - e_[end - 1] <= most; ++b) {
          bool any = false;
          for (index_t a = first; a < std::min(b + 1, end); ++a) any |= suspicious(a, b);
          if (!any) continue;
          Real overlaps[static_cast<std::size_t>(columns)];
          overlap<columns>(v_, first, end - first, b, overlaps);
          for (index_t a = first; a < std::min(b + 1, end); ++a) {
            const Real g = (overlaps[a - first] - (a == b ? 1 : 0)) / 2;
            if (!(abs(g) > allowed() / 2)) continue;
            done = false;
            turn(a, b, g);
            turned[static_cast<std::size_t>(a)] = turned[static_cast<std::size_t>(b)] = 1;
          }
        }
      }
      if (done) return;
      fresh_ = turned;
      if (sweep >= 5) continue;  // two that do not agree: orthonormal is what is promised without exception
      for (index_t a = 0; a < size(); ++a)
        if (fresh(a))
          for (const bool from_right : {false, true}) restore(a, from_right);
    }
  }
  static Real allowed() { return 200 * epsilon(); }
  bool suspicious(index_t a, index_t b) const {
    return (fresh(a) || fresh(b)) && (e_[b] - e_[a]) * allowed() <= residual_[a] + residual_[b];
  }
  char& fresh(index_t a) { return fresh_[static_cast<std::size_t>(a)]; }
  bool fresh(index_t a) const { return fresh_[static_cast<std::size_t>(a)] != 0; }
  void turn(index_t a, index_t b, Real g) {
    if (a == b) {
      v_.col(a) *= 1 - g;
      return;
    }
    for (index_t i = 0; i < size(); ++i) {
      const Real x = v_(i, a), y = v_(i, b);
      v_(i, a) = x - g * y;
      v_(i, b) = y - g * x;
    }
  }

  static constexpr index_t columns = 4;  // that are compared with another one at a time
  const numbers &d_, &t_;
  numbers& e_;
  matrix_t<Real>& v_;
  numbers tail_, slope_;     // v_i / v_{i+1}, then v_i; derivative of the logarithm of the former by E
  numbers spent_;            // by how much rotations have spoiled a mode
  numbers changed_;          // squared length of what has changed in the tails of a mode
  numbers residual_;         // |h v - E v|
  std::vector<char> fresh_;  // modes that were not compared with the others since they changed
};

}  // namespace anderson::detail
