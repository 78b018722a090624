// A generated national market in a store: needs and offers over the districts of a country, without index
// keys and leaves.
#ifndef AYNI_TESTS_BENCH_MARKET_FILLED_MARKET_H_
#define AYNI_TESTS_BENCH_MARKET_FILLED_MARKET_H_

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>

#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "storage/store.h"

namespace ayni::services {

inline constexpr int kDepartments = 25;
inline constexpr int kProvinces = 196;
inline constexpr int kDistricts = 1'893;
inline constexpr int kServices = 20;
inline constexpr int kChains = 14;

// Writes records without the index keys and leaves that benches do not measure. Not to be destroyed before
// Flush.
class Filler {
 public:
  explicit Filler(storage::Store* store) : store_(store) {}

  template <typename Record>
  void Put(const Record& record) {
    change_.puts.push_back(
        {RecordKey(ResourceType::Of<Record>(), record.name()), record.SerializeAsString()});
    if (change_.puts.size() == kPutsPerCommit) Flush();
  }
  // Ends the process where the store refuses.
  void Flush() {
    const auto receipt = store_->CommitAndWait(std::exchange(change_, {}));
    if (!receipt.ok()) std::exit((std::printf("%s\n", receipt.status().ToString().c_str()), 1));
  }
  int Draw(int low, int high) { return low + static_cast<int>(random_() % (high - low + 1)); }

 private:
  static constexpr size_t kPutsPerCommit = 20'000;

  storage::Store* store_;
  storage::Change change_;
  std::mt19937_64 random_{1};
};

// cooperatives/coop-{n % 3,000}/needs/n-{n}, taps/tap-{n % taps}/offers/o-{n}, parties/tap-{n}.
void FillMarket(storage::Store* store, int needs, int offers, int taps);

}  // namespace ayni::services

#endif  // AYNI_TESTS_BENCH_MARKET_FILLED_MARKET_H_
