#include "services/cli/bods_records.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ayni::cli {
namespace {

using Kind = BodsStatement::Kind;

// What refers to a record: the id of it, or before 0.4 of a statement.
std::string ByRecord(const std::string& id) { return "r " + id; }
std::string ByStatement(const std::string& id) { return "s " + id; }
bool IsOfRecord(const BodsStatement& statement) { return !statement.record_id.empty(); }

std::string RecordKey(const std::string& publisher, const std::string& record_id) {
  return absl::StrCat(publisher.size(), ":", publisher, record_id);
}

bool OwnsOrControls(v1::RelationType type) {
  return type == v1::RELATION_TYPE_OWNS || type == v1::RELATION_TYPE_CONTROLS;
}

}  // namespace

void BodsRecords::Add(BodsStatement statement, std::vector<JsonProblem> problems) {
  statements_.push_back(std::move(statement));
  problems_.push_back(std::move(problems));
}

bool BodsRecords::IsNewer(size_t a, size_t b) const {
  const bool a_stands = !replaced_by_.contains(a);
  const bool b_stands = !replaced_by_.contains(b);
  if (a_stands != b_stands) return a_stands;
  return std::pair(statements_[a].date, a) > std::pair(statements_[b].date, b);
}

void BodsRecords::FindReplaced(ForeignRows* rows) {
  for (size_t i = 0; i < statements_.size(); ++i) {
    const std::string& id = statements_[i].statement_id;
    if (id.empty()) {
      unusable_.insert(i);
      continue;
    }
    const auto [first, is_first] = by_id_.emplace(id, i);
    if (is_first) continue;
    unusable_.insert(i);
    const ForeignPlace& place = statements_[first->second].place;
    rows->AddWrong(statements_[i].place, "", absl::StrCat("stands already: ", place.file, ":", place.line));
  }
  for (size_t i = 0; i < statements_.size(); ++i) {
    if (unusable_.contains(i)) continue;
    for (const std::string& replaced : statements_[i].replaces) {
      const auto found = by_id_.find(replaced);
      if (found == by_id_.end()) continue;
      const auto [other, is_first] = replaced_by_.emplace(found->second, i);
      if (!is_first && statements_[i].date >= statements_[other->second].date) other->second = i;
    }
  }
}

std::optional<std::string> BodsRecords::RootOf(size_t statement) const {
  absl::flat_hash_set<size_t> seen = {statement};
  for (auto next = replaced_by_.find(statement); next != replaced_by_.end();
       next = replaced_by_.find(statement)) {
    statement = next->second;
    if (!seen.insert(statement).second) return std::nullopt;
  }
  seen = {statement};
  while (!statements_[statement].replaces.empty()) {
    const std::string& replaced = statements_[statement].replaces.front();
    const auto found = by_id_.find(replaced);
    if (found == by_id_.end()) return replaced;
    statement = found->second;
    if (!seen.insert(statement).second) return std::nullopt;
  }
  return statements_[statement].statement_id;
}

void BodsRecords::Group(ForeignRows* rows) {
  absl::flat_hash_map<std::string, size_t> by_key;
  for (size_t i = 0; i < statements_.size(); ++i) {
    const BodsStatement& statement = statements_[i];
    if (unusable_.contains(i)) continue;
    std::string key;
    if (IsOfRecord(statement)) {
      // Where an update comes under another name of its publisher, the record is the one that is known.
      const auto known = by_record_.find(ByRecord(statement.record_id));
      key = known == by_record_.end() ? RecordKey(statement.publisher, statement.record_id)
                                      : records_[known->second].key;
    } else {
      const std::optional<std::string> root = RootOf(i);
      if (!root) {
        unusable_.insert(i);
        rows->AddWrong(statement.place, "replacesStatements", "leads back to the statement itself");
        continue;
      }
      key = RecordKey("", *root);
    }
    const auto [place, is_new] = by_key.emplace(key, records_.size());
    if (is_new) records_.push_back({key, {}, i, {}});
    Record& record = records_[place->second];
    record.statements.push_back(i);
    if (IsNewer(i, record.newest)) record.newest = i;
    if (IsOfRecord(statement)) by_record_[ByRecord(statement.record_id)] = place->second;
    by_record_[ByStatement(statement.statement_id)] = place->second;
  }
}

const BodsRecords::Record* BodsRecords::Find(const BodsStatement& from, const std::string& reference) const {
  const auto found = by_record_.find(IsOfRecord(from) ? ByRecord(reference) : ByStatement(reference));
  return found == by_record_.end() ? nullptr : &records_[found->second];
}

std::string BodsRecords::PartyName(const BodsStatement& from, const std::string& reference) const {
  const Record* record = Find(from, reference);
  // A record of an earlier file.
  const std::string key =
      record != nullptr ? record->key : RecordKey(IsOfRecord(from) ? from.publisher : "", reference);
  return ForeignName("parties", "bods", {key});
}

std::string BodsRecords::WhyNoEnd(const BodsStatement& from, const std::string& reference,
                                  const char* end) const {
  const Record* record = Find(from, reference);
  if (record == nullptr) return "";
  const BodsStatement& statement = statements_[record->newest];
  if (statement.kind == Kind::kRelationship) return absl::StrCat("its ", end, " is a relationship");
  if (statement.not_a_party.empty()) return "";
  return absl::StrCat("of its ", end, " ", statement.not_a_party);
}

