#include "services/cli/method_command.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/cli/change_list.h"
#include "services/cli/method_run.h"
#include "services/cli/need_why.h"
#include "services/cli/output.h"
#include "services/cli/parts_text.h"
#include "services/cli/resource_name.h"
#include "services/cli/round_run.h"
#include "services/cli/token_create.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

struct NamedMethod {
  const char* method;
  const char* noun;
  const char* verb;
  const char* note;  // after the API's comment
};

// Where the rule of NameCommand gives no word that a person would look for.
constexpr NamedMethod kNamedMethods[] = {
    {"ListPrices", "price", "list",
     " A table shows points of score; CSV and JSON the API's fixed point, of which 65,536 is one point."},
    {"ReadRoundBundle", "round", "export-bundle", ""},
    {"ListPseudonyms", "round", "pseudonyms", ""},
    {"ListChanges", "change", "list", ""},
    {"CheckConflicts", "conflict", "check", ""},
    {"GetCaller", "principal", "whoami", ""},
    {"DecideMatchDispute", "match", "decide-dispute", ""},
    {"GetFairnessReport", "fairness", "report", ""},
    {"ListFairnessMatches", "fairness", "matches", ""},
    {"ExplainNeed", "need", "why", ""},
    {"ExplainTap", "party", "why", ""},
    {"ListLimitValues", "round", "limit-values",
     " A table shows points of score; CSV and JSON the API's fixed point, of which 65,536 is one point."},
    {"ConfirmRelationChange", "relation", "confirm-change", ""},
    {"RejectRelationChange", "relation", "reject-change", ""},
    {"GetSubscriptionSecret", "subscription", "secret", ""},
    {"RotateSubscriptionSecret", "subscription", "rotate-secret", ""},
    {"ListTechniques", "skill", "techniques", ""},
    {"GetLedgerKey", "ledger", "key", ""},
    {"GetInclusionProof", "ledger", "prove", ""},
    {"GetConsistencyProof", "ledger", "prove-growth", ""},
    {"ReadTile", "ledger", "tile", ""},
    {"ReadEntryBundle", "ledger", "entry-bundle", ""},
    {"GetLedgerHealth", "ledger", "health", ""}};

// Methods that are run in a way of their own.
struct RunMethodBy {
  const char* method;
  RunFunction run;
};

constexpr RunMethodBy kRunBy[] = {
    {"ayni.v1.AccessService.CreateToken", RunTokenCreate},
    {"ayni.v1.AuditService.ExplainNeed", RunNeedWhy},
    {"ayni.v1.AuditService.ExplainTap", RunPartyWhy},
    {"ayni.v1.ChangeService.ListChanges", RunChangeList},
    {"ayni.v1.RoundService.TryRound", RunRoundOperation},
    {"ayni.v1.RoundService.PublishRound", RunRoundOperation},
    {"google.longrunning.Operations.WaitOperation", RunOperationWait},
};

std::string PascalPlural(const Resource& resource) {
  std::string plural = resource.plural;
  plural[0] = absl::ascii_toupper(plural[0]);
  return plural;
}

// The resource whose name, or whose plural, the method's name ends with: the longest.
const Resource* SubjectOf(const MethodDescriptor& method, std::string* ending) {
  const Resource* subject = nullptr;
  for (const Resource& resource : Api::Get().resources()) {
    for (const std::string& name : {resource.message->name(), PascalPlural(resource)}) {
      if (!absl::EndsWith(method.name(), name) || name.size() <= ending->size()) continue;
      *ending = name;
      subject = &resource;
    }
  }
  return subject;
}

// The field that names whose method it is; null where there is none.
const FieldDescriptor* OwnerField(const MethodDescriptor& method) {
  for (const char* name : {"parent", "name"}) {
    const FieldDescriptor* field = method.input_type()->FindFieldByName(name);
    if (field != nullptr && !ReferencedType(*field).empty()) return field;
  }
  return nullptr;
}

// ActivatePolicy is `policy activate`. What ends with no resource is a verb of its parent: ListCandidates, of
// a parent that is a need, is `need candidates`; and MatchNow, of the name of a need, `need match-now`.
void NameCommand(const MethodDescriptor& method, Command* command) {
  std::string ending;
  command->resource = SubjectOf(method, &ending);
  if (command->resource != nullptr) {
    command->noun = NounOf(*command->resource);
    command->verb = KebabCase(method.name().substr(0, method.name().size() - ending.size()));
  } else if (const FieldDescriptor* of = OwnerField(method)) {
    command->resource = Api::Get().FindResourceByType(ReferencedType(*of));
    if (command->resource == nullptr) return;
    command->noun = NounOf(*command->resource);
    command->verb = KebabCase(std::string(absl::StripPrefix(method.name(), "List")));
  }
  for (const NamedMethod& named : kNamedMethods) {
    if (method.name() != named.method) continue;
    command->noun = named.noun;
    command->verb = named.verb;
    command->summary += named.note;
  }
}

void AddName(const Resource& resource, const std::string& help, Grammar* grammar) {
  grammar->positionals.push_back({NameForm(resource), help, true});
}

