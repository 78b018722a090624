// Which offers stand on money that ends: out of a budget, or since their TAP is funded.
#ifndef AYNI_SERVICES_PLANNING_ENDING_MONEY_H_
#define AYNI_SERVICES_PLANNING_ENDING_MONEY_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/party.pb.h"
#include "matcher/market.h"
#include "services/market/named_market.h"
#include "storage/store.h"

namespace ayni::services {

struct MoneyScope {
  matcher::Day end = 0;  // money whose last day is this one or before is gone
  // One funder, or all of the role.
  std::string funder;
  v1::PartyRole role = v1::PARTY_ROLE_PUBLIC_BODY;
  // What is not subsidised by the funder itself stays, though its TAP is funded no more.
  bool paid_offers_stay = false;
};

// Why an offer falls.
struct Fall {
  std::string funder;
  std::string budget;  // empty: its TAP is funded no more
  matcher::Day end = 0;
};

// By OfferIndex; none of what stays. An offer that draws on a budget falls with its window. All offers of a
// TAP fall with a relation FUNDS to it, or to another party of its ownership group, that holds today or later
// and ends, unless the same funder's money goes on the day after: one of several funders is enough. Relations
// that are claimed count too: here they take nothing from anybody. Cancelled where stop said so; errors of
// the store. REQUIRES: the market is that of the snapshot, and its TAPs have their groups.
absl::StatusOr<std::vector<std::vector<Fall>>> FallsOfOffers(const storage::Snapshot& snapshot,
                                                             const NamedMarket& market,
                                                             const MoneyScope& scope, matcher::Day today,
                                                             const std::function<bool()>& stop);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_PLANNING_ENDING_MONEY_H_
