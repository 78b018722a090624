#include "services/cli/import_outcome.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/page/utf8.h"

namespace ayni::cli {
namespace {

using page::Printable;
using page::Truncated;

// Of a file, on the screen: what is wrong with so many rows, in so many lines, each of so many columns.
constexpr size_t kToldRowsMax = 10'000;
constexpr size_t kToldLinesMax = 50'000;
constexpr int kToldWidthMax = 500;

// In the order in which they are told.
std::vector<std::string> FileNames(const MarketReading& reading) {
  std::vector<std::string> names = MarketFileNames();
  names.insert(names.end(), reading.foreign_files.begin(), reading.foreign_files.end());
  return names;
}

void SortByPlace(const MarketReading& reading, std::vector<RowProblem>* problems) {
  const std::vector<std::string> order = FileNames(reading);
  const auto place = [&](const std::string& file) { return std::find(order.begin(), order.end(), file); };
  std::stable_sort(problems->begin(), problems->end(), [&](const RowProblem& a, const RowProblem& b) {
    return std::make_pair(place(a.file), a.line) < std::make_pair(place(b.file), b.line);
  });
}

// What people call the field of a row.
std::string ColumnOf(const MarketReading& reading, const std::string& file, int64_t line,
                     const std::string& field) {
  for (const MarketSheet& sheet : reading.sheets) {
    if (sheet.file().name == file) return cli::ColumnOf(sheet.header(), field);
  }
  const std::string id = reading.foreign.IdAt(file, line);
  return absl::StrCat(id, id.empty() || field.empty() ? "" : ": ", field);
}

void TellLeftOut(const MarketReading& reading, std::ostream* err) {
  std::vector<RowProblem> left_out = reading.foreign.left_out();
  SortByPlace(reading, &left_out);
  for (size_t i = 0; i < std::min(left_out.size(), kToldRowsMax); ++i) {
    RowProblem told = left_out[i];
    told.description = "left out: " + told.description;
    *err << Truncated(Printable(told.Text()), kToldWidthMax) << "\n";
  }
  if (left_out.size() > kToldRowsMax) *err << left_out.size() - kToldRowsMax << " more are left out\n";
}

std::string RowsAreWrong(size_t count, const std::string& failed_folder) {
  return absl::StrCat(count, count == 1 ? " row is" : " rows are", " wrong",
                      failed_folder.empty() ? "" : absl::StrCat(", and in ", failed_folder, "/"));
}

// What becomes of other publishers' files besides.
std::string ForeignText(const ImportOutcome& outcome) {
  std::string text;
  const int64_t merged = outcome.response.merged_count();
  const int64_t proposed = outcome.response.merge_proposal_count();
  if (merged > 0) {
    absl::StrAppend(&text, merged, merged == 1 ? " party is one" : " parties are some",
                    " that the market has under another name, by identifiers or an earlier merge\n");
  }
  if (proposed > 0 && outcome.response.applied()) {
    absl::StrAppend(&text, proposed, proposed == 1 ? " pair" : " pairs",
                    " of parties may be one: ayni merge-proposal list --filter 'state = STATE_PROPOSED'\n");
  }
  if (const size_t count = outcome.reading.foreign.left_out().size(); count > 0) {
    absl::StrAppend(
        &text, count,
        count == 1 ? " statement, entity or part of one is" : " statements, entities or parts of them are",
        " left out, for the reasons above\n");
  }
  return text;
}

std::string UnreadText(const MarketReading& reading, const std::string& failed_folder) {
  const size_t wrong = reading.wrong_rows.size();
  const std::string besides = wrong == 0 ? "" : RowsAreWrong(wrong, failed_folder) + " besides; ";
  if (!reading.foreign_files.empty()) {
    return absl::StrCat(absl::StrJoin(reading.unread, ", "), " can't be read to the end; ", besides,
                        "nothing was sent.\n");
  }
  return absl::StrCat("The first row of ", absl::StrJoin(reading.unread, ", "),
                      " is wrong, and no other row there was looked at; ", besides, "nothing was sent.\n");
}

void TellFile(const std::string& file, const MarketReading& reading, std::ostream* err) {
  std::set<int64_t> told;
  size_t lines = 0;
  for (const RowProblem& problem : reading.problems) {
    if (problem.file != file) continue;
    if (told.count(problem.line) == 0 && told.size() == kToldRowsMax) break;
    if (++lines > kToldLinesMax) break;
    told.insert(problem.line);
    *err << Truncated(Printable(problem.Text()), kToldWidthMax) << "\n";
  }
  const auto rows =
      std::count_if(reading.wrong_rows.begin(), reading.wrong_rows.end(),
                    [&](const RowPlace& row) { return row.first == file && told.count(row.second) == 0; });
  if (rows > 0)
    *err << file << ": " << rows << (rows == 1 ? " more row is wrong\n" : " more rows are wrong\n");
  if (rows == 0 && lines > kToldLinesMax) *err << file << ": and more of the same\n";
}

}  // namespace

void AddServerProblems(const v1::ImportMarketResponse& response, MarketReading* reading) {
  for (const auto& error : response.errors()) {
    const std::string column = ColumnOf(*reading, error.file(), error.line(), error.field());
    const bool names_field = error.field().empty() || absl::EndsWith(column, error.field());
    reading->problems.push_back({error.file(), error.line(), column,
                                 absl::StrCat(names_field ? "" : error.field() + " ", error.description())});
  }
  for (const auto& wrong : response.wrong_rows()) {
    for (const int64_t line : wrong.lines()) reading->wrong_rows.emplace(wrong.file(), line);
  }
  SortByPlace(*reading, &reading->problems);
}

void TellProblems(const MarketReading& reading, Environment* environment) {
  for (const std::string& file : FileNames(reading)) TellFile(file, reading, &environment->err);
  TellLeftOut(reading, &environment->err);
}

std::string OutcomeText(const ImportOutcome& outcome) {
  const MarketReading& reading = outcome.reading;
  const v1::ImportMarketResponse& response = outcome.response;
  const std::string& failed_folder = outcome.failed_folder;
  const size_t wrong = reading.wrong_rows.size();
  if (!reading.unread.empty()) return UnreadText(reading, failed_folder);
  const std::string counts = absl::StrCat(response.created_count(), " made, ", response.updated_count(),
                                          " changed, ", response.unchanged_count(), " as they were");
  if (wrong == 0) {
    return absl::StrCat(outcome.checked_only
                            ? absl::StrCat("all rows are right; nothing was changed (", counts, ")\n")
                            : counts + "\n",
                        ForeignText(outcome));
  }
  std::string text = RowsAreWrong(wrong, failed_folder) + "; ";
  if (response.applied()) {
    return absl::StrCat(text, "of the others ", counts, ".\nCorrect them",
                        failed_folder.empty() ? "" : " there, then: ayni market import " + failed_folder,
                        failed_folder.empty() ? " and repeat.\n" : "\n", ForeignText(outcome));
  }
  text += "nothing was changed.\n";
  if (outcome.checked_only) return text;
  return absl::StrCat(text, "Correct them and repeat, or take the others with --valid-rows.\n");
}

v1::ImportMarketResponse WithAllProblems(const MarketReading& reading,
                                         const v1::ImportMarketResponse& response) {
  v1::ImportMarketResponse all = response;
  all.clear_errors();
  for (const RowProblem& problem : reading.problems) {
    auto* error = all.add_errors();
    error->set_file(problem.file);
    error->set_line(problem.line);
    error->set_field(problem.column);
    error->set_description(problem.description);
  }
  all.set_error_count(response.error_count() + reading.problem_count);
  all.clear_wrong_rows();
  for (const auto& [file, line] : reading.wrong_rows) {
    const int last = all.wrong_rows_size() - 1;
    auto* rows = last >= 0 && all.wrong_rows(last).file() == file ? all.mutable_wrong_rows(last)
                                                                  : all.add_wrong_rows();
    rows->set_file(file);
    rows->add_lines(line);
  }
  return all;
}

}  // namespace ayni::cli
