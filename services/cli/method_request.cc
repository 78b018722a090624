#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cstdint>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ayni/v1/round.pb.h"
#include "services/cli/file.h"
#include "services/cli/message_path.h"
#include "services/cli/method_command.h"
#include "services/cli/method_run.h"
#include "services/cli/parts_text.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Of the JSON of one record; a server takes less.
constexpr size_t kBodyBytesMax = 16 << 20;
constexpr int64_t kRowsDefault = 20;

absl::Status Annotated(const std::string& prefix, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(prefix, " ", std::string(status.message())));
}

// A comma separates values, unless a blank follows it: so that a name may hold one.
std::vector<std::string> SplitCommas(const std::string& text) {
  std::vector<std::string> values(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separates = text[i] == ',' && i + 1 < text.size() && text[i + 1] != ' ';
    if (separates) {
      values.emplace_back();
    } else {
      values.back() += text[i];
    }
  }
  return values;
}

absl::Status PutField(const FieldArgument& argument, std::set<std::string>* begun, Message* body) {
  const absl::StatusOr<MessagePath> path = MessagePath::Parse(*body->GetDescriptor(), argument.path);
  if (!path.ok()) return path.status();
  const std::string flag = "--" + argument.path;
  if (!path->repeated()) {
    if (!begun->insert(argument.path).second) return absl::InvalidArgumentError(flag + " is given twice");
    return Annotated(flag, path->Put(argument.value, body));
  }
  if (argument.value.empty()) return absl::OkStatus();
  for (const std::string& value : SplitCommas(argument.value)) {
    const absl::Status put = path->PutElement(value, body);
    if (!put.ok()) return Annotated(flag, put);
  }
  return absl::OkStatus();
}

// A list that flags give replaces what a file gave.
void ClearGivenLists(const Arguments& arguments, Message* body) {
  for (const FieldArgument& argument : arguments.fields()) {
    const absl::StatusOr<MessagePath> path = MessagePath::Parse(*body->GetDescriptor(), argument.path);
    if (path.ok() && path->repeated()) path->Clear(body);
  }
}

absl::Status ReadBodyFile(const Invocation& invocation, Message* body) {
  const std::string path = invocation.arguments.Value("file");
  if (path.empty()) return absl::OkStatus();
  std::string json;
  if (path == "-") {
    json.resize(kBodyBytesMax + 1);
    invocation.environment.in.read(json.data(), static_cast<std::streamsize>(json.size()));
    json.resize(static_cast<size_t>(invocation.environment.in.gcount()));
    if (json.size() > kBodyBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("standard input is larger than ", kBodyBytesMax, " bytes"));
    }
  } else {
    absl::StatusOr<std::string> text = ReadFile(path, kBodyBytesMax);
    if (!text.ok()) return text.status();
    json = *std::move(text);
  }
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, body);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", std::string(parsed.message())));
}

absl::Status PutName(const Resource& resource, const std::string& word, Message* holder) {
  const absl::StatusOr<std::string> name = CompleteName(resource, word);
  if (!name.ok()) return Annotated(NameForm(resource), name.status());
  holder->GetReflection()->SetString(holder, holder->GetDescriptor()->FindFieldByName("name"), *name);
  return absl::OkStatus();
}

// What is stored now, so that one entry or element can be changed in it.
absl::Status ReadCurrent(const Command& command, Connection* connection, Message* body) {
  std::string get = command.method->full_name();
  get.replace(get.rfind(".Update"), 7, ".Get");
  const auto& method = FindMethod(get);
  const MessagePointer request = NewMessage(*method.input_type());
  const Reflection& reflection = *body->GetReflection();
  const std::string name = reflection.GetString(*body, body->GetDescriptor()->FindFieldByName("name"));
  request->GetReflection()->SetString(request.get(), method.input_type()->FindFieldByName("name"), name);
  return connection->Call(method, request.get(), body);
}

bool ChangesWithinLists(const Arguments& arguments, const google::protobuf::Descriptor& body) {
  for (const FieldArgument& argument : arguments.fields()) {
    const absl::StatusOr<MessagePath> path = MessagePath::Parse(body, argument.path);
    if (path.ok() && path->within_list()) return true;
  }
  return false;
}

// Which fields of the body an update takes: those of the flags and of the file.
absl::Status PutMask(const Invocation& invocation, const std::set<std::string>& in_file, Message* request) {
  const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName("update_mask");
  if (field == nullptr || request->GetReflection()->HasField(*request, field)) return absl::OkStatus();
  std::set<std::string> paths = in_file;
  for (const FieldArgument& argument : invocation.arguments.fields()) {
    const auto path = MessagePath::Parse(*invocation.command.grammar.fields, argument.path);
    if (path.ok()) paths.insert(path->MaskPath());
  }
  auto* mask =
      static_cast<google::protobuf::FieldMask*>(request->GetReflection()->MutableMessage(request, field));
  for (const std::string& path : paths) mask->add_paths(path);
  if (!paths.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "nothing to change is given: name a field and its new value, as in ", invocation.command.example));
}

std::set<std::string> SetFields(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::set<std::string> names;
  for (const FieldDescriptor* field : fields) {
    if (field->name() != "name" && field->name() != "etag") names.insert(field->name());
  }
  return names;
}

