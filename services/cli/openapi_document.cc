#include "services/cli/openapi_document.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/api.h"
#include "services/cli/file.h"

namespace ayni::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using Json = nlohmann::ordered_json;

constexpr char kIntroduction[] =
    "The API of Ayni as JSON over HTTP: the Connect protocol's unary calls. Every call is a POST of one JSON "
    "object; those "
    "that change nothing may be asked for by GET too, with the object in the address. Names are in "
    "lowerCamelCase, and read in "
    "snake_case too; 64-bit numbers are text. Send a token with each call. Every write takes a requestId: "
    "repeating it after "
    "a lost answer changes nothing and gives the first answer. ImportMarket takes a stream of messages in "
    "envelopes, which "
    "OpenAPI has no words for: see the protocol, or use the command line.";

// What a message reads as in JSON where protobuf has a form of its own; null for others.
Json WellKnown(const Descriptor& message) {
  if (message.full_name() == google::protobuf::Timestamp::descriptor()->full_name())
    return {{"type", "string"}, {"format", "date-time"}};
  if (message.full_name() == google::protobuf::Duration::descriptor()->full_name())
    return {{"type", "string"},
            {"pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$"},
            {"description", "Seconds, as in 1.5s."}};
  if (message.full_name() == google::protobuf::FieldMask::descriptor()->full_name())
    return {{"type", "string"},
            {"description", "Fields' paths with commas between them, as in quantity,window.endDate."}};
  if (message.full_name() == google::protobuf::Any::descriptor()->full_name())
    return {{"type", "object"},
            {"properties", {{"@type", {{"type", "string"}}}}},
            {"description", "A message of the type that @type names, with its fields beside it."}};
  return nullptr;
}

std::string RefTo(const std::string& name) { return absl::StrCat("#/components/schemas/", name); }

