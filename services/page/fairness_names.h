// What a fairness report calls its rounds, its groups and what stands behind them.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_NAMES_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_NAMES_H_

#include <cstdint>
#include <string>

#include "ayni/v1/fairness.pb.h"
#include "services/page/fairness_words.h"
#include "services/page/naming.h"

namespace ayni::page {

// The words that list the matches behind a cell.
std::string MatchesCommand(const v1::FairnessReport& report, v1::FairnessDimension dimension,
                           const std::string& group);

// What people call a group.
std::string GroupName(v1::FairnessDimension dimension, const std::string& group, Language language,
                      const Naming& naming);

// 1.5 of 36 hours.
std::string DaysText(int64_t hours);

// Whose rounds it counts, and of which days.
std::string ScopeText(const v1::FairnessReport& report, Language language);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_NAMES_H_
