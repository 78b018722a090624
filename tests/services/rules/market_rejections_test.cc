#include <limits>

#include "absl/strings/match.h"
#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

google::type::LatLng* Place(v1::Coverage* coverage) {
  coverage->mutable_position()->set_latitude(-14.3);
  coverage->mutable_position()->set_longitude(-71.3);
  return coverage->mutable_position();
}

TEST(CreateNeed, NamesEachWrongField) {
  using R = v1::CreateNeedRequest;
  R valid;
  valid.set_parent("cooperatives/coop");
  *valid.mutable_need() = ANeed();
  ExpectRejections<R, v1::Need>(
      "ayni.v1.NeedService/CreateNeed", valid, &R::mutable_need,
      {
          {"parent of another form", [](R* r, v1::Need*) { r->set_parent("parties/coop"); }, "parent"},
          {"parent that does not exist", [](R* r, v1::Need*) { r->set_parent("cooperatives/none"); },
           "parent"},
          {"parent in another role", [](R* r, v1::Need*) { r->set_parent("cooperatives/tap"); }, "parent"},
          {"id of capitals", [](R* r, v1::Need*) { r->set_need_id("Need-1"); }, "need_id"},
          {"id too long", [](R* r, v1::Need*) { r->set_need_id(Characters(64)); }, "need_id"},
          {"request_id too long", [](R* r, v1::Need*) { r->set_request_id(Characters(65)); }, "request_id"},
          {"no service", [](R*, v1::Need* n) { n->clear_service(); }, "need.service"},
          {"unknown service", [](R*, v1::Need* n) { n->set_service("services/none"); }, "need.service"},
          {"service of another form", [](R*, v1::Need* n) { n->set_service("dosing"); }, "need.service"},
          {"unknown value chain", [](R*, v1::Need* n) { n->set_value_chain("valueChains/x"); },
           "need.value_chain"},
          {"province", [](R*, v1::Need* n) { n->set_district("territories/inei.0806"); }, "need.district"},
          {"bare code", [](R*, v1::Need* n) { n->set_district("080601"); }, "need.district"},
          {"latitude", [](R*, v1::Need* n) { n->mutable_position()->set_latitude(90.5); },
           "need.position.latitude"},
          {"not a number",
           [](R*, v1::Need* n) {
             n->mutable_position()->set_longitude(std::numeric_limits<double>::quiet_NaN());
           },
           "need.position.longitude"},
          {"no quantity", [](R*, v1::Need* n) { n->set_quantity(0); }, "need.quantity"},
          {"negative quantity", [](R*, v1::Need* n) { n->set_quantity(-1); }, "need.quantity"},
          {"quantity too large", [](R*, v1::Need* n) { n->set_quantity(1'000'000'001); }, "need.quantity"},
          {"no window", [](R*, v1::Need* n) { n->clear_window(); }, "need.window"},
          {"30 February",
           [](R*, v1::Need* n) { *n->mutable_window()->mutable_start_date() = ADay(2027, 2, 30); },
           "need.window.start_date"},
          {"month without day",
           [](R*, v1::Need* n) { *n->mutable_window()->mutable_start_date() = ADay(2027, 2, 0); },
           "need.window.start_date"},
          {"end before start",
           [](R*, v1::Need* n) { *n->mutable_window()->mutable_end_date() = ADay(2026, 12, 31); },
           "need.window.end_date"},
          {"window too long",
           [](R*, v1::Need* n) { *n->mutable_window()->mutable_end_date() = ADay(2030, 1, 2); },
           "need.window.end_date"},
          {"no price", [](R*, v1::Need* n) { n->clear_highest_unit_price(); }, "need.highest_unit_price"},
          {"currency", [](R*, v1::Need* n) { n->mutable_highest_unit_price()->set_currency("SOL"); },
           "need.highest_unit_price.currency"},
          {"negative price", [](R*, v1::Need* n) { n->mutable_highest_unit_price()->set_minor_units(-1); },
           "need.highest_unit_price.minor_units"},
          {"no language", [](R*, v1::Need* n) { n->clear_languages(); }, "need.languages"},
          {"macrolanguage", [](R*, v1::Need* n) { n->set_languages(0, "que"); }, "need.languages[0]"},
          {"language twice", [](R*, v1::Need* n) { n->add_languages("quz"); }, "need.languages[1]"},
          {"credential", [](R*, v1::Need* n) { n->add_required_credentials("Kamayoq"); },
           "need.required_credentials[0]"},
          {"experience", [](R*, v1::Need* n) { n->set_least_experience_months(-1); },
           "need.least_experience_months"},
          {"urgency", [](R*, v1::Need* n) { n->set_urgency(static_cast<v1::Urgency>(9)); }, "need.urgency"},
          {"note too long", [](R*, v1::Need* n) { n->set_note(Characters(501)); }, "need.note"},
          {"note that turns around", [](R*, v1::Need* n) { n->set_note("a\u202Ez"); }, "need.note"},
          {"note that can't be seen", [](R*, v1::Need* n) { n->set_note("\uFEFF"); }, "need.note"},
          {"note of a control character", [](R*, v1::Need* n) { n->set_note("a\x01z"); }, "need.note"},
      });
}

TEST(Positions, AreWhereTheirDistrictsAre) {
  TestMarket market;
  market.Lay();
  v1::UpdateTerritoryRequest place;
  place.mutable_territory()->set_name("territories/inei.080601");
  place.mutable_territory()->mutable_position()->set_latitude(-14.27);
  place.mutable_territory()->mutable_position()->set_longitude(-71.23);
  ASSERT_TRUE(market.Run("ayni.v1.CatalogueService/UpdateTerritory", place).ok());
  const auto create = [&](double latitude, double longitude) {
    v1::CreateNeedRequest request;
    request.set_parent("cooperatives/coop");
    *request.mutable_need() = ANeed();
    request.mutable_need()->mutable_position()->set_latitude(latitude);
    request.mutable_need()->mutable_position()->set_longitude(longitude);
    return market.Run("ayni.v1.NeedService/CreateNeed", request).status();
  };
  EXPECT_EQ(create(-14.3, -71.3), absl::OkStatus());
  EXPECT_EQ(create(-13.0, -72.0), absl::OkStatus()) << "164 km";
  EXPECT_TRUE(Violates(create(-12.0, -73.0), "need.position")) << "316 km";
  const absl::Status swapped = create(-71.3, -14.3);
  EXPECT_TRUE(Violates(swapped, "need.position")) << swapped;
  EXPECT_TRUE(absl::StrContains(swapped.message(), "swapped")) << swapped;
  v1::CreatePartyRequest party;
  *party.mutable_party() = ACooperative();
  party.mutable_party()->mutable_position()->set_latitude(-71.3);
  party.mutable_party()->mutable_position()->set_longitude(-14.3);
  EXPECT_TRUE(Violates(market.Run("ayni.v1.PartyService/CreateParty", party).status(), "party.position"));
  v1::UpdatePartyRequest tap;
  tap.mutable_party()->set_name("parties/tap");
  tap.mutable_party()->set_district("territories/inei.080601");
  ASSERT_TRUE(market.Run("ayni.v1.PartyService/UpdateParty", tap).ok());
  v1::CreateOfferRequest offer;
  offer.set_parent("taps/tap");
  *offer.mutable_offer() = AnOffer();
  v1::Coverage* coverage = offer.mutable_offer()->mutable_coverage();
  coverage->set_radius_m(1000);
  coverage->mutable_position()->set_latitude(-71.3);
  coverage->mutable_position()->set_longitude(-14.3);
  const absl::Status elsewhere = market.Run("ayni.v1.OfferService/CreateOffer", offer).status();
  EXPECT_TRUE(Violates(elsewhere, "offer.coverage.position")) << elsewhere;
  coverage->mutable_position()->set_latitude(-3.7);
  coverage->mutable_position()->set_longitude(-73.2);
  EXPECT_TRUE(market.Run("ayni.v1.OfferService/CreateOffer", offer).ok()) << "a TAP may travel far";
  EXPECT_TRUE(Violates(create(-14.3, 0), "need.position.longitude"));
  EXPECT_TRUE(Violates(create(0, -71.3), "need.position.latitude"));
}

TEST(CreateNeed, NamesAllWrongFieldsAtOnce) {
  TestMarket market;
  market.Lay();
  v1::CreateNeedRequest request;
  request.set_parent("cooperatives/coop");
  *request.mutable_need() = ANeed();
  request.mutable_need()->set_quantity(-1);
  request.mutable_need()->set_service("services/none");
  request.mutable_need()->set_languages(0, "que");
  request.mutable_need()->mutable_highest_unit_price()->set_currency("SOL");
  // What the rules say is named beside what makes no name.
  request.set_parent("parties/coop");
  request.set_need_id("N 1");
  request.mutable_need()->set_district("territories/inei.0806");
  const absl::Status status = market.Run("ayni.v1.NeedService/CreateNeed", request).status();
  for (const char* field : {"need.quantity", "need.service", "need.languages[0]",
                            "need.highest_unit_price.currency", "parent", "need_id", "need.district"}) {
    EXPECT_TRUE(Violates(status, field)) << field;
  }
  EXPECT_EQ(FieldViolations(status).size(), 7u);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELDS");
}

TEST(CreateOffer, NamesEachWrongField) {
  using R = v1::CreateOfferRequest;
  R valid;
  valid.set_parent("taps/tap");
  *valid.mutable_offer() = AnOffer();
  ExpectRejections<R, v1::Offer>(
      "ayni.v1.OfferService/CreateOffer", valid, &R::mutable_offer,
      {
          {"parent in another role", [](R* r, v1::Offer*) { r->set_parent("taps/coop"); }, "parent"},
          {"no value chain", [](R*, v1::Offer* o) { o->clear_value_chains(); }, "offer.value_chains"},
          {"no unit", [](R*, v1::Offer* o) { o->clear_unit(); }, "offer.unit"},
          {"another unit", [](R*, v1::Offer* o) { o->set_unit(v1::UNIT_HOUR); }, "offer.unit"},
          {"no price", [](R*, v1::Offer* o) { o->clear_unit_price(); }, "offer.unit_price"},
          {"price of nothing", [](R*, v1::Offer* o) { o->mutable_unit_price()->set_minor_units(0); },
           "offer.unit_price.minor_units"},
          {"no price basis", [](R*, v1::Offer* o) { o->clear_fee_for_service(); }, "offer.charge"},
          {"no seller", [](R*, v1::Offer* o) { o->mutable_embedded()->set_product("Dewormer"); },
           "offer.embedded.seller"},
          {"no product", [](R*, v1::Offer* o) { o->mutable_embedded()->set_seller("parties/coop"); },
           "offer.embedded.product"},
          {"no funder", [](R*, v1::Offer* o) { o->mutable_subsidised(); }, "offer.subsidised.funder"},
          {"no capacity", [](R*, v1::Offer* o) { o->clear_capacity(); }, "offer.capacity"},
          {"lot above capacity", [](R*, v1::Offer* o) { o->set_smallest_lot(501); }, "offer.smallest_lot"},
          {"no coverage", [](R*, v1::Offer* o) { o->clear_coverage(); }, "offer.coverage"},
          {"empty coverage", [](R*, v1::Offer* o) { o->mutable_coverage()->clear_territories(); },
           "offer.coverage"},
          {"radius around nothing", [](R*, v1::Offer* o) { o->mutable_coverage()->set_radius_m(1000); },
           "offer.coverage.position"},
          {"position without radius", [](R*, v1::Offer* o) { Place(o->mutable_coverage()); },
           "offer.coverage.radius_m"},
          {"longitude left out",
           [](R*, v1::Offer* o) {
             Place(o->mutable_coverage())->clear_longitude();
             o->mutable_coverage()->set_radius_m(1000);
           },
           "offer.coverage.position.longitude"},
          {"radius too long",
           [](R*, v1::Offer* o) {
             Place(o->mutable_coverage());
             o->mutable_coverage()->set_radius_m(500'001);
           },
           "offer.coverage.radius_m"},
          {"territory twice, once by another code",
           [](R*, v1::Offer* o) { o->mutable_coverage()->add_territories("territories/reniec.07"); },
           "offer.coverage.territories[1]"},
          {"no deliverable", [](R*, v1::Offer* o) { o->clear_deliverable(); }, "offer.deliverable"},
          {"short deliverable", [](R*, v1::Offer* o) { o->set_deliverable("A record"); },
           "offer.deliverable"},
          {"vague deliverable", [](R*, v1::Offer* o) { o->set_deliverable("General advice"); },
           "offer.deliverable"},
          {"no benefit", [](R*, v1::Offer* o) { o->clear_immediate_benefit(); }, "offer.immediate_benefit"},
          {"vague benefit", [](R*, v1::Offer* o) { o->set_immediate_benefit("Mejora en general"); },
           "offer.immediate_benefit"},
      });
}

TEST(CreateNeed, StoresTheOwnNameOfATerritoryThatItNamesByAnotherCode) {
  TestMarket market;
  market.Lay();
  v1::CreateNeedRequest request;
  request.set_parent("cooperatives/coop");
  *request.mutable_need() = ANeed();
  request.mutable_need()->set_district("territories/reniec.070601");
  const auto need = market.Call<v1::Need>("ayni.v1.NeedService/CreateNeed", request);
  ASSERT_TRUE(need.ok()) << need.status();
  EXPECT_EQ(need->district(), "territories/inei.080601");
}

}  // namespace
}  // namespace ayni::services
