#include "matcher/block.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "matcher/simplex.h"

namespace ayni::matcher {
namespace {

// Between two looks at `stop`.
constexpr int32_t kSlotsAtOnce = 1 << 18, kNeedsAtOnce = 1 << 14;
constexpr double kWholeTolerance = 1e-6;
constexpr double kShift = 1.0 / (1 << 22);  // of the largest weight, where columns tie
constexpr double kNone = std::numeric_limits<double>::infinity();

// The root of x, halving the way there.
int32_t Root(std::vector<int32_t>& parent, int32_t x) {
  while (parent[x] != x) x = parent[x] = parent[parent[x]];
  return x;
}

class BranchAndBound {
 public:
  BranchAndBound(const Problem& problem, const Slots& slots, const Block& block, int64_t work_max,
                 const std::function<bool()>& stop, const BlockStart& start)
      : problem_(problem),
        slots_(slots),
        block_(block),
        work_left_(work_max),
        stop_(stop),
        best_value_(std::max(start.to_beat, EmptyValue(slots, block))) {
    MakeRows();
    MakeColumns();
    MakeFloorColumns();
    options_.stop = stop;
    options_.row_price = start.price;
    options_.seed = start.seed;
    options_.shift = kShift * *std::max_element(programme_.weight.begin(), programme_.weight.end());
  }

  BlockOptimum Run() {
    BlockOptimum optimum;
    optimum.units.assign(block_.edges.size(), 0);
    options_.work_max = work_left_;
    const PackingOptimum priced = Maximise(programme_, options_);
    work_left_ -= priced.work;
    const auto basis = std::make_shared<const std::vector<int32_t>>(priced.basis);
    optimum.resource_price.assign(priced.row_price.begin() + static_cast<int64_t>(block_.needs.size()),
                                  priced.row_price.end());
    best_units_ = optimum.units;
    programme_.bound = tight_bound_;
    std::vector<Node> open = {{kNone, std::vector<Units>(block_.edges.size(), 0), upper_, basis}};
    while (!open.empty() && work_left_ > 0 && !stop_()) {
      const Node node = std::move(open.back());
      open.pop_back();
      Explore(node, open);
    }
    optimum.exact = open.empty() && all_solved_;
    optimum.units = best_units_;
    return optimum;
  }

 private:
  struct Floor {
    int32_t row;
    Units units;
    int64_t penalty;
  };
  struct Node {
    double parent_value;  // or kNone
    std::vector<Units> lower, upper;
    std::shared_ptr<const std::vector<int32_t>> basis;  // of the parent's optimum
  };

  void MakeRows() {
    for (const int32_t need : block_.needs) row_room_.push_back(problem_.need_demand[need]);
    for (const int32_t resource : block_.resources) row_room_.push_back(slots_.resource_room[resource]);
    programme_.row_room.assign(row_room_.begin(), row_room_.end());
    programme_.columns.row_count = static_cast<int32_t>(row_room_.size());
  }

  void AddColumn(const std::vector<int32_t>& rows, double weight, double bound, double tight_bound) {
    programme_.columns.row.insert(programme_.columns.row.end(), rows.begin(), rows.end());
    programme_.columns.begin.push_back(static_cast<int32_t>(programme_.columns.row.size()));
    programme_.weight.push_back(weight);
    programme_.bound.push_back(bound);
    tight_bound_.push_back(tight_bound);
  }

  absl::Span<const int32_t> RowsOf(size_t column) const {
    return programme_.columns.rows(static_cast<int32_t>(column));
  }

  // What a floor lacks fills its row, at the penalty; what may be left of the row is what is above the floor.
  void MakeFloorColumns() {
    if (!slots_.has_floors()) return;
    programme_.row_slack = programme_.row_room;
    for (size_t i = 0; i < block_.resources.size(); ++i) {
      const int32_t r = block_.resources[i];
      if (slots_.penalty(r) == 0) continue;
      const auto row = static_cast<int32_t>(block_.needs.size() + i);
      const auto floor = static_cast<double>(slots_.floor(r));
      programme_.row_slack[row] -= floor;
      AddColumn({row}, -static_cast<double>(slots_.penalty(r)), floor, floor);
      floors_.push_back({row, slots_.floor(r), slots_.penalty(r)});
    }
  }

  // Where so much room is left.
  Units Lacks(const Floor& floor, const std::vector<Units>& room) const {
    return std::max<Units>(0, floor.units - (row_room_[floor.row] - room[floor.row]));
  }
  int64_t PaidForFloors(const std::vector<Units>& room) const {
    int64_t paid = 0;
    for (const Floor& floor : floors_) paid += floor.penalty * Lacks(floor, room);
    return paid;
  }

