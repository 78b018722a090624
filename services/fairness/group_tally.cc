#include "services/fairness/group_tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

// Below, a median says nothing of a segment.
constexpr size_t kSegmentMatchesMin = 3;
// What a TAP can have earned, so that sums over TAPs fit.
constexpr int64_t kIncomeMax = int64_t{1} << 40;

int64_t Earned(int64_t before, const MatchFigures& match) {
  const __int128 more = static_cast<__int128>(match.unit_price) * match.units;
  return static_cast<int64_t>(std::min<__int128>(before + more, kIncomeMax));
}

}  // namespace

std::string ChainGenderGroup(const std::string& chain, const std::string& gender) {
  return absl::StrCat(chain, " ", gender);
}

std::map<std::string, int64_t> GroupTally::MedianPrices(const FairnessTally& tally) {
  std::map<std::string, std::vector<int64_t>> prices;
  for (const MatchFigures& match : tally.matches()) prices[match.segment].push_back(match.unit_price);
  std::map<std::string, int64_t> medians;
  for (auto& [segment, of_segment] : prices) {
    if (of_segment.size() < kSegmentMatchesMin) continue;
    // Of an even number the lower one, which somebody paid.
    const auto middle = of_segment.begin() + static_cast<std::ptrdiff_t>((of_segment.size() - 1) / 2);
    std::nth_element(of_segment.begin(), middle, of_segment.end());
    medians[segment] = *middle;
  }
  return medians;
}

GroupTally::GroupTally(const FairnessTally& tally) {
  for (const MatchFigures& match : tally.matches()) {
    reached_taps_.insert(match.tap);
    reached_tap_chains_.insert({match.tap, match.value_chain});
  }
  for (const auto& [name, need] : tally.needs()) AddNeed(need);
  for (const auto& [name, tap] : tally.taps()) AddTap(name, tap);
  const std::map<std::string, int64_t> medians = MedianPrices(tally);
  for (const MatchFigures& match : tally.matches()) {
    const auto median = medians.find(match.segment);
    AddMatch(match, tally, median == medians.end() ? 0 : median->second);
  }
}

template <typename Visit>
void GroupTally::ForEachNeedGroup(const NeedFigures& need, const Visit& visit) {
  visit(needs_);
  for (int at = 1; at < v1::FAIRNESS_DIMENSION_TAP_GENDER; ++at) {
    const auto dimension = static_cast<v1::FairnessDimension>(at);
    visit(FiguresOf(dimension, GroupOf(need.groups, dimension)));
  }
}

template <typename Visit>
void GroupTally::ForEachTapGroup(const TapFigures& tap, const Visit& visit) {
  visit(taps_);
  for (int at = v1::FAIRNESS_DIMENSION_TAP_GENDER; at < v1::FAIRNESS_DIMENSION_TAP_CHAIN_GENDER; ++at) {
    const auto dimension = static_cast<v1::FairnessDimension>(at);
    visit(FiguresOf(dimension, GroupOf(tap.groups, dimension)));
  }
}

GroupFigures& GroupTally::ChainGroupOf(const TapFigures& tap, const std::string& chain) {
  const std::string& gender = GroupOf(tap.groups, v1::FAIRNESS_DIMENSION_TAP_GENDER);
  GroupFigures& of_both = FiguresOf(v1::FAIRNESS_DIMENSION_TAP_CHAIN_GENDER, ChainGenderGroup(chain, gender));
  of_both.parent = chain;
  return of_both;
}

void GroupTally::AddNeed(const NeedFigures& need) {
  const bool is_asked = need.asked > 0;
  ForEachNeedGroup(need, [&](GroupFigures& group) {
    group.crowd[need.cooperative] = need.members;
    if (is_asked) {
      ++group.asked_count;
      group.reached_count += need.served > 0 ? 1 : 0;
      group.served_count += need.served >= need.asked ? 1 : 0;
      group.asked_units += need.asked;
      group.served_units += std::min(need.served, need.asked);
    }
    if (need.wait_hours.has_value()) group.wait_hours.push_back(*need.wait_hours);
  });
  const auto set_parent = [&](v1::FairnessDimension of, v1::FairnessDimension above) {
    FiguresOf(of, GroupOf(need.groups, of)).parent = need.groups[above];
  };
  set_parent(v1::FAIRNESS_DIMENSION_DISTRICT, v1::FAIRNESS_DIMENSION_PROVINCE);
  set_parent(v1::FAIRNESS_DIMENSION_PROVINCE, v1::FAIRNESS_DIMENSION_DEPARTMENT);
}

void GroupTally::AddTap(const std::string& name, const TapFigures& tap) {
  units_by_tap_.try_emplace(name, 0);
  const auto add = [&](const Exposure& exposure, bool is_reached, GroupFigures& group) {
    group.crowd[name] = 1;
    ++group.asked_count;
    group.reached_count += is_reached ? 1 : 0;
    group.exposure.Add(exposure);
  };
  for (const auto& [chain, exposure] : tap.by_chain)
    add(exposure, reached_tap_chains_.contains({name, chain}), ChainGroupOf(tap, chain));
  ForEachTapGroup(tap, [&, whole = tap.Whole()](GroupFigures& group) {
    add(whole, reached_taps_.contains(name), group);
  });
}

void GroupTally::AddMatch(const MatchFigures& match, const FairnessTally& tally, int64_t median) {
  const auto add = [&](GroupFigures& group) {
    group.matches.push_back(&match);
    if (median == 0) return;
    group.paid += static_cast<__int128>(match.unit_price) * match.units;
    group.paid_at_median += static_cast<__int128>(median) * match.units;
  };
  ForEachNeedGroup(tally.needs().at(match.need), add);
  const auto add_to_tap = [&](GroupFigures& group) {
    add(group);
    group.served_units += match.units;
  };
  const TapFigures& tap = tally.taps().at(match.tap);
  ForEachTapGroup(tap, add_to_tap);
  add_to_tap(ChainGroupOf(tap, match.value_chain));
  units_by_tap_[match.tap] += match.units;
  int64_t& earned = income_[match.currency][match.tap];
  earned = Earned(earned, match);
}

}  // namespace ayni::services
