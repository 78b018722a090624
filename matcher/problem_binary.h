// The clearing problem in a compact binary form: half of the text's size, and read several times as fast.
//
// All numbers are little-endian and unsigned. After the header come the columns of problem.h one after
// another, each whole, with no space between:
//
//   offset  bytes  what
//        0      8  magic: 89 41 79 6e 69 50 0d 0a (0x89 "AyniP" CR LF)
//        8      4  version: 1
//       12      4  1 where the cells have floors, 2 where needs have groups, 3 where both, else 0
//       16   4x4   counts of needs, offers, TAPs and cells, each below 2^31 - 1
//       32   2x8   counts of edges, and of cells of all edges together
//       48         need_demand 4, offer_capacity 4, offer_tap 4 (from 1; 0: none), offer_lot 4,
//                  tap_capacity 4, cell_room 4, with floors: cell_floor 4, cell_penalty 4;
//                  edges of each need 4, edge_offer 4 (from 0), edge_bound 4, edge_weight 4,
//                  cells of each edge 1, edge_cell 4 (from 0); with groups: need_group 4 (from 0)
//
// The file ends there. That is 13 bytes an edge and 4 for each of its cells.
#ifndef AYNI_MATCHER_PROBLEM_BINARY_H_
#define AYNI_MATCHER_PROBLEM_BINARY_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/text_lines.h"

namespace ayni::matcher {

inline constexpr absl::string_view kProblemMagic{
    "\x89"
    "AyniP\r\n",
    8};

// Reads the form as it comes. Holds the problem's columns, which follow what has come and never what is only
// announced. A failure is InvalidArgument, and names the column and position. Not thread-safe.
class ProblemBinaryReader {
 public:
  // `bytes_likely`: the length of the whole where it is known, so that memory is set aside once; else 0.
  explicit ProblemBinaryReader(int64_t bytes_likely = 0) : bytes_likely_(bytes_likely) {}

  // The next part, cut anywhere. REQUIRES: no failure before.
  absl::Status Take(absl::string_view part);
  // After the last part: a problem that Validate passes; its groups of needs go to `groups` where it is not
  // null, count 0 where there are none.
  absl::StatusOr<Problem> Finish(NeedGroups* groups = nullptr) &&;

 private:
  // The columns, in the order in which they come.
  enum Column : int {
    kNeedDemand,
    kOfferCapacity,
    kOfferTap,
    kOfferLot,
    kTapCapacity,
    kCellRoom,
    kCellFloor,
    kCellPenalty,
    kNeedEdges,
    kEdgeOffer,
    kEdgeBound,
    kEdgeWeight,
    kEdgeCells,
    kEdgeCell,
    kNeedGroup,
    kColumnCount,
  };

  absl::Status TakeHeader();
  void SetAside();
  // How many groups there are; InvalidArgument where one has no need.
  absl::StatusOr<int32_t> CountGroups() const;
  // Takes what it can of whole numbers of the column at hand from the bytes.
  void TakeColumn(absl::string_view& bytes);
  void TakeNumbers(absl::string_view bytes);

  const int64_t bytes_likely_;
  std::string begun_;  // of the header, or of a number that was cut
  bool header_taken_ = false;
  int column_ = 0;
  std::array<int64_t, kColumnCount> left_ = {};  // numbers still to come
  Problem problem_;
  std::vector<int32_t> need_group_;
};

// With groups where `groups` is not null and has some. REQUIRES: Validate(problem) is OK; every group has a
// need. Fails as the sink.
absl::Status WriteProblemBinary(const Problem& problem, TextSink sink, const NeedGroups* groups = nullptr);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROBLEM_BINARY_H_
