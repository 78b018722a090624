// Sessions on a real store, beside the methods that end what opened them.
#include "services/session/sessions.h"

#include <gmock/gmock.h>
#include <google/protobuf/empty.pb.h>
#include <gtest/gtest.h>

#include <future>

#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/access/secret.h"
#include "tests/services/market.h"
#include "tests/services/tokens/served_tokens.h"

namespace ayni::services {
namespace {

constexpr char kIssuer[] = "https://accounts.example";
constexpr absl::Duration kLasts = absl::Hours(24 * 30);

class SessionsOf : public ServedTokens {
 protected:
  SessionsOf() { Restart(); }

  void Restart() {
    sessions_.reset();
    Open();
    sessions_ = std::make_unique<Sessions>(store_.get(), directory_.get(), kLasts);
    EXPECT_EQ(sessions_->Load(now_), absl::OkStatus());
  }

  // An auditor with a token, of which it returns the secret.
  std::string Admit(const std::string& id) {
    v1::CreatePrincipalRequest principal;
    principal.set_principal_id(id);
    principal.mutable_principal()->set_display_name(id);
    principal.mutable_principal()->set_role(v1::ROLE_AUDITOR);
    EXPECT_TRUE(As<v1::Principal>("root", "CreatePrincipal", principal).ok());
    v1::CreateTokenRequest token;
    token.set_parent("principals/" + id);
    token.set_token_id("t1");
    token.mutable_token()->set_display_name("laptop");
    const auto made = As<v1::CreateTokenResponse>("root", "CreateToken", token);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? made->secret() : "";
  }
  // One that needs no store.
  std::string AdmitAs(v1::Role role) {
    const std::string secret = NewSecret();
    const SecretDigest digest = DigestSecret(secret);
    v1::Principal principal;
    principal.set_name(absl::StrCat("principals/of-", role));
    principal.set_role(role);
    directory_->Put(principal);
    v1::Token token;
    token.set_name(principal.name() + "/tokens/t1");
    token.set_secret_digest(digest.data(), digest.size());
    directory_->Put(token);
    return secret;
  }
  absl::Status Link(const std::string& id, const std::string& subject) {
    v1::CreateIdentityRequest request;
    request.set_parent("principals/" + id);
    request.set_identity_id("work");
    request.mutable_identity()->set_issuer(kIssuer);
    request.mutable_identity()->set_subject(subject);
    return As<v1::Identity>("root", "CreateIdentity", request).status();
  }
  absl::Status Unlink(const std::string& id) {
    v1::DeleteIdentityRequest request;
    request.set_name(absl::StrCat("principals/", id, "/identities/work"));
    return As<google::protobuf::Empty>("root", "DeleteIdentity", request).status();
  }
  absl::Status Revoke(const std::string& id) {
    v1::RevokeTokenRequest request;
    request.set_name(absl::StrCat("principals/", id, "/tokens/t1"));
    return As<v1::Token>("root", "RevokeToken", request).status();
  }
  absl::Status Disable(const std::string& id) {
    v1::DisablePrincipalRequest request;
    request.set_name("principals/" + id);
    return As<v1::Principal>("root", "DisablePrincipal", request).status();
  }

  absl::StatusOr<OpenedSession> TryOpen(const std::string& token, bool keep = true) {
    std::promise<absl::StatusOr<OpenedSession>> opened;
    sessions_->OpenWithToken(token, keep, now_, [&](auto answer) { opened.set_value(std::move(answer)); });
    return opened.get_future().get();
  }
  OpenedSession OpenBy(const std::string& token, bool keep = true) {
    const auto opened = TryOpen(token, keep);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *opened : OpenedSession();
  }
  absl::StatusOr<OpenedSession> SignIn(const std::string& subject) {
    std::promise<absl::StatusOr<OpenedSession>> opened;
    sessions_->OpenWithIdentity(kIssuer, subject, true, now_,
                                [&](auto answer) { opened.set_value(std::move(answer)); });
    return opened.get_future().get();
  }
  absl::Status End(const std::string& secret, bool everywhere = false) {
    std::promise<absl::Status> ended;
    sessions_->End(secret, "", everywhere, now_,
                   [&](absl::Status status) { ended.set_value(std::move(status)); });
    return ended.get_future().get();
  }

  // Why the session of this secret is not open; empty where it is.
  std::string WhyNot(const std::string& secret) {
    const auto caller = directory_->AuthenticateSession(secret, now_);
    EXPECT_EQ(sessions_->OpenUntil(secret, now_).has_value(), caller.ok());
    return caller.ok() ? "" : ReasonOf(caller.status());
  }
  // Sessions that the store holds, open or not.
  size_t StoredCount() {
    const auto snapshot = store_->TakeSnapshot();
    const auto cursor = (*snapshot)->Scan(storage::KeyRange::Prefix("session:"));
    size_t count = 0;
    while (cursor->Next()) ++count;
    return count;
  }

