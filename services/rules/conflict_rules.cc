#include "services/rules/conflict_rules.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/conflict_rule.h"
#include "services/resource/form.h"

namespace ayni::services {
namespace {

// The languages in which every finding can be read.
constexpr const char* kTextLanguages[] = {"spa", "eng"};
constexpr size_t kReasonCharactersMax = 60;

bool IsReasonCode(const std::string& reason) {
  if (reason.size() > kReasonCharactersMax || !absl::ascii_isupper(reason.front())) return false;
  for (const char c : reason) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return true;
}

void CheckTexts(const v1::ConflictRule& rule, const FieldPath& at, Violations* violations) {
  if (!rule.reason().empty() && !IsReasonCode(rule.reason())) {
    violations->Add(at / "reason",
                    absl::StrCat("must be a code of at most ", kReasonCharactersMax,
                                 " upper-case letters, digits and _, as in LENDER_OF_REQUESTER, is ",
                                 Quoted(rule.reason())));
  }
  for (const char* language : kTextLanguages) {
    if (rule.texts().contains(language)) continue;
    violations->Add(at / "texts", absl::StrCat("must have a text in ", language, ": what people read"));
  }
}

// What lifts a block takes two administrators, and they are asked of recusals alone.
void CheckLiftedBy(const v1::ConflictRule& rule, const FieldPath& at, Violations* violations) {
  if (rule.severity() != v1::CONFLICT_SEVERITY_BLOCK) return;
  for (int i = 0; i < rule.lifted_by_size(); ++i) {
    if (rule.lifted_by(i) == v1::RELATION_TYPE_RECUSED_FROM) continue;
    violations->Add(at.Element("lifted_by", i),
                    absl::StrCat("must be RELATION_TYPE_RECUSED_FROM where the rule blocks, is ",
                                 v1::RelationType_Name(rule.lifted_by(i))));
  }
}

void CheckRule(const v1::ConflictRule& rule, const FieldPath& at, Violations* violations) {
  CheckTexts(rule, at, violations);
  if (rule.end() == v1::CONFLICT_END_UNSPECIFIED) {
    violations->Add(at / "end",
                    "is required: CONFLICT_END_COOPERATIVE, CONFLICT_END_TAP or CONFLICT_END_ANY; without "
                    "steps, CONFLICT_END_TAP");
  }
  CheckLiftedBy(rule, at, violations);
  for (const matcher::ConflictRuleFault& fault : matcher::FaultsOf(ToEngine(rule))) {
    if (fault.step < 0) {
      violations->Add(at / fault.field, fault.text);
    } else {
      violations->Add(at.Element("steps", fault.step) / fault.field, fault.text);
    }
  }
}

}  // namespace

void CheckConflictRules(const Admission& admission, const v1::Policy& policy) {
  for (int i = 0; i < policy.conflict_rules_size(); ++i) {
    const v1::ConflictRule& rule = policy.conflict_rules(i);
    const FieldPath at = admission.path.Element("conflict_rules", i);
    for (int j = 0; j < i; ++j) {
      if (!rule.id().empty() && policy.conflict_rules(j).id() == rule.id())
        admission.violations->Add(at / "id", absl::StrCat("stands in the list already: ", rule.id()));
    }
    CheckRule(rule, at, admission.violations);
  }
}

}  // namespace ayni::services
