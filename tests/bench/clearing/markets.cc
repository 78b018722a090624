#include "tests/bench/clearing/markets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <vector>

namespace ayni::bench {
namespace {

// More than there are shapes, so that no two seeds give the same market.
constexpr uint64_t kShapesMax = 1'000'000;

MarketShape ShapeOf(const std::string& size) {
  MarketShape shape;
  if (size == "M") shape.needs = 10'000, shape.edges = 200'000;
  if (size == "C") shape.needs = 30'000, shape.edges = 1'000'000;
  if (size == "L") shape.needs = 100'000, shape.edges = 2'000'000;
  if (size == "XL") shape.needs = 1'000'000, shape.edges = 20'000'000;
  return shape;
}

struct Grid {
  std::vector<double> shares = {0.1, 0.25, 0.5}, ratios = {0.6, 1.0, 1.5};
};

Grid GridOf(const std::string& size, bool flow) {
  // At 1.5 greedy loses 8-10 % of a flow, and 2-3 % at 1.0.
  if (size == "XL") return {{0.1, 0.25}, {flow ? 1.5 : 1.0}};
  if (size == "C" || size == "L") return {{0.1, 0.25}, {1.0, 1.5}};
  return {};
}

// A place of its own for each market, whichever else are run with it.
uint64_t Place(const Grid& grid, double share, double ratio) {
  const auto i = std::find(grid.shares.begin(), grid.shares.end(), share) - grid.shares.begin();
  const auto j = std::find(grid.ratios.begin(), grid.ratios.end(), ratio) - grid.ratios.begin();
  const auto shares = std::ssize(grid.shares), ratios = std::ssize(grid.ratios);
  if (i < shares && j < ratios) return static_cast<uint64_t>(i * ratios + j);
  return static_cast<uint64_t>(1000 * std::lround(100 * share) + std::lround(100 * ratio));
}

// The shapes of a size, in their order, by the first seed.
std::vector<MarketShape> Shapes(const std::string& size, const MarketWish& wish) {
  const Grid grid = GridOf(size, wish.flow);
  std::vector<MarketShape> shapes;
  MarketShape shape = ShapeOf(size);
  shape.flow = wish.flow;
  const auto add = [&](bool tied) {
    shape.tied_weights = tied;
    shapes.push_back(shape);
  };
  for (const double share : wish.shares.empty() ? grid.shares : wish.shares) {
    for (const double ratio : wish.capacity_ratios.empty() ? grid.ratios : wish.capacity_ratios) {
      shape.share = share;
      shape.capacity_ratio = ratio;
      shape.seed = 2 + Place(grid, share, ratio);
      if (wish.weights.empty()) add(false);
      for (const std::string& weights : wish.weights) add(weights == "tied");
    }
  }
  if (wish.weights.empty() && size != "XL") add(true);
  return shapes;
}

}  // namespace

const std::vector<std::string>& SizeNames() {
  static const auto* const names = new std::vector<std::string>{"S", "M", "C", "L", "XL"};
  return *names;
}

std::vector<Market> Markets(const MarketWish& wish) {
  std::vector<Market> markets;
  for (const std::string& size : wish.sizes) {
    for (const MarketShape& shape : Shapes(size, wish)) {
      for (const uint64_t seed : wish.seeds) {
        markets.push_back({size, seed, shape});
        markets.back().shape.seed += (seed - 1) * kShapesMax;
      }
    }
  }
  return markets;
}

}  // namespace ayni::bench
