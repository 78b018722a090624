#include "matcher/provider.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace ayni::matcher {
namespace {

using Groups = std::vector<PartyIndex>;

void SortOnce(Groups& groups) {
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
}

bool HeldLately(const Window& window, Day day, int32_t days_before) {
  return window.first <= day && window.last >= day - days_before;
}

// By group: the groups that are tied to it at one level.
using TiedTo = absl::flat_hash_map<int32_t, Groups>;

// One level for all TAPs.
class Level {
 public:
  // `own`: the TAP counts with its own group in any case.
  Level(absl::Span<const PartyIndex> tap_group, const TiedTo& tied, bool own) {
    by_tap_.resize(tap_group.size());
    absl::flat_hash_map<int32_t, int32_t> tap_count;
    for (size_t tap = 0; tap < tap_group.size(); ++tap) {
      const auto found = tied.find(tap_group[tap].value);
      if (found == tied.end()) continue;
      by_tap_[tap] = found->second;
      if (own) by_tap_[tap].push_back(tap_group[tap]);
      SortOnce(by_tap_[tap]);
      for (PartyIndex group : by_tap_[tap]) ++tap_count[group.value];
    }
    for (size_t tap = 0; tap < tap_group.size(); ++tap) {
      Groups& groups = by_tap_[tap];
      if (groups.size() <= kControllersPerTapMax) continue;
      std::sort(groups.begin(), groups.end(), [&](PartyIndex a, PartyIndex b) {
        const auto rank = [&](PartyIndex group) {
          return std::tuple(!(own && group == tap_group[tap]), -tap_count[group.value], group);
        };
        return rank(a) < rank(b);
      });
      groups.resize(kControllersPerTapMax);
      std::sort(groups.begin(), groups.end());
    }
  }

  Groups Take(size_t tap) { return std::move(by_tap_[tap]); }

 private:
  std::vector<Groups> by_tap_;
};

TiedTo FormerOwners(absl::Span<const PartyIndex> groups, const ProviderRelations& relations, Day day,
                    int32_t days_before) {
  TiedTo tied;
  for (const Ownership& ownership : relations.ownerships) {
    const bool ended_lately = ownership.window.last < day && HeldLately(ownership.window, day, days_before);
    if (!ended_lately || ownership.share_basis_points < kGroupBasisPoints) continue;
    const PartyIndex owner = groups[ownership.owner.at()];
    const PartyIndex owned = groups[ownership.owned.at()];
    if (owner != owned) tied[owned.value].push_back(owner);
  }
  return tied;
}

TiedTo TiedOf(absl::Span<const PartyIndex> groups, const ProviderRelations& relations, TieKind kind, Day day,
              int32_t days_before) {
  TiedTo tied;
  for (const ProviderTie& tie : relations.ties) {
    if (tie.kind == kind && HeldLately(tie.window, day, days_before))
      tied[groups[tie.provider.at()].value].push_back(groups[tie.other.at()]);
  }
  return tied;
}

}  // namespace

Controllers Controllers::Of(const Tap& tap) {
  return {tap.ownership_group, tap.owners, tap.suppliers, tap.brands, tap.funders};
}

void Controllers::PutInto(Tap* tap) const {
  tap->ownership_group = ownership_group;
  tap->owners = owners;
  tap->suppliers = suppliers;
  tap->brands = brands;
  tap->funders = funders;
}

std::vector<Controllers> ControllersOfTaps(absl::Span<const PartyIndex> tap_party,
                                           absl::Span<const PartyIndex> groups,
                                           const ProviderRelations& relations, Day day, int32_t days_before) {
  Groups tap_group;
  for (PartyIndex party : tap_party) tap_group.push_back(groups[party.at()]);
  const auto level = [&](TieKind kind) {
    return Level(tap_group, TiedOf(groups, relations, kind, day, days_before), false);
  };
  Level owners(tap_group, FormerOwners(groups, relations, day, days_before), true);
  Level suppliers = level(TieKind::kSupplier);
  Level brands = level(TieKind::kBrand);
  Level funders = level(TieKind::kFunder);
  std::vector<Controllers> controllers(tap_party.size());
  for (size_t tap = 0; tap < tap_party.size(); ++tap) {
    controllers[tap] = {tap_group[tap], owners.Take(tap), suppliers.Take(tap), brands.Take(tap),
                        funders.Take(tap)};
  }
  return controllers;
}

}  // namespace ayni::matcher
