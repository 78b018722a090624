#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/money_text.h"
#include "services/rules/day.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"
#include "services/rules/terms.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

// Rising, or as before: what producers once paid they go on paying.
void CheckShares(const Admission& admission, const v1::Budget& budget) {
  for (int at = 0; at < budget.producer_shares_size(); ++at) {
    const v1::ProducerShare& step = budget.producer_shares(at);
    const FieldPath path = admission.path.Element("producer_shares", at);
    if (!IsDay(step.start_date())) continue;
    const bool is_late = at == 0 && IsDay(budget.window().start_date()) &&
                         ToDay(step.start_date()) > ToDay(budget.window().start_date());
    if (is_late) {
      admission.violations->Add(path / "start_date",
                                "must not be after window.start_date: what producers pay is said for every "
                                "day of the window");
    }
    if (at == 0) continue;
    const v1::ProducerShare& before = budget.producer_shares(at - 1);
    if (IsDay(before.start_date()) && ToDay(step.start_date()) <= ToDay(before.start_date())) {
      admission.violations->Add(path / "start_date",
                                "must be after that of the share before it: shares stand by ascending dates");
    }
    if (step.share_basis_points() < before.share_basis_points()) {
      admission.violations->Add(
          path / "share_basis_points",
          absl::StrCat("must not be below the share before it, ", before.share_basis_points(), ", is ",
                       step.share_basis_points(), ": what producers pay rises, or stays"));
    }
  }
}

void CheckAmount(const Admission& admission, const v1::Budget* before, const v1::Budget& after) {
  if (!after.has_amount()) return;
  const FieldPath at = admission.path / "amount";
  if (after.amount().minor_units() == 0) admission.violations->Add(at / "minor_units", "must be at least 1");
  if (before == nullptr) return;
  if (after.amount().currency() != before->amount().currency()) {
    admission.violations->Add(
        at / "currency", absl::StrCat("must stay ", before->amount().currency(), ": make another budget"));
  }
  if (FreeOf(after) < 0) {
    v1::Money drawn = before->amount();
    drawn.set_minor_units(after.amount().minor_units() - FreeOf(after));
    admission.violations->Add(at / "minor_units",
                              absl::StrCat("must not be below what is reserved and paid, ", MoneyText(drawn),
                                           ", is ", MoneyText(after.amount())));
  }
}

void CheckTaps(const Admission& admission, const v1::Budget& budget) {
  for (int at = 0; at < budget.taps_size(); ++at) {
    const v1::Party* tap = admission.view.Find<v1::Party>(budget.taps(at));
    if (tap == nullptr || HasRole(*tap, v1::PARTY_ROLE_TAP)) continue;
    admission.violations->Add(
        admission.path.Element("taps", at),
        absl::StrCat("must be a party in the role PARTY_ROLE_TAP; ", budget.taps(at), " is not"));
  }
}

void AdmitBudget(const Admission& admission, const v1::Budget* before, v1::Budget* after) {
  if (before == nullptr) CheckParent(admission, after->name(), v1::PARTY_ROLE_UNSPECIFIED);
  CheckAmount(admission, before, *after);
  CheckShares(admission, *after);
  CheckTaps(admission, *after);
  if (before != nullptr || !after->has_amount()) return;
  for (v1::Money* money : {after->mutable_reserved(), after->mutable_paid()}) {
    money->set_currency(after->amount().currency());
    money->set_minor_units(0);
  }
}

// How much is left is for who gives it and who may draw on it: of a budget of few TAPs it tells others what
// they earn.
void ShowBudget(const Caller& caller, v1::Budget* budget) {
  const auto& taps = budget->taps();
  const bool may_draw = caller.role == v1::ROLE_TAP && !caller.party.empty() &&
                        (taps.empty() || std::find(taps.begin(), taps.end(), caller.party) != taps.end());
  if (!IsMember(caller.role) || may_draw || caller.party == PartyOf(budget->name())) return;
  budget->clear_reserved();
  budget->clear_paid();
}

}  // namespace

RulesOf<v1::Budget> BudgetRules() {
  RulesOf<v1::Budget> rules;
  rules.admit = AdmitBudget;
  rules.show = ShowBudget;
  rules.referrers = {{&ResourceType::Of<v1::Offer>(), "subsidised.budget"}, MatchesOf("subsidy.budget")};
  rules.filter_fields = {"amount.currency", "window.start_date", "window.end_date",
                         "services",        "territories",       "taps"};
  return rules;
}

}  // namespace ayni::services
