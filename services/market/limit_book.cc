#include "services/market/limit_book.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/audit.pb.h"
#include "matcher/problem.h"
#include "services/errors.h"
#include "services/held_units.h"
#include "services/market/engine_day.h"
#include "services/market/holdings.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

absl::Status NoActivePolicy() {
  return StateForbids("NO_ACTIVE_POLICY", "policies/-",
                      "holds no active policy, by which to score: activate one");
}

bool IsOfRound(const v1::Match& match, const v1::Round& round) {
  return !round.name().empty() && absl::StartsWith(match.name(), absl::StrCat(round.name(), "/"));
}

// From this day on holdings are kept, so that every window and the round itself are whole.
matcher::Day FirstDay(const EnginePolicy& policy, matcher::Day today, matcher::Day round_day) {
  matcher::Day first = round_day;
  for (const matcher::Limit& limit : policy.limits) first = std::min(first, today - limit.window_days);
  return policy.countries.HaveCaps() ? std::min(first, today - kProviderCapDays) : first;
}

}  // namespace

LimitBook::LimitBook() : policy_(NoActivePolicy()) {}

absl::StatusOr<std::unique_ptr<LimitBook>> LimitBook::Load(const storage::Snapshot& snapshot,
                                                           matcher::Day today,
                                                           const std::function<bool()>& stop,
                                                           ChangeMarket change) {
  auto book = std::make_unique<LimitBook>();
  if (absl::Status status = book->ReadPolicy(snapshot, change); !status.ok()) return status;
  auto round = ReadLastRound(snapshot);
  if (!round.ok()) return round.status();
  book->round_ = *std::move(round);
  if (!book->policy_.ok() || book->round_.name().empty()) {
    if (book->policy_.ok())
      book->standings_ = matcher::LimitStandings(book->policy_->limits, matcher::kDayMax);
    return book;
  }
  const matcher::Day round_day = PublishDay(book->round_);
  book->standings_ = matcher::LimitStandings(book->policy_->limits, round_day);
  if (absl::Status status = book->ReadRoundSegments(snapshot, change); !status.ok()) return status;
  absl::Status status =
      ForEachHolding(snapshot, FirstDay(*book->policy_, today, round_day), stop,
                     [&](const v1::Match& match, matcher::Day day) {
                       change([&](NamedMarket* market) { book->Count(match, day, market); });
                     });
  if (!status.ok()) return status;
  return book;
}

absl::Status LimitBook::ReadPolicy(const storage::Snapshot& snapshot, ChangeMarket change) {
  const auto cursor = snapshot.ScanIndex(storage::KeyRange::Prefix(ActivePolicyStem()));
  if (!cursor->Next()) return cursor->status();
  auto stored = ReadRecord(snapshot, ResourceType::Of<v1::Policy>(), NameOfIndexKey(cursor->key()));
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return absl::DataLossError("the active policy is not stored");
  policy_record_ = static_cast<const v1::Policy&>(*stored->record);
  policy_ = ToEngine(policy_record_);
  if (policy_.ok()) change([&](NamedMarket* market) { NameRules(policy_record_, market, &*policy_); });
  return absl::OkStatus();
}

absl::Status LimitBook::ReadRoundSegments(const storage::Snapshot& snapshot, ChangeMarket change) {
  const ResourceType& type = ResourceType::Of<v1::SegmentReport>();
  const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(type, type.Name(round_.name(), ""))));
  v1::SegmentReport report;
  while (cursor->Next()) {
    if (!report.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size())))
      return absl::DataLossError(absl::StrCat(std::string(cursor->key()), " can't be read"));
    for (int limit = 0; limit < policy_record_.limits_size(); ++limit) {
      if (policy_record_.limits(limit).id() != report.segment().limit()) continue;
      change([&](NamedMarket* market) {
        const matcher::SegmentKey key = market->ToSegmentKey(report.segment());
        standings_.SetRoundSegment(limit, key, {report.volume(), report.eligible_controller_count()});
        for (const v1::ControllerShare& share : report.shares()) {
          if (share.has_volume())
            standings_.SetRoundVolume(limit, key, market->ToParty(share.controller()), share.volume());
        }
      });
    }
  }
  return cursor->status();
}

