#include "matcher/provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ayni::matcher {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Day kToday = 20'000;
constexpr Window kAlways = {kDayMin, kDayMax};
constexpr int32_t kParties = 12;

// Of TAPs that are the parties 0 to `taps` - 1.
std::vector<Controllers> ControllersOf(int32_t taps, const ProviderRelations& relations,
                                       int32_t days_before = 0) {
  std::vector<PartyIndex> tap_party;
  for (int32_t at = 0; at < taps; ++at) tap_party.push_back({at});
  return ControllersOfTaps(tap_party, OwnershipGroups(kParties, relations.ownerships, kToday), relations,
                           kToday, days_before);
}

TEST(ControllersOfTaps, StandAloneWhereNothingIsKnown) {
  const Controllers alone = ControllersOf(1, {})[0];
  EXPECT_EQ(alone.ownership_group, PartyIndex{0});
  EXPECT_THAT(alone.owners, IsEmpty());
  EXPECT_THAT(alone.suppliers, IsEmpty());
}

TEST(ControllersOfTaps, ABrandBehindSeveralTapsIsOneController) {
  const auto controllers = ControllersOf(3, {{},
                                             {{{0}, {7}, TieKind::kBrand, kAlways},
                                              {{1}, {7}, TieKind::kBrand, kAlways},
                                              {{2}, {8}, TieKind::kBrand, kAlways}}});
  EXPECT_THAT(controllers[0].brands, ElementsAre(PartyIndex{7}));
  EXPECT_THAT(controllers[1].brands, ElementsAre(PartyIndex{7}));
  EXPECT_THAT(controllers[2].brands, ElementsAre(PartyIndex{8}));
}

TEST(ControllersOfTaps, TwoShellsOfOneSupplierAreOne) {
  const auto controllers =
      ControllersOf(2, {{{{9}, {7}, 10'000, kAlways}, {{9}, {8}, 10'000, kAlways}},
                        {{{0}, {7}, TieKind::kSupplier, kAlways}, {{1}, {8}, TieKind::kSupplier, kAlways}}});
  EXPECT_EQ(controllers[0].suppliers, controllers[1].suppliers);
}

TEST(ControllersOfTaps, WhatTheOwnerOfATapSellsTheTapSells) {
  const auto controllers =
      ControllersOf(2, {{{{6}, {0}, 3'000, kAlways}}, {{{6}, {7}, TieKind::kBrand, kAlways}}});
  EXPECT_THAT(controllers[0].brands, ElementsAre(PartyIndex{7}));
  EXPECT_THAT(controllers[1].brands, IsEmpty());
}

TEST(ControllersOfTaps, WhoSoldATapLatelyStillCounts) {
  const ProviderRelations sold = {
      {{{6}, {0}, 10'000, {kDayMin, kToday - 1}}, {{5}, {0}, 10'000, {kToday, kDayMax}}}, {}};
  EXPECT_THAT(ControllersOf(1, sold, 30)[0].owners, ElementsAre(PartyIndex{0}, PartyIndex{6}));
  EXPECT_THAT(ControllersOf(1, sold, 0)[0].owners, IsEmpty());
  // The buyer's group is the TAP's own, and the two owners are not one for having had it one after the other.
  EXPECT_EQ(ControllersOf(1, sold, 30)[0].ownership_group, PartyIndex{0});
}

TEST(ControllersOfTaps, OfManyThoseStayThatMostTapsCountWith) {
  ProviderRelations relations;
  for (int32_t other = 3; other < 9; ++other)
    relations.ties.push_back({{0}, {other}, TieKind::kSupplier, kAlways});
  relations.ties.push_back({{1}, {8}, TieKind::kSupplier, kAlways});
  relations.ties.push_back({{2}, {7}, TieKind::kSupplier, kAlways});
  EXPECT_THAT(ControllersOf(3, relations)[0].suppliers,
              ElementsAre(PartyIndex{3}, PartyIndex{4}, PartyIndex{7}, PartyIndex{8}));
}

}  // namespace
}  // namespace ayni::matcher
