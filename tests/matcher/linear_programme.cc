#include "tests/matcher/linear_programme.h"

#include <cmath>
#include <coin/CbcModel.hpp>
#include <coin/CbcSolver.hpp>
#include <coin/ClpSimplex.hpp>
#include <coin/ClpSolve.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <coin/OsiClpSolverInterface.hpp>
#include <string>
#include <vector>

namespace ayni::matcher {
namespace {

struct Model {
  CoinPackedMatrix matrix;  // by column
  std::vector<double> row_upper, column_upper, objective;
  std::vector<int> whole;
};

// The rows that each edge stands in, with a 1.
CoinPackedMatrix Matrix(const Problem& problem) {
  const int offers = problem.need_count(), taps = offers + problem.offer_count(),
            cells = taps + problem.tap_count(), rows = cells + problem.cell_count();
  std::vector<CoinBigIndex> column_begin{0};
  std::vector<int> row;
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const size_t o = problem.edge_offer[e].at();
      row.push_back(n);
      row.push_back(offers + static_cast<int>(o));
      if (problem.offer_tap[o].present()) row.push_back(taps + problem.offer_tap[o].value);
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        row.push_back(cells + problem.edge_cell[i].value);
      }
      column_begin.push_back(static_cast<CoinBigIndex>(row.size()));
    }
  }
  const std::vector<double> one(row.size(), 1);
  return CoinPackedMatrix(true, rows, static_cast<int>(problem.edge_count()), column_begin.back(), one.data(),
                          row.data(), column_begin.data(), nullptr);
}

void AddConstraints(const Problem& problem, Model& model) {
  model.matrix = Matrix(problem);
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    model.column_upper.push_back(static_cast<double>(problem.edge_bound[e]));
    model.objective.push_back(-static_cast<double>(problem.edge_weight[e]));
    model.whole.push_back(static_cast<int>(e));
  }
  for (const auto* side :
       {&problem.need_demand, &problem.offer_capacity, &problem.tap_capacity, &problem.cell_room}) {
    for (const Units units : *side) model.row_upper.push_back(static_cast<double>(units));
  }
}

// What a floor lacks: s_c >= floor - the edges in the cell, at its penalty.
void AddFloors(const Problem& problem, Model& model) {
  std::vector<CoinPackedVector> rows(problem.cell_floor.size());
  for (int64_t e = 0; e < problem.edge_count() && problem.has_floors(); ++e) {
    for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
      rows[problem.edge_cell[i].at()].insert(static_cast<int>(e), -1);
    }
  }
  for (size_t c = 0; c < rows.size(); ++c) {
    rows[c].insert(model.matrix.getNumCols(), -1);
    model.matrix.appendCol(CoinPackedVector());
    model.column_upper.push_back(static_cast<double>(problem.cell_floor[c]));
    model.objective.push_back(static_cast<double>(problem.cell_penalty[c]));
    model.matrix.appendRow(rows[c]);
    model.row_upper.push_back(-static_cast<double>(problem.cell_floor[c]));
  }
}

// y_e is 0 or 1; lot y <= x <= bound y.
void AddLots(const Problem& problem, Model& model) {
  for (int64_t e = 0; e < problem.edge_count(); ++e) {
    const Units lot = problem.offer_lot[problem.edge_offer[e].at()];
    if (lot <= 1) continue;
    const int y = model.matrix.getNumCols();
    model.matrix.appendCol(CoinPackedVector());
    model.column_upper.push_back(1);
    model.objective.push_back(0);
    model.whole.push_back(y);
    const int columns[] = {static_cast<int>(e), y};
    const double above[] = {1, -static_cast<double>(problem.edge_bound[e])};
    const double below[] = {-1, static_cast<double>(lot)};
    model.matrix.appendRow(CoinPackedVector(2, columns, above));
    model.matrix.appendRow(CoinPackedVector(2, columns, below));
    model.row_upper.insert(model.row_upper.end(), {0, 0});
  }
}

template <typename Solver>
void Load(const Model& model, Solver& solver) {
  const std::vector<double> row_lower(model.row_upper.size(), -COIN_DBL_MAX);
  const std::vector<double> column_lower(model.column_upper.size(), 0);
  solver.loadProblem(model.matrix, column_lower.data(), model.column_upper.data(), model.objective.data(),
                     row_lower.data(), model.row_upper.data());
}

void LoadWhole(const Problem& problem, OsiClpSolverInterface& solver) {
  Model model;
  AddConstraints(problem, model);
  AddFloors(problem, model);
  AddLots(problem, model);
  solver.messageHandler()->setLogLevel(0);
  Load(model, solver);
  for (const int column : model.whole) solver.setInteger(column);
}

}  // namespace

double LinearOptimum(const Problem& problem, LinearMethod method) {
  ClpSimplex solver;
  solver.setLogLevel(0);
  {
    // Gone before the solver works, so that its memory is its own.
    Model model;
    AddConstraints(problem, model);
    AddFloors(problem, model);
    Load(model, solver);
  }
  if (method == LinearMethod::kDual) {
    solver.dual();
  } else {
    ClpSolve options;
    options.setSolveType(ClpSolve::useBarrier);
    solver.initialSolve(options);
  }
  return -solver.objectiveValue();
}

int64_t WholeOptimum(const Problem& problem) {
  OsiClpSolverInterface solver;
  LoadWhole(problem, solver);
  CbcModel search(solver);
  search.setLogLevel(0);
  search.setAllowableGap(0);
  search.branchAndBound();
  return static_cast<int64_t>(std::llround(-search.getObjValue()));
}

WholeSearch SearchWhole(const Problem& problem, double gap, double seconds_max) {
  OsiClpSolverInterface solver;
  LoadWhole(problem, solver);
  CbcModel search(solver);
  search.setLogLevel(0);
  CbcSolverUsefulData settings;
  CbcMain0(search, settings);
  const std::string gap_word = std::to_string(gap), seconds_word = std::to_string(seconds_max);
  const char* words[] = {
      "cbc",       "-log",           "0",      "-timeMode", "elapsed", "-sec", seconds_word.c_str(),
      "-ratioGap", gap_word.c_str(), "-solve", "-quit"};
  CbcMain1(
      static_cast<int>(std::size(words)), words, search, [](CbcModel*, int) { return 0; }, settings);
  return {.value = -search.getObjValue(), .upper_bound = -search.getBestPossibleObjValue()};
}

}  // namespace ayni::matcher
