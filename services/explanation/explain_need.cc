#include "services/explanation/explain_need.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/explanation/fate.h"
#include "services/explanation/smallest_change.h"
#include "services/explanation/telling.h"
#include "services/market/engine_day.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

constexpr int kFatesPreset = 10;
constexpr int kFatesMax = 100;
// Small markets are cleared again as often as the search takes; of large ones only what was asked for.
constexpr int kClearingsOfSmall = 400;
constexpr int kClearingsOfLarge = 6;

class NeedExplanation {
 public:
  NeedExplanation(const ExplainedRound& round, const Caller& caller, TextLanguage language,
                  const v1::ExplainNeedRequest& request, matcher::NeedIndex need)
      : round_(round),
        telling_(round, caller, language),
        request_(request),
        index_(need),
        need_(round.market().need(need)),
        shown_max_(request.fates_max() <= 0 ? kFatesPreset : std::min(request.fates_max(), kFatesMax)) {}

  absl::StatusOr<v1::ExplainNeedResponse> Make(const std::function<bool()>& stop) {
    FindFates();
    FillHead();
    if (absl::Status status = FillFates(); !status.ok()) return status;
    const bool small = round_.problem().edge_count() <= kClearedAgainEdgesMax;
    const int clearings = small ? kClearingsOfSmall : request_.check_changes() ? kClearingsOfLarge : 0;
    const auto changes = SmallestChanges(round_, index_, fates_, clearings, stop);
    if (!changes.ok()) return changes.status();
    for (const FoundChange& change : *changes) telling_.Fill(index_, change, answer_.add_changes());
    return std::move(answer_);
  }

 private:
  void FindFates() {
    const matcher::TapIndex tap =
        request_.tap().empty() ? matcher::TapIndex::None() : round_.named().FindTap(request_.tap());
    for (int32_t at = 0; at < round_.market().offer_count(); ++at) {
      const matcher::OfferIndex index{at};
      const matcher::Offer offer = round_.market().offer(index);
      if (!offer.tap.present()) continue;
      const bool alike = offer.service == need_.service && matcher::IsForChain(offer, need_);
      if (request_.tap().empty() ? alike : offer.tap == tap) fates_.push_back(FateOf(round_, index_, index));
    }
    ranked_ = RankedEdges(round_, index_);
  }

  void FillHead() {
    const matcher::Units given = round_.GivenTo(index_);
    v1::NeedFate fate = v1::NEED_FATE_PARTLY_SERVED;
    if (given == need_.open_quantity) fate = v1::NEED_FATE_SERVED;
    if (given == 0) fate = ranked_.empty() ? v1::NEED_FATE_NO_CANDIDATE : v1::NEED_FATE_PASSED_OVER;
    answer_.set_need(request_.name());
    answer_.set_round(request_.round());
    answer_.set_fate(fate);
    answer_.set_text(telling_.Text(v1::NeedFate_Name(fate), {{"given", absl::StrCat(given)},
                                                             {"open", absl::StrCat(need_.open_quantity)},
                                                             {"candidates", absl::StrCat(ranked_.size())}}));
    answer_.set_open_quantity(need_.open_quantity);
    answer_.set_matched_quantity(given);
    answer_.set_need_price(round_.prices().need[index_.at()]);
    answer_.set_candidate_count(static_cast<int32_t>(ranked_.size()));
  }

  int RankOf(int64_t edge) const {
    return static_cast<int>(std::find(ranked_.begin(), ranked_.end(), edge) - ranked_.begin()) + 1;
  }

