#include "services/match/payments.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/money_text.h"

namespace ayni::services {
namespace {

constexpr int32_t kBasisPoints = 10'000;

std::string Text(int64_t minor_units, const std::string& currency) {
  v1::Money money;
  money.set_minor_units(minor_units);
  money.set_currency(currency);
  return MoneyText(money);
}

}  // namespace

Due DueFor(const v1::Match& match, const v1::Offer& offer, int64_t units) {
  if (offer.has_embedded()) return {};
  int32_t share = kBasisPoints;
  if (offer.has_subsidised()) share = offer.subsidised().producer_share_basis_points();
  if (match.has_subsidy()) share = match.subsidy().producer_share_basis_points();
  return SplitPrice(match.unit_price().minor_units(), units, share);
}

void CheckPayments(const v1::Match& match, const v1::Offer& offer,
                   const google::protobuf::RepeatedPtrField<v1::Payment>& payments, Violations* violations) {
  const FieldPath parent;
  const FieldPath path = parent / "payments";
  if (offer.has_embedded()) {
    if (!payments.empty())
      violations->Add(path,
                      "must be left out: the offer's charge is embedded, and was paid with its product");
    return;
  }
  Due paid;  // 20 payments of at most 10^12
  const std::string& currency = match.unit_price().currency();
  for (int at = 0; at < payments.size(); ++at) {
    const v1::Payment& payment = payments[at];
    if (payment.amount().currency() != currency) {
      violations->Add(parent.Element("payments", at) / "amount" / "currency",
                      absl::StrCat("must be the match's, ", currency, ", is ", payment.amount().currency()));
    }
    (payment.payer() == v1::PAYER_FUNDER ? paid.funder : paid.producers) += payment.amount().minor_units();
  }
  const Due due = DueFor(match, offer, match.confirmation().quantity());
  if (paid.producers != due.producers) {
    violations->Add(
        path, absl::StrCat("of PAYER_PRODUCERS and PAYER_COOPERATIVE must come to ",
                           Text(due.producers, currency), ", come to ", Text(paid.producers, currency)));
  }
  if (paid.funder != due.funder) {
    violations->Add(path, absl::StrCat("of PAYER_FUNDER must come to ", Text(due.funder, currency),
                                       ", come to ", Text(paid.funder, currency)));
  }
}

}  // namespace ayni::services
