// Commits a second and their latency, as a need is posted: one record, two index keys, one leaf, a
// request_id, one precondition that its key is absent and four that others exist; beside a bare RocksDB that
// syncs three keys (the record, the leaf and the request's row, of the same sizes) for each.
//
// Usage: store_bench [FOLDER]. The folder is made anew, and removed at the end; it should lie on the disk in
// question.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "storage/rocksdb_store.h"
#include "tests/bench/store/bare_store.h"
#include "tests/bench/store/closed_loop.h"

namespace ayni::bench {
namespace {

using std::chrono::milliseconds;

constexpr int kRuns = 5;
constexpr milliseconds kRunDuration{2000};
constexpr int kServices = 40;
constexpr int kValueChains = 30;
constexpr int kDistricts = 1893;
constexpr int kParties = 3000;
constexpr size_t kRecordBytes = 300;
constexpr size_t kLeafBytes = 200;

// What the callers post, from one seed.
class Poster {
 public:
  Poster() {
    std::generate(noise_.begin(), noise_.end(), [this] { return static_cast<char>(random_()); });
  }

  std::string Id() {
    char id[33];
    std::snprintf(id, sizeof(id), "%016llx%016llx", static_cast<unsigned long long>(random_()),
                  static_cast<unsigned long long>(random_()));
    return id;
  }
  std::string Bytes(size_t size) { return noise_.substr(random_() % (noise_.size() - size), size); }
  std::string One(const std::string& kind, int count) {
    return kind + "/" + std::to_string(random_() % count);
  }

  // Ids begin with the time, as the server's do, so that those made one after another lie side by side.
  std::string NeedName(const std::string& party) {
    char id[33];
    std::snprintf(id, sizeof(id), "%09llx%07llx", static_cast<unsigned long long>(++tick_ / 16),
                  static_cast<unsigned long long>(random_() & 0xfffffff));
    return "cooperatives/" + party + "/needs/" + id;
  }

  storage::Change Need() {
    const std::string party = One("party:parties", kParties);
    const std::string service = One("service:services", kServices);
    const std::string district = One("territory:territories/inei.", kDistricts);
    const std::string name = NeedName(party.substr(14));
    const std::string key = "need:" + name;
    storage::Change change;
    change.request_scope = "principals/one/ayni.v1.NeedService/CreateNeed";
    change.request_id = Id();
    change.request_digest = Bytes(32);
    change.response = Bytes(kRecordBytes);
    change.preconditions = {storage::Precondition::Absent(key), storage::Precondition::Exists(party),
                            storage::Precondition::Exists(service), storage::Precondition::Exists(district),
                            storage::Precondition::Exists(One("valueChain:valueChains", kValueChains))};
    change.puts.push_back({key, change.response});
    change.index_puts = {"r:need.service:" + service + '\0' + name,
                         "r:need.district:" + district + '\0' + name};
    change.leaves.push_back(Bytes(kLeafBytes));
    return change;
  }

 private:
  std::mt19937_64 random_{7};
  uint64_t tick_ = 0;
  std::string noise_ = std::string(1 << 20, '\0');
};

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "store_bench: %s\n", status.ToString().c_str());
  std::abort();
}

std::unique_ptr<storage::RocksDbStore> OpenStore(const std::string& path) {
  auto store = storage::RocksDbStore::Open(path, {});
  Check(store.status());
  storage::Change catalogue;
  const auto add = [&](const std::string& kind, int count) {
    for (int i = 0; i < count; ++i) {
      catalogue.puts.push_back({kind + "/" + std::to_string(i), std::string(kRecordBytes, 'c')});
    }
  };
  add("party:parties", kParties);
  add("service:services", kServices);
  add("territory:territories/inei.", kDistricts);
  add("valueChain:valueChains", kValueChains);
  Check((*store)->CommitAndWait(std::move(catalogue)).status());
  return *std::move(store);
}

LoopFigures RunStore(storage::Store* store, int in_flight, Poster* poster) {
  return RunClosedLoop(in_flight, kRunDuration, [&](std::function<void()> answered) {
    store->Commit(poster->Need(), [answered = std::move(answered)](absl::StatusOr<storage::Receipt> receipt) {
      Check(receipt.status());
      answered();
    });
  });
}

LoopFigures RunBare(BareStore* store, int in_flight, Poster* poster) {
  uint64_t leaf_index = 0;
  return RunClosedLoop(in_flight, kRunDuration, [&](std::function<void()> answered) {
    BareStore::Write write;
    const std::string record = poster->Bytes(kRecordBytes);
    write.puts[0] = {"need:" + poster->NeedName(poster->One("", kParties)), record};
    write.puts[1] = {"leaf:" + std::to_string(1'000'000'000 + leaf_index++), poster->Bytes(kLeafBytes)};
    write.puts[2] = {"request:principals/one/ayni.v1.NeedService/CreateNeed:" + poster->Id(), record};
    write.answered = std::move(answered);
    store->Commit(std::move(write));
  });
}

LoopFigures Median(std::vector<LoopFigures> runs) {
  std::sort(runs.begin(), runs.end(),
            [](const LoopFigures& a, const LoopFigures& b) { return a.per_second < b.per_second; });
  return runs[runs.size() / 2];
}

void Compare(const std::string& folder, int in_flight) {
  std::vector<LoopFigures> ours;
  std::vector<LoopFigures> bare;
  for (int run = 0; run < kRuns; ++run) {
    Poster poster;
    const std::string path = folder + "/" + std::to_string(in_flight) + "-" + std::to_string(run);
    {
      BareStore store(path + "-bare");
      bare.push_back(RunBare(&store, in_flight, &poster));
    }
    {
      const auto store = OpenStore(path + "-ours");
      ours.push_back(RunStore(store.get(), in_flight, &poster));
    }
    std::filesystem::remove_all(path + "-bare");
    std::filesystem::remove_all(path + "-ours");
  }
  const LoopFigures a = Median(ours);
  const LoopFigures b = Median(bare);
  std::printf("%9d %10.0f %8.0f %8.0f %8.1f %10.0f %8.0f %8.0f %8.1f %8.2f\n", in_flight, a.per_second,
              a.p50_micros, a.p99_micros, a.cpu_micros, b.per_second, b.p50_micros, b.p99_micros,
              b.cpu_micros, a.per_second / b.per_second);
  std::fflush(stdout);
}

}  // namespace
}  // namespace ayni::bench

int main(int argc, char** argv) {
  const std::filesystem::path parent = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  const std::string folder = (parent / "ayni-store-bench").string();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::printf("%9s %10s %8s %8s %8s %10s %8s %8s %8s %8s\n", "in flight", "store/s", "p50 us", "p99 us",
              "cpu us", "bare/s", "p50 us", "p99 us", "cpu us", "ratio");
  for (const int in_flight : {1, 8, 64, 256}) ayni::bench::Compare(folder, in_flight);
  std::filesystem::remove_all(folder);
}
