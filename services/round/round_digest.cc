#include "services/round/round_digest.h"

#include <cstdint>
#include <vector>

#include "services/bundle/column_hash.h"
#include "services/bundle/round_columns.h"

namespace ayni::services {
namespace {

void AddColumns(const matcher::Problem& problem, ColumnHash* hash) {
  const auto add = [&](const char*, const auto& column) { hash->Add(column); };
  VisitProblem(problem, add);
  if (problem.has_floors()) VisitFloors(problem, add);
}

void AddColumns(const matcher::Solution& solution, ColumnHash* hash) {
  VisitSolution(solution, [&](const char*, const auto& column) { hash->Add(column); });
}

}  // namespace

std::string DigestOf(const matcher::Problem& problem) {
  ColumnHash hash(kProblemTitle);
  AddColumns(problem, &hash);
  return hash.Finish();
}

std::string DigestOf(const matcher::Solution& solution) {
  ColumnHash hash(kSolutionTitle);
  AddColumns(solution, &hash);
  return hash.Finish();
}

std::string DigestOf(const matcher::Problem& problem, const matcher::NeedGroups& groups,
                     matcher::Measure measure) {
  ColumnHash hash(kMaxminProblemTitle);
  AddColumns(problem, &hash);
  hash.Add(groups.need_group);
  hash.Add(std::vector<int64_t>{MeasureNumber(measure)});
  return hash.Finish();
}

std::string DigestOf(const matcher::Solution& solution, const matcher::Minimum& minimum) {
  ColumnHash hash(kMaxminSolutionTitle);
  AddColumns(solution, &hash);
  VisitMinimum(minimum, [&](const char*, const auto& column) { hash.Add(column); });
  return hash.Finish();
}

}  // namespace ayni::services
