// Every method of the API, found by the descriptors, called over a socket by every role on its own and on
// foreign resources, and without a token. What must happen is said here a second time, from the design's
// chapter on access and not from the table.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/party_service.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/api.h"
#include "services/resource/write.h"
#include "services/rules/resource_methods.h"
#include "tests/services/market.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

// What the market publishes, and what a method shows to those whom it concerns.
const std::set<std::string> kPublished = {
    "Service",   "ValueChain",     "Territory",        "Party",        "TrendPoint",     "Offer",
    "Budget",    "Caller",         "SegmentReport",    "Price",        "LedgerEntry",    "Checkpoint",
    "LedgerKey", "InclusionProof", "ConsistencyProof", "LedgerHealth", "FairnessReport", "CoverageGap",
    "Change",    "Skill",          "Technique"};
const std::set<std::string> kSaidByBothSides = {"AcceptMatch",  "DeclineMatch",    "CancelMatch",
                                                "DisputeMatch", "AcceptAgreement", "EndAgreement"};
// Of appeals each member makes and takes back its own; an administrator decides them and makes none.
const std::set<std::string> kOfAppellants = {"CreateAppeal", "GetAppeal", "ListAppeals", "WithdrawAppeal"};
// Nobody but an administrator says whose an account is; who it is may end it.
const std::set<std::string> kOfOnesIdentities = {"GetIdentity", "ListIdentities", "DeleteIdentity"};
const std::set<std::string> kShownToThoseConcerned = {"Match",      "Agreement", "Relation",
                                                      "Credential", "Policy",    "Round"};

bool OnlyReads(const MethodDescriptor& method) {
  if (method.service()->name() == "Operations") {
    return !absl::StartsWith(method.name(), "Delete") && !absl::StartsWith(method.name(), "Cancel");
  }
  return method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
}

std::string Plural(const std::string& noun) {
  if (absl::EndsWith(noun, "y")) return noun.substr(0, noun.size() - 1) + "ies";
  return noun + (absl::EndsWith(noun, "ch") ? "es" : "s");
}

bool ReadsOneOf(const std::set<std::string>& nouns, const MethodDescriptor& method) {
  for (const std::string& noun : nouns) {
    if (method.name() == "Get" + noun || method.name() == "List" + Plural(noun)) return true;
  }
  return false;
}

bool MayMember(const MethodDescriptor& method, bool is_cooperative, bool own) {
  const std::string& name = method.name();
  if (method.service()->name() == "Operations") return false;
  if (ReadsOneOf(kPublished, method) || ReadsOneOf(kShownToThoseConcerned, method)) return true;
  // What each side of a match says of it.
  if (name == "AcknowledgeMatch" || name == "ConfirmMatch") return is_cooperative;
  if (name == "StartMatch" || name == "DeliverMatch" || name == "SettleMatch") return !is_cooperative;
  if (kSaidByBothSides.count(name) != 0 || kOfAppellants.count(name) != 0) return true;
  if (name == "ReadTile" || name == "ExportCredential" || name == "ConfirmSkill" || name == "RefreshSkill")
    return true;
  if (!own) return false;
  if (method.service()->name() == "NeedService" || name == "ExplainNeed") return is_cooperative;
  if (method.service()->name() == "OfferService" || name == "ExplainTap" || name == "CreateSkill")
    return !is_cooperative;
  if (method.service()->name() == "NoticeService") return true;
  return name == "CheckConflicts" || name == "UpdateParty" || name == "CreateRelation" ||
         name == "CreateAgreement" || name == "GetPrincipal" || name == "GetToken" || name == "ListTokens" ||
         name == "RevokeToken" || kOfOnesIdentities.count(name) != 0;
}

