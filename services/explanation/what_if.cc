#include "services/explanation/what_if.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "services/explanation/changed_snapshot.h"
#include "services/market/engine_day.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

// The record of the name with a change to it, in a snapshot.
template <typename Record, typename ChangeRecord>
absl::StatusOr<std::unique_ptr<storage::Snapshot>> Changed(const storage::Snapshot& snapshot,
                                                           const std::string& name,
                                                           const ChangeRecord& change) {
  const ResourceType& type = ResourceType::Of<Record>();
  auto stored = ReadRecord(snapshot, type, name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return absl::DataLossError(absl::StrCat(name, " is not in the kept market"));
  auto& record = static_cast<Record&>(*stored->record);
  change(&record);
  return std::make_unique<ChangedSnapshot>(&snapshot, RecordKey(type, name), record.SerializeAsString());
}

void PutPlace(const ExplainedRound& round, matcher::OfferIndex offer, v1::Offer* record);

absl::StatusOr<std::unique_ptr<storage::Snapshot>> ChangedNeed(const ExplainedRound& round,
                                                               matcher::NeedIndex need,
                                                               const Change& change) {
  const int64_t value = ValueAfter(round, need, change);
  return Changed<v1::Need>(*round.kept().snapshot, round.named().NameOf(need), [&](v1::Need* record) {
    switch (change.kind) {
      case v1::CHANGE_KIND_HIGHEST_PRICE:
        record->mutable_highest_unit_price()->set_minor_units(value);
        break;
      case v1::CHANGE_KIND_WINDOW_END:
        *record->mutable_window()->mutable_end_date() = DateOf(static_cast<matcher::Day>(value));
        break;
      case v1::CHANGE_KIND_WINDOW_START:
        *record->mutable_window()->mutable_start_date() = DateOf(static_cast<matcher::Day>(value));
        break;
      default:
        record->add_languages(change.language);
    }
  });
}

absl::StatusOr<std::unique_ptr<storage::Snapshot>> ChangedOffer(const ExplainedRound& round,
                                                                const Change& change) {
  return Changed<v1::Offer>(
      *round.kept().snapshot, round.named().NameOf(change.offer), [&](v1::Offer* record) {
        switch (change.kind) {
          case v1::CHANGE_KIND_RADIUS:
            if (!record->coverage().has_position()) PutPlace(round, change.offer, record);
            record->mutable_coverage()->set_radius_m(record->coverage().radius_m() +
                                                     static_cast<int32_t>(change.amount));
            break;
          case v1::CHANGE_KIND_SMALLEST_LOT:
            record->set_smallest_lot(record->smallest_lot() - change.amount);
            break;
          default:
            record->set_capacity(record->capacity() + change.amount);
        }
      });
}

// Around where the TAP sets out, as radii of none are: its own place, or its district's.
void PutPlace(const ExplainedRound& round, matcher::OfferIndex offer, v1::Offer* record) {
  const auto tap = ReadRecord(*round.kept().snapshot, ResourceType::Of<v1::Party>(),
                              round.named().NameOf(round.market().offer(offer).tap));
  if (!tap.ok() || tap->version == 0) return;
  const auto& party = static_cast<const v1::Party&>(*tap->record);
  if (party.has_position()) {
    *record->mutable_coverage()->mutable_position() = party.position();
    return;
  }
  const auto district =
      ReadRecord(*round.kept().snapshot, ResourceType::Of<v1::Territory>(), party.district());
  if (district.ok() && district->version != 0)
    *record->mutable_coverage()->mutable_position() =
        static_cast<const v1::Territory&>(*district->record).position();
}

}  // namespace

int64_t ValueAfter(const ExplainedRound& round, matcher::NeedIndex need, const Change& change) {
  const matcher::Need row = round.market().need(need);
  switch (change.kind) {
    case v1::CHANGE_KIND_HIGHEST_PRICE:
      return row.highest_price + change.amount;
    case v1::CHANGE_KIND_WINDOW_END:
      return row.window.last + change.amount;
    case v1::CHANGE_KIND_WINDOW_START:
      return row.window.first - change.amount;
    case v1::CHANGE_KIND_RADIUS:
      return round.market().offer(change.offer).radius_m + change.amount;
    case v1::CHANGE_KIND_SMALLEST_LOT:
      return round.market().offer(change.offer).lot - change.amount;
    case v1::CHANGE_KIND_OFFER_CAPACITY:
      return round.market().offer(change.offer).open_capacity + change.amount;
    case v1::CHANGE_KIND_TAP_CAPACITY:
      return round.market().tap(change.tap).capacity + change.amount;
    default:
      return 0;
  }
}

absl::StatusOr<matcher::Units> WhatIf::GivenWith(const Change& change) {
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> changed(nullptr);
  switch (change.kind) {
    case v1::CHANGE_KIND_LIMIT_ROOM:
      return Clear(*round_.kept().snapshot, &change);
    case v1::CHANGE_KIND_RADIUS:
    case v1::CHANGE_KIND_SMALLEST_LOT:
    case v1::CHANGE_KIND_OFFER_CAPACITY:
      changed = ChangedOffer(round_, change);
      break;
    case v1::CHANGE_KIND_TAP_CAPACITY:
      changed = Changed<v1::Party>(
          *round_.kept().snapshot, round_.named().NameOf(change.tap), [&](v1::Party* record) {
            record->mutable_tap()->set_capacity(record->tap().capacity() + change.amount);
          });
      break;
    default:
      changed = ChangedNeed(round_, need_, change);
  }
  if (!changed.ok()) return changed.status();
  return Clear(**changed, nullptr);
}

absl::StatusOr<matcher::Units> WhatIf::GivenUnchanged() { return Clear(*round_.kept().snapshot, nullptr); }

absl::StatusOr<matcher::Units> WhatIf::Clear(const storage::Snapshot& snapshot, const Change* change) {
  ++clearings_;
  ClearRoundOptions options{.now = round_.kept().snapshot_time,
                            .secret = round_.kept().secret,
                            .policy = &round_.posed().policy_record,
                            .stop = stop_,
                            .compares_reserves = false};
  if (change != nullptr) {
    // The same market gives the same cells.
    options.adjust = [this, change](matcher::PosedProblem* posed) {
      for (const EdgeLimit& at : change->limits)
        posed->problem.cell_room[round_.segments().controllers[at.row].cell.at()] += change->amount;
    };
  }
  const auto cleared = ClearRound(snapshot, round_.round(), options);
  if (!cleared.ok()) return cleared.status();
  const matcher::NeedIndex need = (*cleared)->market.FindNeed(round_.named().NameOf(need_));
  const matcher::Problem& problem = (*cleared)->posed.problem;
  matcher::Units given = 0;
  for (int64_t edge = problem.need_edge_begin[need.at()]; edge < problem.need_edge_begin[need.at() + 1];
       ++edge)
    given += (*cleared)->solution.edge_units[edge];
  return given;
}

}  // namespace ayni::services
