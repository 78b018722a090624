#include "services/market/budget_book.h"

#include <algorithm>

#include "services/market/engine_day.h"
#include "services/subsidy.h"

namespace ayni::services {
namespace {

// On which nothing of a price is the producers'.
matcher::Window FreeDays(const v1::Budget& budget) {
  matcher::Window days = WindowOf(budget.window());
  if (budget.producer_shares().empty()) return {};
  days.first = std::max(days.first, DayOf(budget.producer_shares(0).start_date()));
  for (const v1::ProducerShare& step : budget.producer_shares()) {
    if (step.share_basis_points() > 0) days.last = std::min(days.last, DayOf(step.start_date()) - 1);
  }
  return days;
}

}  // namespace

std::vector<std::string> BudgetBook::Put(const v1::Budget& budget) {
  const v1::Budget* known = Find(budget.name());
  const bool stays = known != nullptr && FreeDays(*known) == FreeDays(budget);
  budgets_.insert_or_assign(budget.name(), budget);
  return stays ? std::vector<std::string>() : OffersOf(budget.name());
}

std::vector<std::string> BudgetBook::RemoveBudget(absl::string_view name) {
  budgets_.erase(name);
  return OffersOf(name);
}

std::vector<std::string> BudgetBook::OffersOf(absl::string_view budget) const {
  std::vector<std::string> offers;
  for (const auto& [offer, charge] : charges_) {
    if (charge.budget() == budget) offers.push_back(offer);
  }
  return offers;
}

matcher::Window BudgetBook::FreeDaysOf(absl::string_view offer) const {
  const v1::Subsidised* charge = ChargeOf(offer);
  if (charge == nullptr) return {};
  if (charge->budget().empty()) {
    return charge->producer_share_basis_points() == 0 ? matcher::Window{matcher::kDayMin, matcher::kDayMax}
                                                      : matcher::Window();
  }
  const v1::Budget* budget = Find(charge->budget());
  return budget == nullptr ? matcher::Window() : FreeDays(*budget);
}

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
