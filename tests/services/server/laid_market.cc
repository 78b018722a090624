#include "tests/services/server/laid_market.h"

#include "absl/strings/str_cat.h"
#include "ayni/v1/access_service.pb.h"
#include "ayni/v1/market_service.pb.h"
#include "services/invariant.h"
#include "tests/services/market.h"
#include "tests/services/server/served_methods.h"

namespace ayni::services {
namespace {

template <typename Response>
Response AskOrEnd(const std::shared_ptr<grpc::Channel>& channel, const std::string& token,
                  const std::string& method, const Message& request) {
  const Answered answered = Ask(channel, method, request, {.token = token, .headers = {}});
  INVARIANT(answered.status.ok(), absl::StrCat(method, ": ", answered.status.error_message()));
  grpc::Slice slice;
  Response response;
  const bool parsed = answered.response.DumpToSingleSlice(&slice).ok() &&
                      response.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
  INVARIANT(parsed, method);
  return response;
}

void AddTerritory(const char* id, v1::TerritoryLevel level, const char* parent,
                  v1::ImportMarketRequest* request) {
  v1::Territory* territory = request->add_rows()->mutable_territory();
  territory->set_name(absl::StrCat("territories/", id));
  territory->set_display_name(id);
  territory->set_level(level);
  territory->set_parent(parent);
}

v1::ImportMarketRequest Rows() {
  v1::ImportMarketRequest request;
  AddTerritory("iso3166.pe", v1::TERRITORY_LEVEL_COUNTRY, "", &request);
  AddTerritory("inei.08", v1::TERRITORY_LEVEL_DEPARTMENT, "territories/iso3166.pe", &request);
  AddTerritory("inei.0806", v1::TERRITORY_LEVEL_PROVINCE, "territories/inei.08", &request);
  AddTerritory("inei.080601", v1::TERRITORY_LEVEL_DISTRICT, "territories/inei.0806", &request);
  v1::Service* service = request.add_rows()->mutable_service();
  *service = AService();
  service->set_name("services/dosing");
  v1::ValueChain* value_chain = request.add_rows()->mutable_value_chain();
  *value_chain = AValueChain();
  value_chain->set_name("valueChains/alpaca");
  v1::Party* party = request.add_rows()->mutable_party();
  *party = ACooperative();
  party->set_name("parties/coop");
  request.set_last(true);
  return request;
}

}  // namespace

std::string LayMarket(const std::shared_ptr<grpc::Channel>& channel, const std::string& administrator_token) {
  const auto imported = AskOrEnd<v1::ImportMarketResponse>(channel, administrator_token,
                                                           "ayni.v1.MarketService/ImportMarket", Rows());
  INVARIANT(imported.applied(), imported.DebugString());
  v1::CreatePrincipalRequest principal;
  principal.set_principal_id("ana");
  principal.mutable_principal()->set_display_name("Ana");
  principal.mutable_principal()->set_role(v1::ROLE_COOPERATIVE);
  principal.mutable_principal()->set_party("parties/coop");
  AskOrEnd<v1::Principal>(channel, administrator_token, "ayni.v1.AccessService/CreatePrincipal", principal);
  v1::CreateTokenRequest token;
  token.set_parent("principals/ana");
  token.mutable_token()->set_display_name("load");
  return AskOrEnd<v1::CreateTokenResponse>(channel, administrator_token, "ayni.v1.AccessService/CreateToken",
                                           token)
      .secret();
}

v1::Need LaidNeed() { return ANeed(); }

}  // namespace ayni::services
