#include "services/api.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "ayni/v1/agreement_service.pb.h"
#include "ayni/v1/appeal_service.pb.h"
#include "ayni/v1/audit_service.pb.h"
#include "ayni/v1/budget_service.pb.h"
#include "ayni/v1/catalogue_service.pb.h"
#include "ayni/v1/change_service.pb.h"
#include "ayni/v1/conflict_service.pb.h"
#include "ayni/v1/credential_service.pb.h"
#include "ayni/v1/ledger_service.pb.h"
#include "ayni/v1/market_service.pb.h"
#include "ayni/v1/match_service.pb.h"
#include "ayni/v1/merge_service.pb.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/notice_service.pb.h"
#include "ayni/v1/offer_service.pb.h"
#include "ayni/v1/party_service.pb.h"
#include "ayni/v1/planning_service.pb.h"
#include "ayni/v1/policy_service.pb.h"
#include "ayni/v1/relation_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "ayni/v1/skill_service.pb.h"
#include "google/longrunning/operations.pb.h"

namespace ayni::services {

std::vector<const google::protobuf::ServiceDescriptor*> ApiServices() {
  const google::protobuf::Descriptor* one_of_each_file[] = {
      v1::GetPrincipalRequest::descriptor(),
      v1::GetSegmentReportRequest::descriptor(),
      v1::GetServiceRequest::descriptor(),
      v1::GetWaiverRequest::descriptor(),
      v1::GetCredentialRequest::descriptor(),
      v1::GetLedgerEntryRequest::descriptor(),
      v1::ImportMarketRequest::descriptor(),
      v1::GetMatchRequest::descriptor(),
      v1::GetMergeProposalRequest::descriptor(),
      v1::GetNeedRequest::descriptor(),
      v1::GetOfferRequest::descriptor(),
      v1::GetPartyRequest::descriptor(),
      v1::ListTrainingPlansRequest::descriptor(),
      v1::GetPolicyRequest::descriptor(),
      v1::GetRelationRequest::descriptor(),
      v1::GetRoundRequest::descriptor(),
      v1::GetBudgetRequest::descriptor(),
      v1::GetNoticeRequest::descriptor(),
      v1::GetAppealRequest::descriptor(),
      v1::ListChangesRequest::descriptor(),
      v1::GetAgreementRequest::descriptor(),
      v1::GetSkillRequest::descriptor(),
      google::longrunning::Operation::descriptor(),
  };
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const google::protobuf::Descriptor* message : one_of_each_file) {
    for (int i = 0; i < message->file()->service_count(); ++i)
      services.push_back(message->file()->service(i));
  }
  std::sort(services.begin(), services.end(),
            [](const auto* a, const auto* b) { return a->full_name() < b->full_name(); });
  return services;
}

std::string MethodName(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

}  // namespace ayni::services
