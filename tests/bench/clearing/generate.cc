#include "tests/bench/clearing/generate.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace ayni::bench {
namespace {

using matcher::CellIndex;
using matcher::OfferIndex;
using matcher::Problem;
using matcher::TapIndex;
using matcher::Units;

class Generator {
 public:
  explicit Generator(const MarketShape& shape) : shape_(shape), random_(shape.seed) {}

  Problem Make() {
    Place();
    Edges();
    Caps();
    return std::move(problem_);
  }

 private:
  double Uniform() { return std::generate_canonical<double, 53>(random_); }

  void Place() {
    const int32_t offers = std::max(4, shape_.needs / 4), taps = std::max(2, offers / 4);
    groups_ = std::max(2, taps / 3);
    side_ = std::max(1, static_cast<int>(std::sqrt(shape_.needs / 60.0)));
    Units demand = 0;
    for (int32_t n = 0; n < shape_.needs; ++n) {
      need_x_.push_back(Uniform() * side_);
      need_y_.push_back(Uniform() * side_);
      problem_.need_demand.push_back(1 + static_cast<Units>(12 * Uniform() * Uniform()));
      demand += problem_.need_demand.back();
    }
    for (int32_t t = 0; t < taps; ++t) {
      tap_group_.push_back(Zipf(groups_));
      tap_quality_.push_back(Uniform());
      tap_x_.push_back(Uniform() * side_);
      tap_y_.push_back(Uniform() * side_);
    }
    problem_.tap_capacity.assign(taps, 0);
    const double each = shape_.capacity_ratio * static_cast<double>(demand) / offers;
    for (int32_t o = 0; o < offers; ++o) {
      const int32_t tap = Uniform() < 0.5 ? Zipf(taps) : static_cast<int32_t>(Uniform() * taps);
      problem_.offer_tap.push_back(TapIndex{tap});
      problem_.offer_capacity.push_back(1 + static_cast<Units>(2 * each * Uniform()));
      problem_.offer_lot.push_back(1);
      problem_.tap_capacity[tap] += problem_.offer_capacity.back();
    }
    for (Units& capacity : problem_.tap_capacity) capacity = std::max<Units>(1, capacity * 4 / 5);
  }

  int32_t Zipf(int32_t count) {
    return std::min(count - 1, static_cast<int32_t>(std::exp(Uniform() * std::log(count))) - 1);
  }

  // Offers near a need, by the grid square in which their TAP sits.
  void Edges() {
    std::vector<std::vector<int32_t>> by_square(static_cast<size_t>(side_) * side_);
    for (int32_t o = 0; o < problem_.offer_count(); ++o) {
      const size_t tap = problem_.offer_tap[o].at();
      by_square[Square(tap_x_[tap], tap_y_[tap])].push_back(o);
    }
    const int64_t degree = std::max<int64_t>(1, shape_.edges / shape_.needs);
    problem_.edge_offer.reserve(shape_.edges * 11 / 10);
    problem_.edge_bound.reserve(shape_.edges * 11 / 10);
    problem_.edge_weight.reserve(shape_.edges * 11 / 10);
    problem_.edge_cell_begin.reserve(shape_.edges * 11 / 10);
    problem_.edge_cell.reserve(4 * shape_.edges * 11 / 10);
    problem_.need_edge_begin.push_back(0);
    problem_.edge_cell_begin.push_back(0);
    for (int32_t n = 0; n < shape_.needs; ++n) {
      std::vector<int32_t> near;
      for (int ring = 0; ring <= side_ && static_cast<int64_t>(near.size()) < 4 * degree; ++ring)
        AddRing(by_square, n, ring, near);
      std::shuffle(near.begin(), near.end(), random_);
      // Most needs have few to choose from, some very many.
      const double u = Uniform();
      near.resize(
          std::min<size_t>(near.size(), 1 + static_cast<size_t>(3.0 * u * u * static_cast<double>(degree))));
      std::sort(near.begin(), near.end());
      for (const int32_t o : near) AddEdge(n, o);
      problem_.need_edge_begin.push_back(problem_.edge_count());
    }
  }

  size_t Square(double x, double y) const {
    return static_cast<size_t>(std::min(side_ - 1, static_cast<int>(x))) * side_ +
           std::min(side_ - 1, static_cast<int>(y));
  }

  void AddRing(const std::vector<std::vector<int32_t>>& by_square, int32_t n, int ring,
               std::vector<int32_t>& near) const {
    const int x = static_cast<int>(need_x_[n]), y = static_cast<int>(need_y_[n]);
    for (int i = std::max(0, x - ring); i <= std::min(side_ - 1, x + ring); ++i) {
      for (int j = std::max(0, y - ring); j <= std::min(side_ - 1, y + ring); ++j) {
        if (std::max(std::abs(i - x), std::abs(j - y)) != ring) continue;
        const auto& offers = by_square[static_cast<size_t>(i) * side_ + j];
        near.insert(near.end(), offers.begin(), offers.end());
      }
    }
  }

