#include "services/rules/looked_at.h"

#include "absl/strings/str_cat.h"
#include "services/resource/field_path.h"
#include "services/resource/violations.h"

namespace ayni::services {

absl::Status CheckLookedAt(const std::string& etag, const std::string& name) {
  if (!etag.empty()) return absl::OkStatus();
  Violations violations;
  violations.Add(FieldPath() / "etag",
                 absl::StrCat("is required: that of ", name, " as you looked at it, so that nothing else is ",
                              "decided on; a Get method gives it"));
  return violations.ToStatus();
}

}  // namespace ayni::services
