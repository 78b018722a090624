// The rules of every kind of resource.
#ifndef AYNI_SERVICES_RULES_RULES_H_
#define AYNI_SERVICES_RULES_RULES_H_

#include "ayni/v1/access.pb.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/appeal.pb.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/identity.pb.h"
#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/merge.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/need_template.pb.h"
#include "ayni/v1/notice.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "ayni/v1/round.pb.h"
#include "ayni/v1/skill.pb.h"
#include "services/resource/rules.h"

namespace ayni::services {

RulesOf<v1::Territory> TerritoryRules();
RulesOf<v1::ValueChain> ValueChainRules();
RulesOf<v1::Service> ServiceRules();
RulesOf<v1::Party> PartyRules();
RulesOf<v1::Relation> RelationRules();
RulesOf<v1::Credential> CredentialRules();
RulesOf<v1::Skill> SkillRules();
RulesOf<v1::Need> NeedRules();
RulesOf<v1::NeedTemplate> NeedTemplateRules();
RulesOf<v1::Offer> OfferRules();
RulesOf<v1::Budget> BudgetRules();
RulesOf<v1::Agreement> AgreementRules();
RulesOf<v1::Policy> PolicyRules();
RulesOf<v1::Round> RoundRules();
RulesOf<v1::Match> MatchRules();
RulesOf<v1::MergeProposal> MergeProposalRules();
RulesOf<v1::LedgerEntry> LedgerEntryRules();
RulesOf<v1::Checkpoint> CheckpointRules();
RulesOf<v1::SegmentReport> SegmentReportRules();
RulesOf<v1::Principal> PrincipalRules();
RulesOf<v1::Token> TokenRules();
RulesOf<v1::Identity> IdentityRules();
RulesOf<v1::Waiver> WaiverRules();
RulesOf<v1::Subscription> SubscriptionRules();
RulesOf<v1::Notice> NoticeRules();
RulesOf<v1::Appeal> AppealRules();

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RULES_RULES_H_
