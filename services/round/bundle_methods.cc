#include "services/round/bundle_methods.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "services/errors.h"
#include "services/resource/check_name.h"
#include "services/resource/page.h"
#include "services/resource/record_keys.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"
#include "services/round/bundle_ledger.h"
#include "services/round/kept_market.h"
#include "services/round/pseudonyms.h"
#include "services/round/round_bundle.h"
#include "services/round/round_request.h"

namespace ayni::services {
namespace {

const ResourceType& RoundType() { return ResourceType::Of<v1::Round>(); }

absl::StatusOr<v1::Round> ReadRound(const storage::Store& store, const std::string& name) {
  const auto stored = ReadRecord(store, RoundType(), name);
  if (!stored.ok()) return stored.status();
  if (stored->version == 0) return ResourceNotFound(RoundType().type(), name);
  return static_cast<const v1::Round&>(*stored->record);
}

// The ledger's part is the first; the others are as they were kept.
absl::StatusOr<v1::ReadRoundBundleResponse> ReadPart(const v1::ReadRoundBundleRequest& request,
                                                     const Call& call, const storage::Store& store,
                                                     Notary* notary) {
  Violations violations;
  CheckName(RoundType(), request.name(), FieldPath() / "name", &violations);
  if (request.part() < 0)
    violations.Add(FieldPath() / "part", absl::StrCat("must be 0 or more, is ", request.part()));
  if (!violations.empty()) return violations.ToStatus();
  const auto round = ReadRound(store, request.name());
  if (!round.ok()) return round.status();
  // Of outsiders: what was undone stands for nothing any more.
  if (call.scope == Scope::kOwnRecord && round->state() != v1::Round::STATE_PUBLISHED)
    return ResourceNotFound(RoundType().type(), request.name());
  const auto kept = ReadKeptBundle(store, request.name());
  const bool is_published = WasPublished(*round);
  if (!is_published || absl::IsNotFound(kept.status())) {
    return StateForbids("NO_BUNDLE_KEPT", request.name(),
                        is_published ? "was published before rounds kept what proves them: run a later round"
                                     : "is not published, and has nothing to prove yet: publish it first");
  }
  if (!kept.ok()) return kept.status();
  if (request.part() > kept->part_count) {
    violations.Add(FieldPath() / "part",
                   absl::StrCat("must be at most ", kept->part_count, ", is ", request.part()));
    return violations.ToStatus();
  }
  auto read = request.part() == 0 ? LedgerPartOf(store, notary, *round, kept->records)
                                  : ReadBundlePart(store, request.name(), request.part() - 1);
  if (!read.ok()) return read.status();
  v1::ReadRoundBundleResponse response;
  *response.mutable_part() = *std::move(read);
  response.set_part_count(static_cast<int32_t>(kept->part_count) + 1);
  return response;
}

// What of the round's market has a pseudonym, in the order of the keys.
std::vector<const ResourceType*> NamedTypes() {
  std::vector<const ResourceType*> types = {&ResourceType::Of<v1::Need>(), &ResourceType::Of<v1::Offer>(),
                                            &ResourceType::Of<v1::Party>()};
  std::sort(types.begin(), types.end(), [](const ResourceType* a, const ResourceType* b) {
    return RecordKey(*a, "") < RecordKey(*b, "");
  });
  return types;
}

absl::StatusOr<v1::ListPseudonymsResponse> ListPseudonyms(const v1::ListPseudonymsRequest& request,
                                                          const Call& call, const storage::Store& store) {
  const auto page = ReadPageUnder(RoundType(), request.parent(), store.secret(), request.page_size(),
                                  request.page_token(), call.method);
  if (!page.ok()) return page.status();
  const auto round = ReadRound(store, request.parent());
  if (!round.ok()) return round.status();
  const auto market = OpenKeptMarket(store, request.parent());
  if (absl::IsNotFound(market.status())) {
    return StateForbids("NO_MARKET_KEPT", request.parent(),
                        "has no market that was cleared and kept: publish it, or ask for a later round");
  }
  if (!market.ok()) return market.status();
  const Pseudonyms pseudonyms(store.secret(), *round);
  v1::ListPseudonymsResponse response;
  std::string last;
  for (const ResourceType* type : NamedTypes()) {
    storage::KeyRange range = storage::KeyRange::Prefix(RecordKey(*type, ""));
    if (page->after() >= range.end) continue;
    range.begin = std::max(range.begin, page->after());
    const auto cursor = (*market)->Scan(range);
    while (cursor->Next()) {
      if (cursor->key() == page->after()) continue;
      if (response.pseudonyms_size() == page->size()) {
        response.set_next_page_token(page->TokenAfter(last));
        return response;
      }
      last = std::string(cursor->key());
      v1::Pseudonym* pseudonym = response.add_pseudonyms();
      pseudonym->set_name(NameOfRecordKey(last));
      pseudonym->set_pseudonym(pseudonyms.TextOf(pseudonym->name()));
    }
    if (!cursor->status().ok()) return cursor->status();
  }
  return response;
}

// `run` gets the request and the call.
template <typename Request, typename Response, typename Run>
void AddOnThread(const std::string& method, Notary* notary, Run run, MethodTable* table) {
  table->Add(absl::StrCat("ayni.v1.AuditService/", method),
             [notary, run](const std::shared_ptr<const Call>& call,
                           const std::shared_ptr<const Requests>& requests, const Reply& reply) {
               notary->thread().Post([run, call, requests, reply] {
                 absl::StatusOr<Response> answer =
                     run(static_cast<const Request&>(*requests->front()), *call);
                 if (!answer.ok()) return reply(answer.status());
                 reply(std::make_unique<Response>(*std::move(answer)));
               });
             });
}

}  // namespace

void AddBundleMethods(const storage::Store* store, Notary* notary, MethodTable* table) {
  AddOnThread<v1::ReadRoundBundleRequest, v1::ReadRoundBundleResponse>(
      "ReadRoundBundle", notary,
      [store, notary](const v1::ReadRoundBundleRequest& request, const Call& call) {
        return ReadPart(request, call, *store, notary);
      },
      table);
  AddOnThread<v1::ListPseudonymsRequest, v1::ListPseudonymsResponse>(
      "ListPseudonyms", notary,
      [store](const v1::ListPseudonymsRequest& request, const Call& call) {
        return ListPseudonyms(request, call, *store);
      },
      table);
}

}  // namespace ayni::services
