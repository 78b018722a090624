#include "tests/matcher/random_problem.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace ayni::matcher {

namespace {

std::vector<int32_t> Shuffled(Random& random, size_t count) {
  std::vector<int32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[Draw(random, 0, static_cast<int64_t>(i) - 1)]);
  return order;
}

template <typename T>
std::vector<T> Moved(const std::vector<T>& values, const std::vector<int32_t>& to) {
  std::vector<T> moved(values.size());
  for (size_t i = 0; i < values.size(); ++i) moved[to[i]] = values[i];
  return moved;
}

// How many there are of each.
struct Sides {
  int32_t needs, offers, taps, cells;
};

Sides DrawSides(Random& random, const ProblemShape& shape) {
  const auto draw = [&](int32_t most) { return static_cast<int32_t>(Draw(random, 0, most)); };
  return {draw(shape.needs), draw(shape.offers), draw(shape.taps), draw(shape.cells)};
}

}  // namespace

int64_t Draw(Random& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

Problem RandomProblem(Random& random, const ProblemShape& shape) {
  ProblemBuilder builder;
  const auto [needs, offers, taps, cells] = DrawSides(random, shape);
  for (int32_t n = 0; n < needs; ++n) builder.Need(Draw(random, 0, shape.demand));
  for (int32_t o = 0; o < offers; ++o) {
    const Units lot = shape.lots && Draw(random, 0, 1) == 1 ? Draw(random, 1, shape.demand) : 1;
    builder.Offer(Draw(random, 0, 2 * shape.demand), static_cast<int32_t>(Draw(random, -1, taps - 1)), lot);
  }
  for (int32_t t = 0; t < taps; ++t) builder.Tap(Draw(random, 0, 3 * shape.demand));
  for (int32_t c = 0; c < cells; ++c) {
    const Units room = Draw(random, 0, 2 * shape.demand);
    const Units floor = shape.floors ? Draw(random, 0, 2 * shape.demand) * Draw(random, 0, 1) : 0;
    builder.Cell(room, floor, shape.floors ? Draw(random, 0, 2 * shape.weight) : 0);
  }
  const bool tied = Draw(random, 0, 3) == 0;
  for (int32_t n = 0; n < needs; ++n) {
    for (int32_t o = 0; o < offers; ++o) {
      if (Draw(random, 0, 9) >= shape.density) continue;
      std::vector<int32_t> of = Shuffled(random, static_cast<size_t>(cells));
      of.resize(Draw(random, 0, std::min(cells, shape.cells_per_edge)));
      const auto weight = tied ? shape.weight : static_cast<int32_t>(Draw(random, 1, shape.weight));
      builder.Edge(n, o, Draw(random, 1, shape.demand), weight, of);
    }
  }
  return builder.Build();
}

Problem NestedProblem(Random& random, const ProblemShape& shape) {
  ProblemBuilder builder;
  const auto [needs, offers, taps, cells] = DrawSides(random, shape);
  for (int32_t n = 0; n < needs; ++n) builder.Need(Draw(random, 0, shape.demand));
  // Each cell with those that it lies in.
  std::vector<std::vector<int32_t>> chains = {{}};
  const auto lie_in = [&](int32_t cell, size_t chain) {
    chains.push_back(chains[chain]);
    chains.back().push_back(cell);
  };
  const auto any = [&](size_t first, size_t end) {
    return Draw(random, first, static_cast<int64_t>(end) - 1);
  };
  for (int32_t c = 0; c < cells; ++c) {
    builder.Cell(Draw(random, 0, 3 * shape.demand));
    // Not so deep that an edge could be in too many.
    size_t in = any(0, chains.size());
    if (chains[in].size() > 5) in = 0;
    lie_in(c, in);
  }
  std::vector<size_t> tap_chain;
  for (int32_t t = 0; t < taps; ++t) {
    builder.Tap(Draw(random, 0, 3 * shape.demand));
    tap_chain.push_back(any(0, chains.size()));
  }
  int32_t next_cell = cells;
  std::vector<std::vector<int32_t>> offer_cells;
  std::vector<int32_t> offer_part;  // a cell of some of its edges; -1 where there is none
  for (int32_t o = 0; o < offers; ++o) {
    const auto tap = static_cast<int32_t>(Draw(random, -1, taps - 1));
    builder.Offer(Draw(random, 0, 2 * shape.demand), tap);
    offer_cells.push_back(chains[tap >= 0 ? tap_chain[tap] : any(0, chains.size())]);
    offer_part.push_back(Draw(random, 0, 3) == 0 ? next_cell++ : -1);
    if (offer_part.back() >= 0) builder.Cell(Draw(random, 0, shape.demand));
  }
  const bool tied = Draw(random, 0, 3) == 0;
  for (int32_t n = 0; n < needs; ++n) {
    for (int32_t o = 0; o < offers; ++o) {
      if (Draw(random, 0, 9) >= shape.density) continue;
      std::vector<int32_t> of = offer_cells[o];
      if (offer_part[o] >= 0 && Draw(random, 0, 1) == 0) of.push_back(offer_part[o]);
      const auto weight = tied ? shape.weight : static_cast<int32_t>(Draw(random, 1, shape.weight));
      builder.Edge(n, o, Draw(random, 1, shape.demand), weight, of);
    }
  }
  return builder.Build();
}

ProblemBuilder& ProblemBuilder::Need(Units demand) {
  problem_.need_demand.push_back(demand);
  return *this;
}

ProblemBuilder& ProblemBuilder::Offer(Units capacity, int32_t tap, Units lot) {
  problem_.offer_capacity.push_back(capacity);
  problem_.offer_tap.push_back(TapIndex{tap});
  problem_.offer_lot.push_back(lot);
  return *this;
}

ProblemBuilder& ProblemBuilder::Tap(Units capacity) {
  problem_.tap_capacity.push_back(capacity);
  return *this;
}

ProblemBuilder& ProblemBuilder::Cell(Units room, Units floor, int64_t penalty) {
  problem_.cell_room.push_back(room);
  problem_.cell_floor.push_back(floor);
  problem_.cell_penalty.push_back(penalty);
  return *this;
}

ProblemBuilder& ProblemBuilder::Edge(int32_t need, int32_t offer, Units bound, int32_t weight,
                                     std::vector<int32_t> cells) {
  std::sort(cells.begin(), cells.end());
  edges_.push_back({need, offer, bound, weight, std::move(cells)});
  return *this;
}

Problem ProblemBuilder::Build() const {
  Problem problem = problem_;
  if (std::all_of(problem.cell_floor.begin(), problem.cell_floor.end(), [](Units u) { return u == 0; })) {
    problem.cell_floor.clear();
    problem.cell_penalty.clear();
  }
  std::vector<Row> edges = edges_;
  std::sort(edges.begin(), edges.end(),
            [](const Row& a, const Row& b) { return std::tie(a.need, a.offer) < std::tie(b.need, b.offer); });
  problem.need_edge_begin.assign(problem.need_demand.size() + 1, 0);
  problem.edge_cell_begin.push_back(0);
  for (const Row& edge : edges) {
    ++problem.need_edge_begin[edge.need + 1];
    problem.edge_offer.push_back(OfferIndex{edge.offer});
    problem.edge_bound.push_back(edge.bound);
    problem.edge_weight.push_back(edge.weight);
    for (int32_t cell : edge.cells) problem.edge_cell.push_back(CellIndex{cell});
    problem.edge_cell_begin.push_back(static_cast<int64_t>(problem.edge_cell.size()));
  }
  std::partial_sum(problem.need_edge_begin.begin(), problem.need_edge_begin.end(),
                   problem.need_edge_begin.begin());
  return problem;
}

Problem Permuted(Random& random, const Problem& problem) {
  const std::vector<int32_t> need = Shuffled(random, problem.need_demand.size());
  const std::vector<int32_t> offer = Shuffled(random, problem.offer_capacity.size());
  const std::vector<int32_t> tap = Shuffled(random, problem.tap_capacity.size());
  const std::vector<int32_t> cell = Shuffled(random, problem.cell_room.size());
  ProblemBuilder builder;
  for (Units demand : Moved(problem.need_demand, need)) builder.Need(demand);
  const std::vector<TapIndex> offer_tap = Moved(problem.offer_tap, offer);
  const std::vector<Units> capacity = Moved(problem.offer_capacity, offer);
  const std::vector<Units> lot = Moved(problem.offer_lot, offer);
  for (size_t o = 0; o < offer.size(); ++o) {
    builder.Offer(capacity[o], offer_tap[o].present() ? tap[offer_tap[o].at()] : -1, lot[o]);
  }
  for (Units units : Moved(problem.tap_capacity, tap)) builder.Tap(units);
  const std::vector<Units> room = Moved(problem.cell_room, cell);
  const std::vector<Units> floor =
      problem.has_floors() ? Moved(problem.cell_floor, cell) : std::vector<Units>(cell.size());
  const std::vector<int64_t> penalty = problem.has_floors() ? Moved(problem.cell_penalty, cell) : floor;
  for (size_t c = 0; c < cell.size(); ++c) builder.Cell(room[c], floor[c], penalty[c]);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      std::vector<int32_t> cells;
      for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i) {
        cells.push_back(cell[problem.edge_cell[i].at()]);
      }
      builder.Edge(need[n], offer[problem.edge_offer[e].at()], problem.edge_bound[e], problem.edge_weight[e],
                   cells);
    }
  }
  return builder.Build();
}

}  // namespace ayni::matcher
