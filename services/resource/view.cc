#include "services/resource/view.h"

#include "absl/strings/str_cat.h"
#include "ayni/v1/catalogue.pb.h"
#include "services/resource/form.h"
#include "services/resource/territory_name.h"

namespace ayni::services {

std::string View::Resolve(const ResourceType& type, std::string* name) {
  const bool is_territory = &type == &ResourceType::Of<v1::Territory>();
  if (is_territory) {
    if (std::string wrong = WrongTerritoryName(*name); !wrong.empty()) return wrong;
  } else if (!type.MatchesName(*name)) {
    return absl::StrCat("must be the name of a ", type.noun(), ", as in ", type.pattern(), ", is ",
                        Quoted(*name));
  }
  if (Find(type, *name) != nullptr) return "";
  if (is_territory) {
    if (std::string own = OwnTerritoryName(*name); !own.empty()) {
      *name = std::move(own);
      return Find(type, *name) != nullptr ? ""
                                          : absl::StrCat("names ", Quoted(*name), ", which does not exist");
    }
  }
  return absl::StrCat("names ", Quoted(*name), ", which does not exist");
}

}  // namespace ayni::services
