#include "matcher/spread.h"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/spread.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ayni::matcher {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, kLanes>;
using Ints = hn::RebindToSigned<Floats>;
using Vector = hn::Vec<Floats>;

constexpr float kFarBelow = -20.197732f;  // -kNegligible in powers of 2
constexpr float kFarAbove = -kFarBelow;

// 2^x within 2e-7 of its value, for |x| <= 40.
HWY_INLINE Vector Exp2(Vector x) {
  const Floats f;
  const Ints i;
  const auto whole =
      hn::ConvertTo(i, hn::Add(x, hn::Set(f, 64.0f)));  // towards 0: towards -infinity after 64
  const Vector rest =
      hn::Sub(hn::Sub(x, hn::Sub(hn::ConvertTo(f, whole), hn::Set(f, 64.0f))), hn::Set(f, 0.5f));
  // 2^x = 2^whole x 2^1/2 x e^y with |y| <= ln 2 / 2; what follows is the series of e^y.
  const Vector y = hn::Mul(rest, hn::Set(f, 0.69314718f));
  const Vector y2 = hn::Mul(y, y);
  const Vector low = hn::Add(hn::Add(hn::Set(f, 1.0f), y),
                             hn::Mul(y2, hn::Add(hn::Set(f, 0.5f), hn::Mul(y, hn::Set(f, 1.0f / 6)))));
  const Vector high = hn::Add(hn::Add(hn::Set(f, 1.0f / 24), hn::Mul(y, hn::Set(f, 1.0f / 120))),
                              hn::Mul(y2, hn::Set(f, 1.0f / 720)));
  const Vector root = hn::Mul(hn::Add(low, hn::Mul(hn::Mul(y2, y2), high)), hn::Set(f, 1.41421356f));
  const Vector power = hn::BitCast(f, hn::ShiftLeft<23>(hn::Add(whole, hn::Set(i, 127 - 64))));
  return hn::Mul(root, power);
}

// 2^x, or 0 where it is negligible.
HWY_INLINE Vector Share(Vector x) {
  const Floats f;
  const Vector low = hn::Set(f, kFarBelow);
  return hn::IfThenElseZero(hn::Gt(x, low), Exp2(hn::Max(hn::Min(x, hn::Set(f, kFarAbove)), low)));
}

struct Slice {
  int32_t rows;
  const int32_t* slot;
  const float* weight;
  const float* bound;  // nullptr where no bound binds
  const float* demand;
  float* share;     // rows x kLanes
  float* marginal;  // kLanes: the gain of the last unit
  float* brought;   // kLanes: what all bring, in slices with bounds
};

// Leaves the gains in slice.share.
HWY_INLINE Vector FindGains(const Slice& slice, const float* slot_price, size_t lane) {
  const Floats f;
  const Ints i;
  Vector most = hn::Zero(f);
  for (int32_t j = 0; j < slice.rows; ++j) {
    const size_t at = size_t{kLanes} * j + lane;
    const Vector price = hn::GatherIndex(f, slot_price, hn::LoadU(i, slice.slot + at));
    const Vector gain = hn::Sub(hn::LoadU(f, slice.weight + at), price);
    hn::StoreU(gain, f, slice.share + at);
    most = hn::Max(most, gain);
  }
  return most;
}

// The gain of each need's last unit, the best edges taking their bounds; what all bring to slice.brought.
HWY_INLINE Vector FillByGain(const Slice& slice, Vector most, size_t lane) {
  const Floats f;
  const Vector zero = hn::Zero(f);
  Vector left = hn::LoadU(f, slice.demand + lane);
  Vector marginal = zero, brought = zero, gain = most;
  while (true) {
    const auto open = hn::And(hn::Gt(left, zero), hn::Gt(gain, zero));
    if (hn::AllFalse(f, open)) break;
    // All edges of this gain at once, and the next best.
    Vector units = zero, next = zero;
    for (int32_t j = 0; j < slice.rows; ++j) {
      const size_t at = size_t{kLanes} * j + lane;
      const Vector own = hn::LoadU(f, slice.share + at);
      units = hn::Add(units, hn::IfThenElseZero(hn::Eq(own, gain), hn::LoadU(f, slice.bound + at)));
      next = hn::Max(next, hn::IfThenElseZero(hn::Lt(own, gain), own));
    }
    const Vector taken = hn::IfThenElseZero(open, hn::Min(units, left));
    brought = hn::Add(brought, hn::Mul(taken, gain));
    left = hn::Sub(left, taken);
    marginal = hn::IfThenElse(hn::And(open, hn::Le(left, zero)), gain, marginal);
    gain = next;
  }
  hn::StoreU(brought, f, slice.brought + lane);
  return marginal;
}

