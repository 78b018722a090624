#include "services/rules/relation_changes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ayni/v1/relation_service.pb.h"
#include "services/errors.h"
#include "services/resource/form.h"
#include "services/resource/time.h"
#include "services/rules/day.h"
#include "services/rules/looked_at.h"
#include "services/rules/resource_methods.h"
#include "services/rules/roles.h"

namespace ayni::services {
namespace {

constexpr int64_t kReasonCharactersMax = 2'000;

bool Holds(const google::protobuf::RepeatedField<int>& types, v1::RelationType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Days that a relation holds on, both included; unbounded where a date is not set.
absl::CivilDay FirstDay(const v1::Relation& relation) {
  return relation.has_start_date() ? ToDay(relation.start_date()) : absl::CivilDay::min();
}
absl::CivilDay LastDay(const v1::Relation& relation) {
  return relation.has_end_date() ? ToDay(relation.end_date()) : absl::CivilDay::max();
}

// Whether what a step reads may be found less often after the change than before it.
bool Weakens(const v1::ConflictStep& step, const v1::Relation& before, const v1::Relation& after) {
  const bool kin_differs =
      before.kinship() != after.kinship() || before.kinship_degree() != after.kinship_degree();
  return after.share_basis_points() < before.share_basis_points() || FirstDay(after) > FirstDay(before) ||
         LastDay(after) < LastDay(before) || (step.ends_in_window() && LastDay(after) != LastDay(before)) ||
         (before.standing() != v1::RELATION_STANDING_CLAIMED &&
          after.standing() == v1::RELATION_STANDING_CLAIMED) ||
         (kin_differs && after.kinship() != v1::KINSHIP_UNSPECIFIED);
}

// Whether the relation may lift a finding after the change that it did not lift before.
bool Lifts(const v1::Relation* before, const v1::Relation& after) {
  if (after.standing() != v1::RELATION_STANDING_CONFIRMED) return false;
  return before == nullptr || before->standing() != v1::RELATION_STANDING_CONFIRMED ||
         FirstDay(after) < FirstDay(*before) || LastDay(after) > LastDay(*before);
}

bool MayLift(const v1::ConflictRule& rule, const v1::Relation* before, const v1::Relation* after) {
  const v1::RelationType type = (before == nullptr ? after : before)->type();
  if (after != nullptr && Holds(rule.lifted_by(), type) && Lifts(before, *after)) return true;
  if (before == nullptr) return false;
  return std::any_of(rule.steps().begin(), rule.steps().end(), [&](const v1::ConflictStep& step) {
    return Holds(step.types(), type) && (after == nullptr || Weakens(step, *before, *after));
  });
}

v1::RelationChange ChangeTo(const v1::Relation* after) {
  v1::RelationChange change;
  if (after == nullptr) {
    change.set_deletion(true);
    return change;
  }
  change.set_share_basis_points(after->share_basis_points());
  if (after->has_start_date()) *change.mutable_start_date() = after->start_date();
  if (after->has_end_date()) *change.mutable_end_date() = after->end_date();
  *change.mutable_source() = after->source();
  change.set_standing(after->standing());
  change.set_kinship(after->kinship());
  change.set_kinship_degree(after->kinship_degree());
  return change;
}

void Make(const v1::RelationChange& change, v1::Relation* relation) {
  relation->set_share_basis_points(change.share_basis_points());
  relation->clear_start_date();
  relation->clear_end_date();
  if (change.has_start_date()) *relation->mutable_start_date() = change.start_date();
  if (change.has_end_date()) *relation->mutable_end_date() = change.end_date();
  *relation->mutable_source() = change.source();
  relation->set_standing(change.standing());
  relation->set_kinship(change.kinship());
  relation->set_kinship_degree(change.kinship_degree());
}

void CheckReason(const Admission& admission, const std::string& rule, const std::string& name,
                 const std::string& reason) {
  const FieldPath root;
  const FieldPath at = root / "reason";
  const int64_t characters = CountCharacters(reason);
  if (reason.empty()) {
    admission.violations->Add(
        at, absl::StrCat("is required: ", name, " is read by ", rule, ", a rule of the active policy that ",
                         "blocks, so another administrator confirms what one asks for by UpdateRelation or ",
                         "DeleteRelation with a reason; an import can't"));
  } else if (characters < 0 || characters > kReasonCharactersMax) {
    admission.violations->Add(at,
                              absl::StrCat("must be UTF-8 of at most ", kReasonCharactersMax, " characters"));
  } else if (std::string wrong = WrongText(reason); !wrong.empty()) {
    admission.violations->Add(at, std::move(wrong));
  }
}

// Nobody could rely yet on what was just stated. What lifts a finding does so at once, so it has no such
// time.
bool IsOwnSlip(const Admission& admission, const v1::Relation& before) {
  return before.declared_by() == admission.caller.principal && !before.has_confirmed_change() &&
         before.type() != v1::RELATION_TYPE_RECUSED_FROM &&
         admission.now - TimeOf(before.create_time()) <= kOwnSlip;
}

absl::Status CheckProposed(const v1::Relation& relation) {
  if (relation.has_proposed_change()) return absl::OkStatus();
  return StateForbids("NO_PROPOSED_CHANGE", relation.name(),
                      "has no proposed change: UpdateRelation or DeleteRelation proposes one");
}

}  // namespace

std::string RuleLiftedBy(const v1::Policy& policy, const v1::Relation* before, const v1::Relation* after) {
  for (const v1::ConflictRule& rule : policy.conflict_rules()) {
    if (rule.severity() == v1::CONFLICT_SEVERITY_BLOCK && MayLift(rule, before, after)) return rule.id();
  }
  return "";
}

std::unique_ptr<v1::Relation> HoldRelation(const Admission& admission, const std::string& reason,
                                           const v1::Relation& before, v1::Relation* after) {
  const std::string active = admission.view.ActivePolicy();
  const auto* policy = active.empty() ? nullptr : admission.view.Find<v1::Policy>(active);
  const std::string rule = policy == nullptr ? "" : RuleLiftedBy(*policy, &before, after);
  if (rule.empty() || IsOwnSlip(admission, before)) return nullptr;
  v1::RelationChange change = ChangeTo(after);
  change.set_rule(rule);
  change.set_reason(reason);
  change.set_proposed_by(admission.caller.principal);
  *change.mutable_propose_time() = LaterOf(before.update_time(), admission.now);
  if (admission.single_administrator) {
    if (after == nullptr) return nullptr;
    change.set_single_handed(true);
    change.set_confirmed_by(change.proposed_by());
    *change.mutable_confirm_time() = change.propose_time();
    *after->mutable_confirmed_change() = std::move(change);
    after->clear_proposed_change();
    return nullptr;
  }
  CheckReason(admission, rule, before.name(), reason);
  auto held = std::make_unique<v1::Relation>(before);
  *held->mutable_update_time() = change.propose_time();
  *held->mutable_proposed_change() = std::move(change);
  return held;
}

absl::StatusOr<Draft> ConfirmRelationChange(bool single_administrator, const Call& call,
                                            const Message& request, const StoredRecord& stored, StoreView*) {
  const auto& confirm = static_cast<const v1::ConfirmRelationChangeRequest&>(request);
  const auto& before = static_cast<const v1::Relation&>(*stored.record);
  if (absl::Status looked_at = CheckLookedAt(confirm.etag(), before.name()); !looked_at.ok())
    return looked_at;
  if (absl::Status proposed = CheckProposed(before); !proposed.ok()) return proposed;
  const v1::RelationChange& proposed = before.proposed_change();
  const bool single_handed = proposed.proposed_by() == call.caller.principal;
  if (single_handed && !single_administrator) {
    return Forbidden(
        "SECOND_ADMINISTRATOR_NEEDED",
        absl::StrCat(call.caller.principal, " asked for the change of ", before.name(), ", by which ",
                     proposed.rule(), " blocks: another administrator confirms it"),
        {{"resource", before.name()}, {"rule", proposed.rule()}});
  }
  for (const std::string& party : {before.subject(), before.object()}) {
    if (absl::Status status = CheckUnconcerned(call.caller, party); !status.ok()) return status;
  }
  auto after = std::make_unique<v1::Relation>(before);
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  v1::RelationChange* confirmed = after->mutable_confirmed_change();
  *confirmed = proposed;
  confirmed->set_confirmed_by(call.caller.principal);
  confirmed->set_single_handed(single_handed);
  *confirmed->mutable_confirm_time() = after->update_time();
  after->clear_proposed_change();
  Draft draft;
  if (confirmed->deletion()) {
    AddDelete(call, confirm.request_id(), KindOf<v1::Relation>(), stored, before.name(), &draft.change);
  } else {
    Make(*confirmed, after.get());
    AddPut(call, confirm.request_id(), KindOf<v1::Relation>(), stored, *after, &draft.change);
  }
  draft.answer = std::move(after);
  return draft;
}

absl::StatusOr<Draft> RejectRelationChange(const Call& call, const Message& request,
                                           const StoredRecord& stored, StoreView*) {
  const auto& before = static_cast<const v1::Relation&>(*stored.record);
  if (absl::Status proposed = CheckProposed(before); !proposed.ok()) return proposed;
  for (const std::string& party : {before.subject(), before.object()}) {
    if (absl::Status status = CheckUnconcerned(call.caller, party); !status.ok()) return status;
  }
  auto after = std::make_unique<v1::Relation>(before);
  after->clear_proposed_change();
  *after->mutable_update_time() = LaterOf(after->update_time(), call.now);
  Draft draft;
  AddPut(call, static_cast<const v1::RejectRelationChangeRequest&>(request).request_id(),
         KindOf<v1::Relation>(), stored, *after, &draft.change);
  draft.answer = std::move(after);
  return draft;
}

}  // namespace ayni::services