class Document {
 public:
  Json Make() {
    Json paths = Json::object();
    Json tags = Json::array();
    std::string last_service;
    for (const MethodDescriptor* method : Api::Get().methods()) {
      if (method->client_streaming() || method->server_streaming()) continue;
      const std::string& service = method->service()->full_name();
      if (service != last_service) tags.push_back({{"name", service}});
      last_service = service;
      paths[WirePath(*method)] = PathOf(*method);
    }
    AddError();
    // What a schema names may name others.
    while (!wanted_.empty()) {
      const std::vector<const Descriptor*> messages(wanted_.begin(), wanted_.end());
      wanted_.clear();
      for (const Descriptor* message : messages) schemas_[message->full_name()] = SchemaOf(*message);
    }
    Json sorted = Json::object();
    for (auto& [name, schema] : schemas_) sorted[name] = std::move(schema);
    return {
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "Ayni"},
          {"version", AYNI_VERSION},
          {"description", kIntroduction},
          {"license", {{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}}}}},
        {"servers", {{{"url", "/"}}}},
        {"security", {{{"token", Json::array()}}}},
        {"tags", std::move(tags)},
        {"paths", std::move(paths)},
        {"components",
         {{"securitySchemes",
           {{"token", {{"type", "http"}, {"scheme", "bearer"}, {"description", "A token of this server."}}}}},
          {"schemas", std::move(sorted)}}}};
  }

 private:
  // By their full names.
  static bool ByName(const Descriptor* a, const Descriptor* b) { return a->full_name() < b->full_name(); }

  Json Reference(const Descriptor& message) {
    if (Json own = WellKnown(message); !own.is_null()) return own;
    if (seen_.insert(message.full_name()).second) wanted_.insert(&message);
    return {{"$ref", RefTo(message.full_name())}};
  }
  Json Reference(const EnumDescriptor& enumeration) {
    if (seen_.insert(enumeration.full_name()).second) {
      Json names = Json::array();
      std::string meanings = Api::Get().Comment(enumeration);
      for (int i = 0; i < enumeration.value_count(); ++i) {
        names.push_back(enumeration.value(i)->name());
        const std::string comment = Api::Get().Comment(*enumeration.value(i));
        if (!comment.empty())
          absl::StrAppend(&meanings, meanings.empty() ? "" : "\n\n", enumeration.value(i)->name(), ": ",
                          comment);
      }
      Json schema = {{"type", "string"}, {"enum", std::move(names)}};
      if (!meanings.empty()) schema["description"] = meanings;
      schemas_[enumeration.full_name()] = std::move(schema);
    }
    return {{"$ref", RefTo(enumeration.full_name())}};
  }

  Json ValueOf(const FieldDescriptor& field) {
    switch (field.type()) {
      case FieldDescriptor::TYPE_MESSAGE:
      case FieldDescriptor::TYPE_GROUP:
        return Reference(*field.message_type());
      case FieldDescriptor::TYPE_ENUM:
        return Reference(*field.enum_type());
      case FieldDescriptor::TYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::TYPE_STRING:
        return {{"type", "string"}};
      case FieldDescriptor::TYPE_BYTES:
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      case FieldDescriptor::TYPE_DOUBLE:
      case FieldDescriptor::TYPE_FLOAT:
        return {{"type", "number"}};
      case FieldDescriptor::TYPE_INT64:
      case FieldDescriptor::TYPE_UINT64:
      case FieldDescriptor::TYPE_SINT64:
      case FieldDescriptor::TYPE_FIXED64:
      case FieldDescriptor::TYPE_SFIXED64:
        return {{"type", "string"}, {"pattern", "^-?[0-9]+$"}, {"format", "int64"}};
      default:
        return {{"type", "integer"}, {"format", "int32"}};
    }
  }

  Json PropertyOf(const FieldDescriptor& field) {
    Json property;
    if (field.is_map()) {
      property = {{"type", "object"}, {"additionalProperties", ValueOf(*field.message_type()->map_value())}};
    } else if (field.is_repeated()) {
      property = {{"type", "array"}, {"items", ValueOf(field)}};
    } else {
      property = ValueOf(field);
    }
    std::string comment = Api::Get().Comment(field);
    if (const auto* choice = field.real_containing_oneof())
      absl::StrAppend(&comment, comment.empty() ? "" : " ", "At most one of its ", choice->name(), ".");
    if (!comment.empty()) property["description"] = comment;
    if (BehaviourOf(field).output_only) property["readOnly"] = true;
    return property;
  }

  Json SchemaOf(const Descriptor& message) {
    Json schema = {{"type", "object"}};
    const std::string comment = Api::Get().Comment(message);
    if (!comment.empty()) schema["description"] = comment;
    Json properties = Json::object();
    Json required = Json::array();
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      properties[field.json_name()] = PropertyOf(field);
      if (BehaviourOf(field).required) required.push_back(field.json_name());
    }
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

  Json Answers(const MethodDescriptor& method) {
    return {{"200",
             {{"description", "What it came to."},
              {"content", {{"application/json", {{"schema", Reference(*method.output_type())}}}}}}},
            {"default",
             {{"description", "Why it came to nothing."},
              {"content", {{"application/json", {{"schema", {{"$ref", RefTo("connect.Error")}}}}}}}}}};
  }

  Json OperationOf(const MethodDescriptor& method, const char* verb) {
    const std::string comment = Api::Get().Comment(method);
    Json operation = {
        {"operationId", absl::StrCat(verb, "_", method.service()->name(), "_", method.name())},
        {"tags", {method.service()->full_name()}},
        {"summary", comment.substr(0, comment.find(". ") == std::string::npos ? comment.size()
                                                                              : comment.find(". ") + 1)},
        {"description", comment}};
    return operation;
  }

  Json PathOf(const MethodDescriptor& method) {
    Json post = OperationOf(method, "post");
    post["requestBody"] = {
        {"required", true},
        {"content", {{"application/json", {{"schema", Reference(*method.input_type())}}}}}};
    post["responses"] = Answers(method);
    Json path = Json::object();
    if (method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS) {
      Json get = OperationOf(method, "get");
      const auto fixed = [](const char* name, const char* value) {
        return Json{{"name", name}, {"in", "query"}, {"required", true}, {"schema", {{"const", value}}}};
      };
      get["parameters"] = {
          fixed("connect", "v1"),
          fixed("encoding", "json"),
          {{"name", "message"},
           {"in", "query"},
           {"required", true},
           {"content", {{"application/json", {{"schema", Reference(*method.input_type())}}}}}}};
      get["responses"] = Answers(method);
      path["get"] = std::move(get);
    }
    path["post"] = std::move(post);
    return path;
  }

  void AddError() {
    schemas_["connect.Error"] = {
        {"type", "object"},
        {"description", "An error of the Connect protocol, with google.rpc details."},
        {"properties",
         {{"code", {{"type", "string"}, {"description", "As in invalid_argument or permission_denied."}}},
          {"message", {{"type", "string"}}},
          {"details",
           {{"type", "array"},
            {"items",
             {{"type", "object"},
              {"properties",
               {{"type", {{"type", "string"}, {"description", "As in google.rpc.BadRequest."}}},
                {"value", {{"type", "string"}, {"contentEncoding", "base64"}}},
                {"debug", {{"type", "object"}, {"description", "The detail in JSON, for people."}}}}}}}}}}},
        {"required", {"code"}}};
  }

  std::set<std::string> seen_;
  std::set<const Descriptor*, bool (*)(const Descriptor*, const Descriptor*)> wanted_{ByName};
  std::map<std::string, Json> schemas_;
};

absl::StatusOr<ExitCode> RunOpenApi(const Invocation& invocation) {
  const std::string out = invocation.arguments.Value("out");
  const absl::Status written =
      WriteFile(out.empty() ? kStandard : out, OpenApiDocument(), &invocation.environment.out);
  if (!written.ok()) return written;
  return kDone;
}

}  // namespace

Command OpenApiCommand() {
  Command command;
  command.noun = "openapi";
  command.summary = "Writes the API as an OpenAPI 3.1 document, as clients over JSON and HTTP use it.";
  command.grammar.flags = {{"out", "FILE", "the file to write; -: standard output (-)", {}, true, false}};
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  command.example = "ayni openapi --out openapi.json";
  command.run = RunOpenApi;
  return command;
}

std::string OpenApiDocument() { return Document().Make().dump(1) + "\n"; }

}  // namespace ayni::cli
