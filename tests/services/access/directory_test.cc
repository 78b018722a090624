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

v1::Identity IdentityOf(const std::string& issuer, const std::string& subject,
                        const std::string& name = "principals/ana/identities/i1") {
  v1::Identity identity;
  identity.set_name(name);
  identity.set_issuer(issuer);
  identity.set_subject(subject);
  return identity;
}

v1::Session SessionOf(const std::string& secret, const std::string& opened_with, absl::Time opened = kNow) {
  const SecretDigest digest = DigestSecret(secret);
  v1::Session session;
  session.set_opened_with(opened_with);
  session.mutable_open_time()->set_seconds(absl::ToUnixSeconds(opened));
  session.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(kNow) + 3600);
  session.set_secret_digest(digest.data(), digest.size());
  return session;
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

TEST(Directory, FindsWhoseAnAccountIs) {
  Directory directory;
  directory.Put(Ana());
  directory.Put(IdentityOf("https://a", "s"));
  std::string name;
  EXPECT_EQ(directory.FindIdentity("https://a", "s", &name)->principal, "principals/ana");
  EXPECT_EQ(name, "principals/ana/identities/i1");
  for (const auto& [issuer, subject] :
       {std::pair("https://a", "S"), std::pair("https://a", ""), std::pair("https://b", "s"),
        std::pair("https://", "as"), std::pair("https://as", ""), std::pair("", "s")}) {
    name.clear();
    EXPECT_EQ(ReasonOf(directory.FindIdentity(issuer, subject, &name).status()), "IDENTITY_UNKNOWN");
    EXPECT_EQ(name, "");
  }
  directory.Erase("principals/ana/identities/i1");
  EXPECT_EQ(ReasonOf(directory.FindIdentity("https://a", "s").status()), "IDENTITY_UNKNOWN");
}

TEST(Directory, TakesNoAccountThatIsNotApprovedOrOfWhoMayNotCall) {
  Directory directory;
  directory.Put(IdentityOf("https://a", "s"));
  EXPECT_EQ(ReasonOf(directory.FindIdentity("https://a", "s").status()), "PRINCIPAL_UNKNOWN");
  v1::Principal ana = Ana();
  ana.mutable_disable_time()->set_seconds(1);
  directory.Put(ana);
  EXPECT_EQ(ReasonOf(directory.FindIdentity("https://a", "s").status()), "PRINCIPAL_DISABLED");
  directory.Put(Ana());
  v1::Identity identity = IdentityOf("https://a", "s");
  identity.set_state(v1::Identity::STATE_PENDING_APPROVAL);
  directory.Put(identity);
  EXPECT_EQ(ReasonOf(directory.FindIdentity("https://a", "s").status()), "IDENTITY_PENDING_APPROVAL");
  identity.set_state(v1::Identity::STATE_ACTIVE);
  directory.Put(identity);
  EXPECT_TRUE(directory.FindIdentity("https://a", "s").ok());
}

TEST(Directory, TakesASessionWhileWhatOpenedItIsTaken) {
  Directory directory;
  directory.Put(Ana());
  const auto why_not = [&](const std::string& secret, absl::Time now = kNow) {
    return ReasonOf(directory.AuthenticateSession(secret, now).status());
  };
  directory.Put(SessionOf("by-token", "principals/ana/tokens/t1"));
  directory.Put(SessionOf("by-account", "principals/ana/identities/i1"));
  EXPECT_EQ(why_not("by-token"), "SESSION_ENDED");
  EXPECT_EQ(why_not("by-account"), "SESSION_ENDED");
  directory.Put(TokenOf("s1"));
  directory.Put(IdentityOf("https://a", "s"));
  for (const char* secret : {"by-token", "by-account"}) {
    EXPECT_EQ(directory.AuthenticateSession(secret, kNow)->principal, "principals/ana") << secret;
    EXPECT_EQ(why_not(secret, kNow + absl::Hours(1) - absl::Nanoseconds(1)), "") << secret;
    EXPECT_EQ(why_not(secret, kNow + absl::Hours(1)), "SESSION_EXPIRED") << secret;
    EXPECT_EQ(ReasonOf(directory.Authenticate(secret, kNow).status()), "TOKEN_UNKNOWN") << secret;
  }
  EXPECT_EQ(why_not("s1"), "SESSION_ENDED") << "a token is no session";
  v1::Token revoked = TokenOf("s1");
  revoked.mutable_revoke_time()->set_seconds(1);
  directory.Put(revoked);
  EXPECT_EQ(why_not("by-token"), "TOKEN_REVOKED");
  v1::Principal ana = Ana();
  ana.mutable_disable_time()->set_seconds(1);
  directory.Put(ana);
  EXPECT_EQ(why_not("by-account"), "PRINCIPAL_DISABLED");
}

TEST(Directory, TakesNoSessionThatIsOlderThanTheIdentityOfThatName) {
  Directory directory;
  directory.Put(Ana());
  v1::Identity identity = IdentityOf("https://a", "s");
  identity.mutable_create_time()->set_seconds(absl::ToUnixSeconds(kNow));
  directory.Put(identity);
  directory.Put(SessionOf("before", identity.name(), kNow - absl::Seconds(1)));
  directory.Put(SessionOf("since", identity.name(), kNow));
  EXPECT_EQ(ReasonOf(directory.AuthenticateSession("before", kNow).status()), "SESSION_ENDED");
  EXPECT_TRUE(directory.AuthenticateSession("since", kNow).ok());
}

TEST(Directory, ListsSessionsInTheOrderInWhichTheyWereOpened) {
  Directory directory;
  for (const int i : {3, 1, 2})
    directory.Put(SessionOf(std::to_string(i), "principals/ana/tokens/t1", kNow + absl::Seconds(i)));
  directory.Put(SessionOf("other", "principals/ben/tokens/t1"));
  const auto seconds = [&] {
    std::vector<int64_t> seconds;
    for (const v1::Session& each : directory.SessionsOf("principals/ana"))
      seconds.push_back(each.open_time().seconds() - absl::ToUnixSeconds(kNow));
    return seconds;
  };
  EXPECT_THAT(seconds(), testing::ElementsAre(1, 2, 3));
  directory.Put(SessionOf("2", "principals/ana/tokens/t1", kNow + absl::Seconds(2)));
  EXPECT_THAT(seconds(), testing::ElementsAre(1, 2, 3)) << "once each";
  directory.Erase(*directory.SessionOf("2"));
  EXPECT_THAT(seconds(), testing::ElementsAre(1, 3));
  EXPECT_FALSE(directory.SessionOf("2").has_value());
  EXPECT_EQ(directory.SessionsOf("principals/ben").size(), 1u);
  directory.Erase(SessionOf("other", "principals/ben/tokens/t1"));
  EXPECT_TRUE(directory.SessionsOf("principals/ben").empty());
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
