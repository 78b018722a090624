// The problem of some groups of needs, as if nobody else were there.
#ifndef AYNI_MATCHER_NEED_PART_H_
#define AYNI_MATCHER_NEED_PART_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "matcher/minimum.h"
#include "matcher/problem.h"
#include "matcher/slots.h"

namespace ayni::matcher {

class NeedPart {
 public:
  // Borrows the problem and its groups for its life. `chosen`: ascending.
  NeedPart(const Problem& problem, const NeedGroups& groups, const std::vector<int32_t>& chosen);

  // Needs and edges of these groups; offers, TAPs and cells stand as in the whole.
  const Problem& problem() const { return part_; }
  const NeedGroups& groups() const { return groups_; }

  std::vector<Units> UnitsOf(const std::vector<Units>& whole) const;
  // These units of the part, and of all others those that they leave room for; of some others where `stop`
  // said so.
  std::vector<Units> UnitsOfWhole(const std::vector<Units>& part, const std::vector<Units>& others,
                                  const Slots& slots, const std::function<bool()>& stop) const;
  // Who is not in the part weighs nothing.
  MinimumProof ProofOfWhole(const MinimumProof& part) const;

 private:
  const Problem& problem_;
  const NeedGroups& all_groups_;
  Problem part_;
  NeedGroups groups_;
  std::vector<int32_t> need_;   // by need of the part: that of the whole
  std::vector<int64_t> edge_;   // likewise
  std::vector<int32_t> group_;  // likewise
};

}  // namespace ayni::matcher

#endif  // AYNI_MATCHER_NEED_PART_H_
