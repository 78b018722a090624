#include "services/explanation/smallest_change.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "matcher/score.h"

namespace ayni::services {
namespace {

using matcher::Units;

// Of one kind so many places are tried: the nearest first.
constexpr size_t kPlacesMax = 4;
// An estimate that does not bring units is doubled so often, where there are clearings to spare: a few are
// for checking the estimates of all kinds, not for finding a better one of the first.
constexpr int kDoublingsMax = 8;
constexpr int kClearingsToSpare = 100;
constexpr int64_t kWindowDaysMax = 1'096;
constexpr int64_t kRadiusMax = 500'000;
constexpr int64_t kPriceMax = 1'000'000'000'000;

struct Estimate {
  Change change;
  int64_t amount_max = 0;  // no larger one is tried
  bool bids = false;       // its score then exceeds the round's prices
};

// What could be changed for one need, read off the fates of its offers.
class Estimates {
 public:
  Estimates(const ExplainedRound& round, matcher::NeedIndex need)
      : round_(round), index_(need), need_(round.market().need(need)) {}

  void Add(const Fate& fate) {
    // What is matched stands beside what holds more back.
    std::vector<FateReason> reasons = fate.reasons;
    reasons.erase(std::remove_if(reasons.begin(), reasons.end(),
                                 [](const FateReason& each) { return each.code == v1::REASON_CODE_MATCHED; }),
                  reasons.end());
    // Whoever pays more comes before others where rooms are full.
    const bool full = std::all_of(reasons.begin(), reasons.end(), [](const FateReason& each) {
      return each.code == v1::REASON_CODE_OFFER_FULL || each.code == v1::REASON_CODE_TAP_FULL ||
             each.code == v1::REASON_CODE_LIMIT_FULL;
    });
    if (fate.edge >= 0 && !reasons.empty() && full) AddPrice(fate.offer);
    const bool by_limits = std::all_of(reasons.begin(), reasons.end(),
                                       [](const FateReason& each) { return each.limit.has_value(); });
    if (fate.edge >= 0 && !reasons.empty() && by_limits) return AddLimits(fate, reasons);
    if (reasons.size() != 1) return;
    if (fate.edge < 0) {
      AddObstacle(fate.offer, reasons[0].obstacle);
    } else {
      AddRoom(fate);
    }
  }

  // By kind, the smallest first.
  std::map<v1::ChangeKind, std::vector<Estimate>> Take() {
    for (auto& [kind, found] : found_) {
      std::sort(found.begin(), found.end(),
                [](const Estimate& a, const Estimate& b) { return PlaceOf(a) < PlaceOf(b); });
      // What is the need's own is one thing, whichever offer it would bring.
      const bool of_need = kind == v1::CHANGE_KIND_HIGHEST_PRICE || kind == v1::CHANGE_KIND_WINDOW_END ||
                           kind == v1::CHANGE_KIND_WINDOW_START;
      if (of_need) found.resize(1);
      if (found.size() > kPlacesMax) found.resize(kPlacesMax);
    }
    return std::move(found_);
  }

 private:
  static std::tuple<bool, int64_t, matcher::OfferIndex, matcher::TapIndex, int64_t> PlaceOf(
      const Estimate& estimate) {
    const Change& change = estimate.change;
    return {!estimate.bids, change.amount, change.offer, change.tap,
            change.limits.empty() ? -1 : change.limits[0].row};
  }

  bool Bids(matcher::OfferIndex offer, const matcher::Need& changed_need,
            const matcher::Offer& changed_offer) const {
    const matcher::ScoreRule& rule = round_.posed().policy.score_rule;
    const matcher::Day today = round_.posed().today;
    const matcher::ScoreParts parts =
        matcher::PartsOf(round_.market(), changed_need, changed_offer, rule, today);
    const int32_t score = matcher::ScoreOf(round_.market(), changed_need, changed_offer, parts, rule, today);
    return score * matcher::kPriceScale > round_.PriceOf(index_, offer) + Displaced(offer);
  }

