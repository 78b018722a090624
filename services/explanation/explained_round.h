// A round that was published, posed again from the market that was kept for it, with what it gave and its
// prices: what every explanation is read from.
//
// Costs a reading of the kept market, some of a second for a country; once open, an answer costs what it
// looks at. Constant after Open; safe to use from any thread.
#ifndef AYNI_SERVICES_EXPLANATION_EXPLAINED_ROUND_H_
#define AYNI_SERVICES_EXPLANATION_EXPLAINED_ROUND_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "matcher/settling.h"
#include "services/round/clear_round.h"
#include "services/round/policy_trial.h"
#include "storage/store.h"

namespace ayni::services {

// One controller under one limit where an edge is.
struct EdgeLimit {
  int32_t limit = 0;
  matcher::SegmentIndex segment;
  int64_t row = 0;  // position in SegmentTable::controllers
};

class ExplainedRound {
 public:
  // FailedPrecondition where the round keeps no market, or another one than its matches are of; Cancelled
  // where stop said so; errors of the store. REQUIRES: the round was published; the store outlives what is
  // opened.
  static absl::StatusOr<std::shared_ptr<const ExplainedRound>> Open(const storage::Store& store,
                                                                    const v1::Round& round,
                                                                    const std::function<bool()>& stop);

  const v1::Round& round() const { return market_.round; }
  const TrialMarket& kept() const { return market_; }
  // Its solution is what was published.
  const ClearedRound& posed() const { return *posed_; }
  const NamedMarket& named() const { return posed_->market; }
  const matcher::Market& market() const { return posed_->market.market(); }
  const matcher::Problem& problem() const { return posed_->posed.problem; }
  const matcher::SegmentTable& segments() const { return posed_->posed.segments; }
  const matcher::Prices& prices() const { return posed_->solution.prices; }
  const std::vector<v1::Cell>& cells() const { return cells_; }

  matcher::Units Given(int64_t edge) const { return posed_->solution.edge_units[edge]; }
  matcher::Units GivenTo(matcher::NeedIndex need) const { return need_given_[need.at()]; }
  matcher::Units GivenOf(matcher::OfferIndex offer) const { return offer_given_[offer.at()]; }
  matcher::Units GivenOf(matcher::TapIndex tap) const { return tap_given_[tap.at()]; }
  const matcher::MatchedAmounts& amounts() const { return amounts_; }

  // All, by their names.
  absl::Span<const matcher::NeedIndex> needs_by_name() const { return needs_by_name_; }

  // Ascending; none of a TAP that there is not.
  absl::Span<const matcher::OfferIndex> OffersOf(matcher::TapIndex tap) const;

  // The edge of the two, or -1; and whose edge it is.
  int64_t EdgeOf(matcher::NeedIndex need, matcher::OfferIndex offer) const;
  matcher::NeedIndex NeedOf(int64_t edge) const;

  // Edges with units: of a need, an offer, a TAP, or a row of the controllers.
  std::vector<int64_t> GivenEdgesOf(matcher::NeedIndex need) const;
  absl::Span<const int64_t> GivenEdgesOf(matcher::OfferIndex offer) const { return by_offer_[offer.at()]; }
  std::vector<int64_t> GivenEdgesOf(matcher::TapIndex tap) const;
  absl::Span<const int64_t> GivenEdgesOfRow(int64_t row) const { return by_row_[row]; }

  // What the edge's next unit comes with: a match that stands has its lot already.
  matcher::Units StepOf(int64_t edge) const {
    return Given(edge) > 0 ? 1 : problem().offer_lot[problem().edge_offer[edge].at()];
  }

  // Of the limits that hold where the two are, those that are not waived, with the controllers that had
  // something to do with the segment.
  std::vector<EdgeLimit> LimitsOf(matcher::NeedIndex need, matcher::OfferIndex offer) const;
  std::vector<EdgeLimit> LimitsOf(int64_t edge) const {
    return LimitsOf(NeedOf(edge), problem().edge_offer[edge]);
  }
  // Of what the controller may hold there, what so many units more of the offer would be too many: 0 or less
  // where there is room.
  matcher::Amount ExcessOf(const EdgeLimit& at, matcher::NeedIndex need, matcher::OfferIndex offer,
                           matcher::Units units) const;
  matcher::Amount CapOf(const EdgeLimit& at) const;

  // The prices of the offer, the TAP and the cells of the edge, and what the score leaves over them; and of a
  // pair that is no edge, those that an edge would meet.
  int64_t PriceOf(int64_t edge) const;
  int64_t PriceOf(matcher::NeedIndex need, matcher::OfferIndex offer) const;
  int64_t ReducedValueOf(int64_t edge) const;

  // Why units that the clearing gave the edge were left out when the round was published; none where none
  // were.
  std::vector<v1::LeftOut::Reason> WhyLeftOut(int64_t edge) const {
    const auto found = left_out_.find(edge);
    return found == left_out_.end() ? std::vector<v1::LeftOut::Reason>() : found->second;
  }

 private:
  ExplainedRound() = default;
  absl::Status ReadMatches(const storage::Store& store);
  absl::Status ReadPrices(const storage::Store& store);
  absl::Status FindLeftOut(const storage::Store& store, const std::function<bool()>& stop);
  absl::Status FindLeftOutAnew(const std::function<bool()>& stop);
  v1::LeftOut::Reason LikelyReason(int64_t edge) const;
  void CountGiven();
  // Of the offer and its TAP alone.
  int64_t PriceOf(matcher::OfferIndex offer) const;

  v1::Policy policy_;
  TrialMarket market_;
  std::unique_ptr<ClearedRound> posed_;
  std::vector<v1::Cell> cells_;
  std::vector<matcher::NeedIndex> needs_by_name_;
  std::vector<matcher::Units> need_given_;
  std::vector<matcher::Units> offer_given_;
  std::vector<matcher::Units> tap_given_;
  std::vector<std::vector<int64_t>> by_offer_;
  std::vector<std::vector<matcher::OfferIndex>> offers_of_tap_;
  std::vector<std::vector<int64_t>> by_row_;
  matcher::MatchedAmounts amounts_;
  std::map<int64_t, std::vector<v1::LeftOut::Reason>> left_out_;  // by edge
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_EXPLANATION_EXPLAINED_ROUND_H_
