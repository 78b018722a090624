// What is particular to one kind of resource: its rules, as pure functions of what is given to them.
#ifndef AYNI_SERVICES_RESOURCE_RULES_H_
#define AYNI_SERVICES_RESOURCE_RULES_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/method.h"
#include "services/resource/field_path.h"
#include "services/resource/filter.h"
#include "services/resource/shape.h"
#include "services/resource/view.h"
#include "services/resource/violations.h"

namespace ayni::services {

// Gives a new resource id each time, unlike any before. Called from any thread.
using IdSource = std::function<std::string()>;

// What the rules of a record may look at.
struct Admission {
  const Caller& caller;
  absl::Time now;
  const IdSource& new_id;
  View& view;
  const FieldPath& path;         // of the record in the request
  const FieldPath& name_path;    // of what its name was made of
  const FieldPath& parent_path;  // of what its parent's name was made of
  Violations* violations;
  // The server's setting: what takes two administrators elsewhere, one does here.
  bool single_administrator = false;
};

// The field by which a record is of the party of a caller in that role, where one field alone says so: the
// list of own records is then read from its index.
struct OwnField {
  v1::Role role;
  const char* field;
};

// The rules of records of one type. A function that is null has nothing to say.
template <typename Record>
struct RulesOf {
  // Adds what is wrong with `after` beyond its shape, and sets the fields that the server fills. `before` is
  // null for a new record. Fields of the wrong shape have been reported already, and say nothing here.
  void (*admit)(const Admission&, const Record* before, Record* after) = nullptr;

  // FailedPrecondition or PermissionDenied where the state or the caller does not allow a change that is
  // right in itself. `before` is null for a new record, `after` for one that is deleted.
  absl::Status (*permit)(const Admission&, const Record* before, const Record* after) = nullptr;

  // What to store in place of `after`, null for one that is deleted, where a second administrator is to
  // confirm the change first; null where it stands at once. Asked once the change is permitted. Adds a
  // violation where such a change may not be asked for in this way, as without `reason`, the request's.
  std::unique_ptr<Record> (*hold)(const Admission&, const std::string& reason, const Record& before,
                                  Record* after) = nullptr;

  // Takes out of a record what the caller may not see.
  void (*show)(const Caller&, Record*) = nullptr;

  // What may refer to such a record, and so keeps it from being deleted.
  std::vector<Reference> referrers;

  // The fields that a filter may compare.
  std::vector<const char*> filter_fields;

  // For lists of own records.
  std::vector<OwnField> own_fields;

  // What the id of a record must be, where the server can't make one; empty where it can.
  const char* id_form = "";
};

// The same over messages, so that the methods are written once.
struct Rules {
  using Message = google::protobuf::Message;

  std::function<void(const Admission&, const Message* before, Message* after)> admit;
  std::function<absl::Status(const Admission&, const Message* before, const Message* after)> permit;
  std::function<std::unique_ptr<Message>(const Admission&, const std::string& reason, const Message& before,
                                         Message* after)>
      hold;
  std::function<void(const Caller&, Message*)> show;
  std::vector<Reference> referrers;
  std::vector<FilterField> filter_fields;
  std::vector<std::pair<v1::Role, FilterField>> own_fields;
  std::string id_form;
};

template <typename Record>
Rules OverMessages(const RulesOf<Record>& typed) {
  using Message = google::protobuf::Message;
  Rules rules;
  rules.admit = [admit = typed.admit](const Admission& admission, const Message* before, Message* after) {
    if (admit) admit(admission, static_cast<const Record*>(before), static_cast<Record*>(after));
  };
  rules.permit = [permit = typed.permit](const Admission& admission, const Message* before,
                                         const Message* after) {
    if (!permit) return absl::OkStatus();
    return permit(admission, static_cast<const Record*>(before), static_cast<const Record*>(after));
  };
  rules.hold = [hold = typed.hold](const Admission& admission, const std::string& reason,
                                   const Message& before, Message* after) -> std::unique_ptr<Message> {
    if (!hold) return nullptr;
    return hold(admission, reason, static_cast<const Record&>(before), static_cast<Record*>(after));
  };
  rules.show = [show = typed.show](const Caller& caller, Message* record) {
    if (show) show(caller, static_cast<Record*>(record));
  };
  rules.referrers = typed.referrers;
  rules.id_form = typed.id_form;
  for (const char* field : typed.filter_fields) rules.filter_fields.emplace_back(Record::descriptor(), field);
  for (const OwnField& own : typed.own_fields) {
    rules.own_fields.emplace_back(own.role, FilterField(Record::descriptor(), own.field));
  }
  return rules;
}

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_RULES_H_
