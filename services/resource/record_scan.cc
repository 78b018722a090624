#include "services/resource/record_scan.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resource/record_keys.h"
#include "services/resource/request_fields.h"

namespace ayni::services {
namespace {

// The last comparison of the filter that an index answers, which is the caller's own party where that is one;
// null where none is.
const Comparison* IndexedComparison(const Kind& kind, const Filter& filter) {
  const Comparison* indexed = nullptr;
  for (const Comparison& comparison : filter.comparisons()) {
    const bool is_equality =
        comparison.op == Comparison::Operator::kEqual ||
        (comparison.op == Comparison::Operator::kHas && comparison.field->descriptor()->is_repeated());
    if (is_equality && HasReferenceIndex(kind.type, comparison.field->path())) indexed = &comparison;
  }
  return indexed;
}

// The part of `range` whose keys begin with `prefix` and come after `after`, both of them under `stem`.
storage::KeyRange Narrowed(const std::string& stem, const std::string& name_prefix,
                           const std::string& after) {
  storage::KeyRange range = storage::KeyRange::Prefix(absl::StrCat(stem, name_prefix));
  // The least key after that of the name itself.
  if (!after.empty()) range.begin = std::max(range.begin, absl::StrCat(stem, after, std::string(1, '\0')));
  return range;
}

}  // namespace

RecordScan::RecordScan(const storage::Snapshot& snapshot, const Kind& kind, const std::string& name_prefix,
                       const Filter& filter, const std::string& after)
    : snapshot_(snapshot), kind_(kind) {
  const Comparison* indexed = IndexedComparison(kind, filter);
  by_index_ = indexed != nullptr;
  if (by_index_) {
    const std::string stem = ReferenceStem(kind.type, indexed->field->path(), indexed->text);
    cursor_ = snapshot.ScanIndex(Narrowed(stem, name_prefix, after));
  } else {
    cursor_ = snapshot.Scan(Narrowed(RecordKey(kind.type, ""), name_prefix, after));
  }
}

bool RecordScan::Next() {
  if (!status_.ok()) return false;
  if (!cursor_->Next()) {
    status_ = cursor_->status();
    return false;
  }
  if (by_index_) {
    name_ = NameOfIndexKey(cursor_->key());
    absl::StatusOr<StoredRecord> stored = ReadRecord(snapshot_, kind_.type, name_);
    if (stored.ok() && stored->version == 0) {
      stored = absl::DataLossError(absl::StrCat("an index names ", name_, ", which is not stored"));
    }
    if (!stored.ok()) {
      status_ = stored.status();
      return false;
    }
    stored_ = *std::move(stored);
    return true;
  }
  name_ = NameOfRecordKey(cursor_->key());
  stored_.version = cursor_->version();
  stored_.record.reset(kind_.prototype.New());
  const std::string_view bytes = cursor_->value();
  if (stored_.record->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return true;
  status_ =
      absl::DataLossError(absl::StrCat("the stored bytes of ", name_, " are not a ", kind_.type.noun()));
  return false;
}

}  // namespace ayni::services
