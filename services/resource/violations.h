// All that is wrong with the fields of one request, gathered so that a caller can mend everything at once.
#ifndef AYNI_SERVICES_RESOURCE_VIOLATIONS_H_
#define AYNI_SERVICES_RESOURCE_VIOLATIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/resource/field_path.h"

namespace ayni::services {

// Of one request. What comes after them is counted, and not kept.
inline constexpr size_t kViolationsMax = 200;

struct Violation {
  std::string field;        // as in need.window.start_date
  std::string description;  // what is allowed, what was given, and how to mend it
};

// Not thread-safe: one a call.
class Violations {
 public:
  // `description` ends without a full stop, and reads on from the field's name: "must be 1 to 10, is 11".
  void Add(const FieldPath& field, std::string description);

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }
  const std::vector<Violation>& all() const { return all_; }

  // OK where there are none; InvalidArgument with a google.rpc.BadRequest of all of them otherwise.
  absl::Status ToStatus() const;

 private:
  std::vector<Violation> all_;
  size_t count_ = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_VIOLATIONS_H_
