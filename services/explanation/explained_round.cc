#include "services/explanation/explained_round.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/match.pb.h"
#include "services/errors.h"
#include "services/resource/filter.h"
#include "services/resource/record_scan.h"
#include "services/resource/stored.h"
#include "services/round/bid_prices.h"
#include "services/round/round_bundle.h"
#include "services/round/round_records.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

absl::Status MarketDiffers(const std::string& round) {
  return StateForbids("MARKET_DIFFERS", round,
                      "can't be explained: its matches are not of the market that was kept for it");
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ExplainedRound>> ExplainedRound::Open(
    const storage::Store& store, const v1::Round& round, const std::function<bool()>& stop) {
  const auto policy = ReadRecord(store, ResourceType::Of<v1::Policy>(), round.policy());
  if (!policy.ok()) return policy.status();
  if (policy->version == 0) return absl::DataLossError(absl::StrCat(round.policy(), " is gone"));
  std::shared_ptr<ExplainedRound> opened(new ExplainedRound());
  opened->policy_ = static_cast<const v1::Policy&>(*policy->record);
  auto market = OpenTrialMarket(store, round, absl::Time());
  if (!market.ok()) return market.status();
  opened->market_ = *std::move(market);
  auto posed = PoseRound(*opened->market_.snapshot, opened->market_.round,
                         {.now = opened->market_.snapshot_time,
                          .secret = store.secret(),
                          .policy = &opened->policy_,
                          .stop = stop});
  if (!posed.ok()) return posed.status();
  opened->posed_ = *std::move(posed);
  if (absl::Status status = opened->ReadMatches(store); !status.ok()) return status;
  if (absl::Status status = opened->ReadPrices(store); !status.ok()) return status;
  // Caps that follow from what is matched are set to what they came to.
  if (matcher::NeedsSettling(opened->posed_->posed.segments))
    matcher::LowerRooms(opened->market(), opened->posed_->solution.edge_units, &opened->posed_->posed);
  opened->CountGiven();
  if (absl::Status status = opened->FindLeftOut(store, stop); !status.ok()) return status;
  return std::shared_ptr<const ExplainedRound>(std::move(opened));
}

absl::Status ExplainedRound::ReadMatches(const storage::Store& store) {
  posed_->solution.edge_units.assign(problem().edge_count(), 0);
  auto snapshot = store.TakeSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const Kind& kind = KindOf<v1::Match>();
  const Filter all;
  RecordScan scan(**snapshot, kind, kind.type.Name(round().name(), ""), all, "");
  while (scan.Next()) {
    const auto& match = static_cast<const v1::Match&>(scan.record());
    if (match.origin() == v1::Match::ORIGIN_MATCH_NOW) continue;
    const matcher::NeedIndex need = named().FindNeed(match.need());
    const matcher::OfferIndex offer = named().FindOffer(match.offer());
    const int64_t edge = need.present() && offer.present() ? EdgeOf(need, offer) : -1;
    if (edge < 0) return MarketDiffers(round().name());
    posed_->solution.edge_units[edge] = match.quantity();
  }
  return scan.status();
}

absl::Status ExplainedRound::ReadPrices(const storage::Store& store) {
  const auto bids = BidPrices::Load(store, round().name());
  if (!bids.ok()) return bids.status();
  matcher::Prices& prices = posed_->solution.prices;
  for (int32_t at = 0; at < problem().need_count(); ++at)
    prices.need.push_back((*bids)->OfNeed(named().NameOf(matcher::NeedIndex{at})));
  for (int32_t at = 0; at < problem().offer_count(); ++at)
    prices.offer.push_back((*bids)->OfOffer(named().NameOf(matcher::OfferIndex{at})));
  for (int32_t at = 0; at < problem().tap_count(); ++at)
    prices.tap.push_back((*bids)->OfTap(named().NameOf(matcher::TapIndex{at})));
  cells_ = CellRecords(*posed_);
  for (const v1::Cell& cell : cells_)
    prices.cell.push_back((*bids)->OfCell(cell.segment(), cell.controller()));
  return absl::OkStatus();
}

void ExplainedRound::CountGiven() {
  need_given_.resize(problem().need_count());
  offer_given_.resize(problem().offer_count());
  tap_given_.resize(problem().tap_count());
  by_offer_.resize(problem().offer_count());
  offers_of_tap_.resize(problem().tap_count());
  by_row_.resize(segments().controllers.size());
  for (int32_t at = 0; at < problem().offer_count(); ++at) {
    const matcher::TapIndex tap = market().offer(matcher::OfferIndex{at}).tap;
    if (tap.present()) offers_of_tap_[tap.at()].push_back(matcher::OfferIndex{at});
  }
  std::vector<std::pair<std::string, matcher::NeedIndex>> by_name;
  for (int32_t at = 0; at < problem().need_count(); ++at)
    by_name.emplace_back(named().NameOf(matcher::NeedIndex{at}), matcher::NeedIndex{at});
  std::sort(by_name.begin(), by_name.end());
  for (const auto& [name, need] : by_name) needs_by_name_.push_back(need);
  amounts_ = matcher::AmountsMatched(market(), posed_->posed.problem, posed_->posed.segments,
                                     posed_->solution.edge_units);
  for (int64_t edge = 0; edge < problem().edge_count(); ++edge) {
    const matcher::Units units = Given(edge);
    if (units == 0) continue;
    const matcher::OfferIndex offer = problem().edge_offer[edge];
    need_given_[NeedOf(edge).at()] += units;
    offer_given_[offer.at()] += units;
    tap_given_[market().offer(offer).tap.at()] += units;
    by_offer_[offer.at()].push_back(edge);
    for (const EdgeLimit& at : LimitsOf(edge)) by_row_[at.row].push_back(edge);
  }
}

// The round's statement has it, of each match. An older one has not.
absl::Status ExplainedRound::FindLeftOut(const storage::Store& store, const std::function<bool()>& stop) {
  const v1::RoundSummary& summary = round().summary();
  if (summary.superseded_count() == 0 && summary.left_out().empty()) return absl::OkStatus();
  const auto statement = ReadStatement(store, round().name());
  if (!statement.ok() && !absl::IsNotFound(statement.status())) return statement.status();
  const bool is_stated = statement.ok() && !statement->left_out_by_reason().empty();
  if (!is_stated || problem().edge_count() != summary.candidate_count()) return FindLeftOutAnew(stop);
  for (const v1::LeftOutUnits& units : statement->left_out_by_reason())
    left_out_[units.edge()].push_back(units.reason());
  return absl::OkStatus();
}

// The same clearing again tells what was left out, where it is the same to the last bit.
absl::Status ExplainedRound::FindLeftOutAnew(const std::function<bool()>& stop) {
  const auto again =
      ClearRound(*market_.snapshot, round(),
                 {.now = market_.snapshot_time, .secret = market_.secret, .policy = &policy_, .stop = stop});
  if (absl::IsCancelled(again.status())) return again.status();
  if (!again.ok() || (*again)->summary.solution_digest() != round().summary().solution_digest())
    return absl::OkStatus();
  for (int64_t edge = 0; edge < problem().edge_count(); ++edge) {
    if ((*again)->solution.edge_units[edge] > Given(edge)) left_out_[edge] = {LikelyReason(edge)};
  }
  return absl::OkStatus();
}

// Of a round that does not say why of each match: of an offer that draws on a budget it is the budget, where
// any was short.
v1::LeftOut::Reason ExplainedRound::LikelyReason(int64_t edge) const {
  const v1::Subsidised* charge = named().budgets().ChargeOf(named().NameOf(problem().edge_offer[edge]));
  const auto& left_out = round().summary().left_out();
  const bool was_unpaid = std::any_of(left_out.begin(), left_out.end(), [](const v1::LeftOut& each) {
    return each.reason() == v1::LeftOut::REASON_BUDGET;
  });
  return was_unpaid && charge != nullptr && !charge->budget().empty() ? v1::LeftOut::REASON_BUDGET
                                                                      : v1::LeftOut::REASON_SUPERSEDED;
}

absl::Span<const matcher::OfferIndex> ExplainedRound::OffersOf(matcher::TapIndex tap) const {
  if (!tap.present() || tap.at() >= offers_of_tap_.size()) return {};
  return offers_of_tap_[tap.at()];
}

int64_t ExplainedRound::EdgeOf(matcher::NeedIndex need, matcher::OfferIndex offer) const {
  const auto begin = problem().edge_offer.begin() + problem().need_edge_begin[need.at()];
  const auto end = problem().edge_offer.begin() + problem().need_edge_begin[need.at() + 1];
  const auto found = std::lower_bound(begin, end, offer);
  return found == end || *found != offer ? -1 : found - problem().edge_offer.begin();
}

matcher::NeedIndex ExplainedRound::NeedOf(int64_t edge) const {
  const std::vector<int64_t>& begin = problem().need_edge_begin;
  return {static_cast<int32_t>(std::upper_bound(begin.begin(), begin.end(), edge) - begin.begin() - 1)};
}

std::vector<int64_t> ExplainedRound::GivenEdgesOf(matcher::NeedIndex need) const {
  std::vector<int64_t> edges;
  for (int64_t edge = problem().need_edge_begin[need.at()]; edge < problem().need_edge_begin[need.at() + 1];
       ++edge) {
    if (Given(edge) > 0) edges.push_back(edge);
  }
  return edges;
}

std::vector<int64_t> ExplainedRound::GivenEdgesOf(matcher::TapIndex tap) const {
  std::vector<int64_t> edges;
  for (const matcher::OfferIndex offer : OffersOf(tap))
    edges.insert(edges.end(), by_offer_[offer.at()].begin(), by_offer_[offer.at()].end());
  return edges;
}

std::vector<EdgeLimit> ExplainedRound::LimitsOf(matcher::NeedIndex need, matcher::OfferIndex offer) const {
  const matcher::Tap& tap = market().tap(market().offer(offer).tap);
  std::vector<EdgeLimit> found;
  for (int32_t limit = 0; limit < static_cast<int32_t>(segments().limits.size()); ++limit) {
    const matcher::SegmentIndex segment = segments().need_segment[limit][need.at()];
    if (!segment.present() || segments().segments[segment.at()].waived) continue;
    const auto rows = segments().ControllersOf(segment);
    for (const matcher::PartyIndex controller :
         matcher::ControllersOf(tap, segments().limits[limit].controller_level)) {
      const auto row = std::lower_bound(rows.begin(), rows.end(), controller,
                                        [](const matcher::SegmentController& each,
                                           matcher::PartyIndex wanted) { return each.controller < wanted; });
      if (row == rows.end() || row->controller != controller) continue;
      found.push_back({limit, segment, &*row - segments().controllers.data()});
    }
  }
  return found;
}

matcher::Amount ExplainedRound::CapOf(const EdgeLimit& at) const {
  return matcher::CapOf(segments().segments[at.segment.at()], segments().controllers[at.row]);
}

matcher::Amount ExplainedRound::ExcessOf(const EdgeLimit& at, matcher::NeedIndex need,
                                         matcher::OfferIndex offer, matcher::Units units) const {
  const matcher::Limit& limit = segments().limits[at.limit];
  const matcher::Segment& segment = segments().segments[at.segment.at()];
  const matcher::SegmentController& row = segments().controllers[at.row];
  const matcher::Amount more =
      matcher::Measured(limit, units, matcher::PriceFor(market().need(need), market().offer(offer)));
  const matcher::Amount had = matcher::Plus(row.held, amounts_.of_controller[at.row]);
  matcher::Amount cap = CapOf(at);
  if (limit.basis == matcher::LimitBasis::kMatched) {
    // One unit always fits, and whatever is matched lifts the cap.
    if (had == 0 && units == 1) return 0;
    cap = std::max(cap, matcher::CapOf(segment.share_basis_points, matcher::Plus(segment.volume, more)));
  }
  return matcher::Plus(had, more) - cap;
}

int64_t ExplainedRound::PriceOf(matcher::OfferIndex offer) const {
  const matcher::TapIndex tap = problem().offer_tap[offer.at()];
  return prices().offer[offer.at()] + (tap.present() ? prices().tap[tap.at()] : 0);
}

int64_t ExplainedRound::PriceOf(int64_t edge) const {
  int64_t price = PriceOf(problem().edge_offer[edge]);
  for (int64_t at = problem().edge_cell_begin[edge]; at < problem().edge_cell_begin[edge + 1]; ++at)
    price += prices().cell[problem().edge_cell[at].at()];
  return price;
}

int64_t ExplainedRound::PriceOf(matcher::NeedIndex need, matcher::OfferIndex offer) const {
  int64_t price = PriceOf(offer);
  for (const EdgeLimit& at : LimitsOf(need, offer)) {
    const matcher::CellIndex cell = segments().controllers[at.row].cell;
    if (cell.present()) price += prices().cell[cell.at()];
  }
  return price;
}

int64_t ExplainedRound::ReducedValueOf(int64_t edge) const {
  return problem().edge_weight[edge] * matcher::kPriceScale - PriceOf(edge);
}

}  // namespace ayni::services
