#include "services/round/shortfall.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "matcher/ineligibility.h"
#include "matcher/ownership.h"
#include "services/errors.h"

namespace ayni::services {
namespace {

using matcher::Ineligibility;

std::string Said(Ineligibility reason) {
  switch (reason) {
    case Ineligibility::kAgreement:
      return "by a TAP with which its agreement is not";
    case Ineligibility::kCurrency:
      return "in another currency";
    case Ineligibility::kPrice:
      return "above its highest price";
    case Ineligibility::kLanguage:
      return "in none of its languages";
    case Ineligibility::kCredential:
      return "by a TAP without a credential that it requires";
    case Ineligibility::kCredentialByLaw:
      return "by a TAP without a credential that the law requires for its service, valid for the whole "
             "window";
    case Ineligibility::kExperience:
      return "by a TAP without the experience that it requires";
    case Ineligibility::kLot:
      return "of a smallest lot above what the two can take";
    default:
      return "with nothing left";
  }
}

// The lowest price of an offer against which nothing speaks but its price.
std::optional<matcher::MinorUnits> LowestPrice(const matcher::Market& market, const matcher::Need& row,
                                               absl::Span<const matcher::OfferIndex> offers) {
  std::optional<matcher::MinorUnits> lowest;
  for (const matcher::OfferIndex index : offers) {
    const matcher::Offer offer = market.offer(index);
    matcher::Need dearer = row;
    const matcher::MinorUnits price = matcher::PriceFor(row, offer);
    dearer.highest_price = std::max(row.highest_price, price);
    if (matcher::WhyNotWithinReach(market, dearer, offer) != Ineligibility::kNone) continue;
    lowest = std::min(lowest.value_or(price), price);
  }
  return lowest;
}

std::string UnitsText(matcher::Units units) { return absl::StrCat(units, units == 1 ? " unit" : " units"); }

// What a candidate lacks of its smallest lot under whatever leaves it the least.
matcher::Units LackOf(const matcher::OpenCandidate& open) {
  matcher::Units room = open.tap_left;
  for (const matcher::LimitStanding& standing : open.standings) room = std::min(room, standing.UnitRoom());
  return open.lot - room;
}

// The smallest share under which one controller may hold so much of the volume.
int64_t ShareFor(matcher::Amount held, matcher::Amount volume) {
  return static_cast<int64_t>(static_cast<__int128>(held - 1) * matcher::kWholeBasisPoints / volume) + 1;
}

}  // namespace

absl::Status NoCandidate(const NamedMarket& market, const std::string& need, const matcher::Need& row,
                         matcher::Day today) {
  std::vector<matcher::OfferIndex> reach;
  market.index().WithinReach(market.market(), row, today, reach);
  if (reach.empty()) {
    return StateForbids("NO_CANDIDATE", need,
                        "has no candidate: no open offer of its service and value chain reaches its place on "
                        "a day of its window that is not over; a longer window may find one, or an offer "
                        "that covers its district");
  }
  std::map<Ineligibility, int> counts;
  for (const matcher::OfferIndex offer : reach)
    ++counts[matcher::WhyNotWithinReach(market.market(), row, market.market().offer(offer))];
  std::vector<std::string> said;
  for (const auto& [reason, count] : counts) said.push_back(absl::StrCat(count, " ", Said(reason)));
  std::string description =
      absl::StrCat("has no candidate: of ", reach.size(), reach.size() == 1 ? " offer" : " offers",
                   " within reach, ", absl::StrJoin(said, ", "));
  if (const auto lowest = LowestPrice(market.market(), row, reach); lowest.has_value()) {
    absl::StrAppend(&description, "; with a highest_unit_price of ", *lowest,
                    " minor units one could serve it");
  }
  return StateForbids("NO_CANDIDATE", need, description);
}

absl::Status NonePractisedEnough(const std::string& need, size_t unpractised) {
  return StateForbids(
      "NO_CANDIDATE", need,
      absl::StrCat("has no candidate: ",
                   unpractised == 1 ? "the one offer that could serve it is of a TAP that has not"
                                    : absl::StrCat("all ", unpractised,
                                                   " offers that could serve it are of TAPs that have not"),
                   " practised as long as the policy's profile of its country asks for"));
}

absl::Status ConflictsBlock(const std::string& need, size_t blocked) {
  return StateForbids("CONFLICTS_BLOCK", need,
                      absl::StrCat("has no candidate: conflicts of interest block ",
                                   blocked == 1 ? "the one offer" : absl::StrCat("all ", blocked, " offers"),
                                   " that could serve it; CheckConflicts says which, TAP by TAP, and an "
                                   "administrator may waive one"));
}

absl::Status AllDeclined(const std::string& need, size_t declined) {
  return StateForbids(
      "DECLINED", need,
      absl::StrCat("has no candidate: the cooperative or the TAP said no before to ",
                   declined == 1 ? "the one offer" : absl::StrCat("each of the ", declined, " offers"),
                   " that could serve it; other days or another price make another proposal"));
}

absl::Status BudgetsSpent(const std::string& need) {
  return StateForbids("BUDGETS_SPENT", need,
                      "has no candidate: all offers that could serve it are subsidised by budgets that don't "
                      "pay for it, there, today, or since too little of them is left; their funders may "
                      "change that, and units come back from matches that come to nothing");
}

absl::Status LimitsBind(const NamedMarket& market, const LimitBook& book, const std::string& need,
                        absl::Span<const matcher::NeedSegment> segments,
                        absl::Span<const matcher::OpenCandidate> candidates) {
  const matcher::OpenCandidate& nearest = *std::min_element(
      candidates.begin(), candidates.end(),
      [](const matcher::OpenCandidate& a, const matcher::OpenCandidate& b) { return LackOf(a) < LackOf(b); });
  std::vector<std::string> binding;
  for (const matcher::LimitStanding& standing : nearest.standings) {
    if (standing.UnitRoom() >= nearest.lot) continue;
    const matcher::NeedSegment& segment = segments[standing.limit];
    const matcher::Amount wanted = nearest.lot * standing.unit_amount;
    const int64_t share =
        ShareFor(standing.held + wanted, std::max<matcher::Amount>(wanted, standing.volume));
    binding.push_back(absl::StrFormat(
        "the limit %s lets %s hold %s of %s, it holds %d, and %s",
        book.policy_record().limits(standing.limit).id(), market.NameOf(standing.controller),
        UnitsText(standing.cap), market.NameOf(segment.key.territory), standing.held,
        share > matcher::kWholeBasisPoints
            ? std::string("no share lets it hold more")
            : absl::StrFormat("a share of %d.%02d %% would let it", share / 100, share % 100)));
  }
  if (nearest.tap_left < nearest.lot) {
    binding.push_back(
        absl::StrFormat("%s has %s left of its capacity until the next round, or of the cap of "
                        "its country",
                        market.NameOf(nearest.tap), UnitsText(nearest.tap_left)));
  }
  return StateForbids(
      "LIMITS_BIND", need,
      absl::StrFormat(
          "can't be matched now: limits and capacities leave %s a smallest lot. The nearest is %s, which "
          "lacks %s of %d: %s",
          candidates.size() == 1 ? "its one candidate less than"
                                 : absl::StrCat("none of its ", candidates.size(), " candidates"),
          market.NameOf(nearest.candidate.offer), UnitsText(LackOf(nearest)), nearest.lot,
          absl::StrJoin(binding, "; ")));
}

}  // namespace ayni::services
