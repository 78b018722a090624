// How much each group of needs gets, and has to get for the smallest to be so much, as minimum.h has it.
#ifndef AYNI_MATCHER_GROUP_GAUGE_H_
#define AYNI_MATCHER_GROUP_GAUGE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/minimum.h"
#include "matcher/problem.h"

namespace ayni::matcher {

class GroupGauge {
 public:
  // Borrows both for its life. Linear in the edges. REQUIRES: Validate(problem) is OK; one group a need.
  GroupGauge(const Problem& problem, const NeedGroups& groups, Measure measure);

  Measure measure() const { return measure_; }
  const NeedGroups& groups() const { return groups_; }
  bool Counts(int32_t group) const { return demand_[group] > 0; }
  // What the groups that count ask for.
  Units demand() const { return total_demand_; }
  // What a unit of the edge adds to its group: 1, or its weight.
  int64_t OfUnit(int64_t edge) const {
    return measure_ == Measure::kServedShare ? 1 : problem_.edge_weight[edge];
  }
  // By group, in units or score.
  std::vector<int64_t> Given(const std::vector<Units>& edge_units) const;
  // p of minimum.h; 0 of groups that do not count.
  int64_t Promise(int32_t group, int64_t smallest) const;
  // What a group that counts gets in the measure, where it is given so much.
  int64_t Of(int32_t group, int64_t given) const {
    return measure_ == Measure::kServedShare ? kShareMax * given / demand_[group] : given;
  }
  int64_t Smallest(const std::vector<int64_t>& given) const;
  // What one group alone could not go beyond, each edge as much as all constraints leave of it alone; and the
  // first such group, or -1.
  int64_t most() const { return most_; }
  int32_t most_group() const { return most_group_; }
  // The least smallest with the same promises.
  int64_t LeastLike(int64_t smallest) const;

 private:
  void LookAtNeed(int32_t need, std::vector<int64_t>& alone);

  const Problem& problem_;
  const NeedGroups& groups_;
  const Measure measure_;
  std::vector<Units> demand_, lot_;  // by group: 0 of those that do not count
  Units total_demand_ = 0;
  int64_t most_ = 0;
  int32_t most_group_ = -1;
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_GROUP_GAUGE_H_
