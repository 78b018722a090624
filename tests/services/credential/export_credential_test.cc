#include "services/credential/export_credential.h"

#include <gmock/gmock.h>

#include <future>

#include "services/credential/did_key.h"
#include "services/credential/verifiable_credential.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

using testing::IsEmpty;

// The method beside those of the market, over its store.
class Exports : public testing::Test {
 protected:
  Exports() {
    market_.Lay();
    AddCredentialExport(&market_.store(), storage::SigningKey::Generate(), &methods_);
    v1::CreateCredentialRequest create;
    create.set_credential_id("c");
    *create.mutable_credential() = ACredential();
    *create.mutable_credential()->mutable_expire_date() = ADay(2027, 12, 31);
    EXPECT_TRUE(market_.Run("ayni.v1.CredentialService/CreateCredential", create).ok());
  }

  absl::StatusOr<v1::ExportCredentialResponse> Export(const Caller& caller, Scope scope,
                                                      const std::string& name = "credentials/c") {
    v1::ExportCredentialRequest request;
    request.set_name(name);
    Requests requests;
    requests.push_back(std::make_unique<v1::ExportCredentialRequest>(request));
    auto call = std::make_shared<Call>();
    call->caller = caller;
    call->scope = scope;
    call->now = market_.now();
    std::promise<absl::StatusOr<std::unique_ptr<Message>>> answer;
    methods_.Find("ayni.v1.CredentialService/ExportCredential")
        ->run(call, std::make_shared<const Requests>(std::move(requests)),
              [&](auto response) { answer.set_value(std::move(response)); });
    auto response = answer.get_future().get();
    if (!response.ok()) return response.status();
    return static_cast<const v1::ExportCredentialResponse&>(**response);
  }

  template <typename Request>
  void Change(const char* method, Request request) {
    request.set_name("credentials/c");
    const auto changed = market_.Run(method, request);
    ASSERT_TRUE(changed.ok()) << changed.status();
  }

  TestMarket market_;
  MethodTable methods_;
};

TEST_F(Exports, AreForTheHolderAndTheCertifier) {
  const Caller certifier = {"principals/cert", v1::ROLE_CERTIFIER, "parties/certifier"};
  for (const Caller& caller : {TapCaller(), certifier}) {
    const auto exported = Export(caller, Scope::kOwnRecord);
    ASSERT_TRUE(exported.ok()) << exported.status();
    const auto checked = CheckCredential(exported->document(), exported->issuer(), market_.now());
    ASSERT_TRUE(checked.ok()) << checked.status();
    EXPECT_EQ(checked->holder, "Kamayoq Quispe");
    EXPECT_EQ(checked->valid_from, "2024-02-29T00:00:00+14:00");
    EXPECT_EQ(checked->valid_until, "2027-12-31T23:59:59-12:00");
    EXPECT_THAT(checked->services, IsEmpty());
  }
  EXPECT_EQ(ReasonOf(Export(CooperativeCaller(), Scope::kOwnRecord).status()), "NOT_OWN");
  EXPECT_EQ(ReasonOf(Export(CooperativeCaller(), Scope::kOwnRecord, "credentials/none").status()), "NOT_OWN");
  EXPECT_TRUE(absl::IsNotFound(Export(Administrator(), Scope::kAny, "credentials/none").status()));
  EXPECT_TRUE(Violates(Export(Administrator(), Scope::kAny, "parties/tap").status(), "name"));
}

// Nothing could be told to whoever has the document, so it ends before what is known already.
TEST_F(Exports, EndBeforeTheNextSuspension) {
  v1::SuspendCredentialRequest suspend;
  *suspend.mutable_start_date() = ADay(2027, 3, 1);
  suspend.set_reason("Complaints");
  Change("ayni.v1.CredentialService/SuspendCredential", suspend);
  const auto exported = Export(Administrator(), Scope::kAny);
  ASSERT_TRUE(exported.ok()) << exported.status();
  const auto checked = CheckCredential(exported->document(), exported->issuer(), market_.now());
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->valid_until, "2027-02-28T23:59:59-12:00");
}

TEST_F(Exports, AreOfWhatHoldsToday) {
  v1::SuspendCredentialRequest suspend;
  suspend.set_reason("Complaints");
  Change("ayni.v1.CredentialService/SuspendCredential", suspend);
  EXPECT_EQ(ReasonOf(Export(Administrator(), Scope::kAny).status()), "CREDENTIAL_DOES_NOT_HOLD");
  Change("ayni.v1.CredentialService/ReinstateCredential", v1::ReinstateCredentialRequest());
  market_.Advance(absl::Hours(24));
  EXPECT_TRUE(Export(Administrator(), Scope::kAny).ok());
  v1::RevokeCredentialRequest revoke;
  revoke.set_reason("Forged evidence");
  Change("ayni.v1.CredentialService/RevokeCredential", revoke);
  EXPECT_EQ(ReasonOf(Export(Administrator(), Scope::kAny).status()), "CREDENTIAL_DOES_NOT_HOLD");
}

}  // namespace
}  // namespace ayni::services
