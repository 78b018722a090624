#include "services/market/candidate_methods.h"

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ayni/v1/need_service.pb.h"
#include "matcher/candidate.h"
#include "services/errors.h"
#include "services/market/engine_day.h"
#include "services/market/policy.h"
#include "services/resource/field_path.h"
#include "services/resource/form.h"
#include "services/resource/page.h"
#include "services/resource/store_view.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"

namespace ayni::services {
namespace {

// Where a candidate stands in the list of its need: best score first, then by offer.
struct Ranked {
  matcher::Candidate candidate;
  std::string offer;

  // Texts that sort as the list does.
  std::string Place() const { return absl::StrFormat("%07d %s", 1'000'000 - candidate.score, offer); }
};

absl::StatusOr<Page> ReadPage(const storage::Store& store, const Call& call,
                              const v1::ListCandidatesRequest& request) {
  Violations violations;
  const ResourceType& type = ResourceType::Of<v1::Need>();
  if (!type.MatchesName(request.parent())) {
    violations.Add(FieldPath() / "parent",
                   absl::StrCat("must be ", type.pattern(), ", is ", Quoted(request.parent())));
  }
  const Page page(store.secret(), request.page_size(), request.page_token(),
                  absl::StrCat(call.method, "\n", request.parent()), {}, &violations);
  if (!violations.empty()) return violations.ToStatus();
  return page;
}

absl::StatusOr<EnginePolicy> ReadActivePolicy(const storage::Store& store) {
  StoreView stored(store);
  View& view = stored;
  const std::string name = view.ActivePolicy();
  const v1::Policy* policy = name.empty() ? nullptr : view.Find<v1::Policy>(name);
  if (!view.status().ok()) return view.status();
  if (policy == nullptr) {
    return StateForbids("NO_ACTIVE_POLICY", "policies/-",
                        "holds no active policy, by which to score: activate one");
  }
  return ToEngine(*policy);
}

std::vector<Ranked> Rank(const NamedMarket& market, const matcher::Need& need, const EnginePolicy& policy,
                         matcher::Day today) {
  std::vector<Ranked> ranked;
  for (matcher::Candidate& candidate :
       matcher::CandidatesOf(market.market(), market.index(), need, policy.score_rule, today)) {
    std::string offer = market.NameOf(candidate.offer);
    ranked.push_back({std::move(candidate), std::move(offer)});
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(b.candidate.score, a.offer) < std::tie(a.candidate.score, b.offer);
  });
  return ranked;
}

v1::Candidate CandidateRecord(const NamedMarket& market, const std::string& need, const Ranked& ranked) {
  const matcher::Offer offer = market.market().offer(ranked.candidate.offer);
  v1::Candidate record;
  record.set_need(need);
  record.set_offer(ranked.offer);
  record.set_score(ranked.candidate.score);
  *record.mutable_score_parts() = ToRecord(ranked.candidate.parts);
  *record.mutable_unit_price() = market.ToMoney(offer.price, offer.currency);
  if (ranked.candidate.distance_m.has_value()) record.set_distance_m(*ranked.candidate.distance_m);
  record.set_quantity(ranked.candidate.bound);
  return record;
}

std::unique_ptr<v1::ListCandidatesResponse> Fill(const NamedMarket& market, const v1::Need& need,
                                                 const EnginePolicy& policy, const Page& page,
                                                 matcher::Day today) {
  auto response = std::make_unique<v1::ListCandidatesResponse>();
  NeedColumns columns;
  const std::vector<Ranked> ranked = Rank(market, market.ToColumns(need, &columns), policy, today);
  const auto begin = std::partition_point(ranked.begin(), ranked.end(),
                                          [&](const Ranked& each) { return each.Place() <= page.after(); });
  const auto end = ranked.end() - begin > page.size() ? begin + page.size() : ranked.end();
  for (auto at = begin; at != end; ++at)
    *response->add_candidates() = CandidateRecord(market, need.name(), *at);
  if (end != ranked.end()) response->set_next_page_token(page.TokenAfter((end - 1)->Place()));
  return response;
}

absl::StatusOr<std::unique_ptr<Message>> ListCandidates(const storage::Store& store, const LiveMarket& market,
                                                        const Call& call,
                                                        const v1::ListCandidatesRequest& request) {
  const auto page = ReadPage(store, call, request);
  if (!page.ok()) return page.status();
  const auto stored = ReadRecord(store, ResourceType::Of<v1::Need>(), request.parent());
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound("ayni.v1/Need", request.parent());
  const auto policy = ReadActivePolicy(store);
  if (!policy.ok()) return policy.status();
  if (absl::Status usable = market.Usable(); !usable.ok()) return usable;
  const auto& need = static_cast<const v1::Need&>(*stored->record);
  return market.Read(
      [&](const NamedMarket& named) { return Fill(named, need, *policy, *page, DayOf(call.now)); });
}

}  // namespace

void AddCandidateMethods(const storage::Store* store, const LiveMarket* market, MethodTable* table) {
  table->Add("ayni.v1.NeedService/ListCandidates",
             [store, market](const std::shared_ptr<const Call>& call,
                             const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               reply(ListCandidates(*store, *market, *call,
                                    static_cast<const v1::ListCandidatesRequest&>(*requests->front())));
             });
}

}  // namespace ayni::services
