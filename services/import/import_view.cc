#include "services/import/import_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/resource/record_keys.h"
#include "services/resource/territory_name.h"

namespace ayni::services {

void ImportView::Admit(const ImportedRow& row) {
  if (row.after == nullptr) return;
  if (row.source->resource_case() == v1::ImportRow::kParty) {
    for (const v1::Identifier& identifier : static_cast<const v1::Party&>(*row.after).identifiers()) {
      parties_by_identifier_[IdentifierStem(identifier)] = std::string(row.name);
    }
  }
  if (row.source->resource_case() == v1::ImportRow::kService)
    services_[std::string(row.name)] = static_cast<const v1::Service*>(row.after.get());
  if (row.source->resource_case() != v1::ImportRow::kTerritory) return;
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

std::vector<const v1::Service*> ImportView::Services() {
  std::map<std::string, const v1::Service*> by_name = services_;
  for (const v1::Service* stored : stored_.Services()) by_name.emplace(stored->name(), stored);
  std::vector<const v1::Service*> services;
  for (const auto& [name, service] : by_name) services.push_back(service);
  return services;
}

std::string ImportView::PartyIdentifiedBy(const v1::Identifier& identifier) {
  const auto found = parties_by_identifier_.find(IdentifierStem(identifier));
  if (found != parties_by_identifier_.end()) return found->second;
  std::string party = stored_.PartyIdentifiedBy(identifier);
  // A party whose row takes the identifier away no longer has it.
  const ImportedRow* row = party.empty() ? nullptr : rows_.Find(ResourceType::Of<v1::Party>(), party);
  return row != nullptr && row->state == ImportedRow::State::kUpdated ? "" : party;
}

std::string ImportView::Resolve(const ResourceType& type, std::string* name) {
  const ImportedRow* row = rows_.Find(type, *name);
  if (row == nullptr || row->state != ImportedRow::State::kWrong) return View::Resolve(type, name);
  return absl::StrCat("names ", *name, ", whose own row is wrong: ", row->source->file(), ":",
                      row->source->line());
}

}  // namespace ayni::services
