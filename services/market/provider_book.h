// Who owns, supplies and funds whom, and whose brand each represents, as limits count it: what confirmed
// relations say, and of sellers and funders what offers say.
//
// Records are put in any order and any number of times, as in NamedMarket. Many threads may read while none
// writes.
#ifndef AYNI_SERVICES_MARKET_PROVIDER_BOOK_H_
#define AYNI_SERVICES_MARKET_PROVIDER_BOOK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/relation.pb.h"
#include "matcher/ownership.h"
#include "matcher/provider.h"
#include "services/market/name_table.h"

namespace ayni::services {

class ProviderBook {
 public:
  // Parties by id.
  using Parties = NameTable<matcher::PartyIndex>;

  // A claim, or a relation of a type that no limit looks at, stands for nothing.
  void Put(const v1::Relation& relation, Parties* parties);
  // An offer counts as long as it stands, though all of it be booked: what was given under it is still held.
  void Put(const v1::Offer& offer, Parties* parties);
  // Of what was never put: no error.
  void Remove(absl::string_view name);

  // Grows whenever what is known changes, and does not where a record says again what it said.
  int64_t changes() const { return changes_; }

  // By party: the first by name of its ownership group on the day.
  std::vector<matcher::PartyIndex> GroupsOn(const Parties& parties, matcher::Day day) const;
  // By TAP, as of the day; days_before as matcher::ControllersOfTaps takes it. A group is stood for by the
  // first of its parties by name. REQUIRES: the parties are those of every Put.
  std::vector<matcher::Controllers> ControllersOn(const Parties& parties,
                                                  absl::Span<const matcher::PartyIndex> tap_party,
                                                  matcher::Day day, int32_t days_before) const;

 private:
  template <typename Row>
  void Set(absl::string_view name, const Row& row, absl::flat_hash_map<std::string, Row>* rows);

  // By the name of the record that says so.
  absl::flat_hash_map<std::string, matcher::Ownership> ownerships_;
  absl::flat_hash_map<std::string, matcher::ProviderTie> ties_;
  int64_t changes_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_PROVIDER_BOOK_H_
