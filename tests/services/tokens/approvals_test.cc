// One dishonest administrator must not become two: every way that is known, tried.
#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/access/secret.h"
#include "services/server/new_id.h"
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
  EXPECT_EQ(Approve("administrator", *pending), absl::OkStatus());
  v1::GetPrincipalRequest get;
  get.set_name(pending->name());
  EXPECT_TRUE(As<v1::Principal>("administrator", "GetPrincipal", get)->single_handed());
}

}  // namespace
}  // namespace ayni::services