  absl::Time now_ = absl::Now();
  std::unique_ptr<Sessions> sessions_;
};

TEST_F(SessionsOf, ATokenAreOfItsPrincipal) {
  const OpenedSession opened = OpenBy(Admit("vera"));
  EXPECT_EQ(opened.principal, "principals/vera");
  EXPECT_EQ(opened.opened_with, "principals/vera/tokens/t1");
  const auto caller = directory_->AuthenticateSession(opened.secret, now_);
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal, "principals/vera");
  EXPECT_EQ(caller->role, v1::ROLE_AUDITOR);
  EXPECT_EQ(sessions_->OpenUntil(opened.secret, now_), opened.expire_time);
}

TEST_F(SessionsOf, AnIdentityAreOfItsPrincipal) {
  Admit("vera");
  EXPECT_EQ(ReasonOf(SignIn("sub-1").status()), "IDENTITY_UNKNOWN");
  ASSERT_EQ(Link("vera", "sub-1"), absl::OkStatus());
  now_ = absl::Now();
  const auto opened = SignIn("sub-1");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->opened_with, "principals/vera/identities/work");
  EXPECT_EQ(directory_->AuthenticateSession(opened->secret, now_)->principal, "principals/vera");
  EXPECT_EQ(ReasonOf(SignIn("sub-2").status()), "IDENTITY_UNKNOWN");
}

TEST_F(SessionsOf, WhatOpensNothingAreNone) {
  const std::string token = Admit("vera");
  EXPECT_EQ(ReasonOf(TryOpen(NewSecret()).status()), "TOKEN_UNKNOWN");
  ASSERT_EQ(Revoke("vera"), absl::OkStatus());
  EXPECT_EQ(ReasonOf(TryOpen(token).status()), "TOKEN_REVOKED");
  EXPECT_EQ(StoredCount(), 0u);
}

TEST_F(SessionsOf, ARestartedServerAreStillOpen) {
  const std::string token = Admit("vera");
  ASSERT_EQ(Link("vera", "sub-1"), absl::OkStatus());
  now_ = absl::Now();
  const OpenedSession opened = OpenBy(token);
  const auto by_identity = SignIn("sub-1");
  Restart();
  EXPECT_EQ(WhyNot(opened.secret), "");
  EXPECT_EQ(WhyNot(by_identity->secret), "");
  EXPECT_EQ(absl::ToUnixNanos(*sessions_->OpenUntil(opened.secret, now_)),
            absl::ToUnixNanos(opened.expire_time));
}

TEST_F(SessionsOf, ATokenEndWithIt) {
  const OpenedSession vera = OpenBy(Admit("vera"));
  const OpenedSession ana = OpenBy(Admit("ana"));
  ASSERT_EQ(Revoke("vera"), absl::OkStatus());
  EXPECT_EQ(WhyNot(vera.secret), "TOKEN_REVOKED");
  EXPECT_EQ(WhyNot(ana.secret), "");
  Restart();
  EXPECT_EQ(WhyNot(vera.secret), "TOKEN_REVOKED");
}

TEST_F(SessionsOf, ATokenEndWhenItExpires) {
  const std::string secret = AdmitAs(v1::ROLE_TAP);
  const OpenedSession opened = OpenBy(secret);
  const SecretDigest digest = DigestSecret(secret);
  v1::Token token;
  token.set_name(opened.opened_with);
  token.set_secret_digest(digest.data(), digest.size());
  token.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(now_) + 60);
  directory_->Put(token);
  EXPECT_EQ(WhyNot(opened.secret), "");
  now_ += absl::Minutes(1);
  EXPECT_EQ(WhyNot(opened.secret), "TOKEN_EXPIRED");
}

TEST_F(SessionsOf, AnIdentityEndWithIt) {
  Admit("vera");
  ASSERT_EQ(Link("vera", "sub-1"), absl::OkStatus());
  now_ = absl::Now();
  const auto opened = SignIn("sub-1");
  ASSERT_EQ(Unlink("vera"), absl::OkStatus());
  EXPECT_EQ(WhyNot(opened->secret), "SESSION_ENDED");
  EXPECT_EQ(ReasonOf(SignIn("sub-1").status()), "IDENTITY_UNKNOWN");
}

