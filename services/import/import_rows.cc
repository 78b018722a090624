#include "services/import/import_rows.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/resource/form.h"
#include "services/rules/resource_methods.h"

namespace ayni::services {
namespace {

using google::protobuf::FieldDescriptor;

// Rows of a smaller rank are never refer to those of a larger one: the fields of the row stand in that order,
// but for skills, budgets and agreements, the last of which offers and needs refer to; a territory's level is
// above those of the territories in it, and needs are joined to those that are joined to none.
std::pair<int, int> Rank(const ImportedRow& row) {
  const int field = row.source->resource_case();
  if (field == v1::ImportRow::kNeed) return {field, row.source->need().joined_to().empty() ? 0 : 1};
  if (field == v1::ImportRow::kSkill || field == v1::ImportRow::kBudget || field == v1::ImportRow::kAgreement)
    return {v1::ImportRow::kCredential, 1};
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
  for (const auto& file : static_cast<const v1::ImportMarketRequest&>(*requests.front()).file_fields()) {
    fields_by_file_.emplace(file.file(), file.fields());
  }
  for (const std::unique_ptr<Message>& request : requests) {
    for (const v1::ImportRow& row : static_cast<const v1::ImportMarketRequest&>(*request).rows()) {
      rows_.push_back(ToImported(row));
      const auto fields = fields_by_file_.find(row.file());
      if (fields != fields_by_file_.end()) rows_.back().fields = &fields->second;
    }
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const ImportedRow& a, const ImportedRow& b) { return Rank(a) < Rank(b); });
}

void ImportRows::CheckFields(Violations* violations) const {
  const FieldPath root;
  absl::flat_hash_set<std::pair<const GivenFields*, const Kind*>> checked;
  for (const ImportedRow& row : rows_) {
    if (row.fields == nullptr || row.kind == nullptr || !checked.insert({row.fields, row.kind}).second)
      continue;
    const std::string stray = row.fields->FirstStray(*row.kind->type.descriptor());
    if (stray.empty()) continue;
    violations->Add(root / "file_fields",
                    absl::StrCat("names ", Quoted(stray), ", which is no field of a ", row.kind->type.noun(),
                                 ", for ", Quoted(row.source->file())));
  }
}

const ImportedRow* ImportRows::Claim(ImportedRow* row) {
  const auto [place, inserted] = by_name_.emplace(row->name, row);
  return inserted ? nullptr : place->second;
}

ImportedRow* ImportRows::FindMutable(const ResourceType& type, absl::string_view name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() || &found->second->kind->type != &type ? nullptr : found->second;
}

void ImportRows::Rename(absl::string_view name, ImportedRow* row) {
  row->name = new_names_.emplace_back(name);
  by_name_.emplace(row->name, row);
}

const ImportedRow* ImportRows::Find(const ResourceType& type, absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() || &found->second->kind->type != &type ? nullptr : found->second;
}

namespace {

void CheckFileFields(const v1::ImportMarketRequest& first, Violations* violations) {
  const FieldPath root;
  if (first.file_fields_size() > kImportFilesMax) {
    violations->Add(root / "file_fields", absl::StrCat("must be at most ", kImportFilesMax, " files, are ",
                                                       first.file_fields_size()));
    return;
  }
  absl::flat_hash_set<absl::string_view> files;
  for (int i = 0; i < first.file_fields_size(); ++i) {
    const auto& file = first.file_fields(i);
    const FieldPath at = root.Element("file_fields", i);
    if (!files.insert(file.file()).second) {
      violations->Add(at / "file", absl::StrCat("names ", Quoted(file.file()), " a second time"));
    }
    if (file.fields().paths_size() > kImportFileFieldsMax) {
      violations->Add(at / "fields", absl::StrCat("must hold at most ", kImportFileFieldsMax,
                                                  " paths, holds ", file.fields().paths_size()));
    }
  }
}

}  // namespace

void CheckImportMessage(const v1::ImportMarketRequest& request, Violations* violations) {
  if (request.rows_size() <= kImportMessageRowsMax) return;
  violations->Add(FieldPath() / "rows", absl::StrCat("must be at most ", kImportMessageRowsMax,
                                                     " in a message, are ", request.rows_size()));
}

void CheckImportRequests(const Requests& requests, Violations* violations) {
  CheckFileFields(static_cast<const v1::ImportMarketRequest&>(*requests.front()), violations);
  size_t count = 0;
  for (const std::unique_ptr<Message>& message : requests) {
    const auto& request = static_cast<const v1::ImportMarketRequest&>(*message);
    count += request.rows_size();
    if (violations->empty()) CheckImportMessage(request, violations);
  }
  const FieldPath root;
  if (!AreWhole(requests)) {
    violations->Add(root / "last",
                    "must be true in the last message and in no other; without it nobody knows whether all "
                    "rows came");
  }
  if (count > kImportRowsMax) {
    violations->Add(root / "rows",
                    absl::StrCat("must be at most ", kImportRowsMax, " in an import, are ", count));
  }
}

}  // namespace ayni::services