// A funder reads what the market publishes and what concerns it, and looks after its budgets, its account and
// what it says of itself. It chooses nobody.
bool MayFunder(const MethodDescriptor& method, bool own) {
  const std::string& name = method.name();
  if (method.service()->name() == "Operations") return false;
  if (ReadsOneOf(kPublished, method) || ReadsOneOf(kShownToThoseConcerned, method) || name == "ReadTile" ||
      name == "ExportCredential" || name == "ConfirmSkill" || name == "RefreshSkill")
    return true;
  return own &&
         (method.service()->name() == "BudgetService" || method.service()->name() == "NoticeService" ||
          name == "UpdateParty" || name == "CreateRelation" || name == "GetPrincipal" || name == "GetToken" ||
          name == "ListTokens" || name == "RevokeToken" || kOfOnesIdentities.count(name) != 0);
}

// A certifier reads the same, and looks after the credentials that it issued.
bool MayCertifier(const MethodDescriptor& method, bool own) {
  const std::string& name = method.name();
  if (name == "CreateCredential") return own;
  if (name == "SuspendCredential" || name == "ReinstateCredential" || name == "RenewCredential" ||
      name == "RevokeCredential")
    return true;
  const bool is_of_funders = method.service()->name() == "BudgetService" && !OnlyReads(method);
  return !is_of_funders && MayFunder(method, own);
}

bool May(v1::Role role, const MethodDescriptor& method, bool own) {
  // May sign a checkpoint, so that it is no read; and is for everybody.
  if (method.name() == "ReadRoundBundle") return true;
  // A secret is no record to be audited.
  if (method.name() == "GetSubscriptionSecret" && role == v1::ROLE_AUDITOR) return false;
  switch (role) {
    case v1::ROLE_ADMINISTRATOR:
      // Both sides say yes to an agreement, and nobody for them.
      if (method.name() == "AcceptAgreement") return false;
      if (method.name() == "CreateAppeal" || method.name() == "WithdrawAppeal") return false;
      return method.service()->name() != "MatchService" || OnlyReads(method) ||
             method.name() == "CancelMatch" || method.name() == "DecideMatchDispute";
    case v1::ROLE_AUDITOR:
      // Has the ledger's head signed, and may witness it.
      return OnlyReads(method) || method.name() == "CreateCheckpoint" || method.name() == "AddCosignature";
    case v1::ROLE_FUNDER:
      return MayFunder(method, own);
    case v1::ROLE_CERTIFIER:
      return MayCertifier(method, own);
    default:
      return MayMember(method, role == v1::ROLE_COOPERATIVE, own);
  }
}

// A name of the kind that the method's resource has, of `party`.
std::string NameFor(const MethodDescriptor& method, const std::string& party, const std::string& principal) {
  const std::string& service = method.service()->name();
  if (service == "NeedService") return absl::StrCat("cooperatives/", party, "/needs/n1");
  if (service == "BudgetService") return absl::StrCat("funders/", party, "/budgets/b1");
  if (service == "SkillService") return absl::StrCat("taps/", party, "/skills/s1");
  if (service == "OfferService") return absl::StrCat("taps/", party, "/offers/o1");
  if (service == "AccessService") return absl::StrCat("principals/", principal, "/tokens/t1");
  return absl::StrCat("parties/", party);
}

// Fills everything in the request by which it may name a resource.
void FillNames(const std::string& name, Message* request) {
  const google::protobuf::Reflection* reflection = request->GetReflection();
  for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request->GetDescriptor()->field(i);
    if (field->is_repeated()) continue;
    if (field->type() == FieldDescriptor::TYPE_STRING &&
        (field->name() == "name" || field->name() == "parent" || field->name() == "subject" ||
         field->name() == "object" || field->name() == "need" || field->name() == "tap" ||
         field->name() == "certifier")) {
      reflection->SetString(request, field, name);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
               field->message_type()->FindFieldByName("name") != nullptr) {
      FillNames(name, reflection->MutableMessage(request, field));
    }
  }
}

