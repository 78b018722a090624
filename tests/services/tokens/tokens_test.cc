// Tokens through their methods, on a real store.
#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ayni/v1/access_service.pb.h"
#include "ayni/v1/ledger.pb.h"
#include "services/access/secret.h"
#include "services/resource/ledger_seal.h"
#include "services/server/new_id.h"
#include "services/tokens/first_administrator.h"
#include "tests/services/server/aynid_process.h"
#include "tests/services/tokens/served_tokens.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;
using testing::Not;

class Tokens : public ServedTokens {
 protected:
  template <typename Answer>
  absl::StatusOr<Answer> Ask(const std::string& method, const Message& request) {
    return As<Answer>("root", method, request);
  }

  std::string CreateAuditor(const std::string& id) {
    v1::CreatePrincipalRequest request;
    request.set_principal_id(id);
    request.mutable_principal()->set_display_name("Auditor");
    request.mutable_principal()->set_role(v1::ROLE_AUDITOR);
    const auto principal = Ask<v1::Principal>("CreatePrincipal", request);
    EXPECT_TRUE(principal.ok()) << principal.status();
    return principal.ok() ? principal->name() : "";
  }

  static v1::CreateTokenRequest TokenFor(const std::string& principal) {
    v1::CreateTokenRequest request;
    request.set_parent(principal);
    request.mutable_token()->set_display_name("laptop");
    return request;
  }

  // Every byte that the store holds in records, feed, leaves and the memory of its requests.
  std::string StoredBytes() {
    store_.reset();
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "store")) {
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  }
};

TEST_F(Tokens, AuthenticateAsSoonAsTheyAreAnswered) {
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(CreateAuditor("vera")));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->token().secret_digest(), "");
  const auto caller = directory_->Authenticate(response->secret(), absl::Now());
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal, "principals/vera");
  EXPECT_EQ(caller->role, v1::ROLE_AUDITOR);
}

TEST_F(Tokens, AreStillKnownAfterARestart) {
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(CreateAuditor("vera")));
  Open();
  EXPECT_TRUE(directory_->Authenticate(response->secret(), absl::Now()).ok());
}

TEST_F(Tokens, EndAsSoonAsTheyAreRevoked) {
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(CreateAuditor("vera")));
  v1::RevokeTokenRequest revoke;
  revoke.set_name(response->token().name());
  const auto revoked = Ask<v1::Token>("RevokeToken", revoke);
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_TRUE(revoked->has_revoke_time());
  EXPECT_EQ(revoked->secret_digest(), "");
  EXPECT_FALSE(directory_->Authenticate(response->secret(), absl::Now()).ok());
  Open();
  EXPECT_FALSE(directory_->Authenticate(response->secret(), absl::Now()).ok());
}

TEST_F(Tokens, KeepTheMomentOfTheFirstRevocation) {
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(CreateAuditor("vera")));
  v1::RevokeTokenRequest revoke;
  revoke.set_name(response->token().name());
  const auto first = Ask<v1::Token>("RevokeToken", revoke);
  const auto second = Ask<v1::Token>("RevokeToken", revoke);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
}

TEST_F(Tokens, LeaveNoTraceOfTheirSecretInTheStore) {
  v1::CreateTokenRequest request = TokenFor(CreateAuditor("vera"));
  request.set_request_id("r1");
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->secret().size(), kSecretCharacters);
  const std::string stored = StoredBytes();
  EXPECT_THAT(stored, HasSubstr("principals/vera"));
  EXPECT_THAT(stored, Not(HasSubstr(response->secret().substr(kSecretPrefix.size()))));
}

TEST_F(Tokens, AreMadeOnceForARequestIdAndTellTheirSecretOnce) {
  v1::CreateTokenRequest request = TokenFor(CreateAuditor("vera"));
  request.set_request_id("r1");
  const auto first = Ask<v1::CreateTokenResponse>("CreateToken", request);
  const auto second = Ask<v1::CreateTokenResponse>("CreateToken", request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->token().name(), first->token().name());
  EXPECT_NE(first->secret(), "");
  EXPECT_EQ(second->secret(), "");
  EXPECT_EQ(second->token().secret_digest(), "");
  EXPECT_TRUE(directory_->Authenticate(first->secret(), absl::Now()).ok());
}