  void MakeColumns() {
    size_t need = 0;
    for (const int64_t edge : block_.edges) {
      while (edge >= problem_.need_edge_begin[block_.needs[need] + 1]) ++need;
      std::vector<int32_t> rows = {static_cast<int32_t>(need)};
      for (const int32_t r : slots_.resources(slots_.edge_slot[edge])) {
        const auto found = std::lower_bound(block_.resources.begin(), block_.resources.end(), r);
        rows.push_back(static_cast<int32_t>(block_.needs.size() + (found - block_.resources.begin())));
      }
      Units most = problem_.edge_bound[edge];
      for (const int32_t row : rows) most = std::min(most, row_room_[row]);
      lot_.push_back(slots_.slot_lot[slots_.edge_slot[edge]]);
      if (most < lot_.back()) most = 0;
      upper_.push_back(most);
      AddColumn(rows, problem_.edge_weight[edge], static_cast<double>(problem_.edge_bound[edge]),
                static_cast<double>(most));
    }
  }

  // What the bounds leave, as a programme; false where it has no solution.
  bool Leave(const Node& node, int64_t& fixed_value) {
    std::vector<Units> room = row_room_;
    fixed_value = 0;
    for (size_t j = 0; j < upper_.size(); ++j) {
      programme_.bound[j] = static_cast<double>(node.upper[j] - node.lower[j]);
      fixed_value += node.lower[j] * problem_.edge_weight[block_.edges[j]];
      for (const int32_t row : RowsOf(j)) room[row] -= node.lower[j];
    }
    for (size_t i = 0; i < room.size(); ++i) {
      if (room[i] < 0) return false;
      programme_.row_room[i] = static_cast<double>(room[i]);
    }
    if (!slots_.has_floors()) return true;
    programme_.row_slack = programme_.row_room;
    for (size_t i = 0; i < floors_.size(); ++i) {
      const auto lacks = static_cast<double>(Lacks(floors_[i], room));
      programme_.row_slack[floors_[i].row] -= lacks;
      programme_.bound[upper_.size() + i] = lacks;
    }
    return true;
  }

  void Explore(const Node& node, std::vector<Node>& open) {
    int64_t fixed_value = 0;
    if (node.parent_value != kNone && !CanBeat(node.parent_value)) return;
    if (!Leave(node, fixed_value)) return;
    options_.work_max = work_left_;
    options_.basis = *node.basis;
    const PackingOptimum relaxed = Maximise(programme_, options_);
    work_left_ -= relaxed.work + static_cast<int64_t>(upper_.size());
    const double value = static_cast<double>(fixed_value) + relaxed.value;
    if (!CanBeat(value)) return;
    RoundDown(node, relaxed.units);
    if (!CanBeat(value)) return;
    all_solved_ &= relaxed.optimal;
    if (!relaxed.optimal) return;
    Branch(node, relaxed, value, open);
  }

  bool CanBeat(double value) const {
    return std::floor(value + kWholeTolerance + std::abs(value) * 1e-12) > static_cast<double>(best_value_);
  }

  void RoundDown(const Node& node, const std::vector<double>& above_lower) {
    std::vector<Units> units(upper_.size());
    std::vector<Units> room = row_room_;
    std::vector<size_t> by_weight(upper_.size());
    std::iota(by_weight.begin(), by_weight.end(), size_t{0});
    std::stable_sort(by_weight.begin(), by_weight.end(),
                     [this](size_t a, size_t b) { return programme_.weight[a] > programme_.weight[b]; });
    const auto add = [&](size_t j, Units most) {
      most = std::min(most, upper_[j] - units[j]);
      for (const int32_t row : RowsOf(j)) most = std::min(most, room[row]);
      if (most <= 0 || units[j] + most < lot_[j]) return;
      units[j] += most;
      for (const int32_t row : RowsOf(j)) room[row] -= most;
    };
    for (size_t j = 0; j < upper_.size(); ++j) {
      add(j, node.lower[j] + static_cast<Units>(std::floor(above_lower[j] + kWholeTolerance)));
    }
    for (const size_t j : by_weight) add(j, upper_[j]);
    int64_t value = -PaidForFloors(room);
    for (size_t j = 0; j < upper_.size(); ++j) value += units[j] * problem_.edge_weight[block_.edges[j]];
    if (value <= best_value_) return;
    best_value_ = value;
    best_units_ = units;
  }

