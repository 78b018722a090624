// What a kept market holds of a record: what a clearing reads, and nothing that a person could ask to have
// erased. Names of people, the numbers of their papers, how to reach them and what was written about them are
// not taken along, so that erasing a party need not reach into the markets of past rounds. What stays are
// names of resources, which matches and the ledger hold for ever, places, and what scores and limits read.
#ifndef AYNI_SERVICES_ROUND_KEPT_RECORD_H_
#define AYNI_SERVICES_ROUND_KEPT_RECORD_H_

#include <functional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/resource/resource_type.h"
#include "storage/store.h"

namespace ayni::services {

// Not what no clearing reads: policies are given to it, and the rest is what came of others, how callers
// prove who they are, or how somebody is reached. Principals say whose word a claimed relation is.
bool IsKept(const ResourceType& type);

// Of a snapshot. Constant after Read().
class KeptRecords {
 public:
  // Looks at who has contacts in common. Cancelled where `stop` said so.
  static absl::StatusOr<KeptRecords> Read(const storage::Snapshot& snapshot,
                                          const std::function<bool()>& stop);

  // The record's bytes as they are kept: the same of the same record, as long as the same parties share its
  // contact. DataLoss where they can't be read.
  absl::StatusOr<std::string> BytesOf(const ResourceType& type, std::string_view bytes) const;

 private:
  // In place of a telephone number or address: the party that comes first of those that have it, so that who
  // shares one still does, and nobody learns which.
  void Rename(std::string* contact) const;

  absl::flat_hash_map<std::string, std::string> first_party_;  // by number or address
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_ROUND_KEPT_RECORD_H_
