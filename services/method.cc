#include "services/method.h"

#include <algorithm>
#include <utility>

#include "services/invariant.h"

namespace ayni::services {

void MethodTable::Add(const std::string& name, MethodFunction run, StreamCheck check) {
  std::string full_name = name;
  std::replace(full_name.begin(), full_name.end(), '/', '.');
  const google::protobuf::MethodDescriptor* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
  INVARIANT(descriptor != nullptr, name);
  const bool inserted = methods_.emplace(name, Method{descriptor, std::move(run), std::move(check)}).second;
  INVARIANT(inserted, name);
}

void MethodTable::Wrap(const std::string& name, const std::function<MethodFunction(MethodFunction)>& around) {
  const auto found = methods_.find(name);
  INVARIANT(found != methods_.end(), name);
  found->second.run = around(std::move(found->second.run));
}

const Method* MethodTable::Find(const std::string& name) const {
  const auto found = methods_.find(name);
  return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace ayni::services
