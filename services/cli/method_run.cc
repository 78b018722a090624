#include "services/cli/method_run.h"

#include <google/protobuf/empty.pb.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/cli/method_command.h"
#include "services/cli/output.h"
#include "services/invariant.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// The most that the server gives in one page.
constexpr int64_t kPageSize = 1000;

absl::StatusOr<int64_t> ReadLimit(const Arguments& arguments) {
  int64_t limit = 0;
  const std::string text = arguments.Value("limit");
  if (text.empty() || (absl::SimpleAtoi(text, &limit) && limit > 0)) return limit;
  return absl::InvalidArgumentError(absl::StrCat("--limit must be a whole number above 0, is '", text, "'"));
}

std::string StringField(const Message& message, const std::string& name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

}  // namespace

absl::StatusOr<ExitCode> RunCall(const Invocation& invocation) {
  const absl::StatusOr<OutputForm> form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  const MessagePointer response = NewMessage(*invocation.command.method->output_type());
  const absl::Status called = (*connection)->Call(*invocation.command.method, request->get(), response.get());
  if (!called.ok()) return called;
  const bool checked_only = invocation.arguments.Has("validate-only");
  if (response->GetDescriptor() != google::protobuf::Empty::descriptor()) {
    const absl::Status printed = PrintMessage(*response, invocation.arguments, &invocation.environment);
    if (!printed.ok()) return printed;
  } else if (!checked_only) {
    invocation.environment.err << invocation.command.verb << " done: " << StringField(**request, "name")
                               << "\n";
  }
  if (checked_only) invocation.environment.err << "checked; nothing was changed\n";
  return kDone;
}

absl::StatusOr<ExitCode> RunList(const Invocation& invocation) {
  const absl::StatusOr<int64_t> limit = ReadLimit(invocation.arguments);
  if (!limit.ok()) return limit.status();
  const MethodDescriptor& method = *invocation.command.method;
  absl::StatusOr<RowOutput> output =
      RowOutput::Create(*ListedField(method).message_type(), invocation.arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const absl::StatusOr<MessagePointer> request = BuildRequest(invocation, connection->get());
  if (!request.ok()) return request.status();
  const absl::Status listed = ForEachListed(method, request->get(), *limit, connection->get(),
                                            [&](const Message& row) { output->Add(row); });
  if (!listed.ok()) return listed;
  output->Finish();
  return kDone;
}

absl::StatusOr<std::unique_ptr<Connection>> Connect(const Invocation& invocation) {
  const absl::StatusOr<ConnectionSettings> settings =
      ReadConnectionSettings(invocation.arguments, invocation.environment);
  if (!settings.ok()) return settings.status();
  return std::make_unique<Connection>(*settings);
}

const MethodDescriptor& FindMethod(const std::string& full_name) {
  const MethodDescriptor* method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
  INVARIANT(method != nullptr, full_name);
  return *method;
}

MessagePointer NewMessage(const Descriptor& type) {
  const Message* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
  INVARIANT(prototype != nullptr, type.full_name());
  return MessagePointer(prototype->New());
}

const FieldDescriptor& ListedField(const MethodDescriptor& method) {
  const Descriptor& output = *method.output_type();
  for (int i = 0; i < output.field_count(); ++i) {
    const FieldDescriptor& field = *output.field(i);
    if (field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return field;
  }
  INVARIANT(false, method.full_name());
}

absl::Status ForEachListed(const MethodDescriptor& method, Message* request, int64_t limit,
                           Connection* connection, const std::function<void(const Message&)>& take) {
  const auto& reflection = *request->GetReflection();
  const FieldDescriptor* page_size = method.input_type()->FindFieldByName("page_size");
  const FieldDescriptor* page_token = method.input_type()->FindFieldByName("page_token");
  const FieldDescriptor& listed = ListedField(method);
  int64_t left = limit;
  for (;;) {
    const int64_t wanted = limit == 0 ? kPageSize : std::min(kPageSize, left);
    reflection.SetInt32(request, page_size, static_cast<int32_t>(wanted));
    const MessagePointer page = NewMessage(*method.output_type());
    const absl::Status called = connection->Call(method, request, page.get());
    if (!called.ok()) return called;
    const int size = page->GetReflection()->FieldSize(*page, &listed);
    for (int i = 0; i < size && (limit == 0 || left > 0); ++i, --left) {
      take(page->GetReflection()->GetRepeatedMessage(*page, &listed, i));
    }
    const std::string next = StringField(*page, "next_page_token");
    if (next.empty() || (limit != 0 && left <= 0)) return absl::OkStatus();
    reflection.SetString(request, page_token, next);
  }
}

}  // namespace ayni::cli
