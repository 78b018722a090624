// The groups that a fairness report tells apart, as names: bands and codes as FairnessDimension in
// fairness.proto has them.
#ifndef AYNI_SERVICES_FAIRNESS_FAIRNESS_GROUPS_H_
#define AYNI_SERVICES_FAIRNESS_FAIRNESS_GROUPS_H_

#include <array>
#include <string>

#include "ayni/v1/fairness.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/party.pb.h"
#include "matcher/market.h"

namespace ayni::services {

inline constexpr char kUnknownGroup[] = "unknown";

// By FairnessDimension; empty where the dimension does not apply.
using FairnessGroups = std::array<std::string, v1::FairnessDimension_ARRAYSIZE>;

// What a TAP's group rests on besides its record.
struct TapStanding {
  matcher::Day today = 0;
  // Of its first credential; kDayMax: none.
  matcher::Day certified = matcher::kDayMax;
};

// All but the territories. An unset cooperative is of nothing known.
void SetNeedGroups(const v1::Need& need, const v1::Party& cooperative, bool has_lender,
                   FairnessGroups* groups);
void SetTapGroups(const v1::Party& tap, const TapStanding& standing, FairnessGroups* groups);

// The group of the dimension; kUnknownGroup where it is empty.
const std::string& GroupOf(const FairnessGroups& groups, v1::FairnessDimension dimension);

// By which the groups of a dimension are sorted: bands by their place, others by name.
std::string SortKey(v1::FairnessDimension dimension, const std::string& group);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_FAIRNESS_GROUPS_H_
