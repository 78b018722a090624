// A market in a real store in a temporary folder, with the methods that clear and show it, for tests.
#ifndef AYNI_TESTS_SERVICES_STORED_MARKET_H_
#define AYNI_TESTS_SERVICES_STORED_MARKET_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/offer.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "google/longrunning/operations.pb.h"
#include "services/appeal/appeals.h"
#include "services/explanation/explanations.h"
#include "services/fairness/fairness_methods.h"
#include "services/market/live_market.h"
#include "services/method.h"
#include "services/planning/planning_methods.h"
#include "services/resource/write.h"
#include "services/round/rounds.h"
#include "services/rules/resource_methods.h"
#include "storage/rocksdb_store.h"
#include "storage/store.h"

namespace ayni::services {

// A store that lets a test step in before what it passes on to the store below.
class Interposed : public storage::Store {
 public:
  explicit Interposed(storage::Store* below) : below_(below) {}

  // Called before each; null: nothing. Set while nothing else uses the store.
  std::function<void(const storage::Change&)> before_commit;
  std::function<void()> before_snapshot;
  // Called after what is returned was read.
  std::function<void(std::string_view key)> after_get;

  void Commit(storage::Change change, Done done) override {
    if (before_commit) before_commit(change);
    below_->Commit(std::move(change), std::move(done));
  }
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> TakeSnapshot() const override {
    if (before_snapshot) before_snapshot();
    return below_->TakeSnapshot();
  }
  absl::StatusOr<std::optional<storage::StoredValue>> Get(std::string_view key) const override {
    auto value = below_->Get(key);
    if (after_get) after_get(key);
    return value;
  }
  void Close() override { below_->Close(); }
  storage::Sequence sequence() const override { return below_->sequence(); }
  uint64_t leaf_count() const override { return below_->leaf_count(); }
  absl::StatusOr<std::vector<storage::FeedEntry>> Feed(storage::Sequence after, size_t limit) const override {
    return below_->Feed(after, limit);
  }
  storage::Sequence WaitForFeed(storage::Sequence after, std::chrono::milliseconds timeout) const override {
    return below_->WaitForFeed(after, timeout);
  }
  absl::StatusOr<std::vector<storage::Leaf>> ReadLeaves(uint64_t first, size_t limit) const override {
    return below_->ReadLeaves(first, limit);
  }
  const std::string& secret() const override { return below_->secret(); }
  absl::Status Health() const override { return below_->Health(); }
  storage::CommitStats Stats() const override { return below_->Stats(); }

 private:
  storage::Store* const below_;
};

class StoredMarket {
 public:
  StoredMarket();
  ~StoredMarket();

  // Stops the rounds and the live market, closes the store, and opens all again.
  void Restart(const storage::RocksDbOptions& options = {});
  // The same, as after a crash: `round` is left as it would be in the middle of its clearing.
  void RestartInTheMiddleOf(const std::string& round);

  // Of the store in the folder, and of what the rounds use, which passes on to it.
  storage::Store& store() { return *store_; }
  Interposed& rounds_store() { return *interposed_; }
  const LiveMarket& live() const { return *live_; }

