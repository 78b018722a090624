// What holds in single countries, by a policy's profiles: how much a provider of so many years may hold, and
// how long it must have practised.
//
// A cap counts units of whatever services, as a TAP's own capacity does. It holds a TAP that sits in the
// country, wherever it serves; experience is asked of whoever serves a need there. Who has reached its cap is
// given nothing more, and still is a choice that the need had: a rule that spreads work must not make a
// market thin, or limits would be waived for those who are left.
#ifndef AYNI_SERVICES_MARKET_COUNTRY_RULES_H_
#define AYNI_SERVICES_MARKET_COUNTRY_RULES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matcher/candidate.h"
#include "matcher/market.h"
#include "matcher/problem.h"
#include "storage/store.h"

namespace ayni::services {

class NamedMarket;

// What was given on a day counts on that day, and for so many days after.
inline constexpr int32_t kProviderCapDays = 365;

// As a profile has it, by the market's index. Plain values: copied freely.
struct CountryRule {
  struct Cap {
    int32_t years = 0;
    matcher::Units units = 0;
  };
  matcher::TerritoryIndex country;
  std::vector<Cap> caps;  // ascending by years
  int32_t least_practising_months = 0;
};

// Many threads may read while none writes.
class CountryRules {
 public:
  CountryRules() = default;
  explicit CountryRules(std::vector<CountryRule> rules) : rules_(std::move(rules)) {}

  bool empty() const { return rules_.empty(); }
  bool HaveCaps() const;

  // The most that the TAP may hold by its whole years of practice on that day, where one is set for as many;
  // of a TAP that does not say since when it practises, none.
  std::optional<matcher::Units> CapOf(const matcher::Market& market, const matcher::Tap& tap,
                                      matcher::Day today) const;
  // How many months of practice the TAP lacks on the first day of the need's window, by the country where the
  // need is; 0: none.
  int32_t MonthsLacked(const matcher::Market& market, const matcher::Need& need,
                       const matcher::Tap& tap) const;

 private:
  const CountryRule* RuleAt(const matcher::Market& market, matcher::TerritoryIndex place) const;

  std::vector<CountryRule> rules_;
};

// What TAPs were given, by day.
class TapHoldings {
 public:
  // Units below 0 take out what was put in.
  void Add(matcher::TapIndex tap, matcher::Day day, matcher::Units units);
  // From the day on.
  matcher::Units Since(matcher::TapIndex tap, matcher::Day first) const;

 private:
  absl::flat_hash_map<int32_t, std::map<matcher::Day, matcher::Units>> by_tap_;
};

// What caps leave each TAP of the market, by TapIndex: kUnitsMax where there is none. Empty without any cap.
// Cancelled where stop said so; DataLoss where a record can't be read.
absl::StatusOr<std::vector<matcher::Units>> RoomsUnderCaps(const storage::Snapshot& snapshot,
                                                           const CountryRules& rules,
                                                           const NamedMarket& market, matcher::Day today,
                                                           const std::function<bool()>& stop);
// Whether a cap leaves the TAP less than it could be given without.
inline bool IsCapped(absl::Span<const matcher::Units> rooms, matcher::TapIndex tap) {
  return tap.at() < rooms.size() && rooms[tap.at()] < matcher::kUnitsMax;
}

// Takes out candidates whose TAP has not practised long enough, and sets those aside whose TAP has no room.
void HoldToCountries(const NamedMarket& market, const CountryRules& rules,
                     absl::Span<const matcher::Units> rooms, matcher::Candidates* candidates);
// The first of a need's: between rounds rooms are those of OpenCandidate::tap_left.
void DropUnpractised(const NamedMarket& market, const CountryRules& rules, const matcher::Need& need,
                     std::vector<matcher::Candidate>* candidates);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_COUNTRY_RULES_H_
