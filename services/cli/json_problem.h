// What is wrong with a JSON object.
#ifndef AYNI_SERVICES_CLI_JSON_PROBLEM_H_
#define AYNI_SERVICES_CLI_JSON_PROBLEM_H_

#include <string>

namespace ayni::cli {

// The field as in interests[0].share.exact; empty: the whole object.
struct JsonProblem {
  std::string field;
  std::string description;
};

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_JSON_PROBLEM_H_
