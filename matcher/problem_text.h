// The clearing problem as text, a line each; README.md has the format.
//
//   p ayni NEEDS OFFERS TAPS CELLS EDGES
//   n NEED DEMAND
//   o OFFER CAPACITY TAP [LOT]
//   t TAP CAPACITY
//   k CELL CAP
//   f CELL FLOOR PENALTY
//   g GROUP NEED...
//   e NEED OFFER BOUND WEIGHT [CELL...]
//   c a comment
//
// Where there are lines 'g', each need is in one group; a group may have many lines.
//
// The line 'p' comes first but for comments and empty lines, all others in any order. Ids are dense from 1;
// TAP 0 is none; without LOT any quantity will do.
#ifndef AYNI_MATCHER_PROBLEM_TEXT_H_
#define AYNI_MATCHER_PROBLEM_TEXT_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/problem_rows.h"
#include "matcher/text_lines.h"

namespace ayni::matcher {

// Reads the text as it comes. Holds the problem's columns and one line. Not thread-safe.
//
// A failure is InvalidArgument and begins with the line, "17: expected 'n NEED DEMAND': DEMAND is 'x': 0 to
// 1000000000", but where no line is to blame: "expected a line of need 3: there is none".
class ProblemTextReader {
 public:
  // `bytes_likely`: the length of the text where it is known, so that memory is set aside once; else 0.
  explicit ProblemTextReader(int64_t bytes_likely = 0) : bytes_likely_(bytes_likely) {}

  // The next part of the text, cut anywhere. REQUIRES: no failure before.
  absl::Status Take(absl::string_view part);
  // After the last part: a problem that Validate passes; its groups of needs go to `groups` where it is not
  // null, count 0 where there are none.
  absl::StatusOr<Problem> Finish(NeedGroups* groups = nullptr) &&;

 private:
  absl::Status TakeLine(absl::string_view line);
  absl::Status TakeCounts(absl::string_view words);
  absl::Status TakeRow(char kind, absl::string_view words);
  absl::Status TakeGroup(absl::string_view words);
  absl::Status TakeEdge(absl::string_view words);

  const int64_t bytes_likely_;
  LineCutter cutter_;
  std::optional<ProblemRows> rows_;  // once the line 'p' has come
};

// Lines in the order in which they are listed above; those of groups where `groups` is not null and has some.
// REQUIRES: Validate(problem) is OK; every group has a need. Fails as the sink.
absl::Status WriteProblemText(const Problem& problem, TextSink sink, const NeedGroups* groups = nullptr);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROBLEM_TEXT_H_
