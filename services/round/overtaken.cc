#include "services/round/overtaken.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/held_units.h"
#include "services/market/holdings.h"
#include "services/resource/record_keys.h"

namespace ayni::services {
namespace {

using Cell = std::pair<matcher::SegmentIndex, matcher::PartyIndex>;

// One limit, and what was made since under it.
class OvertakenUnderLimit {
 public:
  OvertakenUnderLimit(const ClearedRound& cleared, int32_t limit)
      : cleared_(cleared),
        table_(cleared.posed.segments),
        limit_(limit),
        level_(table_.limits[limit].controller_level) {}

  std::vector<MatchedEdge> Without(std::vector<MatchedEdge> matched, absl::Span<const v1::Match> made_since) {
    const std::map<Cell, matcher::Amount> made = AmountsByCell(made_since);
    std::map<Cell, std::vector<int64_t>> edges;
    for (const MatchedEdge& each : matched) {
      for (matcher::PartyIndex controller : ControllersOf(each.offer)) {
        const Cell cell{table_.need_segment[limit_][each.need.at()], controller};
        if (made.contains(cell)) edges[cell].push_back(&each - matched.data());
      }
    }
    std::vector<bool> leaves(matched.size());
    for (auto& [cell, positions] : edges) {
      matcher::Amount room = RoomOf(cell) - made.at(cell);
      std::sort(positions.begin(), positions.end(), [&](int64_t a, int64_t b) {
        return std::tuple(-ScoreOf(matched[a]), a) < std::tuple(-ScoreOf(matched[b]), b);
      });
      for (int64_t at : positions) {
        const matcher::Market& market = cleared_.market.market();
        const matcher::Amount amount = matcher::Measured(
            table_.limits[limit_], matched[at].units,
            matcher::PriceFor(market.need(matched[at].need), market.offer(matched[at].offer)));
        if (amount > room) {
          leaves[at] = true;
        } else {
          room -= amount;
        }
      }
    }
    std::vector<MatchedEdge> kept;
    for (size_t at = 0; at < matched.size(); ++at) {
      if (!leaves[at]) kept.push_back(matched[at]);
    }
    return kept;
  }

  // Adds it to what the segments and their controllers hold.
  void Hold(absl::Span<const v1::Match> made_since, matcher::SegmentTable* segments) const {
    const matcher::Market& market = cleared_.market.market();
    for (const v1::Match& match : made_since) {
      const matcher::Holding holding = cleared_.market.FindHolding(match);
      const matcher::SegmentIndex segment =
          Find(matcher::SegmentOf(market, table_.limits[limit_], holding.placed));
      if (!holding.tap.present() || !segment.present()) continue;
      matcher::Amount& held = segments->segments[segment.at()].held;
      held = matcher::Plus(held, matcher::Measured(table_.limits[limit_], holding.units, holding.unit_price));
    }
    for (const auto& [cell, amount] : AmountsByCell(made_since)) {
      const int64_t end = segments->controller_begin[cell.first.at() + 1];
      for (int64_t row = segments->controller_begin[cell.first.at()]; row < end; ++row) {
        matcher::SegmentController& controller = segments->controllers[row];
        if (controller.controller == cell.second) controller.held = matcher::Plus(controller.held, amount);
      }
    }
  }

 private:
  int64_t ScoreOf(const MatchedEdge& matched) const {
    return cleared_.posed.problem.edge_weight[matched.edge];
  }

  absl::Span<const matcher::PartyIndex> ControllersOf(matcher::OfferIndex offer) const {
    const matcher::Market& market = cleared_.market.market();
    return matcher::ControllersOf(market.tap(market.offer(offer).tap), level_);
  }

  // Those of segments and TAPs that the round knows: it gives nothing under others.
  std::map<Cell, matcher::Amount> AmountsByCell(absl::Span<const v1::Match> made_since) const {
    std::map<Cell, matcher::Amount> amounts;
    const matcher::Market& market = cleared_.market.market();
    for (const v1::Match& match : made_since) {
      const matcher::Holding holding = cleared_.market.FindHolding(match);
      const matcher::SegmentIndex segment =
          Find(matcher::SegmentOf(market, table_.limits[limit_], holding.placed));
      if (!holding.tap.present() || !segment.present()) continue;
      const matcher::Amount amount =
          matcher::Measured(table_.limits[limit_], holding.units, holding.unit_price);
      for (matcher::PartyIndex controller : matcher::ControllersOf(market.tap(holding.tap), level_)) {
        matcher::Amount& made = amounts[{segment, controller}];
        made = matcher::Plus(made, amount);
      }
    }
    return amounts;
  }

