// What a round must leave out because MatchNow was faster: it gave units, while the round was cleared, to
// controllers for whom the round found room.
#ifndef AYNI_SERVICES_ROUND_OVERTAKEN_H_
#define AYNI_SERVICES_ROUND_OVERTAKEN_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ayni/v1/match.pb.h"
#include "services/round/clear_round.h"
#include "services/round/round_records.h"
#include "storage/store.h"

namespace ayni::services {

// The matches under the keys that MatchNow made and that hold units.
absl::StatusOr<std::vector<v1::Match>> ReadMadeNow(const storage::Reader& reader,
                                                   const absl::flat_hash_set<std::string>& keys);

// Counts what was made since as held, in the segments of limits by what is matched: their caps follow it.
void HoldMadeSince(const ClearedRound& cleared, absl::Span<const v1::Match> made_since,
                   matcher::SegmentTable* segments);

// Without as many as it takes that in every cell, and under the cap of every TAP's country, what is held,
// what is matched and what was made since stay within the cap; those of the lowest score go first. Of limits
// by what is matched nothing is left out here: what is left out lowers their caps.
std::vector<MatchedEdge> WithoutOvertaken(const ClearedRound& cleared, std::vector<MatchedEdge> matched,
                                          absl::Span<const v1::Match> made_since);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_OVERTAKEN_H_
