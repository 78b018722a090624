// What a round keeps, beside its records, to prove itself to outsiders: services/round/README.md.
//
// Parts of a RoundBundle, each small enough for a message, and the records that its ledger leaves are of. No
// resource: the keys are bundle:rounds/{round}/{part of six digits} and bundle:rounds/{round}. Of names there
// are pseudonyms only.
#ifndef AYNI_SERVICES_ROUND_ROUND_BUNDLE_H_
#define AYNI_SERVICES_ROUND_ROUND_BUNDLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ayni/v1/bundle.pb.h"
#include "services/bundle/bundle_market.h"
#include "services/round/clear_round.h"
#include "services/round/pseudonyms.h"
#include "services/round/standing_matches.h"
#include "storage/change.h"
#include "storage/store.h"

namespace ayni::services {

// By the indices of the market that was cleared. Linear in its problem, and TAPs times limits.
BundleMarket MarketColumns(const ClearedRound& cleared, const Pseudonyms& pseudonyms);

struct KeptColumns {
  std::string market_digest;
  int64_t part_count = 0;
};

// Keeps the columns of what was cleared, some parts in a commit, in the place of those of an earlier attempt.
// Errors of the store.
absl::StatusOr<KeptColumns> KeepColumns(const ClearedRound& cleared, const std::string& round,
                                        const Pseudonyms& pseudonyms, storage::Store* store);

// A report of each segment, in any order, and the segment that each is of.
struct ReportsOfSegments {
  std::vector<v1::SegmentReport> reports;
  std::vector<matcher::SegmentIndex> of;
};

// What the round states, as JSON, where that stands of it. `round` is its record as it is published, and
// `policy` the bytes of its policy's. Internal where it can't be written.
absl::StatusOr<std::string> StatementText(const ClearedRound& cleared, const v1::Round& round,
                                          const std::string& policy, const StandingMatches& standing,
                                          const ReportsOfSegments& reports, const KeptColumns& columns,
                                          const Pseudonyms& pseudonyms);

// The bytes of the records that the bundle's leaves are of.
struct BundleRecords {
  std::string created;
  std::string clearing;
  std::string policy;
};

// The round as it was made: what clearing and publishing wrote is left out.
v1::Round AsCreated(v1::Round round);

// Adds the statement's text and the records. All of the bundle but what the ledger has stands then.
void AddStatement(const std::string& round, const std::string& statement, const BundleRecords& records,
                  const KeptColumns& columns, storage::Change* change);

struct KeptBundle {
  BundleRecords records;
  int64_t part_count = 0;
};

// NotFound where none is kept; DataLoss where it can't be read.
absl::StatusOr<KeptBundle> ReadKeptBundle(const storage::Reader& reader, const std::string& round);
// `part` from 0. DataLoss where it is not there or can't be read.
absl::StatusOr<v1::RoundBundle> ReadBundlePart(const storage::Reader& reader, const std::string& round,
                                               int64_t part);

// What the round stated. NotFound where nothing is kept; DataLoss where it can't be read.
absl::StatusOr<v1::RoundStatement> ReadStatement(const storage::Reader& reader, const std::string& round);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_ROUND_BUNDLE_H_