absl::Status PutBody(const Invocation& invocation, Connection* connection, Message* request) {
  const FieldDescriptor* field = BodyField(invocation.command);
  if (field == nullptr) return absl::OkStatus();
  Message* body = request->GetReflection()->MutableMessage(request, field);
  const bool update = NameInBody(invocation.command);
  absl::Status put = ReadBodyFile(invocation, body);
  if (!put.ok()) return put;
  const std::set<std::string> in_file = SetFields(*body);
  if (update) {
    put = PutName(*invocation.command.resource, invocation.arguments.Word(0), body);
    if (!put.ok()) return put;
    if (ChangesWithinLists(invocation.arguments, *body->GetDescriptor())) {
      const MessagePointer given(body->New());
      given->CopyFrom(*body);
      put = ReadCurrent(invocation.command, connection, body);
      if (!put.ok()) return put;
      body->MergeFrom(*given);
    }
    if (invocation.arguments.Has("etag")) {
      body->GetReflection()->SetString(body, body->GetDescriptor()->FindFieldByName("etag"),
                                       invocation.arguments.Value("etag"));
    }
  }
  ClearGivenLists(invocation.arguments, body);
  std::set<std::string> begun;
  for (const FieldArgument& argument : invocation.arguments.fields()) {
    put = PutField(argument, &begun, body);
    if (!put.ok()) return put;
  }
  return update ? PutMask(invocation, in_file, request) : absl::OkStatus();
}

absl::Status PutParent(const Invocation& invocation, const FieldDescriptor& field, Message* request) {
  const Resource* child = Api::Get().FindResourceByType(ReferencedChildType(field));
  absl::StatusOr<std::string> name;
  if (child != nullptr) {
    const std::string flag = ParentNoun(*child);
    const std::string value = invocation.arguments.Value(flag);
    name = CompleteParent(*child, value.empty() ? "-" : value);
    if (!name.ok()) return Annotated("--" + flag, name.status());
  } else {
    const Resource& parent = *Api::Get().FindResourceByType(ReferencedType(field));
    name = CompleteName(parent, invocation.arguments.Word(0));
    if (!name.ok()) return Annotated(NameForm(parent), name.status());
  }
  request->GetReflection()->SetString(request, &field, *name);
  return absl::OkStatus();
}

// What is wrong is said with the text that it stands in, of several.
absl::Status PutElements(const Invocation& invocation, const FieldDescriptor& field, Message* request) {
  const std::string flag = KebabCase(field.message_type()->name());
  for (const std::string& text : invocation.arguments.Values(flag)) {
    const absl::Status put = PutParts(text, request->GetReflection()->AddMessage(request, &field));
    if (!put.ok()) return Annotated(absl::StrCat("--", flag, " '", text, "':"), put);
  }
  return absl::OkStatus();
}

absl::Status PutRequestField(const Invocation& invocation, const FieldDescriptor& field, Message* request) {
  const Command& command = invocation.command;
  if (&field == BodyField(command)) return absl::OkStatus();
  if (field.name() == "parent") return PutParent(invocation, field, request);
  if (field.name() == "name" && !IsList(*command.method)) {
    return PutName(*command.resource, invocation.arguments.Word(0), request);
  }
  if (field.is_repeated() && !field.is_map() && !HasText(field))
    return PutElements(invocation, field, request);
  const bool id =
      command.resource != nullptr && field.name() == SnakeCase(command.resource->singular) + "_id";
  const std::string flag = id ? "id" : KebabCase(field.name());
  if (FindFlag(command.grammar, flag) == nullptr || !HasText(field)) return absl::OkStatus();
  const std::string value = invocation.arguments.Value(flag);
  return value.empty() ? absl::OkStatus() : Annotated("--" + flag, PutValue(field, value, request));
}

}  // namespace

absl::Status PutFlag(const Arguments& arguments, const std::string& flag, const char* field,
                     Message* message) {
  if (!arguments.Has(flag)) return absl::OkStatus();
  return Annotated("--" + flag, PutValue(*message->GetDescriptor()->FindFieldByName(field),
                                         arguments.Value(flag), message));
}

absl::StatusOr<std::string> ReadRoundFlag(const Arguments& arguments) {
  if (!arguments.Has("round")) return "rounds/-";
  return CompleteName(*Api::Get().FindResource(v1::Round::descriptor()), arguments.Value("round"));
}

Flag RowsFlag() {
  return {"rows", "NUMBER", absl::StrCat("of the table for people; 0: all (", kRowsDefault, ")"),
          {},     false,    false};
}

absl::StatusOr<size_t> ReadRowsFlag(const Arguments& arguments) {
  int64_t rows = kRowsDefault;
  if (arguments.Has("rows") && (!absl::SimpleAtoi(arguments.Value("rows"), &rows) || rows < 0))
    return absl::InvalidArgumentError(
        absl::StrCat("--rows must be a number from 0 on, is '", arguments.Value("rows"), "'"));
  return rows == 0 ? SIZE_MAX : static_cast<size_t>(rows);
}

absl::StatusOr<MessagePointer> BuildRequest(const Invocation& invocation, Connection* connection) {
  MessagePointer request = NewMessage(*invocation.command.method->input_type());
  for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
    const absl::Status put = PutRequestField(invocation, *request->GetDescriptor()->field(i), request.get());
    if (!put.ok()) return put;
  }
  const absl::Status put = PutBody(invocation, connection, request.get());
  if (!put.ok()) return put;
  return request;
}

}  // namespace ayni::cli
