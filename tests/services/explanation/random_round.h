// Small random markets of one service, in which every reason for or against an offer comes up, and a round of
// them.
#ifndef AYNI_TESTS_SERVICES_EXPLANATION_RANDOM_ROUND_H_
#define AYNI_TESTS_SERVICES_EXPLANATION_RANDOM_ROUND_H_

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "services/explanation/explained_round.h"
#include "tests/services/stored_market.h"

namespace ayni::services {

struct RandomRecords {
  v1::Policy policy;
  std::vector<v1::Party> cooperatives;
  std::vector<v1::Party> taps;
  std::vector<v1::Need> needs;
  std::vector<v1::Offer> offers;
};

// Of the number: the same on every machine.
RandomRecords MakeRecords(const StoredMarket& market, uint64_t number);

void PutRecords(const RandomRecords& records, StoredMarket* market);
// Puts them, and publishes rounds/r of a seed that is always the same.
v1::Round PublishRound(const RandomRecords& records, StoredMarket* market);

// REQUIRES: the round was published.
std::shared_ptr<const ExplainedRound> OpenRound(StoredMarket* market);

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_EXPLANATION_RANDOM_ROUND_H_
