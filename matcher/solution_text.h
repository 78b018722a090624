// A solution of the clearing problem as text, a line each; README.md has the format.
//
//   h ayni PRICE_SCALE
//   s VALUE UPPER_BOUND
//   x NEED OFFER UNITS
//   pn NEED PRICE
//   po OFFER PRICE
//   pt TAP PRICE
//   pk CELL PRICE
//   m MEASURE OVER SMALLEST UPPER_BOUND
//   pm GROUP PRICE
//   g GROUP WEIGHT
//   qn NEED PRICE
//   qo OFFER PRICE
//   qt TAP PRICE
//   qk CELL PRICE
//   c a comment
//
// The lines from 'm' on are of a solution that raises the smallest first, as minimum.h has it: MEASURE is
// share or score, OVER is needs or groups (the problem's); SMALLEST is a share in parts per million, or a
// score sum; then the prices of its promises, and the weights and prices that prove its bound. Over needs,
// GROUP is a need. The lines 'pm' and 'g' come after 'm'.
//
// The line 'h' comes first but for comments and empty lines, all others in any order else. Prices are fixed
// point: a price of PRICE_SCALE is worth a weight of 1. What has no line has no units or no price.
#ifndef AYNI_MATCHER_SOLUTION_TEXT_H_
#define AYNI_MATCHER_SOLUTION_TEXT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/solution.h"
#include "matcher/stated_solution.h"
#include "matcher/text_lines.h"

namespace ayni::matcher {

// Reads the text as it comes. A failure is InvalidArgument and begins with the line, as in problem_text.h.
// That units and prices keep the problem's constraints is for VerifyStated to say. Not thread-safe.
class SolutionTextReader {
 public:
  // Borrows the problem for its life; `group_count` groups of needs go with it. REQUIRES: Validate(problem)
  // is OK.
  explicit SolutionTextReader(const Problem& problem, int32_t group_count = 0);

  // The next part of the text, cut anywhere. REQUIRES: no failure before.
  absl::Status Take(absl::string_view part);
  // After the last part.
  absl::StatusOr<StatedSolution> Finish() &&;

 private:
  absl::Status TakeLine(absl::string_view line);
  absl::Status TakeScale(absl::string_view words);
  absl::Status TakeValue(absl::string_view words);
  absl::Status TakeUnits(absl::string_view words);
  absl::Status TakeMinimum(absl::string_view words);
  absl::Status TakePrice(absl::string_view kind, absl::string_view words);
  // The edge of the pair; -1 where there is none.
  int64_t EdgeOf(int32_t need, OfferIndex offer) const;

  const Problem& problem_;
  const int32_t group_count_;
  LineCutter cutter_;
  StatedSolution stated_;
  // By position, of each kind of line: whether it has come.
  std::map<std::string, std::vector<bool>> priced_;
  bool scale_stated_ = false;
};

struct WrittenMinimum {
  const Minimum& minimum;
  bool over_groups = false;
};

// Lines in the order in which they are listed above; those from 'm' on where `minimum` is not null. REQUIRES:
// the solution's columns are as long as the problem's. Fails as the sink.
absl::Status WriteSolutionText(const Problem& problem, const Solution& solution, int64_t value,
                               int64_t upper_bound, const WrittenMinimum* minimum, TextSink sink);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_SOLUTION_TEXT_H_
