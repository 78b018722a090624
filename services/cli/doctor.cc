#include "services/cli/doctor.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ayni/v1/ledger_service.pb.h"
#include "ayni/v1/policy_service.pb.h"
#include "services/cli/connection_settings.h"
#include "services/cli/failure.h"
#include "services/cli/method_run.h"
#include "services/cli/value_text.h"

namespace ayni::cli {
namespace {

// Signed every ten minutes where nobody set it otherwise, and checked every hour: what is older than this
// stands still.
constexpr absl::Duration kAgeMax = absl::Hours(25);

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string Age(absl::Time time) { return DurationText(absl::Now() - time, absl::Seconds(1)); }

class Doctor {
 public:
  Doctor(Connection* connection, std::ostream* out) : connection_(*connection), out_(*out) {}

  absl::StatusOr<ExitCode> Run() {
    v1::GetLedgerHealthRequest request;
    v1::LedgerHealth health;
    const absl::Status asked =
        connection_.Call(FindMethod("ayni.v1.LedgerService.GetLedgerHealth"), &request, &health);
    if (!asked.ok()) return asked;
    Say(true, "server", "answers");
    SayOfPolicy();
    SayOfRecords(health);
    SayOfCheckpoint(health);
    return is_well_ ? kDone : kServerFailed;
  }

 private:
  void Say(bool is_well, const std::string& what, const std::string& finding) {
    is_well_ = is_well_ && is_well;
    out_ << (is_well ? "ok     " : "WRONG  ") << what << ": " << finding << "\n";
  }

  // Of what nobody has looked at yet, which is neither well nor wrong.
  void SayUnchecked(const std::string& what, const std::string& why) {
    out_ << "?      " << what << ": not yet checked: " << why << "\n";
  }

  void SayOfPolicy() {
    v1::ListPoliciesRequest request;
    request.set_filter("state = STATE_ACTIVE");
    v1::ListPoliciesResponse response;
    const absl::Status listed =
        connection_.Call(FindMethod("ayni.v1.PolicyService.ListPolicies"), &request, &response);
    if (!listed.ok()) return Say(false, "policy", std::string(listed.message()));
    if (response.policies().empty())
      return Say(false, "policy",
                 "none is active, so that nothing is matched; see `ayni policy apply --help`");
    Say(true, "policy", absl::StrCat(response.policies(0).name(), " is active"));
  }

  void SayOfRecords(const v1::LedgerHealth& health) {
    if (!health.has_check_time())
      return SayUnchecked("records", "the first check since the server's start is not done: ask again later");
    const absl::Time checked = TimeOf(health.check_time());
    const std::string all = absl::StrCat(health.record_count(), " records against ", health.leaf_count(),
                                         " ledger entries, ", Age(checked), " ago");
    if (health.mismatch_count() > 0) {
      Say(false, "records", absl::StrCat(health.mismatch_count(), " differ, of ", all));
      for (const v1::LedgerMismatch& mismatch : health.mismatches())
        out_ << "         " << mismatch.resource() << " " << mismatch.finding() << "\n";
      return;
    }
    Say(absl::Now() - checked < kAgeMax, "records", "are what the ledger says: " + all);
  }

  void SayOfCheckpoint(const v1::LedgerHealth& health) {
    if (!health.refusal().empty()) return Say(false, "ledger", health.refusal());
    if (!health.has_checkpoint_time())
      return SayUnchecked("ledger", "no checkpoint is signed: `ayni checkpoint create` signs one");
    const absl::Time signed_at = TimeOf(health.checkpoint_time());
    const bool is_fresh =
        absl::Now() - signed_at < kAgeMax || health.checkpoint_leaf_count() >= health.leaf_count();
    Say(is_fresh, "ledger",
        absl::StrCat("its head of ", health.checkpoint_leaf_count(), " leaves was signed ", Age(signed_at),
                     " ago"));
  }

  Connection& connection_;
  std::ostream& out_;
  bool is_well_ = true;
};

absl::StatusOr<ExitCode> RunDoctor(const Invocation& invocation) {
  const auto connection = Connect(invocation);
  if (!connection.ok()) return connection.status();
  return Doctor(connection->get(), &invocation.environment.out).Run();
}

}  // namespace

Command DoctorCommand() {
  Command command;
  command.noun = "doctor";
  command.summary =
      "Asks whether all is well: the server answers, a policy is active, every record is what its last "
      "ledger entry "
      "says, the ledger continues what was signed; `?` stands before what was not yet checked. Ends with 9 "
      "where something is wrong.";
  for (Flag& flag : ConnectionFlags()) command.grammar.flags.push_back(std::move(flag));
  for (Flag& flag : GeneralFlags()) command.grammar.flags.push_back(std::move(flag));
  command.example = "ayni doctor";
  command.run = RunDoctor;
  return command;
}

}  // namespace ayni::cli
