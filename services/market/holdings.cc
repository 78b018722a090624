#include "services/market/holdings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/held_units.h"
#include "services/market/engine_day.h"
#include "services/market/policy.h"
#include "services/resource/record_walk.h"
#include "services/resource/resource_type.h"

namespace ayni::services {

matcher::Day HoldingDay(const v1::Match& match, matcher::Day round_day) {
  if (match.origin() != v1::Match::ORIGIN_MATCH_NOW) return round_day;
  return DayOfUnixSeconds(match.create_time().seconds());
}

matcher::Day PublishDay(const v1::Round& round) { return DayOfUnixSeconds(round.publish_time().seconds()); }

absl::StatusOr<std::vector<v1::Round>> ReadPublishedRounds(const storage::Snapshot& snapshot,
                                                           const std::function<bool()>& stop) {
  std::vector<v1::Round> rounds;
  absl::Status status = ForEachRecord<v1::Round>(snapshot, "", stop, [&](const v1::Round& round) {
    if (round.state() == v1::Round::STATE_PUBLISHED) rounds.push_back(round);
  });
  if (!status.ok()) return status;
  const auto key = [](const v1::Round& round) {
    return std::tuple(round.publish_time().seconds(), round.publish_time().nanos(),
                      absl::string_view(round.name()));
  };
  std::sort(rounds.begin(), rounds.end(),
            [&](const v1::Round& a, const v1::Round& b) { return key(a) < key(b); });
  return rounds;
}

absl::StatusOr<v1::Round> ReadLastRound(const storage::Snapshot& snapshot) {
  auto rounds = ReadPublishedRounds(snapshot, [] { return false; });
  if (!rounds.ok()) return rounds.status();
  return rounds->empty() ? v1::Round() : std::move(rounds->back());
}

absl::Status ForEachHolding(const storage::Snapshot& snapshot, matcher::Day first_day,
                            const std::function<bool()>& stop,
                            const std::function<void(const v1::Match&, matcher::Day day)>& visit) {
  const auto rounds = ReadPublishedRounds(snapshot, [] { return false; });
  if (!rounds.ok()) return rounds.status();
  // Matches are made between rounds until the next is published: the last round before the day may have some
  // that are younger, and none before it can.
  size_t begin = 0;
  while (begin + 1 < rounds->size() && PublishDay((*rounds)[begin + 1]) < first_day) ++begin;
  for (size_t at = begin; at < rounds->size(); ++at) {
    const v1::Round& round = (*rounds)[at];
    const matcher::Day round_day = PublishDay(round);
    absl::Status status = ForEachRecord<v1::Match>(
        snapshot, ResourceType::Of<v1::Match>().Name(round.name(), ""), stop, [&](const v1::Match& match) {
          const matcher::Day day = HoldingDay(match, round_day);
          if (Holds(match) && day >= first_day) visit(match, day);
        });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<matcher::Holding>> ReadHoldings(const storage::Snapshot& snapshot,
                                                           const std::vector<matcher::Limit>& limits,
                                                           matcher::Day today,
                                                           const std::function<bool()>& stop,
                                                           NamedMarket* market) {
  const int32_t window_days = LongestWindow(limits);
  std::vector<matcher::Holding> holdings;
  if (window_days == 0) return holdings;
  absl::Status status = ForEachHolding(
      snapshot, today - window_days, stop,
      [&](const v1::Match& match, matcher::Day day) { holdings.push_back(market->ToHolding(match, day)); });
  if (!status.ok()) return status;
  return holdings;
}

}  // namespace ayni::services
