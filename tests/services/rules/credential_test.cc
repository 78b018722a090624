// The life of a credential through its methods: who may do what to it, on which days, and what is refused.
#include <gmock/gmock.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "services/resource/time.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

constexpr char kCredential[] = "credentials/c";
const Caller kCertifier = {"principals/cert", v1::ROLE_CERTIFIER, "parties/certifier"};
const Caller kRival = {"principals/rival", v1::ROLE_CERTIFIER, "parties/rival"};

// Days of TestMarket, whose clock stands at 2026-11-24.
class ACredentialOnRecord : public testing::Test {
 protected:
  ACredentialOnRecord() {
    market_.Lay();
    v1::CreatePartyRequest rival;
    rival.set_party_id("rival");
    *rival.mutable_party() = ACertifier();
    EXPECT_TRUE(market_.Run("ayni.v1.PartyService/CreateParty", rival).ok());
    const auto made = Create(kCertifier, Scope::kOwnName, ACredentialUntil2027());
    EXPECT_TRUE(made.ok()) << made.status();
  }

  static v1::Credential ACredentialUntil2027() {
    v1::Credential credential = ACredential();
    *credential.mutable_expire_date() = ADay(2027, 12, 31);
    return credential;
  }

  absl::StatusOr<v1::Credential> Create(const Caller& caller, Scope scope, const v1::Credential& credential,
                                        const char* id = "c") {
    v1::CreateCredentialRequest request;
    request.set_credential_id(id);
    *request.mutable_credential() = credential;
    return market_.CallAs<v1::Credential>(caller, scope, "ayni.v1.CredentialService/CreateCredential",
                                          request);
  }

  template <typename Request>
  absl::StatusOr<v1::Credential> Change(const Caller& caller, const char* verb, Request request) {
    request.set_name(kCredential);
    const Scope scope = caller.role == v1::ROLE_ADMINISTRATOR ? Scope::kAny : Scope::kOwnRecord;
    return market_.CallAs<v1::Credential>(
        caller, scope, absl::StrCat("ayni.v1.CredentialService/", verb, "Credential"), request);
  }

  absl::StatusOr<v1::Credential> Suspend(const Caller& caller, const google::type::Date& from,
                                         const std::string& request_id = "") {
    v1::SuspendCredentialRequest request;
    *request.mutable_start_date() = from;
    request.set_reason("Complaints are being looked into");
    request.set_request_id(request_id);
    return Change(caller, "Suspend", request);
  }
  absl::StatusOr<v1::Credential> Reinstate(const Caller& caller, const google::type::Date& last) {
    v1::ReinstateCredentialRequest request;
    *request.mutable_end_date() = last;
    return Change(caller, "Reinstate", request);
  }
  absl::StatusOr<v1::Credential> Renew(const Caller& caller, const google::type::Date& last) {
    v1::RenewCredentialRequest request;
    *request.mutable_expire_date() = last;
    request.set_evidence("Acta 7");
    return Change(caller, "Renew", request);
  }
  absl::StatusOr<v1::Credential> Revoke(const Caller& caller, const google::type::Date& from) {
    v1::RevokeCredentialRequest request;
    *request.mutable_revoke_date() = from;
    request.set_reason("Forged evidence");
    return Change(caller, "Revoke", request);
  }

  v1::Credential Read() {
    v1::GetCredentialRequest request;
    request.set_name(kCredential);
    auto credential = market_.Call<v1::Credential>("ayni.v1.CredentialService/GetCredential", request);
    EXPECT_TRUE(credential.ok()) << credential.status();
    return credential.ok() ? *credential : v1::Credential();
  }

  TestMarket market_;
};

TEST_F(ACredentialOnRecord, IsSuspendedReinstatedRenewedAndRevokedByItsCertifier) {
  EXPECT_EQ(Read().state(), v1::Credential::STATE_ACTIVE);
  auto changed = Suspend(kCertifier, ADay(2026, 12, 1));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->state(), v1::Credential::STATE_SUSPENDED);
  EXPECT_EQ(changed->suspensions(0).reason(), "Complaints are being looked into");
  EXPECT_FALSE(changed->suspensions(0).has_end_date());

  changed = Reinstate(kCertifier, ADay(2026, 12, 31));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->state(), v1::Credential::STATE_ACTIVE);
  EXPECT_EQ(changed->suspensions(0).end_date().day(), 31);

  changed = Renew(kCertifier, ADay(2029, 12, 31));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->expire_date().year(), 2029);
  EXPECT_EQ(changed->renewals(0).expire_date().year(), 2027);
  EXPECT_EQ(changed->renewals(0).renew_date().year(), 2026);
  EXPECT_EQ(changed->renewals(0).evidence(), "Acta 7");

  changed = Revoke(kCertifier, ADay(2028, 6, 1));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->state(), v1::Credential::STATE_REVOKED);
  EXPECT_EQ(changed->revoke_date().year(), 2028);
  EXPECT_EQ(changed->revoke_reason(), "Forged evidence");
  EXPECT_EQ(Read().suspensions_size(), 1);
}

