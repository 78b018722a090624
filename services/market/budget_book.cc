#include "services/market/budget_book.h"

#include "services/subsidy.h"

namespace ayni::services {

void BudgetBook::Put(const v1::Offer& offer) {
  if (offer.has_subsidised()) {
    charges_.insert_or_assign(offer.name(), offer.subsidised());
  } else {
    charges_.erase(offer.name());
  }
}

const v1::Subsidised* BudgetBook::ChargeOf(absl::string_view offer) const {
  const auto found = charges_.find(offer);
  return found == charges_.end() ? nullptr : &found->second;
}

const v1::Budget* BudgetBook::Find(absl::string_view name) const {
  const auto found = budgets_.find(name);
  return found == budgets_.end() ? nullptr : &found->second;
}

std::optional<v1::Subsidy> BudgetBook::SubsidyOn(absl::string_view offer,
                                                 const google::type::Date& day) const {
  const v1::Subsidised* charge = ChargeOf(offer);
  if (charge == nullptr) return std::nullopt;
  v1::Subsidy subsidy;
  subsidy.set_funder(charge->funder());
  subsidy.set_budget(charge->budget());
  subsidy.set_producer_share_basis_points(charge->producer_share_basis_points());
  const v1::Budget* budget = charge->budget().empty() ? nullptr : Find(charge->budget());
  if (budget != nullptr) subsidy.set_producer_share_basis_points(ProducerShareOn(*budget, day).value_or(0));
  return subsidy;
}

}  // namespace ayni::services
