// TAPs over the years: what they offer and at which prices, what becomes of their work, which of them end,
// who buys them, and which new ones start where they are lacking.
#ifndef AYNI_SERVICES_SIMULATION_PROVIDERS_H_
#define AYNI_SERVICES_SIMULATION_PROVIDERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/relation.pb.h"
#include "matcher/market.h"
#include "services/planning/training_draws.h"
#include "services/simulation/assumptions.h"
#include "services/simulation/demand.h"
#include "services/simulation/draw.h"
#include "services/simulation/memory_records.h"
#include "services/simulation/starting_market.h"

namespace ayni::services {

// What a year's limits report of a controller: its largest share of a segment of a service, in hundredths of
// a per cent, by controller and service.
using LargestShares = std::map<std::pair<std::string, std::string>, int32_t>;

struct ProviderFigures {
  int64_t taps = 0;
  int64_t ended = 0;
  int64_t started = 0;
  int64_t survival_basis_points = 0;
  int64_t community_survival_basis_points = 0;
  int64_t enterprise_survival_basis_points = 0;
  int64_t capacity_worth = 0;
  int64_t lender_capacity_worth = 0;
};

// Not thread-safe.
class Providers {
 public:
  // Renews the credentials that hold on the first day for as long as a TAP works, and has public money last
  // to the end of the term. REQUIRES: all outlive it.
  Providers(const StartingMarket& start, const Assumptions& assumptions, const v1::Policy& policy,
            uint64_t seed, int rounds_per_year, MemoryRecords* records);

  // The term may end, and lenders buy. `year` from 0, here and below.
  void BeginYear(int year, matcher::Day day);
  // Puts what each has for the round into the records: a part of its year's capacity.
  void Post(int round, matcher::Day day);
  // What is done of the match's units, by the TAP's quality.
  int64_t Done(const v1::Match& match) const;
  void Book(const v1::Match& match, int64_t done);
  // TAPs end, and prices of those who go on move. `group_of` names who stands for a TAP's ownership group.
  void EndYear(int year, const LargestShares& shares,
               const std::function<std::string(const std::string& tap)>& group_of);
  // For the year that begins on the day: in segments that are thin, or where none is, in any that lacks
  // something. Counts anew who ended and started.
  void StartNew(int year, matcher::Day day, const std::map<Place, Lack>& lacks, const std::set<Place>& thin);

  bool IsWoman(const std::string& tap) const;
  bool IsOwnedByLender(const std::string& tap) const;
  // By model, or by the money that pays for the offer.
  bool IsPublic(const std::string& tap, const std::string& offer) const;
  ProviderFigures figures() const;

 private:
  struct Offering {
    v1::Offer offer;  // with the year's capacity and the price of now
    int64_t first_price = 0;
    int64_t offered = 0;
    int64_t booked = 0;
  };
  struct Provider {
    v1::Party party;
    std::vector<Offering> offerings;
    std::vector<std::string> credentials;
    bool is_of_start = false;
    matcher::Day start_day = matcher::kDayMin;  // of one that is not of the start
    bool works = true;
    bool is_owned_by_lender = false;
    Chance quality;  // of a service, that it is done as agreed
    // Of the year.
    int64_t earned = 0;
    int64_t services = 0;
    int64_t done_services = 0;
  };

  void AddStarting(const StartingTap& tap);
  Chance DrawQuality(const v1::Party& party) const;
  void HoldToTerm(v1::Relation relation, matcher::Day last_day);
  // By relations of ownership and control, from the lenders on.
  void FindOwnedByLenders();
  bool HasPublicMoney(const v1::Offer& offer) const;
  void EndTerm(matcher::Day day);
  void BuyFor(const std::string& lender, int year, matcher::Day day);
  void End(Provider* provider);
  // Of its price, the steps of the year.
  int64_t StepPerMille(const Offering& offering, int32_t share) const;
  void MovePrice(int32_t share, Offering* offering) const;
  bool Ends(const Provider& provider, int year) const;
  const StartingTap* PatternFor(const Place& place, Draw* draw) const;
  void StartAs(const StartingTap& pattern, const Place& place, const Lack& lack, const std::string& id,
               matcher::Day day, Draw* draw);
  v1::Relation FundingOf(const v1::Party& party, const std::string& funder, matcher::Day day) const;

  const StartingMarket& start_;
  const Assumptions& assumptions_;
  const v1::Policy& policy_;
  const uint64_t seed_;
  const int rounds_per_year_;
  MemoryRecords& records_;
  std::map<std::string, Provider> providers_;  // by party
  matcher::Day term_last_day_ = 0;
  int64_t ended_ = 0;
  int64_t started_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_PROVIDERS_H_
