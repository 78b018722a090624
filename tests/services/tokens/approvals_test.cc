// One dishonest administrator must not become two: every way that is known, tried.
#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/access/secret.h"
#include "services/server/new_id.h"
#include "services/session/sessions.h"
#include "services/tokens/first_administrator.h"
#include "tests/services/market.h"
#include "tests/services/tokens/served_tokens.h"

namespace ayni::services {
namespace {

std::string HexOf(const std::string& secret) {
  const SecretDigest digest = DigestSecret(secret);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

class Approvals : public ServedTokens {
 protected:
  Approvals() {
    const auto made = MakeAdministrator(
        store_.get(), [] { return NewId(absl::Now()); }, absl::Now(), folder_ / "administrator.token");
    EXPECT_TRUE(made.ok()) << made.status();
  }

  absl::StatusOr<v1::Principal> Make(const std::string& who, const std::string& id,
                                     v1::Role role = v1::ROLE_ADMINISTRATOR) {
    v1::CreatePrincipalRequest request;
    request.set_principal_id(id);
    request.mutable_principal()->set_display_name(id);
    request.mutable_principal()->set_role(role);
    request.mutable_principal()->set_single_handed(true);  // nobody's to say
    return As<v1::Principal>(who, "CreatePrincipal", request);
  }
  absl::StatusOr<v1::CreateTokenResponse> Mint(const std::string& who, const std::string& of,
                                               const std::string& secret = "") {
    v1::CreateTokenRequest request;
    request.set_parent("principals/" + of);
    request.mutable_token();
    if (!secret.empty()) request.set_secret_sha256(HexOf(secret));
    return As<v1::CreateTokenResponse>(who, "CreateToken", request);
  }
  absl::Status Approve(const std::string& who, const v1::Principal& principal) {
    v1::ApprovePrincipalRequest request;
    request.set_name(principal.name());
    request.set_etag(principal.etag());
    return As<v1::Principal>(who, "ApprovePrincipal", request).status();
  }
  absl::Status Approve(const std::string& who, const v1::Token& token, const std::string& secret) {
    v1::ApproveTokenRequest request;
    request.set_name(token.name());
    request.set_secret_sha256(HexOf(secret));
    return As<v1::Token>(who, "ApproveToken", request).status();
  }
  absl::StatusOr<v1::Identity> Link(const std::string& who, const std::string& of, const std::string& subject,
                                    const std::string& issuer = "https://accounts.example") {
    v1::CreateIdentityRequest request;
    request.set_parent("principals/" + of);
    request.mutable_identity()->set_issuer(issuer);
    request.mutable_identity()->set_subject(subject);
    // Nobody's to say.
    request.mutable_identity()->set_state(v1::Identity::STATE_ACTIVE);
    request.mutable_identity()->set_single_handed(true);
    request.mutable_identity()->set_approved_by("principals/eva");
    return As<v1::Identity>(who, "CreateIdentity", request);
  }
  absl::StatusOr<v1::Identity> Approve(const std::string& who, const v1::Identity& identity,
                                       const std::string& subject) {
    v1::ApproveIdentityRequest request;
    request.set_name(identity.name());
    request.set_subject(subject);
    return As<v1::Identity>(who, "ApproveIdentity", request);
  }
  absl::Status Unlink(const std::string& who, const v1::Identity& identity) {
    v1::DeleteIdentityRequest request;
    request.set_name(identity.name());
    return As<google::protobuf::Empty>(who, "DeleteIdentity", request).status();
  }
  // Whose the account is; why it is nobody's, where it is.
  std::string Whose(const std::string& subject) {
    const auto caller = directory_->FindIdentity("https://accounts.example", subject);
    return caller.ok() ? caller->principal : ReasonOf(caller.status());
  }
  absl::Status Disable(const std::string& who, const std::string& id) {
    v1::DisablePrincipalRequest request;
    request.set_name("principals/" + id);
    return As<v1::Principal>(who, "DisablePrincipal", request).status();
  }
  absl::Status Delete(const std::string& who, const std::string& id) {
    v1::DeletePrincipalRequest request;
    request.set_name("principals/" + id);
    return As<google::protobuf::Empty>(who, "DeletePrincipal", request).status();
  }
  std::string WhyNot(const std::string& secret) {
    return ReasonOf(directory_->Authenticate(secret, absl::Now()).status());
  }

  // The first administrator, `administrator`, and ben and eva beside it.
  void HaveThree() {
    ASSERT_TRUE(Make("administrator", "ben").ok());
    ASSERT_TRUE(Mint("administrator", "ben").ok());
    const auto eva = Make("administrator", "eva");
    ASSERT_TRUE(eva.ok()) << eva.status();
    ASSERT_EQ(Approve("ben", *eva), absl::OkStatus());
  }
};

TEST_F(Approvals, TheSecondAdministratorIsMadeAloneAndTheRecordSaysSo) {
  const auto ben = Make("administrator", "ben");
  ASSERT_TRUE(ben.ok()) << ben.status();
  EXPECT_EQ(ben->state(), v1::Principal::STATE_ACTIVE);
  EXPECT_TRUE(ben->single_handed());
  EXPECT_EQ(ben->created_by(), "principals/administrator");
  const auto token = Mint("administrator", "ben");
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_TRUE(token->token().single_handed());
  EXPECT_TRUE(directory_->Authenticate(token->secret(), absl::Now()).ok());
}

TEST_F(Approvals, AThirdDoesNothingBeforeAnotherOneApproves) {
  ASSERT_TRUE(Make("administrator", "ben").ok());
  const auto eva = Make("administrator", "eva");
  ASSERT_TRUE(eva.ok()) << eva.status();
  EXPECT_EQ(eva->state(), v1::Principal::STATE_PENDING_APPROVAL);
  EXPECT_FALSE(eva->single_handed());
  EXPECT_EQ(ReasonOf(directory_->Find(eva->name()).status()), "PRINCIPAL_PENDING_APPROVAL");
  EXPECT_EQ(ReasonOf(Approve("administrator", *eva)), "SECOND_ADMINISTRATOR_NEEDED") << "who asked";
  EXPECT_EQ(ReasonOf(Approve("eva", *eva)), "SECOND_ADMINISTRATOR_NEEDED") << "whom it is for";
  v1::Principal unseen = *eva;
  unseen.clear_etag();
  EXPECT_TRUE(Violates(Approve("ben", unseen), "etag"));
  EXPECT_FALSE(directory_->Find(eva->name()).ok());
  EXPECT_EQ(Approve("ben", *eva), absl::OkStatus());
  EXPECT_TRUE(directory_->Find(eva->name()).ok());
  Serve({});
  EXPECT_TRUE(directory_->Find(eva->name()).ok());
}

TEST_F(Approvals, OfOthersThanAdministratorsAreNotAsked) {
  HaveThree();
  const auto auditor = Make("administrator", "vera", v1::ROLE_AUDITOR);
  ASSERT_TRUE(auditor.ok()) << auditor.status();
  EXPECT_EQ(auditor->state(), v1::Principal::STATE_ACTIVE);
  EXPECT_FALSE(auditor->single_handed());
  const auto token = Mint("administrator", "vera");
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_TRUE(directory_->Authenticate(token->secret(), absl::Now()).ok());
}

TEST_F(Approvals, ATokenForAnotherAdministratorOpensNothingBeforeAThirdApproves) {
  HaveThree();
  EXPECT_TRUE(Violates(Mint("administrator", "ben").status(), "secret_sha256"))
      << "who makes it would know it";
  const std::string secret = NewSecret();
  const auto minted = Mint("administrator", "ben", secret);
  ASSERT_TRUE(minted.ok()) << minted.status();
  EXPECT_EQ(minted->secret(), "");
  EXPECT_EQ(WhyNot(secret), "TOKEN_PENDING_APPROVAL");
  EXPECT_EQ(ReasonOf(Approve("administrator", minted->token(), secret)), "SECOND_ADMINISTRATOR_NEEDED");
  EXPECT_EQ(ReasonOf(Approve("ben", minted->token(), secret)), "SECOND_ADMINISTRATOR_NEEDED");
  EXPECT_TRUE(Violates(Approve("eva", minted->token(), NewSecret()), "secret_sha256"))
      << "another secret than the one that ben has";
  EXPECT_EQ(WhyNot(secret), "TOKEN_PENDING_APPROVAL");
  EXPECT_EQ(Approve("eva", minted->token(), secret), absl::OkStatus());
  EXPECT_TRUE(directory_->Authenticate(secret, absl::Now()).ok());
}

TEST_F(Approvals, OnesOwnTokensNeedNone) {
  HaveThree();
  const auto own = Mint("eva", "eva");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(directory_->Authenticate(own->secret(), absl::Now())->principal, "principals/eva");
}

TEST_F(Approvals, EndingTheOthersLeavesNobodyAlone) {
  HaveThree();
  ASSERT_EQ(Disable("administrator", "ben"), absl::OkStatus());
  ASSERT_EQ(Disable("administrator", "eva"), absl::OkStatus());
  EXPECT_EQ(ReasonOf(Delete("administrator", "eva")), "ADMINISTRATOR_STAYS");
  const auto mine = Make("administrator", "mine");
  ASSERT_TRUE(mine.ok()) << mine.status();
  EXPECT_EQ(mine->state(), v1::Principal::STATE_PENDING_APPROVAL);
  EXPECT_EQ(ReasonOf(Approve("administrator", *mine)), "SECOND_ADMINISTRATOR_NEEDED");
}

TEST_F(Approvals, APendingOneMayBeDroppedAndThatFreesNobody) {
  HaveThree();
  ASSERT_TRUE(Make("administrator", "mine").ok());
  EXPECT_EQ(Delete("ben", "mine"), absl::OkStatus());
  EXPECT_EQ(Make("administrator", "mine")->state(), v1::Principal::STATE_PENDING_APPROVAL);
}

TEST_F(Approvals, ASecretIsOfOneTokenOnly) {
  HaveThree();
  ASSERT_TRUE(Make("administrator", "vera", v1::ROLE_AUDITOR).ok());
  const std::string secret = NewSecret();
  ASSERT_TRUE(Mint("ben", "ben", secret).ok());
  EXPECT_TRUE(Violates(Mint("administrator", "vera", secret).status(), "secret_sha256"));
  EXPECT_EQ(directory_->Authenticate(secret, absl::Now())->principal, "principals/ben");
}

TEST_F(Approvals, AnIdentityForAnotherAdministratorOpensNothingBeforeAThirdApproves) {
  HaveThree();
  const auto made = Link("administrator", "ben", "sub-ben");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->state(), v1::Identity::STATE_PENDING_APPROVAL);
  EXPECT_FALSE(made->single_handed());
  EXPECT_EQ(made->approved_by(), "");
  EXPECT_EQ(made->created_by(), "principals/administrator");
  EXPECT_EQ(Whose("sub-ben"), "IDENTITY_PENDING_APPROVAL");
  EXPECT_EQ(ReasonOf(Approve("administrator", *made, "sub-ben").status()), "SECOND_ADMINISTRATOR_NEEDED");
  EXPECT_EQ(ReasonOf(Approve("ben", *made, "sub-ben").status()), "SECOND_ADMINISTRATOR_NEEDED");
  for (const char* wrong : {"sub-mallory", "sub-ben ", "SUB-BEN", ""})
    EXPECT_TRUE(Violates(Approve("eva", *made, wrong).status(), "subject")) << wrong;
  EXPECT_EQ(Whose("sub-ben"), "IDENTITY_PENDING_APPROVAL");
  Serve({});
  EXPECT_EQ(Whose("sub-ben"), "IDENTITY_PENDING_APPROVAL");
  const auto approved = Approve("eva", *made, "sub-ben");
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->state(), v1::Identity::STATE_ACTIVE);
  EXPECT_EQ(approved->approved_by(), "principals/eva");
  EXPECT_TRUE(approved->has_approve_time());
  EXPECT_FALSE(approved->single_handed());
  EXPECT_EQ(Whose("sub-ben"), "principals/ben");
  EXPECT_EQ(Approve("eva", *made, "sub-ben").status().code(), absl::StatusCode::kFailedPrecondition)
      << "again";
  Serve({});
  EXPECT_EQ(Whose("sub-ben"), "principals/ben");
}

TEST_F(Approvals, APendingIdentityOpensNoSession) {
  HaveThree();
  const auto made = Link("administrator", "ben", "sub-ben");
  ASSERT_TRUE(made.ok()) << made.status();
  Sessions sessions(store_.get(), directory_.get(), absl::Hours(1));
  const auto open = [&] {
    std::promise<absl::StatusOr<OpenedSession>> opened;
    sessions.OpenWithIdentity("https://accounts.example", "sub-ben", true, absl::Now(),
                              [&](auto answer) { opened.set_value(std::move(answer)); });
    return opened.get_future().get();
  };
  EXPECT_EQ(ReasonOf(open().status()), "IDENTITY_PENDING_APPROVAL");
  EXPECT_TRUE(directory_->SessionsOf("principals/ben").empty());
  ASSERT_TRUE(Approve("eva", *made, "sub-ben").ok());
  EXPECT_TRUE(open().ok());
}

TEST_F(Approvals, AnIdentityOfOnesOwnOrOfNoAdministratorNeedsNone) {
  HaveThree();
  ASSERT_TRUE(Make("administrator", "vera", v1::ROLE_AUDITOR).ok());
  for (const char* of : {"eva", "vera"}) {
    const auto made = Link("eva", of, of);
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->state(), v1::Identity::STATE_ACTIVE);
    EXPECT_FALSE(made->single_handed());
    EXPECT_EQ(made->approved_by(), "");
    EXPECT_EQ(Whose(of), std::string("principals/") + of);
    EXPECT_EQ(Approve("ben", *made, of).status().code(), absl::StatusCode::kFailedPrecondition);
  }
}

