#include "matcher/ownership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

namespace ayni::matcher {
namespace {

using testing::ElementsAre;

constexpr Day kToday = 20'000;
constexpr Window kAlways = {kDayMin, kDayMax};

std::vector<int> Groups(int32_t parties, const std::vector<Ownership>& ownerships) {
  std::vector<int> groups;
  for (PartyIndex group : OwnershipGroups(parties, ownerships, kToday)) groups.push_back(group.value);
  return groups;
}

TEST(OwnershipGroups, AQuarterJoinsAndLessDoesNot) {
  EXPECT_THAT(Groups(4, {{{1}, {2}, 2'500, kAlways}, {{1}, {3}, 2'499, kAlways}}), ElementsAre(0, 1, 1, 3));
}

TEST(OwnershipGroups, SharesMultiplyAlongAChain) {
  EXPECT_THAT(Groups(3, {{{2}, {1}, 5'000, kAlways}, {{1}, {0}, 5'000, kAlways}}), ElementsAre(0, 0, 0));
  EXPECT_THAT(Groups(3, {{{2}, {1}, 2'000, kAlways}, {{1}, {0}, 2'400, kAlways}}), ElementsAre(0, 1, 2));
}

TEST(OwnershipGroups, SharesHeldThroughSeveralChainsAreSummed) {
  // 15 % at first hand, and all of a company that holds 15 %.
  EXPECT_THAT(
      Groups(3, {{{0}, {2}, 1'500, kAlways}, {{0}, {1}, 10'000, kAlways}, {{1}, {2}, 1'500, kAlways}}),
      ElementsAre(0, 0, 0));
  EXPECT_THAT(Groups(3, {{{0}, {2}, 900, kAlways}, {{0}, {1}, 10'000, kAlways}, {{1}, {2}, 1'500, kAlways}}),
              ElementsAre(0, 0, 2));
}

TEST(OwnershipGroups, ControlCountsAsTheWhole) {
  EXPECT_THAT(Groups(3, {{{2}, {1}, kWholeBasisPoints, kAlways}, {{1}, {0}, 2'500, kAlways}}),
              ElementsAre(0, 0, 0));
}

TEST(OwnershipGroups, AMajorityCountsAsTheWhole) {
  EXPECT_THAT(Groups(3, {{{2}, {1}, 5'001, kAlways}, {{1}, {0}, 2'500, kAlways}}), ElementsAre(0, 0, 0));
  EXPECT_THAT(Groups(3, {{{2}, {1}, 5'000, kAlways}, {{1}, {0}, 2'400, kAlways}}), ElementsAre(0, 1, 1));
}

TEST(OwnershipGroups, ACommonOwnerJoinsItsTaps) {
  EXPECT_THAT(Groups(3, {{{2}, {0}, 3'000, kAlways}, {{2}, {1}, 3'000, kAlways}}), ElementsAre(0, 0, 0));
}

TEST(OwnershipGroups, OnlyWhatHoldsOnTheDayCounts) {
  const Window over = {kDayMin, kToday - 1};
  const Window to_come = {kToday + 1, kDayMax};
  const Window last_day = {kDayMin, kToday};
  EXPECT_THAT(Groups(2, {{{0}, {1}, 9'000, over}, {{0}, {1}, 9'000, to_come}}), ElementsAre(0, 1));
  EXPECT_THAT(Groups(2, {{{0}, {1}, 9'000, last_day}}), ElementsAre(0, 0));
}

TEST(OwnershipGroups, OneHoldingStatedTwiceIsOne) {
  EXPECT_THAT(Groups(2, {{{0}, {1}, 1'500, kAlways}, {{0}, {1}, 1'500, kAlways}}), ElementsAre(0, 1));
  EXPECT_THAT(Groups(2, {{{0}, {1}, 1'500, kAlways}, {{0}, {1}, 2'500, kAlways}}), ElementsAre(0, 0));
}

TEST(OwnershipGroups, CircularHoldingsEnd) {
  EXPECT_THAT(
      Groups(3, {{{0}, {1}, 10'000, kAlways}, {{1}, {2}, 10'000, kAlways}, {{2}, {0}, 10'000, kAlways}}),
      ElementsAre(0, 0, 0));
  // A cross-holding lifts a small share by what flows round, and no further.
  EXPECT_THAT(Groups(3, {{{2}, {0}, 1'000, kAlways}, {{0}, {1}, 2'400, kAlways}, {{1}, {0}, 2'400, kAlways}}),
              ElementsAre(0, 1, 2));
}

TEST(OwnershipGroups, AllOwningAllEnds) {
  std::vector<Ownership> ownerships;
  for (int32_t a = 0; a < 60; ++a) {
    for (int32_t b = 0; b < 60; ++b) ownerships.push_back({{a}, {b}, 10'000, kAlways});
  }
  for (int group : Groups(60, ownerships)) EXPECT_EQ(group, 0);
}

// The definition read out: walks of every length, one by one, shares as floats; then joins by relabelling.
std::vector<int> GroupsByWalking(int32_t parties, const std::vector<Ownership>& ownerships) {
  std::vector<int> label(parties);
  for (int32_t at = 0; at < parties; ++at) label[at] = at;
  for (int32_t owner = 0; owner < parties; ++owner) {
    std::vector<double> held(parties);
    const std::function<void(int32_t, double, int)> walk = [&](int32_t at, double share, int length) {
      if (length == kOwnershipChainMax) return;
      for (const Ownership& link : ownerships) {
        if (link.owner.value != at || link.owned.value == owner || link.owned == link.owner) continue;
        const bool controls = link.share_basis_points > kHalfBasisPoints;
        const double further = controls ? share : share * link.share_basis_points / kWholeBasisPoints;
        held[link.owned.value] += further;
        walk(link.owned.value, further, length + 1);
      }
    };
    walk(owner, 1, 0);
    for (int32_t owned = 0; owned < parties; ++owned) {
      if (owned == owner || held[owned] < 0.25 - 1e-9) continue;
      const int from = std::max(label[owner], label[owned]);
      const int to = std::min(label[owner], label[owned]);
      std::replace(label.begin(), label.end(), from, to);
    }
  }
  return label;
}

TEST(OwnershipGroups, AgreeWithWalkingEveryChain) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    const int32_t parties = 2 + static_cast<int32_t>(random() % 6);
    std::vector<Ownership> ownerships;
    std::vector<int32_t> left(parties, kWholeBasisPoints);
    for (int i = 0; i < parties; ++i) {
      const PartyIndex owner{static_cast<int32_t>(random() % parties)};
      const PartyIndex owned{static_cast<int32_t>(random() % parties)};
      const int32_t share = std::min<int32_t>(static_cast<int32_t>(1 + random() % 6'000), left[owned.at()]);
      if (share == 0) continue;
      const bool is_stated = std::any_of(ownerships.begin(), ownerships.end(), [&](const Ownership& link) {
        return link.owner == owner && link.owned == owned;
      });
      if (is_stated) continue;
      left[owned.at()] -= share;
      ownerships.push_back({owner, owned, share, kAlways});
    }
    ASSERT_EQ(Groups(parties, ownerships), GroupsByWalking(parties, ownerships)) << "round " << round;
  }
}

}  // namespace
}  // namespace ayni::matcher
