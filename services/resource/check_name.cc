#include "services/resource/check_name.h"

#include "absl/strings/str_cat.h"
#include "services/resource/form.h"

namespace ayni::services {

void CheckName(const ResourceType& type, const std::string& name, const FieldPath& field,
               Violations* violations) {
  if (type.MatchesName(name)) return;
  violations->Add(field, absl::StrCat("must be ", type.pattern(), ", is ", Quoted(name)));
}

}  // namespace ayni::services