void BodsRecords::AddParty(const Record& record, ForeignRows* rows) const {
  const BodsStatement& statement = statements_[record.newest];
  const std::string name = ForeignName("parties", "bods", {record.key});
  if (!problems_[record.newest].empty()) return rows->AddWrongParty(statement.place, name);
  if (!statement.not_a_party.empty()) return rows->LeaveOut(statement.place, "", statement.not_a_party);
  v1::Party party = statement.party;
  party.set_name(name);
  rows->AddParty(statement.place, std::move(party));
}

bool BodsRecords::IsToldByComponents(const BodsStatement& relationship) const {
  std::multimap<std::string, std::string> edges;
  for (const std::string& component : relationship.components) {
    const Record* record = Find(relationship, component);
    if (record != nullptr) edges.insert(record->edges.begin(), record->edges.end());
  }
  const std::string goal = PartyName(relationship, relationship.subject);
  std::vector<std::string> reached = {PartyName(relationship, relationship.interested_party)};
  absl::flat_hash_set<std::string> seen(reached.begin(), reached.end());
  while (!reached.empty()) {
    const std::string at = std::move(reached.back());
    reached.pop_back();
    if (at == goal) return true;
    const auto [first, last] = edges.equal_range(at);
    for (auto edge = first; edge != last; ++edge) {
      if (seen.insert(edge->second).second) reached.push_back(edge->second);
    }
  }
  return false;
}

void BodsRecords::AddRelation(const BodsInterest& interest, int ordinal, Record* record, ForeignRows* rows) {
  const BodsStatement& statement = statements_[record->newest];
  v1::Relation relation;
  relation.set_subject(PartyName(statement, statement.interested_party));
  relation.set_object(PartyName(statement, statement.subject));
  relation.set_type(interest.relation);
  relation.set_share_basis_points(interest.share_basis_points);
  relation.set_name(ForeignName(
      "relations", "bods",
      {record->key, interest.type, absl::StrCat(ordinal), relation.subject(), relation.object()}));
  if (interest.start) *relation.mutable_start_date() = *interest.start;
  std::optional<google::type::Date> end = interest.end;
  if (statement.closed && (!end || CompareDays(*statement.closed, *end) < 0)) end = statement.closed;
  if (end && interest.start && CompareDays(*end, *interest.start) < 0) end = interest.start;
  if (end) *relation.mutable_end_date() = *end;
  *relation.mutable_source() = statement.source;
  const std::string reference = absl::StrCat(interest.type, interest.is_indirect ? ", indirect" : "",
                                             interest.share_text.empty() ? "" : ", ", interest.share_text,
                                             "; ", statement.source.reference());
  relation.mutable_source()->set_reference(TidyText(reference, 500));
  if (OwnsOrControls(interest.relation)) record->edges.emplace_back(relation.subject(), relation.object());
  rows->AddRelation(statement.place, std::move(relation));
}

void BodsRecords::AddRelations(bool indirect, Record* record, ForeignRows* rows) {
  const BodsStatement& statement = statements_[record->newest];
  std::map<std::string, int> counts;  // of interests, by type
  for (size_t i = 0; i < statement.interests.size(); ++i) {
    const BodsInterest& interest = statement.interests[i];
    const int ordinal = counts[interest.type]++;
    if ((interest.is_indirect && !statement.components.empty()) != indirect) continue;
    const std::string part = absl::StrCat("interests[", i, "]");
    if (!interest.left_out.empty()) {
      rows->LeaveOut(statement.place, part, interest.left_out);
    } else if (indirect && IsToldByComponents(statement)) {
      rows->LeaveOut(statement.place, part, "is indirect, and its components say how: they are taken");
    } else {
      AddRelation(interest, ordinal, record, rows);
    }
  }
}

void BodsRecords::AddTo(ForeignRows* rows) {
  FindReplaced(rows);
  Group(rows);
  for (size_t i = 0; i < statements_.size(); ++i) rows->AddWrong(statements_[i].place, problems_[i]);
  std::vector<Record*> relationships;
  for (Record& record : records_) {
    const BodsStatement& newest = statements_[record.newest];
    for (const size_t i : record.statements) {
      if (i == record.newest) continue;
      rows->LeaveOut(statements_[i].place, "",
                     absl::StrCat("is replaced by ", newest.place.id, " at line ", newest.place.line));
    }
    if (newest.kind != Kind::kRelationship) {
      AddParty(record, rows);
      continue;
    }
    if (!problems_[record.newest].empty()) continue;
    std::string why = newest.unspecified;
    if (why.empty()) why = WhyNoEnd(newest, newest.interested_party, "interestedParty");
    if (why.empty()) why = WhyNoEnd(newest, newest.subject, "subject");
    if (why.empty() && newest.interests.empty()) why = "says no interest";
    if (!why.empty()) {
      rows->LeaveOut(newest.place, "", why);
      continue;
    }
    relationships.push_back(&record);
  }
  // What components say is known before what they are components of.
  for (const bool indirect : {false, true}) {
    for (Record* record : relationships) AddRelations(indirect, record, rows);
  }
}

}  // namespace ayni::cli