TEST_F(ACredentialOnRecord, DatesLeftOutAreToday) {
  v1::SuspendCredentialRequest suspend;
  suspend.set_reason("Complaints");
  ASSERT_TRUE(Change(kCertifier, "Suspend", suspend).ok());
  EXPECT_EQ(Read().suspensions(0).start_date().month(), 11);
  EXPECT_EQ(Read().suspensions(0).start_date().day(), 23);  // at UTC-12:00, where days end last
  market_.Advance(absl::Hours(48));
  ASSERT_TRUE(Change(kCertifier, "Reinstate", v1::ReinstateCredentialRequest()).ok());
  EXPECT_EQ(Read().suspensions(0).end_date().day(), 25);
  v1::RevokeCredentialRequest revoke;
  revoke.set_reason("Forged evidence");
  ASSERT_TRUE(Change(kCertifier, "Revoke", revoke).ok());
  EXPECT_EQ(Read().revoke_date().day(), 25);
}

TEST_F(ACredentialOnRecord, IsForItsCertifierAndAdministratorsAlone) {
  // Who holds it reads it as its own, and changes it no more than who issued another one.
  const Caller holder = {"principals/academy", v1::ROLE_CERTIFIER, "parties/tap"};
  const std::string before = Read().SerializeAsString();
  for (const Caller& caller : {kRival, holder}) {
    for (const auto& status :
         {Suspend(caller, ADay(2026, 12, 1)).status(), Reinstate(caller, ADay(2026, 12, 1)).status(),
          Renew(caller, ADay(2029, 1, 1)).status(), Revoke(caller, ADay(2026, 12, 1)).status()}) {
      EXPECT_EQ(ReasonOf(status), "NOT_OWN") << caller.principal << ": " << status;
    }
  }
  EXPECT_EQ(Read().SerializeAsString(), before);
  EXPECT_TRUE(Suspend(Administrator(), ADay(2026, 12, 1)).ok());
  EXPECT_TRUE(Reinstate(Administrator(), ADay(2026, 12, 31)).ok());
  EXPECT_TRUE(Renew(Administrator(), ADay(2029, 1, 1)).ok());
  EXPECT_TRUE(Revoke(Administrator(), ADay(2027, 1, 1)).ok());
}

TEST_F(ACredentialOnRecord, AllWrongFieldsAreNamedAtOnce) {
  ASSERT_TRUE(Suspend(kCertifier, ADay(2026, 12, 1)).ok());
  ASSERT_TRUE(Reinstate(kCertifier, ADay(2026, 12, 31)).ok());
  struct Case {
    const char* name;
    absl::Status status;
    std::vector<const char*> fields;
  };
  v1::SuspendCredentialRequest suspend;
  *suspend.mutable_start_date() = ADay(2026, 2, 30);
  v1::RenewCredentialRequest renew;
  *renew.mutable_expire_date() = ADay(2027, 12, 31);
  v1::RevokeCredentialRequest revoke;
  *revoke.mutable_revoke_date() = ADay(2028, 1, 1);
  v1::RevokeCredentialRequest early;
  *early.mutable_revoke_date() = ADay(2024, 2, 28);
  early.set_reason("Forged evidence");
  const Case cases[] = {
      {"no day, no reason", Change(kCertifier, "Suspend", suspend).status(), {"start_date", "reason"}},
      {"no later day, no evidence", Change(kCertifier, "Renew", renew).status(), {"expire_date", "evidence"}},
      {"nothing",
       Change(kCertifier, "Renew", v1::RenewCredentialRequest()).status(),
       {"expire_date", "evidence"}},
      {"after its last day, no reason",
       Change(kCertifier, "Revoke", revoke).status(),
       {"revoke_date", "reason"}},
      {"before it was issued", Change(kCertifier, "Revoke", early).status(), {"revoke_date"}},
      // And before the suspension that it had.
      {"suspended before it was issued",
       Suspend(kCertifier, ADay(2024, 2, 28)).status(),
       {"start_date", "start_date"}},
      {"suspended after its last day", Suspend(kCertifier, ADay(2028, 1, 1)).status(), {"start_date"}},
      {"suspended on a day on which it was",
       Suspend(kCertifier, ADay(2026, 12, 31)).status(),
       {"start_date"}},
  };
  for (const Case& each : cases) {
    for (const char* field : each.fields)
      EXPECT_TRUE(Violates(each.status, field)) << each.name << ": " << each.status;
    EXPECT_EQ(FieldViolations(each.status).size(), each.fields.size()) << each.name << ": " << each.status;
  }
  EXPECT_TRUE(Suspend(kCertifier, ADay(2027, 1, 1)).ok());
  EXPECT_TRUE(Violates(Reinstate(kCertifier, ADay(2026, 12, 30)).status(), "end_date"));
  // The day before its first: it never began.
  EXPECT_TRUE(Reinstate(kCertifier, ADay(2026, 12, 31)).ok());
}