// It could be deleted, and the next would be the first again: of another account.
TEST_F(Approvals, NotEvenTheFirstIdentityOfAnotherAdministratorIsMadeAlone) {
  ASSERT_TRUE(Make("administrator", "ben").ok());
  for (int i = 0; i < 2; ++i) {
    const auto made = Link("administrator", "ben", "sub-1");
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_FALSE(made->single_handed());
    EXPECT_EQ(Whose("sub-1"), "IDENTITY_PENDING_APPROVAL");
    ASSERT_EQ(Unlink("administrator", *made), absl::OkStatus());
  }
  EXPECT_TRUE(Mint("administrator", "ben")->token().single_handed()) << "the first token is";
}

TEST_F(Approvals, AnIdentityIsNotTheFirstAfterAToken) {
  ASSERT_TRUE(Make("administrator", "ben").ok());
  ASSERT_TRUE(Mint("administrator", "ben").ok());
  ASSERT_TRUE(Link("administrator", "ben", "sub-1").ok());
  EXPECT_EQ(Whose("sub-1"), "IDENTITY_PENDING_APPROVAL");
}

TEST_F(Approvals, AnAccountOpensOnePrincipal) {
  HaveThree();
  ASSERT_TRUE(Make("administrator", "vera", v1::ROLE_AUDITOR).ok());
  const auto made = Link("ben", "ben", "sub-1");
  ASSERT_TRUE(made.ok()) << made.status();
  for (const char* of : {"ben", "eva", "vera"})
    EXPECT_TRUE(Violates(Link("eva", of, "sub-1").status(), "identity.subject")) << of;
  EXPECT_TRUE(Link("eva", "vera", "sub-1", "https://other.example").ok()) << "of another provider";
  EXPECT_TRUE(Link("eva", "vera", "sub-12").ok()) << "of another subject";
  EXPECT_EQ(Whose("sub-1"), "principals/ben");
  ASSERT_EQ(Unlink("administrator", *made), absl::OkStatus());
  EXPECT_EQ(Whose("sub-1"), "IDENTITY_UNKNOWN");
  EXPECT_TRUE(Link("eva", "vera", "sub-1").ok());
  EXPECT_EQ(Whose("sub-1"), "principals/vera");
}

