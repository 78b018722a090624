#include "services/rules/country_profiles.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

v1::CountryProfile Peru() {
  v1::CountryProfile profile;
  profile.set_territory("territories/iso3166.pe");
  profile.set_currency("PEN");
  profile.set_language("spa");
  profile.set_appeal_days(15);
  for (const int years : {0, 1, 5}) {
    v1::ProviderCap* cap = profile.add_provider_caps();
    cap->set_years(years);
    cap->set_quantity(40);
  }
  return profile;
}

TEST(CountryProfiles, AreRefusedForOneReasonEach) {
  using R = v1::CreatePolicyRequest;
  const auto profile = [](v1::Policy* policy) { return policy->mutable_country_profiles(0); };
  R valid;
  *valid.mutable_policy() = APolicy();
  *valid.mutable_policy()->add_country_profiles() = Peru();
  ExpectRejections<R, v1::Policy>(
      "ayni.v1.PolicyService/CreatePolicy", valid, &R::mutable_policy,
      {
          {"twice", [](R*, v1::Policy* p) { *p->add_country_profiles() = Peru(); },
           "policy.country_profiles[1].territory"},
          {"of a province", [&](R*, v1::Policy* p) { profile(p)->set_territory("territories/inei.0806"); },
           "policy.country_profiles[0].territory"},
          {"of no territory", [&](R*, v1::Policy* p) { profile(p)->set_territory("territories/iso3166.br"); },
           "policy.country_profiles[0].territory"},
          {"currency", [&](R*, v1::Policy* p) { profile(p)->set_currency("soles"); },
           "policy.country_profiles[0].currency"},
          {"language", [&](R*, v1::Policy* p) { profile(p)->set_language("es"); },
           "policy.country_profiles[0].language"},
          {"days", [&](R*, v1::Policy* p) { profile(p)->set_appeal_days(367); },
           "policy.country_profiles[0].appeal_days"},
          {"months", [&](R*, v1::Policy* p) { profile(p)->set_least_practising_months(1'201); },
           "policy.country_profiles[0].least_practising_months"},
          {"caps in no order", [&](R*, v1::Policy* p) { profile(p)->mutable_provider_caps(1)->set_years(0); },
           "policy.country_profiles[0].provider_caps[1].years"},
          {"cap of nothing",
           [&](R*, v1::Policy* p) { profile(p)->mutable_provider_caps(1)->clear_quantity(); },
           "policy.country_profiles[0].provider_caps[1].quantity"},
      });
}

class Currencies : public testing::Test {
 protected:
  // An offer around a place counts where its TAP sits.
  Currencies() {
    market_.Lay();
    v1::UpdatePartyRequest request;
    request.mutable_party()->set_name("parties/tap");
    request.mutable_party()->set_district("territories/inei.080601");
    EXPECT_TRUE(market_.Run("ayni.v1.PartyService/UpdateParty", request).ok());
  }
  absl::Status CreateNeed(const std::string& id, const std::string& currency) {
    v1::CreateNeedRequest request;
    request.set_parent("cooperatives/coop");
    request.set_need_id(id);
    *request.mutable_need() = ANeed();
    request.mutable_need()->mutable_highest_unit_price()->set_currency(currency);
    return market_.Run("ayni.v1.NeedService/CreateNeed", request).status();
  }
  absl::Status CreateOffer(const std::string& id, const std::string& currency, bool by_radius = false) {
    v1::CreateOfferRequest request;
    request.set_parent("taps/tap");
    request.set_offer_id(id);
    *request.mutable_offer() = AnOffer();
    request.mutable_offer()->mutable_unit_price()->set_currency(currency);
    if (by_radius) {
      request.mutable_offer()->mutable_coverage()->clear_territories();
      request.mutable_offer()->mutable_coverage()->mutable_position()->set_latitude(-14.27);
      request.mutable_offer()->mutable_coverage()->mutable_position()->set_longitude(-71.23);
      request.mutable_offer()->mutable_coverage()->set_radius_m(20'000);
    }
    return market_.Run("ayni.v1.OfferService/CreateOffer", request).status();
  }
  void Activate(const std::string& id, const std::string& currency) {
    v1::CreatePolicyRequest create;
    create.set_policy_id(id);
    *create.mutable_policy() = APolicy();
    v1::CountryProfile& profile = *create.mutable_policy()->add_country_profiles();
    profile = Peru();
    profile.set_currency(currency);
    const auto made = market_.Call<v1::Policy>("ayni.v1.PolicyService/CreatePolicy", create);
    ASSERT_TRUE(made.ok()) << made.status();
    v1::ActivatePolicyRequest request;
    request.set_name(made->name());
    request.set_etag(made->etag());
    const auto active = market_.CallAs<v1::Policy>(SecondAdministrator(), Scope::kAny,
                                                   "ayni.v1.PolicyService/ActivatePolicy", request);
    ASSERT_TRUE(active.ok()) << active.status();
  }

  TestMarket market_;
};

TEST_F(Currencies, AreThoseOfTheCountryOnceAPolicySaysSo) {
  EXPECT_TRUE(CreateNeed("before", "USD").ok());
  EXPECT_TRUE(CreateOffer("before", "USD").ok());
  Activate("soles", "PEN");
  EXPECT_TRUE(Violates(CreateNeed("dollars", "USD"), "need.highest_unit_price.currency"));
  EXPECT_TRUE(Violates(CreateOffer("dollars", "USD"), "offer.unit_price.currency"));
  EXPECT_TRUE(Violates(CreateOffer("around", "USD", true), "offer.unit_price.currency"));
  EXPECT_TRUE(CreateNeed("soles", "PEN").ok());
  EXPECT_TRUE(CreateOffer("soles", "PEN").ok());
  // What was priced before may still be changed in all else.
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_name("cooperatives/coop/needs/before");
  update.mutable_need()->set_note("The gate is blue");
  EXPECT_TRUE(market_.Run("ayni.v1.NeedService/UpdateNeed", update).ok());
}

// Each policy is looked at by several needs, so that the one before it is known well when it is superseded.
TEST_F(Currencies, AreThoseOfTheNewestPolicyAtOnce) {
  std::string before = "EUR";
  for (const char* currency : {"PEN", "USD", "BOB", "PEN"}) {
    const std::string id =
        absl::StrCat(absl::AsciiStrToLower(before), "-to-", absl::AsciiStrToLower(currency));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(CreateNeed(absl::StrCat("before-", id, i), before).ok());
    Activate(id, currency);
    EXPECT_TRUE(Violates(CreateNeed("old-" + id, before), "need.highest_unit_price.currency")) << id;
    EXPECT_TRUE(CreateNeed("new-" + id, currency).ok()) << id;
    before = currency;
  }
}

}  // namespace
}  // namespace ayni::services
