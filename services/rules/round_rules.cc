#include <string>

#include "absl/strings/str_cat.h"
#include "services/errors.h"
#include "services/resource/digest.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

constexpr int64_t kTimeLimitSecondsMax = 3600;

// An id holds more chance than a seed has room for.
uint64_t DrawSeed(const IdSource& new_id) {
  const std::string digest = Sha256(new_id());
  uint64_t seed = 0;
  for (size_t i = 0; i < sizeof(seed); ++i) seed = seed << 8 | static_cast<uint8_t>(digest[i]);
  return seed == 0 ? 1 : seed;
}

// What it raises the smallest of goes with the objective only.
void AdmitMaxmin(const Admission& admission, v1::Round* after) {
  if (after->objective() == v1::OBJECTIVE_MAXMIN) {
    if (after->maxmin_measure() == v1::MAXMIN_MEASURE_UNSPECIFIED)
      after->set_maxmin_measure(v1::MAXMIN_MEASURE_SERVED_SHARE);
    if (after->maxmin_over() == v1::MAXMIN_OVER_UNSPECIFIED)
      after->set_maxmin_over(v1::MAXMIN_OVER_COOPERATIVES);
    return;
  }
  const std::string why = "must be unset: it goes with OBJECTIVE_MAXMIN only";
  if (after->maxmin_measure() != v1::MAXMIN_MEASURE_UNSPECIFIED)
    admission.violations->Add(admission.path / "maxmin_measure", why);
  if (after->maxmin_over() != v1::MAXMIN_OVER_UNSPECIFIED)
    admission.violations->Add(admission.path / "maxmin_over", why);
}

void AdmitRound(const Admission& admission, const v1::Round* before, v1::Round* after) {
  if (after->has_time_limit()) {
    const auto& limit = after->time_limit();
    const bool is_some = limit.seconds() > 0 || (limit.seconds() == 0 && limit.nanos() > 0);
    const bool is_within = limit.seconds() < kTimeLimitSecondsMax ||
                           (limit.seconds() == kTimeLimitSecondsMax && limit.nanos() <= 0);
    if (!is_some || !is_within) {
      admission.violations->Add(admission.path / "time_limit",
                                absl::StrCat("must be more than 0 s and at most ", kTimeLimitSecondsMax,
                                             " s, is ", limit.seconds(), " s and ", limit.nanos(), " ns"));
    }
  }
  if (before != nullptr) return;
  after->set_state(v1::Round::STATE_DRAFT);
  if (after->objective() == v1::OBJECTIVE_UNSPECIFIED) after->set_objective(v1::OBJECTIVE_WELFARE);
  AdmitMaxmin(admission, after);
  after->set_seed(DrawSeed(admission.new_id));
  if (after->policy().empty()) after->set_policy(admission.view.ActivePolicy());
}

absl::Status PermitRound(const Admission&, const v1::Round* before, const v1::Round* after) {
  if (before == nullptr) {
    if (!after->policy().empty()) return absl::OkStatus();
    return StateForbids("NO_ACTIVE_POLICY", "policies/-",
                        "holds no active policy, and the round names none: activate one, or name one");
  }
  if (before->state() == v1::Round::STATE_DRAFT) return absl::OkStatus();
  return StateForbids("ROUND_NOT_DRAFT", before->name(),
                      absl::StrCat("is ", v1::Round::State_Name(before->state()),
                                   ": a round can be deleted while it is a draft only"));
}

// Who asks and is given little is for cooperatives: a TAP is shown no needs either.
void ShowRound(const Caller& caller, v1::Round* round) {
  if (caller.role != v1::ROLE_TAP || !round->summary().has_smallest_share()) return;
  v1::SmallestShare* smallest = round->mutable_summary()->mutable_smallest_share();
  smallest->clear_cooperative();
  smallest->clear_need();
}

}  // namespace

RulesOf<v1::Round> RoundRules() {
  RulesOf<v1::Round> rules;
  rules.admit = AdmitRound;
  rules.permit = PermitRound;
  rules.show = ShowRound;
  rules.referrers = {{&ResourceType::Of<v1::Match>(), ""}};
  rules.filter_fields = {"state"};
  return rules;
}

}  // namespace ayni::services
