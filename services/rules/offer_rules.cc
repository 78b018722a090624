#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rules/country_profiles.h"
#include "services/rules/place.h"
#include "services/rules/roles.h"
#include "services/rules/rules.h"
#include "services/rules/terms.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

void CheckUnit(const Admission& admission, const v1::Offer& offer) {
  const v1::Service* service = admission.view.Find<v1::Service>(offer.service());
  if (service == nullptr || offer.unit() == v1::UNIT_UNSPECIFIED || service->unit() == offer.unit()) return;
  admission.violations->Add(admission.path / "unit",
                            absl::StrCat("must be the unit of ", offer.service(), ", ",
                                         Unit_Name(service->unit()), ", is ", Unit_Name(offer.unit())));
}

void CheckCoverage(const Admission& admission, const v1::Offer& offer) {
  if (!offer.has_coverage()) return;
  const v1::Coverage& coverage = offer.coverage();
  const FieldPath at = admission.path / "coverage";
  if (coverage.has_position() && coverage.radius_m() == 0) {
    admission.violations->Add(at / "radius_m", "is required with position: 1 to 500000 metres");
  }
  if (!coverage.has_position() && coverage.radius_m() != 0) {
    admission.violations->Add(at / "position", "is required with radius_m: the middle of the radius");
  }
  if (coverage.territories().empty() && !coverage.has_position() && coverage.radius_m() == 0) {
    admission.violations->Add(at, "is required: territories, or a position with radius_m, or both");
  }
  if (!coverage.has_position() || offer.name().empty()) return;
  const v1::Party* tap = admission.view.Find<v1::Party>(PartyOf(offer.name()));
  const v1::Territory* district =
      tap == nullptr ? nullptr : admission.view.Find<v1::Territory>(tap->district());
  if (district != nullptr) {
    CheckNotSwapped(coverage.position(), *district, at / "position", admission.violations);
  }
}

void CheckPriceBasis(const Admission& admission, const v1::Offer& offer) {
  if (offer.charge_case() == v1::Offer::CHARGE_NOT_SET) {
    admission.violations->Add(
        admission.path / "charge",
        "is required: one of fee_for_service, embedded, subsidised, which say how the unit "
        "price is charged");
  }
  if (offer.has_unit_price() && offer.unit_price().minor_units() == 0) {
    admission.violations->Add(
        admission.path / "unit_price" / "minor_units",
        "must be at least 1: a service that costs its producers nothing is subsidised, with "
        "its full price and producer_share_basis_points 0");
  }
}

// Whoever asks for more pays no more a unit.
void CheckPriceSteps(const Admission& admission, const v1::Offer& offer) {
  for (int at = 0; at < offer.price_steps_size(); ++at) {
    const v1::PriceStep& step = offer.price_steps(at);
    const FieldPath path = admission.path.Element("price_steps", at);
    const v1::Money& before = at == 0 ? offer.unit_price() : offer.price_steps(at - 1).unit_price();
    if (step.has_unit_price() && step.unit_price().currency() != offer.unit_price().currency()) {
      admission.violations->Add(path / "unit_price" / "currency",
                                absl::StrCat("must be the offer's, ", offer.unit_price().currency(), ", is ",
                                             step.unit_price().currency()));
    }
    if (step.has_unit_price() &&
        (step.unit_price().minor_units() < 1 || step.unit_price().minor_units() >= before.minor_units())) {
      admission.violations->Add(path / "unit_price" / "minor_units",
                                absl::StrCat("must be at least 1 and below the price before it, ",
                                             before.minor_units(), ", is ", step.unit_price().minor_units()));
    }
    if (at > 0 && step.least_quantity() <= offer.price_steps(at - 1).least_quantity()) {
      admission.violations->Add(
          path / "least_quantity",
          absl::StrCat("must be above that of the step before it, ",
                       offer.price_steps(at - 1).least_quantity(), ", is ", step.least_quantity()));
    }
  }
}

