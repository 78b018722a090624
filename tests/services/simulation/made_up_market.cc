#include "tests/services/simulation/made_up_market.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

void SetDate(int year, int month, int day, google::type::Date* date) {
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
}

}  // namespace

MadeUpMarket::MadeUpMarket() {
  const auto add = [&](const std::string& code, v1::TerritoryLevel level, const std::string& parent) {
    v1::Territory* territory = Row("territories.csv").mutable_territory();
    territory->set_name("territories/" + code);
    territory->set_display_name(code);
    territory->set_level(level);
    if (!parent.empty()) territory->set_parent("territories/" + parent);
  };
  add("iso3166.pe", v1::TERRITORY_LEVEL_COUNTRY, "");
  add("inei.08", v1::TERRITORY_LEVEL_DEPARTMENT, "iso3166.pe");
  add("inei.0806", v1::TERRITORY_LEVEL_PROVINCE, "inei.08");
  add("inei.080601", v1::TERRITORY_LEVEL_DISTRICT, "inei.0806");
  v1::ValueChain* chain = Row("value_chains.csv").mutable_value_chain();
  chain->set_name("valueChains/alpaca");
  chain->set_display_name("Alpaca");
  chain->set_kind(v1::ValueChain::KIND_LIVESTOCK);
  v1::Service* service = Row("services.csv").mutable_service();
  service->set_name("services/dosing");
  service->set_display_name("Dosing");
  service->set_family("animal-health");
  service->set_unit(v1::UNIT_ANIMAL);
  service->set_deliverable("Animals dosed by weight");
  service->set_immediate_benefit("Fewer parasites within a week");
}

v1::ImportRow& MadeUpMarket::Row(const std::string& file) {
  v1::ImportRow& row = rows_.emplace_back();
  row.set_file(file);
  row.set_line(static_cast<int64_t>(rows_.size()));
  return row;
}

void MadeUpMarket::AddParty(const std::string& id, v1::PartyRole role) {
  v1::Party* party = Row("parties.csv").mutable_party();
  party->set_name("parties/" + id);
  party->set_display_name(id);
  party->add_roles(role);
  party->set_district("territories/inei.080601");
  party->add_languages("spa");
}

v1::Party& MadeUpMarket::party(const std::string& id) {
  const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const v1::ImportRow& each) {
    return each.has_party() && each.party().name() == "parties/" + id;
  });
  return *row->mutable_party();
}

v1::Offer& MadeUpMarket::offer(const std::string& tap) {
  const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const v1::ImportRow& each) {
    return each.has_offer() && each.offer().name() == absl::StrCat("taps/", tap, "/offers/o-1");
  });
  return *row->mutable_offer();
}

void MadeUpMarket::AddCooperative(const std::string& id) {
  AddParty(id, v1::PARTY_ROLE_COOPERATIVE);
  party(id).mutable_cooperative()->set_form(v1::Cooperative::FORM_ASSOCIATION);
}

void MadeUpMarket::AddNeed(const std::string& cooperative, const std::string& id, int64_t quantity) {
  v1::Need* need = Row("needs.csv").mutable_need();
  need->set_name(absl::StrCat("cooperatives/", cooperative, "/needs/", id));
  need->set_service("services/dosing");
  need->set_value_chain("valueChains/alpaca");
  need->set_district("territories/inei.080601");
  need->set_quantity(quantity);
  SetDate(2026, 12, 1, need->mutable_window()->mutable_start_date());
  SetDate(2027, 1, 31, need->mutable_window()->mutable_end_date());
  need->mutable_highest_unit_price()->set_currency("PEN");
  need->mutable_highest_unit_price()->set_minor_units(1'000);
  need->add_languages("spa");
}

void MadeUpMarket::AddTap(const std::string& id, v1::TapModel model, int64_t capacity, int64_t price) {
  AddParty(id, v1::PARTY_ROLE_TAP);
  v1::Tap* tap = party(id).mutable_tap();
  tap->set_model(model);
  SetDate(2020, 1, 1, tap->mutable_practising_since());
  if (model == v1::TAP_MODEL_COMMUNITY) {
    tap->set_assembly_act("Act 1");
    SetDate(2019, 12, 1, tap->mutable_assembly_date());
  }
  v1::Offer* offer = Row("offers.csv").mutable_offer();
  offer->set_name(absl::StrCat("taps/", id, "/offers/o-1"));
  offer->set_service("services/dosing");
  offer->add_value_chains("valueChains/alpaca");
  offer->set_unit(v1::UNIT_ANIMAL);
  offer->mutable_unit_price()->set_currency("PEN");
  offer->mutable_unit_price()->set_minor_units(price);
  offer->set_capacity(capacity);
  SetDate(2026, 12, 1, offer->mutable_window()->mutable_start_date());
  SetDate(2027, 5, 31, offer->mutable_window()->mutable_end_date());
  offer->mutable_coverage()->add_territories("territories/inei.0806");
  offer->add_languages("spa");
  offer->set_deliverable("Animals dosed by weight");
  offer->set_immediate_benefit("Fewer parasites within a week");
  offer->mutable_fee_for_service();
}

void MadeUpMarket::AddRelation(const std::string& subject, v1::RelationType type, const std::string& object) {
  v1::Relation* relation = Row("relations.csv").mutable_relation();
  relation->set_name(absl::StrCat("relations/r-", rows_.size()));
  relation->set_subject("parties/" + subject);
  relation->set_type(type);
  relation->set_object("parties/" + object);
  relation->mutable_source()->set_kind(v1::RelationSource::KIND_DOCUMENT);
  relation->mutable_source()->set_reference("A contract");
}

StartingMarket MadeUpMarket::Admit() const {
  std::vector<WrongRow> wrong;
  absl::StatusOr<StartingMarket> market = AdmitMarket(rows_, &wrong);
  for (const WrongRow& row : wrong)
    ADD_FAILURE() << row.file << ":" << row.line << ": " << row.wrong.field << " " << row.wrong.description;
  EXPECT_TRUE(market.ok()) << market.status();
  return market.ok() ? *std::move(market) : StartingMarket();
}

v1::Policy LimitedTo(int share_basis_points) {
  v1::Policy policy;
  policy.set_name("policies/p");
  policy.set_reason("To be simulated");
  v1::Limit* limit = policy.add_limits();
  limit->set_id("tap-province");
  limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
  limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  limit->set_share_basis_points(share_basis_points);
  limit->set_basis(v1::LIMIT_BASIS_DEMAND);
  limit->set_window_days(365);
  policy.mutable_score_weights()->set_fit(500);
  policy.mutable_score_weights()->set_price(500);
  policy.mutable_expected_success()->set_community_per_mille(1'000);
  policy.mutable_expected_success()->set_enterprise_per_mille(1'000);
  policy.mutable_expected_success()->set_public_per_mille(1'000);
  policy.mutable_expected_success()->set_academic_per_mille(1'000);
  policy.set_full_waiting_days(90);
  return policy;
}

SimulationPlan TwoYears(const v1::Policy& policy) {
  SimulationPlan plan;
  plan.policies = {policy, Without(policy, WithoutPart::kLimits)};
  plan.years = 2;
  plan.seeds = 1;
  return plan;
}

}  // namespace ayni::services
