// What is kept for the time between rounds: the active policy, the last round, and what live matches hold
// under the policy's limits.
//
// It is loaded whole where a policy or a round changes, and takes what MatchNow makes match by match. Many
// threads may read while none writes.
#ifndef AYNI_SERVICES_MARKET_LIMIT_BOOK_H_
#define AYNI_SERVICES_MARKET_LIMIT_BOOK_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "matcher/giving.h"
#include "matcher/limit_standing.h"
#include "services/market/country_rules.h"
#include "services/market/named_market.h"
#include "services/market/policy.h"
#include "storage/store.h"

namespace ayni::services {

class LimitBook {
 public:
  // Changes the market, where readers of it must not look on.
  using ChangeMarket = absl::FunctionRef<void(absl::FunctionRef<void(NamedMarket*)>)>;

  LimitBook();

  // As of the snapshot. Names that the market has not seen become known to it, through `change`. Cancelled
  // where stop said so; DataLoss where a record can't be read.
  static absl::StatusOr<std::unique_ptr<LimitBook>> Load(const storage::Snapshot& snapshot,
                                                         matcher::Day today,
                                                         const std::function<bool()>& stop,
                                                         ChangeMarket change);

  // FailedPrecondition where none is active; InvalidArgument where the engine refuses it.
  const absl::StatusOr<EnginePolicy>& policy() const { return policy_; }
  const v1::Policy& policy_record() const { return policy_record_; }
  // The last that was published; of no name where there is none.
  const v1::Round& round() const { return round_; }
  // Whether the need stood when the last round was cleared.
  bool RoundKnew(const v1::Need& need) const;

  // The limits where the need is, by limit. `row` is the need as columns, `candidates` are all that it has,
  // and `counted` is what of it counts in volumes. REQUIRES, as Open: policy() is OK, and the market is the
  // one that the book was loaded for.
  std::vector<matcher::NeedSegment> SegmentsOf(const NamedMarket& market, const v1::Need& need,
                                               const matcher::Need& row,
                                               absl::Span<const matcher::Candidate> candidates,
                                               const matcher::NeedVolume& counted, matcher::Day today) const;
  // A candidate of that need with what limits and capacities leave it, and no bid.
  matcher::OpenCandidate Open(const NamedMarket& market, absl::Span<const matcher::NeedSegment> segments,
                              const matcher::Candidate& candidate, matcher::Day today) const;

  // Takes the place of what was counted for it: the match as it now stands. Of matches of rounds it takes
  // only that they hold no more; a round that is published makes a new book.
  void Put(const v1::Match& match, NamedMarket* market);
  // `change` gives the TAPs of the market those controllers, which are by TapIndex.
  void ChangeControllers(const NamedMarket& market, const std::vector<matcher::Controllers>& controllers,
                         absl::FunctionRef<void()> change);

  size_t ByteSize() const;

 private:
  using MatchIndex = matcher::Index<struct MatchTag>;

  absl::Status ReadPolicy(const storage::Snapshot& snapshot, ChangeMarket change);
  absl::Status ReadRoundSegments(const storage::Snapshot& snapshot, ChangeMarket change);
  matcher::LiveHolding ToLive(const v1::Match& match, matcher::Day day, NamedMarket* market) const;
  void Count(const v1::Match& match, matcher::Day day, NamedMarket* market);
  // Counts it under the caps of countries, or, with -1, takes it out.
  void Give(const matcher::Holding& holding, int sign);
  // What the cap of its country leaves the TAP; kUnitsMax where there is none.
  matcher::Units RoomUnderCap(const matcher::Market& market, matcher::TapIndex tap, matcher::Day today) const;

  v1::Policy policy_record_;
  absl::StatusOr<EnginePolicy> policy_;
  v1::Round round_;
  matcher::LimitStandings standings_;
  NameTable<MatchIndex> matches_;
  // By MatchIndex; of no units where the match holds none.
  std::vector<matcher::LiveHolding> holdings_;
  TapHoldings given_;  // under a policy with caps of countries
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_MARKET_LIMIT_BOOK_H_
