#include "matcher/gather.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/gather.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace ayni::matcher {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void GatherAll(const GatherLists& lists, const float* in, float* out) {
  const hn::CappedTag<float, kLanes> f;
  const hn::RebindToSigned<decltype(f)> i;
  for (int32_t s = 0; s < lists.slice_count(); ++s) {
    const int32_t* const begin = lists.from.data() + size_t{kLanes} * lists.row_begin[s];
    const int32_t* const end = lists.from.data() + size_t{kLanes} * lists.row_begin[s + 1];
    for (size_t lane = 0; lane < kLanes; lane += hn::Lanes(f)) {
      auto sum = hn::Zero(f);
      for (const int32_t* at = begin + lane; at < end; at += kLanes) {
        sum = hn::Add(sum, hn::GatherIndex(f, in, hn::LoadU(i, at)));
      }
      hn::StoreU(sum, f, out + size_t{kLanes} * s + lane);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ayni::matcher
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ayni::matcher {

HWY_EXPORT(GatherAll);

GatherLists::GatherLists(const std::vector<int32_t>& begin, const std::vector<int32_t>& places,
                         int32_t none) {
  const auto lists = static_cast<int32_t>(begin.size()) - 1;
  for (int32_t first = 0; first < lists; first += kLanes) {
    int32_t rows = 0;
    for (int32_t i = first; i < std::min(lists, first + kLanes); ++i) {
      rows = std::max(rows, begin[i + 1] - begin[i]);
    }
    row_begin.push_back(row_begin.back() + rows);
  }
  from.assign(size_t{kLanes} * row_begin.back(), none);
  for (int32_t i = 0; i < lists; ++i) {
    int32_t* at = from.data() + size_t{kLanes} * row_begin[i / kLanes] + i % kLanes;
    for (int32_t k = begin[i]; k < begin[i + 1]; ++k, at += kLanes) *at = places[k];
  }
}

void Gather(const GatherLists& lists, const float* in, float* out) {
  HWY_DYNAMIC_DISPATCH(GatherAll)(lists, in, out);
}

}  // namespace ayni::matcher
#endif  // HWY_ONCE
