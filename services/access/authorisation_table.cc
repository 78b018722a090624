#include "services/access/authorisation.h"

namespace ayni::services {
namespace {

using enum Scope;

// The market publishes its catalogue, parties (without contact and personal numbers), offers, skills,
// policies in force, published rounds with their segment reports and bundles (prices: their own), and its
// ledger: every member reads them. An administrator does everything; an auditor reads everything, has
// checkpoints signed, and changes nothing. A member may take part in its own name, say how its own party is
// tied to others, and look after its own tokens; it may not take back what it declared. A funder may what
// both sides of the market may, sees the matches that it subsidises, and looks after its budgets. A certifier
// may what all members may, and looks after the credentials that it issued. An outsider reads what a
// published round states to everybody, what proves it, and what the places and services in it are called.
// clang-format off: a table is read by its columns.
constexpr AccessRow kTable[] = {
    // method                                          cooperative  tap   admin. auditor owner, fields,
    // funder, certifier, outsider
    {"ayni.v1.AccessService/CreatePrincipal", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/GetPrincipal", kOwnName, kOwnName, kAny, kAny, "name"},
    {"ayni.v1.AccessService/GetCaller", kAny, kAny, kAny, kAny},
    {"ayni.v1.AccessService/ListPrincipals", kNone, kNone, kAny, kAny},
    {"ayni.v1.AccessService/ApprovePrincipal", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/DeletePrincipal", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/DisablePrincipal", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/CreateToken", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/ApproveToken", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/GetToken", kOwnName, kOwnName, kAny, kAny, "name"},
    {"ayni.v1.AccessService/ListTokens", kOwnName, kOwnName, kAny, kAny, "parent"},
    {"ayni.v1.AccessService/RevokeToken", kOwnName, kOwnName, kAny, kNone, "name"},
    {"ayni.v1.AccessService/CreateIdentity", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/ApproveIdentity", kNone, kNone, kAny, kNone},
    {"ayni.v1.AccessService/GetIdentity", kOwnName, kOwnName, kAny, kAny, "name"},
    {"ayni.v1.AccessService/ListIdentities", kOwnName, kOwnName, kAny, kAny, "parent"},
    {"ayni.v1.AccessService/DeleteIdentity", kOwnName, kOwnName, kAny, kNone, "name"},

    {"ayni.v1.AgreementService/CreateAgreement", kOwnName, kOwnName, kAny, kNone,
     "agreement.tap,agreement.cooperative", "", kNone},
    {"ayni.v1.AgreementService/GetAgreement", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.AgreementService/ListAgreements", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.AgreementService/AcceptAgreement", kOwnRecord, kOwnRecord, kNone, kNone, "", "", kNone},
    {"ayni.v1.AgreementService/EndAgreement", kOwnRecord, kOwnRecord, kAny, kNone, "", "", kNone},
    {"ayni.v1.AgreementService/DeleteAgreement", kNone, kNone, kAny, kNone},

    {"ayni.v1.AppealService/CreateAppeal", kOwnRecord, kOwnRecord, kNone, kNone, "", "", kNone},
    {"ayni.v1.AppealService/GetAppeal", kOwnRecord, kOwnRecord, kAny, kAny, "", "", kNone},
    {"ayni.v1.AppealService/ListAppeals", kOwnRecord, kOwnRecord, kAny, kAny, "", "", kNone},
    {"ayni.v1.AppealService/WithdrawAppeal", kOwnRecord, kOwnRecord, kNone, kNone, "", "", kNone},
    {"ayni.v1.AppealService/DecideAppeal", kNone, kNone, kAny, kNone},

    {"ayni.v1.AuditService/GetSegmentReport", kAny, kAny, kAny, kAny},
    {"ayni.v1.AuditService/ListSegmentReports", kAny, kAny, kAny, kAny},
    {"ayni.v1.AuditService/ListTrendPoints", kAny, kAny, kAny, kAny},
    {"ayni.v1.AuditService/ListPrices", kAny, kAny, kAny, kAny},
    {"ayni.v1.AuditService/ListLateConflicts", kNone, kNone, kAny, kAny},
    {"ayni.v1.AuditService/GetFairnessReport", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.AuditService/ListFairnessMatches", kNone, kNone, kAny, kAny},
    {"ayni.v1.AuditService/ExplainNeed", kOwnName, kNone, kAny, kAny, "name"},
    {"ayni.v1.AuditService/ExplainTap", kNone, kOwnName, kAny, kAny, "parent"},
    {"ayni.v1.AuditService/ListLimitValues", kNone, kNone, kAny, kAny},
    {"ayni.v1.AuditService/ReadRoundBundle", kAny, kAny, kAny, kAny, "", "", {}, {}, kOwnRecord},
    {"ayni.v1.AuditService/ListPseudonyms", kNone, kNone, kAny, kAny},

    {"ayni.v1.BudgetService/CreateBudget", kNone, kNone, kAny, kNone, "parent", "", kOwnName},
    {"ayni.v1.BudgetService/GetBudget", kAny, kAny, kAny, kAny},
    {"ayni.v1.BudgetService/ListBudgets", kAny, kAny, kAny, kAny},
    {"ayni.v1.BudgetService/UpdateBudget", kNone, kNone, kAny, kNone, "budget.name", "", kOwnName},
    {"ayni.v1.BudgetService/DeleteBudget", kNone, kNone, kAny, kNone, "name", "", kOwnName},

    {"ayni.v1.CatalogueService/CreateService", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/GetService", kAny, kAny, kAny, kAny},
    {"ayni.v1.CatalogueService/ListServices", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.CatalogueService/UpdateService", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/DeleteService", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/CreateValueChain", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/GetValueChain", kAny, kAny, kAny, kAny},
    {"ayni.v1.CatalogueService/ListValueChains", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.CatalogueService/UpdateValueChain", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/DeleteValueChain", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/CreateTerritory", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/GetTerritory", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.CatalogueService/ListTerritories", kAny, kAny, kAny, kAny},
    {"ayni.v1.CatalogueService/UpdateTerritory", kNone, kNone, kAny, kNone},
    {"ayni.v1.CatalogueService/DeleteTerritory", kNone, kNone, kAny, kNone},

    {"ayni.v1.ChangeService/ListChanges", kAny, kAny, kAny, kAny},

    {"ayni.v1.ConflictService/CheckConflicts", kOwnName, kOwnName, kAny, kAny, "need,tap", "", kNone},
    {"ayni.v1.ConflictService/CreateWaiver", kNone, kNone, kAny, kNone},
    {"ayni.v1.ConflictService/GetWaiver", kNone, kNone, kAny, kAny},
    {"ayni.v1.ConflictService/ListWaivers", kNone, kNone, kAny, kAny},
    {"ayni.v1.ConflictService/GrantWaiver", kNone, kNone, kAny, kNone},
    {"ayni.v1.ConflictService/RevokeWaiver", kNone, kNone, kAny, kNone},

    {"ayni.v1.CredentialService/CreateCredential", kNone, kNone, kAny, kNone, "credential.certifier", "",
     kNone, kOwnName},
    {"ayni.v1.CredentialService/GetCredential", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.CredentialService/ListCredentials", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.CredentialService/UpdateCredential", kNone, kNone, kAny, kNone},
    {"ayni.v1.CredentialService/DeleteCredential", kNone, kNone, kAny, kNone},
    {"ayni.v1.CredentialService/SuspendCredential", kNone, kNone, kAny, kNone, "", "", kNone, kOwnRecord},
    {"ayni.v1.CredentialService/ReinstateCredential", kNone, kNone, kAny, kNone, "", "", kNone, kOwnRecord},
    {"ayni.v1.CredentialService/RenewCredential", kNone, kNone, kAny, kNone, "", "", kNone, kOwnRecord},
    {"ayni.v1.CredentialService/RevokeCredential", kNone, kNone, kAny, kNone, "", "", kNone, kOwnRecord},
    {"ayni.v1.CredentialService/ExportCredential", kOwnRecord, kOwnRecord, kAny, kAny},

    {"ayni.v1.LedgerService/GetLedgerEntry", kAny, kAny, kAny, kAny},
    {"ayni.v1.LedgerService/ListLedgerEntries", kAny, kAny, kAny, kAny},
    {"ayni.v1.LedgerService/GetCheckpoint", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.LedgerService/ListCheckpoints", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.LedgerService/CreateCheckpoint", kNone, kNone, kAny, kAny},
    {"ayni.v1.LedgerService/AddCosignature", kNone, kNone, kAny, kAny},
    {"ayni.v1.LedgerService/GetLedgerKey", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.LedgerService/GetInclusionProof", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.LedgerService/GetConsistencyProof", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.LedgerService/ReadTile", kAny, kAny, kAny, kAny, "", "", {}, {}, kAny},
    {"ayni.v1.LedgerService/ReadEntryBundle", kNone, kNone, kAny, kAny},
    {"ayni.v1.LedgerService/GetLedgerHealth", kAny, kAny, kAny, kAny},

    {"ayni.v1.MarketService/ImportMarket", kNone, kNone, kAny, kNone},

    {"ayni.v1.MatchService/GetMatch", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.MatchService/ListMatches", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.MatchService/AcknowledgeMatch", kOwnRecord, kNone, kNone, kNone},
    {"ayni.v1.MatchService/AcceptMatch", kOwnRecord, kOwnRecord, kNone, kNone, "", "", kNone},
    {"ayni.v1.MatchService/DeclineMatch", kOwnRecord, kOwnRecord, kNone, kNone, "", "", kNone},
    {"ayni.v1.MatchService/StartMatch", kNone, kOwnRecord, kNone, kNone},
    {"ayni.v1.MatchService/DeliverMatch", kNone, kOwnRecord, kNone, kNone},
    {"ayni.v1.MatchService/ConfirmMatch", kOwnRecord, kNone, kNone, kNone},
    {"ayni.v1.MatchService/SettleMatch", kNone, kOwnRecord, kNone, kNone},
    {"ayni.v1.MatchService/CancelMatch", kOwnRecord, kOwnRecord, kAny, kNone, "", "", kNone},
    {"ayni.v1.MatchService/DisputeMatch", kOwnRecord, kOwnRecord, kNone, kNone, "", "", kNone},
    {"ayni.v1.MatchService/DecideMatchDispute", kNone, kNone, kAny, kNone},

    {"ayni.v1.MergeService/GetMergeProposal", kNone, kNone, kAny, kAny},
    {"ayni.v1.MergeService/ListMergeProposals", kNone, kNone, kAny, kAny},
    {"ayni.v1.MergeService/ConfirmMergeProposal", kNone, kNone, kAny, kNone},
    {"ayni.v1.MergeService/RejectMergeProposal", kNone, kNone, kAny, kNone},

    {"ayni.v1.NeedService/CreateNeed", kOwnName, kNone, kAny, kNone, "parent"},
    {"ayni.v1.NeedService/GetNeed", kOwnName, kNone, kAny, kAny, "name"},
    {"ayni.v1.NeedService/ListNeeds", kOwnName, kNone, kAny, kAny, "parent"},
    {"ayni.v1.NeedService/UpdateNeed", kOwnName, kNone, kAny, kNone, "need.name"},
    {"ayni.v1.NeedService/DeleteNeed", kOwnName, kNone, kAny, kNone, "name"},
    {"ayni.v1.NeedService/CreateNeedTemplate", kOwnName, kNone, kAny, kNone, "parent"},
    {"ayni.v1.NeedService/GetNeedTemplate", kOwnName, kNone, kAny, kAny, "name"},
    {"ayni.v1.NeedService/ListNeedTemplates", kOwnName, kNone, kAny, kAny, "parent"},
    {"ayni.v1.NeedService/UpdateNeedTemplate", kOwnName, kNone, kAny, kNone, "need_template.name"},
    {"ayni.v1.NeedService/DeleteNeedTemplate", kOwnName, kNone, kAny, kNone, "name"},
    {"ayni.v1.NeedService/PostNeedTemplate", kOwnName, kNone, kAny, kNone, "name"},
    {"ayni.v1.NeedService/ListCandidates", kOwnName, kNone, kAny, kAny, "parent"},
    {"ayni.v1.NeedService/MatchNow", kOwnName, kNone, kAny, kNone, "name"},

    {"ayni.v1.NoticeService/CreateSubscription", kOwnName, kOwnName, kAny, kNone, "parent"},
    {"ayni.v1.NoticeService/GetSubscription", kOwnName, kOwnName, kAny, kAny, "name"},
    {"ayni.v1.NoticeService/ListSubscriptions", kOwnName, kOwnName, kAny, kAny, "parent"},
    {"ayni.v1.NoticeService/UpdateSubscription", kOwnName, kOwnName, kAny, kNone, "subscription.name"},
    {"ayni.v1.NoticeService/DeleteSubscription", kOwnName, kOwnName, kAny, kNone, "name"},
    {"ayni.v1.NoticeService/GetSubscriptionSecret", kOwnName, kOwnName, kAny, kNone, "name"},
    {"ayni.v1.NoticeService/RotateSubscriptionSecret", kOwnName, kOwnName, kAny, kNone, "name"},
    {"ayni.v1.NoticeService/GetNotice", kOwnName, kOwnName, kAny, kAny, "name"},
    {"ayni.v1.NoticeService/ListNotices", kOwnName, kOwnName, kAny, kAny, "parent"},
    {"ayni.v1.NoticeService/RetryNotice", kOwnName, kOwnName, kAny, kNone, "name"},

    {"ayni.v1.OfferService/CreateOffer", kNone, kOwnName, kAny, kNone, "parent"},
    {"ayni.v1.OfferService/GetOffer", kAny, kAny, kAny, kAny},
    {"ayni.v1.OfferService/ListOffers", kAny, kAny, kAny, kAny},
    {"ayni.v1.OfferService/UpdateOffer", kNone, kOwnName, kAny, kNone, "offer.name"},
    {"ayni.v1.OfferService/DeleteOffer", kNone, kOwnName, kAny, kNone, "name"},

    {"ayni.v1.PartyService/CreateParty", kNone, kNone, kAny, kNone},
    {"ayni.v1.PartyService/GetParty", kAny, kAny, kAny, kAny},
    {"ayni.v1.PartyService/ListParties", kAny, kAny, kAny, kAny},
    {"ayni.v1.PartyService/UpdateParty", kOwnName, kOwnName, kAny, kNone, "party.name",
     "contact,position,languages,aliases"},
    {"ayni.v1.PartyService/DeleteParty", kNone, kNone, kAny, kNone},

    {"ayni.v1.PlanningService/ListTrainingPlans", kNone, kNone, kAny, kAny},
    {"ayni.v1.PlanningService/ListCoverageGaps", kAny, kAny, kAny, kAny},
    {"ayni.v1.PlanningService/StressCoverage", kNone, kNone, kAny, kAny},

    {"ayni.v1.PolicyService/CreatePolicy", kNone, kNone, kAny, kNone},
    {"ayni.v1.PolicyService/GetPolicy", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.PolicyService/ListPolicies", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.PolicyService/UpdatePolicy", kNone, kNone, kAny, kNone},
    {"ayni.v1.PolicyService/DeletePolicy", kNone, kNone, kAny, kNone},
    {"ayni.v1.PolicyService/ActivatePolicy", kNone, kNone, kAny, kNone},
    {"ayni.v1.PolicyService/TryPolicy", kNone, kNone, kAny, kNone},
    {"ayni.v1.PolicyService/SweepPolicy", kNone, kNone, kAny, kNone},

    {"ayni.v1.RelationService/CreateRelation", kOwnName, kOwnName, kAny, kNone,
     "relation.subject,relation.object"},
    {"ayni.v1.RelationService/GetRelation", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.RelationService/ListRelations", kOwnRecord, kOwnRecord, kAny, kAny},
    {"ayni.v1.RelationService/UpdateRelation", kNone, kNone, kAny, kNone},
    {"ayni.v1.RelationService/DeleteRelation", kNone, kNone, kAny, kNone},
    {"ayni.v1.RelationService/ConfirmRelationChange", kNone, kNone, kAny, kNone},
    {"ayni.v1.RelationService/RejectRelationChange", kNone, kNone, kAny, kNone},

    {"ayni.v1.RoundService/CreateRound", kNone, kNone, kAny, kNone},
    {"ayni.v1.RoundService/GetRound", kOwnRecord, kOwnRecord, kAny, kAny, "", "", {}, {}, kOwnRecord},
    {"ayni.v1.RoundService/ListRounds", kOwnRecord, kOwnRecord, kAny, kAny, "", "", {}, {}, kOwnRecord},
    {"ayni.v1.RoundService/DeleteRound", kNone, kNone, kAny, kNone},
    {"ayni.v1.RoundService/TryRound", kNone, kNone, kAny, kNone},
    {"ayni.v1.RoundService/PublishRound", kNone, kNone, kAny, kNone},
    {"ayni.v1.RoundService/UndoRound", kNone, kNone, kAny, kNone},

    {"ayni.v1.SkillService/CreateSkill", kNone, kOwnName, kAny, kNone, "parent"},
    {"ayni.v1.SkillService/GetSkill", kAny, kAny, kAny, kAny},
    {"ayni.v1.SkillService/ListSkills", kAny, kAny, kAny, kAny},
    {"ayni.v1.SkillService/UpdateSkill", kNone, kNone, kAny, kNone},
    {"ayni.v1.SkillService/DeleteSkill", kNone, kNone, kAny, kNone},
    {"ayni.v1.SkillService/ConfirmSkill", kOwnRecord, kOwnRecord, kAny, kNone},
    {"ayni.v1.SkillService/RefreshSkill", kOwnRecord, kOwnRecord, kAny, kNone},
    {"ayni.v1.SkillService/ListTechniques", kAny, kAny, kAny, kAny},

    {"google.longrunning.Operations/ListOperations", kNone, kNone, kAny, kAny},
    {"google.longrunning.Operations/GetOperation", kNone, kNone, kAny, kAny},
    {"google.longrunning.Operations/DeleteOperation", kNone, kNone, kAny, kNone},
    {"google.longrunning.Operations/CancelOperation", kNone, kNone, kAny, kNone},
    {"google.longrunning.Operations/WaitOperation", kNone, kNone, kAny, kAny},
};
// clang-format on

}  // namespace

std::span<const AccessRow> AuthorisationTable() { return kTable; }

}  // namespace ayni::services