TEST_F(Approvals, APendingIdentityHoldsItsAccountUntilItIsDropped) {
  HaveThree();
  ASSERT_TRUE(Make("administrator", "vera", v1::ROLE_AUDITOR).ok());
  const auto pending = Link("administrator", "ben", "sub-1");
  ASSERT_TRUE(pending.ok()) << pending.status();
  EXPECT_TRUE(Violates(Link("eva", "vera", "sub-1").status(), "identity.subject"));
  ASSERT_EQ(Unlink("ben", *pending), absl::OkStatus());
  EXPECT_TRUE(Link("eva", "vera", "sub-1").ok());
  EXPECT_EQ(Whose("sub-1"), "principals/vera");
}

TEST_F(Approvals, OfTwoIdentitiesOfOneAccountThatAreMadeAtOnceOneIsRefused) {
  HaveThree();
  ASSERT_TRUE(Make("administrator", "vera", v1::ROLE_AUDITOR).ok());
  for (int i = 0; i < 10; ++i) {
    const std::string subject = absl::StrCat("sub-", i);
    std::vector<std::future<absl::StatusOr<v1::Identity>>> made;
    for (const char* who : {"eva", "ben"}) {
      made.push_back(std::async(std::launch::async, [&, who] { return Link(who, who, subject); }));
    }
    int count = 0;
    for (auto& each : made) count += each.get().ok() ? 1 : 0;
    EXPECT_EQ(count, 1) << i;
  }
}

