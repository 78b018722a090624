// What the publication of a cleared round writes, in one commit: the round, its matches, segment reports and
// prices, and the needs, offers and budgets that they take from.
#ifndef AYNI_SERVICES_ROUND_PUBLICATION_H_
#define AYNI_SERVICES_ROUND_PUBLICATION_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/method.h"
#include "services/resource/stored.h"
#include "services/round/clear_round.h"
#include "services/round/pseudonyms.h"
#include "services/round/round_bundle.h"
#include "services/round/round_records.h"
#include "services/round/standing_matches.h"
#include "services/round/within_budgets.h"
#include "services/subsidy.h"
#include "storage/change.h"
#include "storage/store.h"

namespace ayni::services {

struct Publication {
  v1::Round round;
  storage::Change change;
};

// Not thread-safe. REQUIRES: everything given outlives the publisher.
class Publisher {
 public:
  // `round` is the stored record, CLEARING; `snapshot` the one that was cleared, taken at `snapshot_time`.
  // `call` is who published, at the time of the publication; `columns` are those kept for the bundle.
  Publisher(const Call& call, const std::string& request_id, const storage::Snapshot& snapshot,
            absl::Time snapshot_time, const ClearedRound& cleared, const StoredRecord& round,
            const KeptColumns& columns, const Pseudonyms& pseudonyms);

  // What stands of the clearing (standing_matches.h); what is left out is counted, and why. Every need and
  // offer that is written must be as it was in the snapshot, the budgets on which matches draw and the round
  // as given. Opens the gate of matches.
  absl::StatusOr<Publication> Publish(const absl::flat_hash_set<std::string>& changed_keys,
                                      absl::Span<const v1::Match> made_since,
                                      const StoredBudgets& budgets) const;

 private:
  // Puts the record with that many units less, provided that it still is as in the snapshot.
  template <typename Record>
  absl::Status TakeFrom(const std::string& name, matcher::Units units, storage::Change* change) const;
  absl::Status AddNeeds(const std::vector<MatchedEdge>& matched, storage::Change* change) const;
  absl::Status AddOffers(const std::vector<MatchedEdge>& matched, storage::Change* change) const;
  absl::Status AddOutcome(std::vector<MatchedEdge> matched, const ReportsOfSegments& reports,
                          const StoredBudgets& budgets, Publication* publication) const;
  absl::Status AddBudgets(const std::map<std::string, Drawn>& drawn, const StoredBudgets& budgets,
                          storage::Change* change) const;
  // Puts the round, and what its bundle states, of which the round's leaf holds the digest.
  absl::Status AddRound(const StandingMatches& standing, const ReportsOfSegments& reports,
                        Publication* publication) const;
  absl::Status AddPlanOfNeed(v1::Match* match) const;

  const Call& call_;
  const std::string& request_id_;
  const storage::Snapshot& snapshot_;
  const absl::Time snapshot_time_;
  const ClearedRound& cleared_;
  const StoredRecord& round_;
  const KeptColumns& columns_;
  const Pseudonyms& pseudonyms_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_PUBLICATION_H_
