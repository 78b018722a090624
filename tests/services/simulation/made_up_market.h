// A market of one province to simulate: rows as an import takes them, which each test adds to.
#ifndef AYNI_TESTS_SERVICES_SIMULATION_MADE_UP_MARKET_H_
#define AYNI_TESTS_SERVICES_SIMULATION_MADE_UP_MARKET_H_

#include <string>
#include <vector>

#include "ayni/v1/market_service.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/simulation/simulate.h"
#include "services/simulation/starting_market.h"

namespace ayni::services {

class MadeUpMarket {
 public:
  // The territory, the service and the value chain.
  MadeUpMarket();

  void AddCooperative(const std::string& id);
  void AddNeed(const std::string& cooperative, const std::string& id, int64_t quantity);
  // With one offer for the whole province, taps/{id}/offers/o-1.
  void AddTap(const std::string& id, v1::TapModel model, int64_t capacity, int64_t price);
  void AddParty(const std::string& id, v1::PartyRole role);
  void AddRelation(const std::string& subject, v1::RelationType type, const std::string& object);

  std::vector<v1::ImportRow>& rows() { return rows_; }
  // Of the row with that name.
  v1::Party& party(const std::string& id);
  v1::Offer& offer(const std::string& tap);
  // All of it, which must be right.
  StartingMarket Admit() const;

 private:
  v1::ImportRow& Row(const std::string& file);

  std::vector<v1::ImportRow> rows_;
};

// One limit, of TAPs in provinces, and no conflict rules. Every TAP survives.
v1::Policy LimitedTo(int share_basis_points);

// Two years, one seed and one thread, under the policy and without its limits.
SimulationPlan TwoYears(const v1::Policy& policy);

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_SIMULATION_MADE_UP_MARKET_H_
