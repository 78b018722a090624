#include "services/explanation/fate.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/market/paid_units.h"

namespace ayni::services {
namespace {

using matcher::Ineligibility;
using matcher::Units;

v1::ReasonCode CodeOf(Ineligibility reason) {
  switch (reason) {
    case Ineligibility::kNone:
      return v1::REASON_CODE_UNSPECIFIED;
    case Ineligibility::kService:
      return v1::REASON_CODE_SERVICE;
    case Ineligibility::kValueChain:
      return v1::REASON_CODE_VALUE_CHAIN;
    case Ineligibility::kWindow:
      return v1::REASON_CODE_WINDOW;
    case Ineligibility::kPlace:
      return v1::REASON_CODE_PLACE;
    case Ineligibility::kAgreement:
      return v1::REASON_CODE_AGREEMENT;
    case Ineligibility::kNeedMatched:
      return v1::REASON_CODE_NEED_MATCHED;
    case Ineligibility::kOfferBooked:
      return v1::REASON_CODE_OFFER_BOOKED;
    case Ineligibility::kCurrency:
      return v1::REASON_CODE_CURRENCY;
    case Ineligibility::kPrice:
      return v1::REASON_CODE_PRICE;
    case Ineligibility::kLanguage:
      return v1::REASON_CODE_LANGUAGE;
    case Ineligibility::kCredential:
      return v1::REASON_CODE_CREDENTIAL;
    case Ineligibility::kCredentialByLaw:
      return v1::REASON_CODE_CREDENTIAL_BY_LAW;
    case Ineligibility::kExperience:
      return v1::REASON_CODE_EXPERIENCE;
    case Ineligibility::kLot:
      return v1::REASON_CODE_LOT;
  }
  return v1::REASON_CODE_UNSPECIFIED;
}

v1::ReasonCode CodeOf(v1::LeftOut::Reason reason) {
  switch (reason) {
    case v1::LeftOut::REASON_OVERTAKEN:
      return v1::REASON_CODE_OVERTAKEN;
    case v1::LeftOut::REASON_ABOVE_FINAL_CAP:
      return v1::REASON_CODE_ABOVE_FINAL_CAP;
    case v1::LeftOut::REASON_BUDGET:
      return v1::REASON_CODE_BUDGET;
    default:
      return v1::REASON_CODE_SUPERSEDED;
  }
}

// The most that was given first, then by edge; without the edge itself.
std::vector<int64_t> Takers(const ExplainedRound& round, int64_t edge, std::vector<int64_t> edges) {
  edges.erase(std::remove(edges.begin(), edges.end(), edge), edges.end());
  std::sort(edges.begin(), edges.end(), [&](int64_t a, int64_t b) {
    return std::tuple(-round.Given(a), a) < std::tuple(-round.Given(b), b);
  });
  return edges;
}

// The cap of the TAP's country, where it leaves less than the TAP's own capacity does.
std::optional<Units> BindingCountryCap(const ExplainedRound& round, matcher::TapIndex tap) {
  const std::vector<Units>& rooms = round.posed().cap_rooms;
  const matcher::Tap& row = round.market().tap(tap);
  const bool binds = IsCapped(rooms, tap) && (rooms[tap.at()] == 0 || rooms[tap.at()] == row.capacity);
  if (!binds) return std::nullopt;
  return round.posed().policy.countries.CapOf(round.market(), row, round.posed().today);
}

// The need may ask for months of its own: the greater of the two is what the TAP lacks.
void AddMonths(int32_t months, std::vector<FateReason>* reasons) {
  for (FateReason& reason : *reasons) {
    if (reason.code != v1::REASON_CODE_EXPERIENCE) continue;
    reason.obstacle.distance = std::max<int64_t>(reason.obstacle.distance, months);
    return;
  }
  reasons->push_back({.code = v1::REASON_CODE_EXPERIENCE,
                      .obstacle = {.reason = Ineligibility::kExperience, .distance = months}});
}

template <typename Edges>
std::vector<int64_t> ToVector(const Edges& edges) {
  return {edges.begin(), edges.end()};
}

// One edge that was not given all that it could.
class EdgeReasons {
 public:
  EdgeReasons(const ExplainedRound& round, int64_t edge)
      : round_(round),
        edge_(edge),
        need_(round.NeedOf(edge)),
        offer_(round.problem().edge_offer[edge]),
        step_(round.StepOf(edge)) {}

