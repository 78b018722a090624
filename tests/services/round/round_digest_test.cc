#include "services/round/round_digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace ayni::services {
namespace {

using testing::HasSubstr;

// services/round/README.md, which says how anyone computes the digests.
std::string Readme() {
  std::ifstream file(AYNI_ROUND_README);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Line(const std::string& digest) {
  return absl::StrCat("sha256 = ", absl::BytesToHexString(digest), "\n");
}

matcher::Problem AProblem() {
  return {.need_demand = {5, 7},
          .offer_capacity = {6, 4},
          .offer_tap = {{0}, matcher::TapIndex::None()},
          .offer_lot = {1, 2},
          .tap_capacity = {6},
          .cell_room = {3},
          .cell_floor = {},
          .cell_penalty = {},
          .need_edge_begin = {0, 2, 3},
          .edge_offer = {{0}, {1}, {1}},
          .edge_bound = {5, 4, 4},
          .edge_weight = {900'000, 1, 250},
          .edge_cell_begin = {0, 1, 1, 2},
          .edge_cell = {{0}, {0}}};
}

matcher::Solution ASolution() {
  return {
      .edge_units = {3, 2, 2},
      .prices = {.need = {0, 65'536}, .offer = {58'982'400'000, 0}, .tap = {0}, .cell = {12'345'678'901}}};
}

TEST(RoundDigest, OfAProblemIsAsTheReadmeSays) {
  const matcher::Problem problem = AProblem();
  EXPECT_TRUE(matcher::Validate(problem).ok()) << matcher::Validate(problem);
  EXPECT_THAT(Readme(), HasSubstr(Line(DigestOf(problem))));
}

TEST(RoundDigest, OfASolutionIsAsTheReadmeSays) {
  EXPECT_THAT(Readme(), HasSubstr(Line(DigestOf(ASolution()))));
}

TEST(RoundDigest, OfAMaxminProblemIsAsTheReadmeSays) {
  const matcher::NeedGroups groups{.count = 2, .need_group = {1, 0}};
  const std::string of_shares = DigestOf(AProblem(), groups, matcher::Measure::kServedShare);
  EXPECT_THAT(Readme(), HasSubstr(Line(of_shares)));
  EXPECT_NE(DigestOf(AProblem(), groups, matcher::Measure::kScoreSum), of_shares);
}

TEST(RoundDigest, OfAMaxminSolutionIsAsTheReadmeSays) {
  matcher::Minimum minimum;
  minimum.promise_price = {-131'072, 0};
  minimum.proof = {.group_weight = {1'000'000, 3},
                   .prices = {.need = {0, 7}, .offer = {65'536, 0}, .tap = {5}, .cell = {11}}};
  EXPECT_THAT(Readme(), HasSubstr(Line(DigestOf(ASolution(), minimum))));
}

}  // namespace
}  // namespace ayni::services