TEST_F(Tokens, AreNotMadeByValidateOnly) {
  v1::CreateTokenRequest request = TokenFor(CreateAuditor("vera"));
  request.set_validate_only(true);
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->secret(), "");
  v1::ListTokensRequest list;
  list.set_parent("principals/vera");
  EXPECT_EQ(Ask<v1::ListTokensResponse>("ListTokens", list)->tokens_size(), 0);
}

TEST_F(Tokens, NeverTakeADigestFromTheirCaller) {
  v1::CreateTokenRequest request = TokenFor(CreateAuditor("vera"));
  const SecretDigest known = DigestSecret("ayni_known");
  request.mutable_token()->set_secret_digest(known.data(), known.size());
  ASSERT_TRUE(Ask<v1::CreateTokenResponse>("CreateToken", request).ok());
  EXPECT_FALSE(directory_->Authenticate("ayni_known", absl::Now()).ok());
}

TEST_F(Tokens, NeedAPrincipalAndAFutureExpiry) {
  v1::CreateTokenRequest request = TokenFor("principals/nobody");
  EXPECT_EQ(Ask<v1::CreateTokenResponse>("CreateToken", request).status().code(),
            absl::StatusCode::kInvalidArgument);
  request = TokenFor(CreateAuditor("vera"));
  request.mutable_token()->mutable_expire_time()->set_seconds(1);
  const absl::Status status = Ask<v1::CreateTokenResponse>("CreateToken", request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  request.mutable_token()->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 60);
  EXPECT_TRUE(Ask<v1::CreateTokenResponse>("CreateToken", request).ok());
}

TEST_F(Tokens, AreReadWithoutTheirDigest) {
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(CreateAuditor("vera")));
  v1::GetTokenRequest get;
  get.set_name(response->token().name());
  const auto token = Ask<v1::Token>("GetToken", get);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(token->display_name(), "laptop");
  EXPECT_EQ(token->secret_digest(), "");
}

TEST_F(Tokens, OfADeletedPrincipalAreNone) {
  const std::string vera = CreateAuditor("vera");
  v1::DeletePrincipalRequest request;
  request.set_name(vera);
  EXPECT_TRUE(directory_->Find(vera).ok());
  EXPECT_TRUE(Ask<google::protobuf::Empty>("DeletePrincipal", request).ok());
  EXPECT_FALSE(directory_->Find(vera).ok());
}

TEST_F(Tokens, KeepAPrincipalFromBeingDeletedAndTheErrorSaysHowToDisableIt) {
  const std::string vera = CreateAuditor("vera");
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(vera));
  ASSERT_TRUE(response.ok()) << response.status();
  v1::RevokeTokenRequest revoke;
  revoke.set_name(response->token().name());
  ASSERT_TRUE(Ask<v1::Token>("RevokeToken", revoke).ok());
  v1::DeletePrincipalRequest request;
  request.set_name(vera);
  const absl::Status status = Ask<google::protobuf::Empty>("DeletePrincipal", request).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(response->token().name()));
  EXPECT_THAT(std::string(status.message()), HasSubstr("DisablePrincipal"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("delete them first")));
}

TEST_F(Tokens, OfTheFirstAdministratorLiesInAPrivateFile) {
  const std::string file = folder_ / "administrator.token";
  const auto made = MakeAdministrator(
      store_.get(), [] { return NewId(absl::Now()); }, absl::Now(), file);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->principal, kFirstAdministrator);
  EXPECT_EQ(made->aside, "");
  ASSERT_EQ(LoadDirectory(*store_, directory_.get()), absl::OkStatus());
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  std::string secret;
  std::ifstream(file) >> secret;
  const auto caller = directory_->Authenticate(secret, absl::Now());
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->role, v1::ROLE_ADMINISTRATOR);
  EXPECT_TRUE(directory_->HasAdministrator(absl::Now(), false));
  const auto leaves = store_->ReadLeaves(0, 10);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_EQ(leaves->size(), 2u);
  for (const storage::Leaf& leaf : *leaves) {
    v1::LedgerEvent event;
    ASSERT_TRUE(event.ParseFromString(leaf.bytes));
    EXPECT_EQ(event.blind().size(), kBlindBytes) << event.resource();
  }
}