  // Writes the record as it is, with its index keys and leaf.
  template <typename Record>
  void Put(const Record& record) {
    auto before = ReadRecord(*store_, ResourceType::Of<Record>(), record.name());
    storage::Change change;
    AddPut(call_, "", KindOf<Record>(), *before, record, &change);
    Commit(std::move(change));
  }
  template <typename Record>
  void Delete(const std::string& name) {
    auto before = ReadRecord(*store_, ResourceType::Of<Record>(), name);
    if (before->version == 0) return;
    storage::Change change;
    AddDelete(call_, "", KindOf<Record>(), *before, name, &change);
    Commit(std::move(change));
  }
  // Writes all in one commit; none may be there yet.
  template <typename Record>
  void PutNew(const std::vector<Record>& records) {
    storage::Change change;
    for (const Record& record : records) AddPut(call_, "", KindOf<Record>(), {}, record, &change);
    Commit(std::move(change));
  }
  // The record as it is stored; of no name where there is none.
  template <typename Record>
  Record Read(const std::string& name) {
    auto stored = ReadRecord(*store_, ResourceType::Of<Record>(), name);
    return stored.ok() && stored->version != 0 ? static_cast<const Record&>(*stored->record) : Record();
  }
  template <typename Record>
  std::vector<Record> ReadAll(const std::string& name_prefix = "") {
    std::vector<Record> records;
    for (const std::string& name : NamesUnder(ResourceType::Of<Record>(), name_prefix)) {
      records.push_back(Read<Record>(name));
    }
    return records;
  }

  // Runs the method as an administrator, and waits for its answer.
  template <typename Response>
  absl::StatusOr<Response> Call(const std::string& method, const Message& request) {
    return CallAs<Response>(call_.caller, call_.scope, method, request);
  }

  // The same in another's name. From any thread.
  template <typename Response>
  absl::StatusOr<Response> CallAs(const Caller& caller, Scope scope, const std::string& method,
                                  const Message& request) {
    auto response = Run(caller, scope, method, request);
    if (!response.ok()) return response.status();
    return static_cast<const Response&>(**response);
  }

  // Makes rounds/{id}, under the active policy.
  v1::Round CreateRound(const std::string& id, const v1::Round& round = {});
  absl::StatusOr<google::longrunning::Operation> StartPublish(const std::string& round,
                                                              const std::string& request_id = "");
  absl::StatusOr<google::longrunning::Operation> StartTry(const std::string& round);
  // Waits until the operation is done.
  google::longrunning::Operation Await(const std::string& operation);
  // Publishes the round and waits: the published round, which must come of it.
  v1::Round Publish(const std::string& round);
  // Waits until the live market holds every commit.
  void AwaitLive();

  absl::Time now() const { return absl::FromUnixNanos(now_ns_); }
  void Advance(absl::Duration duration) { now_ns_ += absl::ToInt64Nanoseconds(duration); }

 private:
  void Open(const storage::RocksDbOptions& options);
  void Close();
  void Commit(storage::Change change);
  absl::StatusOr<std::unique_ptr<Message>> Run(const Caller& caller, Scope scope, const std::string& method,
                                               const Message& request);
  std::vector<std::string> NamesUnder(const ResourceType& type, const std::string& name_prefix);

  std::string folder_;
  std::atomic<int64_t> now_ns_;  // the threads of market and rounds read it
  std::atomic<int> last_id_ = 0;
  services::Call call_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Interposed> interposed_;
  std::unique_ptr<LiveMarket> live_;
  std::unique_ptr<Rounds> rounds_;
  std::unique_ptr<FairnessReports> fairness_reports_;
  std::unique_ptr<PlanningReports> planning_reports_;
  std::unique_ptr<Explanations> explanations_;
  std::unique_ptr<Appeals> appeals_;
  std::unique_ptr<MethodTable> methods_;
};

// A department, a province and districts territories/d0 and d1 with places; service services/s; chain
// valueChains/c; policies/p, active, without limits.
void LayTerritory(StoredMarket* market);
v1::Policy APolicy();
// parties/{id}: a cooperative, and a TAP that speaks nothing in particular.
v1::Party ACooperative(const std::string& id);
v1::Party ATap(const std::string& id);
// In district d0, in Spanish, for 30 days from now, at 1,000 PEN at most.
v1::Need ANeed(const StoredMarket& market, const std::string& cooperative, const std::string& id,
               int64_t quantity);
// In the whole province, in Spanish, for 30 days from now, at 500 PEN.
v1::Offer AnOffer(const StoredMarket& market, const std::string& tap, const std::string& id,
                  int64_t capacity);

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_STORED_MARKET_H_
