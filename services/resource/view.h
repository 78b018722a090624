// The records that a request sees, whether stored, or rows of the import that it is part of.
#ifndef AYNI_SERVICES_RESOURCE_VIEW_H_
#define AYNI_SERVICES_RESOURCE_VIEW_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ayni/v1/catalogue.pb.h"
#include "ayni/v1/party.pb.h"
#include "services/resource/referents.h"
#include "services/resource/resource_type.h"

namespace ayni::services {

// A field by which records of one type refer to another.
struct Reference {
  const ResourceType* referring;
  // As in coverage.territories. Empty: the parent in the referring record's name.
  const char* field;
  // Which of the referring records keep what they refer to from being deleted; null: all of them.
  bool (*binds)(const google::protobuf::Message& record) = nullptr;
  // What then lets it be deleted.
  const char* remedy = "delete them first";
};

// Not thread-safe: one a request.
class View : public Referents {
 public:
  // Null where there is none. Valid as long as the view.
  virtual const google::protobuf::Message* Find(const ResourceType& type, absl::string_view name) = 0;
  template <typename Record>
  const Record* Find(absl::string_view name) {
    return static_cast<const Record*>(Find(ResourceType::Of<Record>(), name));
  }

  // The name of the territory that has `name` in another scheme; empty where there is none.
  virtual std::string OwnTerritoryName(absl::string_view name) = 0;

  // The name of the party that has the identifier; empty where none has.
  virtual std::string PartyIdentifiedBy(const v1::Identifier& identifier) = 0;

  // The name of the policy that rounds use; empty where none is active.
  virtual std::string ActivePolicy() = 0;

  // The name of an administrator other than `than` that ever was in force, whether or not it is disabled now;
  // empty where there was none. Of two calls that find none, each to make one, one is computed again.
  virtual std::string OtherAdministrator(absl::string_view than) = 0;
  // The name of the identity of that account; empty where there is none.
  virtual std::string IdentityOf(absl::string_view issuer, absl::string_view subject) = 0;
  // All services, by name; whatever becomes of them, the write stands. Valid as long as the view, and until a
  // row of an import is admitted.
  virtual std::vector<const v1::Service*> Services() = 0;

  // What a record must be to be found; null: anything.
  using Wanted = bool (*)(const google::protobuf::Message& record);

  // The name of some record that refers to `name` and is wanted; empty where there is none.
  virtual std::string FirstReferrer(const Reference& reference, absl::string_view name,
                                    Wanted wanted = nullptr) = 0;

  // Why records could not be read; what the view found then means nothing.
  virtual absl::Status status() const = 0;

  // A reference must follow its type's pattern and exist.
  std::string Resolve(const ResourceType& type, std::string* name) override;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_VIEW_H_
