#include "services/import/import_rows.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;

// Rows of a smaller rank are never refer to those of a larger one: the fields of the row stand in that order,
// and a territory's level is above those of the territories in it.
std::pair<int, int> Rank(const ImportedRow& row) {
  const int field = row.source->resource_case();
  return {field, field == v1::ImportRow::kTerritory ? row.source->territory().level() : 0};
}

ImportedRow ToImported(const v1::ImportRow& source) {
  ImportedRow row;
  row.source = &source;
  if (source.resource_case() == v1::ImportRow::RESOURCE_NOT_SET) return row;
  const FieldDescriptor* field = v1::ImportRow::descriptor()->FindFieldByNumber(source.resource_case());
  row.given = &source.GetReflection()->GetMessage(source, field);
  row.kind = &KindOf(field->message_type());
  // A generated message answers with the field itself, and leaves the scratch alone.
  std::string scratch;
  row.name =
      row.given->GetReflection()->GetStringReference(*row.given, row.kind->type.name_field(), &scratch);
  return row;
}

// Whether the last message, and it alone, says that it is the last.
bool AreWhole(const Requests& requests) {
  const auto last =
      std::find_if(requests.begin(), requests.end(), [](const std::unique_ptr<Message>& request) {
        return static_cast<const v1::ImportMarketRequest&>(*request).last();
      });
  return last != requests.end() && std::next(last) == requests.end();
}

}  // namespace

ImportRows::ImportRows(const Requests& requests) {
  for (const std::unique_ptr<Message>& request : requests) {
    for (const v1::ImportRow& row : static_cast<const v1::ImportMarketRequest&>(*request).rows()) {
      rows_.push_back(ToImported(row));
    }
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const ImportedRow& a, const ImportedRow& b) { return Rank(a) < Rank(b); });
}

const ImportedRow* ImportRows::Claim(const ImportedRow& row) {
  const auto [place, inserted] = by_name_.emplace(row.name, &row);
  return inserted ? nullptr : place->second;
}

const ImportedRow* ImportRows::Find(const ResourceType& type, absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() || &found->second->kind->type != &type ? nullptr : found->second;
}

void CheckImportRequests(const Requests& requests, Violations* violations) {
  size_t count = 0;
  int rows_max = 0;
  for (const std::unique_ptr<Message>& request : requests) {
    const int rows = static_cast<const v1::ImportMarketRequest&>(*request).rows_size();
    count += rows;
    rows_max = std::max(rows_max, rows);
  }
  const FieldPath root;
  if (!AreWhole(requests)) {
    violations->Add(root / "last",
                    "must be true in the last message and in no other; without it nobody knows whether all "
                    "rows came");
  }
  if (rows_max > kImportMessageRowsMax) {
    violations->Add(root / "rows",
                    absl::StrCat("must be at most ", kImportMessageRowsMax, " in a message, are ", rows_max));
  }
  if (count > kImportRowsMax) {
    violations->Add(root / "rows",
                    absl::StrCat("must be at most ", kImportRowsMax, " in an import, are ", count));
  }
}

}  // namespace ayni::services