// Shares of slice.share become units. Those above their bounds are held there, which makes them negative for
// a while, and the rest share what is left, until none is above.
HWY_INLINE void HoldToBounds(const Slice& slice, Vector unmatched, size_t lane) {
  const Floats f;
  const Vector zero = hn::Zero(f);
  const Vector demand = hn::LoadU(f, slice.demand + lane);
  Vector each = zero;
  for (bool held = true; held;) {
    Vector left = demand, sum = unmatched;
    for (int32_t j = 0; j < slice.rows; ++j) {
      const Vector share = hn::LoadU(f, slice.share + size_t{kLanes} * j + lane);
      left = hn::Add(left, hn::Min(share, zero));
      sum = hn::Add(sum, hn::Max(share, zero));
    }
    each = hn::Div(hn::Max(left, zero), sum);
    held = false;
    for (int32_t j = 0; j < slice.rows; ++j) {
      const size_t at = size_t{kLanes} * j + lane;
      const Vector share = hn::LoadU(f, slice.share + at);
      const Vector bound = hn::LoadU(f, slice.bound + at);
      const auto above = hn::Gt(hn::Mul(share, each), bound);
      if (hn::AllFalse(f, above)) continue;
      held = true;
      hn::StoreU(hn::IfThenElse(above, hn::Neg(bound), share), f, slice.share + at);
    }
  }
  for (int32_t j = 0; j < slice.rows; ++j) {
    const size_t at = size_t{kLanes} * j + lane;
    const Vector share = hn::LoadU(f, slice.share + at);
    hn::StoreU(hn::IfThenElse(hn::Lt(share, zero), hn::Neg(share), hn::Mul(share, each)), f,
               slice.share + at);
  }
}

HWY_INLINE void SpreadSlice(const Slice& slice, const float* slot_price, float inverse) {
  const Floats f;
  const Vector scale = hn::Set(f, inverse);
  for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(f)) {
    Vector marginal = FindGains(slice, slot_price, lane);
    if (slice.bound != nullptr) marginal = FillByGain(slice, marginal, lane);
    hn::StoreU(marginal, f, slice.marginal + lane);
    const Vector far_below = hn::Set(f, kFarBelow);
    const Vector unmatched = Exp2(hn::Max(hn::Neg(hn::Mul(marginal, scale)), far_below));
    Vector sum = unmatched;
    for (int32_t j = 0; j < slice.rows; ++j) {
      const size_t at = size_t{kLanes} * j + lane;
      const Vector share = Share(hn::Mul(hn::Sub(hn::LoadU(f, slice.share + at), marginal), scale));
      hn::StoreU(share, f, slice.share + at);
      sum = hn::Add(sum, share);
    }
    if (slice.bound != nullptr) {
      HoldToBounds(slice, unmatched, lane);
      continue;
    }
    const Vector each = hn::Div(hn::LoadU(f, slice.demand + lane), sum);
    for (int32_t j = 0; j < slice.rows; ++j) {
      const size_t at = size_t{kLanes} * j + lane;
      hn::StoreU(hn::Mul(hn::LoadU(f, slice.share + at), each), f, slice.share + at);
    }
  }
}

double SpreadAll(const Shortlist& list, const float* slot_price, float inverse, float* slot_wanted,
                 float* shares) {
  HWY_ALIGN float marginal[kLanes];
  HWY_ALIGN float brought[kLanes];
  thread_local LineVector<float> scratch;
  const size_t capped_from = size_t{kLanes} * list.row_begin[list.capped_begin];
  double bound = 0;
  for (int32_t s = 0; s < list.slice_count(); ++s) {
    const int32_t rows = list.row_begin[s + 1] - list.row_begin[s];
    const size_t from = size_t{kLanes} * list.row_begin[s];
    const bool capped = s >= list.capped_begin;
    const size_t entries = size_t{kLanes} * rows;
    if (shares == nullptr && scratch.size() < entries) scratch.resize(entries);
    float* const share = shares != nullptr ? shares + from : scratch.data();
    const float* const demand = list.demand.data() + size_t{kLanes} * s;
    SpreadSlice(
        {rows, list.slot.data() + from, list.weight.data() + from,
         capped ? list.bound.data() + (from - capped_from) : nullptr, demand, share, marginal, brought},
        slot_price, inverse);
    for (int lane = 0; lane < kLanes; ++lane) {
      bound += capped ? double{brought[lane]} : double{demand[lane]} * double{marginal[lane]};
    }
    const int32_t* const slot = list.slot.data() + from;
    for (size_t i = 0; i < entries; ++i) slot_wanted[slot[i]] += share[i];
  }
  return bound;
}

}  // namespace HWY_NAMESPACE
}  // namespace ayni::matcher
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ayni::matcher {

HWY_EXPORT(SpreadAll);

double Spread(const Shortlist& list, const float* slot_price, double temperature, float* slot_wanted,
              float* shares) {
  const auto inverse = static_cast<float>(1.4426950408889634 / temperature);
  return HWY_DYNAMIC_DISPATCH(SpreadAll)(list, slot_price, inverse, slot_wanted, shares);
}

}  // namespace ayni::matcher
#endif  // HWY_ONCE