TEST_F(Approvals, AnIdentityIsOfAPrincipalThatThereIs) {
  EXPECT_TRUE(Violates(Link("administrator", "nobody", "sub-1").status(), "parent"));
  const auto made = Link("administrator", "administrator", "sub-1");
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_TRUE(Make("administrator", "vera", v1::ROLE_AUDITOR).ok());
  ASSERT_TRUE(Link("administrator", "vera", "sub-2").ok());
  EXPECT_FALSE(Delete("administrator", "vera").ok()) << "while it has an identity";
}

TEST_F(Approvals, AnIdentitySaysAnIssuerAndASubject) {
  for (const char* wrong : {"", "accounts.example", "http://accounts.example", "https://", "https://a?b",
                            "https://a#b", "https://u@a", "ftp://a"})
    EXPECT_TRUE(Violates(Link("administrator", "administrator", "sub-1", wrong).status(), "identity.issuer"))
        << wrong;
  for (const std::string& wrong : {std::string(), std::string("a b"), std::string("\xc3\xa1"),
                                   std::string("a\n"), std::string(256, 's')})
    EXPECT_TRUE(Violates(Link("administrator", "administrator", wrong).status(), "identity.subject"))
        << wrong;
  EXPECT_TRUE(Link("administrator", "administrator", std::string(255, 's')).ok());
  EXPECT_TRUE(Link("administrator", "administrator", "s", "http://127.0.0.1:8080/realms/a").ok());
}

