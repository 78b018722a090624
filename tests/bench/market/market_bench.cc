// Restart, candidates and memory on a generated national market in a real store.
//   market_bench [NEEDS] [OFFERS] [TAPS]      (1000000 250000 50000 without arguments)
// Restart: the live market's load beside a bare scan and parse of the same needs and offers, median of three,
// each right after the other. Candidates: all of them, on one thread and on two. Memory: of the columns,
// names and index.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "matcher/candidate.h"
#include "matcher/limit_problem.h"
#include "services/market/load.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "storage/rocksdb_store.h"
#include "tests/bench/market/filled_market.h"

namespace ayni::services {
namespace {

using Clock = std::chrono::steady_clock;

constexpr matcher::Day kToday = 20'781;  // 2026-11-24

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <typename Record>
int64_t ScanAndParse(const storage::Snapshot& snapshot) {
  const auto cursor = snapshot.Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<Record>(), "")));
  Record record;
  int64_t count = 0;
  while (cursor->Next()) {
    count += record.ParseFromArray(cursor->value().data(), static_cast<int>(cursor->value().size()));
  }
  return count;
}

matcher::ScoreRule Rule() {
  matcher::ScoreRule rule;
  rule.weights = {200, 150, 200, 150, 50, 100, 100, 50};
  rule.success_per_mille = {0, 750, 300, 500, 500};
  rule.full_waiting_days = 90;
  return rule;
}

void MeasureRestart(const storage::Snapshot& snapshot) {
  std::vector<double> bare, loaded, ratio;
  for (int run = 0; run < 3; ++run) {
    Clock::time_point start = Clock::now();
    const int64_t parsed = ScanAndParse<v1::Need>(snapshot) + ScanAndParse<v1::Offer>(snapshot);
    bare.push_back(Since(start));
    NamedMarket market;
    start = Clock::now();
    const absl::Status status = LoadMarket(snapshot, {}, &market);
    loaded.push_back(Since(start));
    ratio.push_back(loaded.back() / bare.back());
    std::printf(
        "restart: %lld records, bare scan and parse %.2f s, loaded and indexed %.2f s, ratio %.2f %s\n",
        static_cast<long long>(parsed), bare.back(), loaded.back(), ratio.back(),
        status.ok() ? "" : status.ToString().c_str());
  }
  std::sort(ratio.begin(), ratio.end());
  std::printf("restart: median ratio %.2f\n", ratio[1]);
}

void MeasureCandidates(const NamedMarket& market) {
  for (int threads : {1, 2}) {
    const Clock::time_point start = Clock::now();
    auto candidates =
        matcher::FindCandidates(market.market(), market.index(), Rule(), kToday, {.threads = threads});
    const double seconds = Since(start);
    if (!candidates.ok()) return void(std::printf("%s\n", candidates.status().ToString().c_str()));
    std::printf("candidates: %lld of %lld within reach in %.2f s on %d threads, %.2f million a second\n",
                static_cast<long long>(candidates->count()), static_cast<long long>(candidates->reach_count),
                seconds, threads, candidates->count() / seconds / 1e6);
    if (threads == 1) continue;
    const std::vector<matcher::Limit> limits = {
        {.territory_level = matcher::TerritoryLevel::kDistrict,
         .share_basis_points = 3'000,
         .min_controllers = 4},
        {.territory_level = matcher::TerritoryLevel::kProvince, .share_basis_points = 3'000}};
    const Clock::time_point posing = Clock::now();
    const auto posed = matcher::PoseProblem(market.market(), *std::move(candidates), {limits}, {}, kToday);
    std::printf("two limits: %lld segments, %d cells in %.2f s\n",
                static_cast<long long>(posed->segments.segments.size()), posed->problem.cell_count(),
                Since(posing));
  }
}

void Run(int needs, int offers, int taps, const std::string& folder) {
  auto store = storage::RocksDbStore::Open(folder, {});
  if (!store.ok()) return void(std::printf("%s\n", store.status().ToString().c_str()));
  FillMarket(store->get(), needs, offers, taps);
  const auto snapshot = (*store)->TakeSnapshot();
  MeasureRestart(**snapshot);
  NamedMarket market;
  if (!LoadMarket(**snapshot, {}, &market).ok()) return;
  std::printf("memory: %.0f bytes a need, %.0f an offer, %.0f an offer in the index; %.0f MB with names\n",
              static_cast<double>(market.market().NeedBytes()) / needs,
              static_cast<double>(market.market().OfferBytes()) / offers,
              static_cast<double>(market.index().ByteSize()) / offers, market.ByteSize() / 1e6);
  MeasureCandidates(market);
}

}  // namespace
}  // namespace ayni::services

int main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  std::string folder = std::filesystem::temp_directory_path() / "ayni-market-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  ayni::services::Run(argument(1, 1'000'000), argument(2, 250'000), argument(3, 50'000), folder);
  std::filesystem::remove_all(folder);
}