TEST_F(Tokens, OfAnotherStoreAreKeptAside) {
  const std::string file = folder_ / "administrator.token";
  std::ofstream(file) << "of another store";
  std::ofstream(file + ".1") << "of a third";
  const auto made = MakeAdministrator(
      store_.get(), [] { return NewId(absl::Now()); }, absl::Now(), file);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->aside, file + ".2");
  std::string kept;
  std::getline(std::ifstream(file + ".2"), kept);
  EXPECT_EQ(kept, "of another store");
  std::getline(std::ifstream(file + ".1"), kept);
  EXPECT_EQ(kept, "of a third");
}

TEST_F(Tokens, OfTheFirstAdministratorAreNotMadeWhereTheFileCannotBe) {
  const auto made = MakeAdministrator(
      store_.get(), [] { return NewId(absl::Now()); }, absl::Now(), folder_ / "nowhere/administrator.token");
  EXPECT_EQ(made.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store_->sequence(), 0u);
}

// Whoever can read the server's files can always call it again.
TEST_F(Tokens, OfAnAdministratorAreMadeAgainWhereNoneIsLeft) {
  const auto make = [this] {
    const auto made = MakeAdministrator(
        store_.get(), [] { return NewId(absl::Now()); }, absl::Now(), folder_ / "administrator.token");
    EXPECT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(LoadDirectory(*store_, directory_.get()), absl::OkStatus());
    std::string secret;
    std::ifstream(folder_ / "administrator.token") >> secret;
    EXPECT_TRUE(directory_->Authenticate(secret, absl::Now()).ok());
    return made.ok() ? made->principal : "";
  };
  EXPECT_EQ(make(), kFirstAdministrator);
  EXPECT_EQ(make(), kFirstAdministrator);
  v1::DisablePrincipalRequest disable;
  disable.set_name(kFirstAdministrator);
  ASSERT_TRUE(Ask<v1::Principal>("DisablePrincipal", disable).ok());
  EXPECT_FALSE(directory_->HasAdministrator(absl::Now(), false));
  EXPECT_THAT(make(), testing::StartsWith("principals/administrator-"));
  EXPECT_TRUE(directory_->HasAdministrator(absl::Now(), false));
}

TEST_F(Tokens, AndCertificatesOfADisabledPrincipalEndAtOnce) {
  const std::string vera = CreateAuditor("vera");
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(vera));
  v1::DisablePrincipalRequest disable;
  disable.set_name(vera);
  disable.set_validate_only(true);
  ASSERT_TRUE(Ask<v1::Principal>("DisablePrincipal", disable).ok());
  EXPECT_TRUE(directory_->Find(vera).ok());
  disable.set_validate_only(false);
  const auto disabled = Ask<v1::Principal>("DisablePrincipal", disable);
  ASSERT_TRUE(disabled.ok()) << disabled.status();
  EXPECT_TRUE(disabled->has_disable_time());
  const auto again = Ask<v1::Principal>("DisablePrincipal", disable);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), disabled->SerializeAsString());
  for (int i = 0; i < 2; ++i, Open()) {
    EXPECT_FALSE(directory_->Find(vera).ok());
    EXPECT_FALSE(directory_->Authenticate(response->secret(), absl::Now()).ok());
  }
}

TEST_F(Tokens, AreRevokedOnlyAsTheyWereSeen) {
  const auto response = Ask<v1::CreateTokenResponse>("CreateToken", TokenFor(CreateAuditor("vera")));
  v1::RevokeTokenRequest revoke;
  revoke.set_name(response->token().name());
  revoke.set_etag("stale");
  EXPECT_EQ(Ask<v1::Token>("RevokeToken", revoke).status().code(), absl::StatusCode::kAborted);
  revoke.clear_etag();
  revoke.set_validate_only(true);
  EXPECT_TRUE(Ask<v1::Token>("RevokeToken", revoke).ok());
  EXPECT_TRUE(directory_->Authenticate(response->secret(), absl::Now()).ok());
}

}  // namespace
}  // namespace ayni::services
