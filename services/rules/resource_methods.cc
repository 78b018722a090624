#include "services/rules/resource_methods.h"

#include <array>
#include <utility>

#include "services/invariant.h"
#include "services/rules/activate_policy.h"
#include "services/rules/agreement_changes.h"
#include "services/rules/change_methods.h"
#include "services/rules/credential_changes.h"
#include "services/rules/ledger_methods.h"
#include "services/rules/need_posting.h"
#include "services/rules/relation_changes.h"
#include "services/rules/rules.h"
#include "services/rules/shapes.h"
#include "services/rules/skill_changes.h"
#include "services/rules/waiver_changes.h"

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

}  // namespace

absl::Span<const Kind> AllKinds() {
  static const auto* const kinds = new std::array<Kind, 25>{
      Written(TerritoryRules()),    Written(ValueChainRules()),     Written(ServiceRules()),
      Written(PartyRules()),        Written(RelationRules()),       Written(CredentialRules()),
      Written(NeedRules()),         Written(OfferRules()),          Written(PolicyRules()),
      Written(RoundRules()),        Written(PrincipalRules()),      Written(TokenRules()),
      Written(WaiverRules()),       Written(BudgetRules()),         OnlyRead(MatchRules()),
      Written(AppealRules()),       OnlyRead(SegmentReportRules()), OnlyRead(MergeProposalRules()),
      OnlyRead(CheckpointRules()),  Written(NeedTemplateRules()),   Written(AgreementRules()),
      Written(SubscriptionRules()), OnlyRead(NoticeRules()),        Written(SkillRules()),
      Written(IdentityRules())};
  return *kinds;
}

const Kind& KindOf(const google::protobuf::Descriptor* record) {
  for (const Kind& kind : AllKinds()) {
    if (kind.type.descriptor() == record) return kind;
  }
  INVARIANT(false, record->full_name());
}

void AddResourceMethods(storage::Store* store, IdSource new_id, const ResourceOptions& options,
                        MethodTable* table) {
  const std::shared_ptr<const Foundation> foundation = std::make_shared<const Foundation>(Foundation{
      .store = store, .new_id = std::move(new_id), .single_administrator = options.single_administrator});
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
  for (const auto& [method, change] :
       {std::pair("SuspendCredential", &SuspendCredential),
        std::pair("ReinstateCredential", &ReinstateCredential),
        std::pair("RenewCredential", &RenewCredential), std::pair("RevokeCredential", &RevokeCredential)}) {
    AddRecordChange(foundation, KindOf<v1::Credential>(), "ayni.v1.CredentialService", method, change, table);
  }
  add_all(KindOf<v1::Skill>(), "ayni.v1.SkillService");
  AddRecordChange(foundation, KindOf<v1::Skill>(), "ayni.v1.SkillService", "ConfirmSkill", ConfirmSkill,
                  table);
  AddRecordChange(foundation, KindOf<v1::Skill>(), "ayni.v1.SkillService", "RefreshSkill", RefreshSkill,
                  table);
  add_all(KindOf<v1::Need>(), "ayni.v1.NeedService");
  add_all(KindOf<v1::NeedTemplate>(), "ayni.v1.NeedService");
  AddRecordChange(
      foundation, KindOf<v1::NeedTemplate>(), "ayni.v1.NeedService", "PostNeedTemplate",
      [store, quota = foundation->quota.get()](const Call& call, const Message& request,
                                               const StoredRecord& stored, StoreView* view) {
        return PostNeedTemplate(*store, call, request, stored, quota, view);
      },
      table);
  add_all(KindOf<v1::Offer>(), "ayni.v1.OfferService");
  add_all(KindOf<v1::Budget>(), "ayni.v1.BudgetService");
  add_all(KindOf<v1::Policy>(), "ayni.v1.PolicyService");
  add_all(KindOf<v1::Subscription>(), "ayni.v1.NoticeService");
  AddRecordChange(foundation, KindOf<v1::Agreement>(), "ayni.v1.AgreementService", "AcceptAgreement",
                  AcceptAgreement, table);
  AddRecordChange(foundation, KindOf<v1::Agreement>(), "ayni.v1.AgreementService", "EndAgreement",
                  EndAgreement, table);
  AddRecordChange(
      foundation, KindOf<v1::Policy>(), "ayni.v1.PolicyService", "ActivatePolicy",
      [single = options.single_administrator](const Call& call, const Message& request,
                                              const StoredRecord& stored, StoreView* view) {
        return ActivatePolicy(single, call, request, stored, view);
      },
      table);
  AddRecordChange(
      foundation, KindOf<v1::Relation>(), "ayni.v1.RelationService", "ConfirmRelationChange",
      [single = options.single_administrator](const Call& call, const Message& request,
                                              const StoredRecord& stored, StoreView* view) {
        return ConfirmRelationChange(single, call, request, stored, view);
      },
      table);
  AddRecordChange(foundation, KindOf<v1::Relation>(), "ayni.v1.RelationService", "RejectRelationChange",
                  RejectRelationChange, table);
  for (const auto& [kind, service] : {std::pair(&KindOf<v1::Round>(), "ayni.v1.RoundService"),
                                      std::pair(&KindOf<v1::Agreement>(), "ayni.v1.AgreementService"),
                                      std::pair(&KindOf<v1::Principal>(), "ayni.v1.AccessService"),
                                      std::pair(&KindOf<v1::Identity>(), "ayni.v1.AccessService")}) {
    AddCreate(foundation, *kind, service, table);
    AddGet(foundation, *kind, service, table);
    AddList(foundation, *kind, service, table);
    AddDelete(foundation, *kind, service, table);
  }
  for (const auto& [kind, service] : {std::pair(&KindOf<v1::Token>(), "ayni.v1.AccessService"),
                                      std::pair(&KindOf<v1::Match>(), "ayni.v1.MatchService"),
                                      std::pair(&KindOf<v1::Waiver>(), "ayni.v1.ConflictService"),
                                      std::pair(&KindOf<v1::MergeProposal>(), "ayni.v1.MergeService"),
                                      std::pair(&KindOf<v1::Notice>(), "ayni.v1.NoticeService"),
                                      std::pair(&KindOf<v1::Checkpoint>(), "ayni.v1.LedgerService")}) {
    AddGet(foundation, *kind, service, table);
    AddList(foundation, *kind, service, table);
  }
  AddCreate(foundation, KindOf<v1::Waiver>(), "ayni.v1.ConflictService", table);
  AddRecordChange(foundation, KindOf<v1::Waiver>(), "ayni.v1.ConflictService", "GrantWaiver", GrantWaiver,
                  table);
  AddRecordChange(foundation, KindOf<v1::Waiver>(), "ayni.v1.ConflictService", "RevokeWaiver", RevokeWaiver,
                  table);
  AddChangeMethods(store, table);
  AddLedgerMethods(store, table);
}

}  // namespace ayni::services
