// What of a clearing the budgets pay for when it is published: the engine knows nothing of money that offers
// share.
#ifndef AYNI_SERVICES_ROUND_WITHIN_BUDGETS_H_
#define AYNI_SERVICES_ROUND_WITHIN_BUDGETS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/resource/stored.h"
#include "services/round/clear_round.h"
#include "services/round/round_records.h"
#include "storage/store.h"

namespace ayni::services {

// By name. One that is not there is of version 0.
using StoredBudgets = std::map<std::string, StoredRecord>;

// The budgets on which offers that were given units draw, as they stand now.
absl::StatusOr<StoredBudgets> ReadBudgets(const storage::Reader& reader, const ClearedRound& cleared);

// As many of the matches as the budgets pay for: those of the highest score first, then in the order of the
// problem. One for which too little is left is given the units that it pays for, where that is a lot.
std::vector<MatchedEdge> WithinBudgets(const ClearedRound& cleared, const StoredBudgets& budgets,
                                       std::vector<MatchedEdge> matched);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_WITHIN_BUDGETS_H_