TEST_F(Approvals, OfTwoThatAreMadeAloneAtOnceOneIsPending) {
  for (int i = 0; i < 2; ++i) {
    std::vector<std::future<absl::StatusOr<v1::Principal>>> made;
    for (const char* id : {"x", "y"}) {
      made.push_back(
          std::async(std::launch::async, [&, id] { return Make("administrator", absl::StrCat(id, i)); }));
    }
    int alone = 0;
    for (auto& each : made) alone += each.get()->single_handed() ? 1 : 0;
    EXPECT_EQ(alone, i == 0 ? 1 : 0);
  }
}

TEST_F(Approvals, WhoRunsTheServerOpensTheWayBack) {
  HaveThree();
  const auto pending = Make("administrator", "ana");
  ASSERT_TRUE(pending.ok()) << pending.status();
  Serve({.single_administrator = true});
  const auto token = Mint("administrator", "ben");
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_TRUE(token->token().single_handed());
  EXPECT_TRUE(directory_->Authenticate(token->secret(), absl::Now()).ok());
  const auto identity = Link("administrator", "ben", "sub-ben");
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_TRUE(identity->single_handed());
  EXPECT_EQ(Whose("sub-ben"), "principals/ben");
  EXPECT_EQ(Approve("administrator", *pending), absl::OkStatus());
  v1::GetPrincipalRequest get;
  get.set_name(pending->name());
  EXPECT_TRUE(As<v1::Principal>("administrator", "GetPrincipal", get)->single_handed());
}

}  // namespace
}  // namespace ayni::services
