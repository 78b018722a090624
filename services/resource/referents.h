// What a record may refer to.
#ifndef AYNI_SERVICES_RESOURCE_REFERENTS_H_
#define AYNI_SERVICES_RESOURCE_REFERENTS_H_

#include <string>

#include "services/resource/resource_type.h"

namespace ayni::services {

class Referents {
 public:
  virtual ~Referents() = default;

  // What is wrong with `name` as a reference to a resource of `type`, reading on from the field's name; empty
  // where it may stand. Replaces a name that stands for another by that other one.
  virtual std::string Resolve(const ResourceType& type, std::string* name) = 0;
};

}  // namespace ayni::services

#endif  // AYNI_SERVICES_RESOURCE_REFERENTS_H_