  void AddEdge(int32_t n, int32_t o) {
    const size_t tap = problem_.offer_tap[o].at();
    const double distance = std::hypot(need_x_[n] - tap_x_[tap], need_y_[n] - tap_y_[tap]);
    const double score = 0.2 + 0.3 / (1 + distance) + 0.3 * tap_quality_[tap] + 0.2 * Uniform();
    problem_.edge_offer.push_back(OfferIndex{o});
    problem_.edge_bound.push_back(std::min(problem_.need_demand[n], problem_.offer_capacity[o]));
    problem_.edge_weight.push_back(
        shape_.tied_weights ? 500'000 : static_cast<int32_t>(1'000'000 * std::min(1.0, score)));
    AddCells(n, tap);
    problem_.edge_cell_begin.push_back(static_cast<int64_t>(problem_.edge_cell.size()));
  }

  void AddCells(int32_t n, size_t tap) {
    if (shape_.flow) {
      problem_.edge_cell.push_back(Cell(1, tap_group_[tap], Province(tap_x_[tap], tap_y_[tap])));
      return;
    }
    const int32_t district = static_cast<int32_t>(Square(need_x_[n], need_y_[n]));
    const int32_t province = Province(need_x_[n], need_y_[n]);
    CellIndex cells[4] = {Cell(0, static_cast<int32_t>(tap), district), Cell(1, tap_group_[tap], district),
                          Cell(0, static_cast<int32_t>(tap), province), Cell(1, tap_group_[tap], province)};
    std::sort(cells, cells + 4);
    problem_.edge_cell.insert(problem_.edge_cell.end(), cells, cells + 4);
  }

  // Provinces are numbered after the districts.
  int32_t Province(double x, double y) const {
    return static_cast<int32_t>(Square(x / 3, y / 3)) + side_ * side_;
  }

  CellIndex Cell(int level, int32_t controller, int32_t place) {
    const uint64_t key = (static_cast<uint64_t>(controller) * 2 + level) << 32 | static_cast<uint32_t>(place);
    const auto [found, inserted] = cells_.emplace(key, static_cast<int32_t>(cell_place_.size()));
    if (inserted) cell_place_.push_back(place);
    return CellIndex{found->second};
  }

  void Caps() {
    std::vector<Units> segment(2 * static_cast<size_t>(side_) * side_, 0);
    for (int32_t n = 0; n < shape_.needs; ++n) {
      segment[Square(need_x_[n], need_y_[n])] += problem_.need_demand[n];
      segment[Province(need_x_[n], need_y_[n])] += problem_.need_demand[n];
    }
    for (const int32_t place : cell_place_) {
      const double cap = shape_.share * static_cast<double>(segment[place]);
      problem_.cell_room.push_back(std::max<Units>(1, static_cast<Units>(std::ceil(cap))));
    }
  }

  MarketShape shape_;
  std::mt19937_64 random_;
  Problem problem_;
  int side_ = 1;
  int32_t groups_ = 1;
  std::vector<double> need_x_, need_y_, tap_x_, tap_y_, tap_quality_;
  std::vector<int32_t> tap_group_;
  absl::flat_hash_map<uint64_t, int32_t> cells_;
  std::vector<int32_t> cell_place_;
};

}  // namespace

Problem GenerateMarket(const MarketShape& shape) { return Generator(shape).Make(); }

void ReplaceNeeds(Problem& problem, int every) {
  std::mt19937_64 random(every);
  for (int32_t n = 0; n < problem.need_count(); n += every) {
    problem.need_demand[n] = 1 + static_cast<Units>(random() % 8);
    const auto weights = problem.edge_weight.begin();
    const int64_t begin = problem.need_edge_begin[n], end = problem.need_edge_begin[n + 1];
    if (begin < end) std::rotate(weights + begin, weights + begin + 1, weights + end);
    for (int64_t e = begin; e < end; ++e) {
      problem.edge_bound[e] =
          std::min(problem.need_demand[n], problem.offer_capacity[problem.edge_offer[e].at()]);
    }
  }
}

int64_t GreedyValue(const Problem& problem) {
  std::vector<int32_t> edge_need(problem.edge_offer.size());
  std::vector<int64_t> order(problem.edge_offer.size());
  for (int32_t n = 0; n < problem.need_count(); ++n) {
    for (int64_t e = problem.need_edge_begin[n]; e < problem.need_edge_begin[n + 1]; ++e) {
      edge_need[e] = n;
      order[e] = e;
    }
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return problem.edge_weight[a] > problem.edge_weight[b]; });
  std::vector<Units> need = problem.need_demand, offer = problem.offer_capacity, tap = problem.tap_capacity,
                     cell = problem.cell_room;
  int64_t value = 0;
  std::vector<Units*> rooms;
  for (const int64_t e : order) {
    const size_t o = problem.edge_offer[e].at();
    rooms.assign({&need[edge_need[e]], &offer[o]});
    if (problem.offer_tap[o].present()) rooms.push_back(&tap[problem.offer_tap[o].at()]);
    for (int64_t i = problem.edge_cell_begin[e]; i < problem.edge_cell_begin[e + 1]; ++i)
      rooms.push_back(&cell[problem.edge_cell[i].at()]);
    Units units = problem.edge_bound[e];
    for (const Units* room : rooms) units = std::min(units, *room);
    if (units < problem.offer_lot[o]) continue;
    for (Units* room : rooms) *room -= units;
    value += units * problem.edge_weight[e];
  }
  return value;
}

}  // namespace ayni::bench
