// Whether a store is whole.
#ifndef AYNI_TESTS_SERVICES_RESOURCE_WHOLE_STORE_H_
#define AYNI_TESTS_SERVICES_RESOURCE_WHOLE_STORE_H_

#include "tests/services/market.h"

namespace ayni::services {

// Expects that every stored record is one that the rules admit, that every name that it refers to is of a
// stored record, and that every index key is of one.
void ExpectWholeStore(TestMarket* market);

}  // namespace ayni::services

#endif  // AYNI_TESTS_SERVICES_RESOURCE_WHOLE_STORE_H_
