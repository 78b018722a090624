#include "tests/services/rules/rejections.h"

namespace ayni::services {
namespace {

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
          {"a training of animals", [](R*, v1::Service* s) { s->set_curriculum(v1::CURRICULUM_LEADERSHIP); },
           "service.unit"},
          {"curriculum",
           [](R*, v1::Service* s) {
             s->set_unit(v1::UNIT_HOUR);
             s->set_curriculum(static_cast<v1::Curriculum>(9));
           },
           "service.curriculum"},
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

v1::LimitException AnException() {
  v1::LimitException exception;
  exception.set_territory("territories/inei.0806");
  exception.set_share_basis_points(6'000);
  exception.mutable_start_date()->set_year(2026);
  exception.mutable_start_date()->set_month(1);
  exception.mutable_start_date()->set_day(1);
  *exception.mutable_end_date() = exception.start_date();
  exception.mutable_end_date()->set_month(6);
  exception.set_reason("the road is closed");
  return exception;
}

v1::PublicRole APublicRole() {
  v1::PublicRole role;
  role.set_id("campaign");
  role.set_tap("parties/tap");
  role.add_territories("territories/inei.0806");
  role.add_services("services/dosing");
  role.set_source("Law 1");
  return role;
}

v1::Reserve AReserve() {
  v1::Reserve reserve;
  reserve.set_id("women");
  reserve.mutable_taps()->set_gender(v1::GENDER_WOMAN);
  reserve.set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  reserve.set_share_basis_points(3000);
  reserve.set_penalty(1000);
  return reserve;
}

v1::Floor AFloor() {
  v1::Floor floor;
  floor.set_id("community");
  floor.mutable_taps()->set_model(v1::TAP_MODEL_COMMUNITY);
  floor.set_quantity(20);
  floor.set_penalty(1000);
  return floor;
}

v1::ConflictRule AConflictRule() {
  v1::ConflictRule rule;
  rule.set_id("lender");
  rule.set_severity(v1::CONFLICT_SEVERITY_BLOCK);
  rule.set_reason("LENDER_OF_REQUESTER");
  (*rule.mutable_texts())["spa"] = "Presta dinero a la cooperativa";
  (*rule.mutable_texts())["eng"] = "It lends to the cooperative";
  rule.add_steps()->add_types(v1::RELATION_TYPE_LENDS_TO);
  rule.set_end(v1::CONFLICT_END_COOPERATIVE);
  return rule;
}

TEST(CreatePolicy, NamesEachWrongField) {
  using R = v1::CreatePolicyRequest;
  R valid;
  *valid.mutable_policy() = APolicy();
  *valid.mutable_policy()->add_conflict_rules() = AConflictRule();
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
          {"money by demand",
           [](R*, v1::Policy* p) { p->mutable_limits(0)->set_measure(v1::LIMIT_MEASURE_MONEY); },
           "policy.limits[0].basis"},
          {"exception that ends before it begins",
           [](R*, v1::Policy* p) {
             *p->mutable_limits(0)->add_exceptions() = AnException();
             p->mutable_limits(0)->mutable_exceptions(0)->mutable_end_date()->set_year(2025);
           },
           "policy.limits[0].exceptions[0].end_date"},
          {"exception without a reason",
           [](R*, v1::Policy* p) {
             *p->mutable_limits(0)->add_exceptions() = AnException();
             p->mutable_limits(0)->mutable_exceptions(0)->clear_reason();
           },
           "policy.limits[0].exceptions[0].reason"},
          {"exception of a chain that the limit does not tell apart",
           [](R*, v1::Policy* p) {
             *p->mutable_limits(0)->add_exceptions() = AnException();
             p->mutable_limits(0)->mutable_exceptions(0)->set_value_chain("valueChains/alpaca");
           },
           "policy.limits[0].exceptions[0].value_chain"},
          {"reserve id twice",
           [](R*, v1::Policy* p) {
             *p->add_reserves() = AReserve();
             *p->add_reserves() = AReserve();
           },
           "policy.reserves[1].id"},
          {"reserve that is called as a limit is",
           [](R*, v1::Policy* p) {
             *p->add_reserves() = AReserve();
             p->mutable_reserves(0)->set_id(p->limits(0).id());
           },
           "policy.reserves[0].id"},
          {"reserve for everybody",
           [](R*, v1::Policy* p) {
             *p->add_reserves() = AReserve();
             p->mutable_reserves(0)->mutable_taps()->Clear();
           },
           "policy.reserves[0].taps"},
          {"floor of nothing",
           [](R*, v1::Policy* p) {
             *p->add_floors() = AFloor();
             p->mutable_floors(0)->clear_quantity();
           },
           "policy.floors[0].quantity"},
          {"conflict rule twice", [](R*, v1::Policy* p) { *p->add_conflict_rules() = AConflictRule(); },
           "policy.conflict_rules[1].id"},
          {"reason of no code", [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->set_reason("Lender"); },
           "policy.conflict_rules[0].reason"},
          {"no text in English",
           [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->mutable_texts()->erase("eng"); },
           "policy.conflict_rules[0].texts"},
          {"text in no language",
           [](R*, v1::Policy* p) { (*p->mutable_conflict_rules(0)->mutable_texts())["en"] = "It lends"; },
           "policy.conflict_rules[0].texts"},
          {"no end", [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->clear_end(); },
           "policy.conflict_rules[0].end"},
          {"no severity", [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->clear_severity(); },
           "policy.conflict_rules[0].severity"},
          {"share of no ownership",
           [](R*, v1::Policy* p) {
             p->mutable_conflict_rules(0)->mutable_steps(0)->set_least_share_basis_points(2'500);
           },
           "policy.conflict_rules[0].steps[0].least_share_basis_points"},
          {"total of no ownership",
           [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->set_total_share_basis_points(3'200); },
           "policy.conflict_rules[0].total_share_basis_points"},
          {"nothing but optional steps",
           [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->mutable_steps(0)->set_optional(true); },
           "policy.conflict_rules[0].steps"},
          {"a path without end",
           [](R*, v1::Policy* p) {
             for (int at = 0; at < 2; ++at) {
               v1::ConflictStep* step = p->mutable_conflict_rules(0)->add_steps();
               step->add_types(v1::RELATION_TYPE_CONTROLS);
               step->set_repeats_max(8);
             }
           },
           "policy.conflict_rules[0].steps"},
          {"advice of no kind",
           [](R*, v1::Policy* p) { p->mutable_conflict_rules(0)->add_advice(v1::ADVICE_UNSPECIFIED); },
           "policy.conflict_rules[0].advice[0]"},
          {"success", [](R*, v1::Policy* p) { p->mutable_expected_success()->set_public_per_mille(1001); },
           "policy.expected_success.public_per_mille"},
          {"strength", [](R*, v1::Policy* p) { p->mutable_expected_success()->set_prior_strength(10'001); },
           "policy.expected_success.prior_strength"},
          {"years", [](R*, v1::Policy* p) { p->mutable_expected_success()->set_survival_years_max(51); },
           "policy.expected_success.survival_years_max"},
          {"long", [](R*, v1::Policy* p) { p->set_long_contract_days(1'097); }, "policy.long_contract_days"},
          {"training beyond the sum", [](R*, v1::Policy* p) { p->mutable_score_weights()->set_training(1); },
           "policy.score_weights"},
          {"origin beyond the sum", [](R*, v1::Policy* p) { p->mutable_score_weights()->set_origin(1); },
           "policy.score_weights"},
          {"a class of everybody",
           [](R*, v1::Policy* p) {
             *p->add_reserves() = AReserve();
             p->mutable_reserves(0)->mutable_taps()->Clear();
           },
           "policy.reserves[0].taps"},
          {"outcomes",
           [](R*, v1::Policy* p) {
             *p->add_reserves() = AReserve();
             p->mutable_reserves(0)->mutable_taps()->set_outcome_count_max(-1);
           },
           "policy.reserves[0].taps.outcome_count_max"},
          {"a role of a TAP that is not public",
           [](R*, v1::Policy* p) { *p->add_public_roles() = APublicRole(); }, "policy.public_roles[0].tap"},
          {"a role of no TAP",
           [](R*, v1::Policy* p) {
             *p->add_public_roles() = APublicRole();
             p->mutable_public_roles(0)->set_tap("parties/coop");
           },
           "policy.public_roles[0].tap"},
      });
}

}  // namespace
}  // namespace ayni::services
