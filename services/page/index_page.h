// What a server shows to everybody, as the page that leads to it: the rounds that stand, and the ledger.
#ifndef AYNI_SERVICES_PAGE_INDEX_PAGE_H_
#define AYNI_SERVICES_PAGE_INDEX_PAGE_H_

#include <string>
#include <vector>

#include "services/page/fairness_words.h"

namespace ayni::page {

struct IndexedRound {
  std::string id;
  std::string publish_day;
};

struct MarketIndex {
  std::vector<IndexedRound> rounds;  // in the order in which they are shown
  std::string ledger_key;            // as verifiers take it
};

std::string IndexPage(const MarketIndex& index, Language language);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_INDEX_PAGE_H_
