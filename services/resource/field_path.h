// Where in a request a field stands, as google.rpc.BadRequest names it: need.window.start_date,
// need.languages[2].
//
// A path is a chain on the stack of the checks that descend into a message. It allocates nothing until it is
// written out, which only a violation does. A path points to the one above it, so it is passed down and never
// kept.
#ifndef AYNI_SERVICES_RESOURCE_FIELD_PATH_H_
#define AYNI_SERVICES_RESOURCE_FIELD_PATH_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace ayni::services {

class FieldPath {
 public:
  // The message itself.
  FieldPath() = default;
  FieldPath(const FieldPath&) = delete;
  FieldPath& operator=(const FieldPath&) = delete;

  // The field `name` of the message at this path. REQUIRES: the characters of `name` outlive the path.
  FieldPath operator/(absl::string_view name) const { return FieldPath(this, name, -1); }
  // The element `index`, from 0, of the repeated field `name`.
  FieldPath Element(absl::string_view name, int index) const { return FieldPath(this, name, index); }

  std::string ToString() const {
    std::string above = parent_ == nullptr ? "" : parent_->ToString();
    if (name_.empty()) return above;
    if (!above.empty()) above += '.';
    absl::StrAppend(&above, name_);
    if (index_ >= 0) absl::StrAppend(&above, "[", index_, "]");
    return above;
  }

 private:
  FieldPath(const FieldPath* parent, absl::string_view name, int index)
      : parent_(parent), name_(name), index_(index) {}

  const FieldPath* parent_ = nullptr;
  absl::string_view name_;
  int index_ = -1;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_FIELD_PATH_H_