std::unique_ptr<Message> RequestFor(const MethodDescriptor& method, const std::string& name) {
  std::unique_ptr<Message> request(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
  FillNames(name, request.get());
  return request;
}

class Matrix : public testing::Test {
 protected:
  void ForEveryMethod(const std::function<void(const MethodDescriptor&)>& check) {
    int count = 0;
    for (const auto* service : ApiServices()) {
      for (int i = 0; i < service->method_count(); ++i, ++count) check(*service->method(i));
    }
    EXPECT_GT(count, 70);
  }

  void CheckRole(v1::Role role, const std::string& party) {
    const std::string secret =
        served_.Admit("principals/ana", role, party.empty() ? "" : absl::StrCat("parties/", party));
    ForEveryMethod([&](const MethodDescriptor& method) {
      for (const bool own : {true, false}) {
        const std::string name = own ? NameFor(method, "p1", "ana") : NameFor(method, "p2", "ben");
        const Answered answered =
            Ask(channel_, MethodName(method), *RequestFor(method, name), {.token = secret, .headers = {}});
        const auto expected =
            May(role, method, own) ? grpc::StatusCode::OK : grpc::StatusCode::PERMISSION_DENIED;
        EXPECT_EQ(answered.status.error_code(), expected)
            << v1::Role_Name(role) << " calls " << MethodName(method) << " on " << name << ": "
            << answered.status.error_message();
      }
    });
  }

  ServedMethods served_{AllMethodsAnswering()};
  const std::shared_ptr<grpc::Channel> channel_ = served_.Connect();
};

TEST_F(Matrix, HoldsForACooperative) { CheckRole(v1::ROLE_COOPERATIVE, "p1"); }
TEST_F(Matrix, HoldsForATap) { CheckRole(v1::ROLE_TAP, "p1"); }
TEST_F(Matrix, HoldsForAFunder) { CheckRole(v1::ROLE_FUNDER, "p1"); }
TEST_F(Matrix, HoldsForACertifier) { CheckRole(v1::ROLE_CERTIFIER, "p1"); }
TEST_F(Matrix, HoldsForAnAdministrator) { CheckRole(v1::ROLE_ADMINISTRATOR, ""); }
TEST_F(Matrix, HoldsForAnAuditor) { CheckRole(v1::ROLE_AUDITOR, ""); }

TEST_F(Matrix, AdmitsNobodyWithoutAToken) {
  ForEveryMethod([&](const MethodDescriptor& method) {
    const Answered answered = Ask(channel_, MethodName(method), *RequestFor(method, "parties/p1"));
    EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << MethodName(method);
    EXPECT_EQ(answered.Reason(), "TOKEN_MISSING") << MethodName(method);
  });
}

// What a published round states to everybody, what proves it, and what the services and places in it are
// called.
const std::set<std::string> kOpenToOutsiders = {
    "AuditService/GetFairnessReport", "AuditService/ReadRoundBundle",      "CatalogueService/GetTerritory",
    "CatalogueService/ListServices",  "CatalogueService/ListValueChains",  "LedgerService/GetCheckpoint",
    "LedgerService/ListCheckpoints",  "LedgerService/GetLedgerKey",        "LedgerService/GetInclusionProof",
    "LedgerService/ReadTile",         "LedgerService/GetConsistencyProof", "RoundService/GetRound",
    "RoundService/ListRounds"};

class MatrixOfOutsiders : public Matrix {
 protected:
  MatrixOfOutsiders() : open_(AllMethodsAnswering(), {.takes_outsiders = true}) {}

  ServedMethods open_;
};

TEST_F(MatrixOfOutsiders, AdmitsThemToWhatIsPublishedAndNothingElse) {
  const auto channel = open_.Connect();
  size_t admitted = 0;
  ForEveryMethod([&](const MethodDescriptor& method) {
    const std::string name = absl::StrCat(method.service()->name(), "/", method.name());
    const Answered answered = Ask(channel, MethodName(method), *RequestFor(method, "parties/p1"));
    if (kOpenToOutsiders.count(name) != 0) {
      EXPECT_TRUE(answered.status.ok()) << name << ": " << answered.status.error_message();
      EXPECT_TRUE(OnlyReads(method) || name == "AuditService/ReadRoundBundle") << name;
      ++admitted;
    } else {
      EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << name;
      EXPECT_EQ(answered.Reason(), "TOKEN_MISSING") << name;
    }
  });
  EXPECT_EQ(admitted, kOpenToOutsiders.size());
}

TEST_F(MatrixOfOutsiders, AdmitsNobodyWhoseTokenIsWrong) {
  const auto channel = open_.Connect();
  ForEveryMethod([&](const MethodDescriptor& method) {
    const Answered answered = Ask(channel, MethodName(method), *RequestFor(method, "parties/p1"),
                                  {.token = "nobody's", .headers = {}});
    EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << MethodName(method);
  });
}

TEST_F(Matrix, GivesAPrincipalOfNoRoleNothing) {
  const std::string secret = served_.Admit("principals/ana", v1::ROLE_UNSPECIFIED, "parties/p1");
  ForEveryMethod([&](const MethodDescriptor& method) {
    const Answered answered =
        Ask(channel_, MethodName(method), *RequestFor(method, NameFor(method, "p1", "ana")),
            {.token = secret, .headers = {}});
    EXPECT_EQ(answered.Reason(), "ROLE_FORBIDDEN") << MethodName(method);
  });
}

// The scopes that a method settles itself, over the real methods: records that a member may see when they are
// its own, or public in their state, and others not.
class OwnRecords : public testing::Test {
 protected:
  OwnRecords() {
    market_.Lay();
    v1::Credential own = ACredential();
    own.set_name("credentials/own");
    Put(own);
    v1::Credential foreign = own;
    foreign.set_name("credentials/foreign");
    foreign.set_holder("parties/certifier");
    Put(foreign);
    v1::Policy draft = APolicy();
    draft.set_name("policies/draft");
    draft.set_state(v1::Policy::STATE_DRAFT);
    Put(draft);
    draft.set_name("policies/active");
    draft.set_state(v1::Policy::STATE_ACTIVE);
    Put(draft);
    v1::Round round;
    round.set_name("rounds/draft");
    round.set_state(v1::Round::STATE_DRAFT);
    Put(round);
    round.set_name("rounds/clearing");
    round.set_state(v1::Round::STATE_CLEARING);
    Put(round);
    round.set_name("rounds/published");
    round.set_state(v1::Round::STATE_PUBLISHED);
    Put(round);
  }

  template <typename Record>
  void Put(const Record& record) {
    storage::Change change;
    AddPut(Call(), "", KindOf<Record>(), {}, record, &change);
    ASSERT_TRUE(market_.store().CommitAndWait(std::move(change)).ok());
  }

  Answered Get(const std::string& method, const std::string& name, const std::string& token) {
    v1::GetPartyRequest request;  // as every request by name alone
    request.set_name(name);
    return Ask(served_.Connect(), method, request, {.token = token, .headers = {}});
  }

  // Whether the page that the method answers with holds the name.
  bool Lists(const std::string& method, const std::string& name, const std::string& token) {
    const Answered answered =
        Ask(served_.Connect(), method, v1::ListPartiesRequest(), {.token = token, .headers = {}});
    EXPECT_TRUE(answered.status.ok()) << method << ": " << answered.status.error_message();
    grpc::Slice slice;
    EXPECT_TRUE(answered.response.DumpToSingleSlice(&slice).ok());
    return absl::StrContains(absl::string_view(reinterpret_cast<const char*>(slice.begin()), slice.size()),
                             name);
  }

  TestMarket market_;
  ServedMethods served_{market_.methods()};
};

TEST_F(OwnRecords, AreShownAndForeignOnesNot) {
  const std::string tap = served_.Admit("principals/tap", v1::ROLE_TAP, "parties/tap");
  const std::string auditor = served_.Admit("principals/vera", v1::ROLE_AUDITOR);
  const std::tuple<const char*, const char*, const char*, bool> cases[] = {
      {"CredentialService", "Credential", "credentials/own", true},
      {"CredentialService", "Credential", "credentials/foreign", false},
      {"PolicyService", "Policy", "policies/active", true},
      {"PolicyService", "Policy", "policies/draft", false},
      {"RoundService", "Round", "rounds/published", true},
      {"RoundService", "Round", "rounds/draft", false},
      {"RoundService", "Round", "rounds/clearing", false}};
  for (const auto& [service, noun, name, visible] : cases) {
    const std::string get = absl::StrCat("ayni.v1.", service, "/Get", noun);
    const std::string list = absl::StrCat("ayni.v1.", service, "/List", Plural(noun));
    const Answered shown = Get(get, name, tap);
    EXPECT_EQ(shown.status.ok(), visible) << name << ": " << shown.status.error_message();
    EXPECT_EQ(shown.Reason(), visible ? "" : "NOT_OWN") << name;
    EXPECT_EQ(Lists(list, name, tap), visible) << name;
    EXPECT_TRUE(Get(get, name, auditor).status.ok()) << name;
    EXPECT_TRUE(Lists(list, name, auditor)) << name;
  }
}

TEST_F(OwnRecords, OfAnOutsiderAreTheRoundsThatStandAndOthersAreNotToldFromNone) {
  v1::Round undone;
  undone.set_name("rounds/undone");
  undone.set_state(v1::Round::STATE_UNDONE);
  Put(undone);
  ServedMethods open(market_.methods(), {.takes_outsiders = true});
  const auto channel = open.Connect();
  v1::GetPartyRequest get;  // as every request by name alone
  get.set_name("rounds/published");
  EXPECT_TRUE(Ask(channel, "ayni.v1.RoundService/GetRound", get).status.ok());
  std::set<std::string> refusals;
  for (const char* name : {"rounds/draft", "rounds/clearing", "rounds/undone", "rounds/none"}) {
    get.set_name(name);
    const Answered answered = Ask(channel, "ayni.v1.RoundService/GetRound", get);
    EXPECT_EQ(answered.status.error_code(), grpc::StatusCode::NOT_FOUND) << name;
    EXPECT_EQ(answered.Reason(), "NOT_PUBLISHED") << name;
    refusals.insert(answered.status.error_message());
  }
  EXPECT_EQ(refusals.size(), 1u);
  const Answered listed = Ask(channel, "ayni.v1.RoundService/ListRounds", v1::ListPartiesRequest());
  ASSERT_TRUE(listed.status.ok()) << listed.status.error_message();
  grpc::Slice slice;
  ASSERT_TRUE(listed.response.DumpToSingleSlice(&slice).ok());
  const absl::string_view bytes(reinterpret_cast<const char*>(slice.begin()), slice.size());
  EXPECT_TRUE(absl::StrContains(bytes, "rounds/published"));
  for (const char* name : {"rounds/draft", "rounds/clearing", "rounds/undone"})
    EXPECT_FALSE(absl::StrContains(bytes, name)) << name;
}

TEST_F(OwnRecords, OfACertifierAreThoseThatItIssuedOrHolds) {
  v1::Credential other = ACredential();
  other.set_name("credentials/other");
  other.set_certifier("parties/coop");
  Put(other);
  const std::string certifier = served_.Admit("principals/cert", v1::ROLE_CERTIFIER, "parties/certifier");
  const std::string funder = served_.Admit("principals/fund", v1::ROLE_FUNDER, "parties/certifier");
  // The first was issued by it, the second is held by it, the third is neither. What a party issued is shown
  // to those who call as a certifier.
  const std::tuple<const char*, bool, bool> cases[] = {{"credentials/own", true, false},
                                                       {"credentials/foreign", true, true},
                                                       {"credentials/other", false, false}};
  for (const auto& [name, to_certifier, to_funder] : cases) {
    for (const auto& [token, visible] : {std::pair(certifier, to_certifier), std::pair(funder, to_funder)}) {
      EXPECT_EQ(Get("ayni.v1.CredentialService/GetCredential", name, token).status.ok(), visible) << name;
      EXPECT_EQ(Lists("ayni.v1.CredentialService/ListCredentials", name, token), visible) << name;
    }
  }
}

}  // namespace
}  // namespace ayni::services