// The budget says who pays and how much; the offer only that it draws on it.
// Whether the budget pays for it is asked when it is named: a funder who narrows a budget changes no offer.
void CheckBudget(const Admission& admission, const v1::Offer* before, const v1::Offer& offer) {
  const v1::Subsidised& charge = offer.subsidised();
  if (charge.budget().empty()) return;
  const FieldPath at = admission.path / "subsidised";
  const std::string funder = PartyOf(charge.budget());
  if (!charge.funder().empty() && charge.funder() != funder) {
    admission.violations->Add(at / "funder",
                              absl::StrCat("must be whose budget it is, ", funder, ", is ", charge.funder()));
  }
  if (charge.producer_share_basis_points() != 0) {
    admission.violations->Add(at / "producer_share_basis_points",
                              "must be left out: the budget says by the day what producers pay");
  }
  const bool was_asked = before != nullptr && before->subsidised().budget() == charge.budget() &&
                         before->unit_price().currency() == offer.unit_price().currency();
  if (was_asked) return;
  const v1::Budget* budget = admission.view.Find<v1::Budget>(charge.budget());
  const std::string tap = PartyOf(offer.name());
  if (budget == nullptr || PaysFor(*budget, offer.service(), tap, offer.unit_price().currency())) return;
  const std::string& currency = budget->amount().currency();
  if (currency != offer.unit_price().currency()) {
    admission.violations->Add(admission.path / "unit_price" / "currency",
                              absl::StrCat("must be that of ", charge.budget(), ", ", currency, ", is ",
                                           offer.unit_price().currency()));
  }
  if (!PaysFor(*budget, offer.service(), tap, currency)) {
    admission.violations->Add(at / "budget", absl::StrCat("does not pay for ", offer.service(), " of ", tap,
                                                          ": its funder adds to its ",
                                                          "services or its taps what is missing there"));
  }
}

// Wherever it is made, and where it names no territory, where its TAP sits. What was priced before a policy
// came into force stays as it is.
void CheckCurrency(const Admission& admission, const v1::Offer* before, const v1::Offer& offer) {
  const bool is_priced = before != nullptr &&
                         before->unit_price().currency() == offer.unit_price().currency() &&
                         before->coverage().SerializeAsString() == offer.coverage().SerializeAsString();
  if (is_priced) return;
  std::vector<std::string> places(offer.coverage().territories().begin(),
                                  offer.coverage().territories().end());
  if (places.empty() && !offer.name().empty()) {
    const v1::Party* tap = admission.view.Find<v1::Party>(PartyOf(offer.name()));
    if (tap != nullptr) places.push_back(tap->district());
  }
  const size_t wrong_before = admission.violations->count();
  for (const std::string& place : places) {
    CheckCurrencyAt(admission, place, offer.unit_price(), admission.path / "unit_price");
    if (admission.violations->count() > wrong_before) return;
  }
}

void AdmitOffer(const Admission& admission, const v1::Offer* before, v1::Offer* after) {
  if (before == nullptr) CheckParent(admission, after->name(), v1::PARTY_ROLE_TAP);
  CheckUnit(admission, *after);
  CheckCoverage(admission, *after);
  CheckPriceBasis(admission, *after);
  CheckPriceSteps(admission, *after);
  CheckBudget(admission, before, *after);
  CheckCurrency(admission, before, *after);
  if (after->smallest_lot() > after->capacity()) {
    admission.violations->Add(
        admission.path / "smallest_lot",
        absl::StrCat("must be at most capacity, ", after->capacity(), ", is ", after->smallest_lot()));
  }
  if (before != nullptr && after->capacity() < before->booked_quantity()) {
    admission.violations->Add(admission.path / "capacity",
                              absl::StrCat("must not be below booked_quantity, ", before->booked_quantity(),
                                           ", is ", after->capacity()));
  }
  after->set_state(after->booked_quantity() < after->capacity() ? v1::Offer::STATE_OPEN
                                                                : v1::Offer::STATE_BOOKED);
}

// What is not booked yet may still grow and shrink.
absl::Status PermitOffer(const Admission& admission, const v1::Offer* before, const v1::Offer* after) {
  if (before == nullptr || after == nullptr || before->booked_quantity() == 0) return absl::OkStatus();
  std::vector<const char*> terms = {"unit",     "unit_price",      "price_steps", "window",
                                    "coverage", "fee_for_service", "embedded",    "subsidised"};
  if (before->state() == v1::Offer::STATE_BOOKED) terms.push_back("capacity");
  return PermitTerms(admission, *before, *after, terms, MatchesOf("offer"));
}

}  // namespace

RulesOf<v1::Offer> OfferRules() {
  RulesOf<v1::Offer> rules;
  rules.admit = AdmitOffer;
  rules.permit = PermitOffer;
  rules.referrers = {MatchesOf("offer")};
  rules.filter_fields = {"service",
                         "state",
                         "coverage.territories",
                         "value_chains",
                         "languages",
                         "unit_price.currency",
                         "unit_price.minor_units",
                         "window.start_date",
                         "window.end_date"};
  return rules;
}

}  // namespace ayni::services
