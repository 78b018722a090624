#include "tests/services/market.h"

#include <gtest/gtest.h>

#include <future>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/import/import_market.h"
#include "services/import/merge_methods.h"
#include "storage/rocksdb_store.h"

namespace ayni::services {
namespace {

template <typename Detail>
absl::StatusOr<Detail> DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/" + Detail::descriptor()->full_name());
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) {
    return absl::NotFoundError(status.ToString());
  }
  return detail;
}

}  // namespace

TestMarket::TestMarket(const storage::RocksDbOptions& options, const ResourceOptions& resources)
    : now_(absl::FromUnixSeconds(1'795'500'000)) {
  auto store = storage::RocksDbStore::Open(folder_ / "store", options);
  EXPECT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
  const IdSource new_id = [this] { return absl::StrFormat("id-%06d", ++last_id_); };
  AddResourceMethods(store_.get(), new_id, resources, &methods_);
  AddImportMethod(store_.get(), new_id, &methods_, resources);
  AddMergeMethods(store_.get(), new_id, &methods_);
}

TestMarket::~TestMarket() {
  methods_ = MethodTable();
  store_.reset();
}

absl::StatusOr<std::unique_ptr<Message>> TestMarket::Run(const std::string& method, const Message& request) {
  std::vector<std::unique_ptr<Message>> requests;
  requests.emplace_back(request.New());
  requests.back()->CopyFrom(request);
  return RunAs(Administrator(), Scope::kAny, method, std::move(requests));
}

absl::StatusOr<std::unique_ptr<Message>> TestMarket::RunAs(const Caller& caller, Scope scope,
                                                           const std::string& method,
                                                           std::vector<std::unique_ptr<Message>> requests) {
  const Method* found = methods_.Find(method);
  if (found == nullptr) return absl::UnimplementedError(method);
  auto call = std::make_shared<services::Call>();
  call->method = method;
  call->caller = caller;
  call->scope = scope;
  call->now = now_;
  auto answered = std::make_shared<std::promise<absl::StatusOr<std::unique_ptr<Message>>>>();
  auto answer = answered->get_future();
  found->run(call, std::make_shared<const Requests>(std::move(requests)),
             [answered](absl::StatusOr<std::unique_ptr<Message>> response) {
               answered->set_value(std::move(response));
             });
  return answer.get();
}

void TestMarket::Lay() {
  const auto lay = [this](const std::string& method, const Message& request) {
    const auto response = Run(method, request);
    ASSERT_TRUE(response.ok()) << method << ": " << response.status();
  };
  const auto lay_territory = [&](const char* id, v1::TerritoryLevel level, const char* parent,
                                 const char* reniec) {
    v1::CreateTerritoryRequest request;
    request.set_territory_id(id);
    v1::Territory* territory = request.mutable_territory();
    territory->set_display_name(id);
    territory->set_level(level);
    territory->set_parent(parent);
    if (*reniec != '\0') {
      v1::TerritoryCode* other = territory->add_other_codes();
      other->set_scheme(v1::TERRITORY_SCHEME_RENIEC);
      other->set_code(reniec);
    }
    lay("ayni.v1.CatalogueService/CreateTerritory", request);
  };
  lay_territory("iso3166.pe", v1::TERRITORY_LEVEL_COUNTRY, "", "");
  lay_territory("inei.08", v1::TERRITORY_LEVEL_DEPARTMENT, "territories/iso3166.pe", "07");
  lay_territory("inei.0806", v1::TERRITORY_LEVEL_PROVINCE, "territories/inei.08", "0706");
  lay_territory("inei.080601", v1::TERRITORY_LEVEL_DISTRICT, "territories/inei.0806", "070601");

  v1::CreateServiceRequest service;
  service.set_service_id("dosing");
  *service.mutable_service() = AService();
  lay("ayni.v1.CatalogueService/CreateService", service);
  v1::CreateValueChainRequest value_chain;
  value_chain.set_value_chain_id("alpaca");
  *value_chain.mutable_value_chain() = AValueChain();
  lay("ayni.v1.CatalogueService/CreateValueChain", value_chain);

  const std::pair<const char*, v1::Party> parties[] = {
      {"coop", ACooperative()}, {"tap", ATap()}, {"certifier", ACertifier()}};
  for (const auto& [id, party] : parties) {
    v1::CreatePartyRequest request;
    request.set_party_id(id);
    *request.mutable_party() = party;
    lay("ayni.v1.PartyService/CreateParty", request);
  }
}

Caller Administrator() { return {"principals/admin", v1::ROLE_ADMINISTRATOR, ""}; }
Caller SecondAdministrator() { return {"principals/second", v1::ROLE_ADMINISTRATOR, ""}; }
Caller CooperativeCaller() { return {"principals/coop", v1::ROLE_COOPERATIVE, "parties/coop"}; }
Caller TapCaller() { return {"principals/tap", v1::ROLE_TAP, "parties/tap"}; }

google::type::Date ADay(int year, int month, int day) {
  google::type::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

v1::Territory ADistrict() {
  v1::Territory territory;
  territory.set_display_name("Checacupe");
  territory.set_level(v1::TERRITORY_LEVEL_DISTRICT);
  territory.set_parent("territories/inei.0806");
  territory.set_altitude_m(3446);
  return territory;
}

v1::Service AService() {
  v1::Service service;
  service.set_display_name("Dosing of alpacas");
  (*service.mutable_local_names())["spa"] = "Dosificación de alpacas";
  service.set_family("animal-health");
  service.set_unit(v1::UNIT_ANIMAL);
  service.set_deliverable("Dosed animals and a signed record");
  service.set_immediate_benefit("Fewer parasites within a week");
  service.set_benefit_days(7);
  return service;
}

v1::ValueChain AValueChain() {
  v1::ValueChain value_chain;
  value_chain.set_display_name("Alpaca");
  value_chain.set_kind(v1::ValueChain::KIND_LIVESTOCK);
  value_chain.set_agrovoc_id("c_304");
  return value_chain;
}

v1::Party ACooperative() {
  v1::Party party;
  party.set_display_name("Cooperativa Núñez");
  party.add_roles(v1::PARTY_ROLE_COOPERATIVE);
  party.mutable_cooperative()->set_member_count(40);
  party.mutable_cooperative()->set_woman_member_count(15);
  party.set_district("territories/inei.080601");
  party.add_languages("quz");
  party.mutable_contact()->set_phone("+51984123456");
  return party;
}

v1::Party ATap() {
  v1::Party party;
  party.set_display_name("Kamayoq Quispe");
  party.add_roles(v1::PARTY_ROLE_TAP);
  party.mutable_tap()->set_model(v1::TAP_MODEL_ENTERPRISE);
  *party.mutable_tap()->mutable_practising_since() = ADay(2015, 3, 1);
  party.add_languages("quz");
  party.add_languages("spa");
  return party;
}

v1::Party ACertifier() {
  v1::Party party;
  party.set_display_name("Certificadora del Sur");
  party.add_roles(v1::PARTY_ROLE_CERTIFIER);
  return party;
}

v1::Relation ARelation() {
  v1::Relation relation;
  relation.set_subject("parties/tap");
  relation.set_type(v1::RELATION_TYPE_MEMBER_OF);
  relation.set_object("parties/coop");
  relation.mutable_source()->set_kind(v1::RelationSource::KIND_DECLARED);
  return relation;
}

v1::Credential ACredential() {
  v1::Credential credential;
  credential.set_holder("parties/tap");
  credential.set_certifier("parties/certifier");
  credential.set_scheme("kamayoq-livestock");
  *credential.mutable_issue_date() = ADay(2024, 2, 29);
  return credential;
}

v1::Need ANeed() {
  v1::Need need;
  need.set_service("services/dosing");
  need.set_value_chain("valueChains/alpaca");
  need.set_district("territories/inei.080601");
  need.set_quantity(120);
  *need.mutable_window()->mutable_start_date() = ADay(2027, 1, 1);
  *need.mutable_window()->mutable_end_date() = ADay(2027, 3, 31);
  need.mutable_highest_unit_price()->set_currency("PEN");
  need.mutable_highest_unit_price()->set_minor_units(350);
  need.add_languages("quz");
  return need;
}

v1::Offer AnOffer() {
  v1::Offer offer;
  offer.set_service("services/dosing");
  offer.add_value_chains("valueChains/alpaca");
  offer.set_unit(v1::UNIT_ANIMAL);
  offer.mutable_unit_price()->set_currency("PEN");
  offer.mutable_unit_price()->set_minor_units(300);
  offer.set_capacity(500);
  *offer.mutable_window()->mutable_start_date() = ADay(2027, 1, 1);
  *offer.mutable_window()->mutable_end_date() = ADay(2027, 6, 30);
  offer.mutable_coverage()->add_territories("territories/inei.08");
  offer.add_languages("quz");
  offer.mutable_fee_for_service();
  offer.set_deliverable("Dosed animals and a signed record");
  offer.set_immediate_benefit("Fewer parasites within a week");
  return offer;
}

v1::Policy APolicy() {
  v1::Policy policy;
  policy.set_reason("First policy of the valley");
  v1::Limit* limit = policy.add_limits();
  limit->set_id("tap-province");
  limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
  limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
  limit->set_share_basis_points(3000);
  limit->set_basis(v1::LIMIT_BASIS_DEMAND);
  limit->set_min_controllers(4);
  limit->set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
  v1::ScoreWeights* weights = policy.mutable_score_weights();
  weights->set_fit(400);
  weights->set_distance(300);
  weights->set_price(300);
  policy.mutable_expected_success()->set_community_per_mille(750);
  policy.mutable_expected_success()->set_enterprise_per_mille(300);
  policy.set_full_waiting_days(60);
  return policy;
}

std::vector<std::string> FieldViolations(const absl::Status& status) {
  std::vector<std::string> violations;
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  if (!bad_request.ok()) return violations;
  for (const auto& violation : bad_request->field_violations()) {
    violations.push_back(absl::StrCat(violation.field(), " ", violation.description()));
  }
  return violations;
}

bool Violates(const absl::Status& status, const std::string& field) {
  if (!absl::IsInvalidArgument(status)) return false;
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  if (!bad_request.ok()) return false;
  for (const auto& violation : bad_request->field_violations()) {
    if (violation.field() == field) return true;
  }
  return false;
}

std::string ReasonOf(const absl::Status& status) {
  const auto error_info = DetailOf<google::rpc::ErrorInfo>(status);
  return error_info.ok() ? error_info->reason() : "";
}

}  // namespace ayni::services
