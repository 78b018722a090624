// Sums over lists of places, many lists at once: what a slot costs is a sum over its resources, what is
// wanted of a resource one over its slots.
#ifndef AYNI_MATCHER_GATHER_H_
#define AYNI_MATCHER_GATHER_H_

#include <cstdint>
#include <vector>

#include "matcher/shortlist.h"

namespace ayni::matcher {

// Lists stand in slices of kLanes, a lane each, so that neighbours should be about equally long: row j of a
// slice holds the j-th place of each of its lists, and `none` where there is none.
struct GatherLists {
  std::vector<int32_t> row_begin = {0};  // rows of slice i: [row_begin[i], row_begin[i + 1])
  LineVector<int32_t> from;              // kLanes a row

  // List i holds from[begin[i]] to from[begin[i + 1]].
  GatherLists() = default;
  GatherLists(const std::vector<int32_t>& begin, const std::vector<int32_t>& from, int32_t none);

  int32_t slice_count() const { return static_cast<int32_t>(row_begin.size()) - 1; }
  int32_t lane_count() const { return kLanes * slice_count(); }
};

// out[i] = the sum of in[place] over list i, for each lane. REQUIRES: in[none] is 0. Each lane adds in the
// order of its rows, so that the same bytes come from vectors of any width.
void Gather(const GatherLists& lists, const float* in, float* out);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_GATHER_H_
