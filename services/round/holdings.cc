#include "services/round/holdings.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/market/engine_day.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"

namespace ayni::services {
namespace {

struct PublishedRound {
  std::string name;
  matcher::Day day = 0;
};

absl::Status Unreadable(const storage::Cursor& cursor) {
  return absl::DataLossError(absl::StrCat(std::string(cursor.key()), " can't be read"));
}

absl::StatusOr<std::vector<PublishedRound>> RoundsSince(const storage::Snapshot& snapshot,
                                                        matcher::Day first_day) {
  std::vector<PublishedRound> rounds;
  const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<v1::Round>(), "")));
  while (cursor->Next()) {
    v1::Round round;
    if (!round.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size()))) {
      return Unreadable(*cursor);
    }
    if (round.state() != v1::Round::STATE_PUBLISHED) continue;
    const matcher::Day day = DayOf(absl::FromUnixSeconds(round.publish_time().seconds()));
    if (day >= first_day) rounds.push_back({round.name(), day});
  }
  if (!cursor->status().ok()) return cursor->status();
  return rounds;
}

}  // namespace

absl::StatusOr<std::vector<matcher::Holding>> ReadHoldings(const storage::Snapshot& snapshot,
                                                           absl::Span<const matcher::Limit> limits,
                                                           matcher::Day today,
                                                           const std::function<bool()>& stop,
                                                           NamedMarket* market) {
  int32_t window_days = 0;
  for (const matcher::Limit& limit : limits) window_days = std::max(window_days, limit.window_days);
  std::vector<matcher::Holding> holdings;
  if (window_days == 0) return holdings;
  const auto rounds = RoundsSince(snapshot, today - window_days);
  if (!rounds.ok()) return rounds.status();
  const ResourceType& type = ResourceType::Of<v1::Match>();
  v1::Match match;
  for (const PublishedRound& round : *rounds) {
    const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(type, type.Name(round.name, ""))));
    while (cursor->Next()) {
      if (stop()) return absl::CancelledError("reading earlier matches was stopped");
      if (!match.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size()))) {
        return Unreadable(*cursor);
      }
      if (match.state() != v1::Match::STATE_UNDONE) holdings.push_back(market->ToHolding(match, round.day));
    }
    if (!cursor->status().ok()) return cursor->status();
  }
  return holdings;
}

}  // namespace ayni::services
