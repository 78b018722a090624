// Texts in addresses and forms, as application/x-www-form-urlencoded has them.
#ifndef AYNI_SERVICES_QUERY_H_
#define AYNI_SERVICES_QUERY_H_

#include <map>
#include <string>
#include <string_view>

namespace ayni::services {

// By name; the last of a name counts. False where one is not escaped as it should be.
bool ReadQuery(std::string_view query, std::map<std::string, std::string>* fields);

// Fit for a value in a query, a form, or a part of a path: all but A-Za-z0-9-._~ as %XX.
std::string QueryEscaped(std::string_view text);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_QUERY_H_
