// Dense positions of a market's parts, as types of their own, so that a need's position can't pass for an
// offer's.
//
// Each counts from 0 within one Problem or Market and means nothing outside it. They are values of 32 bits: a
// market holds at most 2^31 - 1 of each.
#ifndef AYNI_MATCHER_INDEX_H_
#define AYNI_MATCHER_INDEX_H_

#include <compare>
#include <cstddef>
#include <cstdint>

namespace ayni::matcher {

template <typename Tag>
struct Index {
  int32_t value = -1;

  static constexpr Index None() { return Index{}; }
  constexpr bool present() const { return value >= 0; }
  // REQUIRES: present().
  constexpr size_t at() const { return static_cast<size_t>(value); }

  friend constexpr auto operator<=>(Index, Index) = default;
};

using NeedIndex = Index<struct NeedTag>;
using OfferIndex = Index<struct OfferTag>;
using TapIndex = Index<struct TapTag>;
using CellIndex = Index<struct CellTag>;

// Quantity in a service's unit. Money is not Units.
using Units = int64_t;

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_INDEX_H_
