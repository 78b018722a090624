// What a simulation assumes of people, wherever neither the market nor the policy says it. README.md has the
// source of each, or says that there is none.
#ifndef AYNI_SERVICES_SIMULATION_ASSUMPTIONS_H_
#define AYNI_SERVICES_SIMULATION_ASSUMPTIONS_H_

#include <array>
#include <cstdint>
#include <map>

#include "ayni/v1/catalogue.pb.h"

namespace ayni::services {

inline constexpr int kMonths = 12;
// How likely a need of a value chain is asked for in each month, January first.
using MonthWeights = std::array<int64_t, kMonths>;

struct Assumptions {
  // Needs. Each is asked for once a year. Livestock is dosed before and after the rains and shorn as they
  // begin; crops are sown with the first rains and harvested after them; trees are pruned in the dry months.
  std::map<v1::ValueChain::Kind, MonthWeights> months = {
      {v1::ValueChain::KIND_LIVESTOCK, {6, 5, 6, 10, 10, 6, 5, 5, 7, 12, 16, 12}},
      {v1::ValueChain::KIND_CROP, {6, 5, 6, 10, 10, 6, 4, 10, 14, 13, 10, 6}},
      {v1::ValueChain::KIND_FORESTRY, {4, 4, 5, 8, 12, 14, 14, 12, 10, 8, 5, 4}}};
  int64_t quantity_spread_per_mille = 200;  // a year's quantity, around that of the start
  // Of needs that lack something after a round, those that ask in the next one; and how often they do.
  int64_t waits_per_million = 600'000;
  int waits_max = 1;

  // Outcomes. How much a TAP's own quality is known to lie about its model's: so many services' worth.
  int32_t quality_strength = 20;
  int64_t partly_per_million = 500'000;  // of services not done as agreed, those done by half
  int64_t partly_done_per_mille = 500;   // of their units

  // TAPs. The policy's expected success is how many of a model survive so many years.
  int programme_years = 3;
  // What a TAP earned of what its offers would bring in full, below and above which it ends likelier and less
  // likely, as many times; and of its services, with so many or more, how few were done as agreed.
  int64_t poor_per_mille = 200, poor_ends_per_mille = 1'500;
  int64_t busy_per_mille = 600, busy_ends_per_mille = 600;
  int64_t failing_per_mille = 400, failing_ends_per_mille = 1'300;
  int64_t failing_services_min = 4;
  int64_t newcomers_per_mille = 170;  // a year, of the TAPs at the start

  // Prices of offers, a year. Booked nearly in full or hardly, they rise or fall by a step; by another where
  // the controller holds much of the segment and has work enough to choose.
  int64_t full_per_mille = 900, idle_per_mille = 300;
  int64_t price_step_per_mille = 40;
  int32_t power_share_basis_points = 3'000;
  int64_t power_booked_per_mille = 500;
  int64_t power_step_per_mille = 60;
  int64_t price_least_per_mille = 700, price_most_per_mille = 1'800;  // of the first price

  // Lenders. A year, each buys TAPs with this chance, at most so many.
  int64_t purchase_per_million = 100'000;
  int purchase_taps_max = 3;

  // Governments. Public money lasts to the end of a term; the first one ends as many years after the start.
  int term_years = 4;
};

// The share that survives one year, in parts per million, where `per_mille` of 1,000 survive so many.
// REQUIRES: 0 to 1,000; 1 to 6 years.
int64_t AnnualSurvivalPerMillion(int64_t per_mille, int years);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_ASSUMPTIONS_H_