  absl::Status FillFates() {
    std::vector<const Fate*> candidates;
    std::vector<const Fate*> others;
    for (const Fate& fate : fates_) (fate.edge >= 0 ? candidates : others).push_back(&fate);
    std::sort(candidates.begin(), candidates.end(), [&](const Fate* a, const Fate* b) {
      return std::tuple(-round_.Given(a->edge), RankOf(a->edge)) <
             std::tuple(-round_.Given(b->edge), RankOf(b->edge));
    });
    // What no size would mend is farthest.
    const auto farness = [&](const Fate* fate) {
      const int64_t distance = fate->reasons.empty() ? 0 : std::abs(fate->reasons[0].obstacle.distance);
      return std::tuple(fate->reasons.size(), fate->reasons.empty() ? 0 : fate->reasons[0].code,
                        distance == 0, distance);
    };
    std::stable_sort(others.begin(), others.end(),
                     [&](const Fate* a, const Fate* b) { return farness(a) < farness(b); });
    answer_.set_other_count(static_cast<int32_t>(others.size()));
    for (size_t at = 0; at < std::min<size_t>(candidates.size(), shown_max_); ++at) {
      if (absl::Status status = Fill(*candidates[at], answer_.add_candidates()); !status.ok()) return status;
    }
    for (size_t at = 0; at < std::min<size_t>(others.size(), shown_max_); ++at) {
      if (absl::Status status = Fill(*others[at], answer_.add_others()); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Fill(const Fate& fate, v1::CandidateFate* record) const {
    const matcher::Offer offer = round_.market().offer(fate.offer);
    record->set_offer(round_.named().NameOf(fate.offer));
    record->set_tap(round_.named().NameOf(offer.tap));
    *record->mutable_unit_price() = round_.named().ToMoney(matcher::PriceFor(need_, offer), offer.currency);
    const matcher::Point from = round_.market().PlaceOf(offer);
    const matcher::Point to = round_.market().PlaceOf(need_);
    if (from.present() && to.present()) record->set_distance_m(matcher::DistanceMetres(from, to));
    if (fate.edge >= 0) FillEdge(fate, record);
    for (const FateReason& reason : fate.reasons) {
      absl::Status status = telling_.Fill(index_, fate, reason, record->add_reasons());
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void FillEdge(const Fate& fate, v1::CandidateFate* record) const {
    const matcher::Problem& problem = round_.problem();
    record->set_rank(RankOf(fate.edge));
    record->set_score(problem.edge_weight[fate.edge]);
    *record->mutable_score_parts() = telling_.PartsOf(index_, fate.offer);
    record->set_bound(problem.edge_bound[fate.edge]);
    record->set_matched_quantity(round_.Given(fate.edge));
    record->set_reduced_value(round_.ReducedValueOf(fate.edge));
    if (const int64_t price = round_.prices().offer[fate.offer.at()]; price != 0) {
      v1::Price* added = record->add_prices();
      added->set_offer(record->offer());
      added->set_price(price);
    }
    const matcher::TapIndex tap = problem.offer_tap[fate.offer.at()];
    if (tap.present() && round_.prices().tap[tap.at()] != 0) {
      v1::Price* added = record->add_prices();
      added->set_tap(record->tap());
      added->set_price(round_.prices().tap[tap.at()]);
    }
    for (int64_t at = problem.edge_cell_begin[fate.edge]; at < problem.edge_cell_begin[fate.edge + 1]; ++at) {
      const matcher::CellIndex cell = problem.edge_cell[at];
      if (round_.prices().cell[cell.at()] == 0) continue;
      v1::Price* added = record->add_prices();
      *added->mutable_cell() = round_.cells()[cell.at()];
      added->set_price(round_.prices().cell[cell.at()]);
    }
  }

  const ExplainedRound& round_;
  const Telling telling_;
  const v1::ExplainNeedRequest& request_;
  const matcher::NeedIndex index_;
  const matcher::Need need_;
  const int shown_max_;
  std::vector<Fate> fates_;
  std::vector<int64_t> ranked_;
  v1::ExplainNeedResponse answer_;
};

// Why the round did not ask for a need that there is.
absl::Status NotAskedFor(const ExplainedRound& round, const v1::ExplainNeedRequest& request) {
  const auto stored = ReadRecord(*round.kept().snapshot, ResourceType::Of<v1::Need>(), request.name());
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) {
    return StateForbids("NEED_NOT_IN_ROUND", request.name(),
                        absl::StrCat("was not in the market when ", request.round(),
                                     " took its snapshot: it was made later"));
  }
  const auto& need = static_cast<const v1::Need&>(*stored->record);
  if (need.quantity() <= need.matched_quantity()) {
    return StateForbids("NEED_NOT_OPEN", request.name(),
                        absl::StrCat("had nothing open when ", request.round(), " took its snapshot"));
  }
  return StateForbids("NEED_WINDOW_OVER", request.name(),
                      absl::StrCat("had its last day, ", DayText(DayOf(need.window().end_date())),
                                   ", before ", request.round(), " took its snapshot"));
}

}  // namespace

absl::StatusOr<v1::ExplainNeedResponse> ExplainNeed(const ExplainedRound& round, const Caller& caller,
                                                    TextLanguage language,
                                                    const v1::ExplainNeedRequest& request,
                                                    const std::function<bool()>& stop) {
  const matcher::NeedIndex need = round.named().FindNeed(request.name());
  if (!need.present() || need.at() >= static_cast<size_t>(round.problem().need_count()) ||
      round.market().need(need).open_quantity <= 0 ||
      round.market().need(need).window.last < round.posed().today)
    return NotAskedFor(round, request);
  return NeedExplanation(round, caller, language, request, need).Make(stop);
}

}  // namespace ayni::services
