// The market that a simulation begins with: rows as an import takes them, checked by the rules that an import
// is checked by, and sorted into what lasts and what comes again every year.
#ifndef AYNI_SERVICES_SIMULATION_STARTING_MARKET_H_
#define AYNI_SERVICES_SIMULATION_STARTING_MARKET_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/credential.pb.h"
#include "ayni/v1/market_service.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "matcher/market.h"
#include "services/simulation/memory_records.h"

namespace ayni::services {

struct WrongField {
  std::string field;  // as in coverage.territories[0]
  std::string description;
};

// What is wrong with a row that can't be taken.
struct WrongRow {
  std::string file;
  int64_t line = 0;
  WrongField wrong;
};

struct StartingTap {
  v1::Party party;
  std::vector<v1::Offer> offers;  // one at least
  std::vector<v1::Credential> credentials;
  // The public body that funds it; empty: none.
  std::string public_funder;
};

// Constant once it is made, and safe to read from any thread.
struct StartingMarket {
  // All but needs, offers and policies.
  MemoryRecords records;
  std::vector<v1::Need> needs;       // by name
  std::vector<StartingTap> taps;     // by name; those with offers
  std::vector<v1::Policy> policies;  // as their file has them
  std::vector<v1::Relation> relations;
  std::vector<std::string> lenders;  // parties that are financial institutions, by name
  std::set<std::string> public_bodies;
  std::map<std::string, v1::ValueChain::Kind> chain_kinds;
  std::map<std::string, v1::Territory> territories;
  // What a unit of a service is worth wherever unlike units are summed: the middle of its offers' prices, in
  // minor units. Services that nobody offers have the middle of what needs can pay.
  std::map<std::string, int64_t> worth;
  // On which its first window begins: the first day of the simulation.
  matcher::Day first_day = 0;

  // The territory itself or the first above it of the level; empty where there is none.
  std::string TerritoryAt(const std::string& territory, v1::TerritoryLevel level) const;
};

// InvalidArgument where the market has no needs or no offers to simulate. What is wrong with rows goes to
// `wrong`, one entry a field, and what is then returned lacks those rows.
absl::StatusOr<StartingMarket> AdmitMarket(absl::Span<const v1::ImportRow> rows,
                                           std::vector<WrongRow>* wrong);

// What the rules of policies say against one, in this market.
std::vector<WrongField> CheckPolicy(const StartingMarket& market, const v1::Policy& policy);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_STARTING_MARKET_H_
