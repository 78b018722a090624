// The figures of every group of a tally, exact, before anything is kept back.
#ifndef AYNI_SERVICES_FAIRNESS_GROUP_TALLY_H_
#define AYNI_SERVICES_FAIRNESS_GROUP_TALLY_H_

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ayni/v1/fairness.pb.h"
#include "services/fairness/fairness_tally.h"
#include "services/fairness/suppression.h"

namespace ayni::services {

struct GroupFigures {
  // The cooperatives that ask, or the TAPs.
  Crowd crowd;
  int64_t asked_count = 0;
  int64_t reached_count = 0;  // given something
  int64_t served_count = 0;   // of needs: given all
  int64_t asked_units = 0;
  int64_t served_units = 0;
  std::vector<int64_t> wait_hours;
  // What was paid, and what it had been at the medians, in minor units of all currencies.
  __int128 paid = 0;
  __int128 paid_at_median = 0;
  Exposure exposure;
  std::vector<const MatchFigures*> matches;
  std::string parent;
};

// By the key of SortKey and the group, so that iteration is in the order in which they are shown.
using GroupsOfDimension = std::map<std::pair<std::string, std::string>, GroupFigures>;

// Constant once made.
class GroupTally {
 public:
  // REQUIRES: the tally outlives it.
  explicit GroupTally(const FairnessTally& tally);

  const GroupsOfDimension& Of(v1::FairnessDimension dimension) const { return groups_[dimension]; }
  // Of all needs, and of all TAPs.
  const GroupFigures& needs() const { return needs_; }
  const GroupFigures& taps() const { return taps_; }
  // What each TAP was given: units, by name; and money, by currency and name. Of all TAPs with a candidate.
  const std::map<std::string, int64_t>& units_by_tap() const { return units_by_tap_; }
  const std::map<std::string, std::map<std::string, int64_t>>& income() const { return income_; }

 private:
  // The median price of each segment with enough matches.
  static std::map<std::string, int64_t> MedianPrices(const FairnessTally& tally);
  void AddNeed(const NeedFigures& need);
  void AddTap(const std::string& name, const TapFigures& tap);
  void AddMatch(const MatchFigures& match, const FairnessTally& tally, int64_t median);
  // Calls visit(group's figures) for the group of each dimension of needs or TAPs, but that of chains and
  // genders, and for all.
  template <typename Visit>
  void ForEachNeedGroup(const NeedFigures& need, const Visit& visit);
  template <typename Visit>
  void ForEachTapGroup(const TapFigures& tap, const Visit& visit);
  // The one that the chain and the TAP's gender share.
  GroupFigures& ChainGroupOf(const TapFigures& tap, const std::string& chain);
  GroupFigures& FiguresOf(v1::FairnessDimension dimension, const std::string& group) {
    return groups_[dimension][{SortKey(dimension, group), group}];
  }

  std::array<GroupsOfDimension, v1::FairnessDimension_ARRAYSIZE> groups_;
  GroupFigures needs_;
  GroupFigures taps_;
  std::map<std::string, int64_t> units_by_tap_;
  std::map<std::string, std::map<std::string, int64_t>> income_;
  std::set<std::string> reached_taps_;
  std::set<std::pair<std::string, std::string>> reached_tap_chains_;
};

// Both parts of a group of FAIRNESS_DIMENSION_TAP_CHAIN_GENDER.
std::string ChainGenderGroup(const std::string& chain, const std::string& gender);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_GROUP_TALLY_H_
