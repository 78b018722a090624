#include "matcher/giving.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace ayni::matcher {
namespace {

OpenCandidate ACandidate(int32_t offer, Units bound, int32_t tap, Units tap_left, Units lot = 1) {
  OpenCandidate open;
  open.candidate.offer = {offer};
  open.candidate.bound = bound;
  open.tap = {tap};
  open.lot = lot;
  open.tap_left = tap_left;
  return open;
}

TEST(Give, TakesCandidatesInTheirOrder) {
  EXPECT_EQ(Give(7, {ACandidate(0, 5, 0, 100), ACandidate(1, 5, 1, 100), ACandidate(2, 5, 2, 100)}),
            (std::vector<Units>{5, 2, 0}));
}

TEST(Give, CountsATapOfTwoOffersOnce) {
  EXPECT_EQ(Give(20, {ACandidate(0, 9, 4, 10), ACandidate(1, 9, 4, 10)}), (std::vector<Units>{9, 1}));
}

TEST(Give, GivesNoPartOfALot) {
  EXPECT_EQ(Give(8, {ACandidate(0, 6, 0, 100, 6), ACandidate(1, 6, 1, 100, 3), ACandidate(2, 6, 2, 100)}),
            (std::vector<Units>{6, 0, 2}));
}

TEST(Give, KeepsEveryBoundOfRandomCandidates) {
  std::mt19937_64 random(1);
  const auto draw = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
  for (int round = 0; round < 2'000; ++round) {
    std::map<int32_t, Units> tap_left;
    std::map<std::pair<int32_t, int32_t>, Units> room;
    std::vector<OpenCandidate> candidates;
    for (int at = draw(1, 8); at > 0; --at) {
      const int tap = draw(0, 3);
      const Units left = tap_left.try_emplace(tap, draw(0, 20)).first->second;
      candidates.push_back(ACandidate(at, draw(1, 20), tap, left, draw(1, 4)));
      for (int limit = 0; limit < 2; ++limit) {
        const int controller = limit == 0 ? tap : tap / 2;
        const Units of_cell = room.try_emplace({limit, controller}, draw(0, 15)).first->second;
        candidates.back().standings.push_back({.limit = limit, .controller = {controller}, .room = of_cell});
      }
    }
    Units demand = draw(1, 40);
    const std::vector<Units> units = Give(demand, candidates);
    for (size_t at = 0; at < candidates.size(); ++at) {
      const OpenCandidate& open = candidates[at];
      EXPECT_TRUE(units[at] == 0 || units[at] >= open.lot);
      EXPECT_LE(units[at], MostOf(open));
      EXPECT_GE(demand -= units[at], 0);
      EXPECT_GE(tap_left[open.tap.value] -= units[at], 0);
      for (const LimitStanding& standing : open.standings)
        EXPECT_GE((room[{standing.limit, standing.controller.value}] -= units[at]), 0);
    }
  }
}

}  // namespace
}  // namespace ayni::matcher
