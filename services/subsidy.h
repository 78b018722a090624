// Who pays what of a price, and for what the money of a budget is good.
#ifndef AYNI_SERVICES_SUBSIDY_H_
#define AYNI_SERVICES_SUBSIDY_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "ayni/v1/budget.pb.h"
#include "ayni/v1/match.pb.h"
#include "google/type/date.pb.h"

namespace ayni::services {

// In minor units. Producers' part may be paid by their cooperative for them.
struct Due {
  int64_t producers = 0;
  int64_t funder = 0;

  friend bool operator==(const Due&, const Due&) = default;
};

// Of so many units at that price producers pay their share, rounded down, and the funder the rest; sums of
// more than 64 bits are held to the most that they hold.
Due SplitPrice(int64_t unit_price, int64_t units, int32_t producer_share_basis_points);

// The most units of which the funder's part is at most `money`; INT64_MAX where it has none to pay.
int64_t UnitsPaidBy(int64_t money, int64_t unit_price, int32_t producer_share_basis_points);

// What producers pay on that day; nothing outside of the budget's window, in which it pays for nothing.
std::optional<int32_t> ProducerShareOn(const v1::Budget& budget, const google::type::Date& day);

// Whether it pays for a service of a TAP at a price in that currency, as far as it does not ask where.
// `tap` is parties/{party}.
bool PaysFor(const v1::Budget& budget, absl::string_view service, absl::string_view tap,
             absl::string_view currency);

// What of the amount is neither reserved nor paid, in minor units.
int64_t FreeOf(const v1::Budget& budget);

// What matches draw on a budget, in minor units.
struct Drawn {
  int64_t reserved = 0;
  int64_t paid = 0;

  Drawn& operator+=(const Drawn& more) {
    reserved += more.reserved;
    paid += more.paid;
    return *this;
  }
  friend Drawn operator-(const Drawn& a, const Drawn& b) {
    return {a.reserved - b.reserved, a.paid - b.paid};
  }
  friend bool operator==(const Drawn&, const Drawn&) = default;
};

// The funder's part of the units that the match holds: reserved, and paid once it is settled. Nothing of a
// match without a budget.
Drawn DrawnBy(const v1::Match& match);

}  // namespace ayni::services

#endif  // AYNI_SERVICES_SUBSIDY_H_
