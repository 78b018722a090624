#include "services/import/import_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resource/territory_name.h"

namespace ayni::services {

void ImportView::Admit(const ImportedRow& row) {
  if (row.source->resource_case() != v1::ImportRow::kTerritory || row.after == nullptr) return;
  for (const v1::TerritoryCode& other : static_cast<const v1::Territory&>(*row.after).other_codes()) {
    own_territory_names_[TerritoryName(other.scheme(), other.code())] = std::string(row.name);
  }
}

const google::protobuf::Message* ImportView::Find(const ResourceType& type, absl::string_view name) {
  const ImportedRow* row = rows_.Find(type, name);
  if (row == nullptr || row->state == ImportedRow::State::kUnchanged) return stored_.Find(type, name);
  return row->after.get();
}

std::string ImportView::OwnTerritoryName(absl::string_view name) {
  const auto found = own_territory_names_.find(name);
  if (found != own_territory_names_.end()) return found->second;
  std::string own = stored_.OwnTerritoryName(name);
  // A territory whose row takes the code away no longer goes by it.
  const ImportedRow* row = own.empty() ? nullptr : rows_.Find(ResourceType::Of<v1::Territory>(), own);
  return row != nullptr && row->state == ImportedRow::State::kUpdated ? "" : own;
}

std::string ImportView::Resolve(const ResourceType& type, std::string* name) {
  const ImportedRow* row = rows_.Find(type, *name);
  if (row == nullptr || row->state != ImportedRow::State::kWrong) return View::Resolve(type, name);
  return absl::StrCat("names ", *name, ", whose own row is wrong: ", row->source->file(), ":",
                      row->source->line());
}

}  // namespace ayni::services
