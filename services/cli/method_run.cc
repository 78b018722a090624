#include "services/cli/method_run.h"

#include <google/protobuf/empty.pb.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ayni/v1/conflict.pb.h"
#include "ayni/v1/policy.pb.h"
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
  const bool is_number = text.find_first_not_of("0123456789") == std::string::npos;
  if (is_number && text.find_first_not_of('0') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("--limit must be at most ", INT64_MAX, ", is '", text, "'; without it all are listed"));
  }
  return absl::InvalidArgumentError(absl::StrCat("--limit must be a whole number above 0, is '", text, "'"));
}

std::string StringField(const Message& message, const std::string& name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// What a person is told in place of an answer that would fill pages, or none; empty: the answer itself.
std::string ShortText(const Command& command, const Message& response, bool checked_only) {
  if (response.GetDescriptor() == v1::CheckConflictsResponse::descriptor())
    return static_cast<const v1::CheckConflictsResponse&>(response).conflicts().empty() ? "no conflicts found"
                                                                                        : "";
  const bool is_written = command.verb == "create" || command.verb == "update";
  if (response.GetDescriptor() != v1::Policy::descriptor() || !is_written || checked_only) return "";
  const auto& policy = static_cast<const v1::Policy&>(response);
  return absl::StrCat(
      policy.name(), ", ", absl::StripPrefix(v1::Policy::State_Name(policy.state()), "STATE_"), ", is ",
      command.verb == "create" ? "made" : "changed", ": see `ayni policy get ", policy.name(), "`");
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
  const std::string told = *form == OutputForm::kTable && !invocation.arguments.Has("columns")
                               ? ShortText(invocation.command, *response, checked_only)
                               : "";
  if (!told.empty()) {
    invocation.environment.err << told << "\n";
  } else if (response->GetDescriptor() != google::protobuf::Empty::descriptor()) {
    const absl::Status printed = PrintMessage(*response, invocation.arguments, &invocation.environment);
    if (!printed.ok()) return printed;
  } else if (!checked_only) {
    invocation.environment.err << invocation.command.verb << " done: " << StringField(**request, "name")
                               << "\n";
  }
  if (checked_only) invocation.environment.err << "checked; nothing was changed\n";
  return kDone;
}

absl::StatusOr<ExitCode> RunList(const Invocation& invocation) { return RunListInWords(invocation, {}); }

absl::StatusOr<ExitCode> RunListInWords(const Invocation& invocation, TableWords words) {
  const absl::StatusOr<int64_t> limit = ReadLimit(invocation.arguments);
  if (!limit.ok()) return limit.status();
  const MethodDescriptor& method = *invocation.command.method;
  absl::StatusOr<RowOutput> output =
      RowOutput::Create(*ListedField(method).message_type(), invocation.arguments, &invocation.environment);
  if (!output.ok()) return output.status();
  if (!words.titles.empty() && !invocation.arguments.Has("columns")) output->Reword(std::move(words));
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
                           Connection* connection, const std::function<void(const Message&)>& take,
                           Message* last_page) {
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
    if (next.empty() || (limit != 0 && left <= 0)) {
      if (last_page != nullptr) last_page->CopyFrom(*page);
      return absl::OkStatus();
    }
    reflection.SetString(request, page_token, next);
  }
}

}  // namespace ayni::cli
