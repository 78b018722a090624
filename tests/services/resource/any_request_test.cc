// Whatever is sent, every method answers, in one piece or not at all, and the store stays whole.
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/services/market.h"
#include "tests/services/resource/random_request.h"
#include "tests/services/resource/whole_store.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;

// Requests that would do, by method; those of other methods start empty.
std::unique_ptr<Message> StartingRequest(const Method& method) {
  std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                       ->GetPrototype(method.descriptor->input_type())
                                       ->New());
  const auto fill = [&](auto* typed, const char* parent, auto* (std::decay_t<decltype(*typed)>::*record)(),
                        auto value) {
    if constexpr (requires { typed->set_parent(parent); }) typed->set_parent(parent);
    *(typed->*record)() = value;
  };
  if (auto* need = dynamic_cast<v1::CreateNeedRequest*>(request.get())) {
    fill(need, "cooperatives/coop", &v1::CreateNeedRequest::mutable_need, ANeed());
    need->set_need_id("n1");
  } else if (auto* offer = dynamic_cast<v1::CreateOfferRequest*>(request.get())) {
    fill(offer, "taps/tap", &v1::CreateOfferRequest::mutable_offer, AnOffer());
    offer->set_offer_id("o1");
  } else if (auto* party = dynamic_cast<v1::CreatePartyRequest*>(request.get())) {
    fill(party, "", &v1::CreatePartyRequest::mutable_party, ATap());
  } else if (auto* service = dynamic_cast<v1::CreateServiceRequest*>(request.get())) {
    fill(service, "", &v1::CreateServiceRequest::mutable_service, AService());
  } else if (auto* territory = dynamic_cast<v1::CreateTerritoryRequest*>(request.get())) {
    fill(territory, "", &v1::CreateTerritoryRequest::mutable_territory, ADistrict());
    territory->set_territory_id("inei.080602");
  } else if (auto* relation = dynamic_cast<v1::CreateRelationRequest*>(request.get())) {
    fill(relation, "", &v1::CreateRelationRequest::mutable_relation, ARelation());
  } else if (auto* credential = dynamic_cast<v1::CreateCredentialRequest*>(request.get())) {
    fill(credential, "", &v1::CreateCredentialRequest::mutable_credential, ACredential());
  } else if (auto* policy = dynamic_cast<v1::CreatePolicyRequest*>(request.get())) {
    fill(policy, "", &v1::CreatePolicyRequest::mutable_policy, APolicy());
    policy->set_policy_id("p1");
  } else if (auto* import = dynamic_cast<v1::ImportMarketRequest*>(request.get())) {
    *import->add_rows()->mutable_need() = ANeed();
    import->mutable_rows(0)->mutable_need()->set_name("cooperatives/coop/needs/n7");
    *import->add_rows()->mutable_offer() = AnOffer();
    import->mutable_rows(1)->mutable_offer()->set_name("taps/tap/offers/o7");
    import->set_last(true);
  }
  if (auto* update = dynamic_cast<v1::UpdatePartyRequest*>(request.get())) {
    update->mutable_party()->set_name("parties/tap");
  }
  // The name, where it has one, of what the requests above make.
  const FieldDescriptor* name = request->GetDescriptor()->FindFieldByName("name");
  const std::pair<const char*, const char*> names[] = {{"Need", "cooperatives/coop/needs/n1"},
                                                       {"Offer", "taps/tap/offers/o1"},
                                                       {"Policy", "policies/p1"},
                                                       {"Party", "parties/tap"}};
  for (const auto& [type, value] : names) {
    if (name != nullptr && absl::EndsWith(method.descriptor->name(), type)) {
      request->GetReflection()->SetString(request.get(), name, value);
    }
  }
  return request;
}

bool IsReadMethod(const Method& method) {
  return method.descriptor->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
}

void ExpectCleanStatus(const absl::Status& status, const std::string& what) {
  const std::set<absl::StatusCode> allowed = {
      absl::StatusCode::kInvalidArgument, absl::StatusCode::kNotFound, absl::StatusCode::kAlreadyExists,
      absl::StatusCode::kFailedPrecondition, absl::StatusCode::kAborted};
  EXPECT_TRUE(allowed.count(status.code())) << what << status;
  EXPECT_FALSE(status.message().empty()) << what;
  EXPECT_NE(ReasonOf(status), "") << what << status;
  if (!absl::IsInvalidArgument(status)) return;
  EXPECT_FALSE(FieldViolations(status).empty()) << what << status;
}

// Runs one request near to a right one; what is wrong with the answer fails the test.
void RunAny(std::mt19937* random, const Method& method, TestMarket* market,
            std::map<std::string, int>* done) {
  const std::string name =
      absl::StrCat(method.descriptor->service()->full_name(), "/", method.descriptor->name());
  const std::unique_ptr<Message> request = StartingRequest(method);
  for (size_t i = (*random)() % 3; i > 0; --i) Mutate(random, request.get());
  const std::string what = absl::StrCat(name, " ", request->ShortDebugString().substr(0, 2000), ": ");
  const storage::Sequence before = market->store().sequence();
  const auto response = market->Run(name, *request);
  const storage::Sequence after = market->store().sequence();
  if (response.ok()) {
    EXPECT_LE(after, before + (IsReadMethod(method) ? 0 : 1)) << what;
    ++(*done)[name];
  } else {
    EXPECT_EQ(after, before) << what;
    ExpectCleanStatus(response.status(), what);
  }
}

TEST(AnyRequest, IsAnsweredCleanlyAndChangesAllOrNothing) {
  const google::protobuf::LogSilencer silencer;  // of texts that are not UTF-8
  std::mt19937 random(20261124);
  std::map<std::string, int> done;
  // A market at a time, since one soon loses the parties that others rest on.
  for (int i = 0; i < 20 && !testing::Test::HasFailure(); ++i) {
    TestMarket market({}, {.single_administrator = true});
    market.Lay();
    std::vector<const Method*> methods;
    for (const auto& [name, method] : market.methods().methods()) methods.push_back(&method);
    for (int j = 0; j < 2000 && !testing::Test::HasFailure(); ++j) {
      RunAny(&random, *methods[random() % methods.size()], &market, &done);
    }
    ExpectWholeStore(&market);
  }
  // A fuzzer that nothing gets past tests nothing.
  for (const char* reached :
       {"ayni.v1.NeedService/CreateNeed", "ayni.v1.NeedService/ListNeeds", "ayni.v1.OfferService/CreateOffer",
        "ayni.v1.PartyService/UpdateParty", "ayni.v1.NeedService/DeleteNeed",
        "ayni.v1.PartyService/DeleteParty", "ayni.v1.PolicyService/ActivatePolicy",
        "ayni.v1.MarketService/ImportMarket", "ayni.v1.CatalogueService/CreateTerritory",
        "ayni.v1.LedgerService/GetLedgerEntry", "ayni.v1.RoundService/CreateRound"}) {
    EXPECT_GT(done[reached], 0) << reached;
  }
}

}  // namespace
}  // namespace ayni::services
