#include "matcher/corner.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"
#include "matcher/simplex.h"

namespace ayni::matcher {
namespace {

constexpr double kSliver = 1.0 / 65'536;    // of a unit
constexpr double kShift = 1.0 / (1 << 22);  // of the largest weight, where columns tie
constexpr double kShareLeast = 1;           // of what a column leaves for rows that are full with it alone

// A row that has but one edge is none: it holds the edge's bound, and the price that it is to keep is the
// edge's to pay for its last sliver.
class CornerProgramme {
 public:
  CornerProgramme(const Problem& problem, const Slots& slots, const NearEdges& near,
                  const CornerPrices& start, const CornerPrices& kept, double below,
                  const CornerEffort& effort)
      : problem_(problem), slots_(slots), near_(near), start_(start), kept_(kept), below_(below) {
    options_.work_max = effort.work_max;
    options_.seed = effort.seed;
    part_ties_ = effort.part_ties;
  }

  Corner Solve(const std::function<bool()>& stop) {
    FindUses();
    AddRows();
    AddColumns();
    AddSupports();
    AddFloors();
    if (part_ties_) options_.shift = kShift * heaviest_;
    options_.stop = stop;
    const PackingOptimum optimum = Maximise(programme_, options_);
    return Read(optimum);
  }

 private:
  // Of a need or a resource by near edges.
  struct Use {
    Units room = 0;
    Units load = 0;  // the most that the edges could bring
    double start = 0, kept = 0;
    Units floor = 0;
    int64_t penalty = 0;  // 0 where there is no floor
    int32_t edges = 0;
    int32_t row = -1;
    double alone = 0;  // the price that it has without a row
    bool HasFloor() const { return penalty > 0; }
    bool Alone() const { return edges == 1 && !HasFloor(); }
    bool IsRow() const { return HasFloor() || (edges > 1 && (load > room || (load == room && kept > 0))); }
  };
  struct Column {
    int32_t first;       // of the programme's
    double shares = 0;   // of rows that are full with this edge alone
    bool split = false;  // the sliver is the programme's next
  };

  // Visits what an edge uses.
  template <typename Visit>
  void ForUses(int32_t at, Visit visit) {
    visit(need_use_[near_.need[at]]);
    for (const int32_t r : slots_.resources(slots_.edge_slot[near_.edge[at]])) visit(resource_use_[r]);
  }

  void FindUses() {
    for (size_t n = 0; n < problem_.need_demand.size(); ++n) {
      need_use_.push_back({.room = problem_.need_demand[n], .start = start_.need[n], .kept = kept_.need[n]});
    }
    for (int32_t r = 0; r < slots_.resource_count(); ++r) {
      resource_use_.push_back({.room = slots_.resource_room[r],
                               .start = start_.resource[r],
                               .kept = kept_.resource[r],
                               .floor = slots_.floor(r),
                               .penalty = slots_.penalty(r)});
    }
    for (int32_t i = 0; i < near_.count(); ++i) {
      const Units most = std::min(problem_.edge_bound[near_.edge[i]], problem_.need_demand[near_.need[i]]);
      ForUses(i, [&](Use& use) {
        ++use.edges;
        use.load += most;
      });
    }
  }

  void AddRows() {
    for (std::vector<Use>* uses : {&need_use_, &resource_use_}) {
      for (Use& use : *uses) {
        if (!use.IsRow()) continue;
        use.row = programme_.columns.row_count++;
        programme_.row_room.push_back(static_cast<double>(use.room));
        programme_.row_slack.push_back(static_cast<double>(use.room - (use.HasFloor() ? use.floor : 0)));
        options_.row_price.push_back(use.start);
        row_kept_.push_back(use.kept);
      }
    }
  }

  void AddColumn(absl::Span<const int32_t> rows, double weight, double bound) {
    programme_.columns.row.insert(programme_.columns.row.end(), rows.begin(), rows.end());
    programme_.columns.begin.push_back(static_cast<int32_t>(programme_.columns.row.size()));
    programme_.weight.push_back(weight);
    programme_.bound.push_back(bound);
  }

