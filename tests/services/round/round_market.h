// A market in which rounds are tried: cooperatives, TAPs, one province; and a clearing that can be held up.
#ifndef AYNI_TESTS_SERVICES_ROUND_ROUND_MARKET_H_
#define AYNI_TESTS_SERVICES_ROUND_ROUND_MARKET_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ayni/v1/need_service.pb.h"
#include "ayni/v1/round_service.pb.h"
#include "tests/services/stored_market.h"

namespace ayni::services {

// Cooperatives of one need each and TAPs of one offer each, all in one province.
class RoundMarket : public testing::Test {
 protected:
  void Fill(int needs, int64_t quantity, int taps, int64_t capacity) {
    LayTerritory(&market_);
    for (int at = 0; at < needs; ++at) {
      market_.Put(ACooperative(absl::StrCat("coop", at)));
      market_.Put(ANeed(market_, absl::StrCat("coop", at), "n", quantity));
    }
    for (int at = 0; at < taps; ++at) {
      market_.Put(ATap(absl::StrCat("tap", at)));
      market_.Put(AnOffer(market_, absl::StrCat("tap", at), "o", capacity));
    }
  }

  // Every TAP may hold this share of the province, of what was matched in the last 30 days too.
  void SetLimit(int share_basis_points, int min_controllers = 0) {
    v1::Policy policy = APolicy();
    v1::Limit* limit = policy.add_limits();
    limit->set_id("tap-province");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_TAP);
    limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    limit->set_share_basis_points(share_basis_points);
    limit->set_basis(v1::LIMIT_BASIS_DEMAND);
    limit->set_window_days(30);
    limit->set_min_controllers(min_controllers);
    limit->set_thin_market_rule(v1::THIN_MARKET_RULE_WAIVE);
    market_.Put(policy);
  }

  // A round that clears the same market alike. Returns it as it was made, with a seed of its own.
  v1::Round CreateWithSeed(const std::string& id, int64_t seed) {
    const v1::Round made = market_.CreateRound(id);
    v1::Round round = market_.Read<v1::Round>(made.name());
    round.set_seed(seed);
    market_.Put(round);
    return made;
  }

  // Every ownership group may hold this share of it.
  static v1::Policy GroupPolicy(int share_basis_points) {
    v1::Policy policy = APolicy();
    v1::Limit* limit = policy.add_limits();
    limit->set_id("groups");
    limit->set_controller_level(v1::CONTROLLER_LEVEL_OWNERSHIP_GROUP);
    limit->set_territory_level(v1::TERRITORY_LEVEL_PROVINCE);
    limit->set_share_basis_points(share_basis_points);
    return policy;
  }

  // The need's candidates, once the live market has seen all that was put.
  v1::ListCandidatesResponse List(const std::string& need) {
    market_.AwaitLive();
    v1::ListCandidatesRequest request;
    request.set_parent(need);
    const auto listed =
        market_.Call<v1::ListCandidatesResponse>("ayni.v1.NeedService/ListCandidates", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    return listed.ok() ? *listed : v1::ListCandidatesResponse();
  }

  std::vector<v1::Match> Matches(const std::string& round) {
    return market_.ReadAll<v1::Match>(round + "/matches/");
  }
  // Units of matches that stand, by TAP.
  std::map<std::string, int64_t> UnitsByTap(const std::string& round) {
    std::map<std::string, int64_t> units;
    for (const v1::Match& match : Matches(round)) {
      if (match.state() == v1::Match::STATE_PROPOSED) units[match.tap()] += match.quantity();
    }
    return units;
  }
  int64_t UnitsOf(const std::string& round) {
    int64_t units = 0;
    for (const auto& [tap, of_tap] : UnitsByTap(round)) units += of_tap;
    return units;
  }
  absl::StatusOr<v1::Round> Undo(const std::string& round, const std::string& reason,
                                 const std::string& etag = "") {
    v1::UndoRoundRequest request;
    request.set_name(round);
    request.set_reason(reason);
    request.set_etag(etag);
    return market_.Call<v1::Round>("ayni.v1.RoundService/UndoRound", request);
  }
  // Lets `change` run once, between the next round's clearing and its publication.
  void WhileCleared(std::function<void()> change) {
    market_.rounds_store().before_commit = [change = std::move(change),
                                            done = false](const storage::Change& commit) mutable {
      if (done || commit.puts.size() < 4) return;
      done = true;
      change();
    };
  }
  // So that the published round has no use for its matches of the second need, or of the last two offers.
  void ChangeSecondNeed() {
    v1::Need changed = ReadNeed(1);
    changed.set_note("changed while the round was cleared");
    market_.Put(changed);
  }
  void ChangeLastTwoOffersOfFour() {
    for (int at = 2; at < 4; ++at) {
      v1::Offer changed = ReadOffer(at);
      changed.set_capacity(26);
      market_.Put(changed);
    }
  }
  absl::Status CancelOperation(const std::string& operation) {
    google::longrunning::CancelOperationRequest request;
    request.set_name(operation);
    return market_.Call<google::protobuf::Empty>("google.longrunning.Operations/CancelOperation", request)
        .status();
  }
  absl::StatusOr<google::longrunning::Operation> GetOperation(const std::string& operation) {
    google::longrunning::GetOperationRequest request;
    request.set_name(operation);
    return market_.Call<google::longrunning::Operation>("google.longrunning.Operations/GetOperation",
                                                        request);
  }
  v1::Need ReadNeed(int at) {
    return market_.Read<v1::Need>(absl::StrCat("cooperatives/coop", at, "/needs/n"));
  }
  v1::Offer ReadOffer(int at) { return market_.Read<v1::Offer>(absl::StrCat("taps/tap", at, "/offers/o")); }

  StoredMarket market_;
};

// Holds a clearing up at its snapshot until it is let go; and nothing on the thread that made it.
class Gate {
 public:
  explicit Gate(Interposed* store) {
    store->before_snapshot = [this, own = std::this_thread::get_id()] {
      if (std::this_thread::get_id() == own) return;
      reached_ = true;
      while (closed_) absl::SleepFor(absl::Milliseconds(1));
    };
  }
  void AwaitReached() const {
    while (!reached_) absl::SleepFor(absl::Milliseconds(1));
  }
  void Open() { closed_ = false; }

 private:
  std::atomic<bool> reached_ = false;
  std::atomic<bool> closed_ = true;
};

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_ROUND_ROUND_MARKET_H_
