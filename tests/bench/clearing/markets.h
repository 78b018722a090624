// Which markets the benchmark of clearing runs on.
#ifndef AYNI_TESTS_BENCH_CLEARING_MARKETS_H_
#define AYNI_TESTS_BENCH_CLEARING_MARKETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/clearing/generate.h"

namespace ayni::bench {

struct MarketWish {
  std::vector<std::string> sizes = {"S", "M"};
  std::vector<uint64_t> seeds = {1};
  // Empty: all on S and M, with tied weights at the last of them; fewer on larger markets, which take long.
  std::vector<double> shares, capacity_ratios;
  std::vector<std::string> weights;  // uniform, tied
  bool flow = false;                 // constraints that nest: generate.h
};

struct Market {
  std::string size;
  uint64_t seed = 1;  // as it was wished; the shape's own differs from market to market
  MarketShape shape;
};

// S 1k needs, 10k edges; M 10k, 200k; C (a country) 30k, 1M; L 100k, 2M; XL 1M, 20M.
const std::vector<std::string>& SizeNames();

// Of each market all seeds, one after another. REQUIRES: sizes of SizeNames(), weights as above, seeds
// from 1.
std::vector<Market> Markets(const MarketWish& wish);

}  // namespace ayni::bench

#endif  // AYNI_TESTS_BENCH_CLEARING_MARKETS_H_
