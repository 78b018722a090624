// One reason to refuse a record a line: the change that makes it wrong, and the field that is then named.
#ifndef AYNI_TESTS_SERVICES_RULES_REJECTIONS_H_
#define AYNI_TESTS_SERVICES_RULES_REJECTIONS_H_

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/services/market.h"

namespace ayni::services {

template <typename Request, typename Record>
struct Rejection {
  const char* name;
  std::function<void(Request*, Record*)> spoil;
  const char* field;
};

// Runs the request unspoilt, which must do, and then spoilt by each.
template <typename Request, typename Record>
void ExpectRejections(const std::string& method, const Request& valid, Record* (Request::*record)(),
                      const std::vector<Rejection<Request, Record>>& rejections) {
  TestMarket market;
  market.Lay();
  for (const auto& rejection : rejections) {
    Request request = valid;
    rejection.spoil(&request, (request.*record)());
    const storage::Sequence before = market.store().sequence();
    const absl::Status status = market.Run(method, request).status();
    EXPECT_TRUE(Violates(status, rejection.field)) << rejection.name << ": " << status;
    EXPECT_EQ(FieldViolations(status).size(), 1u) << rejection.name << ": " << status;
    EXPECT_EQ(market.store().sequence(), before) << rejection.name;
  }
  Request unspoilt = valid;
  const auto response = market.Run(method, unspoilt);
  EXPECT_TRUE(response.ok()) << response.status();
}

inline std::string Characters(int count) { return std::string(count, 'x'); }

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_RULES_REJECTIONS_H_
