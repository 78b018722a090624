#include "services/round/publication.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "google/protobuf/util/time_util.h"
#include "services/invariant.h"
#include "services/market/engine_day.h"
#include "services/match/taking.h"
#include "services/resource/digest.h"
#include "services/resource/record_keys.h"
#include "services/resource/time.h"
#include "services/resource/write.h"
#include "services/round/match_gate.h"
#include "services/round/match_record.h"
#include "services/round/price_chunks.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

template <typename Record>
std::string KeyOf(const std::string& name) {
  return RecordKey(ResourceType::Of<Record>(), name);
}

template <typename Record>
void AddNoneUnder(const std::string& round, storage::Change* change) {
  const std::string prefix = KeyOf<Record>(ResourceType::Of<Record>().Name(round, ""));
  change->preconditions.push_back(storage::Precondition::NoRecord(prefix));
}

}  // namespace

Publisher::Publisher(const Call& call, const std::string& request_id, const storage::Snapshot& snapshot,
                     absl::Time snapshot_time, const ClearedRound& cleared, const StoredRecord& round,
                     const KeptColumns& columns, const Pseudonyms& pseudonyms)
    : call_(call),
      request_id_(request_id),
      snapshot_(snapshot),
      snapshot_time_(snapshot_time),
      cleared_(cleared),
      round_(round),
      columns_(columns),
      pseudonyms_(pseudonyms) {}

absl::StatusOr<Publication> Publisher::Publish(const absl::flat_hash_set<std::string>& changed_keys,
                                               absl::Span<const v1::Match> made_since,
                                               const StoredBudgets& budgets) const {
  const auto begin = absl::Now();
  const StandingMatches standing = StandingOf(cleared_, changed_keys, made_since, budgets);
  const std::vector<MatchedEdge>& matched = standing.matched;
  const std::vector<matcher::Units>& cleared_units = cleared_.solution.edge_units;
  const int64_t found = std::count_if(cleared_units.begin(), cleared_units.end(),
                                      [](matcher::Units units) { return units > 0; });

  Publication publication;
  if (absl::Status status = AddNeeds(matched, &publication.change); !status.ok()) return status;
  if (absl::Status status = AddOffers(matched, &publication.change); !status.ok()) return status;
  const std::string& name = static_cast<const v1::Round&>(*round_.record).name();
  ReportsOfSegments reports;
  reports.reports = SegmentReportRecords(cleared_, standing.segments, name, matched, &reports.of);
  if (absl::Status status = AddOutcome(matched, reports, budgets, &publication); !status.ok()) return status;

  v1::Round& round = publication.round;
  round = static_cast<const v1::Round&>(*round_.record);
  *round.mutable_summary() = SummaryOf(cleared_, matched);
  round.mutable_summary()->set_superseded_count(found - static_cast<int64_t>(matched.size()));
  for (const v1::LeftOut& left_out : standing.left_out) *round.mutable_summary()->add_left_out() = left_out;
  round.set_state(v1::Round::STATE_PUBLISHED);
  round.clear_failure();
  round.set_snapshot_sequence(snapshot_.sequence());
  *round.mutable_snapshot_time() = ToTimestamp(snapshot_time_);
  *round.mutable_update_time() = LaterOf(round.update_time(), call_.now);
  *round.mutable_publish_time() = round.update_time();
  *round.mutable_summary()->mutable_commit_duration() =
      google::protobuf::util::TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(absl::Now() - begin));
  if (absl::Status status = AddRound(standing, reports, &publication); !status.ok()) return status;
  publication.change.preconditions.push_back(
      storage::Precondition::At(KeyOf<v1::Round>(round.name()), round_.version));
  OpenGate(&publication.change);
  // Nothing of a round stands before its publication.
  AddNoneUnder<v1::Match>(round.name(), &publication.change);
  AddNoneUnder<v1::SegmentReport>(round.name(), &publication.change);
  return publication;
}

template <typename Record>
absl::Status Publisher::TakeFrom(const std::string& name, matcher::Units units,
                                 storage::Change* change) const {
  auto stored = ReadRecord(snapshot_, ResourceType::Of<Record>(), name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0)
    return absl::DataLossError(absl::StrCat(name, " is in the market and not in its snapshot"));
  AddTaken<Record>(call_, request_id_, *stored, units, change);
  change->preconditions.push_back(storage::Precondition::At(KeyOf<Record>(name), stored->version));
  return absl::OkStatus();
}

