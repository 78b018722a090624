// How two messages of a type differ, field by field, in what a caller may set.
#ifndef AYNI_SERVICES_CLI_MESSAGE_DIFF_H_
#define AYNI_SERVICES_CLI_MESSAGE_DIFF_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace ayni::cli {

struct Difference {
  enum class Kind { kChanged, kAdded, kRemoved };
  Kind kind;
  std::string path;    // limits[tap-province].share_basis_points
  std::string before;  // empty where it was not set
  std::string after;
};

// Elements of a list of parts are matched by their field id, where they have one, and by their places
// otherwise; a list of values is one value. Names, etags and what the server fills are not looked at. In the
// order of the fields; `before` decides that of elements. REQUIRES: both are of one type.
std::vector<Difference> Differences(const google::protobuf::Message& before,
                                    const google::protobuf::Message& after);

// A line each: ~ changed, + added, - removed. Empty where there is none.
std::string DifferencesText(const std::vector<Difference>& differences, bool colour);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_MESSAGE_DIFF_H_
