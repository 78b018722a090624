#include "absl/strings/str_cat.h"
#include "services/rules/day.h"
#include "services/rules/relation_changes.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

// The rule that the relation would lift by being made; empty where there is none. Only what takes a party out
// of decisions lifts any: nothing else is looked up, so that many relations are made as fast.
std::string RuleLiftedByNew(const Admission& admission, const v1::Relation& relation) {
  if (admission.single_administrator || relation.type() != v1::RELATION_TYPE_RECUSED_FROM) return "";
  const std::string active = admission.view.ActivePolicy();
  const auto* policy = active.empty() ? nullptr : admission.view.Find<v1::Policy>(active);
  if (policy == nullptr) return "";
  v1::Relation confirmed = relation;
  confirmed.set_standing(v1::RELATION_STANDING_CONFIRMED);
  return RuleLiftedBy(*policy, nullptr, &confirmed);
}

// Only an administrator's word joins parties into one group: not even what a party says of itself does, since
// with a rival for its owner it would share the rival's limit with it.
void FillStanding(const Admission& admission, const v1::Relation* before, v1::Relation* after) {
  if (after->standing() == v1::RELATION_STANDING_CLAIMED) return;
  if (before != nullptr) {
    if (after->standing() == v1::RELATION_STANDING_UNSPECIFIED) after->set_standing(before->standing());
    return;
  }
  const std::string lifted = IsMember(admission.caller.role) ? "" : RuleLiftedByNew(admission, *after);
  if (after->standing() == v1::RELATION_STANDING_UNSPECIFIED) {
    after->set_standing(IsMember(admission.caller.role) || !lifted.empty() ? v1::RELATION_STANDING_CLAIMED
                                                                           : v1::RELATION_STANDING_CONFIRMED);
  } else if (!lifted.empty()) {
    admission.violations->Add(
        admission.path / "standing",
        absl::StrCat("must be RELATION_STANDING_CLAIMED or unset: confirmed, it lifts findings of ", lifted,
                     ", a rule of the active policy that blocks. Ask for its confirmation by UpdateRelation ",
                     "with a reason, and another administrator confirms it"));
  }
}

void CheckMembersWord(const Admission& admission, const v1::Relation& relation) {
  if (!IsMember(admission.caller.role)) return;
  if (relation.standing() == v1::RELATION_STANDING_CONFIRMED) {
    admission.violations->Add(
        admission.path / "standing",
        "must be RELATION_STANDING_CLAIMED or unset: an administrator confirms what a member says");
  }
  const v1::RelationSource::Kind kind = relation.source().kind();
  if (kind == v1::RelationSource::KIND_REGISTER || kind == v1::RelationSource::KIND_DOCUMENT) {
    admission.violations->Add(
        admission.path / "source" / "kind",
        "must be KIND_DECLARED: an administrator says that a register or a document has it");
  }
}

// What the market reads off other records would be worth nothing if anybody could state it.
void CheckStated(const Admission& admission, const v1::Relation& relation) {
  switch (relation.type()) {
    case v1::RELATION_TYPE_SHARES_CONTACT:
    case v1::RELATION_TYPE_MAKES_SAME_OFFER:
    case v1::RELATION_TYPE_SELLS_FOR:
    case v1::RELATION_TYPE_RECOMMENDS:
      admission.violations->Add(
          admission.path / "type",
          absl::StrCat("must be a type that is stated; the market itself reads ",
                       v1::RelationType_Name(relation.type()), " off contacts and offers"));
      break;
    default:
      break;
  }
  if (relation.source().kind() == v1::RelationSource::KIND_MARKET) {
    admission.violations->Add(
        admission.path / "source" / "kind",
        "must be KIND_DECLARED, KIND_REGISTER or KIND_DOCUMENT: KIND_MARKET is what the "
        "market read off other records");
  }
}

void CheckKinship(const Admission& admission, const v1::Relation& relation) {
  if (relation.type() != v1::RELATION_TYPE_FAMILY_OF && relation.kinship() != v1::KINSHIP_UNSPECIFIED) {
    admission.violations->Add(admission.path / "kinship",
                              "must be unset for all but RELATION_TYPE_FAMILY_OF");
  }
  if (relation.kinship() == v1::KINSHIP_UNSPECIFIED && relation.kinship_degree() != 0) {
    admission.violations->Add(
        admission.path / "kinship_degree",
        absl::StrCat("must be 0 without kinship, of which it is the degree, is ", relation.kinship_degree()));
  }
  const bool is_first =
      relation.kinship() == v1::KINSHIP_COHABITANT || relation.kinship() == v1::KINSHIP_CO_PARENT;
  if (is_first && relation.kinship_degree() > 1) {
    admission.violations->Add(
        admission.path / "kinship_degree",
        absl::StrCat("must be 1 or unset for cohabitants and co-parents, is ", relation.kinship_degree()));
  }
}

void AdmitRelation(const Admission& admission, const v1::Relation* before, v1::Relation* after) {
  if (before == nullptr) after->set_declared_by(admission.caller.principal);
  FillStanding(admission, before, after);
  CheckMembersWord(admission, *after);
  CheckStated(admission, *after);
  CheckKinship(admission, *after);
  if (!after->object().empty() && after->subject() == after->object()) {
    admission.violations->Add(admission.path / "object", "must be another party than subject");
  }
  const bool is_share = after->type() == v1::RELATION_TYPE_OWNS;
  const int share = after->share_basis_points();
  if (is_share && share == 0) {
    admission.violations->Add(admission.path / "share_basis_points",
                              "is required for RELATION_TYPE_OWNS: 1 to 10000 hundredths of a per cent");
  }
  if (!is_share && share != 0) {
    admission.violations->Add(admission.path / "share_basis_points",
                              absl::StrCat("must be 0 for all but RELATION_TYPE_OWNS, is ", share));
  }
  if (after->has_start_date() && after->has_end_date()) {
    CheckOrder(after->start_date(), "start_date", after->end_date(), admission.path / "end_date",
               admission.violations);
  }
}

// What an administrator states stands. Of its own party another one states it: a relation, or a recusal, may
// lift a conflict.
absl::Status PermitRelation(const Admission& admission, const v1::Relation* before,
                            const v1::Relation* after) {
  const v1::Relation& relation = after == nullptr ? *before : *after;
  for (const std::string& party : {relation.subject(), relation.object()}) {
    if (absl::Status unconcerned = CheckUnconcerned(admission.caller, party); !unconcerned.ok())
      return unconcerned;
  }
  return absl::OkStatus();
}

}  // namespace

// As findings have it (conflict_view.h): who stated a tie is hidden from its ends, who may be rivals.
void ShowRelation(const Caller& caller, v1::Relation* relation) {
  if (IsMember(caller.role) && relation->declared_by() != caller.principal) relation->clear_declared_by();
}

RulesOf<v1::Relation> RelationRules() {
  RulesOf<v1::Relation> rules;
  rules.admit = AdmitRelation;
  rules.permit = PermitRelation;
  rules.hold = HoldRelation;
  rules.show = ShowRelation;
  rules.filter_fields = {"subject", "object", "type", "standing"};
  return rules;
}

}  // namespace ayni::services
