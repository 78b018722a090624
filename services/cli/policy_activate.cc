#include "services/cli/policy_activate.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "ayni/v1/policy_service.pb.h"
#include "services/cli/message_diff.h"
#include "services/cli/method_run.h"
#include "services/cli/policy_commands.h"
#include "services/cli/policy_source.h"
#include "services/cli/resource_name.h"

namespace ayni::cli {
namespace {

// What would change, and the words that make it so.
absl::StatusOr<ExitCode> ShowDraft(const Invocation& invocation, Connection* connection) {
  Environment& environment = invocation.environment;
  const auto draft = GetPolicy(invocation.arguments.Word(0), connection);
  if (!draft.ok()) return draft.status();
  const auto policies = ListPoliciesByTime(connection);
  if (!policies.ok()) return policies.status();
  const std::string label = PolicyLabel(*draft, "");
  const auto active = ActivePolicy(*policies);
  if (active.ok()) {
    const auto differences = Differences(*active, *draft);
    environment.out << PolicyLabel(*active, "") << " -> " << label << ", by " << LastId(draft->author())
                    << "\n"
                    << (differences.empty() ? "no difference\n"
                                            : DifferencesText(differences, environment.colour));
  } else {
    environment.out << label << ", by " << LastId(draft->author())
                    << ": the first policy. All of it: ayni policy export " << label << "\n";
  }
  environment.err << "nothing was made active. To make active what you have seen:\n  ayni policy activate "
                  << label << " --etag " << draft->etag() << "\n";
  return kUsage;
}

absl::StatusOr<ExitCode> RunActivate(const Invocation& invocation) {
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  if (!invocation.arguments.Has("etag")) return ShowDraft(invocation, connection->get());
  const auto policy = GetPolicy(invocation.arguments.Word(0), connection->get());
  if (!policy.ok()) return policy.status();
  v1::ActivatePolicyRequest request;
  request.set_name(policy->name());
  request.set_etag(invocation.arguments.Value("etag"));
  request.set_validate_only(invocation.arguments.Has("validate-only"));
  v1::Policy active;
  const absl::Status called =
      (*connection)->Call(FindMethod("ayni.v1.PolicyService.ActivatePolicy"), &request, &active);
  if (!called.ok()) return called;
  invocation.environment.out << (request.validate_only() ? "checked; nothing was changed: " : "")
                             << PolicyLabel(active, "") << " is active: " << active.limits_size()
                             << " limits, " << active.reserves_size() << " reserves, "
                             << active.conflict_rules_size() << " conflict rules; drafted by "
                             << LastId(active.author()) << ", activated by " << LastId(active.activator())
                             << (active.single_handed() ? ", single-handed" : "") << "\n";
  return kDone;
}

}  // namespace

Command PolicyActivateCommand() {
  Command activate = APolicyCommand(
      "activate",
      "Makes a draft the active policy, as it was looked at: another administrator than who wrote it last. "
      "Without --etag it shows what would change and the command that makes it so, changes nothing, and "
      "exits "
      "with 2.",
      RunActivate, "ayni policy activate policy-2027 --etag 1f4c2");
  activate.grammar.positionals = {{"POLICY", "the full name or its ids", true}};
  activate.grammar.flags.insert(activate.grammar.flags.begin(),
                                {{"etag", "ETAG", "of the draft as it was looked at", {}, false, false},
                                 {"validate-only", "", "checks all and changes nothing", {}, false, false}});
  return activate;
}

}  // namespace ayni::cli