absl::Status Publisher::AddNeeds(const std::vector<MatchedEdge>& matched, storage::Change* change) const {
  std::map<std::string, matcher::Units> taken;
  for (const MatchedEdge& each : matched) taken[cleared_.market.NameOf(each.need)] += each.units;
  for (const auto& [need, units] : taken) {
    if (absl::Status status = TakeFrom<v1::Need>(need, units, change); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Publisher::AddOffers(const std::vector<MatchedEdge>& matched, storage::Change* change) const {
  std::map<std::string, matcher::Units> taken;
  for (const MatchedEdge& each : matched) taken[cleared_.market.NameOf(each.offer)] += each.units;
  for (const auto& [offer, units] : taken) {
    if (absl::Status status = TakeFrom<v1::Offer>(offer, units, change); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Publisher::AddRound(const StandingMatches& standing, const ReportsOfSegments& reports,
                                 Publication* publication) const {
  const v1::Round& round = publication->round;
  const auto policy = snapshot_.Get(KeyOf<v1::Policy>(round.policy()));
  if (!policy.ok()) return policy.status();
  if (!policy->has_value())
    return absl::DataLossError(absl::StrCat(round.policy(), " was cleared by and is not in the snapshot"));
  const absl::StatusOr<std::string> statement =
      StatementText(cleared_, round, (*policy)->value, standing, reports, columns_, pseudonyms_);
  if (!statement.ok()) return statement.status();
  storage::Change* change = &publication->change;
  AddPut(call_, request_id_, KindOf<v1::Round>(), round_, round, change);
  v1::LedgerEvent event;
  INVARIANT(event.ParseFromString(change->leaves.back()), "a leaf is an event");
  event.set_public_digest(Sha256(*statement));
  change->leaves.back() = event.SerializeAsString();
  const BundleRecords records{AsCreated(round).SerializeAsString(), round_.bytes, (*policy)->value};
  AddStatement(round.name(), *statement, records, columns_, change);
  return absl::OkStatus();
}

absl::Status Publisher::AddOutcome(std::vector<MatchedEdge> matched, const ReportsOfSegments& reports,
                                   const StoredBudgets& budgets, Publication* publication) const {
  const std::string& name = static_cast<const v1::Round&>(*round_.record).name();
  storage::Change* change = &publication->change;
  std::map<std::string, Drawn> drawn;
  std::sort(matched.begin(), matched.end(),
            [](const MatchedEdge& a, const MatchedEdge& b) { return a.number < b.number; });
  for (const MatchedEdge& each : matched) {
    v1::Match match = MatchRecord(cleared_, name, each, call_.now);
    if (absl::Status status = AddPlanOfNeed(&match); !status.ok()) return status;
    if (absl::Status status = FillEvidence(snapshot_, match.mutable_conflicts()); !status.ok()) return status;
    if (const auto budget = budgets.find(match.subsidy().budget()); budget != budgets.end()) {
      // As it says by now, and as its money was counted (WithinBudgets).
      const auto& record = static_cast<const v1::Budget&>(*budget->second.record);
      match.mutable_subsidy()->set_producer_share_basis_points(
          ProducerShareOn(record, DateOf(cleared_.today)).value_or(0));
      drawn[record.name()] += DrawnBy(match);
    }
    AddPut(call_, request_id_, KindOf<v1::Match>(), {}, match, change);
  }
  if (absl::Status status = AddBudgets(drawn, budgets, change); !status.ok()) return status;
  for (const v1::SegmentReport& report : reports.reports) {
    AddPut(call_, request_id_, KindOf<v1::SegmentReport>(), {}, report, change);
  }
  AddPriceChunks(name, PriceRecords(cleared_), change);
  return absl::OkStatus();
}

absl::Status Publisher::AddBudgets(const std::map<std::string, Drawn>& drawn, const StoredBudgets& budgets,
                                   storage::Change* change) const {
  for (const auto& [name, more] : drawn) {
    const StoredRecord& stored = budgets.at(name);
    absl::Status status = AddDrawn(call_, request_id_, stored, more, change);
    if (!status.ok()) return status;
    change->preconditions.push_back(storage::Precondition::At(KeyOf<v1::Budget>(name), stored.version));
  }
  return absl::OkStatus();
}

absl::Status Publisher::AddPlanOfNeed(v1::Match* match) const {
  const auto stored = ReadRecord(snapshot_, ResourceType::Of<v1::Need>(), match->need());
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) {
    return absl::DataLossError(absl::StrCat(match->need(), " is in the market and not in its snapshot"));
  }
  AddPlan(static_cast<const v1::Need&>(*stored->record), cleared_.policy_record.match_terms(), match);
  return absl::OkStatus();
}

}  // namespace ayni::services
