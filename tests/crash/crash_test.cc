// aynid under load, killed: every acknowledged need comes back as it was acknowledged, and nothing is half
// done.
//
// What was acknowledged is kept in this process, which survives. After each kill the store is opened by
// itself, and its records, feed and ledger must tell one story; then aynid starts again over it, and must say
// the same over the wire.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ayni/v1/ledger.pb.h"
#include "ayni/v1/need_service.grpc.pb.h"
#include "services/resource/ledger_seal.h"
#include "services/resource/record_keys.h"
#include "services/resource/resource_type.h"
#include "services/resource/stored.h"
#include "storage/rocksdb_store.h"
#include "tests/services/server/aynid_process.h"
#include "tests/services/server/laid_market.h"

namespace ayni::services {
namespace {

constexpr int kCycles = 8;
constexpr int kConnections = 8;
constexpr int kCallersPerConnection = 4;
constexpr int kMillisBeforeKillMin = 100;
constexpr int kMillisBeforeKillMax = 900;

std::string Sha256(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// What callers asked for, and what they were told.
class Story {
 public:
  v1::CreateNeedRequest NextRequest() {
    const std::lock_guard lock(mutex_);
    v1::CreateNeedRequest request;
    request.set_parent(kLaidCooperative);
    *request.mutable_need() = LaidNeed();
    request.set_request_id(absl::StrCat("r", asked_.size()));
    request.mutable_need()->set_note(absl::StrCat("asked by ", request.request_id()));
    asked_[request.request_id()] = request;
    return request;
  }

  void Acknowledge(const std::string& request_id, const v1::Need& need) {
    const std::lock_guard lock(mutex_);
    const bool is_new = acknowledged_.emplace(request_id, need).second;
    EXPECT_TRUE(is_new) << request_id;
    fresh_.insert(request_id);
  }

  // No caller is running.
  void ForgetFresh() { fresh_.clear(); }
  // What was acknowledged since then.
  const std::set<std::string>& fresh() const { return fresh_; }
  const std::map<std::string, v1::CreateNeedRequest>& asked() const { return asked_; }
  const std::map<std::string, v1::Need>& acknowledged() const { return acknowledged_; }

 private:
  std::mutex mutex_;
  std::map<std::string, v1::CreateNeedRequest> asked_;
  std::map<std::string, v1::Need> acknowledged_;
  std::set<std::string> fresh_;
};

class Crash : public testing::Test {
 protected:
  // Asks for needs from many callers until aynid is killed, at a moment that `millis` says.
  void LoadAndKill(AynidProcess* aynid, const std::string& token, int millis) {
    std::vector<std::thread> callers;
    for (int connection = 0; connection < kConnections; ++connection) {
      const auto channel = aynid->Connect();
      for (int i = 0; i < kCallersPerConnection; ++i) {
        callers.emplace_back([this, channel, token] { CallUntilItFails(channel, token); });
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(millis));
    aynid->Signal(SIGKILL);
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(aynid->Wait().signal, SIGKILL) << aynid->Log();
  }

  void CallUntilItFails(const std::shared_ptr<grpc::Channel>& channel, const std::string& token) {
    const auto stub = v1::NeedService::NewStub(channel);
    while (true) {
      const v1::CreateNeedRequest request = story_.NextRequest();
      grpc::ClientContext context;
      context.AddMetadata("authorization", "Bearer " + token);
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
      v1::Need need;
      const grpc::Status status = stub->CreateNeed(&context, request, &need);
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return;
      ASSERT_TRUE(status.ok()) << status.error_message();
      story_.Acknowledge(request.request_id(), need);
    }
  }

  // Reads the store without aynid: every need is whole, and records, feed and ledger agree.
  void CheckStore() {
    auto opened = storage::RocksDbStore::Open(folder_ / "data/store", {});
    ASSERT_TRUE(opened.ok()) << opened.status();
    const storage::Store& store = **opened;
    std::map<std::string, std::string> ledger_digests;  // of the last stored bytes, by resource
    CheckLedger(store, &ledger_digests);
    std::map<std::string, storage::Sequence> feed_sequences;  // of the last commit, by key
    CheckFeed(store, &feed_sequences);

    const auto snapshot = store.TakeSnapshot();
    ASSERT_TRUE(snapshot.ok());
    std::set<std::string> notes;
    const auto cursor =
        (*snapshot)->Scan(storage::KeyRange::Prefix(RecordKey(ResourceType::Of<v1::Need>(), "")));
    while (cursor->Next()) {
      v1::Need need;
      ASSERT_TRUE(need.ParseFromString(std::string(cursor->value())));
      const std::string content = Sha256(std::string(cursor->value()));
      EXPECT_EQ(ledger_digests[need.name()], SealedDigest(store.secret(), need.name(), content))
          << need.name();
      EXPECT_EQ(feed_sequences[std::string(cursor->key())], cursor->version()) << need.name();
      EXPECT_TRUE(notes.insert(need.note()).second) << "made twice: " << need.note();
    }
    EXPECT_TRUE(cursor->status().ok()) << cursor->status();
    for (const auto& [request_id, need] : story_.acknowledged()) {
      EXPECT_EQ(notes.count(need.note()), 1u) << "lost: " << need.name();
    }
    needs_stored_ = notes.size();
  }

  void CheckLedger(const storage::Store& store, std::map<std::string, std::string>* digests) {
    for (uint64_t first = 0; first < store.leaf_count();) {
      const auto leaves = store.ReadLeaves(first, 10'000);
      ASSERT_TRUE(leaves.ok()) << leaves.status();
      ASSERT_FALSE(leaves->empty());
      for (const storage::Leaf& leaf : *leaves) {
        v1::LedgerEvent event;
        ASSERT_TRUE(event.ParseFromString(leaf.bytes));
        const std::string hash(reinterpret_cast<const char*>(leaf.hash.data()), leaf.hash.size());
        EXPECT_EQ(hash, Sha256(std::string(1, '\0') + leaf.bytes));
        EXPECT_EQ((*digests)[event.resource()], event.before_digest()) << event.resource();
        (*digests)[event.resource()] = event.after_digest();
      }
      first += leaves->size();
    }
  }

  void CheckFeed(const storage::Store& store, std::map<std::string, storage::Sequence>* sequences) {
    storage::Sequence last = 0;
    uint64_t leaves = 0;
    while (last < store.sequence()) {
      const auto entries = store.Feed(last, 10'000);
      ASSERT_TRUE(entries.ok()) << entries.status();
      ASSERT_FALSE(entries->empty());
      for (const storage::FeedEntry& entry : *entries) {
        EXPECT_EQ(entry.sequence, ++last);
        EXPECT_EQ(entry.leaf_first, leaves);
        leaves += entry.leaf_count;
        for (const storage::FeedChange& change : entry.changes) (*sequences)[change.key] = entry.sequence;
      }
    }
    EXPECT_EQ(leaves, store.leaf_count());
  }

  // Every acknowledged need is read as it was acknowledged.
  void CheckOverTheWire(const AynidProcess& aynid, const std::string& token) {
    const auto stub = v1::NeedService::NewStub(aynid.Connect());
    for (const auto& [request_id, need] : story_.acknowledged()) {
      grpc::ClientContext context;
      context.AddMetadata("authorization", "Bearer " + token);
      v1::GetNeedRequest request;
      request.set_name(need.name());
      v1::Need stored;
      const grpc::Status status = stub->GetNeed(&context, request, &stored);
      ASSERT_TRUE(status.ok()) << need.name() << ": " << status.error_message();
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(stored, need))
          << "acknowledged:\n"
          << need.DebugString() << "came back:\n"
          << stored.DebugString();
    }
  }

  // Repeats every request since the last time, of which an answer came or not; asking again must neither fail
  // nor make a need twice, and gives the first answer.
  void AskAgain(const AynidProcess& aynid, const std::string& token) {
    const auto stub = v1::NeedService::NewStub(aynid.Connect());
    for (const auto& [request_id, request] : story_.asked()) {
      const auto acknowledged = story_.acknowledged().find(request_id);
      const bool was_answered = acknowledged != story_.acknowledged().end();
      if (was_answered && story_.fresh().count(request_id) == 0) continue;
      grpc::ClientContext context;
      context.AddMetadata("authorization", "Bearer " + token);
      v1::Need need;
      const grpc::Status status = stub->CreateNeed(&context, request, &need);
      ASSERT_TRUE(status.ok()) << request_id << ": " << status.error_message();
      EXPECT_EQ(need.note(), request.need().note());
      if (was_answered) {
        EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(need, acknowledged->second))
            << request_id;
      } else {
        story_.Acknowledge(request_id, need);
      }
    }
    story_.ForgetFresh();
  }

  TemporaryFolder folder_;
  Story story_;
  size_t needs_stored_ = 0;
};

TEST_F(Crash, LosesNothingThatWasAcknowledged) {
  const uint64_t seed = std::random_device()();
  RecordProperty("seed", absl::StrCat(seed));
  std::mt19937_64 random(seed);
  std::string token;
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    SCOPED_TRACE(absl::StrCat("cycle ", cycle, ", seed ", seed));
    AynidProcess aynid(folder_);
    ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
    if (cycle == 0) token = LayMarket(aynid.Connect(), aynid.AdministratorToken());
    CheckOverTheWire(aynid, token);
    AskAgain(aynid, token);
    const size_t acknowledged_before = story_.acknowledged().size();
    std::uniform_int_distribution<int> millis(kMillisBeforeKillMin, kMillisBeforeKillMax);
    LoadAndKill(&aynid, token, millis(random));
    EXPECT_GT(story_.acknowledged().size(), acknowledged_before);
    CheckStore();
    if (HasFatalFailure()) return;
  }
  AynidProcess aynid(folder_);
  ASSERT_TRUE(aynid.WaitUntilItServes()) << aynid.Log();
  CheckOverTheWire(aynid, token);
  AskAgain(aynid, token);
  aynid.Signal(SIGTERM);
  EXPECT_EQ(aynid.Wait().exit_code, 0);
  CheckStore();
  EXPECT_EQ(needs_stored_, story_.asked().size());
  std::cout << kCycles << " kills, " << story_.asked().size() << " needs asked for, " << needs_stored_
            << " stored, each once" << std::endl;
}

}  // namespace
}  // namespace ayni::services
