// Who sets a budget aside, and what matches must have drawn on it, worked out from the matches alone and
// without the code under test.
#ifndef AYNI_TESTS_SERVICES_MATCH_SPENT_BUDGET_H_
#define AYNI_TESTS_SERVICES_MATCH_SPENT_BUDGET_H_

#include <cstdint>

#include "ayni/v1/party.pb.h"

namespace ayni::services {

// parties/fund, who sets money aside.
inline v1::Party AFund() {
  v1::Party fund;
  fund.set_name("parties/fund");
  fund.add_roles(v1::PARTY_ROLE_PUBLIC_BODY);
  return fund;
}

// Of a price for so many units, what producers pay at that share: rounded down.
inline int64_t ProducersPart(int64_t unit_price, int64_t units, int32_t share_basis_points) {
  return unit_price * units * share_basis_points / 10'000;
}
inline int64_t FundersPart(int64_t unit_price, int64_t units, int32_t share_basis_points) {
  return unit_price * units - ProducersPart(unit_price, units, share_basis_points);
}

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_MATCH_SPENT_BUDGET_H_