  void AddColumns() {
    std::vector<int32_t> rows;
    for (int32_t i = 0; i < near_.count(); ++i) {
      Column column{programme_.columns.count()};
      Units most = problem_.edge_bound[near_.edge[i]];
      rows.clear();
      ForUses(i, [&](const Use& use) {
        if (use.row >= 0) rows.push_back(use.row);
        if (use.Alone()) most = std::min(most, use.room);
      });
      double charge = 0;
      ForUses(i, [&](const Use& use) {
        if (!use.Alone() || use.room > most) return;
        column.shares += use.kept + kShareLeast;
        charge += std::max(0.0, use.kept - below_);
      });
      const double weight = problem_.edge_weight[near_.edge[i]];
      heaviest_ = std::max(heaviest_, weight);
      column.split = charge > 0 && most > 0;
      AddColumn(rows, weight, static_cast<double>(most) - (column.split ? kSliver : 0));
      if (column.split) AddColumn(rows, weight - charge, kSliver);
      columns_.push_back(column);
    }
  }

  void AddSupports() {
    for (int32_t row = 0; row < programme_.columns.row_count; ++row) {
      const double weight = row_kept_[row] - below_;
      const bool may_be_negative = programme_.row_slack[row] < programme_.row_room[row];
      if (weight > 0 || may_be_negative) AddColumn({row}, weight, kSliver);
    }
  }

  // What a floor lacks fills its row, at the penalty.
  void AddFloors() {
    for (const Use& use : resource_use_) {
      if (!use.HasFloor()) continue;
      AddColumn({use.row}, -static_cast<double>(use.penalty), static_cast<double>(use.floor));
    }
  }

  Corner Read(const PackingOptimum& optimum) {
    Corner corner;
    corner.optimal = optimum.optimal;
    corner.value = optimum.value;
    const auto price_of = [&](const Use& use) {
      return use.row >= 0 ? optimum.row_price[use.row] : use.alone;
    };
    for (int32_t i = 0; i < near_.count(); ++i) {
      const Column& column = columns_[i];
      const double units = optimum.units[column.first] + (column.split ? optimum.units[column.first + 1] : 0);
      corner.units.push_back(units);
      // What the programme's rows leave of the weight is for those that were none.
      double rest = problem_.edge_weight[near_.edge[i]];
      ForUses(i, [&](const Use& use) { rest -= use.row >= 0 ? optimum.row_price[use.row] : 0; });
      ForUses(i, [&](Use& use) {
        const bool full = use.Alone() && static_cast<double>(use.room) <= units + 2 * kSliver;
        if (full && rest > 0) use.alone = rest * (use.kept + kShareLeast) / column.shares;
      });
    }
    for (const Use& use : need_use_) corner.prices.need.push_back(price_of(use));
    for (const Use& use : resource_use_) {
      // One without any room costs nothing, and its price keeps its edges away.
      const double price = use.room == 0 ? use.kept : price_of(use);
      corner.prices.resource.push_back(std::max(price, -static_cast<double>(use.penalty)));
    }
    return corner;
  }

  const Problem& problem_;
  const Slots& slots_;
  const NearEdges& near_;
  const CornerPrices& start_;
  const CornerPrices& kept_;
  const double below_;
  std::vector<Use> need_use_, resource_use_;
  std::vector<Column> columns_;  // by near edge
  double heaviest_ = 1;
  PackingProgramme programme_;
  std::vector<double> row_kept_;
  SimplexOptions options_;
  bool part_ties_ = true;
};

}  // namespace

Corner FindCorner(const Problem& problem, const Slots& slots, const NearEdges& near,
                  const CornerPrices& start, const CornerPrices& kept, double below,
                  const CornerEffort& effort, const std::function<bool()>& stop) {
  return CornerProgramme(problem, slots, near, start, kept, below, effort).Solve(stop);
}

}  // namespace ayni::matcher
