// Running a command that is a method: its request from the arguments, one call or as many as a list has
// pages, and the answer printed.
#ifndef AYNI_SERVICES_CLI_METHOD_RUN_H_
#define AYNI_SERVICES_CLI_METHOD_RUN_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/commands.h"
#include "services/cli/connection.h"
#include "services/cli/output.h"

namespace ayni::cli {

absl::StatusOr<ExitCode> RunCall(const Invocation& invocation);
absl::StatusOr<ExitCode> RunList(const Invocation& invocation);
// As RunList, with other words in a table whose columns nobody chose. REQUIRES: a title for each.
absl::StatusOr<ExitCode> RunListInWords(const Invocation& invocation, TableWords words);

// What the arguments say of the way to the server.
absl::StatusOr<std::unique_ptr<Connection>> Connect(const Invocation& invocation);

using MessagePointer = std::unique_ptr<google::protobuf::Message>;

// The request that the arguments stand for. Asks the server only to change one entry of a map or element of a
// list, which an update replaces as a whole.
absl::StatusOr<MessagePointer> BuildRequest(const Invocation& invocation, Connection* connection);

// Sets the field to the flag's value, where it was given. What is wrong begins with the flag. REQUIRES: the
// message has the field, and HasText of it.
absl::Status PutFlag(const Arguments& arguments, const std::string& flag, const char* field,
                     google::protobuf::Message* message);

// The round of --round by its full name; rounds/-, which is all, where it was not given.
absl::StatusOr<std::string> ReadRoundFlag(const Arguments& arguments);

// --rows, and how many it is; SIZE_MAX of 0, which is all.
Flag RowsFlag();
absl::StatusOr<size_t> ReadRowsFlag(const Arguments& arguments);

// By ayni.v1.NeedService.ListNeeds. REQUIRES: there is one.
const google::protobuf::MethodDescriptor& FindMethod(const std::string& full_name);

// An empty message of a type that is linked in.
MessagePointer NewMessage(const google::protobuf::Descriptor& type);

// The repeated field of a list's answer.
const google::protobuf::FieldDescriptor& ListedField(const google::protobuf::MethodDescriptor& method);

// Calls a List method page by page, `limit` elements in all (0: all), and gives each to `take`. The last page
// is left in `last_page`, where one is given.
absl::Status ForEachListed(const google::protobuf::MethodDescriptor& method,
                           google::protobuf::Message* request, int64_t limit, Connection* connection,
                           const std::function<void(const google::protobuf::Message&)>& take,
                           google::protobuf::Message* last_page = nullptr);

}  // namespace ayni::cli

#endif  // AYNI_SERVICES_CLI_METHOD_RUN_H_