  // Splits at the edge that is farthest from whole, or under its lot.
  void Branch(const Node& node, const PackingOptimum& relaxed, double value, std::vector<Node>& open) const {
    const std::vector<double>& above_lower = relaxed.units;
    double farthest = kWholeTolerance;
    size_t at = upper_.size();
    Units below = 0, above = 0;
    for (size_t j = 0; j < upper_.size(); ++j) {
      const double units = static_cast<double>(node.lower[j]) + above_lower[j];
      const auto whole = static_cast<Units>(std::floor(units + kWholeTolerance));
      const double fraction = std::abs(units - std::floor(units + 0.5));
      const bool under_lot = units > kWholeTolerance && node.lower[j] == 0 &&
                             units < static_cast<double>(lot_[j]) - kWholeTolerance;
      const double distance = under_lot ? 1 + units / static_cast<double>(lot_[j]) : fraction;
      if (distance <= farthest) continue;
      farthest = distance;
      at = j;
      below = under_lot ? 0 : whole;
      above = under_lot ? lot_[j] : whole + 1;
    }
    if (at == upper_.size()) return;
    Node down = node, up = node;
    down.parent_value = up.parent_value = value;
    down.basis = up.basis = std::make_shared<const std::vector<int32_t>>(relaxed.basis);
    down.upper[at] = below;
    up.lower[at] = above;
    const bool up_first = static_cast<double>(node.lower[at]) + above_lower[at] >
                          (static_cast<double>(below) + static_cast<double>(above)) / 2;
    open.push_back(up_first ? std::move(down) : std::move(up));
    open.push_back(up_first ? std::move(up) : std::move(down));
    if (open.back().lower[at] > open.back().upper[at]) open.pop_back();
  }

  const Problem& problem_;
  const Slots& slots_;
  const Block& block_;
  int64_t work_left_;
  const std::function<bool()>& stop_;
  std::vector<Units> row_room_;  // of needs, then of resources
  std::vector<Floor> floors_;    // their columns come after those of edges
  std::vector<Units> upper_, lot_;
  std::vector<double> tight_bound_;
  PackingProgramme programme_;
  SimplexOptions options_;
  bool all_solved_ = true;
  int64_t best_value_;
  std::vector<Units> best_units_;
};

}  // namespace

std::vector<Block> SmallComponents(const Problem& problem, const Slots& slots, int64_t edges_max,
                                   const std::function<bool()>& stop) {
  // Nodes of the graph: resources, then needs.
  const int32_t first_need = slots.resource_count();
  std::vector<int32_t> parent(first_need + problem.need_count());
  std::iota(parent.begin(), parent.end(), 0);
  const auto join = [&](int32_t a, int32_t b) {
    a = Root(parent, a);
    b = Root(parent, b);
    if (a != b) parent[std::max(a, b)] = std::min(a, b);
  };
  for (int32_t s = 0; s < slots.slot_count(); ++s) {
    if (s % kSlotsAtOnce == 0 && stop()) return {};
    for (const int32_t r : slots.resources(s)) join(r, slots.resources(s).front());
  }
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    if (n % kNeedsAtOnce == 0 && stop()) return {};
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      const auto resources = slots.resources(slots.edge_slot[e]);
      if (!resources.empty()) join(first_need + n, resources.front());
    }
  }
  std::vector<int64_t> edge_count(parent.size(), 0);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    edge_count[Root(parent, first_need + n)] += problem.need_edge_begin[n + 1] - problem.need_edge_begin[n];
  }
  std::vector<Block> blocks;
  std::vector<int32_t> block_of(parent.size(), -1);
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    const int32_t root = Root(parent, first_need + n);
    if (edge_count[root] == 0 || edge_count[root] > edges_max) continue;
    if (block_of[root] < 0) {
      block_of[root] = static_cast<int32_t>(blocks.size());
      blocks.emplace_back();
    }
    Block& block = blocks[block_of[root]];
    block.needs.push_back(n);
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e)
      block.edges.push_back(e);
  }
  for (int32_t r = 0; r < first_need; ++r) {
    const int32_t block = block_of[Root(parent, r)];
    if (block >= 0) blocks[block].resources.push_back(r);
  }
  return blocks;
}

int64_t EmptyValue(const Slots& slots, const Block& block) {
  int64_t value = 0;
  for (const int32_t r : block.resources) value -= slots.penalty(r) * slots.floor(r);
  return value;
}

BlockOptimum SolveBlock(const Problem& problem, const Slots& slots, const Block& block, int64_t work_max,
                        const std::function<bool()>& stop, const BlockStart& start) {
  return BranchAndBound(problem, slots, block, work_max, stop, start).Run();
}

}  // namespace ayni::matcher
