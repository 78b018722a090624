// Calls that meet: whichever wins, the store stays whole.
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue_service.pb.h"
#include "tests/services/market.h"
#include "tests/services/resource/whole_store.h"

namespace ayni::services {
namespace {

v1::CreateServiceRequest NewService(const std::string& id) {
  v1::CreateServiceRequest request;
  request.set_service_id(id);
  *request.mutable_service() = AService();
  return request;
}

TEST(Races, NoNeedIsLeftWithoutTheServiceThatIsDeletedMeanwhile) {
  TestMarket market;
  market.Lay();
  int needs = 0;
  int deleted = 0;
  for (int i = 0; i < 150; ++i) {
    const std::string id = absl::StrCat("s", i);
    ASSERT_TRUE(market.Run("ayni.v1.CatalogueService/CreateService", NewService(id)).ok());
    v1::CreateNeedRequest create;
    create.set_parent("cooperatives/coop");
    *create.mutable_need() = ANeed();
    create.mutable_need()->set_service("services/" + id);
    // Warms what the next one rests on, so that the two run beside one another.
    create.set_validate_only(true);
    ASSERT_TRUE(market.Run("ayni.v1.NeedService/CreateNeed", create).ok());
    create.set_validate_only(false);
    absl::Status created;
    std::thread creator([&] { created = market.Run("ayni.v1.NeedService/CreateNeed", create).status(); });
    v1::DeleteServiceRequest remove;
    remove.set_name("services/" + id);
    const absl::Status removed = market.Run("ayni.v1.CatalogueService/DeleteService", remove).status();
    creator.join();
    EXPECT_NE(created.ok(), removed.ok()) << created << removed;
    needs += created.ok() ? 1 : 0;
    deleted += removed.ok() ? 1 : 0;
    EXPECT_TRUE(created.ok() || Violates(created, "need.service")) << created;
    EXPECT_TRUE(removed.ok() || ReasonOf(removed) == "RESOURCE_IN_USE") << removed;
  }
  ExpectWholeStore(&market);
  EXPECT_EQ(needs + deleted, 150);
}

TEST(Races, OneOfTwoPoliciesThatAreActivatedAtOnceIsSuperseded) {
  TestMarket market;
  market.Lay();
  for (int i = 0; i < 40; ++i) {
    std::vector<std::thread> threads;
    for (const char* side : {"a", "b"}) {
      const std::string id = absl::StrCat(side, i);
      v1::CreatePolicyRequest create;
      create.set_policy_id(id);
      *create.mutable_policy() = APolicy();
      const auto draft = market.Call<v1::Policy>("ayni.v1.PolicyService/CreatePolicy", create);
      ASSERT_TRUE(draft.ok()) << draft.status();
      threads.emplace_back([&market, draft] {
        v1::ActivatePolicyRequest activate;
        activate.set_name(draft->name());
        activate.set_etag(draft->etag());
        const auto activated = market.CallAs<v1::Policy>(SecondAdministrator(), Scope::kAny,
                                                         "ayni.v1.PolicyService/ActivatePolicy", activate);
        EXPECT_TRUE(activated.ok()) << activated.status();
      });
    }
    for (std::thread& thread : threads) thread.join();
    v1::ListPoliciesRequest list;
    list.set_filter("state = STATE_ACTIVE");
    const auto active = market.Call<v1::ListPoliciesResponse>("ayni.v1.PolicyService/ListPolicies", list);
    ASSERT_TRUE(active.ok()) << active.status();
    EXPECT_EQ(active->policies_size(), 1) << i;
  }
}

TEST(Races, UpdatesOfDifferentFieldsAllStand) {
  TestMarket market;
  market.Lay();
  v1::CreateNeedRequest create;
  create.set_parent("cooperatives/coop");
  create.set_need_id("n1");
  *create.mutable_need() = ANeed();
  ASSERT_TRUE(market.Run("ayni.v1.NeedService/CreateNeed", create).ok());
  const auto update = [&market](const char* path, const std::function<void(v1::Need*)>& set) {
    return [&market, path, set] {
      v1::UpdateNeedRequest request;
      request.mutable_need()->set_name("cooperatives/coop/needs/n1");
      request.mutable_update_mask()->add_paths(path);
      set(request.mutable_need());
      const auto updated = market.Run("ayni.v1.NeedService/UpdateNeed", request);
      EXPECT_TRUE(updated.ok()) << updated.status();
    };
  };
  for (int i = 1; i <= 60; ++i) {
    std::thread quantity(update("quantity", [i](v1::Need* need) { need->set_quantity(i); }));
    std::thread months(
        update("least_experience_months", [i](v1::Need* need) { need->set_least_experience_months(i); }));
    std::thread note(update("note", [i](v1::Need* need) { need->set_note(absl::StrCat("note ", i)); }));
    quantity.join();
    months.join();
    note.join();
    v1::GetNeedRequest get;
    get.set_name("cooperatives/coop/needs/n1");
    const auto need = market.Call<v1::Need>("ayni.v1.NeedService/GetNeed", get);
    ASSERT_TRUE(need.ok()) << need.status();
    EXPECT_EQ(need->quantity(), i);
    EXPECT_EQ(need->least_experience_months(), i);
    EXPECT_EQ(need->note(), absl::StrCat("note ", i));
  }
}

// An id that two calls choose at once is one record's, and a request_id that two calls send at once is one
// write.
TEST(Races, TwinsMakeOneRecord) {
  TestMarket market;
  market.Lay();
  for (int i = 0; i < 60; ++i) {
    v1::CreateNeedRequest create;
    create.set_parent("cooperatives/coop");
    *create.mutable_need() = ANeed();
    create.set_need_id(absl::StrCat("n", i));
    if (i % 2 == 0) create.set_request_id(absl::StrCat("r", i));
    absl::StatusOr<v1::Need> answers[2];
    const storage::Sequence before = market.store().sequence();
    std::thread twin([&] { answers[0] = market.Call<v1::Need>("ayni.v1.NeedService/CreateNeed", create); });
    answers[1] = market.Call<v1::Need>("ayni.v1.NeedService/CreateNeed", create);
    twin.join();
    EXPECT_EQ(market.store().sequence(), before + 1);
    if (i % 2 == 0) {
      ASSERT_TRUE(answers[0].ok() && answers[1].ok()) << answers[0].status() << answers[1].status();
      EXPECT_EQ(answers[0]->SerializeAsString(), answers[1]->SerializeAsString());
    } else {
      EXPECT_NE(answers[0].ok(), answers[1].ok());
      EXPECT_TRUE(absl::IsAlreadyExists(answers[answers[0].ok() ? 1 : 0].status()));
    }
  }
}

}  // namespace
}  // namespace ayni::services
