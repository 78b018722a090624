#include "tests/bench/market/filled_market.h"

#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"

namespace ayni::services {
namespace {

google::type::LatLng DistrictPosition(int district) {
  google::type::LatLng position;
  position.set_latitude(-0.5 - (district % kDepartments) * 0.7 - (district * 7919 % 1000) * 1e-3);
  position.set_longitude(-70.0 - (district * 104'729 % 10'000) * 1e-3);
  return position;
}

v1::DateWindow WindowOf(int first_day, int days) {
  const auto date = [](int day_of_2027) {
    google::type::Date date;
    date.set_year(2027);
    date.set_month(1 + day_of_2027 / 28);
    date.set_day(1 + day_of_2027 % 28);
    return date;
  };
  v1::DateWindow window;
  *window.mutable_start_date() = date(first_day);
  *window.mutable_end_date() = date(first_day + days);
  return window;
}

void FillTerritories(Filler* filler) {
  const auto put = [&](const std::string& id, v1::TerritoryLevel level, const std::string& parent,
                       int district) {
    v1::Territory territory;
    territory.set_name("territories/" + id);
    territory.set_level(level);
    if (!parent.empty()) territory.set_parent("territories/" + parent);
    if (district >= 0) *territory.mutable_position() = DistrictPosition(district);
    filler->Put(territory);
  };
  put("pe", v1::TERRITORY_LEVEL_COUNTRY, "", -1);
  for (int at = 0; at < kDepartments; ++at)
    put(absl::StrCat("a", at), v1::TERRITORY_LEVEL_DEPARTMENT, "pe", -1);
  for (int at = 0; at < kProvinces; ++at) {
    put(absl::StrCat("b", at), v1::TERRITORY_LEVEL_PROVINCE, absl::StrCat("a", at % kDepartments), -1);
  }
  for (int at = 0; at < kDistricts; ++at) {
    put(absl::StrCat("c", at), v1::TERRITORY_LEVEL_DISTRICT, absl::StrCat("b", at % kProvinces), at);
  }
}

void FillTaps(Filler* filler, int taps) {
  for (int at = 0; at < taps; ++at) {
    v1::Party party;
    party.set_name(absl::StrCat("parties/tap-", at));
    party.add_roles(v1::PARTY_ROLE_TAP);
    party.mutable_tap()->set_model(static_cast<v1::TapModel>(filler->Draw(1, 4)));
    party.set_district(absl::StrCat("territories/c", filler->Draw(0, kDistricts - 1)));
    filler->Put(party);
  }
}

void FillNeeds(Filler* filler, int needs) {
  for (int at = 0; at < needs; ++at) {
    v1::Need need;
    need.set_name(absl::StrCat("cooperatives/coop-", at % 3'000, "/needs/n-", at));
    need.set_service(absl::StrCat("services/service-", filler->Draw(0, kServices - 1)));
    need.set_value_chain(absl::StrCat("valueChains/chain-", filler->Draw(0, kChains - 1)));
    const int district = filler->Draw(0, kDistricts - 1);
    need.set_district(absl::StrCat("territories/c", district));
    if (filler->Draw(0, 1) == 0) *need.mutable_position() = DistrictPosition(district);
    need.set_quantity(filler->Draw(1, 50));
    *need.mutable_window() = WindowOf(filler->Draw(0, 90), filler->Draw(10, 60));
    need.mutable_highest_unit_price()->set_currency("PEN");
    need.mutable_highest_unit_price()->set_minor_units(filler->Draw(1'000, 5'000));
    need.add_languages("spa");
    if (filler->Draw(0, 1) == 0) need.add_languages("quz");
    need.set_urgency(v1::URGENCY_NORMAL);
    need.set_state(v1::Need::STATE_OPEN);
    need.mutable_create_time()->set_seconds(1'795'000'000 + at);
    need.mutable_update_time()->set_seconds(1'795'000'000 + at);
    filler->Put(need);
  }
}

void CoverWith(Filler* filler, v1::Coverage* coverage) {
  const int district = filler->Draw(0, kDistricts - 1);
  switch (filler->Draw(0, 3)) {
    case 0:
      return coverage->add_territories(absl::StrCat("territories/c", district));
    case 1:
      return coverage->add_territories(absl::StrCat("territories/b", district % kProvinces));
    default:
      *coverage->mutable_position() = DistrictPosition(district);
      coverage->set_radius_m(filler->Draw(10'000, 60'000));
  }
}

void FillOffers(Filler* filler, int offers, int taps) {
  for (int at = 0; at < offers; ++at) {
    v1::Offer offer;
    offer.set_name(absl::StrCat("taps/tap-", at % taps, "/offers/o-", at));
    offer.set_service(absl::StrCat("services/service-", filler->Draw(0, kServices - 1)));
    const int chain = filler->Draw(0, kChains - 4);
    for (int more = filler->Draw(0, 3); more >= 0; --more) {
      offer.add_value_chains(absl::StrCat("valueChains/chain-", chain + more));
    }
    offer.set_unit(v1::UNIT_VISIT);
    offer.mutable_unit_price()->set_currency("PEN");
    offer.mutable_unit_price()->set_minor_units(filler->Draw(800, 4'500));
    offer.set_capacity(filler->Draw(5, 200));
    *offer.mutable_window() = WindowOf(filler->Draw(0, 60), filler->Draw(30, 120));
    CoverWith(filler, offer.mutable_coverage());
    offer.add_languages("spa");
    offer.mutable_fee_for_service();
    offer.set_deliverable("A written plan for the herd, signed by both");
    offer.set_immediate_benefit("Animals gain weight within the month");
    offer.set_state(v1::Offer::STATE_OPEN);
    offer.mutable_create_time()->set_seconds(1'795'000'000);
    filler->Put(offer);
  }
}

}  // namespace

void FillMarket(storage::Store* store, int needs, int offers, int taps) {
  Filler filler(store);
  FillTerritories(&filler);
  FillTaps(&filler, taps);
  FillNeeds(&filler, needs);
  FillOffers(&filler, offers, taps);
  filler.Flush();
}

}  // namespace ayni::services
