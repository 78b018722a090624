#include "services/explanation/explain_tap.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "services/explanation/fate.h"
#include "services/explanation/telling.h"

namespace ayni::services {
namespace {

// What is called near.
constexpr int64_t kNearMetres = 50'000;
constexpr int64_t kNearDays = 30;
constexpr int64_t kNearMonths = 12;

bool IsNear(const FateReason& reason) {
  const int64_t distance = std::abs(reason.obstacle.distance);
  switch (reason.code) {
    case v1::REASON_CODE_SERVICE:
    case v1::REASON_CODE_VALUE_CHAIN:
    case v1::REASON_CODE_NEED_MATCHED:
    case v1::REASON_CODE_AGREEMENT:
      return false;
    case v1::REASON_CODE_WINDOW:
      return distance > 0 && distance <= kNearDays;
    case v1::REASON_CODE_PLACE:
      return distance > 0 && distance <= kNearMetres;
    case v1::REASON_CODE_EXPERIENCE:
      return distance <= kNearMonths;
    default:
      return true;
  }
}

// Of two offers for one need, the one that says more to its TAP: candidates first, of these the one of the
// greater reduced value; then what is about other things than the price.
bool IsBetter(const ExplainedRound& round, const Fate& a, const Fate& b) {
  if (a.edge >= 0 && b.edge >= 0) return round.ReducedValueOf(a.edge) > round.ReducedValueOf(b.edge);
  if ((a.edge >= 0) != (b.edge >= 0)) return a.edge >= 0;
  return a.reasons[0].code != v1::REASON_CODE_PRICE && b.reasons[0].code == v1::REASON_CODE_PRICE;
}

// Nothing where it was given units, or was far from being a candidate.
std::optional<Fate> BestFate(const ExplainedRound& round, matcher::NeedIndex need,
                             absl::Span<const matcher::OfferIndex> offers) {
  std::optional<Fate> best;
  const matcher::Need row = round.market().need(need);
  for (const matcher::OfferIndex index : offers) {
    // Most needs are for something else, which costs nothing to see.
    if (round.market().offer(index).service != row.service) continue;
    Fate fate = FateOf(round, need, index);
    if (fate.edge >= 0 && round.Given(fate.edge) > 0) return std::nullopt;
    if (fate.edge < 0 && (fate.reasons.size() != 1 || !IsNear(fate.reasons[0]))) continue;
    if (!best.has_value() || IsBetter(round, fate, *best)) best = std::move(fate);
  }
  return best;
}

}  // namespace

absl::StatusOr<v1::ExplainTapResponse> ExplainTap(const ExplainedRound& round, const Caller& caller,
                                                  TextLanguage language, const std::string& tap,
                                                  const Page& page) {
  const Telling telling(round, caller, language);
  const NamedMarket& named = round.named();
  v1::ExplainTapResponse answer;
  const absl::Span<const matcher::OfferIndex> offers = round.OffersOf(named.FindTap(tap));
  if (offers.empty()) return answer;
  const absl::Span<const matcher::NeedIndex> needs = round.needs_by_name();
  const auto first = std::partition_point(needs.begin(), needs.end(), [&](matcher::NeedIndex need) {
    return named.NameOf(need) <= page.after();
  });
  for (const matcher::NeedIndex need : absl::MakeConstSpan(first, needs.end())) {
    const matcher::Need row = round.market().need(need);
    if (row.open_quantity <= 0 || row.window.last < round.posed().today) continue;
    const std::optional<Fate> fate = BestFate(round, need, offers);
    if (!fate.has_value()) continue;
    if (answer.fates_size() == page.size()) {
      answer.set_next_page_token(page.TokenAfter(answer.fates(answer.fates_size() - 1).need()));
      return answer;
    }
    v1::TapFate* record = answer.add_fates();
    record->set_need(named.NameOf(need));
    record->set_service(named.NameOf(row.service));
    record->set_value_chain(named.NameOf(row.chain));
    record->set_district(named.NameOf(row.district));
    record->set_offer(named.NameOf(fate->offer));
    record->set_eligible(fate->edge >= 0);
    if (fate->edge >= 0) *record->mutable_score_parts() = telling.PartsOf(need, fate->offer);
    for (const FateReason& reason : fate->reasons) {
      absl::Status status = telling.Fill(need, *fate, reason, record->add_reasons());
      if (!status.ok()) return status;
    }
  }
  return answer;
}

}  // namespace ayni::services