  // Over the prices, what the least of those brings who would have to make room. At exact prices nothing;
  // lots, reserves and the gap leave some.
  int64_t Displaced(matcher::OfferIndex offer) const {
    int64_t displaced = 0;
    const auto add = [&](const auto& edges) {
      if (edges.empty()) return;
      int64_t least = std::numeric_limits<int64_t>::max();
      for (const int64_t edge : edges) least = std::min(least, round_.ReducedValueOf(edge));
      displaced += std::max<int64_t>(0, least);
    };
    const matcher::Offer row = round_.market().offer(offer);
    const Units tap_capacity = round_.market().tap(row.tap).capacity;
    if (row.open_capacity <= round_.GivenOf(offer)) add(round_.GivenEdgesOf(offer));
    if (tap_capacity > 0 && tap_capacity <= round_.GivenOf(row.tap)) add(round_.GivenEdgesOf(row.tap));
    for (const EdgeLimit& at : round_.LimitsOf(index_, offer)) {
      if (round_.ExcessOf(at, index_, offer, 1) > 0) add(round_.GivenEdgesOfRow(at.row));
    }
    return displaced;
  }

  void Put(Change change, int64_t amount_max, bool bids) {
    if (change.amount <= 0 || change.amount > amount_max) return;
    found_[change.kind].push_back({std::move(change), amount_max, bids});
  }

  // The highest price from which on the offer may be had and its score exceeds the prices: the part for the
  // price grows with it.
  void AddPrice(matcher::OfferIndex index) {
    const matcher::Offer offer = round_.market().offer(index);
    matcher::Need changed = need_;
    const auto bids = [&](int64_t highest) {
      changed.highest_price = highest;
      return Bids(index, changed, offer);
    };
    int64_t low = std::max(need_.highest_price + 1, matcher::PriceFor(need_, offer));
    int64_t high = std::min(kPriceMax, 4 * low);
    const bool pays = bids(high);
    if (pays) {
      while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        bids(middle) ? high = middle : low = middle + 1;
      }
    }
    Put({.kind = v1::CHANGE_KIND_HIGHEST_PRICE, .amount = low - need_.highest_price}, kPriceMax, pays);
  }

  void AddObstacle(matcher::OfferIndex index, const matcher::Obstacle& obstacle) {
    const matcher::Offer offer = round_.market().offer(index);
    matcher::Need changed = need_;
    switch (obstacle.reason) {
      case matcher::Ineligibility::kPrice:
        return AddPrice(index);
      case matcher::Ineligibility::kWindow: {
        const bool later = obstacle.distance > 0;
        (later ? changed.window.last : changed.window.first) += static_cast<int32_t>(obstacle.distance);
        const int64_t spare = kWindowDaysMax - (need_.window.last - need_.window.first);
        // A day that is over brings nothing.
        if (!later && changed.window.first < round_.posed().today) return;
        return Put({.kind = later ? v1::CHANGE_KIND_WINDOW_END : v1::CHANGE_KIND_WINDOW_START,
                    .amount = std::abs(obstacle.distance)},
                   spare, obstacle.distance != 0 && Bids(index, changed, offer));
      }
      case matcher::Ineligibility::kPlace:
        return Put({.kind = v1::CHANGE_KIND_RADIUS, .amount = obstacle.distance, .offer = index},
                   kRadiusMax - offer.radius_m, Bids(index, need_, offer));
      case matcher::Ineligibility::kLot: {
        return Put({.kind = v1::CHANGE_KIND_SMALLEST_LOT, .amount = obstacle.distance, .offer = index},
                   offer.lot - 1, Bids(index, need_, offer));
      }
      case matcher::Ineligibility::kOfferBooked:
        return Put({.kind = v1::CHANGE_KIND_OFFER_CAPACITY, .amount = obstacle.distance, .offer = index},
                   matcher::kUnitsMax, Bids(index, need_, offer));
      case matcher::Ineligibility::kLanguage:
        for (const matcher::LanguageIndex language : offer.languages) AddLanguage(index, offer, language);
        return;
      default:
        return;
    }
  }

  void AddLanguage(matcher::OfferIndex index, const matcher::Offer& offer, matcher::LanguageIndex language) {
    matcher::Need changed = need_;
    std::vector<matcher::LanguageIndex> languages(need_.languages.begin(), need_.languages.end());
    languages.insert(std::lower_bound(languages.begin(), languages.end(), language), language);
    changed.languages = languages;
    const std::string name = round_.named().NameOf(language);
    std::vector<Estimate>& found = found_[v1::CHANGE_KIND_LANGUAGE];
    const bool bids = Bids(index, changed, offer);
    for (Estimate& each : found) {
      if (each.change.language != name) continue;
      each.bids |= bids;
      return;
    }
    Put({.kind = v1::CHANGE_KIND_LANGUAGE, .amount = 1, .language = name}, 1, bids);
  }

