// A Problem from rows that come one by one, in any order, as the text format has them.
//
// Rows that come in the order of the Problem go straight into its columns; of others each is kept aside with
// 16 bytes more, or, of edges, all are put in order at the end. Memory follows what has come, and never what
// is only announced, so that a short text can't ask for much.
#ifndef AYNI_MATCHER_PROBLEM_ROWS_H_
#define AYNI_MATCHER_PROBLEM_ROWS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"

namespace ayni::matcher {

struct ProblemCounts {
  int32_t needs = 0;
  int32_t offers = 0;
  int32_t taps = 0;
  int32_t cells = 0;
  int64_t edges = 0;
};

// Rows of one kind by their ids, dense from 1.
template <typename Row>
class IdRows {
 public:
  // REQUIRES: 1 <= id. `line` is where a failure of Finish will say it stood.
  void Add(int32_t id, int64_t line, const Row& row) {
    if (id == static_cast<int64_t>(rows_.size()) + 1) {
      rows_.push_back(row);
    } else {
      aside_.push_back({id, line, row});
    }
  }
  // All rows by id: InvalidArgument where an id of 1 to `count` is missing or stands twice. `what` is what a
  // failure calls such a row: "need".
  absl::StatusOr<std::vector<Row>> Finish(const char* what, int32_t count) &&;

 private:
  struct Aside {
    int32_t id;
    int64_t line;
    Row row;
  };
  std::vector<Row> rows_;
  std::vector<Aside> aside_;
};

class ProblemRows {
 public:
  struct Offer {
    Units capacity;
    TapIndex tap;
    Units lot;
  };
  struct Floor {
    Units floor;
    int64_t penalty;
  };

  // `edges_likely`: how many edges there is reason to expect, for which memory is set aside at once.
  ProblemRows(const ProblemCounts& counts, int64_t edges_likely);

  const ProblemCounts& counts() const { return counts_; }

  // Ids count from 1. REQUIRES of each: ids within the counts, numbers as problem.h has them. A failure
  // begins with its line, as text_lines.h has it: a sum that is too large, or an edge too many.
  absl::Status AddNeed(int32_t need, Units demand, int64_t line);
  void AddOffer(int32_t offer, const Offer& row, int64_t line) { offers_.Add(offer, line, row); }
  void AddTap(int32_t tap, Units capacity, int64_t line) { taps_.Add(tap, line, capacity); }
  void AddCell(int32_t cell, Units room, int64_t line) { cells_.Add(cell, line, room); }
  void AddGroup(int32_t need, int32_t group, int64_t line) {
    last_group_ = std::max(last_group_, group);
    groups_.Add(need, line, group);
  }
  absl::Status AddFloor(int32_t cell, const Floor& row, int64_t line);
  // REQUIRES: cells in ascending order, each once, at most kCellsPerEdgeMax.
  absl::Status AddEdge(int32_t need, int32_t offer, Units bound, int32_t weight,
                       absl::Span<const CellIndex> cells, int64_t line);

  // A problem that Validate passes; its groups of needs go to `groups` where it is not null, count 0 where
  // there are none. InvalidArgument names what is missing or stands twice.
  absl::StatusOr<Problem> Finish(NeedGroups* groups = nullptr) &&;

 private:
  struct FloorAt {
    int32_t cell;
    int64_t line;
    Floor row;
  };
  absl::Status PlaceFloors(Problem& problem);
  absl::Status PlaceEdges(Problem& problem);
  absl::StatusOr<NeedGroups> FinishGroups();
  void SortEdges();

  const ProblemCounts counts_;
  IdRows<Units> needs_, taps_, cells_;
  IdRows<Offer> offers_;
  IdRows<int32_t> groups_;  // by need
  int32_t last_group_ = 0;
  std::vector<FloorAt> floors_;
  Units demand_ = 0;
  int64_t penalty_ = 0;  // sum of floor x penalty
  // By edge, in the order in which they came.
  std::vector<int32_t> edge_need_;
  std::vector<OfferIndex> edge_offer_;
  std::vector<Units> edge_bound_;
  std::vector<int32_t> edge_weight_;
  std::vector<int64_t> edge_cell_begin_ = {0};
  std::vector<CellIndex> edge_cell_;
  bool edges_in_order_ = true;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROBLEM_ROWS_H_
