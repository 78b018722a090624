// One market over years, under one policy and with one seed: rounds through the engine and the policy's code,
// as a server clears them, and what becomes of people in between.
#ifndef AYNI_SERVICES_SIMULATION_WORLD_H_
#define AYNI_SERVICES_SIMULATION_WORLD_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/audit.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/policy.pb.h"
#include "services/round/clear_round.h"
#include "services/round/round_records.h"
#include "services/simulation/assumptions.h"
#include "services/simulation/demand.h"
#include "services/simulation/memory_records.h"
#include "services/simulation/providers.h"
#include "services/simulation/starting_market.h"
#include "services/simulation/year_figures.h"

namespace ayni::services {

struct WorldSettings {
  const StartingMarket* start = nullptr;
  Assumptions assumptions;
  // By which rounds are cleared.
  v1::Policy policy;
  // By which segments and controllers concentration is measured, over the year's own rounds, as limits that
  // hold nothing back; that of `shown` is in YearFigures::hhi, and says where segments are thin. At most
  // matcher::kLimitsMax.
  std::vector<v1::Limit> yardsticks;
  std::string shown;
  uint64_t seed = 0;
  int rounds_per_year = 4;  // divides 12
  int64_t target_gap_ppm = 0;
};

// A round that was cleared, before its matches are in the records.
struct WorldRound {
  int year = 0;  // from 1, as the round
  int round = 0;
  const MemoryRecords& records;
  const ClearedRound& cleared;
  // As they end: confirmed with what was done, or cancelled.
  const std::vector<v1::Match>& matches;
};

// Not thread-safe; many may run at the same time.
class World {
 public:
  // Told of each round. It must not keep what it is told of.
  using Seen = std::function<void(const WorldRound&)>;

  // REQUIRES: the settings' start outlives it.
  World(WorldSettings settings, std::function<bool()> stop, Seen seen);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The next year. Cancelled where stop said so, and errors as of ClearRound: the world must not be used
  // then.
  absl::StatusOr<YearFigures> RunYear();

 private:
  // Worth, of a year.
  struct Tally {
    int64_t matches = 0;
    int64_t units = 0;
    int64_t welfare = 0;
    int64_t matched = 0;
    int64_t done = 0;
    int64_t done_by_women = 0;
    int64_t done_by_lenders = 0;
    int64_t done_with_public_money = 0;
    int64_t paid = 0;
    int64_t candidates = 0;
    int64_t blocked = 0;
  };

  matcher::Day DayOfRound(int year, int round) const;
  absl::Status RunRound(int round);
  // What became of it, of which so many units were done.
  static void SetOutcome(int64_t done, absl::Time now, v1::Match* match);
  // How the matches of a clearing end.
  std::vector<v1::Match> Serve(const ClearedRound& cleared, absl::Span<const MatchedEdge> edges,
                               const std::string& round, absl::Time now);
  absl::Status CountBlocked(const ClearedRound& cleared);
  // Keeps them as they ended, and drops what no window reaches any more.
  void Keep(const v1::Round& round, const std::vector<v1::Match>& matches, matcher::Day day);
  void TakeReports(const std::vector<v1::SegmentReport>& reports);
  void NoteGroups(const ClearedRound& cleared);
  YearFigures EndYear();
  void AddConcentrations(YearFigures* figures) const;

  const WorldSettings settings_;
  const StartingMarket& start_;
  const std::function<bool()> stop_;
  const Seen seen_;
  const std::string secret_;
  MemoryRecords records_;
  Demand demand_;
  Providers providers_;
  int32_t window_days_ = 0;  // for which matches are kept: the longest of the policy's, and a year
  int year_ = 0;             // from 0
  std::deque<std::pair<matcher::Day, std::vector<std::string>>> kept_;  // names of matches, by round

  // Of the year that runs.
  Tally tally_;
  std::set<Place> thin_;
  std::map<std::string, std::string> group_of_;  // by TAP
  std::vector<v1::SegmentReport> last_reports_;  // of its last round, with what those before gave
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SIMULATION_WORLD_H_
