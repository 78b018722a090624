#include "services/cli/policy_commands.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ayni/v1/policy_service.pb.h"
#include "services/cli/connection_settings.h"
#include "services/cli/message_diff.h"
#include "services/cli/message_yaml.h"
#include "services/cli/method_run.h"
#include "services/cli/output.h"
#include "services/cli/policy_source.h"
#include "services/cli/resource_name.h"
#include "services/cli/value_text.h"
#include "services/cli/wrap.h"

namespace ayni::cli {
namespace {

using Policies = std::vector<v1::Policy>;

std::string IdOf(const v1::Policy& policy) { return PolicyLabel(policy, ""); }

std::string StateOf(const v1::Policy& policy) { return v1::Policy::State_Name(policy.state()).substr(6); }

absl::StatusOr<ExitCode> RunDiff(const Invocation& invocation) {
  Environment& environment = invocation.environment;
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  std::string words[] = {invocation.arguments.Word(0), invocation.arguments.Word(1)};
  v1::Policy sides[2];
  absl::StatusOr<Policies> policies = Policies();
  if (words[1].empty()) {
    policies = ListPoliciesByTime(connection->get());
    if (!policies.ok()) return policies.status();
  }
  // One word is compared with the active policy, and none is the last draft.
  if (words[1].empty()) std::swap(words[0], words[1]);
  for (int side : {0, 1}) {
    const auto found = !words[side].empty() ? FindPolicy(words[side], environment, connection->get())
                       : side == 0          ? ActivePolicy(*policies)
                                            : LastDraft(*policies);
    if (!found.ok()) return found.status();
    sides[side] = *found;
  }
  const std::vector<Difference> differences = Differences(sides[0], sides[1]);
  environment.out << PolicyLabel(sides[0], words[0]) << " -> " << PolicyLabel(sides[1], words[1]) << "\n"
                  << (differences.empty() ? "no difference\n"
                                          : DifferencesText(differences, environment.colour));
  return kDone;
}

// The policy that holds the very same, a draft or the active one; null where there is none.
const v1::Policy* FindSame(const v1::Policy& policy, const Policies& policies) {
  for (auto each = policies.rbegin(); each != policies.rend(); ++each) {
    if (each->state() != v1::Policy::STATE_SUPERSEDED && Differences(*each, policy).empty()) return &*each;
  }
  return nullptr;
}

absl::StatusOr<v1::Policy> UpdateDraft(const v1::Policy& before, const v1::Policy& policy, bool validate_only,
                                       Connection* connection) {
  v1::UpdatePolicyRequest request;
  *request.mutable_policy() = policy;
  request.mutable_policy()->set_name(before.name());
  request.mutable_policy()->set_etag(before.etag());
  request.mutable_update_mask()->add_paths("*");
  request.set_validate_only(validate_only);
  v1::Policy updated;
  const absl::Status called =
      connection->Call(FindMethod("ayni.v1.PolicyService.UpdatePolicy"), &request, &updated);
  if (!called.ok()) return called;
  return updated;
}

absl::StatusOr<ExitCode> ApplyTo(const v1::Policy& before, const PolicyFile& file, bool only_checked,
                                 const Invocation& invocation, Connection* connection) {
  Environment& environment = invocation.environment;
  const std::vector<Difference> differences = Differences(before, file.policy);
  if (differences.empty()) {
    environment.out << IdOf(before) << ", " << StateOf(before) << ", is unchanged\n";
    return kDone;
  }
  environment.out << DifferencesText(differences, environment.colour);
  const auto updated = UpdateDraft(before, file.policy, only_checked, connection);
  if (!updated.ok()) return AtPlaces(updated.status(), file);
  environment.out << (only_checked ? "checked; nothing was changed\n"
                                   : absl::StrCat("draft ", IdOf(before), " is changed\n"));
  return kDone;
}

// One line where the file says of what the server fills other things than the server does.
void WarnOfPassedOver(const PolicyFile& file, const Policies& policies, Environment* environment) {
  const auto same_name = std::find_if(policies.begin(), policies.end(), [&](const v1::Policy& each) {
    return each.name() == file.policy.name();
  });
  const std::string text =
      PassedOverText(file.path, file.notes, same_name == policies.end() ? nullptr : &*same_name);
  if (!text.empty()) environment->err << text << "\n";
}

absl::StatusOr<ExitCode> RunApply(const Invocation& invocation) {
  Environment& environment = invocation.environment;
  const std::string file = invocation.arguments.Word(0);
  const absl::StatusOr<PolicyFile> read = OpenPolicyFile(file, environment);
  if (!read.ok()) return read.status();
  const v1::Policy* policy = &read->policy;
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto policies = ListPoliciesByTime(connection->get());
  if (!policies.ok()) return policies.status();
  WarnOfPassedOver(*read, *policies, &environment);
  const bool only_checked = invocation.arguments.Has("validate-only");
  const std::string id = invocation.arguments.Value("id");
  for (const v1::Policy& each : *policies) {
    if (!id.empty() && (IdOf(each) == id || each.name() == id))
      return ApplyTo(each, *read, only_checked, invocation, connection->get());
  }
  const v1::Policy* same = id.empty() ? FindSame(*policy, *policies) : nullptr;
  if (same != nullptr) {
    environment.out << IdOf(*same) << ", " << StateOf(*same) << ", is unchanged\n";
    return kDone;
  }
  const auto draft = CreateDraft(*policy, id, only_checked, connection->get());
  if (!draft.ok()) return AtPlaces(draft.status(), *read);
  if (only_checked) {
    environment.out << "checked; nothing was changed\n";
    return kDone;
  }
  environment.out << "draft " << IdOf(*draft) << " is made of " << file << "\n" << NextSteps(*draft);
  return kDone;
}

std::string TimeText(const v1::Policy& policy, const char* field) {
  return ValueText(policy, *v1::Policy::descriptor()->FindFieldByName(field), -1, ValueStyle::kShort);
}

std::string VersionText(const v1::Policy& policy, const v1::Policy* previous,
                        const Environment& environment) {
  const int width = environment.out_width > 0 ? std::max(environment.out_width, 40) : kTextWidth;
  std::string text = absl::StrCat(IdOf(policy), "  ", StateOf(policy), "\n  written by ",
                                  LastId(policy.author()), ", ", TimeText(policy, "create_time"), "\n");
  if (policy.state() != v1::Policy::STATE_DRAFT) {
    absl::StrAppend(&text, "  made active by ", LastId(policy.activator()), ", ",
                    TimeText(policy, "activate_time"),
                    policy.single_handed() ? ": single-handed, by its own author" : "", "\n");
  }
  text += Wrapped(policy.reason(), 2, width);
  if (previous == nullptr) return text + "  the first version\n";
  v1::Policy without_reason = policy;
  without_reason.set_reason(previous->reason());
  const std::string changes = DifferencesText(Differences(*previous, without_reason), environment.colour);
  absl::StrAppend(&text, "  against ", IdOf(*previous), changes.empty() ? ": no change\n" : ":\n");
  for (const auto line : absl::StrSplit(changes, '\n', absl::SkipEmpty()))
    absl::StrAppend(&text, "  ", line, "\n");
  return text;
}

absl::StatusOr<ExitCode> RunHistory(const Invocation& invocation) {
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const auto policies = ListPoliciesByTime(connection->get());
  if (!policies.ok()) return policies.status();
  const auto form = ReadOutputForm(invocation.arguments);
  if (!form.ok()) return form.status();
  if (*form != OutputForm::kTable) {
    auto rows = RowOutput::Create(*v1::Policy::descriptor(), invocation.arguments, &invocation.environment);
    if (!rows.ok()) return rows.status();
    for (auto each = policies->rbegin(); each != policies->rend(); ++each) rows->Add(*each);
    rows->Finish();
    return kDone;
  }
  // Drafts are compared with the version that is active, versions with the one before.
  std::vector<std::string> texts;
  const v1::Policy* previous = nullptr;
  for (const v1::Policy& policy : *policies) {
    texts.push_back(VersionText(policy, previous, invocation.environment));
    if (policy.state() != v1::Policy::STATE_DRAFT) previous = &policy;
  }
  std::reverse(texts.begin(), texts.end());
  for (size_t i = 0; i < texts.size(); ++i) invocation.environment.out << (i == 0 ? "" : "\n") << texts[i];
  if (texts.empty())
    invocation.environment.out << "no policy yet: ayni policy apply deploy/policy/default.yaml\n";
  return kDone;
}

absl::StatusOr<ExitCode> RunExport(const Invocation& invocation) {
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  const std::string word = invocation.arguments.Word(0);
  absl::StatusOr<v1::Policy> policy;
  if (word.empty()) {
    const auto policies = ListPoliciesByTime(connection->get());
    if (!policies.ok()) return policies.status();
    policy = ActivePolicy(*policies);
  } else {
    policy = FindPolicy(word, invocation.environment, connection->get());
  }
  if (!policy.ok()) return policy.status();
  invocation.environment.out << YamlText(*policy);
  return kDone;
}

}  // namespace

Command APolicyCommand(const std::string& verb, const std::string& summary, RunFunction run,
                       const std::string& example) {
  Command command;
  command.noun = "policy";
  command.verb = verb;
  command.summary = summary;
  command.run = run;
  command.example = example;
  for (Flag& flag : ConnectionFlags()) command.grammar.flags.push_back(std::move(flag));
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  return command;
}

absl::StatusOr<v1::Policy> CreateDraft(const v1::Policy& policy, const std::string& id, bool validate_only,
                                       Connection* connection) {
  v1::CreatePolicyRequest request;
  *request.mutable_policy() = policy;
  request.set_policy_id(id);
  request.set_validate_only(validate_only);
  v1::Policy made;
  const absl::Status called =
      connection->Call(FindMethod("ayni.v1.PolicyService.CreatePolicy"), &request, &made);
  if (!called.ok()) return called;
  return made;
}

std::string NextSteps(const v1::Policy& draft) {
  const std::string id = IdOf(draft);
  // With the etag nothing else is made active than what was looked at.
  return absl::StrCat("\nNext\n  ayni policy try ", id, "\n  ayni policy activate ", id, " --etag ",
                      draft.etag(), "   # by another administrator\n");
}

std::vector<Command> PolicyCommands() {
  Command diff = APolicyCommand("diff",
                                "Says how two policies differ, field by field: of names or files. Without "
                                "words the last draft against the "
                                "active policy; with one, that one against the active policy.",
                                RunDiff, "ayni policy diff policy.yaml");
  diff.grammar.positionals = {{"POLICY", "a name, or a file of YAML or JSON", false},
                              {"POLICY", "what it is compared with", false}};
  Command apply = APolicyCommand("apply",
                                 "Makes a draft of a file of YAML or JSON, once everything in it was found "
                                 "right. What stands already is left "
                                 "as it is; a draft that --id names is changed.",
                                 RunApply, "ayni policy apply policy.yaml --id 2027");
  apply.grammar.positionals = {{"FILE", "YAML or JSON; - reads standard input", true}};
  apply.grammar.flags.insert(apply.grammar.flags.begin(),
                             {{"id", "ID", "of the draft; without it the server makes one", {}, false, false},
                              {"validate-only", "", "checks all and changes nothing", {}, false, false}});
  Command history = APolicyCommand(
      "history",
      "Tells of every version: who wrote it and made it active, when and why, and what it changed.",
      RunHistory, "ayni policy history");
  for (Flag& flag : OutputFlags()) history.grammar.flags.push_back(std::move(flag));
  Command exported = APolicyCommand(
      "export", "Prints the active policy, or another one, as YAML with the API's comments on its fields.",
      RunExport, "ayni policy export policy-2027");
  exported.grammar.positionals = {{"POLICY", "a name, or a file", false}};
  return {diff, apply, history, exported};
}

}  // namespace ayni::cli