bool LimitBook::RoundKnew(const v1::Need& need) const {
  const auto& made = need.create_time();
  const auto& seen = round_.snapshot_time();
  return std::pair(made.seconds(), made.nanos()) <= std::pair(seen.seconds(), seen.nanos());
}

std::vector<matcher::NeedSegment> LimitBook::SegmentsOf(const NamedMarket& market, const v1::Need& need,
                                                        const matcher::Need& row,
                                                        absl::Span<const matcher::Candidate> candidates,
                                                        const matcher::NeedVolume& counted,
                                                        matcher::Day today) const {
  return standings_.SegmentsOf(market.market(), row, candidates, RoundKnew(need), counted, today);
}

matcher::OpenCandidate LimitBook::Open(const NamedMarket& market,
                                       absl::Span<const matcher::NeedSegment> segments,
                                       const matcher::Candidate& candidate, matcher::Day today) const {
  const matcher::Offer offer = market.market().offer(candidate.offer);
  const matcher::Tap& tap = market.market().tap(offer.tap);
  matcher::OpenCandidate open{.candidate = candidate, .tap = offer.tap, .lot = offer.lot};
  open.tap_left = tap.capacity == 0
                      ? matcher::kUnitsMax
                      : std::max<matcher::Units>(0, tap.capacity - standings_.GivenOfRound(offer.tap));
  open.tap_left = std::min(open.tap_left, RoomUnderCap(market.market(), offer.tap, today));
  open.standings = standings_.StandingsOf(segments, tap, candidate.price, today);
  return open;
}

matcher::Units LimitBook::RoomUnderCap(const matcher::Market& market, matcher::TapIndex tap,
                                       matcher::Day today) const {
  const auto cap = policy_->countries.CapOf(market, market.tap(tap), today);
  if (!cap.has_value()) return matcher::kUnitsMax;
  return std::max<matcher::Units>(0, *cap - given_.Since(tap, today - kProviderCapDays));
}

matcher::LiveHolding LimitBook::ToLive(const v1::Match& match, matcher::Day day, NamedMarket* market) const {
  const bool of_round = IsOfRound(match, round_);
  return {market->ToHolding(match, day), of_round, of_round && match.beyond_round()};
}

void LimitBook::Count(const v1::Match& match, matcher::Day day, NamedMarket* market) {
  const MatchIndex index = matches_.Intern(match.name());
  if (index.at() >= holdings_.size()) holdings_.resize(index.at() + 1);
  holdings_[index.at()] = ToLive(match, day, market);
  standings_.Add(market->market(), holdings_[index.at()]);
  Give(holdings_[index.at()].holding, 1);
}

void LimitBook::Give(const matcher::Holding& holding, int sign) {
  if (policy_.ok() && policy_->countries.HaveCaps())
    given_.Add(holding.tap, holding.day, sign * holding.units);
}

void LimitBook::Put(const v1::Match& match, NamedMarket* market) {
  if (const MatchIndex index = matches_.Find(match.name()); index.present()) {
    standings_.Remove(market->market(), holdings_[index.at()]);
    Give(holdings_[index.at()].holding, -1);
    holdings_[index.at()].holding.units = 0;
    if (!Holds(match)) return;
    Count(match, holdings_[index.at()].holding.day, market);
  } else if (match.origin() == v1::Match::ORIGIN_MATCH_NOW && Holds(match)) {
    Count(match, HoldingDay(match, 0), market);
  }
}

void LimitBook::ChangeControllers(const NamedMarket& market,
                                  const std::vector<matcher::Controllers>& controllers,
                                  absl::FunctionRef<void()> change) {
  std::vector<size_t> moved;
  for (size_t at = 0; at < holdings_.size(); ++at) {
    const matcher::TapIndex tap = holdings_[at].holding.tap;
    if (holdings_[at].holding.units == 0 || tap.at() >= controllers.size()) continue;
    if (matcher::Controllers::Of(market.market().tap(tap)) != controllers[tap.at()]) moved.push_back(at);
  }
  for (size_t at : moved) standings_.Remove(market.market(), holdings_[at]);
  change();
  for (size_t at : moved) standings_.Add(market.market(), holdings_[at]);
}

size_t LimitBook::ByteSize() const {
  return matches_.ByteSize() + holdings_.capacity() * sizeof(matcher::LiveHolding) + standings_.ByteSize();
}

}  // namespace ayni::services
