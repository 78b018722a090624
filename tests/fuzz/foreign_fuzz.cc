// Files of other publishers: read or refused without harm, in parts of any size alike; every statement and
// entity that is read gives a row, or is wrong or left out with a reason.
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "services/cli/foreign_reading.h"
#include "services/cli/json_values.h"
#include "services/invariant.h"
#include "tests/fuzz/fuzz_target.h"

namespace ayni::cli {
namespace {

using Lines = std::multiset<std::pair<int64_t, std::string>>;

// What the splitter gives, and its error.
std::pair<Lines, std::string> Split(absl::string_view text, size_t part_bytes) {
  Lines lines;
  JsonValues values([&](int64_t line, absl::string_view value, const std::string& wrong) {
    lines.emplace(line, wrong.empty() ? std::string(value) : wrong);
  });
  bool is_right = true;
  for (size_t at = 0; at < text.size() && is_right; at += part_bytes) {
    is_right = values.Feed(text.substr(at, part_bytes));
  }
  if (is_right) values.Finish();
  return {lines, values.error()};
}

void TryOn(const std::string& text) {
  const auto [lines, error] = Split(text, text.size() + 1);
  INVARIANT(Split(text, 7) == std::pair(lines, error), error);
  std::istringstream in(text);
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{in, out, err, 0, false, false, [](const std::string&) { return std::string(); }};
  Progress progress(&environment);
  const absl::StatusOr<MarketReading> reading = ReadForeign({"-"}, in, &progress);
  INVARIANT(reading.ok(), reading.status().ToString());
  INVARIANT(reading->unread.empty() == error.empty(), error);
  std::set<int64_t> accounted;
  for (const v1::ImportRow& row : reading->foreign.rows()) {
    INVARIANT(row.foreign() && !row.file().empty(), row.DebugString());
    INVARIANT(row.has_party() != row.has_relation(), row.DebugString());
    INVARIANT(!row.has_party() || !row.party().name().empty(), row.DebugString());
    INVARIANT(!row.has_relation() || !row.relation().name().empty(), row.DebugString());
    accounted.insert(row.line());
  }
  for (const RowProblem& problem : reading->foreign.wrong()) accounted.insert(problem.line);
  for (const RowProblem& problem : reading->foreign.left_out()) accounted.insert(problem.line);
  for (const auto& [line, value] : lines) INVARIANT(accounted.contains(line), value);
}

}  // namespace
}  // namespace ayni::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  ayni::cli::TryOn(std::string(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
