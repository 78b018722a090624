#include "services/market/relation_book.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/conflict_rule.h"
#include "services/market/engine_day.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "services/text_view.h"

namespace ayni::services {
namespace {

matcher::Window HoldingWindow(const v1::Relation& relation) {
  return {relation.has_start_date() ? DayOf(relation.start_date()) : matcher::kDayMin,
          relation.has_end_date() ? DayOf(relation.end_date()) : matcher::kDayMax};
}

template <typename Record>
const std::string& PrefixOf() {
  static const auto* const prefix = new std::string(RecordKey(ResourceType::Of<Record>(), ""));
  return *prefix;
}

bool Same(const matcher::Relation& a, const matcher::Relation& b) {
  return a.subject == b.subject && a.type == b.type && a.object == b.object &&
         a.share_basis_points == b.share_basis_points && a.window.first == b.window.first &&
         a.window.last == b.window.last && a.standing == b.standing && a.claimed_by == b.claimed_by &&
         a.kinship == b.kinship && a.kinship_degree == b.kinship_degree && a.rank == b.rank;
}

}  // namespace

template <typename Record, void (RelationBook::*remove)(absl::string_view)>
absl::Status RelationBook::ApplyAs(const std::optional<std::string>& bytes, absl::string_view name) {
  if (!bytes.has_value()) {
    (this->*remove)(name);
    return absl::OkStatus();
  }
  Record record;
  if (!record.ParseFromString(*bytes)) return absl::DataLossError(absl::StrCat(name, " can't be read"));
  Put(record);
  return absl::OkStatus();
}

// One kind of record that the book knows.
struct RelationBook::KindOfRecord {
  std::string key_prefix;
  absl::Status (RelationBook::*apply)(const std::optional<std::string>&, absl::string_view);
};

const std::vector<RelationBook::KindOfRecord>& RelationBook::Kinds() {
  using Self = RelationBook;
  // Principals before the relations that they claim.
  static const auto* const kinds = new std::vector<KindOfRecord>{
      {PrefixOf<v1::Principal>(), &Self::ApplyAs<v1::Principal, &Self::RemovePrincipal>},
      {PrefixOf<v1::Party>(), &Self::ApplyAs<v1::Party, &Self::RemoveParty>},
      {PrefixOf<v1::Service>(), &Self::ApplyAs<v1::Service, &Self::RemoveService>},
      {PrefixOf<v1::Relation>(), &Self::ApplyAs<v1::Relation, &Self::RemoveRelation>},
      {PrefixOf<v1::Credential>(), &Self::ApplyAs<v1::Credential, &Self::RemoveCredential>},
      {PrefixOf<v1::Agreement>(), &Self::ApplyAs<v1::Agreement, &Self::RemoveAgreement>},
      {PrefixOf<v1::Skill>(), &Self::ApplyAs<v1::Skill, &Self::RemoveSkill>},
      {PrefixOf<v1::Offer>(), &Self::ApplyAs<v1::Offer, &Self::RemoveOffer>},
      {PrefixOf<v1::Waiver>(), &Self::ApplyAs<v1::Waiver, &Self::RemoveWaiver>}};
  return *kinds;
}

bool RelationBook::Holds(absl::string_view key) {
  return std::any_of(Kinds().begin(), Kinds().end(),
                     [key](const KindOfRecord& kind) { return absl::StartsWith(key, kind.key_prefix); });
}

absl::Status RelationBook::Apply(absl::string_view key, const std::optional<std::string>& bytes) {
  for (const KindOfRecord& kind : Kinds()) {
    if (absl::StartsWith(key, kind.key_prefix)) return (this->*kind.apply)(bytes, NameOfRecordKey(View(key)));
  }
  return absl::OkStatus();
}

void RelationBook::SetParty(matcher::PartyIndex party, const matcher::RelationParty& row) {
  const matcher::RelationParty before = graph_.party(party);
  graph_.SetParty(party, row);
  if (before.roles != row.roles || before.neutral != row.neutral) conflicts_.Touch(graph_, party);
}

void RelationBook::Put(const v1::Party& party) {
  derived_ties_.Put(party);
  SetParty(parties_.Intern(FirstId(party.name())), {RolesOf(party), party.neutral()});
}

void RelationBook::RemoveParty(absl::string_view name) {
  derived_ties_.RemoveParty(name);
  const matcher::PartyIndex party = parties_.Find(FirstId(name));
  if (party.present()) SetParty(party, {});
}

void RelationBook::Put(const v1::Principal& principal) {
  party_of_principal_[principal.name()] = std::string(FirstId(principal.party()));
}

void RelationBook::Put(const v1::Relation& relation) {
  matcher::Relation row;
  row.subject = parties_.Intern(FirstId(relation.subject()));
  row.object = parties_.Intern(FirstId(relation.object()));
  row.type = static_cast<matcher::RelationType>(relation.type());
  row.share_basis_points = relation.share_basis_points();
  row.window = HoldingWindow(relation);
  if (relation.standing() != v1::RELATION_STANDING_CONFIRMED) {
    row.standing = matcher::Standing::kClaimed;
    const auto principal = party_of_principal_.find(relation.declared_by());
    if (principal != party_of_principal_.end() && !principal->second.empty())
      row.claimed_by = parties_.Intern(principal->second);
  }
  row.kinship = static_cast<matcher::Kinship>(relation.kinship());
  row.kinship_degree = static_cast<int8_t>(relation.kinship_degree());
  row.rank = Fingerprint(relation.name());
  Put(relation.name(), row);
}

// Whoever taught a module assessed nobody.
void RelationBook::Put(const v1::Credential& credential) {
  const bool is_module = credential.curriculum() != v1::CURRICULUM_UNSPECIFIED;
  matcher::Relation row;
  row.subject = parties_.Intern(FirstId(credential.certifier()));
  row.type = is_module ? matcher::RelationType::kTrains : matcher::RelationType::kCertifies;
  row.object = parties_.Intern(FirstId(credential.holder()));
  row.window = WindowOf(credential);
  row.rank = Fingerprint(credential.name());
  if (row.window.first > row.window.last) return Remove(credential.name());
  Put(credential.name(), row, {credential.name(), credential.update_time().seconds()});
}

void RelationBook::Put(const v1::Agreement& agreement) {
  const bool held = agreement.state() == v1::Agreement::STATE_IN_FORCE || agreement.has_last_date();
  if (agreement.kind() != v1::CONTRACT_KIND_EMPLOYED || !held) return Remove(agreement.name());
  matcher::Relation row;
  row.subject = parties_.Intern(FirstId(agreement.cooperative()));
  row.type = matcher::RelationType::kEmploys;
  row.object = parties_.Intern(FirstId(agreement.tap()));
  row.window = WindowOf(agreement.window());
  if (agreement.has_last_date()) row.window.last = std::min(row.window.last, DayOf(agreement.last_date()));
  row.standing = matcher::Standing::kDerived;
  row.rank = Fingerprint(agreement.name());
  Put(agreement.name(), row, {agreement.name(), agreement.update_time().seconds()});
}

void RelationBook::Put(const v1::Skill& skill) {
  matcher::Relation row;
  row.subject = parties_.Intern(FirstId(skill.partner()));
  row.type = matcher::RelationType::kTrains;
  row.object = parties_.Intern(FirstId(skill.name()));
  row.window = {DayOf(skill.learn_date()), DayOf(skill.refresh_by_date())};
  if (skill.standing() != v1::RELATION_STANDING_CONFIRMED) {
    row.standing = matcher::Standing::kClaimed;
    row.claimed_by = row.object;
  }
  row.rank = Fingerprint(skill.name());
  Put(skill.name(), row, {skill.name(), skill.update_time().seconds()});
}

void RelationBook::Put(absl::string_view key, const matcher::Relation& row, Origin origin) {
  Put(key, row);
  origins_[relations_.Find(key).value] = std::move(origin);
}

void RelationBook::Put(absl::string_view key, const matcher::Relation& row) {
  const matcher::RelationIndex relation = relations_.Intern(key);
  if (graph_.Has(relation)) {
    if (Same(graph_.relation(relation), row)) return;
    conflicts_.Touch(graph_, graph_.relation(relation));
  }
  graph_.SetRelation(relation, row);
  conflicts_.Touch(graph_, row);
}

void RelationBook::Remove(absl::string_view key) {
  const matcher::RelationIndex relation = relations_.Find(key);
  if (!relation.present()) return;
  conflicts_.Touch(graph_, graph_.relation(relation));
  graph_.RemoveRelation(relation);
  relations_.Erase(relation);
  origins_.erase(relation.value);
}

void RelationBook::Put(const v1::Service& service) {
  const matcher::AdviceKinds kinds = KindsOf(service.advice());
  if (kinds == 0) {
    advice_.erase(service.name());
  } else {
    advice_[service.name()] = kinds;
  }
}

void RelationBook::Put(const v1::Waiver& waiver) {
  RemoveWaiver(waiver.name());
  if (waiver.state() != v1::Waiver::STATE_GRANTED) return;
  const matcher::PartyIndex tap = parties_.Intern(FirstId(waiver.tap()));
  Granted granted{.name = waiver.name(),
                  .rule = waiver.rule(),
                  .cooperative = {},
                  .dismisses = waiver.kind() == v1::Waiver::KIND_DISMISSAL,
                  .by_two = waiver.granted_by() != waiver.proposed_by(),
                  .through = {},
                  .window = {DayOf(waiver.start_date()), DayOf(waiver.end_date())}};
  if (!waiver.cooperative().empty()) granted.cooperative = parties_.Intern(FirstId(waiver.cooperative()));
  for (const std::string& party : waiver.through())
    granted.through.push_back(parties_.Intern(FirstId(party)));
  waiver_taps_[waiver.name()] = tap;
  std::vector<Granted>& all = waivers_[tap.value];
  const auto after =
      std::find_if(all.begin(), all.end(), [&](const Granted& each) { return each.name > granted.name; });
  all.insert(after, std::move(granted));
}

void RelationBook::RemoveWaiver(absl::string_view name) {
  const auto tap = waiver_taps_.find(name);
  if (tap == waiver_taps_.end()) return;
  std::vector<Granted>& all = waivers_.at(tap->second.value);
  all.erase(std::remove_if(all.begin(), all.end(), [&](const Granted& each) { return each.name == name; }),
            all.end());
  if (all.empty()) waivers_.erase(tap->second.value);
  waiver_taps_.erase(tap);
}

void RelationBook::Settle() {
  DerivedTies::Change change = derived_ties_.Settle();
  for (const std::string& key : change.gone) Remove(key);
  for (DerivedTie& tie : change.come) {
    matcher::Relation row;
    row.subject = parties_.Intern(tie.subject);
    row.type = static_cast<matcher::RelationType>(tie.type);
    row.object = parties_.Intern(tie.object);
    row.share_basis_points = tie.share_basis_points;
    row.standing = matcher::Standing::kDerived;
    row.rank = Fingerprint(tie.key);
    Put(tie.key, row, {std::move(tie.reference), tie.known_seconds});
  }
}

int64_t RelationBook::Renew() {
  Settle();
  return conflicts_.Renew(graph_);
}

std::optional<matcher::ConflictBook> RelationBook::FindAll(const v1::Policy& policy, matcher::Day day,
                                                           int threads,
                                                           const std::function<bool()>& stop) const {
  matcher::ConflictBook conflicts(ConflictRulesOf(policy), day);
  if (!conflicts.FindAll(graph_, threads, stop)) return std::nullopt;
  return conflicts;
}

void RelationBook::Take(const v1::Policy& policy, matcher::ConflictBook conflicts) {
  rule_records_.assign(policy.conflict_rules().begin(), policy.conflict_rules().end());
  conflicts_ = std::move(conflicts);
}

matcher::AdviceKinds RelationBook::AdviceOf(absl::string_view service) const {
  const auto found = advice_.find(service);
  return found == advice_.end() ? matcher::AdviceKinds{0} : found->second;
}

size_t RelationBook::ByteSize() const {
  return graph_.ByteSize() + conflicts_.ByteSize() + parties_.ByteSize() + relations_.ByteSize();
}

absl::Status LoadRelations(const storage::Snapshot& snapshot, const std::function<bool()>& stop,
                           RelationBook* book) {
  constexpr int kRecordsAtATime = 256;
  for (const RelationBook::KindOfRecord& kind : RelationBook::Kinds()) {
    const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(kind.key_prefix));
    for (int at = 0; cursor->Next(); ++at) {
      if (at % kRecordsAtATime == 0 && stop()) return absl::CancelledError("loading relations was stopped");
      absl::Status status = book->Apply(Absl(cursor->key()), std::string(cursor->value()));
      if (!status.ok()) return status;
    }
    if (!cursor->status().ok()) return cursor->status();
  }
  book->Renew();
  return absl::OkStatus();
}

