#include "matcher/problem.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matcher/random_problem.h"

namespace ayni::matcher {
namespace {

using ::testing::HasSubstr;

// Two needs, two offers, a TAP, two cells, three edges.
Problem Sound() {
  return ProblemBuilder()
      .Need(2)
      .Need(3)
      .Offer(4, 0)
      .Offer(5)
      .Tap(6)
      .Cell(7)
      .Cell(8)
      .Edge(0, 0, 1, 10, {0, 1})
      .Edge(0, 1, 2, 20)
      .Edge(1, 0, 3, 30, {1})
      .Build();
}

TEST(Validate, PassesASoundProblemAndAnEmptyOne) {
  EXPECT_TRUE(Validate(Sound()).ok());
  EXPECT_TRUE(Validate(ProblemBuilder().Build()).ok());
}

TEST(Validate, PassesWhatTheRandomGeneratorMakes) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(Validate(RandomProblem(random, {.lots = true, .floors = i % 2 == 0})).ok());
  }
}

struct Fault {
  std::string names;
  std::function<void(Problem&)> make;
};

class ValidateFault : public ::testing::TestWithParam<Fault> {};

TEST_P(ValidateFault, IsNamedByColumnAndPosition) {
  Problem problem = Sound();
  GetParam().make(problem);
  const absl::Status status = Validate(problem);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    All, ValidateFault,
    ::testing::Values(Fault{"need_demand[1]", [](Problem& p) { p.need_demand[1] = -1; }},
                      Fault{"need_demand[0]", [](Problem& p) { p.need_demand[0] = kUnitsMax + 1; }},
                      Fault{"offer_capacity[1]", [](Problem& p) { p.offer_capacity[1] = -1; }},
                      Fault{"tap_capacity[0]", [](Problem& p) { p.tap_capacity[0] = -5; }},
                      Fault{"cell_room[1]", [](Problem& p) { p.cell_room[1] = -1; }},
                      Fault{"cell_floor has 1", [](Problem& p) { p.cell_floor = {1}; }},
                      Fault{"cell_penalty has 0",
                            [](Problem& p) {
                              p.cell_floor = {1, 1};
                            }},
                      Fault{"cell_penalty has 2",
                            [](Problem& p) {
                              p.cell_penalty = {1, 1};
                            }},
                      Fault{"cell_floor[1]",
                            [](Problem& p) {
                              p.cell_floor = p.cell_penalty = {1, -1};
                            }},
                      Fault{"cell_penalty[0]",
                            [](Problem& p) {
                              p.cell_floor = {0, 0};
                              p.cell_penalty = {kPenaltyMax + 1, 0};
                            }},
                      Fault{"offer_tap[0]", [](Problem& p) { p.offer_tap[0] = TapIndex{1}; }},
                      Fault{"offer_tap[0]", [](Problem& p) { p.offer_tap[0] = TapIndex{-2}; }},
                      Fault{"offer_tap has 1", [](Problem& p) { p.offer_tap.pop_back(); }},
                      Fault{"offer_lot[1]", [](Problem& p) { p.offer_lot[1] = 0; }},
                      Fault{"offer_lot has 3", [](Problem& p) { p.offer_lot.push_back(1); }},
                      Fault{"need_edge_begin has 2", [](Problem& p) { p.need_edge_begin.pop_back(); }},
                      Fault{"need_edge_begin[0]", [](Problem& p) { p.need_edge_begin[0] = 1; }},
                      Fault{"need_edge_begin[1]", [](Problem& p) { p.need_edge_begin[1] = -1; }},
                      Fault{"need_edge_begin[2]", [](Problem& p) { p.need_edge_begin[2] = 4; }},
                      Fault{"edge_offer[2]", [](Problem& p) { p.edge_offer[2] = OfferIndex{2}; }},
                      Fault{"edge_offer[1]", [](Problem& p) { p.edge_offer[1] = OfferIndex{0}; }},
                      Fault{"edge_bound[0]", [](Problem& p) { p.edge_bound[0] = 0; }},
                      Fault{"edge_bound has 2", [](Problem& p) { p.edge_bound.pop_back(); }},
                      Fault{"edge_weight[1]", [](Problem& p) { p.edge_weight[1] = 0; }},
                      Fault{"edge_weight[1]", [](Problem& p) { p.edge_weight[1] = kWeightMax + 1; }},
                      Fault{"edge_weight has 4", [](Problem& p) { p.edge_weight.push_back(1); }},
                      Fault{"edge_cell_begin has 3", [](Problem& p) { p.edge_cell_begin.pop_back(); }},
                      Fault{"edge_cell_begin[3]", [](Problem& p) { p.edge_cell_begin[3] = 9; }},
                      Fault{"edge_cell[2]", [](Problem& p) { p.edge_cell[2] = CellIndex{2}; }},
                      Fault{"edge_cell[1]", [](Problem& p) { p.edge_cell[1] = CellIndex{0}; }}));

TEST(Validate, RefusesMoreCellsThanAnEdgeMayLieIn) {
  ProblemBuilder builder;
  builder.Need(1).Offer(1);
  std::vector<int32_t> cells;
  for (int32_t c = 0; c <= kCellsPerEdgeMax; ++c) {
    builder.Cell(1);
    cells.push_back(c);
  }
  EXPECT_THAT(std::string(Validate(builder.Edge(0, 0, 1, 1, cells).Build()).message()),
              HasSubstr("edge_cell_begin[0]"));
}

TEST(Validate, RefusesMoreDemandThanAValueCanHold) {
  Problem problem;
  problem.need_demand.assign(9'001, kUnitsMax);
  problem.need_edge_begin.assign(9'002, 0);
  problem.edge_cell_begin.assign(1, 0);
  EXPECT_THAT(std::string(Validate(problem).message()), HasSubstr("9 x 10^12"));
  problem.need_demand.pop_back();
  problem.need_edge_begin.pop_back();
  EXPECT_TRUE(Validate(problem).ok());
}

}  // namespace
}  // namespace ayni::matcher
