// What a bundle's units come to in the segments of limits, counted by its columns alone.
#ifndef AYNI_SERVICES_BUNDLE_SEGMENT_COUNT_H_
#define AYNI_SERVICES_BUNDLE_SEGMENT_COUNT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/bundle/bundle_file.h"

namespace ayni::services {

struct SegmentCount {
  std::vector<int64_t> of_segment;          // as the limit measures it
  std::vector<int64_t> matches_of_segment;  // matches
  std::vector<int64_t> of_row;
  std::vector<int64_t> units_of_row;
  // An edge whose controller the segment does not know; empty: none.
  std::string wrong;
};

// The limits' places of one bundle. Constant after construction; safe to use from any thread. REQUIRES: the
// contents outlive it; they are what ReadBundleFile gives.
class SegmentPlaces {
 public:
  explicit SegmentPlaces(const BundleContents& contents);

  // `edge_units` by edge.
  SegmentCount Count(absl::Span<const matcher::Units> edge_units) const;
  // Whether every edge lies in the cells of its controllers, and in no other but those of reserves and
  // floors; else why not.
  std::string WrongCell() const;

 private:
  // The segment of the limit in which the need is; -1: none.
  int64_t SegmentOf(int64_t limit, int64_t need) const;
  absl::Span<const int64_t> ControllersOf(int64_t limit, int64_t offer) const;
  int64_t RowOf(int64_t segment, int64_t controller) const;
  int64_t Measured(int64_t limit, int64_t edge, int64_t units) const;

  const BundleMarket& market_;
  const matcher::Problem& problem_;
  const int64_t limits_, needs_, taps_;
  const int64_t limit_cells_;  // cells that are of no reserve or floor
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_BUNDLE_SEGMENT_COUNT_H_
