#include "services/market/conflict_methods.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/conflict_service.pb.h"
#include "ayni/v1/need.pb.h"
#include "services/conflict_view.h"
#include "services/errors.h"
#include "services/market/current_method.h"
#include "services/market/engine_day.h"
#include "services/market/need_conflicts.h"
#include "services/resource/check_name.h"
#include "services/resource/stored.h"
#include "services/resource/violations.h"

namespace ayni::services {
namespace {

// That one of the two names is the caller's own does not make the other one its own.
absl::Status CheckOwn(const Caller& caller, const v1::CheckConflictsRequest& request) {
  const bool foreign_need =
      caller.role == v1::ROLE_COOPERATIVE && FirstId(caller.party) != FirstId(request.need());
  const bool foreign_tap = caller.role == v1::ROLE_TAP && caller.party != request.tap();
  if (!foreign_need && !foreign_tap) return absl::OkStatus();
  return Forbidden(
      "NOT_OWN",
      absl::StrCat(caller.principal, foreign_need ? " may ask about its own needs, and need is not one"
                                                  : " may ask about itself, and tap is another"),
      {{"field", foreign_need ? "need" : "tap"}});
}

absl::StatusOr<std::unique_ptr<Message>> CheckConflicts(const storage::Store& store, const LiveMarket& market,
                                                        const Call& call,
                                                        const v1::CheckConflictsRequest& request) {
  Violations violations;
  CheckName(ResourceType::Of<v1::Need>(), request.need(), FieldPath() / "need", &violations);
  CheckName(ResourceType::Of<v1::Party>(), request.tap(), FieldPath() / "tap", &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status own = CheckOwn(call.caller, request); !own.ok()) return own;
  const auto need = ReadRecord(store, ResourceType::Of<v1::Need>(), request.need());
  if (!need.ok()) return need.status();
  if (need->version == 0) return ResourceNotFound("ayni.v1/Need", request.need());
  const auto tap = ReadRecord(store, ResourceType::Of<v1::Party>(), request.tap());
  if (!tap.ok()) return tap.status();
  if (tap->version == 0) return ResourceNotFound("ayni.v1/Party", request.tap());
  if (!static_cast<const v1::Party&>(*tap->record).has_tap()) {
    violations.Add(FieldPath() / "tap",
                   absl::StrCat("must be a party in PARTY_ROLE_TAP; ", request.tap(), " is not"));
    return violations.ToStatus();
  }
  const auto& record = static_cast<const v1::Need&>(*need->record);
  const auto found = market.ReadWithConflicts(
      [&](const NamedMarket&, const LimitBook& book,
          const RelationBook& relations) -> absl::StatusOr<std::vector<v1::Conflict>> {
        if (!book.policy().ok()) return book.policy().status();
        return ConflictsOn(relations, record, request.tap(), DayOf(call.now));
      });
  if (!found.ok()) return found.status();
  auto response = std::make_unique<v1::CheckConflictsResponse>();
  for (const v1::Conflict& conflict : *found) *response->add_conflicts() = conflict;
  if (absl::Status status = FillEvidence(store, response->mutable_conflicts()); !status.ok()) return status;
  ShowConflicts(call.caller, response->mutable_conflicts());
  return response;
}

}  // namespace

void AddConflictMethods(const storage::Store* store, const LiveMarket* market, MethodTable* table) {
  table->Add("ayni.v1.ConflictService/CheckConflicts",
             OfCurrentMarket(store, market, [store, market](const Call& call, const Requests& requests) {
               return CheckConflicts(*store, *market, call,
                                     static_cast<const v1::CheckConflictsRequest&>(*requests.front()));
             }));
}

}  // namespace ayni::services