// As where an identity was made with another one's account by mistake.
TEST_F(SessionsOf, AnIdentityAreNotOfALaterOneOfItsName) {
  Admit("vera");
  ASSERT_EQ(Link("vera", "mallory"), absl::OkStatus());
  now_ = absl::Now();
  const auto mallory = SignIn("mallory");
  ASSERT_TRUE(mallory.ok()) << mallory.status();
  ASSERT_EQ(Unlink("vera"), absl::OkStatus());
  ASSERT_EQ(Link("vera", "vera"), absl::OkStatus());
  EXPECT_EQ(WhyNot(mallory->secret), "SESSION_ENDED");
  Restart();
  EXPECT_EQ(WhyNot(mallory->secret), "SESSION_ENDED");
  now_ = absl::Now();
  const auto vera = SignIn("vera");
  ASSERT_TRUE(vera.ok()) << vera.status();
  EXPECT_EQ(WhyNot(vera->secret), "");
}

TEST_F(SessionsOf, ADisabledPrincipalEnd) {
  const OpenedSession opened = OpenBy(Admit("vera"));
  ASSERT_EQ(Disable("vera"), absl::OkStatus());
  EXPECT_EQ(WhyNot(opened.secret), "PRINCIPAL_DISABLED");
}

TEST_F(SessionsOf, MembersAloneLastLongerThanADayAndOnlyWhereTheyAreKept) {
  for (const v1::Role role : {v1::ROLE_ADMINISTRATOR, v1::ROLE_AUDITOR, v1::ROLE_COOPERATIVE, v1::ROLE_TAP,
                              v1::ROLE_FUNDER, v1::ROLE_CERTIFIER}) {
    const bool is_member = role != v1::ROLE_ADMINISTRATOR && role != v1::ROLE_AUDITOR;
    const std::string token = AdmitAs(role);
    for (const bool keep : {true, false}) {
      const absl::Time start = now_;
      const OpenedSession opened = OpenBy(token, keep);
      EXPECT_EQ(opened.is_kept, keep);
      EXPECT_EQ(opened.expire_time - start, is_member && keep ? kLasts : kDaySessionLasts)
          << v1::Role_Name(role) << keep;
      now_ = opened.expire_time - absl::Nanoseconds(1);
      EXPECT_EQ(WhyNot(opened.secret), "");
      now_ = opened.expire_time;
      EXPECT_EQ(WhyNot(opened.secret), "SESSION_EXPIRED");
    }
  }
}

TEST_F(SessionsOf, NobodyLastLongerThanTheServerAllows) {
  sessions_ = std::make_unique<Sessions>(store_.get(), directory_.get(), absl::Hours(1));
  for (const v1::Role role : {v1::ROLE_ADMINISTRATOR, v1::ROLE_TAP}) {
    const std::string token = AdmitAs(role);
    for (const bool keep : {true, false}) EXPECT_EQ(OpenBy(token, keep).expire_time - now_, absl::Hours(1));
  }
}

TEST_F(SessionsOf, AnotherTimeAreDeletedAtTheStart) {
  const std::string token = Admit("vera");
  const OpenedSession first = OpenBy(token);
  now_ += kDaySessionLasts / 2;
  const OpenedSession second = OpenBy(token);
  now_ += kDaySessionLasts / 2;
  EXPECT_EQ(StoredCount(), 2u);
  Restart();
  EXPECT_EQ(StoredCount(), 1u);
  EXPECT_EQ(WhyNot(first.secret), "SESSION_ENDED");
  EXPECT_EQ(WhyNot(second.secret), "");
}

TEST_F(SessionsOf, AnotherTimeAreDeletedWhenTheNextIsOpened) {
  const std::string token = Admit("vera");
  const std::string other = Admit("ana");
  OpenBy(token);
  OpenBy(other);
  now_ += kDaySessionLasts;
  OpenBy(token);
  EXPECT_EQ(StoredCount(), 2u);
  EXPECT_EQ(directory_->SessionsOf("principals/vera").size(), 1u);
  EXPECT_EQ(directory_->SessionsOf("principals/ana").size(), 1u);
}

TEST_F(SessionsOf, OnePrincipalAreBoundedAndTheOldestEnds) {
  const std::string token = Admit("vera");
  const OpenedSession other = OpenBy(Admit("ana"));
  std::vector<std::string> secrets;
  for (size_t i = 0; i < kSessionsOfPrincipalMax + 3; ++i) {
    now_ += absl::Seconds(1);
    secrets.push_back(OpenBy(token).secret);
    EXPECT_EQ(StoredCount(), std::min(i + 1, kSessionsOfPrincipalMax) + 1);
    for (size_t j = 0; j <= i; ++j)
      EXPECT_EQ(WhyNot(secrets[j]), i - j < kSessionsOfPrincipalMax ? "" : "SESSION_ENDED") << i << " " << j;
  }
  EXPECT_EQ(WhyNot(other.secret), "");
}

