#include "absl/strings/str_cat.h"
#include "services/rules/day.h"
#include "services/rules/rules.h"

namespace ayni::services {
namespace {

void AdmitRelation(const Admission& admission, const v1::Relation* before, v1::Relation* after) {
  if (before == nullptr) after->set_declared_by(admission.caller.principal);
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

}  // namespace

RulesOf<v1::Relation> RelationRules() {
  RulesOf<v1::Relation> rules;
  rules.admit = AdmitRelation;
  rules.filter_fields = {"subject", "object", "type"};
  return rules;
}

}  // namespace ayni::services