  // Of a candidate that nothing but limits holds back: where a TAP is all of its ownership group, two are
  // full at once.
  void AddLimits(const Fate& fate, const std::vector<FateReason>& reasons) {
    const Units step = round_.StepOf(fate.edge);
    Change change{.kind = v1::CHANGE_KIND_LIMIT_ROOM};
    for (const FateReason& reason : reasons) {
      const EdgeLimit& at = *reason.limit;
      if (!round_.segments().controllers[at.row].cell.present()) return;
      const Units ahead = UnitsAhead(fate.edge, [&](int64_t other) { return IsIn(other, at.row); });
      change.amount = std::max(change.amount, round_.ExcessOf(at, index_, fate.offer, step) + ahead);
      change.limits.push_back(at);
    }
    Put(std::move(change), matcher::kUnitsMax, true);
  }

  // Of a candidate that one room is too small for.
  void AddRoom(const Fate& fate) {
    const matcher::Offer offer = round_.market().offer(fate.offer);
    const Units step = round_.StepOf(fate.edge);
    const Units offer_room = offer.open_capacity - round_.GivenOf(fate.offer);
    const Units tap_capacity = round_.market().tap(offer.tap).capacity;
    const Units tap_room = tap_capacity > 0 ? tap_capacity - round_.GivenOf(offer.tap) : matcher::kUnitsMax;
    const Units need_room = need_.open_quantity - round_.GivenTo(index_);
    const Units least = std::min({offer_room, tap_room, need_room});
    if (least > 0 && step > 1)
      Put({.kind = v1::CHANGE_KIND_SMALLEST_LOT, .amount = step - least, .offer = fate.offer}, offer.lot - 1,
          true);
    if (offer_room < step) {
      const Units ahead = UnitsAhead(
          fate.edge, [&](int64_t other) { return round_.problem().edge_offer[other] == fate.offer; });
      Put({.kind = v1::CHANGE_KIND_OFFER_CAPACITY, .amount = step - offer_room + ahead, .offer = fate.offer},
          matcher::kUnitsMax, true);
    } else if (tap_room < step && !IsCapped(round_.posed().cap_rooms, offer.tap)) {
      const Units ahead = UnitsAhead(fate.edge, [&](int64_t other) {
        return round_.market().offer(round_.problem().edge_offer[other]).tap == offer.tap;
      });
      Put({.kind = v1::CHANGE_KIND_TAP_CAPACITY, .amount = step - tap_room + ahead, .tap = offer.tap},
          matcher::kUnitsMax, true);
    }
  }

  bool IsIn(int64_t edge, int64_t row) const {
    const matcher::CellIndex cell = round_.segments().controllers[row].cell;
    const auto begin = round_.problem().edge_cell.begin();
    return cell.present() && std::binary_search(begin + round_.problem().edge_cell_begin[edge],
                                                begin + round_.problem().edge_cell_begin[edge + 1], cell);
  }

  // What needs lack that would take of the same room before this edge: the reduced value of who shares a
  // price is lowered alike.
  template <typename SharesRoom>
  Units UnitsAhead(int64_t edge, const SharesRoom& shares) const {
    const int64_t own = round_.ReducedValueOf(edge);
    Units ahead = 0;
    for (int32_t need = 0; need < round_.problem().need_count(); ++need) {
      const Units lacked = round_.problem().need_demand[need] - round_.GivenTo(matcher::NeedIndex{need});
      if (lacked <= 0 || need == index_.value) continue;
      Units of_need = 0;
      for (int64_t other = round_.problem().need_edge_begin[need];
           other < round_.problem().need_edge_begin[need + 1]; ++other) {
        if (shares(other) && round_.ReducedValueOf(other) > own)
          of_need += round_.problem().edge_bound[other] - round_.Given(other);
      }
      ahead += std::min(lacked, of_need);
    }
    return ahead;
  }

