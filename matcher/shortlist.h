// The edges of one part that may matter at some prices, laid out for passes over them.
//
// Needs stand in slices of kLanes, those with equally many edges together: row j of a slice holds the j-th
// edge of each of its needs, so that a processor works on many needs at once and no need's sum crosses lanes.
// What is short is filled up with edges of a slot that none can afford.
#ifndef AYNI_MATCHER_SHORTLIST_H_
#define AYNI_MATCHER_SHORTLIST_H_

#include <cstdint>
#include <new>
#include <vector>

#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

inline constexpr int kLanes = 16;  // whatever the processor's vectors hold

// A vector whose rows of kLanes floats do not straddle cache lines.
template <typename T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};
  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U>&) {}  // NOLINT: as the standard's own allocator converts
  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* at, size_t) { ::operator delete(at, kLine); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
};
template <typename T>
using LineVector = std::vector<T, LineAllocator<T>>;

struct Shortlist {
  // By lane, kLanes a slice. Lanes without a need: -1, and demand 0.
  std::vector<int32_t> need;
  LineVector<float> demand;
  // Rows of slice i: [row_begin[i], row_begin[i + 1]). In slices from capped_begin on, some edge's bound is
  // below its need's demand.
  std::vector<int32_t> row_begin;
  int32_t capped_begin = 0;
  // kLanes a row.
  LineVector<int32_t> slot;  // of this list; slot_count() where there is no edge
  LineVector<float> weight;
  LineVector<float> bound;    // of rows from row_begin[capped_begin] on only
  std::vector<int64_t> edge;  // where asked for; -1 where there is none

  std::vector<int32_t> slot_begin;     // one entry more than there are slots
  std::vector<int32_t> slot_resource;  // by position in `resource`
  std::vector<int32_t> resource;       // of Slots, each once

  std::vector<double> asked;  // by resource: the most that the edges could take of it

  int32_t slice_count() const { return static_cast<int32_t>(row_begin.size()) - 1; }
  int32_t slot_count() const { return static_cast<int32_t>(slot_begin.size()) - 1; }
};

// Edges whose gain (weight less the price of the slot) is above that of their need's marginal edge less
// `reach`, and that are not shut. `prices` is by resource.
Shortlist MakeShortlist(const Problem& problem, const Slots& slots, int32_t part,
                        const std::vector<double>& prices, double reach, bool with_edges);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SHORTLIST_H_