void AddParent(const FieldDescriptor& field, const MethodDescriptor& method, Grammar* grammar) {
  const std::string comment = Api::Get().Comment(field);
  if (const Resource* child = Api::Get().FindResourceByType(ReferencedChildType(field))) {
    const std::string noun = ParentNoun(*child);
    grammar->flags.push_back({noun, absl::AsciiStrToUpper(noun), comment, {}, false, !IsList(method)});
  } else if (const Resource* parent = Api::Get().FindResourceByType(ReferencedType(field))) {
    AddName(*parent, comment, grammar);
  }
}

void AddRequestField(const Command& command, const FieldDescriptor& field, Grammar* grammar) {
  const std::string comment = Api::Get().Comment(field);
  const std::string& name = field.name();
  if (name == "page_size" || name == "page_token" || &field == BodyField(command)) return;
  if (name == "name") {
    if (!IsList(*command.method)) AddName(*command.resource, "the full name or its ids", grammar);
  } else if (name == "parent") {
    AddParent(field, *command.method, grammar);
  } else if (command.resource != nullptr && name == SnakeCase(command.resource->singular) + "_id") {
    grammar->flags.push_back({"id", "ID", comment, {}, false, false});
  } else if (HasText(field) && name != "timeout") {
    const bool yes_or_no = field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    grammar->flags.push_back({KebabCase(name),
                              yes_or_no ? "" : ValueForm(field),
                              comment,
                              {},
                              false,
                              BehaviourOf(field).required});
  } else if (field.is_repeated() && !field.is_map() && !HasText(field)) {
    const google::protobuf::Descriptor& element = *field.message_type();
    Flag flag{KebabCase(element.name()),
              "FIELD=VALUE,...",
              absl::StrCat("once for each: ", PartsForm(element)),
              {}};
    if (!comment.empty()) absl::StrAppend(&flag.help, ". ", comment);
    flag.element = &element;
    grammar->flags.push_back(std::move(flag));
  }
}

void AddBody(const Command& command, Grammar* grammar) {
  const FieldDescriptor* body = BodyField(command);
  if (body == nullptr) return;
  if (NameInBody(command)) AddName(*command.resource, "the full name or its ids", grammar);
  grammar->fields = body->message_type();
  grammar->flags.push_back({"file",
                            "FILE",
                            "proto JSON of the fields; - reads standard input; flags come over it",
                            {},
                            true,
                            false});
  if (NameInBody(command) && body->message_type()->FindFieldByName("etag") != nullptr) {
    grammar->flags.push_back(
        {"etag", "ETAG", "refuses to change a record that is not of this etag any more", {}, false, false});
  }
}

Grammar GrammarOf(const Command& command) {
  Grammar grammar;
  AddBody(command, &grammar);
  const auto* input = command.method->input_type();
  for (int i = 0; i < input->field_count(); ++i) AddRequestField(command, *input->field(i), &grammar);
  // Of changes a part would leave the next token behind.
  if (command.run == RunChangeList) {
    grammar.flags.push_back(KeepFlag());
  } else if (IsList(*command.method)) {
    grammar.flags.push_back({"limit", "NUMBER", "at most this many (all)", {}, false, false});
  }
  if (command.run == RunTokenCreate) {
    grammar.flags.push_back(
        {"out", "FILE", "write the secret to a new file that only you may read", {}, true, false});
  }
  for (Flag& flag : OutputFlags()) grammar.flags.push_back(std::move(flag));
  for (Flag& flag : ConnectionFlags()) grammar.flags.push_back(std::move(flag));
  for (Flag& flag : GeneralFlags()) grammar.flags.push_back(std::move(flag));
  return grammar;
}

RunFunction RunOf(const MethodDescriptor& method) {
  for (const RunMethodBy& special : kRunBy) {
    if (method.full_name() == special.method) return special.run;
  }
  return IsList(method) ? RunList : RunCall;
}

}  // namespace

std::vector<Command> MethodCommands() {
  std::vector<Command> commands;
  for (const MethodDescriptor* method : Api::Get().methods()) {
    // An operation is forgotten by the server in its time; there is nothing to delete.
    if (method->client_streaming() || method->server_streaming() || method->name() == "DeleteOperation")
      continue;
    Command command;
    command.method = method;
    // Here the pages are read one after another.
    command.summary = absl::StrReplaceAll(Api::Get().Comment(*method), {{", a page at a time", ""}});
    NameCommand(*method, &command);
    if (command.noun.empty()) continue;
    // The comments of google.longrunning are long; their first sentence says it.
    if (!absl::StartsWith(method->full_name(), "ayni."))
      command.summary.resize(command.summary.find('.') + 1);
    command.run = RunOf(*method);
    command.grammar = GrammarOf(command);
    command.example = ExampleOf(command);
    commands.push_back(std::move(command));
  }
  return commands;
}

const FieldDescriptor* BodyField(const Command& command) {
  if (command.method == nullptr || command.resource == nullptr) return nullptr;
  const auto* input = command.method->input_type();
  for (int i = 0; i < input->field_count(); ++i) {
    const FieldDescriptor* field = input->field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        field->message_type() == command.resource->message) {
      return field;
    }
  }
  return nullptr;
}

bool NameInBody(const Command& command) {
  return BodyField(command) != nullptr && absl::StartsWith(command.method->name(), "Update");
}

bool IsList(const MethodDescriptor& method) {
  return method.output_type()->FindFieldByName("next_page_token") != nullptr;
}

}  // namespace ayni::cli
