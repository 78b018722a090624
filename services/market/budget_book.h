// Which offers are subsidised, by whom, and out of which budget.
//
// Records are put in any order and any number of times, as in NamedMarket. Many threads may read while none
// writes.
#ifndef AYNI_SERVICES_MARKET_BUDGET_BOOK_H_
#define AYNI_SERVICES_MARKET_BUDGET_BOOK_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/offer.pb.h"
#include "google/type/date.pb.h"

namespace ayni::services {

class BudgetBook {
 public:
  void Put(const v1::Budget& budget) { budgets_.insert_or_assign(budget.name(), budget); }
  // An offer that is not subsidised stands for nothing.
  void Put(const v1::Offer& offer);

  // Of what was never put: no error.
  void RemoveBudget(absl::string_view name) { budgets_.erase(name); }
  void RemoveOffer(absl::string_view name) { charges_.erase(name); }

  // Null where nobody subsidises the offer. Valid until the next change.
  const v1::Subsidised* ChargeOf(absl::string_view offer) const;
  // Null where there is none of that name.
  const v1::Budget* Find(absl::string_view name) const;
  // Whether no offer is subsidised.
  bool empty() const { return charges_.empty(); }

  // What a match of the offer that is proposed on that day says of it; nothing of an offer that nobody
  // subsidises.
  std::optional<v1::Subsidy> SubsidyOn(absl::string_view offer, const google::type::Date& day) const;

 private:
  absl::flat_hash_map<std::string, v1::Budget> budgets_;
  absl::flat_hash_map<std::string, v1::Subsidised> charges_;  // of subsidised offers
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_BUDGET_BOOK_H_
