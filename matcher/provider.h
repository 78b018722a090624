// Who really provides through each TAP: the ownership groups behind it, who supplies what it sells, whose
// brands it represents, and who funds it.
//
// What is tied to any party of a TAP's ownership group is tied to the TAP: a shell between the two changes
// nothing. What ended a short while before the day still counts beside what holds on it, since what a TAP was
// given meanwhile is still counted: a TAP that is sold before a round does not leave it behind.
#ifndef AYNI_MATCHER_PROVIDER_H_
#define AYNI_MATCHER_PROVIDER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "matcher/market.h"
#include "matcher/ownership.h"

namespace ayni::matcher {

enum class TieKind : uint8_t { kSupplier, kBrand, kFunder };

// `other` is of the kind to `provider` on the days of the window.
struct ProviderTie {
  PartyIndex provider;
  PartyIndex other;
  TieKind kind = TieKind::kSupplier;
  Window window;

  friend bool operator==(const ProviderTie&, const ProviderTie&) = default;
};

// Of a Tap, as there.
struct Controllers {
  PartyIndex ownership_group;
  std::vector<PartyIndex> owners;
  std::vector<PartyIndex> suppliers;
  std::vector<PartyIndex> brands;
  std::vector<PartyIndex> funders;

  static Controllers Of(const Tap& tap);
  void PutInto(Tap* tap) const;
  friend bool operator==(const Controllers&, const Controllers&) = default;
};

// Relations as they are known, whatever day they hold on.
struct ProviderRelations {
  std::vector<Ownership> ownerships;
  std::vector<ProviderTie> ties;
};

// By TAP. `groups` are by party, those of OwnershipGroups on the day. What ended at most `days_before` days
// before the day counts too. Of more than kControllersPerTapMax at one level those stay that most TAPs count
// with, of several the first by index, and the TAP's own group always. Linear in relations and TAPs, but for
// sorting. REQUIRES: relations and TAPs are of parties that have a group.
std::vector<Controllers> ControllersOfTaps(absl::Span<const PartyIndex> tap_party,
                                           absl::Span<const PartyIndex> groups,
                                           const ProviderRelations& relations, Day day, int32_t days_before);

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_PROVIDER_H_