TEST_F(ACredentialOnRecord, StateForbidsWhatComesTwiceOrTooLate) {
  EXPECT_EQ(ReasonOf(Reinstate(kCertifier, ADay(2026, 12, 1)).status()), "CREDENTIAL_NOT_SUSPENDED");
  ASSERT_TRUE(Suspend(kCertifier, ADay(2026, 12, 1)).ok());
  EXPECT_EQ(ReasonOf(Suspend(kCertifier, ADay(2026, 12, 2)).status()), "CREDENTIAL_SUSPENDED");
  ASSERT_TRUE(Revoke(kCertifier, ADay(2027, 1, 1)).ok());
  for (const auto& status :
       {Suspend(kCertifier, ADay(2027, 2, 1)).status(), Reinstate(kCertifier, ADay(2027, 2, 1)).status(),
        Renew(kCertifier, ADay(2029, 1, 1)).status(), Revoke(kCertifier, ADay(2027, 2, 1)).status()}) {
    EXPECT_EQ(ReasonOf(status), "CREDENTIAL_REVOKED") << status;
  }
  v1::Credential unlimited = ACredential();
  ASSERT_TRUE(Create(kCertifier, Scope::kOwnName, unlimited, "u").ok());
  v1::RenewCredentialRequest renew;
  renew.set_name("credentials/u");
  *renew.mutable_expire_date() = ADay(2029, 1, 1);
  renew.set_evidence("Acta 7");
  EXPECT_EQ(ReasonOf(market_.Run("ayni.v1.CredentialService/RenewCredential", renew).status()),
            "CREDENTIAL_UNLIMITED");
}

TEST_F(ACredentialOnRecord, ARepeatedRequestSuspendsOnce) {
  const auto first = Suspend(kCertifier, ADay(2026, 12, 1), "r-1");
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Reinstate(kCertifier, ADay(2026, 12, 31)).ok());
  const auto again = Suspend(kCertifier, ADay(2026, 12, 1), "r-1");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Read().state(), v1::Credential::STATE_ACTIVE);
}

TEST_F(ACredentialOnRecord, WhatIsOnlyValidatedOrOfAnOldEtagStands) {
  const std::string before = Read().SerializeAsString();
  v1::SuspendCredentialRequest suspend;
  suspend.set_reason("Complaints");
  suspend.set_validate_only(true);
  const auto shown = Change(kCertifier, "Suspend", suspend);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->state(), v1::Credential::STATE_SUSPENDED);
  suspend.set_validate_only(false);
  suspend.set_etag("abcd");
  EXPECT_TRUE(absl::IsAborted(Change(kCertifier, "Suspend", suspend).status()));
  EXPECT_EQ(Read().SerializeAsString(), before);
}

TEST_F(ACredentialOnRecord, AnUpdateKeepsWhatHappenedAndStateFollowsItsDates) {
  ASSERT_TRUE(Suspend(kCertifier, ADay(2026, 12, 1)).ok());
  ASSERT_TRUE(Renew(kCertifier, ADay(2029, 12, 31)).ok());
  const auto update = [&](const std::function<void(v1::Credential*)>& set) {
    v1::UpdateCredentialRequest request;
    request.mutable_credential()->set_name(kCredential);
    set(request.mutable_credential());
    return market_.Call<v1::Credential>("ayni.v1.CredentialService/UpdateCredential", request);
  };
  EXPECT_TRUE(Violates(update([](auto* c) { *c->mutable_issue_date() = ADay(2026, 12, 2); }).status(),
                       "credential.issue_date"));
  EXPECT_TRUE(Violates(update([](auto* c) { *c->mutable_expire_date() = ADay(2026, 12, 31); }).status(),
                       "credential.expire_date"));
  // What an import or a program of before this had states: revoked by its date.
  const auto revoked = update([](auto* c) {
    *c->mutable_revoke_date() = ADay(2027, 1, 1);
    c->set_revoke_reason("Forged evidence");
    c->set_state(v1::Credential::STATE_ACTIVE);
    c->add_suspensions()->set_reason("made up");
  });
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_EQ(revoked->state(), v1::Credential::STATE_REVOKED);
  ASSERT_EQ(revoked->suspensions_size(), 1);
  EXPECT_EQ(revoked->suspensions(0).reason(), "Complaints are being looked into");
}

TEST_F(ACredentialOnRecord, ACertifiersAccountIsOfAPartyThatCertifies) {
  v1::CreatePrincipalRequest request;
  request.set_principal_id("cert");
  request.mutable_principal()->set_display_name("Certificadora");
  request.mutable_principal()->set_role(v1::ROLE_CERTIFIER);
  const auto create = [&] { return market_.Run("ayni.v1.AccessService/CreatePrincipal", request).status(); };
  EXPECT_TRUE(Violates(create(), "principal.party"));
  request.mutable_principal()->set_party("parties/coop");
  EXPECT_THAT(std::string(create().message()), HasSubstr("PARTY_ROLE_CERTIFIER"));
  request.mutable_principal()->set_party("parties/certifier");
  EXPECT_TRUE(create().ok()) << create();
}

}  // namespace
}  // namespace ayni::services