  matcher::SegmentIndex Find(const matcher::SegmentKey& key) const {
    const auto rank = [](const matcher::Segment& segment) { return std::tuple(segment.limit, segment.key); };
    const auto wanted = std::tuple(limit_, key);
    const auto found =
        std::partition_point(table_.segments.begin(), table_.segments.end(),
                             [&](const matcher::Segment& segment) { return rank(segment) < wanted; });
    if (found == table_.segments.end() || rank(*found) != wanted) return matcher::SegmentIndex::None();
    return {static_cast<int32_t>(found - table_.segments.begin())};
  }

  // What the round may give under it.
  matcher::Amount RoomOf(const Cell& cell) const {
    const matcher::Segment& segment = table_.segments[cell.first.at()];
    if (segment.waived) return matcher::kAmountMax;
    for (const matcher::SegmentController& row : table_.ControllersOf(cell.first)) {
      if (row.controller == cell.second) return matcher::CapOf(segment, row) - row.held;
    }
    return segment.cap;
  }

  const ClearedRound& cleared_;
  const matcher::SegmentTable& table_;
  const int32_t limit_;
  const matcher::ControllerLevel level_;
};

// Of TAPs that the cap of their country holds, without what it leaves no room for beside what was made since.
std::vector<MatchedEdge> WithinCountryCaps(const ClearedRound& cleared, std::vector<MatchedEdge> matched,
                                           absl::Span<const v1::Match> made_since) {
  std::map<matcher::TapIndex, matcher::Units> rooms;
  for (const v1::Match& match : made_since) {
    const matcher::TapIndex tap = cleared.market.FindTap(match.tap());
    if (!tap.present() || !IsCapped(cleared.cap_rooms, tap)) continue;
    rooms.try_emplace(tap, cleared.cap_rooms[tap.at()]).first->second -= HeldUnits(match);
  }
  if (rooms.empty()) return matched;
  std::vector<size_t> best(matched.size());
  for (size_t at = 0; at < best.size(); ++at) best[at] = at;
  const std::vector<int32_t>& scores = cleared.posed.problem.edge_weight;
  std::stable_sort(best.begin(), best.end(),
                   [&](size_t a, size_t b) { return scores[matched[a].edge] > scores[matched[b].edge]; });
  std::vector<bool> leaves(matched.size());
  for (const size_t at : best) {
    const auto room = rooms.find(cleared.market.market().offer(matched[at].offer).tap);
    if (room == rooms.end()) continue;
    leaves[at] = matched[at].units > room->second;
    if (!leaves[at]) room->second -= matched[at].units;
  }
  std::vector<MatchedEdge> kept;
  for (size_t at = 0; at < matched.size(); ++at) {
    if (!leaves[at]) kept.push_back(matched[at]);
  }
  return kept;
}

}  // namespace

absl::StatusOr<std::vector<v1::Match>> ReadMadeNow(const storage::Reader& reader,
                                                   const absl::flat_hash_set<std::string>& keys) {
  std::vector<v1::Match> made;
  const std::string prefix = RecordKey(ResourceType::Of<v1::Match>(), "");
  for (const std::string& key : keys) {
    if (!absl::StartsWith(key, prefix)) continue;
    auto stored = reader.Get(key);
    if (!stored.ok()) return stored.status();
    v1::Match match;
    if (!stored->has_value() || !match.ParseFromString((*stored)->value))
      return absl::DataLossError(absl::StrCat(key, " can't be read"));
    if (match.origin() == v1::Match::ORIGIN_MATCH_NOW && Holds(match)) made.push_back(std::move(match));
  }
  return made;
}

std::vector<MatchedEdge> WithoutOvertaken(const ClearedRound& cleared, std::vector<MatchedEdge> matched,
                                          absl::Span<const v1::Match> made_since) {
  if (made_since.empty()) return matched;
  matched = WithinCountryCaps(cleared, std::move(matched), made_since);
  const auto limit_count = static_cast<int32_t>(cleared.posed.segments.limits.size());
  for (int32_t limit = 0; limit < limit_count; ++limit) {
    if (cleared.posed.segments.limits[limit].basis == matcher::LimitBasis::kMatched) continue;
    matched = OvertakenUnderLimit(cleared, limit).Without(std::move(matched), made_since);
  }
  return matched;
}

void HoldMadeSince(const ClearedRound& cleared, absl::Span<const v1::Match> made_since,
                   matcher::SegmentTable* segments) {
  if (made_since.empty()) return;
  const auto limit_count = static_cast<int32_t>(segments->limits.size());
  for (int32_t limit = 0; limit < limit_count; ++limit) {
    if (segments->limits[limit].basis == matcher::LimitBasis::kMatched)
      OvertakenUnderLimit(cleared, limit).Hold(made_since, segments);
  }
}

}  // namespace ayni::services
