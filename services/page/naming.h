// What a page calls a resource.
#ifndef AYNI_SERVICES_PAGE_NAMING_H_
#define AYNI_SERVICES_PAGE_NAMING_H_

#include <functional>
#include <string>

namespace ayni::page {

// What a resource is called by people; the last part of its name where it has none.
using Naming = std::function<std::string(const std::string& name)>;

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_NAMING_H_
