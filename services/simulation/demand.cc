#include "services/simulation/demand.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/market/engine_day.h"
#include "services/resource/time.h"
#include "services/simulation/calendar.h"
#include "services/simulation/draw.h"

namespace ayni::services {
namespace {

constexpr int64_t kPerMille = 1'000;
constexpr MonthWeights kEveryMonthAlike = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

void MoveDays(int days, v1::DateWindow* window) {
  *window->mutable_start_date() = DaysLater(window->start_date(), days);
  *window->mutable_end_date() = DaysLater(window->end_date(), days);
}

}  // namespace

void Demand::BeginYear() {
  figures_ = {};
  lacks_.clear();
}

int Demand::RoundOf(const v1::Need& need, int year) const {
  const auto kind = start_.chain_kinds.find(need.value_chain());
  const auto months =
      kind == start_.chain_kinds.end() ? assumptions_.months.end() : assumptions_.months.find(kind->second);
  const MonthWeights& weights = months == assumptions_.months.end() ? kEveryMonthAlike : months->second;
  const auto month = static_cast<int>(Draw(seed_, "month", need.name(), year).Pick(weights));
  const int since_start = (month - MonthOf(start_.first_day) + kMonths) % kMonths;
  return since_start * rounds_per_year_ / kMonths;
}

void Demand::Ask(const v1::Need& need, int year, matcher::Day day) {
  const std::string name = absl::StrCat(need.name(), ".y", year + 1);
  Asked& asked = asked_[name];
  asked.need = need;
  asked.need.set_name(name);
  const int64_t spread = assumptions_.quantity_spread_per_mille;
  const int64_t per_mille = kPerMille + Draw(seed_, "quantity", need.name(), year).Between(-spread, spread);
  asked.need.set_quantity(std::max<int64_t>(1, need.quantity() * per_mille / kPerMille));
  MoveDays(day - start_.first_day, asked.need.mutable_window());
  *asked.need.mutable_wait_start_time() = *asked.need.mutable_create_time() = ToTimestamp(TimeOn(day));
  ++figures_.needs;
  figures_.worth += asked.need.quantity() * start_.worth.at(need.service());
}

void Demand::Post(int year, int round, matcher::Day day) {
  for (const v1::Need& need : start_.needs) {
    if (RoundOf(need, year) == round) Ask(need, year, day);
  }
  for (const auto& [name, asked] : asked_) records_.Put(asked.need);
}

void Demand::Serve(const v1::Match& match, int64_t done) {
  if (done == 0) return;
  Asked& asked = asked_.at(match.need());
  asked.served = true;
  asked.need.set_quantity(asked.need.quantity() - done);
}

void Demand::NoteLack(const v1::Need& need) {
  const int64_t worth = need.quantity() * start_.worth.at(need.service());
  Lack& lack = lacks_[{need.service(), start_.TerritoryAt(need.district(), place_level_)}];
  lack.worth += worth;
  lack.by_chain[need.value_chain()] += worth;
  lack.by_district[need.district()] += worth;
  for (const std::string& language : need.languages()) lack.by_language[language] += worth;
}

void Demand::EndRound(matcher::Day day, matcher::Day next_day) {
  for (auto at = asked_.begin(); at != asked_.end();) {
    auto& [name, asked] = *at;
    const bool is_done = asked.need.quantity() == 0;
    if (!is_done) NoteLack(asked.need);
    const bool waits = !is_done && asked.waits < assumptions_.waits_max &&
                       Draw(seed_, "waits", name, asked.waits).Happens(assumptions_.waits_per_million);
    if (waits) {
      ++asked.waits;
      MoveDays(next_day - day, asked.need.mutable_window());
      ++at;
      continue;
    }
    if (is_done) {
      ++figures_.served_needs;
    } else if (asked.served) {
      ++figures_.partly_served_needs;
    }
    records_.Remove<v1::Need>(name);
    at = asked_.erase(at);
  }
}

}  // namespace ayni::services
