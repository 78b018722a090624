// What cooperatives ask for over the years: each need of the start comes again every year, in a month of its
// season, and what was not served waits or gives up.
#ifndef AYNI_SERVICES_SIMULATION_DEMAND_H_
#define AYNI_SERVICES_SIMULATION_DEMAND_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "matcher/market.h"
#include "services/simulation/assumptions.h"
#include "services/simulation/memory_records.h"
#include "services/simulation/starting_market.h"

namespace ayni::services {

// A segment: a service in a territory.
using Place = std::pair<std::string, std::string>;

// What the needs of a segment lacked after the rounds of a year, by worth.
struct Lack {
  int64_t worth = 0;
  std::map<std::string, int64_t> by_chain;
  std::map<std::string, int64_t> by_language;
  std::map<std::string, int64_t> by_district;
};

// Of a year.
struct DemandFigures {
  int64_t needs = 0;
  int64_t worth = 0;
  // Of those that ended: with all of their units done, and with some.
  int64_t served_needs = 0;
  int64_t partly_served_needs = 0;
};

// What is asked for depends on the seed and the start alone, whatever was served before: every policy meets
// the same. Not thread-safe.
class Demand {
 public:
  // REQUIRES: all outlive it; rounds_per_year divides 12.
  Demand(const StartingMarket& start, const Assumptions& assumptions, uint64_t seed, int rounds_per_year,
         v1::TerritoryLevel place_level, MemoryRecords* records)
      : start_(start),
        assumptions_(assumptions),
        seed_(seed),
        rounds_per_year_(rounds_per_year),
        place_level_(place_level),
        records_(*records) {}

  void BeginYear();
  // Puts the needs of the round, and those that wait, into the records. `year` and `round` are from 0.
  void Post(int year, int round, matcher::Day day);
  // So much was done of the match's need.
  void Serve(const v1::Match& match, int64_t done);
  // Who lacks something now waits for the next round, or gives up.
  void EndRound(matcher::Day day, matcher::Day next_day);

  const DemandFigures& figures() const { return figures_; }
  const std::map<Place, Lack>& lacks() const { return lacks_; }

 private:
  struct Asked {
    v1::Need need;  // as it stands: of the quantity that it lacks
    bool served = false;
    int waits = 0;
  };

  // Which round of a year it is asked for in.
  int RoundOf(const v1::Need& need, int year) const;
  void Ask(const v1::Need& need, int year, matcher::Day day);
  void NoteLack(const v1::Need& need);

  const StartingMarket& start_;
  const Assumptions& assumptions_;
  const uint64_t seed_;
  const int rounds_per_year_;
  const v1::TerritoryLevel place_level_;
  MemoryRecords& records_;
  std::map<std::string, Asked> asked_;  // by name
  DemandFigures figures_;
  std::map<Place, Lack> lacks_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_DEMAND_H_
