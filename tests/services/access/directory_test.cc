#include "services/access/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "google/rpc/error_details.pb.h"
#include "services/access/secret.h"

namespace ayni::services {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

std::string ReasonOf(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo error_info;
  if (payload.has_value()) error_info.ParseFromString(std::string(*payload));
  return error_info.reason();
}

v1::Principal Ana() {
  v1::Principal principal;
  principal.set_name("principals/ana");
  principal.set_role(v1::ROLE_COOPERATIVE);
  principal.set_party("parties/c3");
  return principal;
}

v1::Token TokenOf(const std::string& secret, const std::string& name = "principals/ana/tokens/t1") {
  const SecretDigest digest = DigestSecret(secret);
  v1::Token token;
  token.set_name(name);
  token.set_secret_digest(digest.data(), digest.size());
  return token;
}

TEST(Secret, IsRecognisableAndNeverTheSame) {
  std::set<std::string> secrets;
  for (int i = 0; i < 100; ++i) {
    const std::string secret = NewSecret();
    EXPECT_TRUE(absl::StartsWith(secret, "ayni_"));
    EXPECT_EQ(secret.size(), kSecretCharacters);
    EXPECT_TRUE(secrets.insert(secret).second);
  }
}

TEST(Secret, IsDigestedBySha256) {
  // FIPS 180-2, appendix B.1.
  const SecretDigest digest = DigestSecret("abc");
  EXPECT_EQ(digest[0], 0xba);
  EXPECT_EQ(digest[1], 0x78);
  EXPECT_EQ(digest[31], 0xad);
}

TEST(Secret, IsReadFromAnAuthorizationHeader) {
  const std::string secret = NewSecret();
  EXPECT_EQ(SecretOfAuthorization("Bearer " + secret), secret);
  EXPECT_EQ(SecretOfAuthorization("bearer " + secret), secret);
  EXPECT_EQ(SecretOfAuthorization(secret), std::nullopt);
  EXPECT_EQ(SecretOfAuthorization("Basic " + secret), std::nullopt);
  EXPECT_EQ(SecretOfAuthorization("Bearer  " + secret), std::nullopt);
  EXPECT_EQ(SecretOfAuthorization("Bearer " + secret.substr(1)), std::nullopt);
  EXPECT_EQ(SecretOfAuthorization("Bearer xxxxx" + secret.substr(5)), std::nullopt);
  EXPECT_EQ(SecretOfAuthorization(""), std::nullopt);
}

TEST(Directory, AuthenticatesATokensPrincipal) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(TokenOf("s1"));
  const absl::StatusOr<Caller> caller = directory.Authenticate("s1", kNow);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal, "principals/ana");
  EXPECT_EQ(caller->role, v1::ROLE_COOPERATIVE);
  EXPECT_EQ(caller->party, "parties/c3");
}

TEST(Directory, RefusesAnUnknownSecret) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(TokenOf("s1"));
  EXPECT_EQ(ReasonOf(directory.Authenticate("s2", kNow).status()), "TOKEN_UNKNOWN");
}

TEST(Directory, RefusesARevokedToken) {
  Directory directory;
  directory.Put(Ana());
  v1::Token token = TokenOf("s1");
  directory.Put(token);
  token.mutable_revoke_time()->set_seconds(1);
  directory.Put(token);
  EXPECT_EQ(ReasonOf(directory.Authenticate("s1", kNow).status()), "TOKEN_REVOKED");
}

TEST(Directory, RefusesATokenFromTheMomentThatItExpires) {
  Directory directory;
  directory.Put(Ana());
  v1::Token token = TokenOf("s1");
  token.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(kNow));
  directory.Put(token);
  EXPECT_TRUE(directory.Authenticate("s1", kNow - absl::Nanoseconds(1)).ok());
  EXPECT_EQ(ReasonOf(directory.Authenticate("s1", kNow).status()), "TOKEN_EXPIRED");
}

TEST(Directory, RefusesTheTokensOfAPrincipalThatIsGone) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(TokenOf("s1"));
  directory.Erase("principals/ana");
  EXPECT_EQ(ReasonOf(directory.Authenticate("s1", kNow).status()), "PRINCIPAL_UNKNOWN");
}

TEST(Directory, ForgetsTheOldSecretOfATokenThatIsReplaced) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(TokenOf("s1"));
  directory.Put(TokenOf("s2"));
  EXPECT_FALSE(directory.Authenticate("s1", kNow).ok());
  EXPECT_TRUE(directory.Authenticate("s2", kNow).ok());
  directory.Erase("principals/ana/tokens/t1");
  EXPECT_FALSE(directory.Authenticate("s2", kNow).ok());
}

TEST(Directory, TakesNothingOfADisabledPrincipal) {
  Directory directory;
  v1::Principal ana = Ana();
  ana.mutable_disable_time()->set_seconds(1);
  directory.Put(ana);
  directory.Put(TokenOf("s1"));
  EXPECT_EQ(ReasonOf(directory.Authenticate("s1", kNow).status()), "PRINCIPAL_DISABLED");
  EXPECT_EQ(ReasonOf(directory.Find("principals/ana").status()), "PRINCIPAL_DISABLED");
}

TEST(Directory, KnowsWhetherAnAdministratorCanCall) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(TokenOf("s1"));
  EXPECT_FALSE(directory.HasAdministrator(kNow, true));
  v1::Principal root = Ana();
  root.set_name("principals/root");
  root.set_role(v1::ROLE_ADMINISTRATOR);
  directory.Put(root);
  EXPECT_FALSE(directory.HasAdministrator(kNow, false));
  EXPECT_TRUE(directory.HasAdministrator(kNow, true));
  v1::Token token = TokenOf("s2", "principals/root/tokens/t1");
  token.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(kNow) + 60);
  directory.Put(token);
  EXPECT_TRUE(directory.HasAdministrator(kNow, false));
  EXPECT_FALSE(directory.HasAdministrator(kNow + absl::Minutes(2), false));
  token.mutable_revoke_time()->set_seconds(1);
  directory.Put(token);
  EXPECT_FALSE(directory.HasAdministrator(kNow, false));
  root.mutable_disable_time()->set_seconds(1);
  directory.Put(root);
  EXPECT_FALSE(directory.HasAdministrator(kNow, true));
}

TEST(Directory, IsReadWhileItChanges) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(TokenOf("s1"));
  std::thread writer([&] {
    for (int i = 0; i < 1000; ++i) directory.Put(TokenOf("other", "principals/ana/tokens/t2"));
  });
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(directory.Authenticate("s1", kNow).ok());
  writer.join();
}

}  // namespace
}  // namespace ayni::services
