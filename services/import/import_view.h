// ImportView: what is stored, with the rows of an import that were found right laid over it.
#ifndef AYNI_SERVICES_IMPORT_IMPORT_VIEW_H_
#define AYNI_SERVICES_IMPORT_IMPORT_VIEW_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/import/import_rows.h"
#include "services/resource/store_view.h"
#include "services/resource/view.h"

namespace ayni::services {

// Not thread-safe.
class ImportView : public View {
 public:
  // REQUIRES: both outlive the view.
  ImportView(const ImportRows& rows, StoreView* stored) : rows_(rows), stored_(*stored) {}

  // Tells the view of a row that was found right: the codes of a territory and the identifiers of a party
  // count from here on.
  void Admit(const ImportedRow& row);

  using View::Find;
  const google::protobuf::Message* Find(const ResourceType& type, absl::string_view name) override;
  std::string OwnTerritoryName(absl::string_view name) override;
  std::string PartyIdentifiedBy(const v1::Identifier& identifier) override;
  std::string ActivePolicy() override { return stored_.ActivePolicy(); }
  std::string OtherAdministrator(absl::string_view than) override { return stored_.OtherAdministrator(than); }
  std::string IdentityOf(absl::string_view issuer, absl::string_view subject) override {
    return stored_.IdentityOf(issuer, subject);
  }
  // Those that are stored, and those whose rows were admitted so far.
  std::vector<const v1::Service*> Services() override;
  std::string FirstReferrer(const Reference& reference, absl::string_view name, Wanted wanted) override {
    return stored_.FirstReferrer(reference, name, wanted);
  }
  absl::Status status() const override { return stored_.status(); }
  // Also tells of a reference to a row that is wrong itself.
  std::string Resolve(const ResourceType& type, std::string* name) override;

 private:
  const ImportRows& rows_;
  StoreView& stored_;
  std::map<std::string, const v1::Service*> services_;  // by name
  absl::flat_hash_map<std::string, std::string> own_territory_names_;
  absl::flat_hash_map<std::string, std::string> parties_by_identifier_;  // by its index stem
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_IMPORT_IMPORT_VIEW_H_
