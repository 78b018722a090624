// One reason to refuse a record a line: the change that makes it wrong, and the field that is then named.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/services/market.h"

namespace ayni::services {
namespace {

template <typename Request, typename Record>
struct Rejection {
  const char* name;
  std::function<void(Request*, Record*)> spoil;
  const char* field;
};

// Runs the request unspoilt, which must do, and then spoilt by each.
template <typename Request, typename Record>
void ExpectRejections(const std::string& method, const Request& valid, Record* (Request::*record)(),
                      const std::vector<Rejection<Request, Record>>& rejections) {
  TestMarket market;
  market.Lay();
  for (const auto& rejection : rejections) {
    Request request = valid;
    rejection.spoil(&request, (request.*record)());
    const storage::Sequence before = market.store().sequence();
    const absl::Status status = market.Run(method, request).status();
    EXPECT_TRUE(Violates(status, rejection.field)) << rejection.name << ": " << status;
    EXPECT_EQ(FieldViolations(status).size(), 1u) << rejection.name << ": " << status;
    EXPECT_EQ(market.store().sequence(), before) << rejection.name;
  }
  Request unspoilt = valid;
  const auto response = market.Run(method, unspoilt);
  EXPECT_TRUE(response.ok()) << response.status();
}

std::string Characters(int count) { return std::string(count, 'x'); }

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
          {"note of a control character", [](R*, v1::Need* n) { n->set_note("a\x01z"); }, "need.note"},
      });
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
          {"position without radius", [](R*, v1::Offer* o) { o->mutable_coverage()->mutable_position(); },
           "offer.coverage.radius_m"},
          {"radius too long",
           [](R*, v1::Offer* o) {
             o->mutable_coverage()->mutable_position();
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

TEST(CreateParty, NamesEachWrongField) {
  using R = v1::CreatePartyRequest;
  R valid;
  *valid.mutable_party() = ACooperative();
  const auto identify = [](v1::Party* party, v1::IdentifierScheme scheme, const char* value) {
    party->add_identifiers()->set_scheme(scheme);
    party->mutable_identifiers(party->identifiers_size() - 1)->set_value(value);
  };
  ExpectRejections<R, v1::Party>(
      "ayni.v1.PartyService/CreateParty", valid, &R::mutable_party,
      {
          {"no name", [](R*, v1::Party* p) { p->clear_display_name(); }, "party.display_name"},
          {"blank name", [](R*, v1::Party* p) { p->set_display_name("  "); }, "party.display_name"},
          {"name that is not UTF-8", [](R*, v1::Party* p) { p->set_display_name("N\xFA\xF1"); },
           "party.display_name"},
          {"name too long", [](R*, v1::Party* p) { p->set_display_name(Characters(201)); },
           "party.display_name"},
          {"role twice", [](R*, v1::Party* p) { p->add_roles(v1::PARTY_ROLE_COOPERATIVE); },
           "party.roles[1]"},
          {"role of no name", [](R*, v1::Party* p) { p->add_roles(static_cast<v1::PartyRole>(99)); },
           "party.roles[1]"},
          {"no cooperative", [](R*, v1::Party* p) { p->clear_cooperative(); }, "party.cooperative"},
          {"a TAP without the role",
           [](R*, v1::Party* p) { p->mutable_tap()->set_model(v1::TAP_MODEL_PUBLIC); }, "party.tap"},
          {"no tap", [](R*, v1::Party* p) { p->add_roles(v1::PARTY_ROLE_TAP); }, "party.tap"},
          {"more women than members",
           [](R*, v1::Party* p) { p->mutable_cooperative()->set_woman_member_count(41); },
           "party.cooperative.woman_member_count"},
          {"RUC", [&](R*, v1::Party* p) { identify(p, v1::IDENTIFIER_SCHEME_RUC, "20131312956"); },
           "party.identifiers[0].value"},
          {"DNI", [&](R*, v1::Party* p) { identify(p, v1::IDENTIFIER_SCHEME_DNI, "1234567"); },
           "party.identifiers[0].value"},
          {"scheme twice",
           [&](R*, v1::Party* p) {
             identify(p, v1::IDENTIFIER_SCHEME_DNI, "12345678");
             identify(p, v1::IDENTIFIER_SCHEME_DNI, "12345679");
           },
           "party.identifiers[1].scheme"},
          {"alias twice",
           [](R*, v1::Party* p) {
             p->add_aliases("CN");
             p->add_aliases("CN");
           },
           "party.aliases[1]"},
          {"district", [](R*, v1::Party* p) { p->set_district("territories/inei.999999"); },
           "party.district"},
          {"phone", [](R*, v1::Party* p) { p->mutable_contact()->set_phone("984 123 456"); },
           "party.contact.phone"},
          {"email", [](R*, v1::Party* p) { p->mutable_contact()->set_email("correo"); },
           "party.contact.email"},
      });
}

TEST(CreateParty, AsksACommunityTapForItsAssembly) {
  TestMarket market;
  market.Lay();
  v1::CreatePartyRequest request;
  *request.mutable_party() = ATap();
  request.mutable_party()->mutable_tap()->set_model(v1::TAP_MODEL_COMMUNITY);
  const absl::Status status = market.Run("ayni.v1.PartyService/CreateParty", request).status();
  EXPECT_TRUE(Violates(status, "party.tap.assembly_act"));
  EXPECT_TRUE(Violates(status, "party.tap.assembly_date"));
}

TEST(CreateTerritory, NamesEachWrongField) {
  using R = v1::CreateTerritoryRequest;
  R valid;
  valid.set_territory_id("inei.080602");
  *valid.mutable_territory() = ADistrict();
  const auto add_code = [](v1::Territory* territory, v1::TerritoryScheme scheme, const char* code) {
    territory->add_other_codes()->set_scheme(scheme);
    territory->mutable_other_codes(territory->other_codes_size() - 1)->set_code(code);
  };
  ExpectRejections<R, v1::Territory>(
      "ayni.v1.CatalogueService/CreateTerritory", valid, &R::mutable_territory,
      {
          {"no id", [](R* r, v1::Territory*) { r->clear_territory_id(); }, "territory_id"},
          {"id without scheme", [](R* r, v1::Territory*) { r->set_territory_id("080602"); }, "territory_id"},
          {"id of five digits", [](R* r, v1::Territory*) { r->set_territory_id("inei.08060"); },
           "territory_id"},
          {"id that is another's code", [](R* r, v1::Territory*) { r->set_territory_id("reniec.070601"); },
           "territory_id"},
          {"level",
           [](R*, v1::Territory* t) {
             t->set_level(v1::TERRITORY_LEVEL_PROVINCE);
             t->set_parent("territories/inei.08");
           },
           "territory.level"},
          {"no parent", [](R*, v1::Territory* t) { t->clear_parent(); }, "territory.parent"},
          {"parent of the same level", [](R*, v1::Territory* t) { t->set_parent("territories/inei.080601"); },
           "territory.parent"},
          {"code of another territory",
           [&](R*, v1::Territory* t) { add_code(t, v1::TERRITORY_SCHEME_RENIEC, "070601"); },
           "territory.other_codes[0].code"},
          {"code of its own scheme",
           [&](R*, v1::Territory* t) { add_code(t, v1::TERRITORY_SCHEME_INEI, "080603"); },
           "territory.other_codes[0].scheme"},
          {"code that is another's name",
           [&](R* r, v1::Territory* t) {
             r->set_territory_id("reniec.070699");
             add_code(t, v1::TERRITORY_SCHEME_INEI, "080601");
           },
           "territory.other_codes[0].code"},
          {"scheme twice",
           [&](R*, v1::Territory* t) {
             add_code(t, v1::TERRITORY_SCHEME_RENIEC, "070698");
             add_code(t, v1::TERRITORY_SCHEME_RENIEC, "070699");
           },
           "territory.other_codes[1].scheme"},
          {"altitude", [](R*, v1::Territory* t) { t->set_altitude_m(9000); }, "territory.altitude_m"},
      });
}

TEST(CreateService, NamesEachWrongField) {
  using R = v1::CreateServiceRequest;
  R valid;
  *valid.mutable_service() = AService();
  ExpectRejections<R, v1::Service>(
      "ayni.v1.CatalogueService/CreateService", valid, &R::mutable_service,
      {
          {"family", [](R*, v1::Service* s) { s->set_family("Animal health"); }, "service.family"},
          {"no unit", [](R*, v1::Service* s) { s->clear_unit(); }, "service.unit"},
          {"language", [](R*, v1::Service* s) { (*s->mutable_local_names())["es"] = "Dosis"; },
           "service.local_names"},
          {"empty name", [](R*, v1::Service* s) { (*s->mutable_local_names())["quz"] = ""; },
           "service.local_names"},
          {"vague", [](R*, v1::Service* s) { s->set_deliverable("general advice"); }, "service.deliverable"},
          {"days", [](R*, v1::Service* s) { s->set_benefit_days(367); }, "service.benefit_days"},
      });
}

TEST(CreateValueChain, NamesEachWrongField) {
  using R = v1::CreateValueChainRequest;
  R valid;
  *valid.mutable_value_chain() = AValueChain();
  ExpectRejections<R, v1::ValueChain>(
      "ayni.v1.CatalogueService/CreateValueChain", valid, &R::mutable_value_chain,
      {
          {"no kind", [](R*, v1::ValueChain* v) { v->clear_kind(); }, "value_chain.kind"},
          {"agrovoc", [](R*, v1::ValueChain* v) { v->set_agrovoc_id("304"); }, "value_chain.agrovoc_id"},
      });
}

TEST(CreateRelation, NamesEachWrongField) {
  using R = v1::CreateRelationRequest;
  R valid;
  *valid.mutable_relation() = ARelation();
  ExpectRejections<R, v1::Relation>(
      "ayni.v1.RelationService/CreateRelation", valid, &R::mutable_relation,
      {
          {"no type", [](R*, v1::Relation* r) { r->clear_type(); }, "relation.type"},
          {"itself", [](R*, v1::Relation* r) { r->set_object("parties/tap"); }, "relation.object"},
          {"unknown", [](R*, v1::Relation* r) { r->set_subject("parties/none"); }, "relation.subject"},
          {"share of no ownership", [](R*, v1::Relation* r) { r->set_share_basis_points(100); },
           "relation.share_basis_points"},
          {"ownership of no share", [](R*, v1::Relation* r) { r->set_type(v1::RELATION_TYPE_OWNS); },
           "relation.share_basis_points"},
          {"no source", [](R*, v1::Relation* r) { r->clear_source(); }, "relation.source"},
          {"source of no kind", [](R*, v1::Relation* r) { r->mutable_source()->clear_kind(); },
           "relation.source.kind"},
          {"end before start",
           [](R*, v1::Relation* r) {
             *r->mutable_start_date() = ADay(2020, 1, 2);
             *r->mutable_end_date() = ADay(2020, 1, 1);
           },
           "relation.end_date"},
      });
}

TEST(CreateCredential, NamesEachWrongField) {
  using R = v1::CreateCredentialRequest;
  R valid;
  *valid.mutable_credential() = ACredential();
  ExpectRejections<R, v1::Credential>(
      "ayni.v1.CredentialService/CreateCredential", valid, &R::mutable_credential,
      {
          {"certifier of no role", [](R*, v1::Credential* c) { c->set_certifier("parties/coop"); },
           "credential.certifier"},
          {"certifier itself", [](R*, v1::Credential* c) { c->set_holder("parties/certifier"); },
           "credential.certifier"},
          {"scheme", [](R*, v1::Credential* c) { c->set_scheme("Kamayoq!"); }, "credential.scheme"},
          {"no issue", [](R*, v1::Credential* c) { c->clear_issue_date(); }, "credential.issue_date"},
          {"no leap year", [](R*, v1::Credential* c) { *c->mutable_issue_date() = ADay(2023, 2, 29); },
           "credential.issue_date"},
          {"expiry", [](R*, v1::Credential* c) { *c->mutable_expire_date() = ADay(2024, 2, 28); },
           "credential.expire_date"},
          {"no reason", [](R*, v1::Credential* c) { *c->mutable_revoke_date() = ADay(2025, 1, 1); },
           "credential.revoke_reason"},
          {"no revocation", [](R*, v1::Credential* c) { c->set_revoke_reason("Fraud"); },
           "credential.revoke_date"},
      });
}

TEST(CreatePolicy, NamesEachWrongField) {
  using R = v1::CreatePolicyRequest;
  R valid;
  *valid.mutable_policy() = APolicy();
  ExpectRejections<R, v1::Policy>(
      "ayni.v1.PolicyService/CreatePolicy", valid, &R::mutable_policy,
      {
          {"no reason", [](R*, v1::Policy* p) { p->clear_reason(); }, "policy.reason"},
          {"sum", [](R*, v1::Policy* p) { p->mutable_score_weights()->set_fit(401); },
           "policy.score_weights"},
          {"no weights", [](R*, v1::Policy* p) { p->clear_score_weights(); }, "policy.score_weights"},
          {"id twice", [](R*, v1::Policy* p) { *p->add_limits() = p->limits(0); }, "policy.limits[1].id"},
          {"no share", [](R*, v1::Policy* p) { p->mutable_limits(0)->clear_share_basis_points(); },
           "policy.limits[0].share_basis_points"},
          {"no rule", [](R*, v1::Policy* p) { p->mutable_limits(0)->clear_thin_market_rule(); },
           "policy.limits[0].thin_market_rule"},
          {"rule of no number", [](R*, v1::Policy* p) { p->mutable_limits(0)->clear_min_controllers(); },
           "policy.limits[0].min_controllers"},
          {"waiting", [](R*, v1::Policy* p) { p->set_full_waiting_days(367); }, "policy.full_waiting_days"},
          {"success", [](R*, v1::Policy* p) { p->mutable_expected_success()->set_public_per_mille(1001); },
           "policy.expected_success.public_per_mille"},
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
