#include "services/cli/foreign_rows.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ayni::cli {
namespace {

std::string Joined(const std::string& id, const std::string& field) {
  return absl::StrCat(id, id.empty() || field.empty() ? "" : ": ", field);
}

}  // namespace

v1::ImportRow* ForeignRows::AddRow(const ForeignPlace& place) {
  v1::ImportRow& row = rows_.emplace_back();
  ids_.push_back(place.id);
  row.set_file(place.file);
  row.set_line(place.line);
  row.set_foreign(true);
  return &row;
}

void ForeignRows::AddParty(const ForeignPlace& place, v1::Party party) {
  *AddRow(place)->mutable_party() = std::move(party);
}

void ForeignRows::AddRelation(const ForeignPlace& place, v1::Relation relation) {
  *AddRow(place)->mutable_relation() = std::move(relation);
}

void ForeignRows::AddWrongParty(const ForeignPlace& place, const std::string& name) {
  v1::ImportRow* row = AddRow(place);
  row->set_wrong(true);
  row->mutable_party()->set_name(name);
}

void ForeignRows::LeaveOut(const ForeignPlace& place, const std::string& part, const std::string& why) {
  left_out_.push_back({place.file, place.line, Joined(place.id, part), why});
}

void ForeignRows::AddWrong(const ForeignPlace& place, const std::string& field,
                           const std::string& description) {
  wrong_.push_back({place.file, place.line, Joined(place.id, field), description});
}

void ForeignRows::AddWrong(const ForeignPlace& place, const std::vector<JsonProblem>& problems) {
  for (const JsonProblem& problem : problems) AddWrong(place, problem.field, problem.description);
}

void ForeignRows::Append(ForeignRows&& more) {
  const auto move = [](auto* from, auto* to) {
    to->insert(to->end(), std::make_move_iterator(from->begin()), std::make_move_iterator(from->end()));
    from->clear();
  };
  move(&more.rows_, &rows_);
  move(&more.ids_, &ids_);
  move(&more.wrong_, &wrong_);
  move(&more.left_out_, &left_out_);
}

std::string ForeignRows::IdAt(const std::string& file, int64_t line) const {
  constexpr size_t kIdsShown = 5;
  std::vector<std::string> ids;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].line() != line || rows_[i].file() != file) continue;
    if (std::find(ids.begin(), ids.end(), ids_[i]) == ids.end()) ids.push_back(ids_[i]);
  }
  if (ids.size() < 2) return ids.empty() ? "" : ids.front();
  const size_t more = ids.size() - std::min(ids.size(), kIdsShown);
  ids.resize(ids.size() - more);
  return absl::StrCat("one of ", absl::StrJoin(ids, ", "),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"));
}

}  // namespace ayni::cli
