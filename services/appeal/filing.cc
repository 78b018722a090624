#include "services/appeal/filing.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "ayni/v1/match.pb.h"
#include "ayni/v1/need.pb.h"
#include "ayni/v1/party.pb.h"
#include "ayni/v1/policy.pb.h"
#include "ayni/v1/round.pb.h"
#include "services/access/authorisation.h"
#include "services/errors.h"
#include "services/resource/admit.h"
#include "services/resource/form.h"
#include "services/resource/time.h"
#include "services/rules/country_profiles.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"

namespace ayni::services {
namespace {

using google::protobuf::Timestamp;

absl::Status NotOwn(const Call& call, absl::string_view what) {
  return Forbidden("NOT_OWN", absl::StrCat(what, " is not of the party of ", call.caller.principal,
                                           ", or does not exist: a party contests what concerns itself"));
}

bool IsOwnNeed(const Call& call, const std::string& need) {
  return call.caller.role == v1::ROLE_COOPERATIVE && OwnsName(call.caller, need);
}

// Before anything is said of what exists and what does not.
absl::Status CheckOwn(const Call& call, const v1::Appeal& appeal, StoreView* view) {
  if (appeal.has_match()) {
    const v1::Match* match = view->Find<v1::Match>(appeal.match());
    return match != nullptr && OwnsRecord(call.caller, *match) ? absl::OkStatus()
                                                               : NotOwn(call, appeal.match());
  }
  if (appeal.has_finding()) {
    const v1::ContestedFinding& finding = appeal.finding();
    const bool is_own = IsOwnNeed(call, finding.need()) ||
                        (call.caller.role == v1::ROLE_TAP && finding.tap() == call.caller.party);
    return is_own ? absl::OkStatus() : NotOwn(call, "the finding");
  }
  // A TAP names no need: those that it was passed over for are none of its business.
  const std::string& need = appeal.refusal().need();
  if (!need.empty() && !IsOwnNeed(call, need)) return NotOwn(call, need);
  return absl::OkStatus();
}

// What of the appeal must be as other records say.
void CheckSubject(const Call& call, const v1::Appeal& appeal, StoreView* view, Violations* violations) {
  const FieldPath root;
  const FieldPath at = root / "appeal";
  if (appeal.has_refusal() && appeal.refusal().need().empty() && call.caller.role == v1::ROLE_COOPERATIVE) {
    violations->Add(at / "refusal" / "need",
                    "is required of a cooperative: which of its needs was passed over");
  }
  if (!appeal.has_finding() || appeal.finding().rule().empty()) return;
  const std::string active = view->ActivePolicy();
  const v1::Policy* policy = active.empty() ? nullptr : view->Find<v1::Policy>(active);
  const bool stands = policy != nullptr &&
                      std::any_of(policy->conflict_rules().begin(), policy->conflict_rules().end(),
                                  [&](const auto& rule) { return rule.id() == appeal.finding().rule(); });
  if (!stands) {
    violations->Add(at / "finding" / "rule",
                    absl::StrCat("must be a conflict rule of the active policy, is ",
                                 Quoted(appeal.finding().rule()), ": CheckConflicts lists what stands"));
  }
}

int32_t AppealDaysOf(const std::string& party, StoreView* view) {
  const v1::Party* appellant = view->Find<v1::Party>(party);
  const v1::CountryProfile* profile =
      appellant == nullptr ? nullptr : ActiveProfileAt(appellant->district(), view);
  return profile == nullptr || profile->appeal_days() == 0 ? kAppealDays : profile->appeal_days();
}

absl::Status CheckNotLate(const std::string& what, const Timestamp& event, int32_t days, absl::Time now) {
  const absl::Time end = TimeOf(event) + absl::Hours(24) * days;
  if (now <= end) return absl::OkStatus();
  return StateForbids("APPEAL_TOO_LATE", what,
                      absl::StrCat("could be contested until ", absl::FormatTime(end, absl::UTCTimeZone()),
                                   ", ", days, " days after it became what it is"));
}

absl::Status CheckInTime(const Call& call, const v1::Appeal& appeal, int32_t days, StoreView* view) {
  if (appeal.has_match()) {
    const auto& match = *view->Find<v1::Match>(appeal.match());
    return CheckNotLate(match.name(), LaterOf(match.update_time(), TimeOf(match.create_time())), days,
                        call.now);
  }
  if (!appeal.has_refusal()) return absl::OkStatus();
  const auto& round = *view->Find<v1::Round>(appeal.refusal().round());
  if (round.state() != v1::Round::STATE_PUBLISHED) {
    return StateForbids("ROUND_NOT_PUBLISHED", round.name(),
                        absl::StrCat("is ", v1::Round::State_Name(round.state()),
                                     ": what passed nobody over can't be contested"));
  }
  if (!appeal.refusal().need().empty()) {
    const auto& need = *view->Find<v1::Need>(appeal.refusal().need());
    if (TimeOf(need.create_time()) > TimeOf(round.snapshot_time())) {
      return StateForbids("NEED_NOT_IN_ROUND", need.name(),
                          absl::StrCat("was made after ", round.name(), " looked at the market"));
    }
  }
  return CheckNotLate(round.name(), round.publish_time(), days, call.now);
}

absl::Status CheckOnlyOne(const v1::Appeal& appeal, StoreView* view) {
  const auto past = view->AllReferrers({&ResourceType::Of<v1::Appeal>(), "appellant"}, appeal.appellant(),
                                       kAppealsOfPartyMax - 1);
  if (!past.has_value()) {
    return absl::ResourceExhaustedError(
        absl::StrCat(appeal.appellant(), " has made ", kAppealsOfPartyMax, " appeals, as many as it may"));
  }
  for (const std::string& name : *past) {
    const v1::Appeal* other = view->Find<v1::Appeal>(name);
    if (other == nullptr || other->state() != v1::Appeal::STATE_OPEN || !IsAboutTheSame(*other, appeal))
      continue;
    return StateForbids("APPEAL_OPEN", name, "is about the same and not decided yet: withdraw it, or wait");
  }
  return absl::OkStatus();
}

std::string NameOf(const v1::CreateAppealRequest& request, const IdSource& new_id, Violations* violations) {
  const std::string& id = request.appeal_id();
  if (!id.empty() && !IsResourceId(id)) {
    violations->Add(FieldPath() / "appeal_id",
                    absl::StrCat("must be 1 to ", kResourceIdBytesMax,
                                 " lower-case letters, digits, hyphens and full stops, first a letter or "
                                 "digit, is ",
                                 Quoted(id)));
  }
  return ResourceType::Of<v1::Appeal>().Name("", id.empty() ? new_id() : id);
}

}  // namespace

bool IsAboutTheSame(const v1::Appeal& a, const v1::Appeal& b) {
  if (a.subject_case() != b.subject_case()) return false;
  if (a.has_match()) return a.match() == b.match();
  if (a.has_finding())
    return a.finding().need() == b.finding().need() && a.finding().tap() == b.finding().tap() &&
           a.finding().rule() == b.finding().rule();
  return a.appellant() == b.appellant() && a.refusal().round() == b.refusal().round() &&
         a.refusal().need() == b.refusal().need();
}

absl::Status CheckOpen(const v1::Appeal& appeal, absl::string_view done) {
  if (appeal.state() == v1::Appeal::STATE_OPEN) return absl::OkStatus();
  return StateForbids("APPEAL_NOT_OPEN", appeal.name(),
                      absl::StrCat("is ", v1::Appeal::State_Name(appeal.state()),
                                   ", and only what is STATE_OPEN can be ", done));
}

absl::StatusOr<Draft> CreateAppeal(const Call& call, const v1::CreateAppealRequest& request,
                                   const IdSource& new_id, StoreView* view) {
  const FieldPath root;
  const FieldPath path = root / "appeal";
  const FieldPath name_path = root / "appeal_id";
  Violations violations;
  auto appeal = std::make_unique<v1::Appeal>(request.appeal());
  if (absl::Status status = CheckOwn(call, *appeal, view); !status.ok()) return status;
  appeal->set_name(NameOf(request, new_id, &violations));
  const Admission admission{call.caller, call.now, new_id, *view, path, name_path, root, &violations};
  AdmitRecord(KindOf<v1::Appeal>(), admission, nullptr, appeal.get());
  CheckSubject(call, *appeal, view, &violations);
  if (!violations.empty()) return violations.ToStatus();
  appeal->set_appellant(call.caller.party);
  const int32_t days = AppealDaysOf(appeal->appellant(), view);
  *appeal->mutable_decide_by_time() = ToTimestamp(call.now + absl::Hours(24) * days);
  if (absl::Status status = CheckInTime(call, *appeal, days, view); !status.ok()) return status;
  const StoredRecord& stored = view->Read(ResourceType::Of<v1::Appeal>(), appeal->name());
  if (stored.version != 0) return ResourceExists(ResourceType::Of<v1::Appeal>().type(), appeal->name());
  if (absl::Status status = CheckOnlyOne(*appeal, view); !status.ok()) return status;
  Draft draft;
  AddPut(call, request.request_id(), KindOf<v1::Appeal>(), stored, *appeal, &draft.change);
  draft.answer = std::move(appeal);
  return draft;
}

absl::StatusOr<Draft> WithdrawAppeal(const Call& call, const Message& request, const StoredRecord& stored,
                                     StoreView*) {
  auto after = std::make_unique<v1::Appeal>(static_cast<const v1::Appeal&>(*stored.record));
  if (absl::Status status = CheckOpen(*after, "withdrawn"); !status.ok()) return status;
  after->set_state(v1::Appeal::STATE_WITHDRAWN);
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  *after->mutable_withdrawal()->mutable_time() = after->update_time();
  after->mutable_withdrawal()->set_principal(call.caller.principal);
  Draft draft;
  AddPut(call, static_cast<const v1::WithdrawAppealRequest&>(request).request_id(), KindOf<v1::Appeal>(),
         stored, *after, &draft.change);
  draft.answer = std::move(after);
  return draft;
}

}  // namespace ayni::services