std::vector<matcher::ConflictWaiver> ConflictReader::WaiversOn(const ConflictSubject& subject) {
  waiver_names_.clear();
  std::vector<matcher::ConflictWaiver> waivers;
  const auto found = book_.waivers_.find(subject.tap.value);
  if (found == book_.waivers_.end()) return waivers;
  for (const RelationBook::Granted& granted : found->second) {
    if (day_ < granted.window.first || day_ > granted.window.last) continue;
    if (granted.cooperative.present() && granted.cooperative != subject.cooperative) continue;
    const auto rule =
        std::find_if(book_.rule_records_.begin(), book_.rule_records_.end(),
                     [&](const v1::ConflictRule& record) { return record.id() == granted.rule; });
    if (rule == book_.rule_records_.end()) continue;
    // A rule may have come to block after one administrator alone granted it.
    if (rule->severity() == v1::CONFLICT_SEVERITY_BLOCK && !granted.by_two) continue;
    waivers.push_back(
        {static_cast<int32_t>(rule - book_.rule_records_.begin()), granted.dismisses, granted.through});
    waiver_names_.push_back(granted.name);
  }
  return waivers;
}

std::vector<matcher::ConflictFinding> ConflictReader::FindingsOn(const ConflictSubject& subject) {
  const matcher::ConflictBook& conflicts = book_.conflicts_;
  if (conflicts.rules().empty() || !subject.tap.present()) return {};
  const std::vector<matcher::ConflictWaiver> waivers = WaiversOn(subject);
  const matcher::ConflictCandidate candidate{.tap = subject.tap,
                                             .cooperative = subject.cooperative,
                                             .need_window = subject.need_window,
                                             .advice = subject.advice,
                                             .waivers = waivers};
  if (day_ == conflicts.day()) return conflicts.FindingsOn(book_.graph_, candidate, &search_);
  return matcher::FindConflicts(conflicts.rules(), candidate, day_, &search_);
}

