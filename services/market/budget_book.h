// Which offers are subsidised, by whom, and out of which budget.
//
// Records are put in any order and any number of times, as in NamedMarket. Many threads may read while none
// writes.
#ifndef AYNI_SERVICES_MARKET_BUDGET_BOOK_H_
#define AYNI_SERVICES_MARKET_BUDGET_BOOK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/offer.pb.h"
#include "google/type/date.pb.h"
#include "matcher/market.h"

namespace ayni::services {

class BudgetBook {
 public:
  // Returns the offers that name it, where its days or what producers pay on them are others than before.
  std::vector<std::string> Put(const v1::Budget& budget);
  // An offer that is not subsidised stands for nothing.
  void Put(const v1::Offer& offer);

  // Of what was never put: no error. Returns the offers that name it.
  std::vector<std::string> RemoveBudget(absl::string_view name);
  void RemoveOffer(absl::string_view name) { charges_.erase(name); }

  // Null where nobody subsidises the offer. Valid until the next change.
  const v1::Subsidised* ChargeOf(absl::string_view offer) const;
  // Null where there is none of that name.
  const v1::Budget* Find(absl::string_view name) const;
  // The days on which a match of the offer can be proposed of which a funder pays all. Shares never fall, so
  // that they follow each other.
  matcher::Window FreeDaysOf(absl::string_view offer) const;
  // Whether no offer is subsidised.
  bool empty() const { return charges_.empty(); }

  // What a match of the offer that is proposed on that day says of it; nothing of an offer that nobody
  // subsidises.
  std::optional<v1::Subsidy> SubsidyOn(absl::string_view offer, const google::type::Date& day) const;

 private:
  std::vector<std::string> OffersOf(absl::string_view budget) const;

  absl::flat_hash_map<std::string, v1::Budget> budgets_;
  absl::flat_hash_map<std::string, v1::Subsidised> charges_;  // of subsidised offers
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_BUDGET_BOOK_H_
