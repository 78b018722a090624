// A fairness report as one HTML page that stands alone: no script, nothing from elsewhere, in light and dark,
// and on paper.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_PAGE_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_PAGE_H_

#include <string>

#include "ayni/v1/fairness.pb.h"
#include "services/page/fairness_words.h"
#include "services/page/naming.h"

namespace ayni::page {

// The same bytes for the same report and names.
std::string FairnessPage(const v1::FairnessReport& report, Language language, const Naming& naming);

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_PAGE_H_
