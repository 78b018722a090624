#include "services/rules/resource_methods.h"

#include <array>
#include <utility>

#include "services/errors.h"
#include "services/invariant.h"
#include "services/resource/request_fields.h"
#include "services/resource/time.h"
#include "services/rules/ledger_methods.h"
#include "services/rules/rules.h"
#include "services/rules/shapes.h"

namespace ayni::services {
namespace {

template <typename Record>
Kind Written(const RulesOf<Record>& rules) {
  return MakeKind(rules, &ShapeOf(Record::descriptor()));
}

template <typename Record>
Kind OnlyRead(const RulesOf<Record>& rules) {
  return MakeKind(rules, nullptr);
}

// Makes the draft active, and what was active superseded, in one commit.
absl::StatusOr<Draft> ActivatePolicy(const Call& call, const Message& request, const StoredRecord& stored,
                                     StoreView* view) {
  const auto& draft_policy = static_cast<const v1::Policy&>(*stored.record);
  if (draft_policy.state() != v1::Policy::STATE_DRAFT) {
    return StateForbids("POLICY_NOT_DRAFT", draft_policy.name(),
                        "is " + v1::Policy::State_Name(draft_policy.state()) +
                            ": only a draft can be made active; make a new version instead");
  }
  const Kind& kind = KindOf<v1::Policy>();
  const std::string request_id = TextOf(request, FieldOf(request.GetDescriptor(), "request_id"));
  Draft draft;
  if (const std::string active = view->ActivePolicy(); !active.empty()) {
    const StoredRecord& before = view->Read(kind.type, active);
    if (before.record == nullptr) return absl::DataLossError("the active policy is not stored: " + active);
    v1::Policy superseded = static_cast<const v1::Policy&>(*before.record);
    superseded.set_state(v1::Policy::STATE_SUPERSEDED);
    *superseded.mutable_update_time() = LaterOf(superseded.update_time(), call.now);
    AddPut(call, request_id, kind, before, superseded, &draft.change);
  }
  auto activated = std::make_unique<v1::Policy>(draft_policy);
  activated->set_state(v1::Policy::STATE_ACTIVE);
  activated->set_activator(call.caller.principal);
  *activated->mutable_update_time() = LaterOf(activated->update_time(), call.now);
  *activated->mutable_activate_time() = activated->update_time();
  AddPut(call, request_id, kind, stored, *activated, &draft.change);
  draft.answer = std::move(activated);
  return draft;
}

}  // namespace

const Kind& KindOf(const google::protobuf::Descriptor* record) {
  static const auto* const kinds = new std::array<Kind, 14>{
      Written(TerritoryRules()), Written(ValueChainRules()),    Written(ServiceRules()),
      Written(PartyRules()),     Written(RelationRules()),      Written(CredentialRules()),
      Written(NeedRules()),      Written(OfferRules()),         Written(PolicyRules()),
      Written(RoundRules()),     Written(PrincipalRules()),     Written(TokenRules()),
      OnlyRead(MatchRules()),    OnlyRead(SegmentReportRules())};
  for (const Kind& kind : *kinds) {
    if (kind.type.descriptor() == record) return kind;
  }
  INVARIANT(false, record->full_name());
}

void AddResourceMethods(storage::Store* store, IdSource new_id, MethodTable* table) {
  const std::shared_ptr<const Foundation> foundation =
      std::make_shared<const Foundation>(Foundation{store, std::move(new_id)});
  const auto add_all = [&](const Kind& kind, const std::string& service) {
    AddCreate(foundation, kind, service, table);
    AddGet(foundation, kind, service, table);
    AddList(foundation, kind, service, table);
    AddUpdate(foundation, kind, service, table);
    AddDelete(foundation, kind, service, table);
  };
  add_all(KindOf<v1::Territory>(), "ayni.v1.CatalogueService");
  add_all(KindOf<v1::ValueChain>(), "ayni.v1.CatalogueService");
  add_all(KindOf<v1::Service>(), "ayni.v1.CatalogueService");
  add_all(KindOf<v1::Party>(), "ayni.v1.PartyService");
  add_all(KindOf<v1::Relation>(), "ayni.v1.RelationService");
  add_all(KindOf<v1::Credential>(), "ayni.v1.CredentialService");
  add_all(KindOf<v1::Need>(), "ayni.v1.NeedService");
  add_all(KindOf<v1::Offer>(), "ayni.v1.OfferService");
  add_all(KindOf<v1::Policy>(), "ayni.v1.PolicyService");
  AddRecordChange(foundation, KindOf<v1::Policy>(), "ayni.v1.PolicyService", "ActivatePolicy", ActivatePolicy,
                  table);
  for (const auto& [kind, service] : {std::pair(&KindOf<v1::Round>(), "ayni.v1.RoundService"),
                                      std::pair(&KindOf<v1::Principal>(), "ayni.v1.AccessService")}) {
    AddCreate(foundation, *kind, service, table);
    AddGet(foundation, *kind, service, table);
    AddList(foundation, *kind, service, table);
    AddDelete(foundation, *kind, service, table);
  }
  for (const auto& [kind, service] : {std::pair(&KindOf<v1::Token>(), "ayni.v1.AccessService"),
                                      std::pair(&KindOf<v1::Match>(), "ayni.v1.MatchService")}) {
    AddGet(foundation, *kind, service, table);
    AddList(foundation, *kind, service, table);
  }
  AddLedgerMethods(store, table);
}

}  // namespace ayni::services
