// The rows of an import, each with its kind and what has come of it so far.
#ifndef AYNI_SERVICES_IMPORT_IMPORT_ROWS_H_
#define AYNI_SERVICES_IMPORT_IMPORT_ROWS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/market_service.pb.h"
#include "services/import/given_fields.h"
#include "services/method.h"
#include "services/resource/kind.h"
#include "services/resource/violations.h"

namespace ayni::services {

inline constexpr int kImportMessageRowsMax = 1000;
inline constexpr size_t kImportRowsMax = 2'000'000;
inline constexpr int kImportErrorsMax = 10'000;
inline constexpr int kImportFileCharactersMax = 255;
inline constexpr int kImportFilesMax = 100;         // with fields of their own
inline constexpr int kImportFileFieldsMax = 1'000;  // of such a file

struct ImportedRow {
  enum class State { kUnchecked, kWrong, kUnchanged, kCreated, kUpdated };

  const v1::ImportRow* source = nullptr;
  const Kind* kind = nullptr;  // null: the row holds no resource
  const Message* given = nullptr;
  absl::string_view name;               // of given
  const GivenFields* fields = nullptr;  // null: the row gives all
  State state = State::kUnchecked;
  std::unique_ptr<Message> after;  // of a row that is created or updated
  bool is_merged = false;          // a foreign party that goes by another name here
};

// Not thread-safe.
class ImportRows {
 public:
  // Takes the rows of all requests, without looking into them. REQUIRES: the requests are as
  // CheckImportRequests wants them, and outlive it.
  explicit ImportRows(const Requests& requests);

  // Adds a violation for each file whose rows can't have the fields that they are said to give.
  void CheckFields(Violations* violations) const;

  // Such that a row comes after those of the import that it may refer to.
  std::vector<ImportedRow>& in_order() { return rows_; }
  const std::vector<ImportedRow>& in_order() const { return rows_; }

  // Gives the row its name: later rows of the same name are told where it stands. Null where the name was
  // free.
  const ImportedRow* Claim(ImportedRow* row);
  // Gives the row that name besides, by which it goes from here on. REQUIRES: no row has it.
  void Rename(absl::string_view name, ImportedRow* row);
  // Null where no row has the name.
  const ImportedRow* Find(const ResourceType& type, absl::string_view name) const;
  ImportedRow* FindMutable(const ResourceType& type, absl::string_view name);

 private:
  std::vector<ImportedRow> rows_;
  absl::node_hash_map<absl::string_view, GivenFields> fields_by_file_;
  absl::flat_hash_map<absl::string_view, ImportedRow*> by_name_;
  std::deque<std::string> new_names_;
};

// What is wrong with one request as such, whatever the others are, and not with a row.
void CheckImportMessage(const v1::ImportMarketRequest& request, Violations* violations);
// What is wrong with the requests as such, and not with a row.
void CheckImportRequests(const Requests& requests, Violations* violations);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_IMPORT_ROWS_H_
