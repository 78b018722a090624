// What rounds did, need by need, TAP by TAP and match by match: what a fairness report is computed from.
#ifndef AYNI_SERVICES_FAIRNESS_FAIRNESS_TALLY_H_
#define AYNI_SERVICES_FAIRNESS_FAIRNESS_TALLY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/agreement.pb.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/fairness.pb.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/fairness/fairness_groups.h"
#include "services/round/clear_round.h"
#include "storage/store.h"

namespace ayni::services {

struct NeedFigures {
  FairnessGroups groups;
  std::string service;
  std::string cooperative;
  int64_t members = 1;
  // Units, of the rounds together; 0: it came after the snapshot of each.
  int64_t asked = 0;
  int64_t served = 0;
  int64_t wait_start_seconds = 0;
  std::optional<int64_t> wait_hours;
};

// Shares of needs, summed over them.
struct Exposure {
  int64_t attention_ppm = 0;
  int64_t relevance_ppm = 0;

  void Add(const Exposure& more) {
    attention_ppm += more.attention_ppm;
    relevance_ppm += more.relevance_ppm;
  }
};

struct TapFigures {
  FairnessGroups groups;
  std::map<std::string, Exposure> by_chain;

  Exposure Whole() const {
    Exposure whole;
    for (const auto& [chain, exposure] : by_chain) whole.Add(exposure);
    return whole;
  }
};

// One that holds its units.
struct MatchFigures {
  std::string name;
  std::string need;
  std::string tap;
  std::string value_chain;
  std::string segment;  // service, province and currency
  std::string currency;
  int64_t units = 0;
  int64_t unit_price = 0;  // in minor units of the currency
};

struct RoundSegment {
  v1::FairnessSegment segment;
  bool thin = false;
  bool high = false;
  int64_t unmet = 0;  // units
};

// Not thread-safe.
class FairnessTally {
 public:
  struct Options {
    // Without, nothing is known of candidates: no exposure and no envy, at a third of the cost.
    bool with_candidates = true;
    // What the rounds gave when they were published, whatever became of it and whatever was given since.
    bool as_published = false;
    std::function<bool()> stop = [] { return false; };
  };

  // Reads the territories of now. REQUIRES: store and snapshot outlive it.
  static absl::StatusOr<FairnessTally> Create(const storage::Store* store, const storage::Snapshot* now,
                                              Options options);

  // Adds a published round, of which those before it were added; one without a market is noted. Cancelled
  // where stop said so; errors of the store.
  absl::Status Add(const v1::Round& round);

  const std::map<std::string, NeedFigures>& needs() const { return needs_; }
  const std::map<std::string, TapFigures>& taps() const { return taps_; }
  const std::vector<MatchFigures>& matches() const { return matches_; }
  const std::vector<RoundSegment>& segments() const { return segments_; }
  const v1::EnvySummary& envy() const { return envy_; }
  const v1::FairnessConflicts& conflicts() const { return conflicts_; }
  // Empty of what was published.
  std::vector<v1::ContractOutcome> contracts() const;
  const std::vector<std::string>& rounds() const { return rounds_; }
  const std::vector<std::string>& rounds_without_market() const { return rounds_without_market_; }
  // The province or department that the territory is in; kUnknownGroup where there is none.
  std::string Above(const std::string& territory, v1::TerritoryLevel level) const;

 private:
  // What a kept market says of its parties.
  struct Parties {
    absl::flat_hash_map<std::string, v1::Party> by_name;
    absl::flat_hash_map<std::string, matcher::Day> first_certified;
    absl::flat_hash_map<std::string, bool> has_lender;
  };

  FairnessTally(const storage::Store* store, const storage::Snapshot* now, Options options)
      : store_(store), now_(now), options_(std::move(options)) {}

  absl::StatusOr<Parties> ReadParties(const storage::Snapshot& market, matcher::Day today) const;
  absl::Status AddNeeds(const storage::Snapshot& market, const Parties& parties, matcher::Day today);
  absl::Status AddCandidates(const storage::Snapshot& market, const v1::Round& round,
                             absl::Span<const v1::Match> matches);
  void AddExposure(const ClearedRound& posed, absl::Span<const matcher::Units> edge_units);
  void AddEnvy(const ClearedRound& posed, const std::string& round,
               absl::Span<const matcher::Units> edge_units,
               const absl::flat_hash_map<int64_t, std::string>& match_of_edge);
  absl::Status AddMatches(absl::Span<const v1::Match> matches, const Parties& parties);
  absl::Status AddSegments(const std::string& round);
  NeedFigures FiguresOf(const v1::Need& need, const Parties& parties) const;
  void CountConflicts(const v1::Match& match);
  absl::Status CountContract(const v1::Match& match);

  const storage::Store* store_;
  const storage::Snapshot* now_;
  Options options_;
  absl::flat_hash_map<std::string, v1::Territory> territories_;

  std::map<std::string, NeedFigures> needs_;
  std::map<std::string, TapFigures> taps_;
  std::vector<MatchFigures> matches_;
  std::vector<RoundSegment> segments_;
  v1::EnvySummary envy_;
  std::map<std::string, bool> envious_;  // needs that could envy, and whether they do
  v1::FairnessConflicts conflicts_;
  std::map<std::string, int64_t> conflicts_by_rule_;
  std::map<v1::ContractKind, v1::ContractOutcome> contracts_;  // the mean holds the sum
  std::map<std::string, v1::ContractKind> kind_of_agreement_;
  std::vector<std::string> rounds_;
  std::vector<std::string> rounds_without_market_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_FAIRNESS_FAIRNESS_TALLY_H_