bool ConflictReader::Blocks(const ConflictSubject& subject) {
  const std::vector<matcher::ConflictFinding> findings = FindingsOn(subject);
  return std::any_of(findings.begin(), findings.end(),
                     [](const matcher::ConflictFinding& finding) { return finding.blocks(); });
}

std::vector<v1::Conflict> ConflictReader::ConflictsOn(const ConflictSubject& subject) {
  std::vector<v1::Conflict> records;
  for (const matcher::ConflictFinding& finding : FindingsOn(subject)) records.push_back(ToRecord(finding));
  return records;
}

v1::Conflict ConflictReader::ToRecord(const matcher::ConflictFinding& finding) const {
  const v1::ConflictRule& rule = book_.rule_records_[finding.rule];
  v1::Conflict record;
  record.set_rule(rule.id());
  record.set_reason(rule.reason());
  record.set_severity(services::ToRecord(finding.severity));
  for (const matcher::RelationIndex relation : finding.relations) FillEdge(relation, record.add_path());
  if (finding.waiver >= 0) record.set_waiver(waiver_names_[finding.waiver]);
  *record.mutable_texts() = rule.texts();
  record.set_claimed(finding.claimed);
  record.set_incomplete(finding.incomplete);
  return record;
}

void ConflictReader::FillEdge(matcher::RelationIndex relation, v1::ConflictEdge* edge) const {
  const matcher::Relation& row = book_.graph_.relation(relation);
  edge->set_subject(absl::StrCat("parties/", book_.parties_.NameOf(row.subject)));
  edge->set_type(static_cast<v1::RelationType>(row.type));
  edge->set_object(absl::StrCat("parties/", book_.parties_.NameOf(row.object)));
  edge->set_share_basis_points(row.share_basis_points);
  if (row.standing != matcher::Standing::kDerived) {
    edge->set_standing(row.standing == matcher::Standing::kConfirmed ? v1::RELATION_STANDING_CONFIRMED
                                                                     : v1::RELATION_STANDING_CLAIMED);
  }
  const auto origin = book_.origins_.find(relation.value);
  if (origin == book_.origins_.end()) {
    edge->set_relation(std::string(book_.relations_.NameOf(relation)));
    return;
  }
  edge->mutable_source()->set_kind(v1::RelationSource::KIND_MARKET);
  edge->mutable_source()->set_reference(origin->second.reference);
  edge->mutable_known_time()->set_seconds(origin->second.known_seconds);
  if (row.window.first > matcher::kDayMin) *edge->mutable_start_date() = DateOf(row.window.first);
  if (row.window.last < matcher::kDayMax) *edge->mutable_end_date() = DateOf(row.window.last);
}

absl::Status FillEvidence(const storage::Reader& reader,
                          google::protobuf::RepeatedPtrField<v1::Conflict>* conflicts) {
  for (v1::Conflict& conflict : *conflicts) {
    for (v1::ConflictEdge& edge : *conflict.mutable_path()) {
      if (edge.relation().empty()) continue;
      const auto stored = ReadRecord(reader, ResourceType::Of<v1::Relation>(), edge.relation());
      if (!stored.ok()) return stored.status();
      if (stored->version == 0) continue;
      const auto& record = static_cast<const v1::Relation&>(*stored->record);
      *edge.mutable_source() = record.source();
      if (record.has_start_date()) *edge.mutable_start_date() = record.start_date();
      if (record.has_end_date()) *edge.mutable_end_date() = record.end_date();
      edge.set_declared_by(record.declared_by());
      // What was stated before was another statement.
      *edge.mutable_known_time() = record.has_update_time() ? record.update_time() : record.create_time();
    }
  }
  return absl::OkStatus();
}

}  // namespace ayni::services