  std::vector<FateReason> Find() {
    if (round_.Given(edge_) > 0) reasons_.push_back({.code = v1::REASON_CODE_MATCHED});
    if (round_.Given(edge_) >= round_.problem().edge_bound[edge_]) return std::move(reasons_);
    const Units lacked = round_.market().need(need_).open_quantity - round_.GivenTo(need_);
    AddRoom(lacked, v1::REASON_CODE_OUTBID, [&] { return round_.GivenEdgesOf(need_); });
    AddRoom(round_.market().offer(offer_).open_capacity - round_.GivenOf(offer_), v1::REASON_CODE_OFFER_FULL,
            [&] { return ToVector(round_.GivenEdgesOf(offer_)); });
    const matcher::TapIndex tap = round_.market().offer(offer_).tap;
    const Units tap_capacity = round_.market().tap(tap).capacity;
    if (tap_capacity > 0) {
      AddRoom(tap_capacity - round_.GivenOf(tap), v1::REASON_CODE_TAP_FULL,
              [&] { return round_.GivenEdgesOf(tap); });
      if (!reasons_.empty() && reasons_.back().code == v1::REASON_CODE_TAP_FULL)
        reasons_.back().country_cap = BindingCountryCap(round_, tap);
    }
    for (const EdgeLimit& at : round_.LimitsOf(edge_)) AddLimit(at);
    const bool nothing_stands =
        reasons_.empty() || (reasons_.size() == 1 && reasons_[0].code == v1::REASON_CODE_MATCHED);
    const std::vector<v1::LeftOut::Reason> left_out = round_.WhyLeftOut(edge_);
    for (const v1::LeftOut::Reason reason : left_out) reasons_.push_back({.code = CodeOf(reason)});
    if (left_out.empty() && nothing_stands) reasons_.push_back({.code = v1::REASON_CODE_WITHIN_GAP});
    return std::move(reasons_);
  }

 private:
  template <typename FindTakers>
  void AddRoom(Units room, v1::ReasonCode full, const FindTakers& takers) {
    if (room >= step_) return;
    reasons_.push_back({.code = room <= 0 ? full : v1::REASON_CODE_ROOM_UNDER_LOT,
                        .takers = Takers(round_, edge_, takers())});
  }

  void AddLimit(const EdgeLimit& at) {
    if (round_.ExcessOf(at, need_, offer_, step_) <= 0) return;
    const bool full = round_.ExcessOf(at, need_, offer_, 1) > 0;
    reasons_.push_back({.code = full ? v1::REASON_CODE_LIMIT_FULL : v1::REASON_CODE_ROOM_UNDER_LOT,
                        .limit = at,
                        .takers = Takers(round_, edge_, ToVector(round_.GivenEdgesOfRow(at.row)))});
  }

  const ExplainedRound& round_;
  const int64_t edge_;
  const matcher::NeedIndex need_;
  const matcher::OfferIndex offer_;
  const Units step_;
  std::vector<FateReason> reasons_;
};

}  // namespace

std::vector<FateReason> ReasonsOf(const ExplainedRound& round, int64_t edge) {
  return EdgeReasons(round, edge).Find();
}

Fate FateOf(const ExplainedRound& round, matcher::NeedIndex need, matcher::OfferIndex offer) {
  Fate fate{.offer = offer, .edge = round.EdgeOf(need, offer)};
  if (fate.edge >= 0) {
    fate.reasons = ReasonsOf(round, fate.edge);
    return fate;
  }
  for (const matcher::Obstacle& obstacle : matcher::ObstaclesOf(
           round.market(), round.market().need(need), round.market().offer(offer), round.posed().today))
    fate.reasons.push_back({.code = CodeOf(obstacle.reason), .obstacle = obstacle});
  std::vector<v1::Conflict> blocking = round.posed().conflicts->On(round.named(), need, offer);
  blocking.erase(std::remove_if(blocking.begin(), blocking.end(),
                                [](const v1::Conflict& conflict) {
                                  return conflict.severity() != v1::CONFLICT_SEVERITY_BLOCK ||
                                         !conflict.waiver().empty();
                                }),
                 blocking.end());
  if (!blocking.empty())
    fate.reasons.push_back({.code = v1::REASON_CODE_BLOCKED, .conflicts = std::move(blocking)});
  const Decline* decline =
      round.named().DeclineOf(round.named().NameOf(need), round.market().need(need), offer);
  if (decline != nullptr) fate.reasons.push_back({.code = v1::REASON_CODE_DECLINED, .decline = decline});
  const matcher::Offer row = round.market().offer(offer);
  const int32_t months = round.posed().policy.countries.MonthsLacked(
      round.market(), round.market().need(need), round.market().tap(row.tap));
  if (months > 0) AddMonths(months, &fate.reasons);
  if (IsCapped(round.posed().cap_rooms, row.tap) && round.posed().cap_rooms[row.tap.at()] == 0) {
    fate.reasons.push_back(
        {.code = v1::REASON_CODE_TAP_FULL, .country_cap = BindingCountryCap(round, row.tap)});
  }
  const matcher::Units paid = PaidUnits(round.named(), offer, round.market().need(need), round.posed().today);
  if (paid < row.lot) fate.reasons.push_back({.code = v1::REASON_CODE_BUDGET});
  return fate;
}

std::vector<int64_t> RankedEdges(const ExplainedRound& round, matcher::NeedIndex need) {
  std::vector<int64_t> edges;
  for (int64_t edge = round.problem().need_edge_begin[need.at()];
       edge < round.problem().need_edge_begin[need.at() + 1]; ++edge)
    edges.push_back(edge);
  const auto place = [&](int64_t edge) {
    return std::pair(-round.problem().edge_weight[edge],
                     round.named().NameOf(round.problem().edge_offer[edge]));
  };
  std::sort(edges.begin(), edges.end(), [&](int64_t a, int64_t b) { return place(a) < place(b); });
  return edges;
}

}  // namespace ayni::services
