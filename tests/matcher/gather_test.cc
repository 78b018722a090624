#include "matcher/gather.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cstring>
#include <vector>

#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

struct Lists {
  std::vector<int32_t> begin = {0}, from;
  std::vector<float> in;  // the last is none's
};

Lists RandomLists(Random& random) {
  Lists lists;
  const int64_t places = Draw(random, 1, 40);
  for (int64_t i = 0; i < places; ++i) lists.in.push_back(static_cast<float>(Draw(random, -999, 999)) / 7.0f);
  lists.in.push_back(0);
  for (int64_t i = Draw(random, 0, 70); i > 0; --i) {
    for (int64_t k = Draw(random, 0, 9); k > 0; --k) {
      lists.from.push_back(static_cast<int32_t>(Draw(random, 0, places - 1)));
    }
    lists.begin.push_back(static_cast<int32_t>(lists.from.size()));
  }
  return lists;
}

std::vector<float> Gathered(const Lists& lists) {
  const GatherLists gather(lists.begin, lists.from, static_cast<int32_t>(lists.in.size()) - 1);
  std::vector<float> out(gather.lane_count(), -1);
  Gather(gather, lists.in.data(), out.data());
  return out;
}

TEST(Gather, AddsUpEachListInItsOrder) {
  Random random(5);
  for (int i = 0; i < 300; ++i) {
    const Lists lists = RandomLists(random);
    const std::vector<float> out = Gathered(lists);
    ASSERT_GE(out.size() + 1, lists.begin.size());
    for (size_t list = 0; list < out.size(); ++list) {
      float sum = 0;
      const bool exists = list + 1 < lists.begin.size();
      for (int32_t k = exists ? lists.begin[list] : 0; k < (exists ? lists.begin[list + 1] : 0); ++k) {
        sum += lists.in[lists.from[k]];
      }
      ASSERT_EQ(out[list], sum) << "list " << list << " of " << lists.begin.size() - 1;
    }
  }
}

TEST(Gather, GivesTheSameBytesOnEveryWidthOfVectors) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  EXPECT_GE(targets.size(), 2u) << "one target alone shows nothing";
  Random random(6);
  for (int i = 0; i < 100; ++i) {
    const Lists lists = RandomLists(random);
    const std::vector<float> first = Gathered(lists);
    for (const int64_t target : targets) {
      hwy::SetSupportedTargetsForTest(target);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      const std::vector<float> now = Gathered(lists);
      EXPECT_TRUE(first.empty() || std::memcmp(now.data(), first.data(), 4 * first.size()) == 0)
          << hwy::TargetName(target);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
}

}  // namespace
}  // namespace ayni::matcher
