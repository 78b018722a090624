#include "services/market/candidate_methods.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/need_service.pb.h"
#include "matcher/candidate.h"
#include "services/conflict_view.h"
#include "services/errors.h"
#include "services/market/current_method.h"
#include "services/market/engine_day.h"
#include "services/market/limit_book.h"
#include "services/market/need_conflicts.h"
#include "services/market/paid_units.h"
#include "services/market/policy.h"
#include "services/resource/page.h"
#include "services/resource/stored.h"

namespace ayni::services {
namespace {

// Texts that sort as the list does: best score first, then by offer.
std::string PlaceOf(const NamedMarket& market, const matcher::Candidate& candidate) {
  return absl::StrFormat("%07d %s", 1'000'000 - candidate.score, market.NameOf(candidate.offer));
}

// What is shown of a need's candidates on one page, without the evidence of their conflicts. Costs finding
// all, and what is shown.
class CandidatePage {
 public:
  // REQUIRES: book.policy() is OK; all outlive the page.
  CandidatePage(const NamedMarket& market, const LimitBook& book, const RelationBook& relations,
                const v1::Need& need, matcher::Day today)
      : market_(market),
        book_(book),
        need_(need),
        today_(today),
        row_(market.ToColumns(need, &columns_)),
        conflicts_(market, relations, need, today),
        ranked_(Open(RankedCandidates(market, row_, book.policy()->score_rule, today))),
        segments_(book.SegmentsOf(market, need, row_, Eligible(), matcher::DemandOf(row_, ranked_), today)) {}

  std::unique_ptr<v1::ListCandidatesResponse> Fill(const Page& page) {
    auto response = std::make_unique<v1::ListCandidatesResponse>();
    for (const matcher::NeedSegment& segment : segments_) Fill(segment, response->add_segment_limits());
    const auto begin =
        std::partition_point(ranked_.begin(), ranked_.end(), [&](const matcher::Candidate& each) {
          return !page.after().empty() && PlaceOf(market_, each) <= page.after();
        });
    const auto end = ranked_.end() - begin > page.size() ? begin + page.size() : ranked_.end();
    for (auto at = begin; at != end; ++at) Fill(*at, response->add_candidates());
    if (end != ranked_.end()) response->set_next_page_token(page.TokenAfter(PlaceOf(market_, *(end - 1))));
    return response;
  }

 private:
  void Fill(const matcher::NeedSegment& segment, v1::SegmentLimit* record) const {
    *record->mutable_segment() = market_.ToRecord(LimitId(segment.limit), segment.key);
    record->set_volume(segment.volume);
    if (!segment.waived) record->set_cap(segment.cap);
    record->set_thin(segment.thin);
  }

  // Those that nothing blocks, nobody declined and their budgets pay for.
  std::vector<matcher::Candidate> Open(std::vector<matcher::Candidate> candidates) {
    DropUnpractised(market_, book_.policy()->countries, row_, &candidates);
    conflicts_.RemoveBlocked(&candidates);
    declined_ = TakeDeclined(market_, need_.name(), row_, &candidates);
    std::vector<matcher::Candidate> turned_away =
        matcher::TurnedAway(market_.market(), market_.index(), row_, book_.policy()->score_rule, today_);
    DropUnpractised(market_, book_.policy()->countries, row_, &turned_away);
    conflicts_.RemoveBlocked(&turned_away);
    declined_.insert(declined_.end(), turned_away.begin(), turned_away.end());
    HoldToBudgets(market_, row_, today_, &candidates);
    return candidates;
  }
  std::vector<matcher::Candidate> Eligible() const {
    std::vector<matcher::Candidate> eligible = ranked_;
    eligible.insert(eligible.end(), declined_.begin(), declined_.end());
    return eligible;
  }

  void Fill(const matcher::Candidate& candidate, v1::Candidate* record) {
    const matcher::Offer offer = market_.market().offer(candidate.offer);
    const matcher::OpenCandidate open = book_.Open(market_, segments_, candidate, today_);
    record->set_need(need_.name());
    record->set_offer(market_.NameOf(candidate.offer));
    record->set_score(candidate.score);
    *record->mutable_score_parts() = ToRecord(candidate.parts);
    *record->mutable_unit_price() = market_.ToMoney(candidate.price, offer.currency);
    if (candidate.distance_m.has_value()) record->set_distance_m(*candidate.distance_m);
    record->set_quantity(candidate.bound);
    for (const matcher::LimitStanding& standing : open.standings)
      Fill(standing, candidate.bound, record->add_limits());
    record->set_offer_room(offer.open_capacity);
    if (market_.market().tap(offer.tap).capacity > 0 || open.tap_left < matcher::kUnitsMax)
      record->set_tap_room(open.tap_left);
    record->set_available_quantity(matcher::MostOf(open));
    for (v1::Conflict& conflict : conflicts_.On(candidate)) *record->add_conflicts() = std::move(conflict);
  }

  void Fill(const matcher::LimitStanding& standing, matcher::Units wanted, v1::LimitRoom* record) const {
    record->set_limit(LimitId(standing.limit));
    record->set_controller(market_.NameOf(standing.controller));
    record->set_held_quantity(standing.held);
    record->set_binds(standing.UnitRoom() < wanted);
    if (segments_[standing.limit].waived) return;
    record->set_cap(standing.cap);
    record->set_room(standing.room);
  }

  const std::string& LimitId(int32_t limit) const { return book_.policy_record().limits(limit).id(); }

  const NamedMarket& market_;
  const LimitBook& book_;
  const v1::Need& need_;
  const matcher::Day today_;
  NeedColumns columns_;
  const matcher::Need& row_;
  NeedConflicts conflicts_;
  std::vector<matcher::Candidate> declined_;
  const std::vector<matcher::Candidate> ranked_;
  const std::vector<matcher::NeedSegment> segments_;
};

absl::StatusOr<std::unique_ptr<Message>> ListCandidates(const storage::Store& store, const LiveMarket& market,
                                                        const Call& call,
                                                        const v1::ListCandidatesRequest& request) {
  const auto page = ReadPageUnder(ResourceType::Of<v1::Need>(), request.parent(), store.secret(),
                                  request.page_size(), request.page_token(), call.method);
  if (!page.ok()) return page.status();
  const auto stored = ReadRecord(store, ResourceType::Of<v1::Need>(), request.parent());
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound("ayni.v1/Need", request.parent());
  const auto& need = static_cast<const v1::Need&>(*stored->record);
  auto listed = market.ReadWithConflicts(
      [&](const NamedMarket& named, const LimitBook& book,
          const RelationBook& relations) -> absl::StatusOr<std::unique_ptr<v1::ListCandidatesResponse>> {
        if (!book.policy().ok()) return book.policy().status();
        return CandidatePage(named, book, relations, need, DayOf(call.now)).Fill(*page);
      });
  if (!listed.ok()) return listed.status();
  for (v1::Candidate& candidate : *(*listed)->mutable_candidates()) {
    if (absl::Status status = FillEvidence(store, candidate.mutable_conflicts()); !status.ok()) return status;
    ShowConflicts(call.caller, candidate.mutable_conflicts());
  }
  return *std::move(listed);
}

}  // namespace

void AddCandidateMethods(const storage::Store* store, const LiveMarket* market, MethodTable* table) {
  table->Add("ayni.v1.NeedService/ListCandidates",
             OfCurrentMarket(store, market, [store, market](const Call& call, const Requests& requests) {
               return ListCandidates(*store, *market, call,
                                     static_cast<const v1::ListCandidatesRequest&>(*requests.front()));
             }));
}

}  // namespace ayni::services
