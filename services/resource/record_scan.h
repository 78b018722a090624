// RecordScan: the records that a filter may match, in the order of their names.
#ifndef AYNI_SERVICES_RESOURCE_RECORD_SCAN_H_
#define AYNI_SERVICES_RESOURCE_RECORD_SCAN_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "services/resource/filter.h"
#include "services/resource/kind.h"
#include "services/resource/stored.h"
#include "storage/store.h"

namespace ayni::services {

// Walks an index where a comparison of the filter has one, and all records otherwise: which ones the filter
// really matches is for the caller to see.
//   while (scan.Next()) Use(scan.record());
//   if (!scan.status().ok()) ...
// Not thread-safe.
class RecordScan {
 public:
  // Of the records whose names begin with `name_prefix` and come after `after`. REQUIRES: the snapshot and
  // the kind outlive the scan.
  RecordScan(const storage::Snapshot& snapshot, const Kind& kind, const std::string& name_prefix,
             const Filter& filter, const std::string& after);

  bool Next();
  const std::string& name() const { return name_; }
  const google::protobuf::Message& record() const { return *stored_.record; }
  storage::Version version() const { return stored_.version; }
  std::unique_ptr<google::protobuf::Message> Take() { return std::move(stored_.record); }
  const absl::Status& status() const { return status_; }

 private:
  const storage::Snapshot& snapshot_;
  const Kind& kind_;
  bool by_index_;
  std::unique_ptr<storage::Cursor> cursor_;
  std::string name_;
  StoredRecord stored_;
  absl::Status status_;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RECORD_SCAN_H_