TEST_F(SessionsOf, OnePrincipalEndForNoOthersThatAreOverAnyway) {
  const std::string token = AdmitAs(v1::ROLE_TAP);
  const OpenedSession kept = OpenBy(token);
  for (size_t i = 1; i < kSessionsOfPrincipalMax; ++i) {
    now_ += absl::Seconds(1);
    OpenBy(token, false);
  }
  now_ += kDaySessionLasts;
  OpenBy(token);
  EXPECT_EQ(WhyNot(kept.secret), "");
  EXPECT_EQ(StoredCount(), 2u);
}

TEST_F(SessionsOf, ABrowserThatSignsOutEnd) {
  const std::string token = Admit("vera");
  const OpenedSession here = OpenBy(token);
  const OpenedSession there = OpenBy(token);
  EXPECT_EQ(End(here.secret), absl::OkStatus());
  EXPECT_EQ(WhyNot(here.secret), "SESSION_ENDED");
  EXPECT_EQ(WhyNot(there.secret), "");
  EXPECT_EQ(StoredCount(), 1u);
  Restart();
  EXPECT_EQ(WhyNot(here.secret), "SESSION_ENDED");
  EXPECT_EQ(WhyNot(there.secret), "");
}

TEST_F(SessionsOf, NoBrowserEndAsWell) {
  const OpenedSession opened = OpenBy(Admit("vera"));
  for (const std::string& secret : {opened.secret, opened.secret, NewSecret(), std::string()})
    EXPECT_EQ(End(secret), absl::OkStatus());
}

TEST_F(SessionsOf, OnePrincipalEndEverywhere) {
  const std::string token = Admit("vera");
  const OpenedSession other = OpenBy(Admit("ana"));
  std::vector<std::string> secrets;
  for (int i = 0; i < 3; ++i) secrets.push_back(OpenBy(token).secret);
  EXPECT_EQ(End(secrets[1], true), absl::OkStatus());
  for (const std::string& secret : secrets) EXPECT_EQ(WhyNot(secret), "SESSION_ENDED");
  EXPECT_EQ(WhyNot(other.secret), "");
  EXPECT_EQ(StoredCount(), 1u);
}

TEST_F(SessionsOf, OnePrincipalEndEverywhereByAnOpenOneAlone) {
  const std::string token = Admit("vera");
  const OpenedSession first = OpenBy(token);
  now_ += absl::Hours(1);
  const OpenedSession second = OpenBy(token);
  EXPECT_EQ(ReasonOf(End(NewSecret(), true)), "SESSION_ENDED");
  EXPECT_EQ(ReasonOf(End(token, true)), "SESSION_ENDED");
  now_ = first.expire_time;
  EXPECT_EQ(ReasonOf(End(first.secret, true)), "SESSION_EXPIRED");
  EXPECT_EQ(WhyNot(second.secret), "");
}

TEST_F(SessionsOf, ATokenAndTheTokenAreNotTakenForEachOther) {
  const std::string token = Admit("vera");
  const OpenedSession opened = OpenBy(token);
  EXPECT_EQ(ReasonOf(directory_->Authenticate(opened.secret, now_).status()), "TOKEN_UNKNOWN");
  EXPECT_EQ(ReasonOf(TryOpen(opened.secret).status()), "TOKEN_UNKNOWN");
  EXPECT_EQ(WhyNot(token), "SESSION_ENDED");
}

TEST_F(SessionsOf, NobodyAreInTheLedger) {
  const std::string token = Admit("vera");
  ASSERT_EQ(Link("vera", "sub-1"), absl::OkStatus());
  now_ = absl::Now();
  const uint64_t leaf_count = store_->leaf_count();
  ASSERT_GT(leaf_count, 0u);
  const OpenedSession opened = OpenBy(token);
  EXPECT_TRUE(SignIn("sub-1").ok());
  for (size_t i = 0; i < kSessionsOfPrincipalMax; ++i) OpenBy(token);
  EXPECT_EQ(End(opened.secret), absl::OkStatus());
  EXPECT_EQ(End(OpenBy(token).secret, true), absl::OkStatus());
  OpenBy(token);
  now_ += kLasts;
  Restart();
  EXPECT_EQ(store_->leaf_count(), leaf_count);
}

}  // namespace
}  // namespace ayni::services