  const ExplainedRound& round_;
  const matcher::NeedIndex index_;
  const matcher::Need need_;
  std::map<v1::ChangeKind, std::vector<Estimate>> found_;
};

// Clears again until one step less brings nothing.
class Checking {
 public:
  Checking(const ExplainedRound& round, matcher::NeedIndex need, int clearings_max,
           const std::function<bool()>& stop)
      : what_if_(round, need, stop), round_(round), clearings_max_(clearings_max) {}

  // The estimate itself where nothing was cleared; nothing where it was, and brings nothing.
  absl::StatusOr<std::optional<FoundChange>> Check(const Estimate& estimate) {
    FoundChange found{estimate.change};
    const bool matched_limit =
        std::any_of(estimate.change.limits.begin(), estimate.change.limits.end(), [&](const EdgeLimit& at) {
          return round_.segments().limits[at.limit].basis == matcher::LimitBasis::kMatched;
        });
    if (IsUsedUp() || matched_limit) return estimate.bids ? std::optional(found) : std::nullopt;
    if (absl::Status status = ClearUnchanged(); !status.ok()) return status;
    Change change = estimate.change;
    int64_t too_small = 0;
    Units brings = 0;
    for (int doublings = 0;; ++doublings) {
      const auto brought = Brings(change);
      if (!brought.ok()) return brought.status();
      brings = *brought;
      if (brings > 0) break;
      too_small = change.amount;
      if (doublings == (clearings_max_ >= kClearingsToSpare ? kDoublingsMax : 0) ||
          change.amount >= estimate.amount_max || IsUsedUp())
        return std::nullopt;
      change.amount = std::min(estimate.amount_max, 2 * change.amount);
    }
    return Lessen(change, too_small, brings);
  }

 private:
  bool IsUsedUp() const { return what_if_.clearings() >= clearings_max_; }

  absl::Status ClearUnchanged() {
    if (unchanged_.has_value()) return absl::OkStatus();
    const auto given = what_if_.GivenUnchanged();
    if (given.ok()) unchanged_ = *given;
    return given.status();
  }

  absl::StatusOr<Units> Brings(const Change& change) {
    const auto given = what_if_.GivenWith(change);
    if (!given.ok()) return given.status();
    return *given - *unchanged_;
  }

  // The change brings units, and one of `too_small` does not; 0 is no change. One step less is tried first:
  // most estimates are exact.
  absl::StatusOr<std::optional<FoundChange>> Lessen(Change change, int64_t too_small, Units brings) {
    int64_t next = change.amount - 1;
    while (too_small + 1 < change.amount && !IsUsedUp()) {
      Change less = change;
      less.amount = next;
      const auto brought = Brings(less);
      if (!brought.ok()) return brought.status();
      if (*brought > 0) {
        change = less;
        brings = *brought;
      } else {
        too_small = less.amount;
      }
      next = too_small + (change.amount - too_small) / 2;
    }
    const bool smallest = too_small + 1 == change.amount;
    return std::optional(
        FoundChange{change, smallest ? v1::CHANGE_CHECK_SMALLEST : v1::CHANGE_CHECK_BRINGS, brings});
  }

  WhatIf what_if_;
  const ExplainedRound& round_;
  const int clearings_max_;
  std::optional<Units> unchanged_;
};

}  // namespace

absl::StatusOr<std::vector<FoundChange>> SmallestChanges(const ExplainedRound& round, matcher::NeedIndex need,
                                                         absl::Span<const Fate> fates, int clearings_max,
                                                         const std::function<bool()>& stop) {
  std::vector<FoundChange> changes;
  const matcher::Need row = round.market().need(need);
  if (row.open_quantity <= round.GivenTo(need) || row.window.last < round.posed().today) return changes;
  Estimates estimates(round, need);
  for (const Fate& fate : fates) estimates.Add(fate);
  Checking checking(round, need, clearings_max, stop);
  for (const auto& [kind, of_kind] : estimates.Take()) {
    std::optional<FoundChange> least;
    for (const Estimate& estimate : of_kind) {
      const auto found = checking.Check(estimate);
      if (!found.ok()) return found.status();
      if (found->has_value() && (!least.has_value() || (*found)->change.amount < least->change.amount))
        least = **found;
    }
    if (least.has_value()) changes.push_back(*std::move(least));
  }
  return changes;
}

}  // namespace ayni::services
